"""Lemma lem-avoid-seen: given the sample, no half-set meets U less than one that avoids it."""

from fractions import Fraction
from itertools import product
from math import comb

import pytest

from pacdistill.samples import enumerate_subsets

CASES = [(2, 1), (4, 1), (4, 2), (6, 2), (6, 3), (8, 2)]


def half_sets(N):
    return [frozenset(row.nonzero()[0].tolist()) for row in enumerate_subsets(N, N // 2)]


def posterior(sample, prior):
    """Bayes' rule, with the chance of the sequence under each U."""
    weights = {
        U: p * Fraction(1, len(U)) ** len(sample) if set(sample) <= U else Fraction(0)
        for U, p in prior.items()
    }
    total = sum(weights.values())
    return {U: weight / total for U, weight in weights.items() if weight}


def tails(T, belief, N):
    """Pr[|T and U| > t] for t = 0, 1, ..., N/2."""
    return [
        sum((p for U, p in belief.items() if len(T & U) > t), Fraction(0))
        for t in range(N // 2 + 1)
    ]


def stated(N, s):
    """The same for H_s: N/2 draws without replacement from N - s points, N/2 - s of them marked."""
    M = N // 2
    chance = [Fraction(comb(M - s, h) * comb(M, M - h), comb(N - s, M)) for h in range(M + 1)]
    assert sum(chance) == 1
    return [sum(chance[t + 1 :], Fraction(0)) for t in range(M + 1)]


@pytest.mark.parametrize(("N", "n"), CASES)
def test_for_every_sample_and_every_half_set(N, n):
    halves = half_sets(N)
    prior = dict.fromkeys(halves, Fraction(1, len(halves)))
    samples = [one for one in product(range(N), repeat=n) if len(set(one)) <= N // 2]
    for sample in samples[:: 1 if len(samples) < 100 else 7]:
        belief, s = posterior(sample, prior), len(set(sample))
        bound = stated(N, s)
        assert sum(bound) == Fraction(N, 2) * Fraction(N // 2 - s, N - s)  # the mean
        for T in halves:
            found = tails(T, belief, N)
            assert all(a >= b for a, b in zip(found, bound, strict=True))
            if not T & set(sample):
                assert found == bound
            else:
                assert sum(found) > sum(bound)


def test_repetitions_count_once():
    halves = half_sets(6)
    prior = dict.fromkeys(halves, Fraction(1, len(halves)))
    assert posterior((2, 2, 2), prior) == posterior((2,), prior)


def test_another_prior_breaks_it():
    """If U is one of two half-sets only, one sample may tell which."""
    U, other = frozenset({0, 1, 2}), frozenset({3, 4, 5})
    belief = posterior((0,), {U: Fraction(1, 2), other: Fraction(1, 2)})
    assert sum(tails(other, belief, 6)) == 0 < sum(stated(6, 1))


def test_a_wrong_number_of_points_is_noticed():
    """The mean with N - 1 or N in the place of N - s is not what happens."""
    belief = posterior((0, 1), dict.fromkeys(half_sets(8), Fraction(1, 70)))
    mean = sum(tails(frozenset({4, 5, 6, 7}), belief, 8))
    assert mean == 4 * Fraction(2, 6)
    assert mean not in (4 * Fraction(2, 7), 4 * Fraction(2, 8))
