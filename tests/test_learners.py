"""The two learners from labels: what the packages learned is what the tree says."""

import sys
from itertools import product

import numpy as np
import pytest
from licketysplit import LicketySPLITClassifier
from sklearn.tree import DecisionTreeClassifier

from pacdistill import (
    DecisionTree,
    disagreement,
    enumerate_cube,
    parity_tree,
    random_tree,
    sample_cube,
)
from pacdistill.learners import (
    learn_cart,
    learn_optimal_tree,
    learn_parity,
    learn_sparse_tree,
)

CASES = [(seed, noise) for seed in range(5) for noise in (0.0, 0.1)]


def labeled_sample(seed, noise):
    rng = np.random.default_rng(seed)
    X = sample_cube(400, 12, rng)
    y = random_tree(4, 12, rng).predict(X)
    return X, np.where(rng.random(len(y)) < noise, 1 - y, y).astype(np.int8)


@pytest.mark.parametrize(("seed", "noise"), CASES)
@pytest.mark.parametrize("max_size", [None, 2, 7])
def test_cart_is_scikit_learns_tree(seed, noise, max_size):
    X, y = labeled_sample(seed, noise)
    ours = learn_cart(X, y, max_size=max_size)
    theirs = DecisionTreeClassifier(max_leaf_nodes=max_size, random_state=0).fit(X, y)
    Z = sample_cube(2000, 12, np.random.default_rng(99))
    assert np.array_equal(ours.predict(Z), theirs.predict(Z))
    assert ours.size == theirs.get_n_leaves()
    assert ours.depth == theirs.get_depth()


@pytest.mark.parametrize(("seed", "noise"), CASES)
@pytest.mark.parametrize("lookahead", [1, 2])
def test_the_sparse_tree_is_licketysplits(seed, noise, lookahead):
    X, y = labeled_sample(seed, noise)
    ours = learn_sparse_tree(X, y, depth=4, lookahead=lookahead)
    theirs = LicketySPLITClassifier(lambda_leaf=1e-3, depth_budget=4, lookahead_k=lookahead).fit(
        X, y
    )
    Z = sample_cube(2000, 12, np.random.default_rng(99))
    assert np.array_equal(ours.predict(Z), theirs.predict(Z))
    assert ours.size == len(theirs.get_tree_paths()[0])
    assert ours.depth <= 4


def test_the_depth_counts_tests():
    """A parity of three bits takes depth 3: the budget of the package is ours."""
    secret = parity_tree((0, 1, 2))
    X = sample_cube(500, 3, np.random.default_rng(0))
    assert disagreement(learn_sparse_tree(X, secret.predict(X), depth=3, lookahead=2), secret) == 0
    assert learn_sparse_tree(X, secret.predict(X), depth=2, lookahead=2).depth <= 2


@pytest.mark.parametrize("label", [0, 1])
def test_constant_labels_give_the_constant_tree(label):
    X = sample_cube(20, 3, np.random.default_rng(0))
    y = np.full(20, label, dtype=np.int8)
    for tree in (learn_cart(X, y), learn_sparse_tree(X, y, depth=3)):
        assert tree.size == 1
        assert tree.label[0] == label


def least_errors(X, y, depth):
    """The fewest errors of a tree of at most this depth, over all of them."""
    best = min(int(y.sum()), int(len(y) - y.sum()))
    if depth == 0 or best == 0:
        return best
    splits = (
        sum(least_errors(X[X[:, i] == v], y[X[:, i] == v], depth - 1) for v in (0, 1))
        for i in range(X.shape[1])
    )
    return min(best, *splits)


@pytest.mark.parametrize(("seed", "depth"), list(product(range(4), (1, 2, 3))))
def test_the_optimal_tree_has_the_fewest_errors(seed, depth):
    rng = np.random.default_rng(seed)
    X, y = sample_cube(60, 5, rng), rng.integers(0, 2, 60, np.int8)
    found = learn_optimal_tree(X, y, depth=depth, max_seconds=60)
    assert found.optimal
    assert found.tree.depth <= depth
    assert (found.tree.predict(X) != y).sum() == least_errors(X, y, depth)


@pytest.mark.parametrize("label", [0, 1])
def test_constant_labels_give_the_constant_optimal_tree(label):
    X = enumerate_cube(3)
    found = learn_optimal_tree(X, np.full(8, label, np.int8), depth=2, max_seconds=60)
    assert (found.tree, found.optimal) == (DecisionTree.leaf(label), True)


def test_an_optimal_tree_out_of_time_is_not_called_optimal():
    """Random labels leave nothing to prune: depth 5 on 60 bits is not searched in a second."""
    rng = np.random.default_rng(0)
    X, y = sample_cube(2000, 60, rng), rng.integers(0, 2, 2000, np.int8)
    try:
        found = learn_optimal_tree(X, y, depth=5, max_seconds=1)
    except TimeoutError as error:
        assert "found no tree of depth 5 in 1 s" in str(error)  # noqa: PT017
    else:
        assert not found.optimal


def test_a_missing_solver_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "pystreed", None)
    with pytest.raises(ImportError, match="needs the package pystreed"):
        learn_optimal_tree(np.eye(2, dtype=np.uint8), np.ones(2, np.int8), depth=1, max_seconds=1)


def parities(d, constant):
    """All parities of d bits, and with them, if asked for, their opposites."""
    return [
        (tuple(i for i in range(d) if bits[i]), c)
        for bits in product((0, 1), repeat=d)
        for c in ((0, 1) if constant else (0,))
    ]


def labels_of(X, parity):
    variables, constant = parity
    return (X[:, list(variables)].sum(axis=1) + constant) % 2


@pytest.mark.parametrize("constant", [True, False])
@pytest.mark.parametrize("d", [1, 3, 7, 8])
def test_a_parity_is_found_wherever_one_fits(d, constant):
    rng, fits = np.random.default_rng(d), []
    every = parities(d, constant)
    for n in [1, 2, 3, 5, 8, 12] * 6:
        X, y = sample_cube(n, d, rng), rng.integers(0, 2, n).astype(np.int8)
        if rng.random() < 0.6:
            y = labels_of(X, every[rng.integers(len(every))])
        good = [one for one in every if (labels_of(X, one) == y).all()]
        found = learn_parity(X, y, constant=constant)
        # Of several, the one that does without the constant, then without the last variable, ...
        assert found == min(good, key=lambda one: (one[1], one[0][::-1]), default=None)
        only = learn_parity(X, y, constant=constant, unique=True)
        assert only == (good[0] if len(good) == 1 else None)
        fits.append(len(good))
    assert {0, 1} < set(fits)


def test_a_long_parity_is_found_among_many_bits_and_one_wrong_label_hides_it():
    rng = np.random.default_rng(0)
    X = sample_cube(150, 100, rng)
    hidden = tuple(np.flatnonzero(rng.integers(0, 2, 100)).tolist())
    y = labels_of(X, (hidden, 1))
    assert learn_parity(X, y, unique=True) == (hidden, 1)
    y[77] ^= 1
    assert learn_parity(X, y) is None
