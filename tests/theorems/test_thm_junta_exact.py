"""Theorem thm-junta-exact: a k-junta is found exactly with B(d, k, delta) queries."""

from itertools import product
from math import ceil, log, log2

import numpy as np
import pytest
from scipy.stats import binomtest

from pacdistill.queries import Junta, distill_junta, junta_queries, random_junta


def bound(d, k, delta):
    """B(d, k, delta) of the statement, written out."""
    pairs = sum(2**r * ceil(2 ** (k - r) * log(k / delta)) for r in range(k))
    return 2 * pairs + k * ceil(log2(d)) + 2 ** (k + 1)


def conjunction(k, d, rng):
    variables = tuple(np.sort(rng.choice(d, k, replace=False)).tolist())
    return Junta(variables, (0,) * (2**k - 1) + (1,))


@pytest.mark.parametrize("delta", [0.5, 0.1, 0.01, 1e-6])
def test_the_library_has_the_bound_of_the_statement_and_the_simpler_one_is_larger(delta):
    for d, k in product((2, 7, 64, 100, 10_000), range(1, 9)):
        if k <= d:
            assert junta_queries(d, k, delta) == bound(d, k, delta)
            simple = 2 * k * 2**k * log(k / delta) + k * ceil(log2(d)) + 2 ** (k + 2)
            assert bound(d, k, delta) <= simple


@pytest.mark.parametrize("k", [1, 2])
def test_all_juntas_of_few_bits(k):
    d, delta, wrong, runs = 4, 0.05, 0, 0
    rng = np.random.default_rng(k)
    for table in product((0, 1), repeat=2**k):
        secret = Junta(tuple(range(1, k + 1)), table).relevant()
        for _ in range(50):
            result = distill_junta(secret.predict, d, k, rng, delta=delta)
            assert set(result.junta.variables) <= set(secret.variables)  # with certainty
            assert result.queries <= bound(d, k, delta)
            wrong += result.junta != secret
            runs += 1
    assert binomtest(wrong, runs).proportion_ci(0.999, method="exact").low <= delta


@pytest.mark.parametrize(("d", "k"), [(10, 3), (100, 4), (1_000, 5)])
@pytest.mark.parametrize("draw", [random_junta, lambda d, k, rng: conjunction(k, d, rng)])
def test_random_juntas_and_the_hard_ones(d, k, draw):
    delta, runs = 0.1, 60
    rng = np.random.default_rng([d, k])
    wrong = 0
    for _ in range(runs):
        secret = draw(d, k, rng)
        result = distill_junta(secret.predict, d, k, rng, delta=delta)
        assert set(result.junta.variables) <= set(secret.variables)
        assert result.queries <= bound(d, k, delta)
        wrong += result.junta != secret
    assert binomtest(wrong, runs).proportion_ci(0.999, method="exact").low <= delta


@pytest.mark.parametrize("j", range(1, 5))
def test_the_chance_of_a_disagreement_in_a_round(j):
    """Over all functions of j bits that are not constant, exactly; j = 4 as the counts of ones."""
    cells = 2**j
    chances = [2 * ones * (cells - ones) / cells**2 for ones in range(1, cells)]
    assert min(chances) >= 2.0**-j
    assert min(chances) < 2.0 ** (1 - j)  # twice as much is not true
    for delta_over_k in (0.1, 0.001):
        pairs = ceil(cells * log(1 / delta_over_k))
        assert all((1 - chance) ** pairs <= delta_over_k for chance in chances)
    # An eighth of the pairs is not enough for a conjunction.
    assert (1 - min(chances)) ** (ceil(cells * log(1000)) // 8) > 0.001


def test_with_too_few_pairs_a_conjunction_looks_constant():
    """A promise of fewer bits makes fewer pairs: then rounds overlook bits too often."""
    rng, delta, runs = np.random.default_rng(1), 0.01, 200
    overlooked = 0
    for _ in range(runs):
        secret = conjunction(7, 50, rng)
        try:
            found = distill_junta(secret.predict, 50, 3, rng, delta=delta)
        except ValueError:  # it got further, and saw that there are more bits
            continue
        overlooked += found.junta.variables == ()
    assert binomtest(overlooked, runs).proportion_ci(0.999, method="exact").low > delta


def test_a_junta_of_one_bit_more_is_refused_where_k_bits_are_found():
    rng = np.random.default_rng(2)
    parity = Junta((1, 5, 8), (0, 1, 1, 0, 1, 0, 0, 1))
    for _ in range(20):
        with pytest.raises(
            ValueError, match=r"depends on more than k = 2 variables: on \[1, 5, 8\]"
        ):
            distill_junta(parity.predict, 20, 2, rng)
