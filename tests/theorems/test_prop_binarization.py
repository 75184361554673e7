"""Proposition prop-binarization: what cuts at a few thresholds lose, exactly, on small grids."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest

SIDE = 12  # values 0 to 11 of each of two columns
POINTS = np.array(list(product(range(SIDE), repeat=2)))


def draw_tree(rng, depth):
    """A random tree: a label, or (column, threshold, tree if above, tree if at most)."""
    if depth == 0:
        return int(rng.integers(2))
    column, threshold = int(rng.integers(2)), int(rng.integers(SIDE - 1))
    return column, threshold, draw_tree(rng, depth - 1), draw_tree(rng, depth - 1)


def says(tree, x):
    while not isinstance(tree, int):
        column, threshold, above, below = tree
        tree = below if x[column] <= threshold else above
    return tree


def thresholds(tree):
    if isinstance(tree, int):
        return set()
    return {tree[:2]} | thresholds(tree[2]) | thresholds(tree[3])


def loss(labels, masses, bits):
    """The binarization loss by its definition, and by trying every function of the bits."""
    cells = {}
    for label, mass, z in zip(labels, masses, map(tuple, bits), strict=True):
        cells.setdefault(z, [Fraction(0), Fraction(0)])[label] += mass
    least = sum(min(cell) for cell in cells.values())
    if len(cells) <= 6:
        tried = [
            sum(cell[1 - g] for cell, g in zip(cells.values(), function, strict=True))
            for function in product((0, 1), repeat=len(cells))
        ]
        assert min(tried) == least  # part 1
    return least


def move(tree, cuts, masses):
    """The construction of the proof: a threshold goes to the cut that less mass parts it from."""
    if isinstance(tree, int):
        return tree
    column, t, above, below = tree
    above, below = move(above, cuts, masses), move(below, cuts, masses)
    values = POINTS[:, column]
    lower = max((c for c in cuts[column] if c <= t), default=-1)
    upper = min((c for c in cuts[column] if c >= t), default=SIDE - 1)

    def parted(cut):
        low, high = sorted((cut, t))
        return sum(masses[(values > low) & (values <= high)])

    cut = min((lower, upper), key=parted)
    if cut == -1:  # no value is at most this: the test is dropped
        return above
    return below if cut == SIDE - 1 else (column, cut, above, below)


def heaviest(masses, cuts):
    """The largest mass of a bin between neighboring cuts."""
    bins = []
    for column in range(2):
        edges = [-1, *sorted(cuts[column]), SIDE - 1]
        for low, high in pairwise(edges):
            inside = (POINTS[:, column] > low) & (POINTS[:, column] <= high)
            bins.append(sum(masses[inside]))
    return max(bins)


def setting(rng, cuts):
    weights = rng.integers(0, 5, len(POINTS)) + (rng.random(len(POINTS)) < 0.05) * 40
    masses = np.array([Fraction(int(w), int(weights.sum())) for w in weights])
    chosen = [sorted(rng.choice(SIDE - 1, cuts, replace=False).tolist()) for _ in range(2)]
    bits = np.array([[x[j] <= c for j in range(2) for c in chosen[j]] for x in POINTS])
    return masses, chosen, bits


@pytest.mark.parametrize(("depth", "cuts"), [(1, 1), (2, 1), (2, 3), (3, 2), (3, 5)])
def test_the_moved_tree_agrees_but_for_half_a_bin_for_each_threshold(depth, cuts):
    rng = np.random.default_rng([depth, cuts])
    for _ in range(15):
        masses, chosen, bits = setting(rng, cuts)
        tree = draw_tree(rng, depth)
        labels = [says(tree, x) for x in POINTS]
        missing = {(j, t) for j, t in thresholds(tree) if t not in chosen[j]}
        moved = move(tree, chosen, masses)
        assert all(t in chosen[j] for j, t in thresholds(moved))
        wrong = [says(moved, x) != y for x, y in zip(POINTS, labels, strict=True)]
        error = sum(masses[wrong])
        assert loss(labels, masses, bits) <= error
        assert error <= len(missing) * heaviest(masses, chosen) / 2


@pytest.mark.parametrize("factor", [Fraction(1, 2), Fraction(49, 100)])
def test_half_a_bin_is_lost_by_a_threshold_in_the_middle(factor):
    masses = np.array([Fraction(1, len(POINTS))] * len(POINTS))
    cuts, bits = [[3, 7], [5]], np.array([[x[0] <= 3, x[0] <= 7, x[1] <= 5] for x in POINTS])
    labels = [int(x[0] <= 5) for x in POINTS]  # the middle of the bin 4..7
    one_bin = sum(masses[(POINTS[:, 0] > 3) & (POINTS[:, 0] <= 7)])
    lost = loss(labels, masses, bits)
    assert lost == one_bin / 2
    assert (lost <= factor * one_bin) == (factor == Fraction(1, 2))  # the constant is needed
    assert heaviest(masses, cuts) >= one_bin


def test_a_function_that_is_no_small_tree_loses_more():
    """Dropping "a tree with N thresholds": a checkerboard loses one half."""
    masses = np.array([Fraction(1, len(POINTS))] * len(POINTS))
    bits = np.array([[x[0] <= 3, x[0] <= 7, x[1] <= 3, x[1] <= 7] for x in POINTS])
    checkers = [int(x.sum() % 2) for x in POINTS]
    assert loss(checkers, masses, bits) == Fraction(1, 2)
