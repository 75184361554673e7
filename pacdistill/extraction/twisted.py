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

from pacdistill.blocks import row_blocks, take_rows
from pacdistill.cube import Clause, check_labels
from pacdistill.extraction.beam import SearchResult
from pacdistill.extraction.counting import count_ones, pair_errors, split_errors
from pacdistill.extraction.probe import ProbeBasis, check_rows
from pacdistill.ties import exceeds, rank

__all__ = ["relevant_variables", "twisted_scores", "twisted_search"]

# With an unknown depth, a leaf of the deepest tree that is tried has so many inputs on average.
LEAST_LEAF = 4

# Counting the labels of all pairs of variables takes longer than the probes that it saves if there
# are more variables than this.
MOST_PAIRED = 500

OUT = -np.inf  # the score of a variable that is no candidate


def twisted_scores(
    basis: ProbeBasis,
    X: NDArray[np.uint8],
    y: NDArray[np.int8],
    rows: NDArray[np.intp],
    *,
    centered: bool = False,
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
    centered : take from the sign (-1)^(x_i) its mean on the rows first. Fair coins do not need
        it, and all else does (`prop-rare-literal`): the sign of a bit that is nearly constant is
        nearly 1, and its target nearly g. A bit that is constant on the rows then scores 0

    Returns
    -------
    array of shape (d,), between 0 and 1

    Raises
    ------
    ValueError
        If X has not as many rows as the basis, or the labels are all equal on the rows.

    Examples
    --------
    >>> from pacdistill.extraction import probe_basis
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.uint8)
    >>> basis = probe_basis(X[:, :1], ridge=0)
    >>> twisted_scores(basis, X, np.array([0, 0, 1, 1]), np.arange(4)).round(6).tolist()
    [1.0, 0.0]
    """
    check_rows(basis, X)
    g = _centered(y, rows)
    norm = g @ g
    if norm == 0:
        raise ValueError("the labels are all equal on these rows: there is nothing to turn on")
    inner = basis.products(X, rows, g)  # of g and of every g x_i; the target is g - 2 g x_i
    if not centered:
        return np.asarray(basis.energy(inner[:, :1] - 2 * inner[:, 1:]) / norm)
    ones = {label: count_ones(X, rows[y[rows] == label]) for label in (0, 1)}
    mean, norms = (ones[0] + ones[1]) / len(rows), np.zeros(X.shape[1])
    for label, count in ones.items():  # g has one value for each label
        inside = g[y[rows] == label]
        norms += inside[0] ** 2 * (count * (1 - mean) ** 2 + (len(inside) - count) * mean**2)
    explained = basis.energy(inner[:, 1:] - mean * inner[:, :1])
    return np.divide(explained, norms, out=np.zeros_like(norms), where=(mean > 0) & (mean < 1))


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
    the numbers of the variables, the highest score first, of equal ones the smallest

    Examples
    --------
    >>> from pacdistill.extraction import probe_basis
    >>> X = np.random.default_rng(0).integers(0, 2, (400, 6)).astype(np.uint8)
    >>> both, y, rows = X[:, 2] & X[:, 5], X[:, 2] ^ X[:, 5], np.arange(400)
    >>> basis = probe_basis(np.stack([X[:, 2], X[:, 5], both], axis=1))
    >>> sorted(relevant_variables(basis, y, rows, twisted_scores(basis, X, y, rows)).tolist())
    [2, 5]
    """
    g = _centered(y, rows)
    leverage = np.zeros(len(rows))
    for block in row_blocks(len(rows)):  # the columns may not fit the memory
        np.square(take_rows(basis.columns, rows[block])).sum(axis=1, out=leverage[block])
    noise = (g * g) @ leverage / (g @ g)
    order = rank(scores)
    least = noise * (1 + deviations * np.sqrt(2 / basis.columns.shape[1]))
    return np.asarray(order[exceeds(scores[order], least)])


def _centered(y: NDArray[np.int8], rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the label as +1 or -1, less its mean on the rows."""
    f = 1.0 - 2.0 * y[rows]
    return np.asarray(f - f.mean())


def floor_log2(number: int) -> int:
    """Return the largest k with 2^k <= number, or -1 for 0: exactly, where a logarithm rounds.

    Examples
    --------
    >>> floor_log2(8), floor_log2(7)
    (3, 2)
    """
    return number.bit_length() - 1


class _StoppedError(Exception):
    """The search ran out of probes or of time."""


@dataclass
class _Search:
    """A search below the root, and what it remembers from pass to pass.

    `parts` are the variables that stand above the noise and all others, or all variables in one
    part. A pass looks at the first part, or at all. `tables` holds the columns of X of each part
    that was looked at, and `scores` what was probed, for a clause and a part; both serve every
    later pass.
    """

    basis: ProbeBasis
    X: NDArray[np.uint8]
    y: NDArray[np.int8]
    parts: list[NDArray[np.intp]]
    counted: int
    discrepancies: int
    centered: bool
    max_probes: float
    deadline: float
    bar: tqdm[None]
    probes: int = 0
    kept: dict[Clause, None] = field(default_factory=lambda: {Clause(): None})
    tables: dict[int, NDArray[np.uint8]] = field(default_factory=dict)
    scores: dict[tuple[Clause, int], NDArray[np.float64]] = field(default_factory=dict)
    counts: dict[tuple[Clause, int, bool], tuple[int, int]] = field(default_factory=dict)
    errors: dict[tuple[Clause, int], int] = field(default_factory=dict)

    def run(self, depth: int, spare: int, wide: bool, tolerance: float) -> int:
        """Search the trees of a depth, with so many discrepancies on a path; return the errors."""
        self.errors.clear()
        self.wide = wide
        if wide:
            self.variables, self.bits = np.arange(self.X.shape[1]), self.X
        else:
            self.variables, self.bits = self.parts[0], self.table(0)
        self.depth = min(depth, len(self.variables))
        self.allowed = tolerance * len(self.y) * 2.0 ** -(depth + 2 * spare)
        return self.solve(Clause(), np.arange(len(self.y)), spare)

    def table(self, number: int) -> NDArray[np.uint8]:
        """Return the columns of X of one part, which are copied when they are first needed."""
        if len(self.parts) == 1:
            return self.X
        if number not in self.tables:
            self.tables[number] = np.ascontiguousarray(self.X[:, self.parts[number]])
        return self.tables[number]

    def solve(self, clause: Clause, rows: NDArray[np.intp], spare: int) -> int:
        """Return the errors of the best tree found at a clause, and keep what it needs."""
        if (clause, spare) not in self.errors:
            self.errors[clause, spare] = self.explain(clause, rows, spare)
        return self.errors[clause, spare]

    def explain(self, clause: Clause, rows: NDArray[np.intp], spare: int) -> int:
        if time.perf_counter() > self.deadline:
            raise _StoppedError
        ones = int(self.y[rows].sum(dtype=np.int64))
        least, tests_left = min(ones, len(rows) - ones), self.depth - len(clause)
        if least <= self.allowed or tests_left == 0:
            return least
        self.kept[clause] = None
        counted = min(self.counted, 2 if len(self.variables) <= MOST_PAIRED else 1)
        for tests in range(1, min(counted, tests_left) + 1):
            variable, errors = self.count(clause, rows, tests)
            least = min(least, errors)
            if least <= self.allowed or tests == tests_left:
                if tests == 2:
                    for value in (0, 1):
                        self.kept[clause.extend(variable, value)] = None
                return least
        probed_below = tests_left > counted + 1
        for place, variable in enumerate(self.rank(clause, rows)):
            cost = place if probed_below else 0
            if cost > spare:
                break
            errors, bits = 0, self.X[rows, variable]
            for value in (0, 1):
                errors += self.solve(
                    clause.extend(variable, value), rows[bits == value], spare - cost
                )
            least = min(least, errors)
            if least <= self.allowed:
                break
        return least

    def count(self, clause: Clause, rows: NDArray[np.intp], tests: int) -> tuple[int, int]:
        """Find the best tree of one or two levels by counting labels: its root and its errors.

        Of trees with equal errors that one whose root stands first among the variables, which
        are ranked by their scores at the root of all.
        """
        key = (clause, tests, self.wide)
        if key not in self.counts:
            best_halves = split_errors if tests == 1 else pair_errors
            errors = best_halves(self.bits, self.y, rows).sum(axis=0)
            errors[np.isin(self.variables, clause.variables)] = len(rows)
            first = int(errors.argmin())
            self.counts[key] = int(self.variables[first]), int(errors[first])
        return self.counts[key]

    def rank(self, clause: Clause, rows: NDArray[np.intp]) -> list[int]:
        """Return the variables with the best scores at a clause, the best first.

        Of equal scores that of the smallest variable is the best.
        """
        parts = self.parts if self.wide else self.parts[:1]
        for number, variables in enumerate(parts):
            if (clause, number) not in self.scores:
                if self.probes >= self.max_probes:
                    raise _StoppedError
                scores = twisted_scores(
                    self.basis, self.table(number), self.y, rows, centered=self.centered
                )
                used = np.isin(variables, clause.variables)
                scores[used] = OUT
                self.scores[clause, number] = scores
                probed = int((~used).sum())
                self.probes += probed
                self.bar.update(probed)
        scores = np.full(self.X.shape[1], OUT)
        for number, variables in enumerate(parts):
            scores[variables] = self.scores[clause, number]
        first = rank(scores)[: self.discrepancies + 1]
        return [int(variable) for variable in first if scores[variable] > OUT]


def twisted_search(
    basis: ProbeBasis,
    X: NDArray[np.uint8],
    y: NDArray[np.int8],
    *,
    depth: int | None = None,
    discrepancies: int = 4,
    counted: int = 2,
    narrow: bool = True,
    centered: bool = False,
    tolerance: float = 0.25,
    unexplained: float = 0.005,
    max_probes: int = 1_000_000,
    max_seconds: float = np.inf,
    progress: bool = False,
) -> SearchResult:
    """Ask at each clause which variable the function turns on there, and go on below it.

    The root is probed first, and its scores tell which variables matter; the search below looks
    at these. Where one or two tests are left, counting labels, for each variable or each pair of
    them, finds the best ones without a probe. Above, a first pass follows the variable with the
    highest score. If that leaves labels unexplained, further passes look at all variables, and
    take the second, the third, ... in turn, with few such *discrepancies* on a path
    [HarveyGinsberg95]: the score is a good guide and seldom wrong twice. What was probed once is
    not probed again.

    Parameters
    ----------
    basis : the factorized activations of the n rows of X
    X : array of shape (n, d)
    y : labels, shape (n,), 0 and 1
    depth : of the tree to find, at least 1; if not given, 1, 2, 3, ... are tried in turn
    discrepancies : the variable of rank k, counted from 0, costs k discrepancies, and a path
        has at most so many. The last test above those that are counted costs none: it needs no
        further probes
    counted : how many tests at the end of a path are found by counting labels: 2, 1 or 0; with 0
        every test is found by probes. Pairs are counted among up to 500 variables
    narrow : look first only at the `relevant_variables` of the root
    centered : center the signs of the variables, as in `twisted_scores`; for bits that are no fair
        coins
    tolerance : a clause counts as explained when its errors are at most this fraction of
        n 2^-depth, the inputs of one leaf; below 1/2, so that no leaf is overlooked under uniform
        bits. It is a quarter of that for each discrepancy
    unexplained : the search ends when at most this fraction of all labels is wrong
    max_probes, max_seconds : when to stop with what was found
    progress : show a bar

    Examples
    --------
    >>> from pacdistill import enumerate_cube
    >>> from pacdistill import parity_tree
    >>> from pacdistill.extraction import probe_basis
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
    scores = twisted_scores(basis, X, y, np.arange(n), centered=centered)
    relevant = relevant_variables(basis, y, np.arange(n), scores)
    parts = [np.arange(d)]
    if narrow and 0 < len(relevant) < d:
        parts = [relevant, np.setdiff1d(np.arange(d), relevant)]
    deepest = max(1, min(d, floor_log2(n // LEAST_LEAF))) if depth is None else depth
    least, at_depth, complete = n, 1 if depth is None else depth, True
    with tqdm(desc="twisted", unit=" probes", disable=not progress, leave=False) as bar:
        bar.update(d)
        search = _Search(
            basis,
            X,
            y,
            parts,
            counted,
            discrepancies,
            centered,
            max_probes,
            deadline,
            bar,
            probes=d,
        )
        for number, variables in enumerate(parts):
            search.scores[Clause(), number] = scores[variables]
        try:
            # A pass on all variables costs about as much as one on the relevant ones that is
            # deeper by log2(d / relevant) levels, and comes after it.
            later = 1 + floor_log2(d // len(relevant)) if len(parts) == 2 else None
            for depth_now, spare, wide in _passes(depth, deepest, discrepancies, later):
                errors = search.run(depth_now, spare, wide, tolerance)
                if errors < least:
                    least, at_depth = errors, depth_now
                if least <= unexplained * n:
                    break
        except _StoppedError:
            complete = False
    clauses = tuple(sorted(search.kept, key=len))
    return SearchResult(clauses, search.probes, at_depth, least, complete)


def _passes(
    depth: int | None, deepest: int, discrepancies: int, later: int | None
) -> Iterator[tuple[int, int, bool]]:
    """List the passes, the cheap ones first: depth, discrepancies, whether on all variables.

    Where the depth is unknown, each discrepancy comes with the pass that is two levels deeper, and
    a pass on all variables with that on the relevant ones that is `later` levels deeper; if that is
    None, there is one set of variables.
    """
    views = [(False, 0)] if later is None else [(False, 0), (True, later)]
    spares = range(discrepancies + 1)
    if depth is not None:
        yield from ((depth, spare, wide) for spare in spares for wide, _ in views)
        return
    for stage in range(1, deepest + 2 * discrepancies + views[-1][1] + 1):
        for wide, delay in views:
            for spare in reversed(spares):
                if 1 <= stage - 2 * spare - delay <= deepest:
                    yield stage - 2 * spare - delay, spare, wide
