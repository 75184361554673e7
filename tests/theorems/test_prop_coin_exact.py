"""Proposition prop-coin-exact: the majority is optimal, and an even toss is worth nothing."""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.optimize import linprog

GAPS = [Fraction(1, 20), Fraction(1, 5), Fraction(1, 2), Fraction(9, 10)]


def p(n: int, t: Fraction, tie: Fraction = Fraction(1, 2)) -> Fraction:
    """p_n(t) of the statement; `tie` is what a tie counts."""
    q = (1 - t) / 2
    terms = [comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)]
    above = sum(terms[n // 2 + 1 :], Fraction(0))
    return above + (tie * terms[n // 2] if n % 2 == 0 else 0)


def best_possible(n: int, t: float) -> float:
    """Least worst failure of any randomized distiller on the two coins, by a linear program."""
    samples = list(product((0, 1), repeat=n))  # 0 is the side a
    plus = [np.prod([(1 + t) / 2 if x == 0 else (1 - t) / 2 for x in s]) for s in samples]
    minus = [np.prod([(1 - t) / 2 if x == 0 else (1 + t) / 2 for x in s]) for s in samples]
    # e(s): the probability of the output 1_a. Failures: plus @ e and minus @ (1 - e), both <= v.
    solved = linprog(
        c=[0] * len(samples) + [1],
        A_ub=[[*plus, -1], [*(-m for m in minus), -1]],
        b_ub=[0, -sum(minus)],
        bounds=[(0, 1)] * len(samples) + [(None, None)],
    )
    return float(solved.fun)


@pytest.mark.parametrize("n", range(7))
def test_no_distiller_beats_the_majority(n):
    for t in GAPS:
        assert best_possible(n, float(t)) == pytest.approx(float(p(n, t)), abs=1e-9)


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_the_failure_falls_with_the_gap_and_with_n(n):
    values = [p(n, Fraction(k, 50)) for k in range(50)]
    assert values == sorted(values, reverse=True)
    assert all(p(n + 2, t) < p(n, t) for t in GAPS)


def test_an_even_toss_is_worth_nothing():
    assert all(p(2 * k, t) == p(2 * k - 1, t) for k in range(1, 12) for t in GAPS)


@pytest.mark.parametrize("tie", [Fraction(0), Fraction(1)])
def test_another_value_of_a_tie_is_not_the_best_possible(tie):
    assert float(p(4, Fraction(1, 5), tie)) != pytest.approx(best_possible(4, 0.2), abs=1e-3)
