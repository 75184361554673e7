"""Theorem thm-no-free-lunch: half of the shattered points are not enough for any learner."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from pacdistill import enumerate_cube

QUARTER, EIGHTH, SEVENTH = Fraction(1, 4), Fraction(1, 8), Fraction(1, 7)


def random_learner(N, seed):
    """A learner that answers anything, drawn once for each sample; it may contradict it."""
    rng, memory = np.random.default_rng(seed), {}

    def answer(points, labels):
        return memory.setdefault((points, labels), rng.integers(2, size=N))

    return answer


def keep_seen(answer):
    def better(points, labels):
        return {**dict(enumerate(answer(points, labels))), **dict(zip(points, labels, strict=True))}

    return better


LEARNERS = {
    "zeros": lambda N: lambda points, labels: np.zeros(N, dtype=int),
    "memorizer": lambda N: keep_seen(lambda points, labels: [0] * N),
    "majority": lambda N: keep_seen(
        lambda points, labels: [int(2 * sum(labels) > len(labels))] * N
    ),
    "last label": lambda N: keep_seen(lambda points, labels: [labels[-1] if labels else 1] * N),
    "parity of the sum": lambda N: keep_seen(
        lambda points, labels: [(sum(labels) + x) % 2 for x in range(N)]
    ),
    "anything": lambda N: random_learner(N, 0),
    "anything, but right on the sample": lambda N: keep_seen(random_learner(N, 1)),
}


def play(learner, N, n, concepts):
    """For each f, E[err] and Pr[err > 1/8] over all N^n samples, exactly."""
    outcomes = []
    for f in concepts.tolist():
        errors = []
        for points in product(range(N), repeat=n):
            h = learner(points, tuple(f[x] for x in points))
            errors.append(Fraction(int(sum(int(h[x]) != f[x] for x in range(N))), N))
        chance = Fraction(1, len(errors))
        outcomes.append((sum(errors) * chance, sum(e > EIGHTH for e in errors) * chance))
    return outcomes


@pytest.mark.parametrize(("N", "n"), [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3)])
@pytest.mark.parametrize("name", LEARNERS)
def test_some_concept_defeats_each_learner(name, N, n):
    outcomes = play(LEARNERS[name](N), N, n, enumerate_cube(N))
    mean, tail = max(outcomes)
    assert mean >= QUARTER
    assert tail >= SEVENTH
    # The second claim follows for each f from the first.
    assert all(tail >= SEVENTH for mean, tail in outcomes if mean >= QUARTER)
    # What the proof shows: the average over all f.
    average = sum(mean for mean, _ in outcomes) / len(outcomes)
    assert average >= Fraction(N - n, 2 * N)
    exact = Fraction(1, 2) * Fraction(N - 1, N) ** n
    if name not in ("anything", "zeros"):  # right on the sample
        assert average == exact


def test_the_seventh_is_exact_as_a_consequence():
    """An error of 1 with probability 1/7, and of 1/8 else: its mean is 1/4, and less is caught."""
    assert SEVENTH + (1 - SEVENTH) * EIGHTH == QUARTER
    p = SEVENTH - Fraction(1, 1000)
    assert p + (1 - p) * EIGHTH < QUARTER


def random_consistent(N, n, concepts):
    """The worst E[err] of a learner that answers each consistent concept equally likely."""
    means = []
    for f in concepts:
        total = Fraction(0)
        for points in product(range(N), repeat=n):
            seen = list(points)
            left = concepts[(concepts[:, seen] == f[seen]).all(axis=1)]
            total += Fraction(int((left != f).sum()), N * len(left))
        means.append(total / N**n)
    return max(means)


@pytest.mark.parametrize("N", [4, 5])
def test_coins_help_no_further_and_enough_samples_are_caught(N):
    cube = enumerate_cube(N)
    for n in range(N):
        worst = random_consistent(N, n, cube)
        assert worst == Fraction(1, 2) * Fraction(N - 1, N) ** n
        assert worst >= QUARTER or n > N / 2
    assert worst < QUARTER  # n = N - 1


def test_a_class_that_does_not_shatter_is_caught():
    thresholds = np.tri(7, 6, -1, dtype=int)
    assert random_consistent(6, 3, thresholds) < QUARTER
    almost = enumerate_cube(2)[:3]  # all but one labeling of two points
    assert random_consistent(2, 1, almost) <= QUARTER
