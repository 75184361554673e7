"""Lemma lem-markov: a mean bounds a tail from above, and for Z <= 1 from below."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

LEVELS = [Fraction(k, 12) for k in range(13)]


def worst(mean, event, sign, levels=LEVELS):
    """The largest (sign 1) or least (-1) Pr[event] of variables on the levels with this mean.

    Over the probability vectors with a given mean a linear function is extreme at a vector with
    at most two values, so that it is enough to list those.
    """
    found = [Fraction(event(z)) for z in levels if z == mean]
    for low, high in combinations(levels, 2):
        if low < mean < high:
            weight = (mean - low) / (high - low)
            found.append((1 - weight) * event(low) + weight * event(high))
    return sign * max(sign * one for one in found)


@pytest.mark.parametrize("mean", [Fraction(k, 24) for k in range(1, 24)])
def test_upward_it_is_exactly_the_worst_case(mean):
    for a in LEVELS[1:]:
        assert worst(mean, lambda z, a=a: z >= a, 1) == min(1, mean / a)


@pytest.mark.parametrize("mean", [Fraction(k, 24) for k in range(1, 24)])
def test_downward_it_is_exactly_the_worst_case(mean):
    for t in LEVELS[:-1]:
        bound = (mean - t) / (1 - t)
        assert worst(mean, lambda z, t=t: z > t, -1) == max(0, bound)


@pytest.mark.parametrize("seed", range(50))
def test_variables_with_many_values_keep_both_parts(seed):
    rng = np.random.default_rng(seed)
    weights = [Fraction(int(w)) for w in rng.integers(1, 20, size=13)]
    chances = [w / sum(weights) for w in weights]
    mean = sum(c * z for c, z in zip(chances, LEVELS, strict=True))
    for level in LEVELS:
        above = sum(c for c, z in zip(chances, LEVELS, strict=True) if z >= level)
        strictly = sum(c for c, z in zip(chances, LEVELS, strict=True) if z > level)
        assert level == 0 or above <= mean / level
        assert level == 1 or strictly >= (mean - level) / (1 - level)


def test_the_numbers_that_the_book_uses():
    eighth = Fraction(1, 8)
    assert (Fraction(1, 4) - eighth) / (1 - eighth) == Fraction(1, 7)
    assert (Fraction(1, 3) - eighth) / (1 - eighth) == Fraction(5, 21)


def test_without_a_bound_on_the_other_side_both_parts_fail():
    negative = [Fraction(-99), Fraction(1)]
    assert worst(Fraction(0), lambda z: z >= 1, 1, negative) == Fraction(99, 100)  # not <= 0
    large = [Fraction(0), Fraction(100)]
    assert worst(Fraction(1), lambda z: z > Fraction(1, 2), -1, large) == Fraction(1, 100)  # not 1


def test_a_negative_value_does_not_hurt_downward():
    levels = [Fraction(k, 4) for k in range(-8, 5)]
    for mean in levels[1:-1]:
        least = worst(mean, lambda z: z > Fraction(1, 4), -1, levels)
        assert least >= (mean - Fraction(1, 4)) / Fraction(3, 4)
