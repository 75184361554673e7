"""Proposition prop-counting-queries: q answers tell at most 2^q functions apart."""

from functools import cache
from itertools import product

import numpy as np
import pytest

PARITIES = np.array([[bin(k & x).count("1") % 2 for x in range(8)] for k in range(8)])
ALL = np.array(list(product((0, 1), repeat=8)))


def most_recovered(functions, q):
    """How many functions of a class the best adaptive distiller with q queries returns rightly."""
    functions = np.asarray(functions)

    @cache
    def best(alive, left):
        if left == 0 or len(alive) <= 1:
            return min(len(alive), 1)
        found = 1
        for x in range(functions.shape[1]):
            parts = [tuple(k for k in alive if functions[k, x] == v) for v in (0, 1)]
            if all(parts):
                found = max(found, sum(best(part, left - 1) for part in parts))
        return found

    return best(tuple(range(len(functions))), q)


@pytest.mark.parametrize("q", range(5))
@pytest.mark.parametrize("seed", range(4))
def test_no_class_lets_more_than_two_to_the_q_functions_be_recovered(q, seed):
    rng = np.random.default_rng(seed)
    chosen = ALL[rng.choice(256, size=14, replace=False)]
    assert most_recovered(chosen, q) <= min(2**q, 14)


@pytest.mark.parametrize("q", range(4))
def test_parities_reach_it(q):
    """So q >= log2(M) + log2(1 - delta) is exact: the success is 2^q/M."""
    assert most_recovered(PARITIES, q) == 2**q
    assert most_recovered(PARITIES, 3) == 8


def test_some_classes_need_many_more():
    """It is a bound from below only: points in an empty sea show themselves one at a time."""
    points = np.eye(8, dtype=int)
    assert [most_recovered(points, q) for q in range(4)] == [1, 2, 3, 4]


def test_a_distiller_that_may_err_needs_fewer():
    """The proposition is about this very function: with error 1/8 allowed, no query is needed."""
    points = np.eye(8, dtype=int)
    assert (points != np.zeros(8)).mean(axis=1).max() == 1 / 8
    assert most_recovered(points, 0) == 1 < len(points)
