"""Proposition prop-junta-lower: log2 N queries, and how many juntas there are."""

from functools import cache
from itertools import combinations, product
from math import comb, log2

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.queries import distill_junta, random_junta


def number(d: int, k: int) -> int:
    """N of the statement."""

    def all_of(j: int) -> int:
        return sum((-1) ** (j - i) * comb(j, i) * 2 ** (2**i) for i in range(j + 1))

    return sum(comb(d, j) * all_of(j) for j in range(k + 1))


def juntas(d: int, k: int) -> frozenset[tuple[int, ...]]:
    """All k-juntas as label tables over the whole cube."""
    cube = enumerate_cube(d).tolist()
    found = set()
    for J in combinations(range(d), k):
        for table in product((0, 1), repeat=2**k):
            found.add(tuple(table[sum(x[i] << t for t, i in enumerate(J))] for x in cube))
    return frozenset(found)


@pytest.mark.parametrize(("d", "k"), [(1, 1), (3, 1), (2, 2), (4, 2), (5, 2), (3, 3), (4, 3)])
def test_the_number_of_juntas_by_listing_them(d, k):
    assert len(juntas(d, k)) == number(d, k)


@pytest.mark.parametrize("k", range(1, 9))
def test_the_simple_form_is_below(k):
    for d in (k, k + 1, 2 * k, 100, 10**6):
        assert log2(number(d, k)) >= 2**k - 1 + k * log2(d / k)
    # 2^k alone or with one bit more of the table would be too much.
    assert log2(number(k, k)) <= 2**k
    if k > 1:
        assert log2(number(10**6, k)) < 2**k + k * log2(10**6)


@cache
def least_queries(candidates: frozenset[tuple[int, ...]]) -> int:
    """The least worst case of all adaptive deterministic methods, by looking at all of them."""
    if len(candidates) == 1:
        return 0
    points = range(len(next(iter(candidates))))
    best = len(points)
    for x in points:
        ones = frozenset(f for f in candidates if f[x])
        zeros = candidates - ones
        if ones and zeros:
            best = min(best, 1 + max(least_queries(ones), least_queries(zeros)))
    return best


@pytest.mark.parametrize(("d", "k"), [(1, 1), (2, 1), (3, 1), (2, 2)])
def test_no_method_beats_it_and_it_is_not_far_off(d, k):
    need = least_queries(juntas(d, k))
    assert need >= log2(number(d, k))
    assert need <= log2(number(d, k)) + 1.5


@pytest.mark.parametrize("q", range(5))
def test_with_q_answers_at_most_2_to_the_q_functions_are_found(q):
    """The best success over a uniformly random junta of 1 of 3 bits, over all methods."""
    everything = juntas(3, 1)

    @cache
    def most_found(candidates: frozenset[tuple[int, ...]], left: int) -> int:
        if left == 0 or len(candidates) <= 1:
            return min(1, len(candidates))
        return max(
            most_found(frozenset(f for f in candidates if f[x]), left - 1)
            + most_found(frozenset(f for f in candidates if not f[x]), left - 1)
            for x in range(8)
        )

    found = most_found(everything, q)
    assert found <= min(2**q, len(everything))
    if q <= 2:
        assert found == 2**q  # so the argument loses nothing there


def test_the_distiller_respects_it():
    rng = np.random.default_rng(0)
    for d, k in ((100, 2), (100, 4), (1_000, 3)):
        queries = [
            distill_junta(random_junta(d, k, rng).predict, d, k, rng).queries for _ in range(30)
        ]
        assert max(queries) >= log2(number(d, k)) + log2(0.99)
