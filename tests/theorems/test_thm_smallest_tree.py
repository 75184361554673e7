"""Theorem thm-smallest-tree: on 0 and the indicators, trees for OR are hitting sets."""

from itertools import combinations, product

import numpy as np
import pytest

from pacdistill import Clause, DecisionTree, enumerate_cube
from pacdistill.extraction import best_trees
from pacdistill.reductions import hitting_set_sample


def least_hitting_set(sets, d):
    return next(
        size
        for size in range(d + 1)
        if any(all(set(H) & set(one) for one in sets) for H in combinations(range(d), size))
    )


def smallest_tree(X, y):
    d = X.shape[1]
    clauses = [
        Clause(tuple((i, v) for i, v in enumerate(row) if v is not None))
        for row in product((None, 0, 1), repeat=d)
    ]
    best = best_trees(X, y, clauses, depth=d, max_size=len(X))[-1]
    assert best.errors == 0
    return best.tree


def path_of_zero(tree):
    node, tested = 0, []
    while tree.variable[node] >= 0:
        tested.append(int(tree.variable[node]))
        node = int(tree.children[node, 0])
    return tested


def check(sets, d):
    X, y = hitting_set_sample(sets, d)
    assert len(X) == len(sets) + 1
    assert y.tolist() == [int(row.any()) for row in X]
    tree, h = smallest_tree(X, y), least_hitting_set(sets, d)
    assert tree.size == h + 1
    path = path_of_zero(tree)
    assert len(path) <= tree.size - 1
    assert all(set(path) & set(one) for one in sets)


def test_all_families_of_sets_of_3_elements():
    sets = [s for size in (1, 2, 3) for s in combinations(range(3), size)]
    for chosen in range(1, 2**7):
        check([one for k, one in enumerate(sets) if chosen >> k & 1], 3)


@pytest.mark.parametrize("seed", range(12))
def test_random_families_of_5_elements(seed):
    rng = np.random.default_rng(seed)
    rows = rng.random((7, 5)) < 0.45
    sets = sorted({tuple(np.flatnonzero(row).tolist()) for row in rows} - {()})
    check(sets, 5)


def test_an_error_of_at_most_eps_is_no_error_and_one_point_more_would_matter():
    sets = [(0, 1), (1, 2), (2, 3)]
    X, y = hitting_set_sample(sets, 4)
    m = len(sets)
    one_error = np.mean(DecisionTree.leaf(1).predict(X) != y)
    assert one_error == 1 / (m + 1) > 1 / (m + 2)
    # With eps = 1/(m+1) the leaf of label 1 would be a legal answer, and it hits no set.
    assert path_of_zero(DecisionTree.leaf(1)) == []


def test_on_all_points_the_number_of_leaves_says_nothing_about_the_sets():
    """Under the uniform distribution OR costs d + 1 leaves exactly, or one within eps."""
    X = enumerate_cube(4)
    tree = smallest_tree(X, X.any(axis=1).astype(np.int8))
    assert tree.size == 5
    assert np.mean(DecisionTree.leaf(1).predict(X) != X.any(axis=1)) == 2**-4


def test_with_other_labels_there_is_no_such_bound():
    """Label 1 at the point 0 too: then a leaf will do, whatever the sets are."""
    X, _ = hitting_set_sample([(0,), (1,), (2,)], 3)
    assert smallest_tree(X, np.ones(4, np.int8)).size == 1
