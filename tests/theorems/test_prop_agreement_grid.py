"""Proposition prop-agreement-grid: on which fractions of the cube two trees can differ."""

from fractions import Fraction

import numpy as np
import pytest

from pacdistill import DecisionTree, enumerate_cube, random_tree


def differ(tree, other, d):
    """By listing the cube."""
    cube = enumerate_cube(d)
    return Fraction(int((tree.predict(cube) != other.predict(cube)).sum()), 2**d)


def conjunction(variables):
    tree = DecisionTree.leaf(1)
    for i in variables:
        tree = DecisionTree.split(i, DecisionTree.leaf(0), tree)
    return tree


def pruned(tree, rng, node=0):
    """Replace subtrees by leaves, at random."""
    if tree.is_leaf[node]:
        return DecisionTree.leaf(int(tree.label[node]))
    if rng.random() < 0.3:
        return DecisionTree.leaf(int(rng.integers(2)))
    halves = (pruned(tree, rng, int(child)) for child in tree.children[node])
    return DecisionTree.split(int(tree.variable[node]), *halves)


@pytest.mark.parametrize(("r", "s"), [(1, 1), (1, 2), (2, 2), (2, 3), (3, 3)])
def test_two_trees_differ_on_a_multiple_of_the_unit(r, s):
    d, rng = 7, np.random.default_rng([r, s])
    for _ in range(20):
        tree, other = random_tree(r, d, rng), random_tree(s, d, rng)
        unit = Fraction(2, 2 ** (r + s))
        assert (differ(tree, other, d) / unit).denominator == 1


@pytest.mark.parametrize(("r", "s"), [(2, 2), (2, 3), (3, 4)])
def test_the_unit_cannot_be_larger(r, s):
    apart = differ(conjunction(range(r)), conjunction(range(r, r + s)), r + s)
    assert (apart / Fraction(2, 2 ** (r + s))).numerator % 2 == 1


def test_a_pruned_tree_differs_on_a_multiple_of_two_to_the_minus_depth():
    d, rng, seen = 8, np.random.default_rng(0), set()
    for _ in range(40):
        tree = random_tree(3, d, rng)
        apart = differ(tree, pruned(tree, rng), d) * 2**3
        assert apart.denominator == 1
        seen.add(int(apart) % 2)
    assert seen == {0, 1}  # and no larger unit would do
    # Two trees of that depth, neither a pruned form of the other, do not keep to it.
    assert (differ(conjunction((0, 1, 2)), conjunction((3, 4, 5)), d) * 2**3).denominator > 1
