"""Proposition prop-dominance: dominance is being no worse under every distribution."""

from itertools import product

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.samples import disagreement_sets

N = 4
TARGETS = enumerate_cube(N).astype(int)
MASKS = TARGETS[1:].astype(bool)  # the nonempty sets of points
UNIFORM = MASKS / MASKS.sum(axis=1, keepdims=True)
RANDOM = np.random.default_rng(0).dirichlet(np.full(N, 0.3), size=200)


def dominates(f, better, worse):
    """The definition, point by point."""
    return all(worse[x] != y for x, y in enumerate(f) if better[x] != y)


def never_worse(f, better, worse, distributions):
    errors = disagreement_sets([better, worse], f) @ distributions.T
    return bool((errors[0] <= errors[1] + 1e-12).all())


def perfect_where_the_other_is(f, better, worse):
    """Part 3: it is enough to look at the supports, and any distribution on a support will do."""
    errors = disagreement_sets([better, worse], f).astype(bool)
    return not any((errors[0] & D).any() for D in MASKS if not (errors[1] & D).any())


@pytest.mark.parametrize("f", TARGETS[[0, 5, 14]].tolist())
def test_the_three_parts_are_equivalent_for_all_pairs_of_targets(f):
    both = 0
    for better, worse in product(TARGETS, repeat=2):
        truth = dominates(f, better, worse)
        assert never_worse(f, better, worse, np.vstack([UNIFORM, RANDOM])) == truth
        assert perfect_where_the_other_is(f, better, worse) == truth
        both += truth
    assert both == 3**N  # at each point neither errs, both do, or the worse one does


def test_one_distribution_is_not_enough_and_neither_is_another_source():
    f, better, worse = [0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 1, 0]
    everywhere = np.full((1, N), 1 / N)
    assert never_worse(f, better, worse, everywhere)
    assert not dominates(f, better, worse)
    assert dominates([1, 0, 0, 0], better, worse)
