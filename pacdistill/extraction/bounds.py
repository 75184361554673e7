"""The numbers of probes and samples that the theorems on extraction state, as functions.

Each bound refuses parameters for which its theorem is not stated.
"""

from __future__ import annotations

from math import ceil, inf, log

__all__ = [
    "extraction_probes",
    "extraction_samples",
    "fast_extraction_samples",
    "packing_bound",
    "twist_packing_bound",
]


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
