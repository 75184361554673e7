"""Theorem thm-half-sets-lower: to distill 0 into the half-sets takes more than N/4 samples."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_array, hstack

from pacdistill import enumerate_subsets

EPS, LEAST = 1 / 8, 5 / 21


def game(N, n, eps=EPS):
    """The least failure, at the worst U, of all randomized distillers, by linear programming.

    A distiller is a distribution over the half-sets for each sequence of n points.
    """
    halves = enumerate_subsets(N, N // 2).astype(float)
    fails = halves @ halves.T / (N / 2) > eps  # fails[T, U]
    samples = np.array(list(product(range(N), repeat=n)), dtype=int).reshape(N**n, n)
    chance = np.prod(halves[:, samples] / (N / 2), axis=2)  # of each sequence, for each U
    k, m = len(halves), len(samples)
    # Variables: p[sample, T], then v. For each U: sum chance[U, S] p[S, T] fails[T, U] <= v.
    rows = [np.outer(chance[U], fails[:, U]).ravel() for U in range(k)]
    sums = coo_array((np.ones(m * k), (np.repeat(np.arange(m), k), np.arange(m * k))))
    solution = linprog(
        np.append(np.zeros(m * k), 1),
        A_ub=np.column_stack([np.array(rows), -np.ones(k)]),
        b_ub=np.zeros(k),
        A_eq=hstack([sums, coo_array((m, 1))]).tocsr(),
        b_eq=np.ones(m),
        method="highs",
    )
    assert solution.success
    return solution.fun


@pytest.mark.parametrize(("N", "n"), [(2, 0), (4, 0), (4, 1), (6, 1), (8, 0), (8, 1)])
def test_no_randomized_distiller_with_n_at_most_a_quarter_of_the_points_succeeds(N, n):
    assert n <= N / 4
    assert game(N, n) >= LEAST


def test_with_more_samples_some_distiller_does():
    """So N/4 may not be replaced by N: for N = 4 three samples are enough for delta = 5/21."""
    assert game(4, 3) < LEAST


def test_with_a_large_eps_it_is_false():
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


def test_the_value_of_a_game_that_is_known():
    """Two points without samples: a coin."""
    assert game(2, 0) == pytest.approx(0.5)
