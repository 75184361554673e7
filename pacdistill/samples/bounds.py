"""The numbers of samples that the theorems state, as functions.

Each bound refuses parameters for which its theorem is not stated.
"""

from __future__ import annotations

from math import ceil, comb, log

__all__ = ["coin_samples", "erm_samples", "half_sets_samples", "sauer_shelah_bound"]


def sauer_shelah_bound(N: int, d: int) -> int:
    """Return how many labelings of N points a class of VC dimension d has at most.

    Examples
    --------
    >>> sauer_shelah_bound(4, 2)
    11
    """
    if N < 0 or d < 0:
        raise ValueError(f"numbers of points are not negative, but N = {N} and d = {d}")
    return sum(comb(N, i) for i in range(d + 1))


def erm_samples(size: int, eps: float, delta: float, *, agnostic: bool = False) -> int:
    """Return a number of samples that is enough for ERM over a finite class.

    Parameters
    ----------
    size : number of concepts
    eps : error allowed, beyond that of the best concept
    delta : probability of failure allowed
    agnostic : whether the best concept may err

    Examples
    --------
    >>> erm_samples(1000, 0.1, 0.05), erm_samples(1000, 0.1, 0.05, agnostic=True)
    (100, 2120)
    """
    if size < 1 or not 0 < eps < 1 or not 0 < delta < 1:
        raise ValueError(
            "the bound holds for a class of at least one concept, 0 < eps < 1 and 0 < delta < 1, "
            f"but size = {size}, eps = {eps} and delta = {delta}"
        )
    if agnostic:
        return ceil(2 / eps**2 * log(2 * size / delta))
    return ceil((log(size) + log(1 / delta)) / eps)


def half_sets_samples(N: int, eps: float) -> float:
    """Return what a perfect distiller of 0 into the half-sets of N points has to exceed.

    For a domain with one more point, that all half-sets leave out, and delta < 5/42.

    Parameters
    ----------
    N : number of points that the half-sets halve, even
    eps : error allowed, at most 1/8

    Examples
    --------
    >>> half_sets_samples(100, eps=1 / 64)
    100.0
    """
    if N < 2 or N % 2 or not 0 < eps <= 1 / 8:
        raise ValueError(
            f"the bound holds for an even N >= 2 and 0 < eps <= 1/8, but N = {N} and eps = {eps}"
        )
    return N / (64 * eps)


def coin_samples(eps: float, delta: float) -> float:
    """Return what an agnostic distiller of 0 into the two sides of a coin needs at least.

    Parameters
    ----------
    eps : error allowed beyond that of the better side, below 1/2
    delta : probability of failure allowed, below 1/4

    Examples
    --------
    >>> round(coin_samples(0.1, 0.05), 1)
    53.6
    """
    if not 0 < eps < 1 / 2 or not 0 < delta < 1 / 4:
        raise ValueError(
            "the bound holds for 0 < eps < 1/2 and 0 < delta < 1/4, but "
            f"eps = {eps} and delta = {delta}"
        )
    return log(1 / (4 * delta)) / (3 * eps**2)
