"""The Pareto frontier: the targets that no other target beats at every point.

Seen from a source f, a target g is the set of points where it disagrees with f. If the set of g'
is a subset of that of g, then g' errs no more than g under every distribution: g' *dominates* g.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pacdistill.blocks import row_blocks
from pacdistill.samples.concepts import check_class

__all__ = ["disagreement_sets", "pareto_frontier"]

# A table of all subsets of so many points has 2^20 entries.
MOST_TABLED_POINTS = 20
# Products of the comparison of all sets with the frontier: some ten seconds.
MOST_PRODUCTS = 2**37
BLOCK = 2**24


def disagreement_sets(concepts: ArrayLike, f: ArrayLike) -> NDArray[np.uint8]:
    """Return for each concept the indicator of the points where it disagrees with f.

    Parameters
    ----------
    concepts : array of shape (k, N), entries 0 and 1
    f : the source's labels, shape (N,), 0 and 1

    Raises
    ------
    ValueError
        If the class or the source is malformed.

    Examples
    --------
    >>> disagreement_sets([[0, 0], [1, 0]], [0, 1])
    array([[0, 1],
           [1, 1]], dtype=uint8)
    """
    table = check_class(concepts)
    source = np.asarray(f)
    if source.shape != table.shape[1:]:
        raise ValueError(
            f"the source needs a label for each of the {table.shape[1]} points of the class, but "
            f"its shape is {source.shape}"
        )
    return table ^ check_class(source[None, :])


def pareto_frontier(concepts: ArrayLike, f: ArrayLike) -> NDArray[np.intp]:
    """Return a smallest dominating subset of a class: the minimal disagreement sets with f.

    Parameters
    ----------
    concepts : array of shape (k, N), entries 0 and 1
    f : the source's labels, shape (N,), 0 and 1

    Returns
    -------
    array of the concepts' numbers, in increasing order; of equal concepts the first

    Raises
    ------
    ValueError
        If the class or the source is malformed, or the class is too large to finish. No class of
        at most 20 points is.

    Examples
    --------
    >>> pareto_frontier([[1, 1, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]], [0, 0, 0]).tolist()
    [1, 2]
    """
    different, first = np.unique(disagreement_sets(concepts, f), axis=0, return_index=True)
    tabled = different.shape[1] <= MOST_TABLED_POINTS
    minimal = _minimal_in_table(different) if tabled else _minimal_by_size(different)
    return np.sort(first[minimal])


def _minimal_in_table(sets: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which of the different sets contain no other, by a table of all subsets."""
    N = sets.shape[1]
    contains = np.zeros((2,) * N, dtype=bool)  # a subset contains a set of the class
    contains[tuple(sets.T)] = True
    for i in range(N):
        without, with_i = np.moveaxis(contains, i, 0)
        with_i |= without
    strictly = np.zeros_like(contains)  # and is not equal to it
    for i in range(N):
        np.moveaxis(strictly, i, 0)[1] |= np.moveaxis(contains, i, 0)[0]
    minimal: NDArray[np.bool_] = ~strictly[tuple(sets.T)]
    return minimal


def _minimal_by_size(sets: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which of the different sets contain no other: smaller ones are known when it matters."""
    sizes = sets.sum(axis=1, dtype=np.int64)
    minimal = np.zeros(len(sets), dtype=bool)
    products = 0
    for size in np.unique(sizes):
        frontier = np.flatnonzero(minimal)
        members = sets[frontier].T.astype(np.float32)
        group = np.flatnonzero(sizes == size)
        products += len(group) * members.size
        if products > MOST_PRODUCTS:
            raise ValueError(
                f"the frontier of {len(sets):,} different disagreement sets on {sets.shape[1]:,} "
                f"points is too large to finish: it has {len(frontier):,} sets of fewer than "
                f"{size} points, and each larger set is compared with all of them"
            )
        for rows in row_blocks(len(group), max(1, BLOCK // max(1, len(frontier)))):
            common = sets[group[rows]].astype(np.float32) @ members
            minimal[group[rows]] = ~(common == sizes[frontier]).any(axis=1)
    return minimal
