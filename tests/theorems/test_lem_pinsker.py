"""Lemma lem-pinsker: the divergence is at least twice the squared difference."""

from itertools import combinations
from math import sqrt

import numpy as np
import pytest
from scipy.special import rel_entr


def test_all_pairs_of_coins_on_a_grid_and_the_constant_two():
    q, p = np.meshgrid(np.linspace(0, 1, 401), np.linspace(0, 1, 401))
    divergence = rel_entr(q, p) + rel_entr(1 - q, 1 - p)
    assert (divergence >= 2 * (q - p) ** 2 - 1e-12).all()
    near = (rel_entr(0.501, 0.5) + rel_entr(0.499, 0.5)) / 0.001**2
    assert 2 <= near < 2.001  # so no larger constant would do


@pytest.mark.parametrize("seed", range(60))
def test_every_event_of_random_distributions(seed):
    rng = np.random.default_rng(seed)
    P, Q = rng.dirichlet(np.full(6, 0.5)), rng.dirichlet(np.full(6, 0.5))
    bound = sqrt(rel_entr(P, Q).sum() / 2)
    for size in range(7):
        for event in combinations(range(6), size):
            difference = P[list(event)].sum() - Q[list(event)].sum()
            assert abs(difference) <= bound + 1e-12
            assert 1 + difference >= 1 - bound - 1e-12  # P(A) + Q(not A)


def test_where_it_is_better_than_bretagnolle_and_huber():
    K = np.linspace(0, 4, 401)
    better = 1 - np.sqrt(K / 2) > np.exp(-K) / 2
    assert better[K < 1.62].all()
    assert not better[K > 1.64].any()
    assert (1 - np.sqrt(K / 2) <= 0)[K >= 2].all()


def test_it_is_false_for_a_sum_of_differences():
    """The distance of all probabilities, twice the largest difference, has another constant."""
    P, Q = np.array([0.5, 0.5]), np.array([0.6, 0.4])
    assert np.abs(P - Q).sum() > sqrt(rel_entr(P, Q).sum() / 2)
