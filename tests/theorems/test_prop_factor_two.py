"""Proposition prop-factor-two: two lazy distillers that use up 2 eps1 + eps2, computed exactly."""

from math import ceil, log

import numpy as np
import pytest
from scipy.stats import binom

CASES = [
    # eps1, eps2, delta1, delta2, gamma
    (0.2, 0.2, 0.05, 0.05, 0.3),
    (0.3, 0.4, 0.1, 0.2, 0.2),
    (0.05, 0.5, 0.3, 0.01, 0.3),
    (0.4, 0.1, 0.01, 0.3, 0.6),
]


def setting(eps1, eps2, delta1, delta2, gamma):
    t = min(gamma / 6, eps1 / 4, eps2)
    return t, ceil(log(1 / delta1) / (2 * t**2)), ceil(2 * log(1 / delta2) / t**2)


def first_is_lazy(a, n1, limit):
    """Pr[the share of point a in n1 samples is at most limit]: then A outputs 1_{a}."""
    return binom.cdf(np.floor(limit * n1 + 1e-9), n1, a)


def second_is_lazy(a, c, n2, limit):
    """Pr[the shares differ by p(c) - p(a) <= limit]: then B outputs 1_{a,c}."""
    both = np.arange(n2 + 1)  # how many samples are a or c; of these, c has a share
    share = c / (a + c) if a + c > 0 else 0.0
    most = np.floor((both + limit * n2 + 1e-9) / 2)
    return binom.pmf(both, n2, a + c) @ binom.cdf(most, both, share)


@pytest.mark.parametrize("case", CASES)
def test_both_keep_their_promises_under_all_distributions(case):
    eps1, eps2, delta1, delta2, _ = case
    t, n1, n2 = setting(*case)
    masses = np.unique(np.round(np.concatenate([np.linspace(0, 1, 41), [eps1 + 1e-6, eps2]]), 9))
    for a in masses:
        # A: the error is D(a) if it is lazy, and 0 if not.
        if a > eps1:
            assert first_is_lazy(a, n1, eps1 - t) <= delta1
        # B with the source 1_{a}: 0 errs by D(a), 1_{a,c} by D(c).
        for c in masses[masses <= 1 - a][::3]:
            lazy = second_is_lazy(a, c, n2, eps2 - t)
            failed = (c - min(a, c) > eps2) * lazy + (a - min(a, c) > eps2) * (1 - lazy)
            assert failed <= delta2 + 1e-12


@pytest.mark.parametrize("case", CASES)
def test_one_after_the_other_they_err_by_almost_2_eps1_plus_eps2(case):
    eps1, eps2, delta1, delta2, gamma = case
    t, n1, n2 = setting(*case)
    a, c = eps1 - 2 * t, eps1 + eps2 - 4 * t
    assert min(a, c) >= 0
    assert a + c <= 1
    assert first_is_lazy(a, n1, eps1 - t) >= 1 - delta1
    assert second_is_lazy(a, c, n2, eps2 - t) >= 1 - delta2
    error, best = a + c, 0  # of 1_{a,c} and of 0, from f = 0
    assert error >= best + 2 * eps1 + eps2 - gamma - 1e-12
    assert error <= best + 2 * eps1 + eps2  # as prop-composition says


def test_the_error_goes_beyond_every_smaller_factor():
    eps1 = eps2 = 0.2
    for factor in (1, 1.5, 1.9):
        t, *_ = setting(eps1, eps2, 0.1, 0.1, gamma=(2 - factor) * eps1 / 2)
        assert 2 * eps1 + eps2 - 6 * t > factor * eps1 + eps2


def test_with_a_tenth_of_the_samples_they_break_their_promises():
    eps1, eps2, delta1, delta2, _ = CASES[0]
    t, n1, n2 = setting(*CASES[0])
    assert first_is_lazy(eps1 + 1e-6, n1 // 10, eps1 - t) > delta1
    a, c = eps1, eps1 + eps2 + 1e-6
    assert second_is_lazy(a, c, n2 // 20, eps2 - t) > delta2
