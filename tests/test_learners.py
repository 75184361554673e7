"""The two learners from labels: what the packages learned is what the tree says."""

import numpy as np
import pytest
from licketysplit import LicketySPLITClassifier
from sklearn.tree import DecisionTreeClassifier

from pacdistill import (
    disagreement,
    learn_cart,
    learn_sparse_tree,
    parity_tree,
    random_tree,
    sample_cube,
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
