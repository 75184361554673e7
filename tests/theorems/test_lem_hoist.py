"""Lemma lem-hoist: a variable that all leaves test moves to the root, and the leaves stay."""

from itertools import product

import numpy as np
import pytest

from pacdistill import DecisionTree, enumerate_cube, parity_tree
from pacdistill.extraction import hoist

LEAF = DecisionTree.leaf


def shapes(variables: frozenset[int], depth: int) -> list[DecisionTree]:
    """Every tree of at most the depth, with labels 0."""
    trees = [LEAF(0)]
    if depth > 0:
        for i in sorted(variables):
            below = shapes(variables - {i}, depth - 1)
            trees += [DecisionTree.split(i, a, b) for a, b in product(below, below)]
    return trees


def relabeled(tree: DecisionTree, rng: np.random.Generator) -> DecisionTree:
    return with_labels(tree, tuple(rng.integers(0, 2, tree.size).tolist()))


def with_labels(tree: DecisionTree, labels: tuple[int, ...]) -> DecisionTree:
    label = tree.label.copy()
    label[tree.is_leaf] = labels
    return DecisionTree(tree.variable, tree.children, label)


def leaves(tree: DecisionTree) -> set[tuple[object, int]]:
    return {
        (clause, int(label))
        for clause, label in zip(tree.clauses(), tree.label, strict=True)
        if label >= 0
    }


def test_all_trees_of_depth_2_on_4_bits_and_3_on_3():
    rng, moved, refused = np.random.default_rng(0), 0, 0
    trees = shapes(frozenset(range(4)), 2) + shapes(frozenset(range(3)), 3)
    assert len(trees) == 65 + 244
    for tree in (relabeled(tree, rng) for tree in trees):
        paths = [c.variables for c, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if leaf]
        for i in tree.variables:
            if all(i in path for path in paths):
                other = hoist(tree, i)
                assert other.variable[0] == i
                assert leaves(other) == leaves(tree)  # so: equal, of the same depth and size
                assert (other.depth, other.size) == (tree.depth, tree.size)
                assert other.equivalent(tree)
                moved += 1
            else:
                with pytest.raises(ValueError, match="does not test bit"):
                    hoist(tree, i)
                refused += 1
    assert moved > 300
    assert refused > 100


def test_a_parity_turns_on_any_of_its_bits():
    tree = parity_tree((1, 3, 4, 8))
    assert all(leaves(hoist(tree, i)) == leaves(tree) for i in (1, 3, 4, 8))


def test_one_leaf_that_does_not_test_the_variable_can_cost_leaves():
    # "If x0 then x2 else x1" has 4 leaves. With x1 at the root an equal tree has at least 6.
    bit = [DecisionTree.split(i, LEAF(0), LEAF(1)) for i in (0, 1, 2)]
    tree = DecisionTree.split(0, bit[1], bit[2])
    with pytest.raises(ValueError, match="does not test bit 1"):
        hoist(tree, 1)
    X = enumerate_cube(3)
    for value in (0, 1):
        rows = X[:, 1] == value
        sizes = [
            one.size
            for shape in shapes(frozenset((0, 2)), 2)
            for labels in product((0, 1), repeat=shape.size)
            if ((one := with_labels(shape, labels)).predict(X[rows]) == tree.predict(X[rows])).all()
        ]
        assert min(sizes) == 3
