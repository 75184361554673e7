"""Lemma lem-bretagnolle-huber: the two errors of a test are not both small."""

from itertools import combinations
from math import exp, log

import numpy as np
import pytest
from scipy.special import rel_entr
from scipy.stats import binom

from pacdistill.samples import coin_samples


def least_errors(P, Q):
    """The least P(A) + Q(not A), over all events A."""
    size = len(P)
    events = [list(e) for k in range(size + 1) for e in combinations(range(size), k)]
    return min(P[e].sum() + 1 - Q[e].sum() for e in events)


@pytest.mark.parametrize("seed", range(60))
def test_every_event_of_random_distributions(seed):
    rng = np.random.default_rng(seed)
    P, Q = rng.dirichlet(np.full(6, 0.5)), rng.dirichlet(np.full(6, 0.5))
    bound = exp(-rel_entr(P, Q).sum()) / 2
    assert least_errors(P, Q) >= bound
    assert least_errors(P, Q) == pytest.approx(np.minimum(P, Q).sum())  # what they share


def test_all_pairs_of_coins_on_a_grid_and_the_constants_around_a_half():
    grid = np.linspace(0.001, 0.999, 500)
    P, Q = np.meshgrid(grid, grid, indexing="ij")
    divergence = rel_entr(P, Q) + rel_entr(1 - P, 1 - Q)
    constants = (1 - np.abs(P - Q)) * np.exp(divergence)
    assert constants.min() >= 0.5
    assert constants.min() < 0.84  # a constant of 0.84 would be wrong
    sharper = 1 - np.sqrt(1 - np.exp(-divergence))  # also in the text
    assert (1 - np.abs(P - Q) >= sharper - 1e-12).all()


def test_an_infinite_divergence_says_nothing_and_a_reversed_one_is_another_bound():
    P, Q = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    assert rel_entr(P, Q).sum() == np.inf
    assert least_errors(P, Q) == 0.5 >= exp(-rel_entr(Q, P).sum()) / 2


@pytest.mark.parametrize("delta", [0.001, 0.05, 0.2])
@pytest.mark.parametrize("t", [0.01, 0.1, 0.5])
def test_tosses_that_tell_two_coins_apart(t, delta):
    """The corollary, against the error of the majority, which is the best test."""
    needed = log(1 / (4 * delta)) / (t * log((1 + t) / (1 - t)))
    n = int(np.ceil(needed)) - 1
    n -= n % 2 == 0
    if n >= 1:
        assert binom.cdf((n - 1) // 2, n, (1 + t) / 2) > delta
    if t < 0.5:
        assert coin_samples(t, delta) <= needed  # 3 t^2 in place of the divergence
    assert t * log((1 + t) / (1 - t)) <= 3 * t**2


def test_the_majority_is_the_best_test_of_three_tosses():
    t = 0.3
    outcomes = np.array(list(np.ndindex(2, 2, 2))).sum(axis=1)
    P = ((1 + t) / 2) ** outcomes * ((1 - t) / 2) ** (3 - outcomes)
    errors = least_errors(P, P[::-1])
    assert errors == pytest.approx(2 * binom.cdf(1, 3, (1 + t) / 2))


def test_a_wrong_exponent_is_caught():
    """With half of the divergence in the exponent the lemma is false."""
    P, Q = np.array([0.999, 0.001]), np.array([0.001, 0.999])
    divergence = rel_entr(P, Q).sum()
    assert least_errors(P, Q) < exp(-divergence / 2) / 2
    assert least_errors(P, Q) >= exp(-divergence) / 2
