"""Theorem thm-agnostic-coin: one sample if one side never comes up, about 1/eps^2 if both do."""

from fractions import Fraction
from itertools import product
from math import ceil, comb, log

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from pacdistill.samples import coin_samples

GRID = [(eps, delta) for eps in (0.45, 0.3, 0.2, 0.1, 0.05) for delta in (0.24, 0.1, 0.01, 1e-4)]


def failure(n: int, t: Fraction) -> Fraction:
    """How likely the rule of part 3 fails on a coin with the gap t, sample by sample."""
    light, total = (1 - t) / 2, Fraction(0)
    for k in range(n + 1):  # how often the light side came up
        wrong = Fraction(1 if 2 * k > n else 0) if 2 * k != n else Fraction(1, 2)
        total += wrong * comb(n, k) * light**k * (1 - light) ** (n - k)
    return total


def least(eps: float, delta: float) -> int:
    """The least number of samples of any distiller (prop-coin-exact), found upward by scipy."""
    n = 1
    while binom.sf(n // 2, n, (1 - eps) / 2) > delta:
        n += 2
    return n


def distillers(n: int) -> list[dict[tuple[int, ...], int]]:
    """All deterministic distillers with n samples: which side's indicator for which sample."""
    samples = list(product((0, 1), repeat=n))
    return [dict(zip(samples, out, strict=True)) for out in product((0, 1), repeat=len(samples))]


def test_one_sample_is_enough_for_perfect_distillation_and_none_is_not():
    # Under the point mass on a side, the indicator of that side errs always, the other one never.
    failures = [[d[(side,)] == side for side in (0, 1)] for d in distillers(1)]
    assert [False, False] in failures
    # Without a sample every distiller fails under one of the two; a mixture p under (p, 1 - p).
    failures = [[d[()] == side for side in (0, 1)] for d in distillers(0)]
    assert sorted(failures) == [[False, True], [True, False]]


def test_the_scipy_oracle_is_the_exact_sum():
    for n in (1, 7, 20):
        for t in (Fraction(1, 10), Fraction(1, 2)):
            tie = float(binom.pmf(n / 2, n, float(1 - t) / 2)) / 2
            tail = float(binom.sf(n // 2, n, float(1 - t) / 2))
            assert tail + tie == pytest.approx(float(failure(n, t)))


@pytest.mark.parametrize(("eps", "delta"), GRID)
def test_no_distiller_does_with_less_than_the_lower_bound(eps, delta):
    assert (
        least(eps, delta)
        >= coin_samples(eps, delta)
        == pytest.approx(log(1 / (4 * delta)) / (3 * eps**2))
    )


def erm(tosses, rng):
    """The side that came up less often, a fair coin where they are equal, for each game."""
    lead = 2 * tosses.sum(axis=1) - tosses.shape[1]
    return np.where(lead == 0, rng.random(len(tosses)) < 0.5, lead < 0)


def last_toss(tosses, rng):
    return tosses[:, -1] == 0


def second_half(tosses, rng):
    return erm(tosses[:, tosses.shape[1] // 2 :], rng)


def in_favor_of_b(tosses, rng):
    """Output the indicator of b unless a came up clearly less often."""
    return tosses.mean(axis=1) < 0.45


@pytest.mark.parametrize("distiller", [erm, last_toss, second_half, in_favor_of_b])
@pytest.mark.parametrize(("eps", "delta"), [(0.1, 0.05), (0.05, 0.1), (0.1, 0.001)])
def test_each_distiller_fails_against_one_of_two_coins(distiller, eps, delta):
    """The adversary of the proof: it favors a or b. To output the likelier side is to fail."""
    n, games, rng = int(coin_samples(eps, delta)), 20_000, np.random.default_rng(0)
    worst = 0
    for a_is_likely in (True, False):
        heads = (1 + eps * 1.01) / 2 if a_is_likely else (1 - eps * 1.01) / 2
        tosses = rng.random((games, n)) < heads  # True: side a
        worst = max(worst, int((distiller(tosses, rng) == a_is_likely).sum()))
    assert binomtest(worst, games, delta, alternative="greater").pvalue < 1e-6


def test_a_better_constant_than_one_half_would_be_false():
    eps, delta = 0.2, 1e-9
    assert least(eps, delta) >= log(1 / (4 * delta)) / eps**2  # even 1 for 3 holds
    assert least(eps, delta) < 3 * log(1 / (4 * delta)) / eps**2  # 1/3 for 3 does not


@pytest.mark.parametrize(("eps", "delta"), GRID)
def test_the_rule_succeeds_with_the_upper_bound_whatever_the_coin(eps, delta):
    n = ceil(2 / eps**2 * log(1 / delta))
    for t in (eps, (eps + 1) / 2, 1):  # a gap of at most eps cannot fail
        assert binom.sf(n / 2 - 1, n, (1 - t) / 2) <= delta  # ties counted as failures


def test_half_the_upper_bound_is_not_enough():
    eps, delta = 0.1, 1e-6
    assert least(eps, delta) > 1 / eps**2 * log(1 / delta)


def test_the_divergence_is_at_most_3_t_squared_up_to_one_half():
    def divergence(t):
        return t * log((1 + t) / (1 - t))

    assert all(2 * t**2 <= divergence(t) <= 3 * t**2 for t in (k / 1000 for k in range(1, 501)))
    assert divergence(0.9) > 3 * 0.9**2  # not up to 1
    assert divergence(0.5) > 2 * 0.5**2  # not with 2


def test_one_sample_is_not_enough_without_the_promise():
    for light in (Fraction(1, 10), Fraction(2, 5)):
        assert failure(1, 1 - 2 * light) == light
