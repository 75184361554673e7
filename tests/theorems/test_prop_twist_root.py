"""Proposition prop-twist-root: leaves read the twisted target of the root, and of no absent bit."""

import numpy as np
import pytest

from pacdistill import DecisionTree, enumerate_cube, random_hard_tree, random_tree
from pacdistill.extraction import probe_basis, twisted_scores

D = 7
CUBE = enumerate_cube(D)
ROWS = np.arange(len(CUBE))


def leaf_indicators(tree: DecisionTree) -> np.ndarray:
    return (tree.apply(CUBE)[:, None] == np.flatnonzero(tree.is_leaf)).astype(float)


def scores_by_least_squares(phi: np.ndarray, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The score of every variable by scipy-free brute force: one lstsq for each target."""
    f = 1.0 - 2.0 * y
    g = f - weight @ f
    root = np.sqrt(weight)[:, None]
    design = np.hstack([np.ones((len(y), 1)), phi])
    scores = []
    for i in range(D):
        target = (1.0 - 2.0 * CUBE[:, i]) * g
        fit = design @ np.linalg.lstsq(root * design, root[:, 0] * target, rcond=1e-10)[0]
        scores.append(1 - weight @ (fit - target) ** 2 / (weight @ target**2))
    return np.array(scores)


UNIFORM = np.full(len(CUBE), 1 / len(CUBE))


def trees() -> list[DecisionTree]:
    rng = np.random.default_rng(0)
    drawn = [random_tree(depth, D, rng) for depth in (1, 2, 3, 4) for _ in range(40)]
    drawn += [random_hard_tree(3, D, rng, parity=k) for k in (1, 2, 3)]
    return [tree for tree in drawn if 0 < tree.predict(CUBE).mean() < 1]


def test_root_scores_1_and_absent_variables_score_0_on_all_inputs_of_7_bits():
    drawn = trees()
    assert len(drawn) > 100
    for tree in drawn:
        scores = scores_by_least_squares(leaf_indicators(tree), tree.predict(CUBE), UNIFORM)
        absent = [i for i in range(D) if i not in tree.variables]
        assert scores[tree.variable[0]] == pytest.approx(1, abs=1e-9)
        assert scores[absent] == pytest.approx(0, abs=1e-9)


def test_the_library_computes_these_scores():
    for tree in trees()[::5]:
        phi, y = leaf_indicators(tree), tree.predict(CUBE)
        ours = twisted_scores(probe_basis(phi, ridge=0), CUBE, y, ROWS)
        assert ours == pytest.approx(scores_by_least_squares(phi, y, UNIFORM), abs=1e-8)


def test_a_missing_leaf_or_a_biased_bit_is_caught():
    tree = random_hard_tree(3, D, np.random.default_rng(1), parity=1)
    phi, y = leaf_indicators(tree), tree.predict(CUBE)
    # Two leaves missing (one alone is 1 minus the others): the root is no longer read perfectly.
    assert scores_by_least_squares(phi[:, 2:], y, UNIFORM)[tree.variable[0]] < 0.9
    # Bits that are 1 with probability 0.8: an absent variable is no longer balanced on a leaf.
    small = random_tree(2, D, np.random.default_rng(3))
    absent = next(i for i in range(D) if i not in small.variables)
    biased = np.where(CUBE == 1, 0.8, 0.2).prod(axis=1)
    scores = scores_by_least_squares(leaf_indicators(small), small.predict(CUBE), biased)
    assert scores[absent] > 0.3


def test_any_features_that_carry_the_leaves_will_do_for_the_root():
    rng = np.random.default_rng(0)
    for tree in trees()[::10]:
        leaves = leaf_indicators(tree)
        mixed = np.hstack([leaves, rng.normal(size=(len(CUBE), 3))])
        mixed = mixed @ rng.normal(size=(mixed.shape[1],) * 2)
        scores = scores_by_least_squares(mixed, tree.predict(CUBE), UNIFORM)
        assert scores[tree.variable[0]] == pytest.approx(1, abs=1e-6)


def test_features_beyond_the_leaves_can_raise_the_score_of_an_absent_variable():
    tree = random_hard_tree(2, D, np.random.default_rng(1), parity=2)
    absent = next(i for i in range(D) if i not in tree.variables)
    y = tree.predict(CUBE)
    twisted = (1.0 - 2.0 * CUBE[:, absent]) * (1.0 - 2.0 * y)
    phi = np.hstack([leaf_indicators(tree), twisted[:, None]])
    assert scores_by_least_squares(phi, y, UNIFORM)[absent] == pytest.approx(1, abs=1e-9)
