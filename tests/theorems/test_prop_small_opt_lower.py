"""Proposition prop-small-opt-lower: no distiller beats the overlap of two swapped distributions."""

from math import log, log1p, sqrt

import numpy as np
import pytest
from scipy.stats import binom


def h(o: float, eps: float) -> float:
    return (sqrt(o + eps) - sqrt(o)) ** 2


def lower(o: float, eps: float, delta: float) -> float:
    return log(1 / (4 * delta * (1 - delta))) / (2 * -log1p(-h(o, eps)))


def least_failure(n: int, o: float, eps: float) -> float:
    """The majority's failure on both distributions, a tie counting half, exactly."""
    tosses = np.arange(n + 1)
    light = binom(tosses, o / (2 * o + eps))
    wrong = light.sf(tosses // 2) + np.where(tosses % 2 == 0, light.pmf(tosses // 2) / 2, 0)
    return float(binom.pmf(tosses, n, 2 * o + eps) @ wrong)


def least(o: float, eps: float, delta: float) -> int:
    high = 1
    while least_failure(high, o, eps) > delta:
        high *= 2
    low = -1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if least_failure(middle, o, eps) <= delta else (middle, high)
    return high


@pytest.mark.parametrize(("o", "eps"), [(0.0, 0.3), (0.1, 0.2), (0.3, 0.35)])
def test_the_oracle_is_the_best_possible(best_possible, o, eps):
    masses = [[o + eps, o, 1 - 2 * o - eps], [o, o + eps, 1 - 2 * o - eps]]
    for n in range(6):
        assert least_failure(n, o, eps) == pytest.approx(best_possible(n, masses), abs=1e-9)


@pytest.mark.parametrize("o", [0.0, 0.001, 0.02, 0.1, 0.35, 0.44])
@pytest.mark.parametrize("eps", [0.1, 0.03])
@pytest.mark.parametrize("delta", [0.49, 0.2, 0.01, 1e-5])
def test_no_distiller_does_with_less(o, eps, delta):
    assert least(o, eps, delta) >= lower(o, eps, delta)
    assert h(o, eps) <= eps**2 / (4 * o + eps)


def test_without_the_factor_2_it_is_false():
    o, eps, delta = 0.374, 0.25, 1e-6
    assert least(o, eps, delta) < 2 * lower(o, eps, delta)


def test_for_the_coin_it_is_a_bound_for_every_delta():
    eps = 0.1
    for delta in (0.4, 0.1, 0.001):
        bound = log(1 / (4 * delta * (1 - delta))) / -log1p(-(eps**2))
        assert bound == pytest.approx(lower((1 - eps) / 2, eps, delta))
        assert least((1 - eps) / 2, eps, delta) >= bound > 0
