"""The twisted search: inside one clause, which variable does the function turn on there?

At a clause C the *twisted target* of a variable i is 1_C (-1)^(x_i) g, with g the label as +1 or
-1 less its mean on C. Where the leaves of a tree are represented, the variable at its root scores
1, every other variable the share of the leaves that test it, and a variable that no leaf tests
nothing but noise. So the first scores also say which variables matter at all.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from pacdistill.counting import pair_errors, split_errors
from pacdistill.cube import Clause, check_labels
from pacdistill.probe import ProbeBasis, check_rows, row_blocks
from pacdistill.search import SearchResult

__all__ = ["relevant_variables", "twisted_scores", "twisted_search"]

# With an unknown depth, a leaf of the deepest tree that is tried has so many inputs on average.
LEAST_LEAF = 4

# Counting the labels of all pairs of variables takes longer than the probes that it saves if there
# are more variables than this.
MOST_PAIRED = 1000


def twisted_scores(
    basis: ProbeBasis, X: NDArray[np.uint8], y: NDArray[np.int8], rows: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Score every variable at a clause by how well a probe reads the twisted target.

    With f = 1 - 2y in {+1, -1} and g = f minus its mean on the rows of the clause C, the twisted
    target of variable i is 1_C (-1)^(x_i) g. Its score is the fraction of its squared norm that
    a probe explains: 1 for a variable that some tree for f on C tests at its root, if the
    leaves of that tree are represented.

    Parameters
    ----------
    basis : the factorized activations of the n rows of X
    X : array of shape (n, d)
    y : labels, shape (n,), 0 and 1, not all equal on the rows
    rows : the inputs at which the clause holds

    Returns
    -------
    array of shape (d,), between 0 and 1

    Raises
    ------
    ValueError
        If X has not as many rows as the basis, or the labels are all equal on the rows.

    Examples
    --------
    >>> from pacdistill.probe import probe_basis
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.uint8)
    >>> basis = probe_basis(X[:, :1], ridge=0)
    >>> twisted_scores(basis, X, np.array([0, 0, 1, 1]), np.arange(4)).round(6).tolist()
    [1.0, 0.0]
    """
    check_rows(basis, X)
    g = _centered(y, rows)
    if not g.any():
        raise ValueError("the labels are all equal on these rows: there is nothing to turn on")
    inner = basis.products(X, rows, g)  # of g and of every g x_i; the target is g - 2 g x_i
    return np.asarray(basis.energy(inner[:, :1] - 2 * inner[:, 1:]) / (g @ g))


def relevant_variables(
    basis: ProbeBasis,
    y: NDArray[np.int8],
    rows: NDArray[np.intp],
    scores: NDArray[np.float64],
    *,
    deviations: float = 3.0,
) -> NDArray[np.intp]:
    """Tell which variables score above the noise: those that the network attends to on a clause.

    If labels and activations ignore a bit, its twisted target is g with random signs. A probe
    explains of it the sum of g^2 times the leverages |Q[row]|^2, in the mean, and the standard
    deviation is at most sqrt(2/k) of that mean, for k columns of equal weight.

    Parameters
    ----------
    basis, y, rows : as in `twisted_scores`
    scores : what it returned, shape (d,)
    deviations : how many standard deviations above the mean of noise a score must be

    Returns
    -------
    the numbers of the variables, the highest score first

    Examples
    --------
    >>> from pacdistill.probe import probe_basis
    >>> X = np.random.default_rng(0).integers(0, 2, (400, 6)).astype(np.uint8)
    >>> both, y, rows = X[:, 2] & X[:, 5], X[:, 2] ^ X[:, 5], np.arange(400)
    >>> basis = probe_basis(np.stack([X[:, 2], X[:, 5], both], axis=1))
    >>> sorted(relevant_variables(basis, y, rows, twisted_scores(basis, X, y, rows)).tolist())
    [2, 5]
    """
    g = _centered(y, rows)
    leverage = np.zeros(len(rows))
    for block in row_blocks(len(rows)):  # the columns may not fit the memory
        np.square(basis.columns[rows[block]]).sum(axis=1, out=leverage[block])
    noise = (g * g) @ leverage / (g @ g)
    order = np.argsort(-scores, kind="stable")
    least = noise * (1 + deviations * np.sqrt(2 / basis.columns.shape[1]))
    return np.asarray(order[scores[order] > least])


def _centered(y: NDArray[np.int8], rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the label as +1 or -1, less its mean on the rows."""
    f = 1.0 - 2.0 * y[rows]
    return np.asarray(f - f.mean())


class _StoppedError(Exception):
    """The search ran out of probes or of time."""


@dataclass
class _Search:
    """One search below the root, and what its recursion remembers.

    `bits` holds the columns of X that belong to `variables`, the root's ranking. `ranking` keeps
    for each probed clause the best columns, which serve every depth and number of branches.
    """

    basis: ProbeBasis
    bits: NDArray[np.uint8]
    variables: NDArray[np.intp]
    y: NDArray[np.int8]
    counted: int
    widest: int
    probes_left: float
    deadline: float
    bar: tqdm[None]
    kept: dict[Clause, None]
    ranking: dict[Clause, NDArray[np.intp]] = field(default_factory=dict)
    errors: dict[Clause, int] = field(default_factory=dict)
    probes: int = 0

    def run(self, depth: int, branch: int, tolerance: float) -> int:
        """Search trees of a depth, trying so many variables at a clause; return the errors."""
        self.errors.clear()
        self.depth, self.branch = depth, branch
        self.allowed = tolerance * len(self.y) * 2.0**-depth
        return self.solve(Clause(), np.arange(len(self.y)), ())

    def solve(self, clause: Clause, rows: NDArray[np.intp], used: tuple[int, ...]) -> int:
        """Return the errors of the best tree found at a clause, and keep what it needs."""
        if clause not in self.errors:
            self.errors[clause] = self.explain(clause, rows, used)
        return self.errors[clause]

    def explain(self, clause: Clause, rows: NDArray[np.intp], used: tuple[int, ...]) -> int:
        if time.perf_counter() > self.deadline:
            raise _StoppedError
        y = self.y[rows]
        tests_left = min(self.depth, len(self.variables)) - len(clause)
        least = int(min(y.sum(dtype=np.int64), len(y) - y.sum(dtype=np.int64)))
        if least <= self.allowed or tests_left == 0:
            return least
        self.kept[clause] = None
        bits = self.bits[rows]
        if self.counted >= 1:
            least = min(least, int(split_errors(bits, y).sum(axis=0).min()))
            if least <= self.allowed or tests_left == 1:
                return least
        if self.counted >= 2 and bits.shape[1] <= MOST_PAIRED:
            pair = pair_errors(bits, y).sum(axis=0)
            pair[list(used)] = len(y)
            first = int(pair.argmin())
            if pair[first] <= self.allowed or tests_left == 2:
                for value in (0, 1):
                    self.kept[clause.extend(int(self.variables[first]), value)] = None
                return min(least, int(pair[first]))
        for column in self.rank(clause, rows, used)[: self.branch]:
            variable, errors = int(self.variables[column]), 0
            for value in (0, 1):
                half = rows[bits[:, column] == value]
                errors += self.solve(clause.extend(variable, value), half, (*used, int(column)))
            least = min(least, errors)
            if least <= self.allowed:
                break
        return least

    def rank(
        self, clause: Clause, rows: NDArray[np.intp], used: tuple[int, ...]
    ) -> NDArray[np.intp]:
        """Return the columns with the best scores at a clause, the best first."""
        if clause not in self.ranking:
            if self.probes >= self.probes_left:
                raise _StoppedError
            scores = twisted_scores(self.basis, self.bits, self.y, rows)
            scores[list(used)] = -1.0
            best = np.argsort(-scores, kind="stable")[: self.widest]
            self.ranking[clause] = best[scores[best] >= 0]
            self.probes += len(scores) - len(used)
            self.bar.update(len(scores) - len(used))
        return self.ranking[clause]


def twisted_search(
    basis: ProbeBasis,
    X: NDArray[np.uint8],
    y: NDArray[np.int8],
    *,
    depth: int | None = None,
    branches: tuple[int, ...] = (1, 2, 3, 5),
    counted: int = 2,
    narrow: bool = True,
    tolerance: float = 0.25,
    unexplained: float = 0.005,
    max_probes: int = 1_000_000,
    max_seconds: float = np.inf,
    progress: bool = False,
) -> SearchResult:
    """Ask at each clause which variable the function turns on there, and go on below it.

    The root is probed first, and its scores tell which variables matter; the search below looks
    at these. Where one or two tests are left, counting labels, for each variable or each pair of
    them, finds the best ones without a probe. Above, the best variables by `twisted_scores` are
    tried in turn until one explains the labels of the clause. If that leaves labels unexplained,
    more branches are tried, and at last all variables.

    Parameters
    ----------
    basis : the factorized activations of the n rows of X
    X : array of shape (n, d)
    y : labels, shape (n,), 0 and 1
    depth : of the tree to find, at least 1; if not given, 1, 2, 3, ... are tried in turn, and a
        clause is never probed twice
    branches : how many variables are tried at a clause; each further number is used only if
        the search before it left more than `unexplained` of the labels wrong
    counted : how many tests at the end of a path are found by counting labels: 2, 1 or 0; with 0
        every test is found by probes. Pairs are counted among up to 1,000 variables
    narrow : look only at the `relevant_variables` of the root at first, with the first two numbers
        of branches, and at all variables if that fails
    tolerance : a clause counts as explained when its errors are at most this fraction of
        n 2^-depth, the inputs of one leaf; below 1/2, so that no leaf is overlooked
    unexplained : see `branches`
    max_probes, max_seconds : when to stop with what was found
    progress : show a bar

    Examples
    --------
    >>> from pacdistill.cube import enumerate_cube
    >>> from pacdistill.planted import parity_tree
    >>> from pacdistill.probe import probe_basis
    >>> X, secret = enumerate_cube(6), parity_tree((0, 2, 4))
    >>> indicators = np.stack([clause.holds(X) for clause in secret.clauses()[1:]], axis=1)
    >>> found = twisted_search(probe_basis(indicators), X, secret.predict(X))
    >>> found.depth, found.probes, len(found.clauses)   # six variables; 1 + 2 + 4 clauses
    (3, 6, 7)
    """
    deadline = time.perf_counter() + max_seconds
    n, d = check_rows(basis, X), X.shape[1]
    y = check_labels(y, n)
    if y.min() == y.max():
        return SearchResult((Clause(),), probes=0, depth=0, errors=0, complete=True)
    scores = twisted_scores(basis, X, y, np.arange(n))
    everything = np.argsort(-scores, kind="stable")
    relevant = relevant_variables(basis, y, np.arange(n), scores)
    plans = [relevant, everything] if narrow and 0 < len(relevant) < d else [everything]
    deepest = max(1, min(d, int(np.log2(n / LEAST_LEAF)))) if depth is None else depth
    kept: dict[Clause, None] = {Clause(): None}
    probes, least, at_depth, complete = d, n, 1 if depth is None else depth, True
    with tqdm(desc="twisted", unit=" probes", disable=not progress, leave=False) as bar:
        bar.update(d)
        for variables in plans:
            chosen = len(variables) < d
            search = _Search(
                basis=basis,
                bits=np.ascontiguousarray(X[:, variables]) if chosen else X,
                variables=variables if chosen else np.arange(d),
                y=y,
                counted=counted,
                widest=max(branches),
                probes_left=max_probes - probes,
                deadline=deadline,
                bar=bar,
                kept=kept,
            )
            ranking = np.arange(len(variables)) if chosen else everything
            search.ranking[Clause()] = ranking[: max(branches)]
            try:
                # Where two branches fail, a variable that the root hardly shows may be missing.
                tried = branches[:2] if chosen else branches
                for depth_now, branch in _passes(depth, deepest, tried):
                    errors = search.run(depth_now, branch, tolerance)
                    if errors < least:
                        least, at_depth = errors, depth_now
                    if least <= unexplained * n:
                        break
            except _StoppedError:
                complete = False
            probes += search.probes
            if least <= unexplained * n or not complete:
                break
    clauses = tuple(sorted(kept, key=len))
    return SearchResult(clauses, probes, at_depth, least, complete)


def _passes(
    depth: int | None, deepest: int, branches: tuple[int, ...]
) -> Iterator[tuple[int, int]]:
    """List the pairs (depth, branches) to try, the cheap ones first."""
    if depth is not None:
        yield from ((depth, branch) for branch in branches)
        return
    for stage in range(1, deepest + len(branches)):
        for wider, branch in reversed(list(enumerate(branches))):
            if 1 <= stage - wider <= deepest:
                yield stage - wider, branch
