"""Lemma lem-exponential: 1 - x <= e^(-x), and its powers for x <= 1."""

from fractions import Fraction

import numpy as np
import pytest


def exponential(x: Fraction, terms: int = 40) -> tuple[Fraction, Fraction]:
    """Bounds of e^(-x) for 0 <= x <= 8, by two partial sums of its alternating series."""
    term, total, sums = Fraction(1), Fraction(0), []
    for j in range(terms):
        total += term
        sums.append(total)
        term *= -x / (j + 1)
    return min(sums[-2:]), max(sums[-2:])


@pytest.mark.parametrize("k", range(1, 81))
def test_it_holds_above_zero_in_exact_numbers(k):
    x = Fraction(k, 10)
    assert 1 - x < exponential(x)[0]


@pytest.mark.parametrize("k", range(1, 81))
def test_it_holds_below_zero_in_exact_numbers(k):
    x = Fraction(k, 10)
    assert 1 + x < 1 / exponential(x)[1]  # 1 - (-x) < e^x


def test_powers_and_the_limit_of_the_constant():
    x, n = np.meshgrid(np.linspace(-3, 1, 401), np.arange(60))
    assert ((1 - x) ** n <= np.exp(-n * x) * (1 + 1e-12)).all()
    assert 1 - 0.01 > np.exp(-1.01 * 0.01)  # e^(-1.01 x) would be too small


def test_powers_need_x_at_most_one():
    assert (1 - 3) ** 2 > np.exp(-2 * 3)
