"""Proposition prop-coin-exact: the majority is optimal, and an even toss is worth nothing."""

from fractions import Fraction
from math import comb

import pytest

GAPS = [Fraction(1, 20), Fraction(1, 5), Fraction(1, 2), Fraction(9, 10)]


def p(n: int, t: Fraction, tie: Fraction = Fraction(1, 2)) -> Fraction:
    """p_n(t) of the statement; `tie` is what a tie counts."""
    q = (1 - t) / 2
    terms = [comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)]
    above = sum(terms[n // 2 + 1 :], Fraction(0))
    return above + (tie * terms[n // 2] if n % 2 == 0 else 0)


def coins(t: float) -> list[list[float]]:
    return [[(1 + t) / 2, (1 - t) / 2], [(1 - t) / 2, (1 + t) / 2]]


@pytest.mark.parametrize("n", range(7))
def test_no_distiller_beats_the_majority(best_possible, n):
    for t in GAPS:
        assert best_possible(n, coins(float(t))) == pytest.approx(float(p(n, t)), abs=1e-9)


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_the_failure_falls_with_the_gap_and_with_n(n):
    values = [p(n, Fraction(k, 50)) for k in range(50)]
    assert values == sorted(values, reverse=True)
    assert all(p(n + 2, t) < p(n, t) for t in GAPS)


def test_an_even_toss_is_worth_nothing():
    assert all(p(2 * k, t) == p(2 * k - 1, t) for k in range(1, 12) for t in GAPS)


@pytest.mark.parametrize("tie", [Fraction(0), Fraction(1)])
def test_another_value_of_a_tie_is_not_the_best_possible(best_possible, tie):
    assert float(p(4, Fraction(1, 5), tie)) != pytest.approx(best_possible(4, coins(0.2)), abs=1e-3)
