"""Theorem thm-vc-realizable: consistent concepts are good, by the growth function alone."""

from fractions import Fraction
from itertools import product
from math import ceil, comb, e, log2

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.samples import sauer_shelah_bound


def stated(n, labelings, eps):
    return 2 * labelings * 2.0 ** (-float(eps) * n / 2)


def gap_probability(n, eps, gaps):
    """The probability that one of so many of the n + 1 gaps of n uniform points exceeds eps."""
    return sum(
        Fraction((-1) ** (k + 1)) * comb(gaps, k) * max(Fraction(0), 1 - k * eps) ** n
        for k in range(1, gaps + 1)
    )


# Each class on the line, uniform on [0, 1], has a bad consistent concept if some gap is long: for
# a threshold at 0 the first gap, for the empty interval any gap.
CASES = {
    "threshold": (lambda n, eps: (1 - eps) ** n, lambda m: m + 1),
    "interval": (lambda n, eps: gap_probability(n, eps, n + 1), lambda m: comb(m + 1, 2) + 1),
}


@pytest.mark.parametrize("eps", [Fraction(1, 2), Fraction(1, 5), Fraction(1, 10)])
@pytest.mark.parametrize("name", CASES)
def test_the_exact_probability_is_below_the_bound(name, eps):
    exact, growth = CASES[name]
    for n in range(ceil(8 / eps), ceil(8 / eps) + 60, 6):
        assert exact(n, eps) <= stated(n, growth(2 * n), eps)


@pytest.mark.parametrize("name", CASES)
def test_the_exact_probabilities_and_growth_functions_are_right(name):
    exact, growth = CASES[name]
    rng, n, eps = np.random.default_rng(0), 12, Fraction(1, 5)
    ends = np.sort(rng.uniform(size=(20_000, n)), axis=1)
    gaps = np.diff(ends, axis=1, prepend=0, append=1)
    longest = gaps[:, 0] if name == "threshold" else gaps.max(axis=1)
    assert (longest > eps).mean() == pytest.approx(float(exact(n, eps)), abs=0.015)
    line = enumerate_cube(9).astype(int)
    changes = (np.diff(line, axis=1, prepend=0, append=0) != 0).sum(axis=1)
    there = line[:, 0] <= 1 if name == "interval" else (np.diff(line, axis=1) >= 0).all(axis=1)
    count = ((changes <= 2) & there).sum() if name == "interval" else there.sum()
    assert count == growth(9)


# --- the two steps of the proof, each with all its constants, on all classes of 3 points


def test_the_swapping_step_for_all_patterns():
    """Of all 2^n swaps, at most 2^-r put all r errors of a pattern into the second sample."""
    n = 4
    swaps = np.array(list(product((0, 1), repeat=n)))
    for pattern in product((0, 1), repeat=2 * n):
        pairs = np.array(pattern).reshape(2, n)
        first = np.where(swaps == 0, pairs[0], pairs[1])
        share = Fraction(int((first.sum(axis=1) == 0).sum()), 2**n)
        assert share <= Fraction(1, 2 ** int(pairs.sum()))


def test_the_ghost_step_and_its_constant_8():
    """With n >= 8/eps a concept of error above eps shows eps n/2 errors with probability 1/2."""
    for eps in (0.05, 0.1, 0.3, 0.7):
        for n in range(ceil(8 / eps), ceil(8 / eps) + 20):
            least = ceil(eps * n / 2 - 1e-9)
            below = sum(comb(n, j) * eps**j * (1 - eps) ** (n - j) for j in range(least))
            assert below <= 4 / (eps * n) <= 1 / 2 + 1e-9
    assert 0.9 ** (2 / 0.1) * 10 > 1  # with n = 2/eps and rare errors nothing is sure


# --- the sample size


def enough(d, eps, delta):
    return max(4 / eps * log2(2 / delta), 8 * d / eps * log2(13 / eps))


def log_bound(n, d, eps):
    return 1 + d * log2(2 * e * n / d) - eps * n / 2


GRID = list(product((1, 2, 5, 30, 1000), (0.999, 0.5, 0.1, 0.003), (0.9, 0.1, 1e-9)))


@pytest.mark.parametrize(("d", "eps", "delta"), GRID)
def test_the_stated_number_and_all_larger_ones_are_enough(d, eps, delta):
    start = ceil(enough(d, eps, delta))
    assert start >= 8 / eps
    assert 2 * start >= d
    for n in (start, start + 1, 2 * start, 10 * start, 1000 * start):
        assert log_bound(n, d, eps) <= log2(delta)
        if n < 5_000:
            exact = 1 + log2(sauer_shelah_bound(2 * n, d)) - eps * n / 2
            assert exact <= log_bound(n, d, eps) + 1e-9


def test_smaller_constants_are_caught():
    def number(d, eps, a, b):
        return max(a / eps * log2(2 / 0.1), 8 * d / eps * log2(b / eps))

    assert all(log_bound(number(d, eps, 4, 13), d, eps) <= log2(0.1) for d, eps, _ in GRID)
    # 13 is nearly the least: already 12 is too small for eps near 1, where nothing is left over.
    u = 1 / 0.999
    assert 2 * log2(13 * u) > log2(16 * e * u * log2(13 * u))
    assert 2 * log2(12 * u) < log2(16 * e * u * log2(12 * u))
    # 4d in place of 8d fails where both parts of the sum are equally large.
    eps, delta = 0.1, 2 * 0.1 / 13
    assert log_bound(max(4 / eps * log2(2 / delta), 4 / eps * log2(13 / eps)), 1, eps) > log2(delta)


@pytest.mark.parametrize("n", [100, 1000])
def test_infinite_vc_dimension_is_caught(n):
    """All subsets of many points: the sample itself is consistent with f = 1, and all wrong."""
    N = 50 * n
    points = np.random.default_rng(n).integers(N, size=n)
    concept = np.zeros(N, dtype=int)
    concept[points] = 1
    assert concept[points].all()
    assert np.mean(concept != 1) >= 0.98
    assert stated(n, sauer_shelah_bound(2 * n, 2), 0.9) < 1e-6  # what any d = 2 would promise
