"""Theorem thm-erm-realizable: so many examples that no consistent concept is bad."""

from fractions import Fraction
from itertools import combinations
from math import ceil, log

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.samples import enumerate_subsets, erm, erm_samples

CLASSES = {
    "cube": enumerate_cube(4),
    "singletons and 0": np.vstack([np.zeros((1, 6)), np.eye(6)]).astype(int),
    "thresholds": np.tri(8, 7, -1, dtype=int),
    "pairs": enumerate_subsets(5, 2).astype(int),
    "two": np.array([[0, 0], [0, 1]]),
}
WEIGHTS = ("uniform", "skewed", "just above eps")


def weights(kind, N, eps):
    if kind == "uniform":
        return [Fraction(1, N)] * N
    light = Fraction(1, 2) / (N - 1) if kind == "skewed" else eps + Fraction(1, 10**6)
    return [min(light, Fraction(1, N))] * (N - 1) + [1 - (N - 1) * min(light, Fraction(1, N))]


def bad_survives(concepts, f, D, eps, n):
    """The probability that a consistent concept errs by more than eps, exactly.

    By inclusion and exclusion over the sets of points that n draws may stay in: the number of
    concepts does not matter, only which sets of unseen points some bad concept needs.
    """
    N = len(D)
    wrong = np.unique(concepts != f, axis=0)
    bad = [set(np.flatnonzero(w)) for w in wrong if sum(D[i] for i in np.flatnonzero(w)) > eps]
    within = {
        seen: sum((D[i] for i in seen), Fraction(0)) ** n
        for m in range(N + 1)
        for seen in combinations(range(N), m)
    }
    total = Fraction(0)
    for seen in within:
        if any(not b & set(seen) for b in bad):
            total += sum(
                (-1) ** (len(seen) - m) * within[part]
                for m in range(len(seen) + 1)
                for part in combinations(seen, m)
            )
    return total


@pytest.mark.parametrize("kind", WEIGHTS)
@pytest.mark.parametrize("name", CLASSES)
def test_the_stated_number_is_enough_exactly(name, kind):
    concepts = CLASSES[name]
    for eps, delta in ((Fraction(1, 8), 0.1), (Fraction(1, 4), 0.3)):
        D = weights(kind, concepts.shape[1], eps)
        n = ceil((log(len(concepts)) + log(1 / delta)) / eps)
        assert n == erm_samples(len(concepts), float(eps), delta)
        for f in (concepts[0], concepts[len(concepts) // 2]):
            assert bad_survives(concepts, f, D, eps, n) <= delta


def test_the_exact_probability_is_that_of_a_simulation():
    concepts, rng = CLASSES["pairs"], np.random.default_rng(0)
    D = weights("uniform", 5, None)
    points = rng.integers(5, size=(20_000, 4))
    seen = np.array([[i in row for i in range(5)] for row in points.tolist()])
    wrong = concepts != concepts[0]
    failed = ((seen.astype(int) @ wrong.T == 0) & (wrong.mean(axis=1) > 0.3)).any(axis=1).mean()
    exact = float(bad_survives(concepts, concepts[0], D, Fraction(3, 10), 4))
    assert failed == pytest.approx(exact, abs=4 * 0.5 / 20_000**0.5)


def test_erm_is_a_consistent_learner_and_rarely_fails():
    concepts, rng = CLASSES["cube"], np.random.default_rng(1)
    n = erm_samples(16, 0.2, 0.1)
    points = rng.integers(4, size=(5_000, n))
    answer = concepts[erm(concepts, points, concepts[5][points], rng)]
    assert (np.take_along_axis(answer, points, axis=1) == concepts[5][points]).all()
    assert ((answer != concepts[5]).mean(axis=1) > 0.2).mean() <= 0.1


@pytest.mark.parametrize("wrong", ["without ln |G|", "without ln(1/delta)", "half of it"])
def test_smaller_numbers_are_caught(wrong):
    concepts, eps, delta = CLASSES["cube"], Fraction(1, 5), 0.05
    D = weights("just above eps", 4, eps)
    n = {
        "without ln |G|": log(1 / delta) / eps,
        "without ln(1/delta)": log(16) / eps,
        "half of it": (log(16) + log(1 / delta)) / eps / 2,
    }[wrong]
    assert bad_survives(concepts, concepts[0], D, eps, ceil(n)) > delta


def test_draws_that_are_not_independent_are_caught():
    """All examples equal: as many as one likes say no more than one."""
    concepts = CLASSES["cube"]
    once = bad_survives(concepts, concepts[0], [Fraction(1, 4)] * 4, Fraction(1, 5), 1)
    assert once == 1
