"""Proposition prop-sloping-boundary: the best trees for a slope, among all with cuts on a grid."""

from fractions import Fraction
from functools import cache

import numpy as np
import pytest


def least_errors(ones, most):
    """Errors of the best tree of each size on a square of cells, by trying every cut.

    `ones` counts the half cells with label 1 in each cell, 0 to 2.
    """
    sums = np.zeros((len(ones) + 1, len(ones) + 1), dtype=int)
    sums[1:, 1:] = ones.cumsum(axis=0).cumsum(axis=1)

    @cache
    def least(a, b, c, d, s):
        inside = int(sums[b, d] - sums[a, d] - sums[b, c] + sums[a, c])
        best = min(inside, 2 * (b - a) * (d - c) - inside)
        for t in range(1, s):
            for cut in range(a + 1, b):
                best = min(best, least(a, cut, c, d, t) + least(cut, b, c, d, s - t))
            for cut in range(c + 1, d):
                best = min(best, least(a, b, c, cut, t) + least(a, b, cut, d, s - t))
        return best

    whole = 2 * len(ones) ** 2
    return {s: Fraction(least(0, len(ones), 0, len(ones), s), whole) for s in range(1, most + 1)}


def slope(n):
    i, j = np.indices((n, n))
    return np.where(i == j, 1, 2 * (i < j))


@pytest.mark.parametrize(("n", "met"), [(4, {2, 4}), (6, {2, 6}), (8, {2, 4, 8})])
def test_no_tree_errs_less_and_even_sizes_meet_the_bound(n, met):
    errors = least_errors(slope(n), n)
    assert all(error >= Fraction(1, 2 * s) for s, error in errors.items())
    assert {s for s, error in errors.items() if error == Fraction(1, 2 * s)} >= met
    assert any(error < Fraction(1, 2 * s) * Fraction(101, 100) for s, error in errors.items())


@pytest.mark.parametrize("k", [1, 2, 3, 5, 8])
def test_the_construction_has_the_error_that_is_said(k):
    """By integrating it: k columns, each cut in its middle."""
    s, error = 2 * k, Fraction(0)
    for i in range(k):
        low, cut, high = Fraction(i, k), Fraction(2 * i + 1, 2 * k), Fraction(i + 1, k)
        # above the cut the tree says 1, which is wrong where x_1 < x_0, and the other way below
        error += (high - cut) ** 2 / 2 + (cut - low) ** 2 / 2
    assert error == Fraction(1, 2 * s)


def test_a_boundary_along_an_axis_costs_nothing():
    i, _ = np.indices((6, 6))
    assert least_errors(2 * (i < 2), 2)[2] == 0
