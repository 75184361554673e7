"""Theorem thm-pareto-upper: ERM over a dominating subset distills with its sample sizes."""

from itertools import combinations
from math import comb, log, log2

import numpy as np
import pytest
from scipy.stats import binom, binomtest, multinomial

from pacdistill import enumerate_cube
from pacdistill.samples import erm_samples, pareto_frontier, vc_dimension

CUBE = enumerate_cube(3)
GRID = [(a, b, 8 - a - b) for a in range(9) for b in range(9 - a)]
CLASSES = [list(c) for size in range(1, 9) for c in combinations(range(8), size)]


def failure(P, masses, allowed, n):
    """The exact failure of ERM over sets of errors on three points, with the worst ties."""
    counts = np.array([(i, j, n - i - j) for i in range(n + 1) for j in range(n + 1 - i)])
    chance = multinomial(n, masses).pmf(counts)
    wrong = counts @ P.T
    could_be_taken = wrong == wrong.min(axis=1, keepdims=True)
    return chance[(could_be_taken & (P @ masses > allowed + 1e-12)).any(axis=1)].sum()


def worst_failure(concepts, P, eps, n, *, agnostic):
    """Over all distributions of the grid that the task asks for; the source is 0."""
    worst = 0.0
    for split in GRID:
        masses = np.array(split) / 8
        best = (concepts @ masses).min()
        if agnostic or best == 0:
            worst = max(worst, failure(P, masses, best + eps if agnostic else eps, n))
    return worst


@pytest.mark.parametrize(("agnostic", "eps", "delta"), [(False, 0.3, 0.3), (True, 0.6, 0.3)])
def test_on_all_classes_on_three_points(agnostic, eps, delta):
    """What matters is the class of the disagreement sets, so the source may be 0."""
    nontrivial = 0
    for members in CLASSES[:: 3 if agnostic else 1]:
        concepts = CUBE[members]
        P = concepts[pareto_frontier(concepts, np.zeros(3))]
        n = erm_samples(len(P), eps, delta, agnostic=agnostic)
        found = worst_failure(concepts, P, eps, n, agnostic=agnostic)
        assert found <= delta
        nontrivial += found > 0
    assert nontrivial > 10


def test_a_subset_that_is_not_dominating_fails_with_any_number_of_samples():
    concepts = np.eye(3, dtype=int)
    for agnostic in (False, True):
        found = worst_failure(concepts, concepts[1:], 0.3, 60, agnostic=agnostic)
        assert found == pytest.approx(1)


def all_seen(n, m, p):
    """The chance that n draws see each of m points of mass p."""
    return sum((-1) ** j * comb(m, j) * (1 - j * p) ** n for j in range(m + 1))


def test_the_perfect_bound_holds_where_it_is_nearly_sharp_and_a_tenth_less_does_not():
    """15 single points, of which one has no mass and the others slightly more than eps."""
    eps, delta, m = 0.05, 0.1, 15
    n = erm_samples(m, eps, delta)
    assert n == int(np.ceil((log(m) + log(1 / delta)) / eps))
    assert 1 - all_seen(n, m - 1, 0.0501) <= delta < 1 - all_seen(int(0.9 * n), m - 1, 0.0501)


def test_the_agnostic_bound_holds_for_a_coin_and_a_quarter_of_it_does_not():
    """Two points, the errors of two targets, with masses that differ by slightly more than eps."""
    eps, delta = 0.1, 0.01
    n = erm_samples(2, eps, delta, agnostic=True)

    def wrong(n):
        return binom(n, 0.5 - 0.0501).sf((n - 1) // 2)  # at least half of the draws

    assert wrong(n) <= delta < wrong(n // 4)


def test_with_the_vc_dimension_in_place_of_the_number_of_targets():
    """Windows of 40 of 400 points on a circle: 400 targets, none dominated, dimension 2."""
    N, width, eps, delta = 400, 40, 0.05, 0.1
    at = (np.arange(N)[:, None] + np.arange(width)) % N
    windows = np.zeros((N, N), dtype=np.uint8)
    np.put_along_axis(windows, at, 1, axis=1)
    assert len(pareto_frontier(windows, np.zeros(N))) == N
    d = vc_dimension(windows)
    assert d == 2
    n = int(np.ceil(max(4 / eps * log2(2 / delta), 8 * d / eps * log2(13 / eps))))
    rng = np.random.default_rng(0)
    masses = (1 - windows[0]) / (N - width)

    def failures(n, games=300):
        seen = rng.multinomial(n, masses, size=games) > 0
        consistent = ~(seen @ windows.T.astype(int)).astype(bool)
        return int((consistent & (windows @ masses > eps)).any(axis=1).sum())

    assert binomtest(failures(n), 300, delta, alternative="greater").pvalue > 0.001
    assert binomtest(failures(20), 300, delta, alternative="greater").pvalue < 0.001
