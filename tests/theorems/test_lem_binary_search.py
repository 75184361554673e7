"""Lemma lem-binary-search: ceil(log2 h) queries find a relevant bit, and no fewer do."""

from functools import cache
from itertools import product
from math import ceil, log2

import numpy as np
import pytest

from pacdistill import enumerate_cube, random_tree, sample_cube
from pacdistill.queries import MembershipOracle
from pacdistill.queries.juntas import _relevant_variable


def search(labels, x, z):
    """Run the library's search between two points with different labels; count the queries."""
    ask = MembershipOracle(labels)
    found = _relevant_variable(ask, x, z, int(labels(x[None])[0]))
    return found, ask.queries


@pytest.mark.parametrize("d", [1, 2, 3])
def test_all_functions_and_all_pairs(d):
    cube = enumerate_cube(d)
    powers = 1 << np.arange(d)[::-1]
    for table in product((0, 1), repeat=2**d):
        values = np.array(table, dtype=np.int8)
        for x in cube:
            for z in cube:
                h = int((x != z).sum())
                if values[x @ powers] == values[z @ powers]:
                    continue
                i, queries = search(lambda X, v=values: v[X @ powers], x, z)
                assert x[i] != z[i]
                neighbors = cube @ powers ^ powers[i]
                assert (values[cube @ powers] != values[neighbors]).any()  # relevant
                assert queries <= ceil(log2(h))


@pytest.mark.parametrize("seed", range(5))
def test_functions_of_many_bits(seed):
    rng = np.random.default_rng(seed)
    tree = random_tree(6, 500, rng)
    X = sample_cube(200, 500, rng)
    y = tree.predict(X)
    for x, z in zip(X[y == 0], X[y == 1], strict=False):
        i, queries = search(tree.predict, x, z)
        assert i in tree.variables
        assert x[i] != z[i]
        assert queries <= ceil(log2((x != z).sum()))


def test_points_with_equal_labels_prove_nothing():
    x, z = np.zeros(4, np.uint8), np.ones(4, np.uint8)
    found, _ = search(lambda X: np.ones(len(X), np.int8), x, z)
    assert 0 <= found < 4  # some bit, and none is relevant: the hypothesis is needed


@cache
def least_queries(candidates: frozenset[int], h: int) -> int:
    """The least worst case over all adaptive methods that tell the functions x_i apart.

    A query is a point; the function x_i answers with the point's bit i. The points of zeros only
    and of ones only tell nothing.
    """
    if len(candidates) == 1:
        return 0
    best = h
    for point in range(1, 2**h - 1):
        ones = frozenset(i for i in candidates if point >> i & 1)
        if 0 < len(ones) < len(candidates):
            zeros = candidates - ones
            best = min(best, 1 + max(least_queries(ones, h), least_queries(zeros, h)))
    return best


@pytest.mark.parametrize("h", [1, 2, 3, 4, 5, 6])
def test_no_method_does_with_fewer(h):
    assert least_queries(frozenset(range(h)), h) == ceil(log2(h))
    # One less is too few, also as a mixture: q answers lead to at most 2^q of the h ends.
    assert 2 ** (ceil(log2(h)) - 1) < h
