"""The large Fourier coefficients of a function on the cube, found by queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log

import numpy as np
from numpy.typing import NDArray

from pacdistill.blocks import row_blocks
from pacdistill.cube import character, sample_cube
from pacdistill.queries.oracle import MembershipOracle, keeping

__all__ = ["HeavyCoefficients", "heavy_coefficients", "heavy_pairs"]

PIECE = 2**16  # inputs in one call of the label function, at most


@dataclass(frozen=True)
class HeavyCoefficients:
    """Some Fourier coefficients of the sign (-1)^label of a function, and what they cost.

    Parameters
    ----------
    subsets : the sets of variables, each in order
    coefficients : estimates of E[f chi_V], one for each set
    queries : for how many inputs a label was asked
    """

    subsets: tuple[tuple[int, ...], ...]
    coefficients: NDArray[np.float64]
    queries: int

    def predict(self, X: NDArray[np.uint8]) -> NDArray[np.int8]:
        """Return 1 where the sum of the terms is negative, and 0 elsewhere; shape (n,).

        Examples
        --------
        >>> found = HeavyCoefficients(((), (0, 1)), np.array([0.1, 0.9]), 0)
        >>> found.predict(np.array([[0, 0], [0, 1]], np.uint8))
        array([0, 1], dtype=int8)
        """
        total = np.zeros(len(X))
        for subset, coefficient in zip(self.subsets, self.coefficients, strict=True):
            total += coefficient * character(X, subset)
        return (total < 0).astype(np.int8)


def heavy_pairs(d: int, threshold: float, delta: float) -> int:
    """Return how many pairs a level of the search needs: ceil(32/t^4 ln(16 d/(delta t^2))).

    That many pairs at each of the d levels find, with probability 1 - delta/2, every coefficient
    of size at least t = `threshold`, and none below t/sqrt(2) (`thm-kushilevitz-mansour`).

    Examples
    --------
    >>> heavy_pairs(10, 0.5, 0.01)
    5667
    """
    if d < 1 or not 0 < threshold <= 1 or not 0 < delta < 1:
        raise ValueError(
            "the search needs d >= 1, 0 < threshold <= 1 and 0 < delta < 1, "
            f"but d = {d}, threshold = {threshold} and delta = {delta}"
        )
    return ceil(32 / threshold**4 * log(16 * d / (delta * threshold**2)))


def heavy_coefficients(
    labels: Callable[[NDArray[np.uint8]], NDArray[np.int8]],
    d: int,
    rng: np.random.Generator,
    *,
    threshold: float,
    pairs: int | None = None,
    delta: float = 0.01,
    accuracy: float | None = None,
    max_queries: int | None = None,
) -> HeavyCoefficients:
    """Find the large Fourier coefficients of a function by queries [KushilevitzMansour93].

    A bucket holds all sets V with V & {0, ..., k-1} = S. Its weight, the sum of their squared
    coefficients, is E[f(x, z) f(y, z) chi_S(x) chi_S(y)] for independent x, y of k bits and one
    common z of d - k bits. Level by level a bucket is kept if its estimated weight is at least
    3/4 threshold^2, and cut in two by the next variable; by Parseval few are ever kept. All
    buckets of a level share its pairs.

    Parameters
    ----------
    labels : from X of shape (n, d) to labels 0 and 1 of shape (n,)
    d : number of bits
    rng : source of the random points
    threshold : coefficients of at least this size are found
    pairs : of inputs at each level; `heavy_pairs` if not given, which is what the theorem asks for
    delta : the probability of failure, if `pairs` is not given
    accuracy : of the coefficients, with which the number of random inputs for them is
        ceil(2/accuracy^2 ln(8/(delta threshold^2))); threshold/4 if not given
    max_queries : how many labels may be asked; any number if not given

    Returns
    -------
    HeavyCoefficients; its sets stand in the order in which the search meets them

    Raises
    ------
    QueryBudgetError
        If more queries are needed than allowed; its `found` are the sets of the first variables
        whose buckets looked heavy at the last level that was done.
    ValueError
        If a number is out of range, or `labels` returns a wrong shape or other labels than 0 and 1.

    Examples
    --------
    >>> from pacdistill import parity_tree
    >>> secret = parity_tree((1, 4)).predict
    >>> found = heavy_coefficients(secret, 6, np.random.default_rng(0), threshold=0.9)
    >>> found.subsets, found.coefficients.tolist()
    (((1, 4),), [1.0])
    """
    needed = heavy_pairs(d, threshold, delta)
    pairs = needed if pairs is None else pairs
    accuracy = threshold / 4 if accuracy is None else accuracy
    if pairs < 1 or not 0 < accuracy <= 1:
        raise ValueError(
            f"the search needs pairs >= 1 and 0 < accuracy <= 1, "
            f"but pairs = {pairs} and accuracy = {accuracy}"
        )
    oracle = MembershipOracle(labels, max_queries)

    def signs(X: NDArray[np.uint8]) -> NDArray[np.float32]:
        return (1 - 2 * oracle(X)).astype(np.float32)

    buckets = np.zeros((1, 0), dtype=np.uint8)  # the indicator of S, a row for each bucket
    with keeping(lambda: _subsets(buckets)):
        for k in range(1, d + 1):
            halves = np.tile([0, 1], len(buckets)).astype(np.uint8)
            halved = np.column_stack([np.repeat(buckets, 2, axis=0), halves])
            weights = np.zeros(len(halved))
            for block in row_blocks(pairs, PIECE):
                X = sample_cube(block.stop - block.start, d, rng)
                Y = X.copy()
                Y[:, :k] = sample_cube(len(X), k, rng)
                both = signs(X) * signs(Y)
                weights += _characters(X[:, :k] ^ Y[:, :k], halved).T @ both
            buckets = halved[weights / pairs >= 0.75 * threshold**2]
        samples = ceil(2 / accuracy**2 * log(8 / (delta * threshold**2))) if len(buckets) else 0
        sums = np.zeros(len(buckets))
        for block in row_blocks(samples, PIECE):
            X = sample_cube(block.stop - block.start, d, rng)
            sums += _characters(X, buckets).T @ signs(X)
    return HeavyCoefficients(_subsets(buckets), sums / max(samples, 1), oracle.queries)


def _subsets(buckets: NDArray[np.uint8]) -> tuple[tuple[int, ...], ...]:
    """Return the sets whose indicators are the rows."""
    return tuple(tuple(np.flatnonzero(row).tolist()) for row in buckets)


def _characters(X: NDArray[np.uint8], rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return `character` of many sets, by one product of matrices; shape (inputs, rows).

    The rows are the indicators of the sets. The sums are whole numbers, below 2^24, and exact.
    """
    odd = (X.astype(np.float32) @ rows.T.astype(np.float32)) % 2
    return (1 - 2 * odd).astype(np.float32)
