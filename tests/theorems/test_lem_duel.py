"""Lemma lem-duel: how rarely the worse of two targets makes at most as many errors."""

from fractions import Fraction

import numpy as np
import pytest

STEPS = [Fraction(k, 20) for k in range(21)]
PAIRS = [(a, b) for a in STEPS for b in STEPS if a >= b and a + b <= 1]


def at_most_as_many(n: int, alpha: Fraction, beta: Fraction) -> Fraction:
    """Pr[sum of Z_i <= 0], by convolution of the exact distribution of Z."""
    sums = {0: Fraction(1)}
    for _ in range(n):
        after: dict[int, Fraction] = {}
        for total, weight in sums.items():
            for z, mass in ((1, alpha), (-1, beta), (0, 1 - alpha - beta)):
                after[total + z] = after.get(total + z, Fraction(0)) + weight * mass
        sums = after
    return sum((weight for total, weight in sums.items() if total <= 0), Fraction(0))


def bound(n: int, alpha: Fraction, beta: Fraction) -> float:
    return (1 - (float(alpha) ** 0.5 - float(beta) ** 0.5) ** 2) ** n


@pytest.mark.parametrize("n", [1, 2, 3, 8, 15])
def test_the_bound_holds_for_all_pairs_of_a_grid(n):
    assert len(PAIRS) > 100
    for alpha, beta in PAIRS:
        assert float(at_most_as_many(n, alpha, beta)) <= bound(n, alpha, beta) + 1e-12


def test_it_is_an_equality_if_the_better_target_never_errs_alone():
    for alpha in STEPS:
        assert at_most_as_many(6, alpha, Fraction(0)) == (1 - alpha) ** 6


def test_the_rate_cannot_be_improved():
    """With an exponent larger by 10 per cent the bound would be false for large n."""
    alpha, beta, n = Fraction(3, 10), Fraction(2, 10), 4096
    sums = np.array([float(beta), float(1 - alpha - beta), float(alpha)])
    for _ in range(12):  # the distribution of the sum of 2^12 of them
        sums = np.convolve(sums, sums)
    at_most = sums[: n + 1].sum()
    assert bound(n + n // 10, alpha, beta) < at_most <= bound(n, alpha, beta)


def test_it_is_false_for_the_better_target():
    assert float(at_most_as_many(8, Fraction(1, 10), Fraction(6, 10))) > bound(
        8, Fraction(1, 10), Fraction(6, 10)
    )
