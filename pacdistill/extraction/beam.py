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
from pacdistill.ties import rank

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

    Of clauses with equal scores that one is better that sorts first.

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
        while level and len(level[0]) < depth - 1:
            scores = np.full((len(level), 2, d), -np.inf)
            for k, clause in enumerate(level):
                if time.perf_counter() > deadline:
                    complete = False
                    break
                scores[k], _ = clause_scores(basis, X, np.flatnonzero(clause.holds(X)))
                scores[k][:, list(clause.variables)] = -np.inf
                bar.update()
            places = _distinct(level, scores)
            probes += len(places)
            first = places[rank(scores.ravel()[places])[:width]]
            level = [
                level[parent].extend(variable, value)
                for parent, value, variable in np.transpose(
                    np.unravel_index(first, scores.shape)
                ).tolist()
            ]
            kept += level
    return SearchResult(tuple(kept), probes, depth, complete=complete)


def _distinct(level: list[Clause], scores: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the places of the clauses that were scored, in their natural order, each once.

    `scores` has shape (parents, 2, d), -inf for what is no clause or was not scored; a place
    counts in its ravelled form. A clause of k literals is reached from k parents at most.
    """
    places = np.flatnonzero(np.isfinite(scores))
    parents, values, variables = np.unravel_index(places, scores.shape)
    # A literal as a number, and a clause as its sorted numbers: they order as `Clause` does.
    literals = np.array([[2 * i + v for i, v in clause.literals] for clause in level], np.int64)
    literals = literals.reshape(len(level), -1)[parents]
    clauses = np.sort(np.column_stack([literals, 2 * variables + values]), axis=1)
    order = np.lexsort(clauses.T[::-1])
    new = np.ones(len(order), dtype=bool)
    new[1:] = (clauses[order[1:]] != clauses[order[:-1]]).any(axis=1)
    return np.asarray(places[order[new]])


def widest_level(depth: int, d: int) -> int:
    """Return how many clauses on d bits there are of the length, below the depth, with most.

    Examples
    --------
    >>> widest_level(3, 10)     # 10 * 9 / 2 pairs of bits, four clauses each
    180
    """
    lengths = range(max(min(depth, d + 1), 1))
    return int(max(math.comb(d, length) * 2**length for length in lengths))
