"""The measured sample complexity: its interval against families whose complexity is known."""

from math import ceil, comb, log

import numpy as np
import pytest
from scipy.stats import binom

from pacdistill.samples import SampleComplexity, sample_complexity


def never_seen(p):
    """Games that fail if an event of probability p is not seen: (1 - p)^n."""

    def fails(n, trials, rng):
        return (rng.random((trials, n)) >= p).all(axis=1)

    return fails, lambda delta: ceil(log(delta) / log(1 - p))


def coupons(m):
    """Games that fail if one of m coupons is missing: by inclusion and exclusion."""

    def fails(n, trials, rng):
        got = np.zeros((trials, m), dtype=bool)
        got[np.arange(trials)[:, None], rng.integers(m, size=(trials, n))] = True
        return ~got.all(axis=1)

    def failure(n):
        return -sum((-1) ** k * comb(m, k) * (1 - k / m) ** n for k in range(1, m + 1))

    return fails, lambda delta: next(n for n in range(1000) if failure(n) <= delta)


def majority(p):
    """Games that fail if a coin of bias p has no majority in 2 n + 1 throws."""

    def fails(n, trials, rng):
        return rng.binomial(2 * n + 1, p, size=trials) <= n

    return fails, lambda delta: next(n for n in range(1000) if binom.cdf(n, 2 * n + 1, p) <= delta)


FAMILIES = {
    "never seen, 1/2": never_seen(0.5),
    "never seen, 1/20": never_seen(0.05),
    "coupons, 5": coupons(5),
    "majority, 0.6": majority(0.6),
}


@pytest.mark.parametrize(("name", "delta"), list(zip(FAMILIES, (0.05, 0.3, 0.1, 0.2), strict=True)))
def test_the_interval_holds_the_truth_as_often_as_it_says(name, delta):
    fails, truth = FAMILIES[name]
    held, runs = 0, 20
    for seed in range(runs):
        found = sample_complexity(
            fails, delta, np.random.default_rng(seed), trials=1_000, confidence=0.9
        )
        held += found.low <= truth(delta) <= found.high
        assert found.high <= 2 * truth(delta) + 2  # it is no interval that says nothing
    assert binom.cdf(held, runs, 0.9) > 1e-4


def test_the_interval_can_miss():
    """Games that lie: what they measure is another number."""
    fails, _ = never_seen(0.05)
    _, truth = never_seen(0.025)
    found = sample_complexity(fails, 0.1, np.random.default_rng(0), trials=2_000)
    assert found.high < truth(0.1)


def test_more_games_narrow_the_interval_and_more_confidence_widens_it():
    _, truth = never_seen(0.01)
    width = {}
    for trials, confidence in [(300, 0.9), (300, 0.9999), (30_000, 0.9)]:
        found = sample_complexity(
            lambda n, count, rng: rng.random(count) < 0.99**n,
            0.1,
            np.random.default_rng(1),
            trials=trials,
            confidence=confidence,
        )
        assert found.low <= truth(0.1) <= found.high
        width[trials, confidence] = found.high - found.low
    assert width[30_000, 0.9] < width[300, 0.9] < width[300, 0.9999]


def test_no_sample_at_all_can_be_enough():
    found = sample_complexity(
        lambda n, trials, rng: np.zeros(trials), 0.05, np.random.default_rng(0), trials=400
    )
    assert (found.low, found.high) == (0, 0)
    assert found.failures[0] == 0


def test_one_sample_is_told_from_none():
    found = sample_complexity(
        lambda n, trials, rng: np.full(trials, n == 0), 0.05, np.random.default_rng(0), trials=400
    )
    assert (found.low, found.high) == (1, 1)
    assert found.failures == {0: 400, 1: 0}


@pytest.mark.parametrize("most", [1, 20, 100])
def test_games_that_always_fail_are_an_error_that_says_how_far_it_went(most):
    with pytest.raises(ValueError, match=f"{most} samples are not seen to be enough: 50 of 50"):
        sample_complexity(
            lambda n, trials, rng: np.ones(trials),
            0.1,
            np.random.default_rng(0),
            trials=50,
            most=most,
        )


def test_so_few_games_that_nothing_can_be_seen_are_an_error():
    with pytest.raises(ValueError, match="more trials"):
        sample_complexity(
            lambda n, trials, rng: np.zeros(trials), 0.01, np.random.default_rng(0), trials=5
        )


def test_the_largest_size_that_is_tried_is_the_largest_allowed():
    sizes = []

    def fails(n, trials, rng):
        sizes.append(n)
        return np.full(trials, n < 100)

    found = sample_complexity(fails, 0.1, np.random.default_rng(0), trials=100, most=100)
    assert (found.low, found.high, max(sizes)) == (100, 100, 100)
    assert len(sizes) == len(set(sizes)) == len(found.failures)  # no size is played twice


@pytest.mark.parametrize("shape", [(), (1,), (99,), (100, 1)])
def test_games_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"shape \(100,\)"):
        sample_complexity(
            lambda n, trials, rng: np.zeros(shape), 0.1, np.random.default_rng(0), trials=100
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"delta": 0},
        {"delta": 1},
        {"delta": np.nan},
        {"confidence": 0},
        {"confidence": 1},
        {"trials": 0},
        {"most": 0},
        {"most": 2**30 + 1},
    ],
    ids=str,
)
def test_parameters_out_of_range_are_refused(wrong):
    parameters = {"delta": 0.1} | wrong
    with pytest.raises(ValueError, match="are needed"):
        sample_complexity(
            lambda n, trials, rng: np.zeros(trials), rng=np.random.default_rng(0), **parameters
        )


def test_the_same_seed_gives_the_same_answer():
    fails, _ = coupons(4)
    first, second = (
        sample_complexity(fails, 0.1, np.random.default_rng(5), trials=200) for _ in range(2)
    )
    assert first == second
    assert isinstance(first, SampleComplexity)
    assert first.trials == 200
    assert list(first.failures) == sorted(first.failures)
