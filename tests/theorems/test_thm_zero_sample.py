"""Theorem thm-zero-sample: a copy needs no sample, a learner more than half the VC dimension."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.samples import vc_dimension, zero_sample_game


def least_average_failure(sources, N, n, eps):
    """Return the least Pr[err > eps] of any learner, on average over sources, D uniform on N.

    For each labeled sample by itself the best hypothesis is found by trying all of them, so this
    is the exact optimum over all learners, with coins or without. Some source is at least as bad.
    """
    consistent = {}
    for f in sources:
        for points in product(range(N), repeat=n):
            consistent.setdefault((points, tuple(f[x] for x in points)), []).append(f)
    failures = 0
    for fs in consistent.values():
        failures += min(
            sum(sum(a != b for a, b in zip(h, f, strict=True)) > eps * N for f in fs)
            for h in product((0, 1), repeat=N)
        )
    return Fraction(failures, len(sources) * N**n)


EIGHTH = Fraction(1, 8)


@pytest.mark.parametrize("N", [1, 2, 3, 4, 5])
def test_no_learner_succeeds_with_half_of_the_vc_dimension(N):
    sources = [tuple(map(int, row)) for row in enumerate_cube(N)]
    assert vc_dimension(enumerate_cube(N)) == N
    for n in range(N // 2 + 1):
        assert least_average_failure(sources, N, n, EIGHTH) >= Fraction(1, 7)


def test_more_samples_do_succeed_so_the_failures_are_owed_to_their_number():
    sources = [tuple(map(int, row)) for row in enumerate_cube(2)]
    assert least_average_failure(sources, 2, 1, EIGHTH) == Fraction(1, 2)
    assert least_average_failure(sources, 2, 3, EIGHTH) == Fraction(1, 8) < Fraction(1, 7)


def test_a_class_of_vc_dimension_0_is_learned_without_samples():
    """So the condition VC >= 1 is needed: 0 > 0/2 is false, and 0 samples are enough."""
    assert vc_dimension([[0, 1, 1]]) == 0
    assert least_average_failure([(0, 1, 1)], 3, 0, EIGHTH) == 0


def legal_errors(G, f, g, steps):
    """Yield (error of g, least error in G) under all D on the points in steps of 1/steps."""
    for D in product(range(steps + 1), repeat=len(f)):
        if sum(D) == steps:
            errors = (G != f) @ D
            yield (g != f) @ D, errors.min()


@pytest.mark.parametrize("seed", range(10))
def test_a_copy_is_as_good_as_the_best_under_every_distribution(seed):
    rng = np.random.default_rng(seed)
    G = enumerate_cube(4)[rng.choice(16, size=5, replace=False)]
    for f in G:
        copy = next(g for g in G if (g == f).all())
        assert all(paid == least == 0 for paid, least in legal_errors(G, f, copy, 4))
        assert zero_sample_game(G, f).value == pytest.approx(0, abs=1e-9)


def test_a_source_that_is_not_in_the_class_cannot_be_copied():
    G, f = np.eye(3, dtype=int), np.zeros(3, dtype=int)
    for g in G:  # each is wrong somewhere under a D for which another is perfect
        assert any(paid == 4 and least == 0 for paid, least in legal_errors(G, f, g, 4))
    assert zero_sample_game(G, f).value == pytest.approx(1 / 3)
