"""Lemma lem-union: a union is at most as likely as its events together."""

from fractions import Fraction

import numpy as np
import pytest


def union_and_sum(masses, events):
    """Pr[some event] and the sum of the probabilities, on a finite space with integer masses."""
    total = int(masses.sum())
    union = Fraction(int(masses[events.any(axis=0)].sum()), total)
    return union, sum(Fraction(int(masses[event].sum()), total) for event in events)


@pytest.mark.parametrize("seed", range(100))
def test_it_holds_for_events_that_depend_in_any_way(seed):
    rng = np.random.default_rng(seed)
    masses = rng.integers(0, 9, size=12) + 1
    events = rng.random((int(rng.integers(1, 7)), 12)) < rng.random()
    union, total = union_and_sum(masses, events)
    assert union <= total
    overlap = (events.sum(axis=0) > 1).any()
    assert (union < total) == overlap  # the masses are positive


def test_it_is_sharp_so_no_smaller_constant_would_do():
    union, total = union_and_sum(np.ones(12, dtype=int), np.eye(12, dtype=bool))
    assert union == total == 1


def test_an_event_chosen_after_the_fact_is_not_covered():
    """The best of 1,000 coins shows ten heads much more often than any fixed one."""
    x = Fraction(1, 1024)
    best = 1 - (1 - x) ** 1000
    assert 600 * x < best <= 1000 * x
