"""Finite concept classes: what a class can do to points.

A concept is a function from N points to {0, 1}. A finite class is an array of shape (k, N), with a
row for each concept and a column for each point, so that restricting it to some points is taking
some of its columns. Points and concepts are named by their numbers, from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "check_class",
    "enumerate_subsets",
    "find_shattered",
    "is_shattered",
    "restrict",
    "vc_dimension",
]

MOST_SUBSETS = 2**22
# A table of all labelings of so many points has 2^18 entries.
MOST_TABLED_POINTS = 18
# The entries of the class that are read, summed over the shattered sets: some ten seconds.
MOST_READ = 2**30


def check_class(concepts: ArrayLike) -> NDArray[np.uint8]:
    """Return a class as an array of 0 and 1, or say what is wrong with it.

    Raises
    ------
    ValueError
        If its shape is not (k, N) with k >= 1 and N >= 1, or an entry is neither 0 nor 1.

    Examples
    --------
    >>> check_class([[True, False], [0.0, 1.0]])
    array([[1, 0],
           [0, 1]], dtype=uint8)
    """
    table = np.asarray(concepts)
    if table.ndim != 2 or table.size == 0:
        raise ValueError(
            "a class has a row for each concept and a column for each point, at least one of "
            f"each, but its shape is {table.shape}; a single concept g is the class g[None, :]"
        )
    wrong = ~np.isin(table, (0, 1))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise ValueError(
            f"concepts have the labels 0 and 1, but concept {row} has the label "
            f"{table[row, column]} at point {column}; labels in {{-1, +1}} convert by (y + 1) / 2"
        )
    return table.astype(np.uint8)


def enumerate_subsets(N: int, size: int) -> NDArray[np.uint8]:
    """Return the class of the indicators of all subsets of N points with so many members.

    Returns
    -------
    array of shape (C(N, size), N), in lexicographic order of the subsets

    Raises
    ------
    ValueError
        If not 0 <= size <= N or N < 1, or there are more than 2^22 subsets.

    Examples
    --------
    >>> enumerate_subsets(3, 2)
    array([[1, 1, 0],
           [1, 0, 1],
           [0, 1, 1]], dtype=uint8)
    """
    if N < 1 or not 0 <= size <= N:
        raise ValueError(f"subsets need 0 <= size <= N and N >= 1, but size = {size} and N = {N}")
    count = comb(N, size)
    if count > MOST_SUBSETS:
        raise ValueError(f"{N} points have {count:,} subsets of size {size}: too many to list")
    table = np.zeros((count, N), dtype=np.uint8)
    members = np.array(list(combinations(range(N), size)), dtype=np.intp).reshape(count, size)
    np.put_along_axis(table, members, 1, axis=1)
    return table


def restrict(concepts: ArrayLike, points: Sequence[int]) -> NDArray[np.uint8]:
    """Return the different labelings that a class gives to some points, in increasing order.

    Parameters
    ----------
    concepts : array of shape (k, N), entries 0 and 1
    points : numbers of points

    Returns
    -------
    array of shape (number of labelings, number of points)

    Examples
    --------
    >>> restrict([[0, 0, 1], [0, 1, 1], [1, 1, 1]], [1, 2])
    array([[0, 1],
           [1, 1]], dtype=uint8)
    """
    return np.unique(check_class(concepts)[:, list(points)], axis=0)


def is_shattered(concepts: ArrayLike, points: Sequence[int]) -> bool:
    """Tell whether a class gives all 2^m labelings to m different points.

    Examples
    --------
    >>> intervals = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1], [0, 1, 0], [0, 1, 1], [0, 0, 1]]
    >>> is_shattered(intervals, [0, 1]), is_shattered(intervals, [0, 1, 2])
    (True, False)
    """
    return len(restrict(concepts, points)) == 1 << len(points)


def vc_dimension(concepts: ArrayLike) -> int:
    """Return the VC dimension, the size of the largest shattered set of points, exactly.

    Parameters
    ----------
    concepts : array of shape (k, N), entries 0 and 1

    Raises
    ------
    ValueError
        If the class is malformed, or too large to finish.

    Examples
    --------
    >>> vc_dimension([[0, 0, 1], [0, 1, 0], [1, 0, 0]])
    1
    """
    return len(find_shattered(concepts))


def find_shattered(concepts: ArrayLike) -> tuple[int, ...]:
    """Return a largest shattered set of points.

    Of points on which the class is equal, or opposite, one is looked at, and none on which it is
    constant. If the class fills a good part of the table of all labelings, points are dropped from
    the table until all labelings of the others are there; if not, shattered sets grow by a point
    at a time.

    Parameters
    ----------
    concepts : array of shape (k, N), entries 0 and 1

    Returns
    -------
    tuple of the points' numbers, in increasing order

    Raises
    ------
    ValueError
        If the class is malformed, or too large to finish. No class of at most 18 points is.

    Examples
    --------
    >>> find_shattered([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    (0, 1)
    """
    table = check_class(concepts)
    table = table ^ table[0]  # shatters the same points, and opposite columns are now equal
    _, first = np.unique(table, axis=1, return_index=True)
    kept = np.sort(first[table[:, first].any(axis=0)])
    table = np.unique(table[:, kept], axis=0)
    k, N = table.shape
    tabled = N <= MOST_TABLED_POINTS and 2**N <= 256 * k
    found = _drop_points(table) if tabled else _add_points(table)
    return tuple(int(kept[point]) for point in found)


def _drop_points(table: NDArray[np.uint8]) -> tuple[int, ...]:
    """Drop points from the table of all labelings until every labeling of the rest is there."""
    N = table.shape[1]
    there = np.zeros((2,) * N, dtype=bool)
    there[tuple(table.T)] = True
    best: tuple[int, ...] = ()

    def drop(there: NDArray[np.bool_], points: tuple[int, ...], start: int) -> None:
        """Look at the rest of the points, and below it at what is dropped from `start` on."""
        nonlocal best
        if len(points) <= len(best) or np.count_nonzero(there) < 2 ** (len(best) + 1):
            return  # dropping never adds a labeling
        if there.all():
            best = points
            return
        for i in range(start, len(points)):
            drop(np.asarray(there.any(axis=i)), points[:i] + points[i + 1 :], i)

    drop(there, tuple(range(N)), 0)
    return best


def _add_points(table: NDArray[np.uint8]) -> tuple[int, ...]:
    """Grow shattered sets by a point at a time; every subset of a shattered set is one."""
    k, N = table.shape
    most = k.bit_length() - 1  # a set of m points needs 2^m concepts
    best: tuple[int, ...] = ()
    read = 0

    def grow(labeling: NDArray[np.intp], points: tuple[int, ...], later: NDArray[np.intp]) -> None:
        """Look at a shattered set that concept g labels as number `labeling[g]` of 2^m."""
        nonlocal best, read
        if len(points) > len(best):
            best = points
        if len(best) == most or len(points) + len(later) <= len(best):
            return
        read += k * len(later)
        if read > MOST_READ:
            raise ValueError(
                f"the class of {k:,} different concepts on {N:,} different points has too many "
                f"shattered sets to look at all of them; a set of {len(best)} points is shattered, "
                "so the VC dimension is at least that"
            )
        there = np.zeros((2 ** len(points), 2, len(later)), dtype=bool)
        there[labeling[:, None], table[:, later], np.arange(len(later))] = True
        later = later[there.all(axis=(0, 1))]
        for j, point in enumerate(later):
            grow(2 * labeling + table[:, point], (*points, int(point)), later[j + 1 :])

    grow(np.zeros(k, dtype=np.intp), (), np.arange(N))
    return best
