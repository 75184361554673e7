"""Which variable a tree turns on: shares of leaves, hoisting, and greedy extraction."""

import numpy as np
import pytest

from pacdistill import Clause, DecisionTree, enumerate_cube, parity_tree
from pacdistill.extraction import greedy_extraction, hoist, leaf_shares, probe_basis

ZERO, ONE, SPLIT = DecisionTree.leaf(0), DecisionTree.leaf(1), DecisionTree.split
AND = SPLIT(0, ZERO, SPLIT(2, ZERO, ONE))


def test_shares_by_hand():
    # Mean 1/2: the leaf x0 = 0 has mass 1/2 and g = 1/2, the others 1/4, with 1/2 and -3/2.
    assert leaf_shares(AND, 4) == pytest.approx([1, 0, (1 / 16 + 9 / 16) / (3 / 4), 0])
    assert leaf_shares(AND, 4, Clause(((0, 1),))) == pytest.approx([0, 0, 1, 0])
    # A clause that is no node's: the test that it answers is left out.
    assert leaf_shares(AND, 4, Clause(((2, 1),))) == pytest.approx([1, 0, 0, 0])
    assert leaf_shares(AND, 4, ones=[0.5] * 4) == pytest.approx(leaf_shares(AND, 4))


def test_shares_of_biased_bits_count_the_squares_of_the_standardized_bits():
    # x0 and x2 with P(1) = p, q. Leaves: x0=0 (1-p), x0=1 x2=0 (p(1-q)), x0=1 x2=1 (pq).
    p, q = 0.2, 0.7
    mass = np.array([1 - p, p * (1 - q), p * q])
    f = np.array([1, 1, -1])
    g2 = (f - mass @ f) ** 2
    chi2 = np.array([1, q / (1 - q), (1 - q) / q])
    share = (mass * g2 * chi2)[1:].sum() / (mass * g2 * chi2).sum()
    found = leaf_shares(AND, 3, ones=[p, 0.5, q])
    assert found == pytest.approx([1, 0, share])


@pytest.mark.parametrize(
    ("arguments", "options", "complaint"),
    [
        ((AND, 2), {}, "tests bit 2"),
        ((AND, 3, Clause(((0, 0),))), {}, "is constant where"),
        ((ONE, 3), {}, "is constant where"),
        ((AND, 3), {"ones": [0.5, 0.5]}, "a probability between"),
        ((AND, 3), {"ones": [0.5, 0.0, 0.5]}, "a probability between"),
    ],
)
def test_shares_say_what_is_wrong(arguments, options, complaint):
    with pytest.raises(ValueError, match=complaint):
        leaf_shares(*arguments, **options)


def test_hoisting_goes_through_all_levels():
    tree = SPLIT(1, SPLIT(4, ZERO, SPLIT(0, ONE, ZERO)), SPLIT(0, SPLIT(4, ONE, ZERO), ONE))
    with pytest.raises(ValueError, match="does not test bit 4"):
        hoist(tree, 4)
    moved = hoist(parity_tree((5, 1, 3)), 3)
    assert moved.variable.tolist().count(3) == 1
    assert moved == SPLIT(3, *(hoist(moved, 3).from_dict(side) for side in sides(moved)))


def sides(tree):
    form = tree.to_dict()
    return form["if_zero"], form["if_one"]


def test_greedy_extraction_on_odd_samples():
    X = enumerate_cube(3)
    basis = probe_basis(X[:, :1], ridge=0)
    constant, probes = greedy_extraction(basis, X, np.ones(8, np.int8))
    assert (constant, probes) == (ONE, 0)
    # Two points that no bit divides, with different labels: a leaf with the majority.
    twice = np.repeat(X[:1], 5, axis=0)
    tree, probes = greedy_extraction(
        probe_basis(np.arange(5.0)[:, None], ridge=0), twice, np.array([1, 1, 0, 1, 0])
    )
    assert (tree, probes) == (ONE, 0)
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        greedy_extraction(basis, X, np.full(8, 2))
    with pytest.raises(ValueError, match="a row for each"):
        greedy_extraction(basis, X[:4], np.zeros(4, np.int8))
