"""Theorem thm-tree-queries (cited): what it promises, for the library's search, on small trees."""

import numpy as np
import pytest
from scipy.stats import binomtest

from pacdistill import disagreement, random_hard_tree, random_tree
from pacdistill.queries import learn_by_queries

D, POINTS, TOLERANCE = 12, 128, 0.01


def search(tree, seed, **options):
    rng = np.random.default_rng(seed)
    return learn_by_queries(
        tree.predict, D, rng, points=POINTS, tolerance=TOLERANCE, **{"depth": 3} | options
    )


def test_random_trees_are_found_with_probability_two_thirds():
    """A tree within 1/20 of the function, measured over all inputs, in at least 2/3 of the runs."""
    runs, right = 60, 0
    for seed in range(runs):
        tree = random_tree(3, D, np.random.default_rng([seed, 7]))
        right += disagreement(search(tree, seed).tree, tree) <= 1 / 20
    assert binomtest(right, runs).proportion_ci(0.99, method="exact").low > 2 / 3


@pytest.mark.parametrize("seed", range(5))
def test_the_queries_are_those_of_the_nodes_it_visits(seed):
    """At most (2 b)^0 + ... + (2 b)^r clauses, each asked about with its neighbors."""
    tree = random_tree(3, D, np.random.default_rng(seed))
    for branches in (1, 2):
        nodes = sum((2 * branches) ** level for level in range(4))
        assert search(tree, seed, branches=branches).queries <= nodes * POINTS * (D + 1)


def test_one_branch_at_the_trees_own_depth_is_too_few_for_hard_trees():
    """Seven variables have the same influence, and only one of them is at the top."""
    seeds, found = range(10), 0
    for seed in seeds:
        tree = random_hard_tree(4, D, np.random.default_rng(seed), parity=3)
        found += search(tree, seed, depth=4, branches=1).tree.equivalent(tree)
        assert search(tree, seed, depth=8, branches=1).tree.equivalent(tree)
    assert found < len(seeds) / 2
