"""Lemma lem-sauer-shelah: as many shattered sets as concepts, and so few concepts."""

from itertools import combinations, product
from math import comb, e

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.samples import enumerate_subsets, sauer_shelah_bound


def shattered_sets(concepts):
    """All shattered sets, by looking at each set and each labeling."""
    N = len(next(iter(concepts)))
    return [
        points
        for m in range(N + 1)
        for points in combinations(range(N), m)
        if len({tuple(g[i] for i in points) for g in concepts}) == 2**m
    ]


def bound(N, d):
    return sum(comb(N, i) for i in range(d + 1))


def check(concepts, shift=0):
    sets = shattered_sets(concepts)
    d = max(map(len, sets))
    N = len(next(iter(concepts)))
    assert len(sets) >= len(concepts)
    assert len(concepts) <= bound(N, d - shift)
    return len(sets) == len(concepts), len(concepts) == bound(N, d)


def test_all_255_classes_on_3_points():
    cube = list(product((0, 1), repeat=3))
    classes = [[g for g, there in zip(cube, row, strict=True) if there] for row in
               product((0, 1), repeat=8) if any(row)]  # fmt: skip
    assert len(classes) == 255
    sharp = [check(concepts) for concepts in classes]
    assert any(first for first, _ in sharp)
    assert any(second for _, second in sharp)


@pytest.mark.parametrize("N", [4, 5, 6])
def test_random_classes(N):
    rng = np.random.default_rng(N)
    cube = enumerate_cube(N).tolist()
    for _ in range(60):
        size = int(rng.integers(1, 2**N + 1))
        check([cube[i] for i in rng.permutation(2**N)[:size]])


@pytest.mark.parametrize(("N", "d"), [(3, 1), (4, 2), (5, 2), (6, 3)])
def test_all_small_sets_are_as_many_as_allowed_and_less_is_caught(N, d):
    concepts = np.vstack([enumerate_subsets(N, i) for i in range(d + 1)]).tolist()
    assert check(concepts) == (True, True)
    with pytest.raises(AssertionError):
        check(concepts, shift=1)


def test_the_bound_of_the_library_and_the_closed_form():
    for N in range(1, 60):
        for d in range(1, N + 1):
            assert sauer_shelah_bound(N, d) == bound(N, d) <= (e * N / d) ** d
        assert bound(N, N) == bound(N, N + 3) == 2**N


def test_a_smaller_constant_and_a_larger_d_are_caught_in_the_closed_form():
    assert bound(723, 6) > (2 * 723 / 6) ** 6
    assert any(bound(N, d) > (2.5 * N / d) ** d for d in range(1, 60) for N in (10**4, 10**6))
    assert bound(2, 40) > (e * 2 / 40) ** 40  # d <= N is needed


@pytest.mark.parametrize("seed", range(5))
def test_lists_with_repeated_points_have_no_more_labelings(seed):
    rng = np.random.default_rng(seed)
    concepts = enumerate_cube(4)[rng.permutation(16)[:7]]
    d = max(map(len, shattered_sets(concepts.tolist())))
    for m in range(1, 6):
        for points in product(range(4), repeat=m):
            assert len({tuple(g[list(points)]) for g in concepts}) <= bound(m, d)
