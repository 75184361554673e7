"""Lemma lem-tree-equality: compatible leaves with different labels measure the disagreement."""

from fractions import Fraction

import numpy as np
import pytest

from pacdistill import DecisionTree, disagreement, enumerate_cube, parity_tree, random_tree
from pacdistill.tree import find_disagreement

D = 4
CUBE = enumerate_cube(D)


def all_trees(depth: int, free: tuple[int, ...]) -> list[DecisionTree]:
    """Every tree of at most that depth which tests the free bits only."""
    trees = [DecisionTree.leaf(0), DecisionTree.leaf(1)]
    if depth == 0:
        return trees
    for i in free:
        below = all_trees(depth - 1, tuple(j for j in free if j != i))
        trees += [DecisionTree.split(i, zero, one) for zero in below for one in below]
    return trees


def by_brute_force(tree: DecisionTree, other: DecisionTree) -> Fraction:
    return Fraction(int((tree.predict(CUBE) != other.predict(CUBE)).sum()), len(CUBE))


def by_lemma(tree: DecisionTree, other: DecisionTree, *, mind_conflicts: bool = True) -> Fraction:
    """Add up the right side of the lemma, leaf by leaf, without the library's matrices."""
    total = Fraction(0)
    for a in np.flatnonzero(tree.is_leaf):
        for b in np.flatnonzero(other.is_leaf):
            union = {*tree.clauses()[a].literals, *other.clauses()[b].literals}
            conflict = len({i for i, _ in union}) < len(union)
            if tree.label[a] != other.label[b] and not (conflict and mind_conflicts):
                total += Fraction(1, 2 ** len(union))
    return total


def test_on_all_pairs_out_of_44_trees_of_depth_2_on_3_bits():
    trees = all_trees(2, (0, 1, 2))[::7]
    assert len(trees) == 44
    for tree in trees:
        for other in trees:
            truth = by_brute_force(tree, other)
            assert disagreement(tree, other) == by_lemma(tree, other) == truth
            assert (find_disagreement(tree, other) is None) == (truth == 0)


@pytest.mark.parametrize("seed", range(40))
def test_on_random_deeper_trees(seed):
    rng = np.random.default_rng(seed)
    tree, other = random_tree(4, D, rng), random_tree(3, D, rng)
    assert disagreement(tree, other) == by_lemma(tree, other) == by_brute_force(tree, other)


def test_different_orders_of_the_same_function_are_equal():
    assert disagreement(parity_tree((0, 1, 2, 3)), parity_tree((3, 1, 0, 2))) == 0


def test_the_number_of_bits_does_not_matter():
    tree = DecisionTree.split(10**6, DecisionTree.leaf(0), DecisionTree.leaf(1))
    assert disagreement(tree, DecisionTree.leaf(0)) == Fraction(1, 2)


def test_without_the_condition_on_conflicts_it_is_wrong():
    tree = parity_tree((0, 1))
    assert by_lemma(tree, tree, mind_conflicts=False) != by_brute_force(tree, tree) == 0
