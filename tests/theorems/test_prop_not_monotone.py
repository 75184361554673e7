"""Proposition prop-not-monotone: one half-set, all half-sets, all of them and the source."""

from fractions import Fraction
from itertools import combinations_with_replacement, product
from math import comb, factorial, prod

import numpy as np
import oracles
import pytest

from pacdistill.samples import enumerate_subsets

EIGHTH = Fraction(1, 8)


def distinct(n, m):
    """The law of the number of different values in n uniform draws from m."""
    law = [Fraction(1)] + [Fraction(0)] * n
    for _ in range(n):
        law = [
            law[s] * Fraction(s, m) + (law[s - 1] * Fraction(m - s + 1, m) if s else 0)
            for s in range(n + 1)
        ]
    return law


def overlap(N, s):
    """The law of |T cap U| for a half-set T that avoids the s points seen, given them."""
    return {
        k: Fraction(comb(N // 2, k) * comb(N // 2 - s, N // 2 - s - k), comb(N - s, N // 2 - s))
        for k in range(N // 2 - s + 1)
    }


def failure(N, n):
    """The failure of the best distiller against a random U, exactly, by symmetry."""
    return sum(
        seen * sum(p for k, p in overlap(N, s).items() if Fraction(2 * k, N) > EIGHTH)
        for s, seen in enumerate(distinct(n, N // 2))
        if s <= N // 2
    )


@pytest.mark.parametrize("N", [2, 4, 6, 8, 10, 12, 16, 20, 32, 48, 64])
def test_up_to_a_quarter_of_the_points_the_failure_is_at_least_5_of_21(N):
    for n in range(N // 4 + 1):
        assert failure(N, n) >= Fraction(5, 21)
        for s in range(n + 1):
            mean = sum(p * Fraction(2 * k, N) for k, p in overlap(N, s).items())
            assert mean == Fraction(N // 2 - s, N - s) >= Fraction(1, 3)


def test_the_mean_error_reaches_a_third_and_more_samples_are_enough():
    assert Fraction(8 - 4, 16 - 4) == Fraction(1, 3)
    assert failure(16, 40) < Fraction(5, 21)
    assert failure(8, 12) < Fraction(5, 21)


def least_failure(targets, n, masses, eps=0.125):
    """The best distiller of f = 0 with coins against all these distributions: a linear program."""
    N, k = targets.shape[1], len(targets)
    samples = list(combinations_with_replacement(range(N), n))
    rows = []
    for D in masses:
        errors = targets @ D
        assert errors.min() == 0
        row = [
            factorial(n)
            / prod(factorial(s.count(x)) for x in set(s))
            * prod(D[list(s)])
            * (errors > eps)
            for s in samples
        ]
        rows.append([*np.concatenate(row), -1])
    mixture = np.hstack([np.kron(np.eye(len(samples)), np.ones(k)), np.zeros((len(samples), 1))])
    return oracles.linear_program(
        [0] * (len(samples) * k) + [1],
        A_ub=np.array(rows),
        b_ub=np.zeros(len(rows)),
        A_eq=mixture,
        b_eq=np.ones(len(samples)),
    )


@pytest.mark.parametrize(("N", "n"), [(4, 0), (4, 1), (4, 3), (8, 0), (8, 1), (8, 2)])
def test_no_strategy_does_better_and_with_the_source_as_a_target_none_fails(N, n):
    half_sets = enumerate_subsets(N, N // 2)
    masses = half_sets / (N // 2)
    value = least_failure(half_sets, n, masses)
    assert value == pytest.approx(float(failure(N, n)), abs=1e-7)
    if n <= N / 4:
        assert value >= 5 / 21
    with_zero = np.vstack([half_sets, np.zeros((1, N), dtype=np.uint8)])
    assert least_failure(with_zero, 0, masses) == pytest.approx(0, abs=1e-9)


def test_one_target_is_the_best_one_and_the_source_errs_nowhere():
    for N in (2, 4, 6):
        for D in product(range(3), repeat=N):
            only = enumerate_subsets(N, N // 2)[:1]
            errors = np.array(D) @ only.T
            assert errors[0] == errors.min()
            assert np.array(D) @ np.zeros(N) == 0
