"""Proposition prop-tree-network-norms: what it costs to read clauses from a tree's network."""

import numpy as np
import pytest

from pacdistill import enumerate_cube, parity_tree, random_tree, tree_network

X = enumerate_cube(7)


def count_tests(tree, x):
    node = count = 0
    while tree.variable[node] >= 0:
        node, count = tree.children[node, x[tree.variable[node]]], count + 1
    return count


def leaves_below(tree, node):
    if tree.variable[node] < 0:
        return 1
    return sum(leaves_below(tree, int(child)) for child in tree.children[node])


@pytest.mark.parametrize("seed", range(12))
def test_both_networks_of_random_trees(seed):
    tree = random_tree(1 + seed % 6, 7, np.random.default_rng(seed))
    phi = tree_network(tree, 7).activations(X).astype(float)
    truth = np.stack([clause.holds(X) for clause in tree.clauses()], axis=1)
    assert np.array_equal(phi, truth)  # (1): unit vectors read them
    norms = (phi**2).sum(axis=1)
    assert norms.tolist() == [1 + count_tests(tree, x) for x in X]
    assert norms.max() == tree.depth + 1
    only = phi[:, tree.is_leaf]  # (2)
    assert ((only**2).sum(axis=1) == 1).all()
    assert np.linalg.matrix_rank(only, tol=1e-9) == tree.size  # so the weights are unique
    w = np.linalg.lstsq(only, truth.astype(float), rcond=1e-10)[0]
    assert np.allclose(only @ w, truth)
    below = [leaves_below(tree, node) for node in range(len(tree.variable))]
    assert np.allclose((w**2).sum(axis=0), below)
    assert max(below) == tree.size


def test_the_norms_are_as_far_apart_as_said_and_less_does_not_do():
    tree = parity_tree(tuple(range(6)))
    phi = tree_network(tree, 7).activations(X).astype(float)
    only = phi[:, tree.is_leaf]
    w = np.linalg.lstsq(only, phi, rcond=1e-10)[0]
    assert np.linalg.norm(w, axis=0).max() == pytest.approx(2 ** (6 / 2))
    assert (phi**2).sum(axis=1).max() == 7
    shrunk = only @ (0.9 * w[:, 0])
    assert ((shrunk - phi[:, 0]) ** 2).mean() == pytest.approx(0.01)
    missing = only[:, 1:]  # a leaf's unit less: its ancestors are lost
    best = missing @ np.linalg.lstsq(missing, phi, rcond=1e-10)[0]
    assert ((best - phi) ** 2).mean(axis=0)[0] > 1e-3
