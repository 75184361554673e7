"""Lemma lem-tree-count: the number of decision trees with at most s leaves."""

from functools import cache
from itertools import product
from math import comb, log

import pytest


def catalan(a):
    return comb(2 * a - 2, a - 1) // a


@cache
def exactly(free, a):
    """The number of trees with a leaves where `free` variables may be tested."""
    if a == 1:
        return 2
    return free * sum(exactly(free - 1, b) * exactly(free - 1, a - b) for b in range(1, a))


def enumerate_trees(variables, a):
    """Every tree with a leaves, written out."""
    if a == 1:
        yield from ("0", "1")
        return
    for i in variables:
        rest = [j for j in variables if j != i]
        for b in range(1, a):
            halves = enumerate_trees(rest, b), list(enumerate_trees(rest, a - b))
            yield from (f"({i}{left}{right})" for left, right in product(*halves))


@pytest.mark.parametrize(("d", "a"), [(1, 2), (2, 3), (2, 4), (3, 3), (3, 4), (5, 3)])
def test_the_recursion_counts_what_is_written_out(d, a):
    written = list(enumerate_trees(range(d), a))
    assert len(written) == len(set(written)) == exactly(d, a)


@pytest.mark.parametrize("d", [1, 2, 3, 10, 1000])
def test_the_bounds(d):
    for s in range(1, 40):
        assert all(exactly(d, a) <= catalan(a) * d ** (a - 1) * 2**a for a in range(1, s + 1))
        assert sum(exactly(d, a) for a in range(1, s + 1)) <= (8 * d) ** s
    assert exactly(1000, 2) == catalan(2) * 1000 * 4  # met while no path is long
    assert exactly(1000, 3) < catalan(3) * 1000**2 * 8


@pytest.mark.parametrize("beta", [4, 5, 6])
def test_a_smaller_base_is_wrong(beta):
    s = next(s for s in range(2, 500) if s * log(8 / beta) > log(8 * s**4 * (2 * s - 1)))
    d = s**3
    lower = catalan(s) * 2**s * (d - s + 2) ** (s - 1)
    assert lower > (beta * d) ** s
    # the steps of the proof
    assert catalan(s) * s * (2 * s - 1) >= 4 ** (s - 1)
    assert 2 * (d - s + 2) ** (s - 1) >= d ** (s - 1)
    if s < 60:
        assert lower <= exactly(d, s) <= (8 * d) ** s
