"""Theorem thm-half-sets-lower: to distill 0 into the half-sets takes more than N/4 samples."""

import numpy as np
import pytest

from pacdistill.samples import enumerate_subsets

EPS, LEAST = 1 / 8, 5 / 21


@pytest.fixture
def game(least_failure):
    def play(N, n, eps=EPS):
        """The least failure, at the worst U."""
        halves = enumerate_subsets(N, N // 2).astype(float)
        return least_failure(halves @ halves.T / (N / 2) > eps, halves / (N / 2), n)

    return play


@pytest.mark.parametrize(("N", "n"), [(2, 0), (4, 0), (4, 1), (6, 1), (8, 0), (8, 1)])
def test_no_randomized_distiller_with_n_at_most_a_quarter_of_the_points_succeeds(game, N, n):
    assert n <= N / 4
    assert game(N, n) >= LEAST


def test_with_more_samples_some_distiller_does(game):
    """So N/4 may not be replaced by N: for N = 4 three samples are enough for delta = 5/21."""
    assert game(4, 3) < LEAST


def test_with_a_large_eps_it_is_false(game):
    assert game(4, 1, eps=1 / 2) == pytest.approx(0, abs=1e-9)


def play(distiller, N, n, games, rng):
    """Mean error, and share of failures, against a random half-set."""
    errors = []
    for _ in range(games):
        U = rng.permutation(N)[: N // 2]
        sample = rng.choice(U, size=n)
        T = distiller(sample, N, rng)
        assert len(set(T)) == N // 2
        errors.append(len(set(T) & set(U)) / (N / 2))
    return np.mean(errors), np.mean(np.array(errors) > EPS)


def erm(sample, N, rng):
    return np.setdiff1d(np.arange(N), sample)[: N // 2]


def random_erm(sample, N, rng):
    return rng.permutation(np.setdiff1d(np.arange(N), sample))[: N // 2]


def hoarder(sample, N, rng):
    """Take what was seen: the worst that one can do."""
    return np.unique(np.append(sample, np.arange(N)), return_index=True)[1].argsort()[: N // 2]


@pytest.mark.parametrize("distiller", [erm, random_erm, hoarder])
@pytest.mark.parametrize("N", [16, 64])
def test_distillers_fail_and_err_by_a_third_on_average(distiller, N):
    mean, failed = play(distiller, N, N // 4, 400, np.random.default_rng(N))
    assert mean > 1 / 3
    assert failed > LEAST


def test_the_third_is_what_the_proof_says_and_no_more():
    """If all N/4 samples are different, ERM errs by exactly a third on average."""
    rng, N, errors = np.random.default_rng(0), 24, []
    for _ in range(4_000):
        U = rng.permutation(N)[: N // 2]
        errors.append(np.isin(random_erm(U[: N // 4], N, rng), U).mean())
    assert np.mean(errors) == pytest.approx(1 / 3, abs=0.01)


def test_the_value_of_a_game_that_is_known(game):
    """Two points without samples: a coin."""
    assert game(2, 0) == pytest.approx(0.5)
