"""Proposition prop-renaming: how seldom clauses that mean nothing pass the comparison."""

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import binomtest

from pacdistill import (
    CallableSource,
    diagnose,
    extract_tree,
    random_hard_tree,
    sample_cube,
    tree_network,
)


@pytest.mark.parametrize("renamings", [1, 4, 9])
def test_the_best_of_exchangeable_numbers_is_first_once_in_so_many(renamings):
    """All orders of the fits are equally likely: the tree's own is strictly the largest in one of
    renamings + 1, and with ties in fewer."""
    count = renamings + 1
    values = list(range(min(count, 7)))
    first = [order[0] > max(order[1:]) for order in permutations(values)]
    assert np.mean(first) == pytest.approx(1 / len(values))
    tied = [order[0] > max(order[1:]) for order in permutations([*values[:-1], values[-2]])]
    assert np.mean(tied) < 1 / len(values)


def test_features_that_know_no_bit_from_another_pass_seldom_and_real_ones_pass():
    d, renamings, trials, quiet, real = 12, 4, 30, 0, 0
    for seed in range(trials):
        rng = np.random.default_rng(seed)
        tree = random_hard_tree(3, d, rng)
        mix = np.linalg.qr(rng.normal(size=(d, d)))[0]
        blind = CallableSource(tree.predict, lambda X, mix=mix: (2.0 * X - 1) @ mix)
        X = sample_cube(600, d, rng)
        found = extract_tree(tree_network(tree, d), X, depth=3)
        other = sample_cube(400, d, rng)
        quiet += not diagnose(found, blind, other, renamings=renamings)["representation"].alarm
        if seed < 5:
            check = diagnose(found, tree_network(tree, d), other, renamings=renamings)
            real += not check["representation"].alarm
    # P(quiet) <= 1/5: with confidence 0.999 so many are not exceeded
    assert binomtest(quiet, trials, 1 / (renamings + 1), alternative="greater").pvalue > 1e-3
    assert real == 5
