"""Proposition prop-small-opt: ERM needs (4 opt/eps^2 + 2/eps) ln(|P|/delta) samples."""

from math import ceil, log, sqrt

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from pacdistill.samples import disagreement_sets, erm, pareto_frontier

OPTS = [0.0, 0.001, 0.01, 0.05, 0.2, 0.4]


def by_duel(opt: float, eps: float, size: int, delta: float) -> int:
    return ceil(log(size / delta) / (sqrt(opt + eps) - sqrt(opt)) ** 2)


def simple(opt: float, eps: float, size: int, delta: float) -> int:
    return ceil((4 * opt / eps**2 + 2 / eps) * log(size / delta))


def two_targets_fail(n: int, opt: float, eps: float) -> float:
    """How likely ERM may fail on masses (opt + eps, opt, rest); a tie is a failure."""
    tosses = np.arange(n + 1)  # samples that are not c
    light = opt / (2 * opt + eps)
    return float(binom.pmf(tosses, n, 2 * opt + eps) @ binom.sf(tosses / 2 - 1e-9, tosses, light))


@pytest.mark.parametrize("opt", OPTS)
@pytest.mark.parametrize("eps", [0.19, 0.05])
@pytest.mark.parametrize("delta", [0.3, 0.01])
def test_two_targets_exactly(opt, eps, delta):
    n = by_duel(opt, eps, 2, delta)
    assert n <= simple(opt, eps, 2, delta)
    assert two_targets_fail(n, opt, eps) <= delta
    assert two_targets_fail(n, opt, eps + 1e-6) <= delta  # and so beyond eps


@pytest.mark.parametrize("seed", range(8))
def test_erm_over_the_frontier_of_a_random_class(seed):
    rng = np.random.default_rng(seed)
    N, eps, delta = 12, 0.1, 0.2
    concepts, f = (rng.random((60, N)) < 0.35).astype(int), np.zeros(N, dtype=int)
    masses = rng.dirichlet(np.full(N, 0.5))
    errors = disagreement_sets(concepts, f) @ masses
    P = concepts[pareto_frontier(concepts, f)]
    errors_of_p = P @ masses
    assert errors_of_p.min() == pytest.approx(errors.min())  # a dominating set loses nothing
    n = by_duel(errors.min(), eps, len(P), delta)
    points = rng.choice(N, p=masses, size=(2_000, n))
    chosen = erm(P, points, np.zeros_like(points), rng)
    failures = int((errors_of_p[chosen] > errors.min() + eps).sum())
    assert binomtest(failures, 2_000).proportion_ci(0.999, method="exact").low <= delta


@pytest.mark.parametrize("opt", [0.2, 0.4])
def test_without_the_term_with_opt_it_fails(opt):
    eps, delta = 0.05, 0.01
    assert two_targets_fail(ceil(2 / eps * log(2 / delta)), opt, eps) > delta


def test_a_quarter_of_the_samples_is_not_enough():
    eps, delta = 0.05, 1e-6
    for opt in (0.0, 0.4):
        assert two_targets_fail(simple(opt, eps, 2, delta) // 4, opt, eps) > delta
