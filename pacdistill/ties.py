"""Ties: scores that are equal but for rounding, and the rule by which one of them comes first.

A processor adds numbers in its own order, so scores that are equal in exact arithmetic differ in
their last digits, and differ elsewhere on another machine. No choice of this package hangs on that:
wherever something is ranked, compared or stopped by a score, scores that differ by rounding alone
are equal, and among equal ones *the first in the natural order comes first*: the smallest
variable, the clause that sorts first, the smaller tree.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["best", "exceeds", "rank", "rounded"]

# Scores here are fractions, or bits: numbers of a moderate size, computed in double precision to
# some 13 digits. What differs by less is the same.
ROUNDING = 1e-9


def rank(scores: ArrayLike) -> NDArray[np.intp]:
    """Return the places of the scores, the highest first; of equal ones the first place first.

    Scores are equal if they differ by at most 1e-9, or if scores between them link them by such
    steps.

    Parameters
    ----------
    scores : array of shape (k,), in the natural order of what they belong to; -inf for what is out

    Returns
    -------
    array of shape (k,)

    Examples
    --------
    >>> rank([0.5, 1.0, 0.1 + 0.2 + 0.2, 1.0 - 1e-15]).tolist()
    [1, 3, 0, 2]
    """
    values = np.asarray(scores, dtype=np.float64)
    order = np.argsort(-values, kind="stable")
    ranked = values[order]
    falls = ranked[1:] < ranked[:-1] - ROUNDING
    group = np.concatenate([[0], np.cumsum(falls)])[: len(order)]
    return order[np.lexsort((order, group))]


def best(scores: ArrayLike) -> int:
    """Return the place of the highest score, the first of those that equal it.

    Raises
    ------
    ValueError
        If there is no score.

    Examples
    --------
    >>> best([0.3, 0.1 + 0.2])
    0
    """
    order = rank(scores)
    if not len(order):
        raise ValueError("of no scores none is the best")
    return int(order[0])


def exceeds(score: ArrayLike, other: ArrayLike) -> NDArray[np.bool_]:
    """Tell whether a score is higher than another by more than rounding; element by element.

    Examples
    --------
    >>> bool(exceeds(0.1 + 0.2, 0.3)), bool(exceeds(0.31, 0.3))
    (False, True)
    """
    return np.asarray(np.asarray(score, dtype=np.float64) > np.asarray(other) + ROUNDING)


def rounded(number: float, digits: int) -> float:
    """Return a number to so many digits, at most 6, the same one whatever its last bits are.

    A number that lies halfway but for rounding, such as 1/32 to four digits, would otherwise be
    rounded up on one machine and down on another.

    Examples
    --------
    >>> rounded(1 / 32 + 1e-17, 4) == rounded(1 / 32 - 1e-17, 4)
    True
    """
    return round(round(float(number), 9), digits)
