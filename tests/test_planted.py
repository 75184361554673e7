"""Random trees and parities, against counts over small cubes."""

import itertools

import numpy as np
import pytest

from pacdistill import (
    Clause,
    DecisionTree,
    enumerate_cube,
    parity_tree,
    random_hard_tree,
    random_tree,
)


def is_reduced(form):
    """No split of this tree, in the form of `to_dict`, has two equal subtrees."""
    if "label" in form:
        return True
    zero, one = form["if_zero"], form["if_one"]
    return zero != one and is_reduced(zero) and is_reduced(one)


def clauses_of_length(k, d):
    for variables in itertools.combinations(range(d), k):
        for values in itertools.product((0, 1), repeat=k):
            yield Clause(tuple(zip(variables, values, strict=True)))


# --- random_tree


@pytest.mark.parametrize(("depth", "d"), [(0, 0), (0, 5), (1, 1), (2, 2), (3, 8), (5, 30)])
def test_a_random_tree_has_at_most_the_given_depth_and_bits(depth, d):
    rng = np.random.default_rng(0)
    for _ in range(30):
        tree = random_tree(depth, d, rng)
        assert tree.depth <= depth
        assert tree.size <= 2**depth
        assert set(tree.variables) <= set(range(d))
        assert is_reduced(tree.to_dict())


def test_some_random_trees_are_complete():
    rng = np.random.default_rng(0)
    trees = [random_tree(2, 20, rng) for _ in range(100)]
    sizes = np.bincount([tree.size for tree in trees], minlength=5)
    assert (sizes[[1, 2, 3, 4]] > 0).all()
    assert any(tree.depth == 2 for tree in trees)


def test_random_trees_use_all_bits_and_both_labels():
    rng = np.random.default_rng(1)
    trees = [random_tree(3, 6, rng) for _ in range(200)]
    roots = {int(tree.variable[0]) for tree in trees if tree.size > 1}
    assert roots == set(range(6))
    X = enumerate_cube(6)
    ones = np.mean([tree.predict(X).mean() for tree in trees])
    assert 0.4 < ones < 0.6
    assert 0.4 < np.mean([random_tree(0, 3, rng).label[0] for _ in range(400)]) < 0.6


@pytest.mark.parametrize(("depth", "d"), [(-1, 3), (4, 3), (1, 0)])
def test_a_random_tree_tests_each_bit_once_at_most(depth, d):
    with pytest.raises(ValueError, match=f"0 <= depth <= d, but depth = {depth}"):
        random_tree(depth, d, np.random.default_rng(0))


@pytest.mark.parametrize("draw", [random_tree, random_hard_tree])
def test_the_seed_decides_the_tree(draw):
    def tree(seed):
        return draw(3, 20, np.random.default_rng(seed))

    assert tree(5) == tree(5)
    assert len({tree(seed) for seed in range(20)}) > 10


# --- random_hard_tree

# (depth, parity, bits that the tree tests)
SHAPES = [(1, 1, 1), (2, 1, 3), (2, 2, 2), (3, 1, 7), (3, 2, 5), (3, 3, 3), (4, 3, 7), (4, 4, 4)]


@pytest.mark.parametrize(("depth", "parity", "bits"), SHAPES)
def test_a_hard_tree_is_complete_and_its_branches_test_different_bits(depth, parity, bits):
    tree = random_hard_tree(depth, 12, np.random.default_rng(0), parity=parity)
    assert tree.size == 2**depth
    assert tree.depth == depth
    assert {len(c) for c, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if leaf} == {depth}
    assert len(tree.variables) == bits
    assert set(tree.variables) <= set(range(12))


def below(tree, clause):
    """The bits that the tree tests below a node, given the node's clause."""
    inside = [set(c.variables) for c in tree.clauses() if set(clause.literals) <= set(c.literals)]
    return set().union(*inside) - set(clause.variables)


@pytest.mark.parametrize(("depth", "parity", "bits"), SHAPES)
def test_no_two_branches_of_a_hard_tree_test_the_same_bit(depth, parity, bits):
    tree = random_hard_tree(depth, bits, np.random.default_rng(4), parity=parity)
    for clause, variable in zip(tree.clauses(), tree.variable.tolist(), strict=True):
        if len(clause) < depth - parity:
            zero, one = (below(tree, clause.extend(variable, v)) for v in (0, 1))
            assert zero
            assert not zero & one
            assert variable not in zero | one


@pytest.mark.parametrize(("depth", "parity", "bits"), SHAPES)
def test_a_hard_tree_needs_all_its_bits_and_no_more(depth, parity, bits):
    rng = np.random.default_rng(0)
    tree = random_hard_tree(depth, bits, rng, parity=parity)
    assert tree.variables == tuple(range(bits))
    message = f"tests {bits} different bits, but there are only d = {bits - 1}"
    with pytest.raises(ValueError, match=message):
        random_hard_tree(depth, bits - 1, rng, parity=parity)


@pytest.mark.parametrize(("depth", "parity", "bits"), SHAPES)
def test_short_clauses_leave_the_label_of_a_hard_tree_a_fair_coin(depth, parity, bits):
    d = bits + 1
    X, rng = enumerate_cube(d), np.random.default_rng(1)
    for _ in range(3):
        y = random_hard_tree(depth, d, rng, parity=parity).predict(X)
        for k in range(parity):
            for clause in clauses_of_length(k, d):
                assert y[clause.holds(X)].mean() == 0.5


@pytest.mark.parametrize(("depth", "parity", "bits"), SHAPES)
def test_inner_nodes_of_a_hard_tree_leave_its_label_a_fair_coin(depth, parity, bits):
    X, rng = enumerate_cube(bits), np.random.default_rng(2)
    for _ in range(3):
        tree = random_hard_tree(depth, bits, rng, parity=parity)
        y = tree.predict(X)
        inner = [c for c, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if not leaf]
        assert len(inner) == 2**depth - 1
        for clause in inner:
            assert y[clause.holds(X)].mean() == 0.5


@pytest.mark.parametrize(("depth", "parity", "bits"), SHAPES)
def test_the_last_tests_of_a_hard_tree_form_a_parity(depth, parity, bits):
    tree = random_hard_tree(depth, bits, np.random.default_rng(3), parity=parity)
    X = enumerate_cube(bits)
    y = tree.predict(X)
    for clause in tree.clauses():
        if len(clause) == depth - parity:
            rows = clause.holds(X)
            tested = below(tree, clause)
            assert len(tested) == parity
            parities = X[rows][:, sorted(tested)].sum(axis=1) % 2
            assert len(set((parities == y[rows]).tolist())) == 1


def test_parities_of_a_hard_tree_start_with_either_label():
    starts = {
        int(random_hard_tree(2, 2, np.random.default_rng(seed), parity=2).predict([[0, 0]])[0])
        for seed in range(20)
    }
    assert starts == {0, 1}


@pytest.mark.parametrize(("depth", "parity"), [(3, 0), (3, 4), (0, 1), (0, 0), (3, -1), (-1, 1)])
def test_the_parity_of_a_hard_tree_is_from_1_to_its_depth(depth, parity):
    with pytest.raises(ValueError, match="1 <= parity <= depth"):
        random_hard_tree(depth, 100, np.random.default_rng(0), parity=parity)


# --- parity_tree


@pytest.mark.parametrize("variables", [(), (3,), (0, 2), (4, 1, 0), (0, 1, 2, 3, 4)])
def test_a_parity_tree_is_the_sum_of_its_bits_modulo_two(variables):
    X = enumerate_cube(5)
    tree = parity_tree(variables)
    expected = [sum(int(x[i]) for i in variables) % 2 for x in X]
    assert tree.predict(X).tolist() == expected
    assert (tree.depth, tree.size) == (len(variables), 2 ** len(variables))
    assert tree.variables == tuple(sorted(variables))


def test_the_order_of_a_parity_tree_is_that_of_its_variables():
    assert [int(i) for i in parity_tree((4, 1)).variable] == [4, 1, -1, -1, 1, -1, -1]


def test_a_parity_of_no_bits_is_0():
    assert parity_tree(()) == DecisionTree.leaf(0)


@pytest.mark.parametrize("variables", [(1, 1), (-1,), (0, -2)])
def test_a_parity_is_of_different_bits(variables):
    with pytest.raises(ValueError, match=r"tested again|>= 0|label 0 or 1"):
        parity_tree(variables)
