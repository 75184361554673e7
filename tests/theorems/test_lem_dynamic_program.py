"""Lemma lem-dynamic-program: the recursion gives the fewest errors among all such trees."""

from functools import cache
from itertools import product

import numpy as np
import pytest

from pacdistill import Clause, enumerate_cube
from pacdistill.extraction import best_trees

CUBE = enumerate_cube(3)
EVERY = [
    Clause(tuple((i, v) for i, v in enumerate(values) if v < 2))
    for values in product((0, 1, 2), repeat=3)
]


def recursion(ones, zeros, candidates, r, s, *, leaves_free=True):
    """E(empty, s) of the statement; `leaves_free=False` demands candidates at the leaves too."""

    @cache
    def fewest(C, a):
        rows = C.holds(CUBE)
        best = min(int(ones[rows].sum()), int(zeros[rows].sum()))
        if a == 1 or C not in candidates or len(C) == r:
            return best
        for i in set(range(3)) - set(C.variables):
            halves = C.extend(i, 0), C.extend(i, 1)
            if not leaves_free and not set(halves) <= candidates:
                continue
            best = min(
                best, *(fewest(halves[0], b) + fewest(halves[1], a - b) for b in range(1, a))
            )
        return best

    return fewest(Clause(), s)


@cache
def trees(C, depth):
    """Every tree at C, as (its leaves' clauses, its tests' clauses)."""
    found = [((C,), frozenset())]
    if depth:
        for i in set(range(3)) - set(C.variables):
            halves = (trees(C.extend(i, v), depth - 1) for v in (0, 1))
            for (left, tests), (right, others) in product(*halves):
                found.append((left + right, tests | others | {C}))
    return found


def brute(ones, zeros, candidates, r, s):
    def errors(C):
        rows = C.holds(CUBE)
        return min(int(ones[rows].sum()), int(zeros[rows].sum()))

    price = {C: errors(C) for C in EVERY}
    return min(
        sum(price[C] for C in leaves)
        for leaves, tests in trees(Clause(), r)
        if len(leaves) <= s and tests <= candidates
    )


@pytest.mark.parametrize("seed", range(6))
def test_against_all_trees(seed):
    rng = np.random.default_rng(seed)
    ones, zeros = rng.integers(0, 9, (2, 8))
    candidates = {C for C in EVERY if rng.random() < 0.5} | {Clause()}
    X = np.repeat(CUBE, ones + zeros, axis=0)
    y = np.concatenate([[1] * a + [0] * b for a, b in zip(ones, zeros, strict=True)])
    for r, s in product((1, 2, 3), (1, 2, 3, 5, 8)):
        stated = recursion(ones, zeros, candidates, r, s)
        assert stated == brute(ones, zeros, candidates, r, s)
        frontier = best_trees(X, y.astype(np.int8), candidates, depth=r, max_size=s)
        assert frontier[-1].errors == stated


def test_leaves_need_not_be_candidates_and_tests_must():
    ones = CUBE[:, 0] & CUBE[:, 1]
    zeros = 1 - ones
    few = {Clause(), Clause(((0, 1),))}
    assert recursion(ones, zeros, few, 2, 3) == 0
    assert recursion(ones, zeros, few, 2, 3, leaves_free=False) > 0
    assert recursion(ones, zeros, {Clause()}, 2, 3) > 0
    assert recursion(ones, zeros, few, 2, 2) > 0  # two leaves are too few
