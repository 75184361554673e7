"""Proposition prop-scale: what a small scale does to free, stiff and short probes."""

import numpy as np
import pytest

from pacdistill.extraction import fit_probes, probe_basis

N = 400


def parts(seed):
    """Two centered orthogonal features of variance 1, and a target in the span of the first."""
    rng = np.random.default_rng(seed)
    columns = np.linalg.qr(np.hstack([np.ones((N, 1)), rng.normal(size=(N, 2))]))[0][:, 1:]
    return np.sqrt(N) * columns


@pytest.mark.parametrize("scale", [1, 0.1, 1e-3])
@pytest.mark.parametrize("ridge", [1e-4, 1e-2, 1])
@pytest.mark.parametrize("bound", [0.5, 5, 1e5])
def test_the_formulas_against_the_library(scale, ridge, bound):
    u, psi = parts(0).T
    features = np.stack([scale * u, psi], axis=1)
    stiff = probe_basis(features, ridge=ridge)
    lam = ridge * (scale**2 + 1) / 2
    got = stiff.explained(u[:, None], np.arange(N))[0] / N
    assert got == pytest.approx(scale**2 / (scale**2 + lam))
    short = fit_probes(features, u[:, None], ridge=0, norm_bound=bound)
    loss = ((short.predict(features)[:, 0] - u) ** 2).mean()
    assert loss == pytest.approx(max(0, 1 - bound * scale) ** 2, abs=1e-9)
    free = probe_basis(features, ridge=0)
    assert free.explained(u[:, None], np.arange(N))[0] == pytest.approx(N)


def test_free_probes_do_not_see_an_invertible_map_and_a_singular_one_they_do():
    rng = np.random.default_rng(1)
    phi, t = rng.normal(size=(N, 5)), rng.normal(size=(N, 3))
    rows = np.arange(N)
    before = probe_basis(phi, ridge=0).explained(t, rows)
    A, b = rng.normal(size=(5, 5)) * 10.0 ** -np.arange(5), rng.normal(size=5)
    assert probe_basis(phi @ A + b, ridge=0).explained(t, rows) == pytest.approx(before)
    A[:, 0] = 0
    assert (probe_basis(phi @ A, ridge=0).explained(t, rows) < before - 1e-3).any()
