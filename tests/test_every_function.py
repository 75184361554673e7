"""Every reduction of the library on every function of at most 4 bits, all 65,814 of them."""

import numpy as np
import pytest

from pacdistill import enumerate_cube, tree_network
from pacdistill.networks import dnf_network
from pacdistill.queries import Junta
from pacdistill.reductions import (
    CNF,
    DNF,
    formulas_to_tree,
    guard,
    majority_gadget,
    tree_to_cnf,
    tree_to_dnf,
)


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


@pytest.fixture(scope="module")
def cnfs(trees):
    return {d: [tree_to_cnf(tree) for tree in trees[d]] for d in trees}


def agree(objects, d):
    X = enumerate_cube(d)
    return np.array_equal(np.stack([one.predict(X) for one in objects]), every_function(d))


def numbers(tables):
    """A table of labels as a number, whose bits they are: the first label is the highest bit."""
    return [int("".join(map(str, row)), 2) for row in np.asarray(tables).tolist()]


class Asked:
    """The labels of formulas as numbers, by their parts, each of which is asked once."""

    def __init__(self, kind, d):
        self.kind, self.X, self.parts = kind, enumerate_cube(d), {}

    def __call__(self, formula):
        assert type(formula) is self.kind
        label = 2 ** len(self.X) - 1 if self.kind is CNF else 0
        for part in formula.terms if self.kind is DNF else formula.clauses:
            if part not in self.parts:
                (self.parts[part],) = numbers([self.kind((part,)).predict(self.X)])
            known = self.parts[part]
            label = label & known if self.kind is CNF else label | known
        return label


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
def test_tree_to_dnf_and_to_cnf(trees, dnfs, cnfs, d):
    for kind, formulas in ((DNF, dnfs[d]), (CNF, cnfs[d])):
        assert list(map(Asked(kind, d), formulas)) == numbers(every_function(d))
        assert d == 4 or agree(formulas, d)
    assert all(
        len(dnf) + len(cnf) == tree.size
        for dnf, cnf, tree in zip(dnfs[d], cnfs[d], trees[d], strict=True)
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
def test_a_cnf_to_its_gadgets(cnfs, d):
    """They have as many ones as they should, by which they tell whether the function has any."""
    gadget, guarded = Asked(CNF, d + 2), Asked(CNF, d + 1)
    for cnf, ones in zip(cnfs[d], every_function(d).sum(axis=1).tolist(), strict=True):
        assert gadget(majority_gadget(cnf, d)).bit_count() == 2 ** (d + 1) - 1 + 2 * ones
        assert guarded(guard(cnf, d)).bit_count() == ones
