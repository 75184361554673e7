"""Lemma lem-symmetrization: exactly, over all samples and all signs."""

from itertools import product

import numpy as np
import pytest


def sides(H, p, n):
    """The two left sides (both directions) and the mean on the right, without its factor 2."""
    signs = np.array(list(product((-1, 1), repeat=n)))
    above = below = right = 0.0
    for z in product(range(len(p)), repeat=n):
        chance, seen = np.prod(p[list(z)]), H[:, list(z)]
        gaps = H @ p - seen.mean(axis=1)
        above += chance * gaps.max()
        below += chance * (-gaps).max()
        right += chance * (seen @ signs.T / n).max(axis=0).mean()
    return above, below, right


@pytest.mark.parametrize("n", [1, 2, 4])
def test_both_directions_on_random_classes(n):
    rng = np.random.default_rng(n)
    for _ in range(40):
        H = rng.uniform(-1, 2, (int(rng.integers(1, 9)), 3))
        above, below, right = sides(H, rng.dirichlet(np.ones(3)), n)
        assert max(above, below) <= 2 * right + 1e-12


@pytest.mark.parametrize("N", [3, 8])
def test_the_factor_two_is_needed(N):
    H = np.array(list(product((0, 1), repeat=N)))
    above, _, right = sides(H, np.full(N, 1 / N), 1)
    assert np.isclose(above, 1 - 1 / N)
    assert np.isclose(right, 1 / 2)
    assert above > 1.3 * right


def test_without_independence_it_fails():
    """Copies of one draw: the left side stays, and the right side falls with n."""
    H, p = np.array(list(product((0, 1), repeat=8))), np.full(8, 1 / 8)
    signs = np.array(list(product((-1, 1), repeat=9)))
    left = np.mean([(H @ p - H[:, z]).max() for z in range(8)])
    mean = signs.mean(axis=1)  # of n = 9 copies of the same point
    right = np.mean([np.outer(H[:, z], mean).max(axis=0).mean() for z in range(8)])
    assert left > 2 * right
