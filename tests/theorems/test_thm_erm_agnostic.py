"""Theorem thm-erm-agnostic: all empirical errors are right within eps/2, so ERM is within eps."""

from itertools import product
from math import ceil, log

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from pacdistill import enumerate_cube
from pacdistill.samples import erm, erm_samples

EPS, DELTA = 0.2, 0.1


def play(concepts, P, n, trials, seed):
    """Excess error of ERM and largest deviation, counted label by label."""
    rng, N = np.random.default_rng(seed), concepts.shape[1]
    points = rng.choice(N, size=(trials, n), p=P.sum(axis=0))
    labels = (rng.uniform(size=points.shape) < (P[1] / P.sum(axis=0))[points]).astype(int)
    truth = np.array([sum(P[1 - g[x], x] for x in range(N)) for g in concepts])
    empirical = np.array([(g[points] != labels).mean(axis=1) for g in concepts])
    excess = truth[erm(concepts, points, labels, rng)] - truth.min()
    return excess, np.abs(empirical - truth[:, None]).max(axis=0)


def noisy(N, seed):
    ones = np.random.default_rng(seed).uniform(size=N)
    return np.array([1 - ones, ones]) / N


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "concepts", [np.tri(6, 5, -1, dtype=int), enumerate_cube(4).astype(int)], ids=["line", "cube"]
)
def test_the_stated_number_is_enough(concepts, seed):
    n = ceil(2 / EPS**2 * log(2 * len(concepts) / DELTA))
    assert n == erm_samples(len(concepts), EPS, DELTA, agnostic=True)
    excess, deviation = play(concepts, noisy(concepts.shape[1], seed), n, 1_000, seed)
    for failures in ((excess > EPS).sum(), (deviation > EPS / 2).sum()):
        interval = binomtest(int(failures), 1_000).proportion_ci(0.999, method="exact")
        assert interval.high <= DELTA
    within = deviation <= EPS / 2
    assert (excess[within] <= EPS + 1e-9).all()  # what the proof concludes, sample by sample


def coin_failure(n, p):
    """The probability that ERM (ties at random) takes the wrong one of two labels of a coin."""
    wrong = binom.cdf(np.ceil(n / 2) - 1, n, p)
    return wrong + (0.5 * binom.pmf(n // 2, n, p) if n % 2 == 0 else 0)


@pytest.mark.parametrize(("eps", "delta"), list(product((0.05, 0.1, 0.3), (0.01, 0.1, 0.4))))
def test_on_a_coin_exactly(eps, delta):
    n = erm_samples(2, eps, delta, agnostic=True)
    p = 0.5 + eps / 2 + 1e-6  # excess error just above eps
    assert coin_failure(n, p) <= delta
    assert 2 * binom.sf(np.floor(n * (p + eps / 2)), n, p) <= delta


def test_the_coin_is_that_of_the_library():
    excess, _ = play(np.array([[0], [1]]), np.array([[0.4], [0.6]]), 12, 20_000, 0)
    assert (excess > 0.1).mean() == pytest.approx(coin_failure(12, 0.6), abs=0.015)


def test_the_number_of_the_realizable_case_is_caught():
    n = erm_samples(2, 0.1, 0.05)
    assert coin_failure(n, 0.5 + 0.05 + 1e-6) > 0.05
    # and so is 1/eps to the power 3/2 in place of the square, for small eps
    eps = 1e-3
    assert coin_failure(ceil(2 / eps**1.5 * log(4 / 0.05)), 0.5 + eps / 2 + 1e-9) > 0.05


def test_a_number_without_the_size_of_the_class_is_caught_for_the_deviation():
    """1,024 concepts that err independently: one of them is far off."""
    concepts = enumerate_cube(10).astype(int)
    P = np.full((2, 10), 1 / 20)
    n = ceil(2 / EPS**2 * log(2 / 0.5))
    _, deviation = play(concepts, P, n, 200, 0)
    assert (deviation > EPS / 2).mean() > 0.5
