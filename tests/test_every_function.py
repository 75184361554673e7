"""Every reduction of the library on every function of at most 4 bits, all 65,814 of them."""

import numpy as np
import pytest

from pacdistill import (
    CNF,
    Junta,
    dnf_network,
    enumerate_cube,
    formulas_to_tree,
    guard,
    majority_gadget,
    tree_network,
    tree_to_cnf,
    tree_to_dnf,
)
from pacdistill.formulas import negate


def every_function(d):
    """The labels of all functions of d bits at all points, a row for each function."""
    return (np.arange(2 ** (2**d))[:, None] >> np.arange(2**d) & 1).astype(np.int8)


@pytest.fixture(scope="module")
def trees():
    """The tree of each function of d bits, made from its table."""
    return {
        d: [Junta(tuple(range(d)), tuple(row)).tree() for row in every_function(d).tolist()]
        for d in (1, 2, 3, 4)
    }


@pytest.fixture(scope="module")
def dnfs(trees):
    return {d: [tree_to_dnf(tree) for tree in trees[d]] for d in trees}


def agree(objects, d):
    X = enumerate_cube(d)
    return np.array_equal(np.stack([one.predict(X) for one in objects]), every_function(d))


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_junta_to_tree(trees, d):
    assert agree(trees[d], d)
    assert max(tree.depth for tree in trees[d]) == d
    assert max(tree.size for tree in trees[d]) == 2**d
    # A tree tests what its function depends on, and nothing else.
    some = slice(None, None, 1 if d < 4 else 61)
    relevant = [
        Junta(tuple(range(d)), tuple(row)).relevant().variables
        for row in every_function(d)[some].tolist()
    ]
    assert [tree.variables for tree in trees[d][some]] == relevant


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_tree_to_dnf_and_to_cnf(trees, dnfs, d):
    cnfs = [tree_to_cnf(tree) for tree in trees[d]]
    assert agree(dnfs[d], d)
    # A CNF is the negation of the DNF of its negated clauses, and that is faster to ask.
    X = enumerate_cube(d)
    terms = {}
    for cnf, row in zip(cnfs, every_function(d), strict=True):
        held = np.zeros(2**d, dtype=bool)
        for clause in cnf.clauses:
            if clause not in terms:
                terms[clause] = negate(clause).holds(X)
                assert np.array_equal(CNF((clause,)).predict(X), ~terms[clause])
            held |= terms[clause]
        assert np.array_equal(held, row == 0)
    assert all(
        len(dnf) + len(cnf) == tree.size
        for dnf, cnf, tree in zip(dnfs[d], cnfs, trees[d], strict=True)
    )


@pytest.mark.parametrize("d", [1, 2, 3])
def test_formulas_to_tree(trees, d):
    assert agree([formulas_to_tree(tree_to_dnf(t), tree_to_cnf(t)) for t in trees[d]], d)


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_tree_to_network_and_dnf_to_network(trees, dnfs, d):
    X = enumerate_cube(d)
    for tree, dnf, row in zip(trees[d], dnfs[d], every_function(d), strict=True):
        for network in (tree_network(tree, d), dnf_network(dnf, d)):
            assert np.array_equal(network.logits(X), row - 0.5)


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_a_cnf_to_its_gadgets(trees, d):
    """They have as many ones as they should, by which they tell whether the function has any."""
    X = enumerate_cube(d + 2)
    for tree, ones in zip(trees[d], every_function(d).sum(axis=1).tolist(), strict=True):
        cnf = tree_to_cnf(tree)
        assert majority_gadget(cnf, d).predict(X).sum() == 2 ** (d + 1) - 1 + 2 * ones
        assert guard(cnf, d).predict(X[::2]).sum() == ones  # without the last bit
