"""Theorem thm-greedy-extraction: any variable of score 1 will do, at (s - 1) d probes."""

from math import ceil, log

import numpy as np
import pytest
from scipy.stats import binomtest

from pacdistill import (
    Clause,
    DecisionTree,
    enumerate_cube,
    parity_tree,
    random_hard_tree,
    random_tree,
    sample_cube,
)
from pacdistill.extraction import greedy_extraction, probe_basis, twisted_scores


def leaves(tree, X):
    return (tree.apply(X)[:, None] == np.flatnonzero(tree.is_leaf)).astype(float)


def any_of_score_1(basis, X, y, rng):
    """The theorem's algorithm in its full freedom: some variable of score 1, by lot."""
    probes = 0

    def grow(clause):
        nonlocal probes
        rows = np.flatnonzero(clause.holds(X))
        if y[rows].min() == y[rows].max():
            return DecisionTree.leaf(int(y[rows[0]]))
        scores = twisted_scores(basis, X, y, rows)
        probes += X.shape[1] - len(clause)
        perfect = [i for i in np.flatnonzero(scores > 1 - 1e-9) if i not in clause.variables]
        assert perfect  # the root of some tree
        i = int(rng.choice(perfect))
        return DecisionTree.split(i, grow(clause.extend(i, 0)), grow(clause.extend(i, 1)))

    return grow(Clause()), probes


def planted(d, rng):
    trees = [random_tree(depth, d, rng) for depth in (2, 3, 4) for _ in range(8)]
    trees += [random_hard_tree(3, d, rng, parity=k) for k in (1, 2, 3)]
    return [*trees, parity_tree((0, 2, 3, 6))]


def holds(found, probes, tree, d):
    assert found.equivalent(tree)
    assert found.depth <= tree.depth
    assert found.size <= tree.size
    assert probes <= (tree.size - 1) * d


def test_exact_expectations_whatever_variable_of_score_1_is_taken():
    d, rng = 7, np.random.default_rng(0)
    X, fewer = enumerate_cube(d), 0
    for tree in planted(d, rng):
        y, basis = tree.predict(X), probe_basis(leaves(tree, X), ridge=0)
        found, probes = any_of_score_1(basis, X, y, rng)
        holds(found, probes, tree, d)
        holds(*greedy_extraction(basis, X, y), tree, d)
        fewer += found.size < tree.size
    assert fewer < len(planted(d, rng))


@pytest.mark.parametrize("make", [random_hard_tree, random_tree, "parity"])
def test_the_stated_number_of_samples_is_enough(make):
    d, depth, delta, runs, failures = 20, 3, 0.05, 30, 0
    rng = np.random.default_rng(1)
    for _ in range(runs):
        if make == "parity":
            tree = parity_tree(tuple(rng.choice(d, depth, replace=False).tolist()))
        else:
            tree = make(depth, d, rng)
        n = ceil(2 ** (depth + 1) * log(2 * tree.size * d / delta))
        X = sample_cube(n, d, rng)
        found, probes = greedy_extraction(probe_basis(leaves(tree, X), ridge=0), X, tree.predict(X))
        failures += not found.equivalent(tree)
        if found.equivalent(tree):
            holds(found, probes, tree, d)
    assert binomtest(failures, runs).proportion_ci(0.99, method="exact").low <= delta
    assert failures <= 2


def test_a_sixth_of_the_samples_is_not():
    rng, failures = np.random.default_rng(2), 0
    for _ in range(15):
        tree = random_hard_tree(4, 40, rng, parity=1)
        n = ceil(2**5 * log(2 * 16 * 40 / 0.05) / 6)
        X = sample_cube(n, 40, rng)
        found, _ = greedy_extraction(probe_basis(leaves(tree, X), ridge=0), X, tree.predict(X))
        failures += not found.equivalent(tree) or found.size > tree.size
    assert failures >= 5


def test_larger_spans_mislead():
    d, rng = 8, np.random.default_rng(3)
    X = enumerate_cube(d)
    tree = random_hard_tree(3, d, rng, parity=2)
    absent = [i for i in range(d) if i not in tree.variables]
    f = 1.0 - 2.0 * tree.predict(X)
    junk = (1.0 - 2.0 * X[:, absent]) * f[:, None]  # twisted targets of absent variables
    basis = probe_basis(np.hstack([leaves(tree, X), junk]), ridge=0)
    y = tree.predict(X)
    shown = twisted_scores(basis, X, y, np.arange(len(X)))
    assert shown[absent] == pytest.approx(1, abs=1e-9)  # a tie with the root
    below = twisted_scores(basis, X, y, np.flatnonzero(X[:, absent[0]] == 0))
    free = [i for i in range(d) if i != absent[0] and i not in absent]
    assert below[free].max() < 0.9  # after the wrong choice no tested variable is perfect
    everything = probe_basis(np.eye(len(X))[:, 3:], ridge=0)
    scores = twisted_scores(everything, X, y, np.arange(len(X)))
    assert scores.min() > 0.9  # all of them
