"""Theorem thm-sq-parity: more than (M - 1) tol^2 queries, by the adversary and by all games."""

from functools import cache
from itertools import combinations, product
from math import comb

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.cube import character
from pacdistill.queries import ParityAdversary, parity_queries


def parities(d, k):
    X = enumerate_cube(d)
    return np.array([character(X, V) for V in combinations(range(d), k)], dtype=float)


def random_query(rng, chi):
    """A query of any kind: its values for y = +1 and y = -1 at all points."""
    n, kind = chi.shape[1], rng.integers(4)
    if kind == 0:
        return rng.uniform(-1, 1, n), rng.uniform(-1, 1, n)
    if kind == 1:
        return rng.choice([-1.0, 1.0], n), rng.choice([-1.0, 1.0], n)
    some = chi[rng.permutation(len(chi))[: rng.integers(1, len(chi) + 1)]]
    g = np.sign((some * rng.choice([-1, 1], (len(some), 1))).sum(axis=0))
    return (g, -g) if kind == 2 else ((1 + g) / 2, (1 - g) / 2)


@pytest.mark.parametrize(("d", "k"), [(4, 1), (4, 2), (6, 2), (6, 3), (8, 3)])
@pytest.mark.parametrize("tolerance", [0.1, 0.25, 0.4, 0.7])
def test_the_adversary_answers_legally_and_loses_fewer_than_one_over_tolerance_squared(
    d, k, tolerance
):
    chi, rng = parities(d, k), np.random.default_rng(d * k)
    adversary = ParityAdversary(d, k, tolerance)
    while adversary.alive.sum() > 1 and adversary.queries < 60:
        plus, minus = random_query(rng, chi)
        before = adversary.alive.sum()
        value = adversary.answer(lambda X, y, p=plus, m=minus: np.where(y == 1, p, m))
        means = np.where(chi == 1, plus, minus).mean(axis=1)  # by the definition
        assert (np.abs(means - value)[adversary.alive] <= tolerance + 1e-9).all()
        assert before - adversary.alive.sum() < 1 / tolerance**2
    if adversary.alive.sum() == 1:
        assert adversary.queries > parity_queries(d, k, tolerance)
        assert parity_queries(d, k, tolerance) == pytest.approx((comb(d, k) - 1) * tolerance**2)


@pytest.mark.parametrize(("d", "k"), [(2, 1), (3, 2), (4, 2), (5, 1)])
def test_no_hypothesis_has_an_error_below_a_quarter_for_two_parities(d, k):
    chi, rng = parities(d, k), np.random.default_rng(0)
    X = 2**d
    every = (
        np.array(list(product((-1, 1), repeat=X)))
        if X <= 16
        else rng.choice([-1, 1], size=(50_000, X))
    )
    errors = (every[:, None, :] != chi[None]).mean(axis=2)
    assert ((errors < 1 / 4).sum(axis=1) <= 1).all()
    assert ((errors <= 1 / 4).sum(axis=1) >= 2).any() or X > 16  # a quarter is sharp


def least_queries(tables, tolerance):
    """The least depth of a question tree that wins against every legal oracle of some queries.

    `tables` holds, for each query, the expectations under each parity. An oracle may give
    any number within the tolerance; what matters is which parities stay.
    """

    @cache
    def solve(alive):
        if len(alive) <= 1:
            return 0
        best = np.inf
        for means in tables:
            values = {means[i] + s * tolerance for i in alive for s in (-1, 1)}
            kept = {
                frozenset(i for i in alive if abs(means[i] - v) <= tolerance + 1e-9) for v in values
            }
            if alive in kept:
                continue  # the oracle need not tell anything
            best = min(best, 1 + max(solve(one) for one in kept))
        return best

    return solve(frozenset(range(len(tables[0]))))


@pytest.mark.parametrize("tolerance", [0.1, 0.2, 0.3, 0.45])
@pytest.mark.parametrize(("d", "k"), [(3, 1), (3, 2), (4, 1)])
def test_the_best_of_all_learners_with_queries_of_plus_and_minus_one(d, k, tolerance):
    """Every g = +-1 on 3 bits, and 400 random ones on 4 bits, against every legal oracle."""
    chi = parities(d, k)
    if d == 3:
        every = np.array(list(product((-1, 1), repeat=8)))
    else:
        every = np.random.default_rng(1).choice([-1, 1], size=(400, 16))
    tables = {tuple(row) for row in (every @ chi.T / 2**d).tolist()}
    least = least_queries(sorted(tables), tolerance)
    assert least > (comb(d, k) - 1) * tolerance**2
    if d == 3 and tolerance < 1 / 4:
        assert least < np.inf


def test_ten_times_the_bound_would_be_false():
    """Groups of parities find one of 56 with fewer queries than 10 (M - 1) tol^2."""
    adversary = ParityAdversary(8, 3, 0.3)
    chi = parities(8, 3)
    while adversary.alive.sum() > 1:
        left = np.flatnonzero(adversary.alive)
        for size in (5, 3, 1):  # the sum of some groups of five is too weakly correlated
            g = np.sign(chi[left[: min(size, (len(left) + 1) // 2)]].sum(axis=0))
            if (np.abs(chi[left] @ g / 2**8) > 0.3).any():
                break
        adversary.answer(lambda X, y, g=g: y * g)
    assert parity_queries(8, 3, 0.3) < adversary.queries < 10 * parity_queries(8, 3, 0.3)


def test_without_orthogonality_one_answer_rules_out_more():
    """Under bits of bias 1/10 the constant query is correlated with all parities."""
    X = enumerate_cube(6)
    weights = 0.1 ** X.sum(axis=1) * 0.9 ** (6 - X.sum(axis=1))
    means = parities(6, 2) @ weights
    assert (np.abs(means) > 0.5).sum() == 15 > 1 / 0.5**2
