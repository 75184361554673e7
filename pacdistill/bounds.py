"""The numbers of samples and queries that the theorems of the book state, as functions.

Each bound refuses parameters for which its theorem is not stated.
"""

from __future__ import annotations

from math import ceil, comb, inf, log

__all__ = [
    "coin_samples",
    "erm_samples",
    "extraction_probes",
    "extraction_samples",
    "fast_extraction_samples",
    "half_sets_samples",
    "junta_queries",
    "near_junta_queries",
    "packing_bound",
    "parity_queries",
    "sauer_shelah_bound",
    "twist_packing_bound",
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


def packing_bound(length: int, norm: float, radius: float) -> float:
    """Return how many clauses of a length can be represented at most (`lem-packing`).

    Under uniform bits, with probes of bounded norm, at a square loss of at most 4^-length / 4.

    Parameters
    ----------
    length : number of literals of the clauses, at least 0
    norm : the largest norm tau of a probe's weights
    radius : B, where B^2 bounds the mean squared norm of the features

    Examples
    --------
    >>> packing_bound(2, norm=1, radius=2)
    1024.0
    """
    _check_norms(norm, radius)
    if length < 0:
        raise ValueError(f"a clause has at least 0 literals, but length = {length}")
    return 4 * 8.0**length * (norm * radius) ** 2


def extraction_probes(d: int, depth: int, norm: float, radius: float) -> float:
    """Return how many clauses the search of `thm-extraction` probes at most.

    Parameters
    ----------
    d : number of bits
    depth : of the tree, at least 1
    norm : the largest norm tau of a probe's weights
    radius : B, a bound on the norm of the features at every input

    Examples
    --------
    >>> round(extraction_probes(10, 2, norm=1, radius=1), 1)      # (8/7) * 10 * 8 + 20
    111.4
    """
    _check_tree(d, depth)
    _check_norms(norm, radius)
    return 8 / 7 * d * 8.0 ** (depth - 1) * (norm * radius) ** 2 + 2 * d


def extraction_samples(
    d: int,
    depth: int,
    leaves: int,
    norm: float,
    radius: float,
    eps: float,
    delta: float,
    *,
    realizable: bool = False,
) -> int:
    """Return a number of samples that is enough for `thm-extraction`.

    Parameters
    ----------
    d, depth, norm, radius : as in `extraction_probes`
    leaves : of the tree
    eps : error allowed beyond that of the tree
    delta : probability of failure allowed
    realizable : whether the tree agrees with the source everywhere

    Examples
    --------
    >>> extraction_samples(100, 4, 16, norm=1, radius=4, eps=0.1, delta=0.05, realizable=True)
    34270047796
    """
    _check_tree(d, depth)
    _check_norms(norm, radius)
    _check_chances(eps, delta)
    if not 1 <= leaves <= 2**depth:
        raise ValueError(f"a tree of depth {depth} has 1 to {2**depth} leaves, not {leaves}")
    R, b = depth - 1, norm * radius
    probed = R * log(2 * d + 1)  # the logarithm of the number of clauses that may be probed
    search = 256 * 16.0**R * (b + 1) ** 4 * (32 + log(4 / delta) + probed)
    if realizable:
        trees = (leaves * log(8 * d) + log(2 / delta)) / eps
    else:
        trees = 2 / eps**2 * (leaves * log(8 * d) + log(4 / delta))
    return ceil(search + trees)


def fast_extraction_samples(
    d: int, depth: int, features: int, norm: float, radius: float, delta: float
) -> int:
    """Return a number of samples that is enough for the search of `thm-extraction-fast`.

    Parameters
    ----------
    d, depth, norm, radius, delta : as in `extraction_samples`
    features : number m of features

    Examples
    --------
    >>> fast_extraction_samples(100, 4, features=64, norm=1, radius=4, delta=0.05)
    6263381
    """
    _check_tree(d, depth)
    _check_norms(norm, radius)
    _check_chances(1 / 2, delta)
    if features < 1:
        raise ValueError(f"there is at least one feature, but features = {features}")
    R = depth - 1
    union = log(4 * (features + 1) / delta) + R * log(2 * d + 1)
    return ceil(160 * 4.0**R * (norm * radius + 1) ** 2 * union)


def twist_packing_bound(norm: float, radius: float, variance: float) -> float:
    """Return how many variables can score high at a clause whose tree does not test them.

    By `lem-twist-packing`; with a probe of bounded norm and a loss of at most a quarter of the
    target's squared norm.

    Parameters
    ----------
    norm, radius : as in `packing_bound`
    variance : V, the squared norm of the twisted target, above 0 and at most 1

    Examples
    --------
    >>> twist_packing_bound(norm=1, radius=2, variance=0.5)
    32.0
    """
    _check_norms(norm, radius)
    if not 0 < variance <= 1:
        raise ValueError(f"a twisted target has 0 < V <= 1, but variance = {variance}")
    return 4 * (norm * radius) ** 2 / variance


def _check_tree(d: int, depth: int) -> None:
    if not 1 <= depth <= d:
        raise ValueError(f"the bound holds for 1 <= depth <= d, but depth = {depth} and d = {d}")


def _check_norms(norm: float, radius: float) -> None:
    if not 0 < norm < inf or not 0 < radius < inf:
        raise ValueError(f"norms are above 0 and finite, but norm = {norm} and radius = {radius}")


def _check_chances(eps: float, delta: float) -> None:
    if not 0 < eps < 1 or not 0 < delta < 1:
        raise ValueError(
            f"the bound holds for 0 < eps < 1 and 0 < delta < 1, but eps = {eps} and "
            f"delta = {delta}"
        )
