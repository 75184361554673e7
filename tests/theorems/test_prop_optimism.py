"""Proposition prop-optimism: how much of pure noise a probe explains."""

from itertools import product

import numpy as np
import pytest

from pacdistill.extraction import fit_probes, probe_basis


@pytest.mark.parametrize("m", [1, 3, 5])
@pytest.mark.parametrize("equal", [True, False])
def test_the_mean_over_all_signs(m, equal):
    n, rng = 9, np.random.default_rng(m)
    phi = rng.normal(size=(n, m))
    g = np.ones(n) if equal else rng.normal(size=n)
    design = np.hstack([np.ones((n, 1)), phi])
    hat = design @ np.linalg.pinv(design)
    signs = np.array(list(product((-1.0, 1.0), repeat=n)))
    targets = (signs * g).T
    energy = ((hat @ targets) ** 2).sum(axis=0) / (g @ g)
    assert energy.mean() == pytest.approx((g**2 @ np.diag(hat)) / (g @ g))
    if equal:
        assert energy.mean() == pytest.approx((m + 1) / n)
        assert energy.mean() != pytest.approx(m / n)
    library = probe_basis(phi, ridge=0).explained(targets, np.arange(n)) / (g @ g)
    assert library == pytest.approx(energy)


@pytest.mark.parametrize("m", [4, 7, 12])
def test_with_too_few_samples_everything_is_explained_and_with_more_it_is_not(m):
    rng = np.random.default_rng(m)
    n = m + 1
    phi, t = rng.normal(size=(n, m)), rng.choice([-1.0, 1.0], size=n)
    design = np.hstack([np.ones((n, 1)), phi])
    assert design @ np.linalg.solve(design, t) == pytest.approx(t)
    with pytest.raises(ValueError, match="too few"):
        probe_basis(phi)
    with pytest.raises(ValueError, match="too few"):
        fit_probes(phi, t[:, None])
    more = rng.normal(size=(2 * n, m))
    t = rng.choice([-1.0, 1.0], size=2 * n)
    assert probe_basis(more, ridge=0).explained(t[:, None], np.arange(2 * n))[0] < 2 * n - 0.01
