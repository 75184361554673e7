"""Proposition prop-frontier: the minimal disagreement sets are the smallest dominating subset."""

from itertools import combinations

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.samples import pareto_frontier

CUBE = enumerate_cube(3)
SETS = [frozenset(np.flatnonzero(row).tolist()) for row in CUBE]


def is_dominating(chosen, sets):
    return all(any(one <= other for one in chosen) for other in sets)


def classes():
    """All 255 classes on 3 points, as lists of numbers of functions."""
    for size in range(1, 9):
        yield from combinations(range(8), size)


@pytest.mark.parametrize("source", [0, 3])
def test_a_subset_is_dominating_just_if_it_has_all_minimal_sets(source):
    seen = 0
    for members in classes():
        sets = [SETS[source ^ k] for k in members]  # CUBE counts in binary
        minimal = {one for one in sets if not any(other < one for other in sets)}
        smallest = len(sets)
        for size in range(len(sets) + 1):
            for chosen in combinations(sets, size):
                assert is_dominating(chosen, sets) == (minimal <= set(chosen))
                if is_dominating(chosen, sets):
                    smallest = min(smallest, size)
                seen += 1
        frontier = pareto_frontier(CUBE[list(members)], CUBE[source])
        assert len(frontier) == smallest == len(minimal)
        assert {sets[k] for k in frontier} == minimal
    assert seen == 3**8 - 1  # a function is chosen, in the class only, or neither; no empty class


def test_of_repeated_functions_one_is_enough():
    repeated = np.vstack([CUBE[1:], CUBE[1:]])
    assert len(pareto_frontier(repeated, CUBE[0])) == 3


def test_in_the_infinite_class_no_finite_subset_is_dominating_and_every_infinite_one_is():
    """The sets {k, k + 1, ...}, seen through a window that is longer than all that is asked."""
    window = 400
    sets = [frozenset(range(k, window)) for k in range(200)]
    for finite in ({0}, {3, 17}, set(range(0, 100, 7))):
        chosen = [sets[j] for j in finite]
        assert is_dominating(chosen, sets[: max(finite) + 1])
        assert not is_dominating(chosen, [sets[max(finite) + 1]])
    for infinite in (range(0, 200, 3), range(57, 200), [k * k for k in range(15)]):
        chosen = [sets[j] for j in infinite]
        assert is_dominating(chosen, sets[: max(infinite) + 1])
        assert is_dominating(chosen[5:], sets[: max(infinite) + 1])  # the first five may leave


def test_without_finiteness_the_first_half_fails():
    """Every set of the chain contains another, so "a member with each minimal set" asks nothing."""
    sets = [frozenset(range(k, 50)) for k in range(49)]
    assert all(any(other < one for other in sets) for one in sets[:-1])
    assert not is_dominating([], sets)
