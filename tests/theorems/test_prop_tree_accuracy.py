"""Proposition prop-tree-accuracy: on all functions of small tables with a truth, exactly."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy.stats import binom, binomtest

POINTS = 4
FUNCTIONS = np.array(list(product((0, 1), repeat=POINTS)))


def tables(count):
    """Joint masses of (x, y), exact: shape (points, 2)."""
    rng = np.random.default_rng(0)
    for _ in range(count):
        weights = rng.integers(0, 6, (POINTS, 2))
        weights[0, 0] += 1
        yield np.array([[Fraction(int(w), int(weights.sum())) for w in row] for row in weights])


def accuracy(masses, f):
    return sum(masses[range(POINTS), f])


def test_the_accuracies_differ_by_the_disagreement_and_by_who_is_right_there():
    tight = False
    for masses in tables(6):
        x = masses.sum(axis=1)
        for f, g in product(FUNCTIONS, repeat=2):
            apart = f != g
            p = sum(x[apart])  # 1 - fidelity
            difference = accuracy(masses, f) - accuracy(masses, g)
            if p:
                a = sum(masses[apart, g[apart]]) / p
                assert difference == p * (1 - 2 * a)
            assert abs(difference) <= p
            tight |= p > 0 and difference == p
    assert tight  # so no smaller factor than 1 is true


def test_a_group_can_have_all_the_disagreement_but_no_more():
    reached = False
    for masses in tables(3):
        x = masses.sum(axis=1)
        for f, g in product(FUNCTIONS[::3], FUNCTIONS[::2]):
            apart = f != g
            for group in FUNCTIONS[1:].astype(bool):
                inside, p = sum(x[group]), sum(x[apart])
                if inside:
                    in_group = sum(x[group & apart]) / inside
                    assert in_group <= p / inside
                    reached |= p > 0 and in_group == p / inside > p  # 1 - fid is not a bound
    assert reached


def test_with_three_labels_the_first_part_fails():
    """Both may be wrong where they differ, so the factor 1 - 2a is about two labels."""
    f, g, truth = 0, 1, 2
    difference, a = int(f == truth) - int(g == truth), int(g == truth)
    assert difference != 1 * (1 - 2 * a)


@pytest.mark.parametrize(("n", "fidelity"), [(100, 0.95), (400, 0.9)])
def test_the_lower_limit_holds_with_its_confidence(n, fidelity):
    """Clopper and Pearson's lower limit, by adding up the binomial distribution."""
    delta = 0.05
    low = [
        binomtest(k, n, alternative="greater").proportion_ci(1 - delta, method="exact").low
        for k in range(int(n * fidelity) - 60, n + 1)
        if k >= 0
    ]
    first = n + 1 - len(low)
    exceeds = [first + j for j, one in enumerate(low) if one > fidelity]
    failure = sum(binom.pmf(k, n, fidelity) for k in exceeds)
    assert failure <= delta
    assert failure > delta / 5  # it is not empty talk
