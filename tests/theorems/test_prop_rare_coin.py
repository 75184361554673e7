"""Proposition prop-rare-coin: the perfect price of two points that are rarely seen is exact."""

from fractions import Fraction
from math import ceil, log, log1p

import numpy as np
import pytest

GRID = [
    (Fraction(eps), Fraction(delta))
    for eps in ("0.02", "0.1", "0.3", "0.7")
    for delta in ("0.4", "0.2", "0.05", "0.001")
]


def rule_fails(n: int, a: Fraction, b: Fraction, eps: Fraction) -> Fraction:
    """How likely the rule of the proof fails on the masses (a, b, 1 - a - b), one of them 0."""
    return Fraction(1, 2) * (1 - a - b) ** n if max(a, b) > eps else Fraction(0)


def price(eps: Fraction, delta: Fraction) -> int:
    return ceil(log(1 / (2 * delta)) / -log1p(-eps))


@pytest.mark.parametrize("n", range(5))
@pytest.mark.parametrize("mu", [0.15, 0.5, 0.9])
def test_no_distiller_beats_half_the_chance_of_seeing_nothing(best_possible, n, mu):
    masses = [[mu, 0, 1 - mu], [0, mu, 1 - mu]]
    assert best_possible(n, masses) == pytest.approx((1 - mu) ** n / 2, abs=1e-9)


@pytest.mark.parametrize(("eps", "delta"), GRID)
def test_the_price_is_the_least_n_that_works(eps, delta):
    n = price(eps, delta)
    assert (1 - eps) ** n / 2 <= delta < (1 - eps) ** (n - 1) / 2
    for mass in (eps, eps + Fraction(1, 1000), (1 + eps) / 2, Fraction(1)):
        assert rule_fails(n, mass, Fraction(0), eps) <= delta
    # One sample less: a mass barely above eps breaks every distiller.
    assert rule_fails(n - 1, eps + Fraction(1, 10**9), Fraction(0), eps) > delta


@pytest.mark.parametrize(("eps", "delta"), GRID)
def test_the_fraction_lies_between_its_bounds(eps, delta):
    fraction, top = log(1 / (2 * delta)) / -log1p(-eps), log(1 / (2 * delta)) / eps
    assert (1 - eps) * top <= fraction <= top
    assert not fraction <= (1 - eps) * top  # the bounds cannot be exchanged


def test_without_the_promise_the_rule_fails_more_often():
    # Masses 0.4 and 0.3: the first of the two that is seen decides, and it is often the wrong one.
    n = price(Fraction("0.05"), Fraction("0.1"))
    rng = np.random.default_rng(0)
    points = rng.choice(3, p=[0.4, 0.3, 0.3], size=(20_000, n))
    first = points[np.arange(len(points)), (points < 2).argmax(axis=1)]
    assert (first == 1).mean() > 0.3 > 0.1
