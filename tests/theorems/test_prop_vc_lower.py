"""Proposition prop-vc-lower: what every learner needs, as a function of eps and delta."""

from fractions import Fraction
from itertools import product
from math import ceil, comb, floor, log

import numpy as np
import pytest

EPSILONS = (Fraction(1, 8), Fraction(1, 10), Fraction(1, 40), Fraction(1, 1000))


def failure(N, eps, n):
    """The least average probability, over all f, that the error exceeds eps: exactly.

    One heavy point and N light ones of weight 8 eps / N. The labels of the points not seen are
    fair coins, whatever the learner says there, and what it has seen it may get right. So with m
    light points seen, the number of its errors is binomial(N - m, 1/2), and it fails if more than
    N/8 of the light ones are wrong.
    """
    light = 8 * eps
    total = Fraction(0)
    for m in range(min(N, n) + 1):
        ways = sum(  # n draws see exactly m given light points, and perhaps the heavy one
            (-1) ** (m - j) * comb(m, j) * (1 - light + light * Fraction(j, N)) ** n
            for j in range(m + 1)
        )
        wrong = Fraction(sum(comb(N - m, k) for k in range(N - m + 1) if 8 * k > N), 2 ** (N - m))
        total += comb(N, m) * ways * wrong
    return total


@pytest.mark.parametrize("eps", EPSILONS)
@pytest.mark.parametrize("N", [1, 2, 5, 8, 16, 33])
def test_so_few_samples_fail_with_probability_1_in_14(N, eps):
    assert failure(N, eps, floor(Fraction(N, 32) / eps)) >= Fraction(1, 14)


def test_many_more_samples_are_caught():
    for eps in EPSILONS[:2]:
        assert failure(16, eps, floor(16 / eps)) < Fraction(1, 14)


def test_the_exact_probability_is_that_of_a_simulation_with_a_learner():
    N, eps, n, rng = 6, Fraction(1, 10), 8, np.random.default_rng(0)
    D = np.append(np.full(N, float(8 * eps) / N), float(1 - 8 * eps))
    f = rng.integers(2, size=(20_000, N + 1))
    counts = rng.multinomial(n, D, size=len(f))
    answer = np.where(counts > 0, f, 0)  # a memorizer
    failed = ((answer != f)[:, :N] @ D[:N] > float(eps) + 1e-12).mean()
    heavy_is_no_matter = float(failure(N, eps, n))
    assert failed == pytest.approx(heavy_is_no_matter, abs=0.015)


@pytest.mark.parametrize("eps", [Fraction(1, 2), Fraction(1, 10)])
def test_all_128_learners_of_two_samples_of_two_concepts(eps):
    """The concepts agree at a and differ at b, which has a weight of just above eps."""
    weight = eps + Fraction(1, 10**9)
    samples = {f: [tuple((x, f * (x == "b")) for x in pair) for pair in product("ab", repeat=2)]
               for f in (0, 1)}  # fmt: skip
    kinds = sorted(set(samples[0]) | set(samples[1]))
    assert len(kinds) == 7
    best = min(
        sum(  # both failures added up: half of it is what a learner with coins cannot avoid
            np.prod([weight if x == "b" else 1 - weight for x, _ in sample])
            for f in (0, 1)
            for sample in samples[f]
            if answer[kinds.index(sample)] != f
        )
        for answer in product((0, 1), repeat=7)
    )
    assert best == (1 - weight) ** 2


@pytest.mark.parametrize("delta", [0.4, 0.1, 0.01])
@pytest.mark.parametrize("eps", [0.5, 0.1, 0.01])
def test_the_stated_number_is_where_half_of_that_falls_to_delta(eps, delta):
    needed = log(1 / (2 * delta)) / log(1 / (1 - eps))
    for n in range(max(0, ceil(needed) - 3), ceil(needed) + 3):
        assert ((1 - eps) ** n / 2 <= delta + 1e-12) == (n >= needed - 1e-9)


def test_the_two_concepts_have_to_agree_somewhere():
    """If they differ everywhere, one example is enough for any eps and delta."""
    concepts = np.array([[0, 1, 1], [1, 0, 0]])
    for i, f in enumerate(concepts):
        for x in range(3):
            assert np.flatnonzero(concepts[:, x] == f[x]).tolist() == [i]
