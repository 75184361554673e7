"""Statistical queries: an honest oracle of one function, and the adversary of all parities.

A statistical query is a function h(x, y) with values in [-1, 1] of a point and its label, a sign
y = +1 or -1. The oracle answers with any number within the tolerance of E[h(x, f(x))], x uniform.
Here d is small, and every expectation is the exact mean over all 2^d points. A query gets them as
signed bytes: 1 - 2 x is a sign, where it would overflow in the unsigned bytes of `sample_cube`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pacdistill.cube import enumerate_cube
from pacdistill.queries.fourier import count_bits, walsh_hadamard
from pacdistill.samples.concepts import enumerate_subsets

__all__ = ["ParityAdversary", "StatisticalAnswer", "StatisticalOracle", "StatisticalQuery"]

StatisticalQuery = Callable[[NDArray[np.int8], NDArray[np.int8]], ArrayLike]
"""A query h(x, y), from points (n, d) and their labels as signs (n,) to n values in [-1, 1]."""

ROUNDING = 1e-12  # of a mean over the cube


@dataclass(frozen=True)
class StatisticalAnswer:
    """What an adversary said to a statistical query.

    Parameters
    ----------
    value : the number that the learner got
    eliminated : how many parities it ruled out: for these the answer would not be legal
    alive : how many are left
    """

    value: float
    eliminated: int
    alive: int


class StatisticalOracle:
    """STAT of a known function under the uniform distribution, following [Kearns98].

    Parameters
    ----------
    signs : the labels +1 and -1 of the function at the rows of ``enumerate_cube(d)``, shape (2^d,)
    tolerance : how far an answer may lie from the expectation, above 0 and at most 1
    error : from the expectation to what is added to it, at most `tolerance` in absolute value;
        nothing if not given

    Raises
    ------
    ValueError
        If the signs are no function on the cube, the tolerance is out of range, a query is no
        statistical query, or `error` would make an answer illegal.

    Examples
    --------
    >>> parity = np.array([1, -1, -1, 1])
    >>> oracle = StatisticalOracle(parity, 0.1, error=lambda mean: -0.1)
    >>> oracle.answer(lambda X, y: y * (1 - 2 * X[:, 0]))   # correlation with the first bit
    -0.1
    >>> oracle.queries
    1
    """

    def __init__(
        self,
        signs: ArrayLike,
        tolerance: float,
        error: Callable[[float], float] = lambda mean: 0.0,
    ) -> None:
        self.signs = _check_signs(signs)
        self.tolerance = _check_tolerance(tolerance)
        self.error = error
        self.queries = 0
        self._cube = enumerate_cube(count_bits(len(self.signs))).astype(np.int8)

    def answer(self, query: StatisticalQuery) -> float:
        """Return E[query(x, f(x))] with an error of at most the tolerance."""
        mean = float(_evaluate(query, self._cube, self.signs).mean())
        error = self.error(mean)
        if not abs(error) <= self.tolerance + ROUNDING:
            raise ValueError(
                f"an answer is legal within the tolerance {self.tolerance} of the expectation, "
                f"but the error is {error}"
            )
        self.queries += 1
        return mean + error


class ParityAdversary:
    """Answers statistical queries so that as many parities as possible stay possible.

    It has not chosen its parity yet. A query splits into h(x, y) = h_0(x) + y h_1(x), and for
    the parity chi_V its expectation is E[h_0] + E[h_1 chi_V]. The adversary answers E[h_0], and
    eliminates the parities whose coefficient of h_1 exceeds the tolerance: at most
    1 / tolerance^2 of them, by Bessel's inequality. If no parity would be left, it commits
    itself to the first one left and answers its expectation. So all of its answers are those of
    a legal oracle, for every parity that is alive.

    Parameters
    ----------
    d : number of bits
    size : number of bits of the parities
    tolerance : of the oracle, above 0 and at most 1

    Attributes
    ----------
    subsets : array of shape (M, size); the parities, as sets of bits
    alive : array of shape (M,); which of them are consistent with all answers
    history : the answers, in order

    Raises
    ------
    ValueError
        If ``size`` is not between 1 and d, the tolerance is out of range, or a query is no
        statistical query.

    Examples
    --------
    >>> adversary = ParityAdversary(d=6, size=3, tolerance=0.5)
    >>> len(adversary.subsets)
    20
    >>> adversary.answer(lambda X, y: y * (-1.0) ** X[:, :3].sum(axis=1))
    0.0
    >>> adversary.history
    [StatisticalAnswer(value=0.0, eliminated=1, alive=19)]
    """

    def __init__(self, d: int, size: int, tolerance: float) -> None:
        if not 1 <= size <= d:
            raise ValueError(
                f"a parity of d bits has between 1 and d of them, but size = {size} and d = {d}"
            )
        self.tolerance = _check_tolerance(tolerance)
        self._cube = enumerate_cube(d).astype(np.int8)
        masks = enumerate_subsets(d, size).astype(np.int64)
        self.subsets = np.nonzero(masks)[1].reshape(len(masks), size)
        # The place of a set among the 2^d coefficients: its indicator, read as a number.
        self._places = masks @ (1 << np.arange(d - 1, -1, -1, dtype=np.int64))
        self.alive = np.ones(len(masks), dtype=np.bool_)
        self.history: list[StatisticalAnswer] = []

    @property
    def queries(self) -> int:
        """How many queries were answered."""
        return len(self.history)

    def answer(self, query: StatisticalQuery) -> float:
        """Return a legal answer for every parity that is alive afterwards."""
        ones = np.ones(len(self._cube), dtype=np.int8)
        at_plus = _evaluate(query, self._cube, ones)
        at_minus = _evaluate(query, self._cube, -ones)
        value = float((at_plus + at_minus).mean() / 2)
        means = value + walsh_hadamard((at_plus - at_minus) / 2)[self._places]
        legal = self.alive & (np.abs(means - value) <= self.tolerance + ROUNDING)
        if not legal.any():
            value = float(means[self.alive.argmax()])
            legal = self.alive & (np.abs(means - value) <= self.tolerance + ROUNDING)
        eliminated = int(self.alive.sum() - legal.sum())
        self.alive = legal
        self.history.append(StatisticalAnswer(value, eliminated, int(legal.sum())))
        return value

    def error(self, signs: ArrayLike) -> float:
        """Return the largest error, over the parities alive, of a hypothesis; signs (2^d,)."""
        hypothesis = _check_signs(signs)
        if len(hypothesis) != len(self._cube):
            raise ValueError(
                f"a hypothesis has a sign for each of the {len(self._cube)} points, "
                f"but there are {len(hypothesis)}"
            )
        correlations = walsh_hadamard(hypothesis)[self._places[self.alive]]
        return float((1 - correlations.min()) / 2)


def _check_signs(signs: ArrayLike) -> NDArray[np.int8]:
    table = np.asarray(signs)
    if table.ndim != 1 or not (np.abs(table) == 1).all():
        raise ValueError(
            "a function is given by its signs +1 and -1 at all points, an array of shape (2^d,); "
            f"labels y in {{0, 1}} convert by 1 - 2 y; but it is {table!r}"
        )
    count_bits(len(table))
    return table.astype(np.int8)


def _check_tolerance(tolerance: float) -> float:
    if not 0 < tolerance <= 1:
        raise ValueError(f"a tolerance is above 0 and at most 1, but it is {tolerance}")
    return tolerance


def _evaluate(
    query: StatisticalQuery, X: NDArray[np.int8], signs: NDArray[np.int8]
) -> NDArray[np.float64]:
    """Return the values of a query at all points, with the given labels; shape (2^d,)."""
    values = np.asarray(query(X, signs), dtype=np.float64)
    if values.shape != (len(X),):
        raise ValueError(
            f"a query returns one value for each of the {len(X)} points, but the shape of its "
            f"values is {values.shape}"
        )
    if not (np.abs(values) <= 1 + ROUNDING).all():
        k = int(np.flatnonzero(~(np.abs(values) <= 1 + ROUNDING))[0])
        raise ValueError(
            f"a statistical query has values in [-1, 1], but h(x, y) = {values[k]} at "
            f"x = {X[k].tolist()}, y = {signs[k]}; divide by the largest value, and the "
            "tolerance counts for the quotient"
        )
    return values
