"""The sample complexity of a distiller, measured: how many samples until it rarely fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binomtest

__all__ = ["SampleComplexity", "sample_complexity"]


@dataclass(frozen=True)
class SampleComplexity:
    """An interval that holds the sample complexity.

    Parameters
    ----------
    low : fewer samples are not enough, with the confidence asked for
    high : so many are enough, with the confidence asked for
    failures : for each sample size that was played, in increasing order, how often it failed
    trials : how often each size was played
    """

    low: int
    high: int
    failures: dict[int, int]
    trials: int


def sample_complexity(
    fails: Callable[[int, int, np.random.Generator], ArrayLike],
    delta: float,
    rng: np.random.Generator,
    *,
    trials: int = 2_000,
    confidence: float = 0.99,
    most: int = 2**20,
) -> SampleComplexity:
    """Measure how many samples a distiller needs to fail with probability at most delta.

    A number of samples is enough if the whole exact (Clopper-Pearson) interval of its probability
    of failure is at most delta, and not enough if the whole interval is above. Both ends of the
    answer are found by bisection, so the probability of failure has to fall with the number of
    samples. The confidence holds for all sizes together: `low` and `high` are both right with
    that probability.

    Parameters
    ----------
    fails : a function of the number of samples n, the number of games and a generator, which
        plays the games and tells for each whether it failed; n may be 0
    delta : probability of failure allowed
    rng : random numbers
    trials : games for each n
    confidence : of the answer
    most : the largest n to try, at most 2^30

    Returns
    -------
    SampleComplexity

    Raises
    ------
    ValueError
        If a parameter is out of range, `fails` returns another shape than (trials,), or `most`
        samples are not seen to be enough.

    Examples
    --------
    >>> def no_six(n, trials, rng):
    ...     return (rng.integers(1, 7, size=(trials, n)) < 6).all(axis=1)
    >>> needed = sample_complexity(no_six, 0.1, np.random.default_rng(0), trials=10_000)
    >>> needed.low <= 13 <= needed.high  # 13 = ceil(log(0.1) / log(5 / 6))
    True
    >>> needed.high - needed.low <= 2
    True
    """
    if not 0 < delta < 1 or not 0 < confidence < 1 or trials < 1 or not 1 <= most <= 2**30:
        raise ValueError(
            "0 < delta < 1, 0 < confidence < 1, trials >= 1 and 1 <= most <= 2^30 are needed, but "
            f"delta = {delta}, confidence = {confidence}, trials = {trials}, most = {most}"
        )
    # Doubling and two bisections of at most 2^30 play fewer than 128 sizes.
    each = 1 - (1 - confidence) / 128
    failures: dict[int, int] = {}

    def interval(n: int) -> tuple[float, float]:
        if n not in failures:
            failed = np.asarray(fails(n, trials, rng), dtype=bool)
            if failed.shape != (trials,):
                raise ValueError(
                    f"fails has to return an array of shape ({trials},), one entry for each game, "
                    f"but its shape is {failed.shape}"
                )
            failures[n] = int(failed.sum())
        found = binomtest(failures[n], trials).proportion_ci(each, method="exact")
        return float(found.low), float(found.high)

    def least(accept: Callable[[int], bool], start: int, end: int) -> int:
        """Return the least n in (start, end] that is accepted; `end` is, and `start` is not."""
        while end - start > 1:
            middle = (start + end) // 2
            start, end = (start, middle) if accept(middle) else (middle, end)
        return end

    n = 1
    while interval(n)[1] > delta:
        if n == most:
            raise ValueError(
                f"{most:,} samples are not seen to be enough: {failures[most]:,} of {trials:,} "
                f"games failed, for delta = {delta}; more trials or a larger `most` may help"
            )
        n = min(2 * n, most)
    high = least(lambda n: interval(n)[1] <= delta, -1, n)
    low = least(lambda n: interval(n)[0] <= delta, -1, high)
    return SampleComplexity(low, high, dict(sorted(failures.items())), trials)
