"""The sample sizes that theorems state: their values, their directions, what they refuse."""

from fractions import Fraction
from itertools import pairwise, product
from math import comb, exp, inf, isclose, log, nan

import numpy as np
import pytest

from pacdistill.extraction import (
    extraction_probes,
    extraction_samples,
    fast_extraction_samples,
    packing_bound,
    twist_packing_bound,
)
from pacdistill.queries import junta_queries, near_junta_queries
from pacdistill.samples import coin_samples, erm_samples, half_sets_samples, sauer_shelah_bound

SIZES = (1, 2, 17, 1000, 2**40)
ERRORS = (0.9, 0.5, 0.1, 0.01)
FAILURES = (0.9, 0.5, 0.05, 1e-6)


# --- values


@pytest.mark.parametrize(("size", "eps", "delta"), list(product(SIZES, ERRORS, FAILURES)))
def test_erm_samples_is_the_least_number_with_which_the_union_bound_holds(size, eps, delta):
    # Realizable: |G| exp(-eps n) <= delta. Agnostic: 2 |G| exp(-n eps^2 / 2) <= delta.
    n = erm_samples(size, eps, delta)
    assert size * exp(-eps * n) <= delta * (1 + 1e-9)
    assert n == 0 or size * exp(-eps * (n - 1)) > delta * (1 - 1e-9)
    m = erm_samples(size, eps, delta, agnostic=True)
    assert 2 * size * exp(-m * eps**2 / 2) <= delta * (1 + 1e-9)
    assert 2 * size * exp(-(m - 1) * eps**2 / 2) > delta * (1 - 1e-9)
    assert n <= m


@pytest.mark.parametrize("N", range(10))
def test_sauer_shelah_bound_counts_the_small_subsets(N):
    for d in range(N + 3):
        assert sauer_shelah_bound(N, d) == sum(bin(s).count("1") <= d for s in range(2**N))


def test_sauer_shelah_bound_is_exact_for_large_numbers():
    N, d = 300, 7
    product_form = Fraction(1)
    total = Fraction(1)
    for i in range(1, d + 1):
        product_form *= Fraction(N - i + 1, i)
        total += product_form
    assert sauer_shelah_bound(N, d) == total
    assert sauer_shelah_bound(N, N) == 2**N
    assert sauer_shelah_bound(N, d) - sauer_shelah_bound(N, d - 1) == comb(N, d)


@pytest.mark.parametrize("N", [2, 16, 100])
@pytest.mark.parametrize("power", [3, 4, 10])
def test_half_sets_samples_is_a_product_of_whole_numbers(N, power):
    assert Fraction(half_sets_samples(N, 2.0**-power)) == Fraction(N * 2**power, 64)


@pytest.mark.parametrize("eps", [0.4, 0.1, 0.003])
@pytest.mark.parametrize("delta", [0.2, 0.05, 1e-9])
def test_coin_samples_undoes_its_exponential(eps, delta):
    assert isclose(exp(-3 * eps**2 * coin_samples(eps, delta)) / 4, delta, rel_tol=1e-9)


# --- directions: more is asked for, so more is needed


def falls_along(function, values):
    outputs = [function(value) for value in values]
    return all(a > b for a, b in pairwise(outputs))


GRID = np.linspace(0.01, 0.12, 12)


@pytest.mark.parametrize("agnostic", [False, True])
def test_erm_samples_falls_with_what_is_allowed_and_grows_with_the_class(agnostic):
    def samples(size=50, eps=0.001, delta=0.1):
        return erm_samples(size, eps, delta, agnostic=agnostic)

    assert falls_along(lambda eps: samples(eps=eps), GRID)
    assert falls_along(lambda delta: samples(delta=delta), GRID)
    assert falls_along(lambda size: samples(size=size), range(50, 0, -7))


@pytest.mark.parametrize(
    ("bound", "values"),
    [
        (lambda eps: half_sets_samples(20, eps), GRID),
        (lambda N: half_sets_samples(N, 0.1), range(40, 0, -2)),
        (lambda eps: coin_samples(eps, 0.1), GRID),
        (lambda delta: coin_samples(0.1, delta), GRID),
        (lambda N: sauer_shelah_bound(N, 3), range(9, 0, -1)),
        (lambda d: sauer_shelah_bound(9, d), range(9, -1, -1)),
    ],
)
def test_the_other_bounds_fall_along(bound, values):
    assert falls_along(bound, values)


# --- refusals: outside of these ranges the theorems say nothing


@pytest.mark.parametrize("size", [0, -3])
def test_erm_samples_needs_a_concept(size):
    with pytest.raises(ValueError, match=f"size = {size}"):
        erm_samples(size, 0.1, 0.1)


@pytest.mark.parametrize("wrong", [0, 1, -0.1, 1.5, nan, inf])
@pytest.mark.parametrize("agnostic", [False, True])
def test_erm_samples_needs_an_error_and_a_failure_between_0_and_1(wrong, agnostic):
    with pytest.raises(ValueError, match="0 < eps < 1"):
        erm_samples(5, wrong, 0.1, agnostic=agnostic)
    with pytest.raises(ValueError, match="0 < delta < 1"):
        erm_samples(5, 0.1, wrong, agnostic=agnostic)


@pytest.mark.parametrize(("N", "d"), [(-1, 2), (2, -1)])
def test_sauer_shelah_bound_needs_numbers_of_points(N, d):
    with pytest.raises(ValueError, match=f"N = {N} and d = {d}"):
        sauer_shelah_bound(N, d)


@pytest.mark.parametrize(
    ("N", "eps"), [(3, 0.1), (0, 0.1), (-2, 0.1), (4, 0), (4, 0.126), (4, nan)]
)
def test_half_sets_samples_needs_an_even_number_and_a_small_error(N, eps):
    with pytest.raises(ValueError, match="even N >= 2"):
        half_sets_samples(N, eps)


@pytest.mark.parametrize(
    ("eps", "delta"), [(0, 0.1), (0.5, 0.1), (nan, 0.1), (0.1, 0), (0.1, 0.25), (0.1, nan)]
)
def test_coin_samples_needs_eps_below_a_half_and_delta_below_a_quarter(eps, delta):
    with pytest.raises(ValueError, match="delta < 1/4"):
        coin_samples(eps, delta)


# --- queries for juntas


@pytest.mark.parametrize(("d", "k"), [(1, 0), (1, 1), (9, 3), (100, 4), (10**6, 6)])
@pytest.mark.parametrize("delta", FAILURES)
def test_junta_queries_are_pairs_searches_and_the_table(d, k, delta):
    # Round r misses with probability at most (1 - 2^-(k-r))^pairs <= delta / k.
    total = 2 * 2**k
    for r in range(k):
        miss = 1 - 2.0 ** -(k - r)
        pairs = next(m for m in range(10**6) if exp(-m * (1 - miss)) <= delta / k * (1 + 1e-9))
        assert miss**pairs <= delta / k * (1 + 1e-9)
        total += 2 * 2**r * pairs
        total += next(t for t in range(99) if 2**t >= d)
    assert junta_queries(d, k, delta) == total


@pytest.mark.parametrize(("d", "k", "distance"), [(9, 1, 0.2), (100, 4, 0.01), (50, 2, 0.0)])
@pytest.mark.parametrize("delta", FAILURES)
def test_near_junta_queries_satisfy_hoeffding(d, k, distance, delta):
    gap = 2.0**-k - 2 * distance
    # A quarter of delta for the influences, a half for the cells, a quarter for the last check.
    pairs = next(m for m in range(10**6) if d * exp(-2 * m * gap**2) <= delta / 4 * (1 + 1e-9))
    bias = 1 / 2 - distance * 2**k
    cell = next(m for m in range(10**6) if 2**k * exp(-2 * m * bias**2) <= delta / 2 * (1 + 1e-9))
    assert near_junta_queries(d, k, distance, delta) == pairs * (d + 1) + 2**k * cell


@pytest.mark.parametrize("wrong", [(0, 0, 0.1), (3, 4, 0.1), (3, -1, 0.1), (3, 2, 0), (3, 2, 1)])
def test_junta_queries_refuse(wrong):
    with pytest.raises(ValueError, match="the bound holds for 0 <= k <= d"):
        junta_queries(*wrong)


@pytest.mark.parametrize(
    "wrong", [(3, 0, 0, 0.1), (3, 4, 0, 0.1), (3, 2, 1 / 8, 0.1), (3, 2, 0, 1)]
)
def test_near_junta_queries_refuse(wrong):
    with pytest.raises(ValueError, match="the bound holds for 1 <= k <= d"):
        near_junta_queries(*wrong)


# --- extraction


def test_the_bounds_of_the_extraction_are_those_of_its_theorems():
    assert packing_bound(3, norm=0.5, radius=2) == 4 * 8**3
    assert twist_packing_bound(norm=0.5, radius=2, variance=0.25) == 16
    for d, depth, b in product((5, 100), (1, 2, 5), (0.5, 4)):
        R, K = depth - 1, (2 * d + 1) ** (depth - 1)
        probes = extraction_probes(d, depth, norm=b / 2, radius=2)
        assert isclose(probes, Fraction(8 * d * 8**R, 7) * Fraction(b) ** 2 + 2 * d)
        eps, delta, s = 0.1, 0.05, 2**depth
        search = 256 * 16**R * (b + 1) ** 4 * (32 + log(4 * K / delta))
        trees = (2 / eps**2) * (s * log(8 * d) + log(4 / delta))
        perfect = (s * log(8 * d) + log(2 / delta)) / eps
        settings = {"norm": b / 2, "radius": 2, "eps": eps, "delta": delta}
        assert 0 <= extraction_samples(d, depth, s, **settings) - search - trees < 1.001
        n = extraction_samples(d, depth, s, realizable=True, **settings)
        assert 0 <= n - search - perfect < 1.001
        fast = fast_extraction_samples(d, depth, 64, norm=b / 2, radius=2, delta=delta)
        assert 0 <= fast - 160 * 4**R * (b + 1) ** 2 * log(4 * 65 * K / delta) < 1.001


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: packing_bound(-1, 1, 1), "length = -1"),
        (lambda: packing_bound(1, 0, 1), "norm = 0"),
        (lambda: packing_bound(1, 1, inf), "radius = inf"),
        (lambda: extraction_probes(3, 4, 1, 1), "depth = 4 and d = 3"),
        (lambda: extraction_probes(3, 0, 1, 1), "depth = 0"),
        (lambda: extraction_samples(9, 2, 5, 1, 1, 0.1, 0.1), "1 to 4 leaves, not 5"),
        (lambda: extraction_samples(9, 2, 4, 1, 1, 0, 0.1), "eps = 0"),
        (lambda: extraction_samples(9, 2, 4, 1, 1, 0.1, 1), "delta = 1"),
        (lambda: fast_extraction_samples(9, 2, 0, 1, 1, 0.1), "features = 0"),
        (lambda: fast_extraction_samples(9, 2, 4, 1, 1, nan), "delta = nan"),
        (lambda: twist_packing_bound(1, 1, 1.5), "variance = 1.5"),
    ],
)
def test_the_bounds_of_the_extraction_refuse_what_their_theorems_do_not_state(call, message):
    with pytest.raises(ValueError, match=message):
        call()
