"""Lemma lem-tree-l1: the Fourier coefficients of a tree with s leaves add up to at most s."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from pacdistill import enumerate_cube, parity_tree, random_hard_tree, random_tree

D = 6
CUBE = enumerate_cube(D).astype(int)
SETS = [s for k in range(D + 1) for s in combinations(range(D), k)]
CHARACTERS = np.array([(-1) ** CUBE[:, list(s)].sum(axis=1) for s in SETS])


def norm(labels):
    """The sum of the absolute coefficients of the sign, in exact arithmetic."""
    return Fraction(int(np.abs(CHARACTERS @ (1 - 2 * labels.astype(int))).sum()), 2**D)


@pytest.mark.parametrize("depth", range(7))
def test_random_trees(depth):
    for seed in range(20):
        tree = random_tree(depth, D, np.random.default_rng([depth, seed]))
        assert norm(tree.predict(CUBE)) <= max(1, tree.size - 1)  # equality for s = 1 alone


@pytest.mark.parametrize("k", range(1, 7))
def test_parities_have_many_leaves_and_norm_1(k):
    tree = parity_tree(tuple(range(k)))
    assert norm(tree.predict(CUBE)) == 1 < tree.size


def test_less_than_the_leaves_is_possible_half_of_them_is_not():
    sizes = [(norm(t.predict(CUBE)), t.size) for t in hard_and_deep()]
    assert all(value <= size for value, size in sizes)
    assert any(2 * value > size for value, size in sizes)  # so s/2 would be wrong


def hard_and_deep():
    yield random_hard_tree(2, D, np.random.default_rng(0))
    for seed in range(20):
        yield random_tree(3, D, np.random.default_rng(seed))


def test_a_function_with_a_large_norm_has_no_small_tree():
    """The inner product of halves: 8, so at least 8 leaves; a tree with 7 is impossible."""
    inner = (CUBE[:, :3] * CUBE[:, 3:]).sum(axis=1) % 2
    assert norm(inner) == 8
