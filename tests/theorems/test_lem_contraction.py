"""Lemma lem-contraction: exactly, over all signs."""

from itertools import product

import numpy as np
import pytest

SIGNS = np.array(list(product((-1, 1), repeat=7)))
MAPS = {
    "square": (lambda u, a: (u - a) ** 2, lambda b: 2 * (b + 1)),
    "absolute": (lambda u, a: np.abs(u - a), lambda b: 1.0),
    "sine": (lambda u, a: np.sin(3 * u + a), lambda b: 3.0),
    "linear": (lambda u, a: 2 * u + a, lambda b: 2.0),
}


def width(U):
    """The expected supremum of the signed sums."""
    return (SIGNS @ U.T).max(axis=1).mean()


@pytest.mark.parametrize("name", MAPS)
def test_on_random_sets(name):
    psi, constant = MAPS[name]
    rng = np.random.default_rng(len(name))
    tight = 0.0
    for _ in range(200):
        b = float(rng.uniform(0.1, 3))
        U = rng.uniform(-b, b, (int(rng.integers(1, 12)), 7))
        shift = rng.uniform(0, 1, 7)  # another map at each coordinate
        left, right = width(psi(U, shift)), constant(b) * width(U)
        assert left <= right + 1e-9
        if right > 1e-9:
            tight = max(tight, left / right)
    assert name != "linear" or tight > 0.999


def test_a_smaller_constant_is_caught():
    U = np.array([[2.0] * 7, [1.9] * 7])
    ratio = width(U**2) / width(U)
    assert 3.8 < ratio <= 4  # 2b = 4 on [-2, 2]; the map is steepest at the end


def test_a_jump_breaks_it():
    U = np.array(list(product((-0.01, 0.01), repeat=7)))
    assert width(np.sign(U)) > 50 * width(U)


def test_with_absolute_values_the_factor_one_is_wrong():
    """sup |sum| may double: why the lemma is stated, and used, without them."""
    U = np.array([[0.0], [1.0]])
    signs = np.array([[-1], [1]])

    def outside(V):
        return np.abs(signs @ V.T).max(axis=1).mean()

    moved = np.abs(U - 1) + 1  # slope at most 1, but not 0 at 0
    assert outside(moved) == 2 > outside(U) == 1
