"""Corollary cor-chebyshev: a variance bounds both tails; independence in pairs is enough."""

from fractions import Fraction

import numpy as np
import pytest


@pytest.mark.parametrize("seed", range(50))
def test_it_holds_in_exact_numbers(seed):
    rng = np.random.default_rng(seed)
    values = [Fraction(int(v), 7) for v in rng.integers(-20, 20, size=6)]
    weights = [int(w) for w in rng.integers(1, 9, size=6)]
    chances = [Fraction(w, sum(weights)) for w in weights]
    mean = sum(c * z for c, z in zip(chances, values, strict=True))
    variance = sum(c * (z - mean) ** 2 for c, z in zip(chances, values, strict=True))
    for t in {abs(z - mean) for z in values} - {0}:
        off = sum(c for c, z in zip(chances, values, strict=True) if abs(z - mean) >= t)
        assert off <= variance / t**2


def test_it_is_sharp():
    p, t = Fraction(1, 8), 3  # -3, 0, 3 with probabilities 1/8, 3/4, 1/8
    assert 2 * p == 2 * p * t**2 / t**2


@pytest.mark.parametrize("r", [2, 3, 4, 5])
def test_for_averages_independence_in_pairs_is_enough_and_the_bound_nearly_reached(r):
    bits = np.array(list(np.ndindex(*[2] * r)))
    coins = bits @ bits[1:].T % 2
    n = coins.shape[1]
    pairs = coins.T @ coins
    assert (pairs[~np.eye(n, dtype=bool)] * 4 == 2**r).all()
    off = np.abs(coins.mean(axis=1) - 0.5)
    for t in np.unique(off[off > 0]):
        assert (off >= t).mean() <= 1 / (4 * n * t**2) + 1e-12
    assert (off >= 0.5).mean() == 1 / (n + 1)  # the bound is 1/n


def test_glued_coins_break_the_bound_for_averages():
    n, t = 10, 0.5  # all heads or all tails: off by 1/2 always
    assert 1 > 1 / (4 * n * t**2)
