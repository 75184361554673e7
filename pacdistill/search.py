"""The beam: which clauses are represented at all?

Both searches of this package grow clauses literal by literal from the empty one and return those
that a dynamic program may use as nodes that test a bit. The beam of [Boi24] asks of each clause
whether a probe reads it, and keeps the best of each length; see `twisted_search` for the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pacdistill.cube import Clause
from pacdistill.probe import ProbeBasis, clause_scores

__all__ = ["SearchResult", "beam_search"]


@dataclass(frozen=True)
class SearchResult:
    """What a search found and what it cost.

    Parameters
    ----------
    clauses : the clauses kept, shortest first, the empty clause included
    probes : number of probes, one for each clause or variable that was scored
    depth : of the tree whose clauses they are
    errors : how many labels that tree leaves wrong, if the search looked at them; the dynamic
        program finds a tree at least as good
    complete : False if the search was stopped by its limit of probes or of time
    """

    clauses: tuple[Clause, ...]
    probes: int
    depth: int
    errors: int | None = None
    complete: bool = True


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
    return SearchResult(tuple(kept), probes, depth)


