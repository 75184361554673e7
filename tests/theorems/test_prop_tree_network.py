"""Proposition prop-tree-network: one ReLU unit for each node is the indicator of its clause."""

from itertools import product

import numpy as np
import pytest

from pacdistill import Clause, enumerate_cube, random_tree, tree_network

D = 4
CUBE = enumerate_cube(D).astype(int)


def unit(clause: Clause, shift: int = 1) -> np.ndarray:
    """relu(sum of the positive literals' bits - sum of the negative ones' - p + shift)."""
    total = np.full(len(CUBE), shift)
    for i, v in clause.literals:
        total = total + CUBE[:, i] - 1 if v else total - CUBE[:, i]
    return np.maximum(total, 0)


def test_the_formula_is_the_indicator_for_each_of_the_81_clauses_on_4_bits():
    choices = list(product((None, 0, 1), repeat=D))
    assert len(choices) == 81
    for values in choices:
        literals = tuple((i, v) for i, v in enumerate(values) if v is not None)
        truth = [all(x[i] == v for i, v in literals) for x in CUBE]
        assert unit(Clause(literals)).tolist() == [int(t) for t in truth]


@pytest.mark.parametrize("seed", range(30))
def test_the_network_is_the_tree_and_its_units_are_the_clauses(seed):
    tree = random_tree(4, D, np.random.default_rng(seed))
    network = tree_network(tree, D)
    X = CUBE.astype(np.uint8)
    indicators = np.stack([clause.holds(X) for clause in tree.clauses()], axis=1)
    assert np.array_equal(network.activations(X), indicators)
    assert np.array_equal(network.labels(X), tree.predict(X))
    assert np.array_equal(network.logits(X), tree.predict(X) - 0.5)


@pytest.mark.parametrize("shift", [0, 2])
def test_another_constant_is_no_indicator(shift):
    clause = Clause(((0, 1), (2, 0)))
    assert unit(clause, shift).tolist() != clause.holds(CUBE).astype(int).tolist()
