"""Lemma lem-chernoff: tails of sums in terms of the divergence and of the mean."""

from fractions import Fraction
from math import comb, log

import numpy as np
import pytest
from scipy.special import rel_entr
from scipy.stats import binom, poisson

SLACK = 1e-9


def kl(q, p):
    return rel_entr(q, p) + rel_entr(1 - np.asarray(q), 1 - p)


def log_tails(n, p):
    return np.logaddexp.accumulate(binom.logpmf(np.arange(n + 1), n, p)[::-1])[::-1]


@pytest.fixture(params=[(1, 0.3), (2, 0.5), (7, 0.9), (60, 0.02), (60, 0.5), (500, 0.1)])
def coins(request):
    n, p = request.param
    k = np.arange(n + 1)
    return n, p, k, log_tails(n, p), log_tails(n, 1 - p)[::-1]


def test_the_divergence_bounds_both_tails_and_not_by_more_than_n_plus_one(coins):
    n, p, k, upper, lower = coins
    rate = n * kl(k / n, p)
    right, left = k >= n * p - SLACK, k <= n * p + SLACK
    assert (upper[right] <= -rate[right] + SLACK).all()
    assert (lower[left] <= -rate[left] + SLACK).all()
    assert (binom.logpmf(k, n, p) >= -rate - log(n + 1) - SLACK).all()


def test_the_tails_in_terms_of_the_mean_with_their_constants(coins):
    n, p, k, upper, lower = coins
    mu = n * p
    for factor in (0.5, 0.8, 1.0):  # any mu' <= mu below
        t = 1 - k / (factor * mu)
        good = (t > 0) & (t <= 1)
        assert (lower[good] <= -(t[good] ** 2) * factor * mu / 2 + SLACK).all()
    for factor in (1.0, 1.3, 2.0):  # any mu' >= mu above
        t = k / (factor * mu) - 1
        good = (t > 0) & (t <= 1)
        assert (upper[good] <= -(t[good] ** 2) * factor * mu / 3 + SLACK).all()


@pytest.mark.parametrize("seed", range(10))
def test_sums_of_different_variables_on_the_interval(seed):
    """Exact distributions of sums of variables with values 0, 1/3, 2/3 and 1."""
    rng = np.random.default_rng(seed)
    n, mean, distribution = 10, Fraction(0), np.array([1.0])
    for _ in range(n):
        weights = [int(w) for w in rng.integers(1, 30, size=4)]
        mean += sum(Fraction(j * w, 3 * sum(weights)) for j, w in enumerate(weights))
        distribution = np.convolve(distribution, np.array(weights) / sum(weights))
    mu, x = float(mean), np.arange(3 * n + 1) / 3
    upper = np.log(np.cumsum(distribution[::-1])[::-1])
    lower = np.log(np.cumsum(distribution))
    rate, t = n * kl(x / n, mu / n), np.abs(x / mu - 1)
    assert (upper[x >= mu] <= -rate[x >= mu] + SLACK).all()
    assert (lower[x <= mu] <= -rate[x <= mu] + SLACK).all()
    assert (lower[x <= mu] <= (-(t**2) * mu / 2)[x <= mu] + SLACK).all()
    near = (x >= mu) & (t <= 1)
    assert (upper[near] <= (-(t**2) * mu / 3)[near] + SLACK).all()


def test_the_last_part_in_exact_numbers():
    """Pr[X = k] is Pr[Y = k] e^(-n kl), and k is the likeliest value of Y."""
    for n in range(1, 9):
        for k in range(n + 1):
            q = Fraction(k, n)
            masses = [comb(n, j) * q**j * (1 - q) ** (n - j) for j in range(n + 1)]
            assert max(masses) == masses[k] >= Fraction(1, n + 1)


def test_other_constants_are_caught():
    mu = 1000.0  # rare events: many coins with small p are nearly Poisson
    assert poisson.logsf(2 * mu - 1, mu) > -mu / 2.5  # t = 1: the 3 cannot be 2.5
    assert poisson.logsf(2 * mu - 1, mu) <= -mu / 3
    mu, t = 1e5, 0.1
    below = poisson.logcdf((1 - t) * mu, mu)
    assert -(t**2) * mu / 1.9 < below <= -(t**2) * mu / 2


def test_t_above_one_is_not_covered():
    assert poisson.logsf(5, 1.0) > -(5**2) / 3


def test_without_independence_it_fails():
    """Fifty fair coins glued together are all heads half of the time."""
    assert log(0.5) > -50 * kl(1.0, 0.5)


def test_a_mean_on_the_wrong_side_is_caught():
    n, p = 100, 0.3
    tail = binom.logsf(29, n, p)  # Pr[X >= 30]; a mean of at most 20 is claimed
    assert tail > -((30 / 20 - 1) ** 2) * 20 / 3
