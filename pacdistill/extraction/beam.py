"""The beam: which clauses are represented at all?

Both searches of this package grow clauses literal by literal from the empty one and return those
that a dynamic program may use as nodes that test a bit. The beam of [Boi24] asks of each clause
whether a probe reads it, and keeps the best of each length; see `twisted_search` for the other.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from pacdistill.cube import Clause
from pacdistill.extraction.probe import ProbeBasis, check_rows, clause_scores

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
    basis: ProbeBasis,
    X: NDArray[np.uint8],
    *,
    depth: int,
    width: int,
    max_seconds: float = np.inf,
    progress: bool = False,
) -> SearchResult:
    """Keep the `width` best represented clauses of each length below the depth [Boi24].

    Parameters
    ----------
    basis : the factorized activations of the n rows of X
    X : array of shape (n, d)
    depth : of the tree to find; its tests stand at clauses shorter than that
    width : how many clauses of each length are kept
    max_seconds : when to stop with the clauses found so far
    progress : show a bar

    Raises
    ------
    ValueError
        If X has not as many rows as the basis, or the depth or the width is below 1.

    Examples
    --------
    >>> from pacdistill import enumerate_cube
    >>> from pacdistill.extraction import probe_basis
    >>> X = enumerate_cube(4)
    >>> basis = probe_basis(np.stack([X[:, 2], X[:, 2] & X[:, 3]], axis=1), ridge=0)
    >>> sorted(str(clause) for clause in beam_search(basis, X, depth=3, width=2).clauses)
    ['(always)', 'x2=0', 'x2=1', 'x2=1 x3=0', 'x2=1 x3=1']
    """
    check_rows(basis, X)
    if depth < 1 or width < 1:
        raise ValueError(f"depth >= 1 and width >= 1, but they are {depth} and {width}")
    deadline = time.perf_counter() + max_seconds
    d = X.shape[1]
    level = [Clause()]
    kept = [Clause()]
    probes, complete = 0, True
    total = 1 + width * max(depth - 2, 0)
    with tqdm(total=total, desc="beam", disable=not progress, leave=False) as bar:
        for length in range(1, depth):
            scores = np.full((len(level), 2, d), -np.inf)
            for k, clause in enumerate(level):
                if time.perf_counter() > deadline:
                    complete = False
                    break
                scores[k], _ = clause_scores(basis, X, np.flatnonzero(clause.holds(X)))
                scores[k][:, list(clause.variables)] = -np.inf
                probes += 2 * (d - length + 1)
                bar.update()
            level = _best_extensions(level, scores, width)
            kept += level
    return SearchResult(tuple(kept), probes, depth, complete=complete)


def _best_extensions(level: list[Clause], scores: NDArray[np.float64], width: int) -> list[Clause]:
    """Return the clauses with the best scores, the best first, each once.

    `scores` has shape (parents, 2, d). A clause of k literals has at most k parents in the beam,
    so among the k * width best scores there are `width` different clauses, if there are so many.
    """
    if not level:
        return []
    most = min(width * (len(level[0]) + 1), scores.size)
    flat = scores.ravel()
    best = np.argpartition(-flat, most - 1)[:most] if most < flat.size else np.arange(flat.size)
    best = best[np.lexsort((best, -flat[best]))]  # ties by position, as on every machine
    parents, values, variables = np.unravel_index(best[np.isfinite(flat[best])], scores.shape)
    found = {
        level[parent].extend(int(variable), int(value)): None
        for parent, value, variable in zip(parents, values, variables, strict=True)
    }
    return list(found)[:width]


def widest_level(depth: int, d: int) -> int:
    """Return how many clauses on d bits there are of the length, below the depth, with most.

    Examples
    --------
    >>> widest_level(3, 10)     # 10 * 9 / 2 pairs of bits, four clauses each
    180
    """
    lengths = range(max(min(depth, d + 1), 1))
    return int(max(math.comb(d, length) * 2**length for length in lengths))
