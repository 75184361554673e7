"""Two searches for the clauses of a tree inside a network's activations.

Both grow clauses literal by literal from the empty one and return the clauses that a dynamic
program may use as nodes that test a bit. The *beam* of [Boi24] asks of each clause whether it
is represented, and keeps the best of each length. The *twisted* search asks inside one clause
which variable the function turns on there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pacdistill.counting import pair_errors, split_errors
from pacdistill.cube import Clause, check_labels
from pacdistill.probe import ProbeBasis, clause_scores

__all__ = ["SearchResult", "beam_search", "twisted_scores", "twisted_search"]


@dataclass(frozen=True)
class SearchResult:
    """What a search found and what it cost.

    Parameters
    ----------
    clauses : the clauses kept, shortest first, the empty clause included
    probes : number of probes, one for each clause or variable that was scored
    """

    clauses: tuple[Clause, ...]
    probes: int


def beam_search(
    basis: ProbeBasis, X: NDArray[np.uint8], *, depth: int, width: int, progress: bool = False
) -> SearchResult:
    """Keep the `width` best represented clauses of each length below the depth [Boi24].

    Parameters
    ----------
    basis : the factorized activations of the n rows of X
    X : array of shape (n, d)
    depth : of the tree to find; its tests stand at clauses shorter than that
    width : how many clauses of each length are kept
    progress : show a bar

    Examples
    --------
    >>> from pacdistill.cube import enumerate_cube
    >>> X = enumerate_cube(4)
    >>> basis = ProbeBasis(np.full((16, 1), 0.25), 0.0)
    >>> beam_search(basis, X, depth=1, width=5)
    SearchResult(clauses=(Clause(literals=()),), probes=0)
    """
    d = X.shape[1]
    level = [Clause()]
    kept = [Clause()]
    probes = 0
    bar = tqdm(total=1 + width * (depth - 2), desc="beam", disable=not progress, leave=False)
    for length in range(1, depth):
        scores = np.empty((len(level), 2, d))
        for k, clause in enumerate(level):
            scores[k], _ = clause_scores(basis, X, np.flatnonzero(clause.holds(X)))
            scores[k][:, list(clause.variables)] = -np.inf
            bar.update()
        probes += len(level) * 2 * (d - length + 1)
        # A clause of this length has up to `length` parents in the beam: that many copies.
        best = np.argsort(-scores, axis=None, kind="stable")[: width * length]
        parents, values, variables = np.unravel_index(best, scores.shape)
        found = {
            level[parent].extend(int(variable), int(value)): None
            for parent, value, variable in zip(parents, values, variables, strict=True)
            if np.isfinite(scores[parent, value, variable])
        }
        level = list(found)[:width]
        kept += level
    bar.close()
    return SearchResult(tuple(kept), probes)


def twisted_scores(
    basis: ProbeBasis, X: NDArray[np.uint8], y: NDArray[np.int8], rows: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Score every variable at a clause by how well a probe reads the twisted target.

    With f = 1 - 2y in {+1, -1} and g = f minus its mean on the rows of the clause C, the twisted
    target of variable i is 1_C (-1)^(x_i) g. Its score is the fraction of its squared norm that
    a probe explains: 1 for a variable that some tree for f on C tests at its root, if the
    activations carry the leaves of that tree.

    Parameters
    ----------
    basis : the factorized activations of the n rows of X
    X : array of shape (n, d)
    y : labels, shape (n,), 0 and 1, not all equal on the rows
    rows : the inputs at which the clause holds

    Returns
    -------
    array of shape (d,), between 0 and 1
    """
    f = 1.0 - 2.0 * y[rows]
    g = f - f.mean()
    targets = (1.0 - 2.0 * X[rows]) * g[:, None]
    return np.asarray(basis.explained(targets, rows) / (g @ g))


def twisted_search(
    basis: ProbeBasis,
    X: NDArray[np.uint8],
    y: NDArray[np.int8],
    *,
    depth: int,
    branches: tuple[int, ...] = (3, 5),
    counted: int = 2,
    tolerance: float = 0.25,
    unexplained: float = 0.005,
) -> SearchResult:
    """Ask at each clause which variable the function turns on there, and go on below it.

    Where one or two tests are left, counting labels, for each variable or each pair of them,
    finds the best ones without a probe. Above, the best variables by `twisted_scores` are tried
    in turn until one explains the labels of the clause.

    Parameters
    ----------
    basis : the factorized activations of the n rows of X
    X : array of shape (n, d)
    y : labels, shape (n,), 0 and 1
    depth : of the tree to find
    branches : how many variables are tried at a clause; each further number is used only if
        the search before it left more than `unexplained` of the labels wrong
    counted : how many tests at the end of a path are found by counting labels: 2, 1 or 0; with 0
        every test is found by probes
    tolerance : a clause counts as explained when its errors are at most this fraction of
        n 2^-depth, the inputs of one leaf; below 1/2, so that no leaf is overlooked
    unexplained : see `branches`

    Examples
    --------
    >>> from pacdistill.cube import enumerate_cube
    >>> from pacdistill.planted import parity_tree
    >>> from pacdistill.probe import probe_basis
    >>> X, secret = enumerate_cube(6), parity_tree((0, 2, 4))
    >>> indicators = np.stack([clause.holds(X) for clause in secret.clauses()[1:]], axis=1)
    >>> found = twisted_search(probe_basis(indicators), X, secret.predict(X), depth=3)
    >>> found.probes, len(found.clauses)     # six variables, probed once; 1 + 2 + 4 clauses
    (6, 7)
    """
    y = check_labels(y, len(X))
    d = X.shape[1]
    allowed = tolerance * len(y) * 2.0**-depth
    errors: dict[Clause, int] = {}
    kept: dict[Clause, None] = {Clause(): None}
    probes = 0

    def solve(clause: Clause, rows: NDArray[np.intp], branch: int) -> int:
        """Return the errors of the best tree found at a clause, and keep what it needs."""
        if clause not in errors:
            errors[clause] = search_below(clause, rows, branch)
        return errors[clause]

    def search_below(clause: Clause, rows: NDArray[np.intp], branch: int) -> int:
        nonlocal probes
        tests_left = min(depth, d) - len(clause)
        least = int(min(y[rows].sum(), len(rows) - y[rows].sum()))
        if least <= allowed or tests_left == 0:
            return least
        kept[clause] = None
        if counted >= 1:
            least = min(least, int(split_errors(X[rows], y[rows]).sum(axis=0).min()))
            if least <= allowed or tests_left == 1:
                return least
        fixed = list(clause.variables)
        if counted >= 2 and tests_left >= 2:
            pair = pair_errors(X[rows], y[rows]).sum(axis=0)
            pair[fixed] = len(y)
            first = int(pair.argmin())
            if pair[first] <= allowed or tests_left == 2:
                kept[clause.extend(first, 0)] = kept[clause.extend(first, 1)] = None
                return min(least, int(pair[first]))
        scores = twisted_scores(basis, X, y, rows)
        scores[fixed] = -1.0
        probes += d - len(fixed)
        for variable in np.argsort(-scores, kind="stable")[: min(branch, d - len(fixed))]:
            bit = X[rows, variable]
            least = min(
                least,
                sum(solve(clause.extend(variable, v), rows[bit == v], branch) for v in (0, 1)),
            )
            if least <= allowed:
                break
        return least

    for branch in branches:
        errors.clear()
        if solve(Clause(), np.arange(len(y)), branch) <= unexplained * len(y):
            break
    return SearchResult(tuple(sorted(kept, key=len)), probes)
