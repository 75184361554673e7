"""Theorem thm-half-sets-eps: the price of the half-sets grows as 1/eps."""

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from pacdistill.samples import enumerate_subsets, half_sets_samples

LEAST = 5 / 42


@pytest.fixture
def game(least_failure):
    def play(N, n, eps):
        """The least failure, at the worst U. Point N lies outside every set; U has mass 8 eps."""
        halves = enumerate_subsets(N, N // 2).astype(float)
        fails = 8 * eps * (halves @ halves.T) / (N / 2) > eps + 1e-12
        masses = np.column_stack([8 * eps * halves / (N / 2), np.full(len(halves), 1 - 8 * eps)])
        return least_failure(fails, masses, n)

    return play


@pytest.mark.parametrize(
    ("N", "n", "inverse"), [(2, 1, 32), (2, 2, 64), (4, 1, 16), (4, 2, 32), (4, 4, 64), (8, 2, 16)]
)
def test_no_randomized_distiller_succeeds_with_so_few_samples(game, N, n, inverse):
    assert n <= half_sets_samples(N, 1 / inverse) == N * inverse / 64
    assert game(N, n, 1 / inverse) >= LEAST


def two_points(n, eps):
    """Only a sample of U helps where U is one of two points; without one a coin decides."""
    return (1 - 8 * eps) ** n / 2


@pytest.mark.parametrize(("n", "eps"), [(1, 1 / 32), (3, 1 / 64), (4, 1 / 10)])
def test_the_program_finds_what_is_known_for_two_points(game, n, eps):
    assert game(2, n, eps) == pytest.approx(two_points(n, eps))


def test_a_larger_constant_would_be_false():
    """With N/(2 eps) in place of N/(64 eps): two points, eps = 1/64, 64 samples are enough."""
    eps = 1 / 64
    assert two_points(int(half_sets_samples(2, eps)), eps) >= LEAST
    assert two_points(int(2 / (2 * eps)), eps) < LEAST


def test_without_a_bound_on_delta_it_would_be_false(game):
    assert game(2, 0, 1 / 32) == pytest.approx(0.5)  # no sample at all, for delta = 1/2


@pytest.mark.parametrize(("N", "eps"), [(2, 1 / 8), (30, 1 / 8), (64, 1 / 50), (100, 1 / 1000)])
def test_the_step_by_markov(N, eps):
    light = binom(int(half_sets_samples(N, eps)), 8 * eps)
    assert light.sf(np.ceil(N / 4) - 1) <= 1 / 2


@pytest.mark.parametrize("avoid", [1, 2, np.inf])
@pytest.mark.parametrize(("N", "inverse"), [(16, 16), (64, 32)])
def test_distillers_fail(avoid, N, inverse):
    """ERM avoids what it saw, another distiller what it saw twice, the third one nothing."""
    rng, games, eps = np.random.default_rng(N), 400, 1 / inverse
    n, failed = int(half_sets_samples(N, eps)), 0
    for _ in range(games):
        U = rng.permutation(N)[: N // 2]
        light = rng.choice(U, size=rng.binomial(n, 8 * eps))
        counts = np.bincount(light, minlength=N)
        order = np.lexsort((rng.random(N), counts >= avoid))
        failed += 8 * eps * np.isin(order[: N // 2], U).mean() > eps
    assert binomtest(failed, games, LEAST, alternative="greater").pvalue < 1e-6
