"""Lemma lem-pruning: tests of influence below tau are dropped, and few labels change."""

from fractions import Fraction
from math import log2

import numpy as np
import pytest

from pacdistill import DecisionTree, enumerate_cube, random_tree

D = 7
CUBE = enumerate_cube(D)
LEAF = DecisionTree.leaf


def subtree(tree, node):
    if tree.is_leaf[node]:
        return LEAF(int(tree.label[node]))
    zero, one = (subtree(tree, int(child)) for child in tree.children[node])
    return DecisionTree.split(int(tree.variable[node]), zero, one)


def influence(tree, variable, d=D):
    """By flipping the bit of every point of the cube."""
    X = enumerate_cube(d)
    flipped = X.copy()
    flipped[:, variable] ^= 1
    return Fraction(int((tree.predict(X) != tree.predict(flipped)).sum()), len(X))


def prune(tree, tau, d=D):
    """The construction of the proof, children before parents."""
    if tree.is_leaf[0]:
        return tree
    zero, one = (prune(subtree(tree, int(child)), tau, d) for child in tree.children[0])
    kept = DecisionTree.split(int(tree.variable[0]), zero, one)
    return zero if influence(kept, int(tree.variable[0]), d) < tau else kept


def average_depth(tree):
    leaves = [c for c, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if leaf]
    return sum(Fraction(len(clause), 2 ** len(clause)) for clause in leaves)


def gap(tree, other, d=D):
    X = enumerate_cube(d)
    return Fraction(int((tree.predict(X) != other.predict(X)).sum()), len(X))


def uneven_tree(rng, depth=6):
    """A random tree whose paths have different lengths and whose labels are mostly 0."""

    def grow(used):
        if len(used) == depth or (used and rng.random() < 0.25):
            return LEAF(int(rng.random() < 0.25))
        variable = int(rng.choice([i for i in range(D) if i not in used]))
        return DecisionTree.split(variable, grow((*used, variable)), grow((*used, variable)))

    return grow(())


TREES = [random_tree(5, D, np.random.default_rng(k)) for k in range(4)]
TREES += [uneven_tree(np.random.default_rng([1, k])) for k in range(6)]


@pytest.mark.parametrize("tau", [Fraction(1, 16), Fraction(3, 16), Fraction(3, 8), Fraction(5, 8)])
def test_what_is_left_is_influential_and_what_changed_is_little(tau):
    shrunk = 0
    for tree in TREES:
        pruned = prune(tree, tau)
        shrunk += pruned.size < tree.size
        for node in np.flatnonzero(~pruned.is_leaf):
            assert influence(subtree(pruned, node), int(pruned.variable[node])) >= tau
        assert gap(tree, pruned) <= tau / 2 * average_depth(tree)
        assert average_depth(tree) <= log2(tree.size) + 1e-12
    assert shrunk > 0


def test_half_the_constant_is_too_little():
    """An AND below a test that turns on it: the error is nearly tau/2 times half the depth."""
    tree = LEAF(1)
    for i in range(8, 0, -1):
        tree = DecisionTree.split(i, LEAF(0), tree)
    tree = DecisionTree.split(0, LEAF(0), tree)
    tau = Fraction(1, 2**8) + Fraction(1, 10**6)
    changed = gap(tree, prune(tree, tau, 9), 9)
    assert tau / 4 * average_depth(tree) < changed <= tau / 2 * average_depth(tree)


def test_without_pruning_a_tree_may_test_what_does_not_matter():
    below = DecisionTree.split(1, LEAF(0), LEAF(1))
    same = DecisionTree.split(0, below, below)
    assert influence(same, 0) == 0
    assert prune(same, Fraction(1, 100)) == below
