"""Proposition prop-hard-tree: short clauses and prefixes of paths leave the label a fair coin."""

from itertools import combinations, product

import numpy as np
import pytest

from pacdistill import (
    Clause,
    DecisionTree,
    disagreement,
    enumerate_cube,
    random_hard_tree,
    random_tree,
)

CASES = [(1, 1), (2, 1), (3, 1), (2, 2), (3, 2), (3, 3), (4, 3), (4, 4)]


def restricted(tree: DecisionTree) -> DecisionTree:
    """Rename the tested bits to 0, 1, 2, ..., so that the cube can be listed."""
    number = {variable: k for k, variable in enumerate(tree.variables)}
    variable = np.array([number.get(int(i), -1) for i in tree.variable])
    return DecisionTree(variable, tree.children, tree.label)


def unbalanced(tree: DecisionTree, clauses: list[Clause]) -> list[Clause]:
    X = enumerate_cube(len(tree.variables))
    y = tree.predict(X)
    return [clause for clause in clauses if 2 * y[clause.holds(X)].sum() != clause.holds(X).sum()]


def clauses_of_length(length: int, d: int) -> list[Clause]:
    return [
        Clause(tuple(zip(variables, values, strict=True)))
        for variables in combinations(range(d), length)
        for values in product((0, 1), repeat=length)
    ]


def hard_tree(depth: int, parity: int, seed: int = 0) -> DecisionTree:
    return restricted(random_hard_tree(depth, 60, np.random.default_rng(seed), parity=parity))


@pytest.mark.parametrize(("depth", "parity"), CASES)
def test_every_clause_of_fewer_than_k_literals_leaves_a_fair_coin(depth, parity):
    tree = hard_tree(depth, parity)
    for length in range(parity):
        assert unbalanced(tree, clauses_of_length(length, len(tree.variables))) == []


@pytest.mark.parametrize(("depth", "parity"), CASES)
def test_every_prefix_of_every_path_leaves_a_fair_coin(depth, parity):
    tree = hard_tree(depth, parity)
    internal = np.flatnonzero(~tree.is_leaf)
    assert unbalanced(tree, [tree.clauses()[node] for node in internal]) == []


@pytest.mark.parametrize("seed", range(20))
def test_a_tree_of_depth_below_k_errs_on_exactly_half_of_the_cube(seed):
    rng = np.random.default_rng(seed)
    secret = hard_tree(4, 3, seed)
    assert disagreement(secret, random_tree(2, len(secret.variables), rng)) == 0.5


def test_k_literals_are_not_covered_the_bound_is_sharp():
    tree = hard_tree(4, 3)
    assert unbalanced(tree, clauses_of_length(3, len(tree.variables))) != []


def test_without_opposite_leaves_it_fails():
    tree = hard_tree(3, 1)
    label = tree.label.copy()
    label[np.flatnonzero(tree.is_leaf)[0]] = 1 - label[np.flatnonzero(tree.is_leaf)[0]]
    assert unbalanced(DecisionTree(tree.variable, tree.children, label), [Clause()]) == [Clause()]
