"""Proposition prop-too-small: how well a tree that is too small agrees with a hard tree."""

from fractions import Fraction

import numpy as np
import pytest

from pacdistill import Clause, DecisionTree, disagreement, enumerate_cube, random_hard_tree
from pacdistill.extraction import best_trees


@pytest.mark.parametrize(("depth", "parity"), [(2, 1), (2, 2), (3, 1), (3, 2), (3, 3)])
def test_no_tree_does_better_and_some_do_as_well(depth, parity):
    """The best tree of each size, by the dynamic program over all clauses on all points."""
    used = 2 ** (depth - parity) * (parity + 1) - 1
    tree = random_hard_tree(depth, used, np.random.default_rng(depth), parity=parity)
    X = enumerate_cube(used)
    deepest = min(used, 4)
    clauses, level = [], [()]
    for _ in range(deepest - 1):
        level = sorted(
            {
                tuple(sorted((*c, (i, v))))
                for c in level
                for i in range(used)
                for v in (0, 1)
                if i not in dict(c)
            }
        )
        clauses += level
    frontier = best_trees(
        X, tree.predict(X), [Clause(c) for c in clauses], depth=deepest, max_size=2**depth
    )
    bound = {p.size: Fraction(1, 2) + Fraction(p.size, 2 ** (depth + 1)) for p in frontier}
    for point in frontier[1:]:  # of two leaves or more
        agrees = 1 - Fraction(point.errors, len(X))
        assert agrees <= bound[point.size]
    if parity == 1:  # tight for every even number of leaves
        sizes = {p.size: 1 - Fraction(p.errors, len(X)) for p in frontier}
        for size in range(2, 2**depth + 1, 2):
            assert sizes[size] == bound[size]


@pytest.mark.parametrize("depth", [3, 5, 6])
def test_the_tree_of_the_proof_is_tight_at_every_depth(depth):
    tree = random_hard_tree(depth, 100, np.random.default_rng(depth))

    def shallow(node, tests):
        if tests == 0:
            return DecisionTree.leaf(0)
        left, right = (int(child) for child in tree.children[node])
        if tree.is_leaf[left]:
            zero, one = int(tree.label[left]), int(tree.label[right])
            return DecisionTree.split(
                int(tree.variable[node]), DecisionTree.leaf(zero), DecisionTree.leaf(one)
            )
        if tests == 1:  # go down to some last test
            return shallow(left, 1)
        return DecisionTree.split(
            int(tree.variable[node]), shallow(left, tests - 1), shallow(right, tests - 1)
        )

    for q in range(1, depth + 1):
        small = shallow(0, q)
        assert small.depth == q
        assert 1 - disagreement(small, tree) == Fraction(1, 2) + Fraction(2**q, 2 ** (depth + 1))


def test_a_tree_that_uses_a_bit_twice_can_be_easier():
    last = DecisionTree.split(1, DecisionTree.leaf(0), DecisionTree.leaf(1))
    tree = DecisionTree.split(0, last, last)  # the same last test in both branches
    assert 1 - disagreement(last, tree) == 1 > Fraction(1, 2) + Fraction(2, 8)
