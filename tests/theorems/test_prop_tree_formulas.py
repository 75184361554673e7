"""Proposition prop-tree-formulas: leaves of label 1 are terms, leaves of label 0 are clauses."""

from functools import cache
from itertools import product

import numpy as np
import pytest

from pacdistill import Clause, DecisionTree, enumerate_cube, random_tree
from pacdistill.reductions import tree_to_cnf, tree_to_dnf

D = 4
CUBE = enumerate_cube(D)
FULL = 2**16 - 1
WHERE = [[int((CUBE[:, i] == v) @ (1 << np.arange(16))) for v in (0, 1)] for i in range(D)]


@cache
def smallest(function, inside, free):
    """The leaves of a smallest tree on a subcube, as masks of points with their labels."""
    if function & inside in (0, inside):
        return ((inside, int(function & inside != 0)),)
    return min(
        (
            smallest(function & inside & WHERE[i][0], inside & WHERE[i][0], free - {i})
            + smallest(function & inside & WHERE[i][1], inside & WHERE[i][1], free - {i})
            for i in sorted(free)
        ),
        key=len,
    )


@pytest.fixture(scope="module")
def all_leaves():
    return [smallest(function, FULL, frozenset(range(D))) for function in range(2**16)]


def fewest_terms():
    """The fewest terms of a DNF of each function, by adding one subcube at a time."""
    masks = [
        int(Clause(tuple((i, v) for i, v in enumerate(row) if v is not None)).holds(CUBE)
            @ (1 << np.arange(16)))
        for row in product((None, 0, 1), repeat=D)
    ]  # fmt: skip
    terms = np.full(2**16, -1)
    terms[0], newest, count = 0, np.array([0]), 0
    while len(newest):
        count += 1
        reached = np.unique(newest[:, None] | np.array(masks))
        newest = reached[terms[reached] < 0]
        terms[newest] = count
    return terms


def test_all_65536_functions_of_4_bits(all_leaves):
    for function, leaves in enumerate(all_leaves):
        ones = [mask for mask, label in leaves if label == 1]
        zeros = [mask for mask, label in leaves if label == 0]
        dnf, cnf = 0, FULL
        for mask in ones:
            assert dnf & mask == 0  # no two terms hold at the same point
            dnf |= mask
        for mask in zeros:
            assert cnf & mask == mask  # no two clauses are false at the same point
            cnf &= FULL ^ mask
        assert dnf == cnf == function


def test_no_tree_has_fewer_leaves_than_terms_and_clauses_together(all_leaves):
    sizes, terms = np.array([len(leaves) for leaves in all_leaves]), fewest_terms()
    assert (sizes >= terms + terms[::-1]).all()
    assert (sizes < terms + terms[::-1] + 1).any()  # and not one more
    assert (sizes > terms + terms[::-1]).any()  # nor is it an equality


@pytest.mark.parametrize("seed", range(15))
def test_the_formulas_of_random_trees_on_8_bits(seed):
    X = enumerate_cube(8)
    tree = random_tree(1 + seed % 6, 8, np.random.default_rng(seed))
    dnf, cnf = tree_to_dnf(tree), tree_to_cnf(tree)
    assert len(dnf) == (tree.label == 1).sum()
    assert len(cnf) == (tree.label == 0).sum()
    assert max(len(one) for one in (*dnf.terms, *cnf.clauses)) <= tree.depth
    held = sum(term.holds(X).astype(int) for term in dnf.terms) * np.ones(len(X), int)
    assert np.array_equal(held, tree.predict(X))
    # Clauses are evaluated here as disjunctions, by hand.
    false = sum(
        np.all([X[:, i] != v for i, v in clause.literals], axis=0).astype(int)
        for clause in cnf.clauses
    ) * np.ones(len(X), int)
    assert np.array_equal(false, 1 - tree.predict(X))
    assert np.array_equal(dnf.predict(X), tree.predict(X))
    assert np.array_equal(cnf.predict(X), tree.predict(X))


def test_the_constants_and_a_swap_of_the_labels_that_is_noticed():
    for label in (0, 1):
        leaf = DecisionTree.leaf(label)
        assert tree_to_dnf(leaf).predict(CUBE).tolist() == [label] * 16
        assert tree_to_cnf(leaf).predict(CUBE).tolist() == [label] * 16
    tree = random_tree(3, D, np.random.default_rng(0))
    swapped = DecisionTree(
        tree.variable, tree.children, np.where(tree.label < 0, -1, 1 - tree.label)
    )
    assert not np.array_equal(tree_to_dnf(swapped).predict(CUBE), tree.predict(CUBE))
