"""The numbers of samples and queries that the theorems of the book state, as functions.

Each bound refuses parameters for which its theorem is not stated.
"""

from __future__ import annotations

from math import ceil, comb, log

__all__ = [
    "coin_samples",
    "erm_samples",
    "half_sets_samples",
    "junta_queries",
    "near_junta_queries",
    "parity_queries",
    "sauer_shelah_bound",
]


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


def parity_queries(d: int, size: int, tolerance: float) -> float:
    """Return how many statistical queries are needed at least to learn all parities of a size.

    By a deterministic learner that is to have an error below 1/4 under the uniform distribution. It
    needs more than this number (`thm-sq-parity`); from a tolerance of 1/2 on no number is enough
    (`prop-sq-half`).

    Parameters
    ----------
    d : number of bits
    size : number of bits of the parities, at least 1; there must be two of them
    tolerance : of the oracle's answers, above 0 and at most 1

    Examples
    --------
    >>> round(parity_queries(100, 4, 0.01), 1)
    392.1
    """
    if not 1 <= size <= d or comb(d, size) < 2 or not 0 < tolerance <= 1:
        raise ValueError(
            "the bound holds for at least two parities of 1 <= size <= d bits and "
            f"0 < tolerance <= 1, but size = {size}, d = {d} and tolerance = {tolerance}"
        )
    return (comb(d, size) - 1) * tolerance**2


def junta_queries(d: int, k: int, delta: float) -> int:
    """Return how many queries are enough to find a k-junta of d bits exactly.

    Parameters
    ----------
    d : number of bits
    k : number of bits that the function depends on at most, from 0 to d
    delta : probability of failure allowed

    Examples
    --------
    >>> junta_queries(100, 4, 0.01)
    828
    """
    if not 0 <= k <= d or d < 1 or not 0 < delta < 1:
        raise ValueError(
            "the bound holds for 0 <= k <= d, d >= 1 and 0 < delta < 1, but "
            f"k = {k}, d = {d} and delta = {delta}"
        )
    pairs = sum((1 << r) * junta_pairs(k, r, delta) for r in range(k))
    return 2 * pairs + k * (d - 1).bit_length() + 2 * (1 << k)


def junta_pairs(k: int, known: int, delta: float) -> int:
    """Return how many pairs are drawn for each assignment of the variables that are known."""
    return ceil((1 << (k - known)) * log(k / delta))


def near_junta_queries(d: int, k: int, distance: float, delta: float) -> int:
    """Return how many queries are enough to find the k-junta that a function is near to.

    Parameters
    ----------
    d : number of bits
    k : number of bits that the junta depends on at most, from 1 to d
    distance : of the function from the junta under the uniform distribution, below 2^-(k+1)
    delta : probability of failure allowed

    Examples
    --------
    >>> near_junta_queries(100, 4, 0.01, 0.01)
    296894
    """
    pairs, cell = near_junta_samples(d, k, distance, delta)
    return pairs * (d + 1) + (1 << k) * cell


def near_junta_samples(d: int, k: int, distance: float, delta: float) -> tuple[int, int]:
    """Return how many points the influences need, and how many each cell of the table."""
    if not 1 <= k <= d or not 0 <= distance < 2 ** -(k + 1) or not 0 < delta < 1:
        raise ValueError(
            "the bound holds for 1 <= k <= d, 0 <= distance < 2^-(k+1) and 0 < delta < 1, but "
            f"k = {k}, d = {d}, distance = {distance} (2^-(k+1) = {2.0 ** -(k + 1):g}) and "
            f"delta = {delta}"
        )
    gap = 2**-k - 2 * distance
    pairs = ceil(log(4 * d / delta) / (2 * gap**2))
    return pairs, ceil(2 * log(2 ** (k + 1) / delta) / (4**k * gap**2))
