"""Proposition prop-rare-literal: scores of an independent literal, on exact finite populations."""

import numpy as np
import pytest

from pacdistill.extraction import probe_basis, twisted_scores


def population(rng, k, m):
    """A random population, and a bit that is 1 for k copies of each of its points out of m."""
    base = int(rng.integers(12, 20))
    phi, label = rng.normal(size=(base, 4)), rng.integers(0, 2, base)
    label[:2] = 0, 1
    phi[:, 0] += 2 * label  # so that probes explain some of it
    bit = np.tile((np.arange(m) < k).astype(np.uint8), base)
    return np.repeat(phi, m, axis=0), np.repeat(label, m).astype(np.int8), bit


def score(phi, target):
    """By least squares with a constant; of a target that need not have mean 0."""
    A = np.column_stack([phi, np.ones(len(phi))])
    rest = target - A @ np.linalg.lstsq(A, target, rcond=1e-10)[0]
    return 1 - rest @ rest / (target @ target)


@pytest.mark.parametrize(("k", "m"), [(1, 2), (1, 3), (1, 10), (3, 10), (9, 10), (1, 40)])
def test_a_literal_scores_what_the_network_reads_of_itself_and_nothing_if_centered(k, m):
    rng = np.random.default_rng([k, m])
    for _ in range(20):
        phi, label, bit = population(rng, k, m)
        f = 1.0 - 2.0 * label
        g, p = f - f.mean(), k / m
        rho, chi = score(phi, g), 1.0 - 2.0 * bit
        assert rho > 0.1
        assert score(phi, chi * g) == pytest.approx((1 - 2 * p) ** 2 * rho, abs=1e-10)
        assert score(phi, (chi - chi.mean()) * g) == pytest.approx(0, abs=1e-10)
        library = twisted_scores(probe_basis(phi, ridge=0), bit[:, None], label, np.arange(len(f)))
        assert library[0] == pytest.approx((1 - 2 * p) ** 2 * rho, abs=1e-10)
        if m > 2:  # the square, and not 1 - 2p itself
            assert abs(score(phi, chi * g) - abs(1 - 2 * p) * rho) > 1e-4


def test_on_a_clause_with_features_that_are_cut_off_there():
    rng = np.random.default_rng(0)
    phi, label, bit = population(rng, 1, 8)
    other = population(rng, 4, 8)
    inside = np.repeat([1.0, 0.0], [len(phi), len(other[0])])
    f = 1.0 - 2.0 * label
    g = np.concatenate([f - f.mean(), np.zeros(len(other[0]))])
    chi = 1.0 - 2.0 * np.concatenate([bit, other[2]])
    both = np.column_stack([np.vstack([phi, other[0]]) * inside[:, None], inside])
    rho = score(phi, f - f.mean())
    assert score(both, chi * g) == pytest.approx(0.75**2 * rho, abs=1e-10)
    assert score(both, (chi - 0.75) * g) == pytest.approx(0, abs=1e-10)


def test_without_independence_a_centered_score_may_be_anything():
    phi, label, _ = population(np.random.default_rng(1), 1, 4)
    bit = (phi[:, 1] > 1).astype(np.uint8)  # read by the network, and rare
    f = 1.0 - 2.0 * label
    target = (bit - bit.mean()) * (f - f.mean())
    assert score(phi, target) > 0.05
