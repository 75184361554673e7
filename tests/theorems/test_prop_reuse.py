"""Proposition prop-reuse: one sample for two distillers costs a factor K, and all if K is large."""

from fractions import Fraction
from itertools import permutations, product
from math import comb

import numpy as np
import pytest

# --- 1. With K possible outputs of A the failures are at most delta1 + K delta2.

N, SAMPLES = 3, list(product(range(3), repeat=2))
CUBE = np.array(list(product((0, 1), repeat=N)))
P = np.full(len(SAMPLES), 1 / len(SAMPLES))  # D is uniform
ERRORS = (CUBE[:, None] != CUBE[None, :]).sum(axis=2)  # in thirds


def test_the_failures_are_at_most_delta1_plus_k_times_delta2():
    rng = np.random.default_rng(0)
    more_than_once = 0
    for _ in range(4000):
        K = int(rng.integers(1, 5))
        outputs = rng.permutation(8)[:K]
        f = outputs[0]
        H = rng.permutation(8)[:2]
        A = rng.choice(outputs, size=len(SAMPLES))
        good = ERRORS[:, H].argmin(axis=1)
        # B takes the better of its two targets but for a few samples.
        B = np.where(rng.random((8, len(SAMPLES))) < 0.15, H[1 - good][:, None], H[good][:, None])
        eps1 = int(rng.integers(0, 3))
        delta1 = P @ (ERRORS[f, A] > eps1)
        delta2 = max(P @ (ERRORS[g, B[g]] > ERRORS[g, H].min()) for g in outputs)
        wrong = ERRORS[f, B[A, np.arange(len(SAMPLES))]] > ERRORS[f, H].min() + 2 * eps1
        assert P @ wrong <= delta1 + K * delta2 + 1e-12
        more_than_once += P @ wrong > delta1 + delta2 + 1e-12
    assert more_than_once > 0  # without the factor K it is wrong


# --- 2. The pair that fails: domain Z and a point w for each sequence T and number r.

n, M, R = 2, 4, 3
Z = list(range(M))
NAMES = [(T, r) for T in permutations(Z, n) for r in range(R)]
DOMAIN = Z + NAMES


def draws(D):
    """All samples with positive probability."""
    support = [x for x in DOMAIN if D.get(x, 0) > 0]
    for S in product(support, repeat=n):
        yield S, D[S[0]] * D[S[1]]


def first_error(S, r, D):
    """The error of A's output from f = 0."""
    names = len(set(S)) == n and all(x in Z for x in S)
    return D.get((S, r), Fraction(0)) if names else Fraction(0)


def distributions():
    rng = np.random.default_rng(0)
    yield {z: Fraction(1, M) for z in Z}
    yield {z: Fraction(1, 2) for z in Z[:2]}
    yield {0: Fraction(1)}
    for size in (2, 5, 12):
        for _ in range(4):
            support = [DOMAIN[i] for i in rng.permutation(len(DOMAIN))[:size]]
            weights = [int(w) for w in rng.integers(1, 9, size=size)]
            yield {x: Fraction(w, sum(weights)) for x, w in zip(support, weights, strict=True)}
    # Hostile to A: half on a pair of points, half on the names of that pair.
    names = {((0, 1), r): Fraction(1, 2 * R) for r in range(R)}
    yield {0: Fraction(1, 4), 1: Fraction(1, 4)} | names


@pytest.mark.parametrize("D", list(distributions()))
def test_both_keep_their_promises_under_this_distribution(D):
    assert sum(D.values()) == 1
    expected = sum(p * first_error(S, r, D) / R for S, p in draws(D) for r in range(R))
    assert expected <= Fraction(1, R)  # and Markov
    for T, _ in NAMES:  # B fails if its sample is T, and for no other source
        chance = D.get(T[0], Fraction(0)) * D.get(T[1], Fraction(0))
        assert chance <= Fraction(1, n**n)


def test_the_chance_of_a_sequence_reaches_its_bound_and_repeated_points_break_it():
    half = {0: Fraction(1, 2), 1: Fraction(1, 2)}
    assert half[0] * half[1] == Fraction(1, n**n)
    assert Fraction(1) ** 2 > Fraction(1, n**n)  # T = (0, 0) under a point mass


def test_with_one_sample_the_error_is_1_almost_surely():
    D = {z: Fraction(1, M) for z in Z}
    failed = sum(p for S, p in draws(D) if len(set(S)) == n)  # then B meets its own T = S
    assert failed == 1 - Fraction(1, M) >= 1 - Fraction(comb(n, 2), M)


@pytest.mark.parametrize(("n", "eta"), [(2, 0.4), (6, 0.01), (20, 0.1)])
def test_so_many_points_are_enough_for_different_ones(n, eta):
    M = int(np.ceil(n**2 / (2 * eta)))
    different = np.prod(1 - np.arange(n) / M)
    assert different >= 1 - comb(n, 2) / M >= 1 - eta
    assert np.prod(1 - np.arange(n) / n) < 1 - eta  # M = n points are not
