"""Lemma lem-divergence: it is not negative, additive, and no larger after a look at an event."""

from itertools import combinations
from math import inf

import numpy as np
import pytest
from scipy.special import rel_entr
from scipy.stats import entropy


def distribution(rng, size, zeros=0.0):
    weights = rng.dirichlet(np.full(size, 0.7)) * (rng.random(size) >= zeros)
    return weights / weights.sum() if weights.sum() else np.eye(size)[0]


def divergence(P, Q):
    return float(rel_entr(P, Q).sum())


@pytest.fixture(params=range(40))
def rng(request):
    return np.random.default_rng(request.param)


def test_it_is_the_relative_entropy_of_scipy_and_not_negative(rng):
    P, Q = distribution(rng, 5), distribution(rng, 5)
    assert divergence(P, Q) == pytest.approx(entropy(P, Q))
    assert divergence(P, Q) > 0
    assert divergence(P, P) == 0


def test_it_adds_up_over_independent_parts_also_where_it_is_infinite(rng):
    parts = [(distribution(rng, k, 0.2), distribution(rng, k, 0.1)) for k in (2, 3, 4)]
    P, Q = parts[0]
    for p, q in parts[1:]:
        P, Q = np.outer(P, p).ravel(), np.outer(Q, q).ravel()
    assert divergence(P, Q) == pytest.approx(sum(divergence(p, q) for p, q in parts), abs=1e-12)


def test_a_look_at_an_event_never_adds(rng):
    P, Q = distribution(rng, 5), distribution(rng, 5)
    for size in range(1, 5):
        for event in map(list, combinations(range(5), size)):
            a, b = P[event].sum(), Q[event].sum()
            assert divergence([a, 1 - a], [b, 1 - b]) <= divergence(P, Q) + 1e-12


def test_a_look_may_lose_everything():
    P, Q = np.array([0.1, 0.4, 0.5]), np.array([0.4, 0.1, 0.5])
    assert divergence([P[:2].sum(), P[2]], [Q[:2].sum(), Q[2]]) == 0
    assert divergence(P, Q) > 0.4


def test_both_kinds_of_values_occur():
    """The sums above have finite and infinite divergences."""
    kinds = set()
    for seed in range(40):
        rng = np.random.default_rng(seed)
        kinds.add(divergence(distribution(rng, 5, 0.2), distribution(rng, 5, 0.1)) == inf)
    assert kinds == {True, False}


def test_copies_do_not_add_up():
    P, Q = np.array([0.5, 0.5]), np.array([0.4, 0.6])
    copies = divergence(np.diag(P).ravel(), np.diag(Q).ravel())  # a toss and its copy
    assert copies == pytest.approx(divergence(P, Q))
    assert copies < 1.9 * divergence(P, Q)


def test_the_difference_of_probabilities_itself_does_not_add_up():
    """What the lemma says of the divergence is false of the total variation distance."""
    P, Q = np.array([0.5, 0.5]), np.array([0.4, 0.6])
    both = np.abs(np.outer(P, P) - np.outer(Q, Q)).sum()
    assert both < 1.9 * np.abs(P - Q).sum()
