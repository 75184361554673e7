"""Theorem thm-sq-parity-randomized: a randomized learner succeeds with at most (1 + q/tol^2)/M."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from scipy.stats import binomtest

from pacdistill import enumerate_cube
from pacdistill.cube import character


class Silent:
    """The theorem's oracle for one parity: E h_0 where that is legal, the truth elsewhere."""

    def __init__(self, sign, tolerance):
        self.sign, self.tolerance, self.queries = sign, tolerance, 0

    def correlate(self, g):
        self.queries += 1
        mean = float((g * self.sign).mean())
        return mean if abs(mean) > self.tolerance else 0.0


def guess(oracle, chi, q, rng):
    return rng.integers(len(chi))


def ask_some(oracle, chi, q, rng):
    """Ask for q parities; name the one that answers, or guess one that was not asked for."""
    order = rng.permutation(len(chi))
    for V in order[:q]:
        if oracle.correlate(chi[V]) != 0:
            return V
    return order[min(q, len(chi) - 1)]


def ask_groups(oracle, chi, q, rng):
    """Ask for signs of sums of three, and then for the members of one that answers."""
    left = list(rng.permutation(len(chi)))
    while oracle.queries < q and len(left) > 1:
        group, left = left[:3], left[3:]
        answer = oracle.correlate(np.sign(chi[group].sum(axis=0)))
        if answer != 0:
            for V in group:
                if oracle.queries == q or oracle.correlate(chi[V]) > 0.9:
                    return V
    return left[0] if left else 0


def success(learner, d, k, q, tolerance, trials=2_000):
    rng, X = np.random.default_rng([d, k, q]), enumerate_cube(d)
    chi = np.array([character(X, V) for V in combinations(range(d), k)], dtype=float)
    wins = 0
    for _ in range(trials):
        secret = rng.integers(len(chi))
        oracle = Silent(chi[secret], tolerance)
        output = chi[learner(oracle, chi, q, rng)]
        assert oracle.queries <= q
        wins += (output != chi[secret]).mean() < 1 / 4
    return binomtest(int(wins), trials).proportion_ci(0.999, method="exact")


@pytest.mark.parametrize("learner", [guess, ask_some, ask_groups])
@pytest.mark.parametrize(("d", "k"), [(5, 2), (6, 3)])
@pytest.mark.parametrize(("q", "tolerance"), [(0, 0.4), (1, 0.4), (2, 0.45), (8, 0.99)])
def test_success_stays_within_the_bound(learner, d, k, q, tolerance):
    assert success(learner, d, k, q, tolerance).low <= (1 + q / tolerance**2) / comb(d, k)


def test_it_is_nearly_attained_so_neither_the_one_nor_the_q_may_be_left_out():
    low = success(ask_some, 5, 2, 4, 0.99).low
    assert low > 4 / 0.99**2 / 10  # without the 1
    assert success(guess, 5, 2, 0, 0.99).high >= 1 / 10
    assert low > (1 + 4 / 0.99**2 / 2) / 10  # with half of the q


def test_honest_answers_tell_more_than_the_theorems_oracles():
    """An oracle without error and a sum with different weights: one query finds the parity."""
    X = enumerate_cube(5)
    chi = np.array([character(X, V) for V in combinations(range(5), 2)], dtype=float)
    weights = np.arange(1, 11) / 55
    for number, sign in enumerate(chi):
        mean = float((weights @ chi * sign).mean())
        assert round(mean * 55) - 1 == number
