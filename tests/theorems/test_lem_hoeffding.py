"""Lemma lem-hoeffding: averages of independent bounded variables have small tails."""

from fractions import Fraction
from math import exp, sqrt

import numpy as np
import pytest
from scipy.stats import binom


def test_the_moment_generating_function_with_its_constant_eight():
    """All variables with two values on an interval, which are the worst, on a grid."""
    theta, u = np.meshgrid(np.linspace(0.001, 0.999, 333), np.linspace(-30, 30, 301))
    log_mean = np.logaddexp(np.log(1 - theta) - theta * u, np.log(theta) + (1 - theta) * u)
    assert (log_mean <= u**2 / 8 + 1e-9).all()
    near = np.abs(u) == np.abs(u[u != 0]).min()
    assert (log_mean > u**2 / 8.1)[near].any()  # nine, or 8.1, would be too much


@pytest.mark.parametrize("seed", range(20))
def test_the_moment_generating_function_of_variables_with_many_values(seed):
    rng = np.random.default_rng(seed)
    z, weights = rng.uniform(-5, 3, size=6), rng.dirichlet(np.ones(6))
    z = z - weights @ z
    for lam in np.linspace(-3, 3, 25):
        bound = exp(lam**2 * (z.max() - z.min()) ** 2 / 8)
        assert weights @ np.exp(lam * z) <= bound * (1 + 1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 40, 300])
@pytest.mark.parametrize("p", [0.01, 0.2, 0.5, 0.9])
def test_exact_binomial_tails(n, p):
    k = np.arange(n + 1)
    up, down = k[k > n * p + 1e-9], k[k < n * p - 1e-9]
    assert (binom.sf(up - 1, n, p) <= np.exp(-2 * n * (up / n - p) ** 2) * (1 + 1e-9)).all()
    assert (binom.cdf(down, n, p) <= np.exp(-2 * n * (down / n - p) ** 2) * (1 + 1e-9)).all()
    off = np.abs(k / n - p)
    for t in off[off > 1e-9]:
        both = binom.pmf(k[off >= t - 1e-12], n, p).sum()
        assert both <= 2 * exp(-2 * n * t**2) * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_different_intervals_against_all_outcomes(seed):
    """Nine coins that pay 0 or c_i: every outcome is listed."""
    rng = np.random.default_rng(seed)
    pays, p = rng.integers(1, 9, size=9), rng.uniform(0.05, 0.95, size=9)
    outcomes = np.array(list(np.ndindex(*[2] * 9)))
    chances = np.prod(np.where(outcomes == 1, p, 1 - p), axis=1)
    deviation = outcomes @ pays - p @ pays
    squares = int((pays**2).sum())
    for s in np.unique(np.abs(deviation)):
        if s > 1e-9:
            bound = exp(-2 * s**2 / squares)
            assert chances[deviation >= s - 1e-12].sum() <= bound
            assert chances[deviation <= -s + 1e-12].sum() <= bound


def test_all_intervals_count_not_only_the_longest():
    tail = binom.sf(5, 9, 0.5)  # nine fair coins, 1.5 above their mean
    assert exp(-2 * 1.5**2) < tail <= exp(-2 * 1.5**2 / 9)


def test_a_larger_constant_than_two_is_caught():
    n, k = 1_000_000, 511_915
    t = k / n - 0.5
    tail = binom.logsf(k - 1, n, 0.5)
    assert -2.1 * n * t**2 < tail <= -2 * n * t**2


def test_the_factor_two_of_both_tails_is_needed():
    """For t = 1/(2 sqrt n) both tails together exceed the bound for one."""
    n = 10_000
    t = 0.5 / sqrt(n)
    both = 2 * binom.sf(n // 2 + 50 - 1, n, 0.5)
    assert exp(-2 * n * t**2) / 2 < both <= 2 * exp(-2 * n * t**2)
    assert 2 * binom.sf(0, 1, 0.5) == 1 > exp(-2 * 0.5**2)  # one coin, t = 1/2


def test_independence_in_pairs_is_not_enough():
    bits = np.array(list(np.ndindex(*[2] * 6)))
    coins = bits @ bits[1:].T % 2
    n = coins.shape[1]
    assert (coins.mean(axis=1) == 0).mean() > 2 * exp(-2 * n * 0.5**2)


def test_a_wrong_interval_is_caught():
    """100 lottery tickets of mean 1 pay nothing nine times out of ten."""
    nothing = Fraction(999, 1000) ** 100
    assert nothing > 2 * exp(-2 * 100)
    assert nothing <= 2 * exp(-2 * 100 / 1000**2)
