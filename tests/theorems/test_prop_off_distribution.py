"""Proposition prop-off-distribution: what fidelity on one distribution says about another."""

from fractions import Fraction

import numpy as np
import pytest

from pacdistill import DecisionTree, disagreement, random_hard_tree


@pytest.mark.parametrize("points", [2, 5, 16])
def test_the_bound_and_that_it_is_met(points):
    rng = np.random.default_rng(points)
    for _ in range(100):
        D, E = (rng.multinomial(50, rng.dirichlet(np.ones(points))) for _ in range(2))
        distance = Fraction(int(np.abs(D - E).sum()), 100)  # half the l1 distance
        agree = rng.random(points) < 0.5
        gap = Fraction(int(D[agree].sum() - E[agree].sum()), 50)
        assert abs(gap) <= distance
        agree = D > E  # a tree that agrees with the source exactly there
        assert Fraction(int(D[agree].sum() - E[agree].sum()), 50) == distance
    # half the constant would be too little
    assert Fraction(1, 2) < 1 == abs(Fraction(1) - 0)


def below(tree, node):
    """The subtree at a node."""
    if tree.is_leaf[node]:
        return DecisionTree.leaf(int(tree.label[node]))
    zero, one = (below(tree, int(child)) for child in tree.children[node])
    return DecisionTree.split(int(tree.variable[node]), zero, one)


@pytest.mark.parametrize("parity", [1, 2])
def test_a_tree_that_is_exact_on_a_subcube_is_a_coin_off_it(parity):
    for seed in range(5):
        tree = random_hard_tree(4, 60, np.random.default_rng(seed), parity=parity)
        node = 0
        for q in range(4 - parity + 1):
            part = below(tree, node)
            assert disagreement(part, tree) == Fraction(1, 2) - Fraction(1, 2 ** (q + 1))
            if q:  # its distance from the uniform distribution is 1 - 2^-q: never contradicted
                assert disagreement(part, tree) <= 1 - Fraction(1, 2**q)
            node = int(tree.children[node, seed % 2]) if q < 4 - parity else node


def test_a_tree_whose_branches_share_bits_may_do_better_off_the_subcube():
    leaf = DecisionTree.leaf
    copy = DecisionTree.split(1, leaf(0), leaf(1))
    tree = DecisionTree.split(0, copy, copy)
    assert disagreement(below(tree, 1), tree) == 0
