"""The numbers of queries that the theorems state, as functions.

Each bound refuses parameters for which its theorem is not stated.
"""

from __future__ import annotations

from math import ceil, comb, log

__all__ = ["junta_queries", "near_junta_queries", "parity_queries"]


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
