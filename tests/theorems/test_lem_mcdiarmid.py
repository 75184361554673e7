"""Lemma lem-mcdiarmid: exact tails, over all outcomes."""

from itertools import product
from math import comb, exp

import numpy as np
import pytest


def check(values, chances, sum_of_squares, share=1.0):
    """Whether each tail obeys the bound with the exponent times a share."""
    mean = values @ chances
    for t in np.unique(values - mean):
        if t > 1e-12:
            tail = chances[values >= mean + t - 1e-12].sum()
            if tail > exp(-share * 2 * t**2 / sum_of_squares) + 1e-12:
                return False
    return True


def differences(table):
    """The largest change of F for each argument, of a table with an axis for each."""
    return [np.ptp(table, axis=i).max() for i in range(table.ndim)]


@pytest.mark.parametrize("n", [2, 3, 5])
def test_any_function_of_independent_draws(n):
    rng = np.random.default_rng(n)
    for _ in range(60):
        table = rng.normal(size=(3,) * n) ** 3
        laws = [rng.dirichlet(np.ones(3)) for _ in range(n)]
        chances = np.array([np.prod(p) for p in product(*laws)])
        assert check(table.ravel(), chances, sum(c**2 for c in differences(table)))


def test_different_values_and_longest_runs():
    outcomes = np.array(list(product(range(4), repeat=6)))
    even = np.full(len(outcomes), 4.0**-6)
    different = np.array([len(set(row)) for row in outcomes.tolist()])
    table = different.reshape((4,) * 6)
    assert max(differences(table)) == 1
    assert check(different.astype(float), even, 6)


def test_the_constant_two_is_the_limit():
    """For fair coins an exponent twice as large is wrong, at every n from 10 on."""
    for n in (10, 100, 1000):
        heads = np.arange(n + 1.0)
        chances = np.array([comb(n, k) / 2**n for k in range(n + 1)])
        assert check(heads, chances, n)
        assert not check(heads, chances, n, share=2.0)


def test_dependent_draws_break_it():
    n = 20  # all equal to the same coin
    assert not check(np.array([0.0, n]), np.array([0.5, 0.5]), n)


def test_smaller_differences_than_the_true_ones_are_caught():
    heads = np.arange(13.0)
    chances = np.array([comb(12, k) / 2**12 for k in range(13)])
    assert not check(heads, chances, 12 * 0.5**2)
