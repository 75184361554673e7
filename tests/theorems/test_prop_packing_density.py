"""Proposition prop-packing-density: the packing bound where the density is bounded below."""

from itertools import combinations, product

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.extraction import fit_probes, packing_bound

D = 5
CUBE = enumerate_cube(D).astype(int)
CHI = 1.0 - 2.0 * CUBE


def losses(phi, mass, k, tau):
    names = [(V, v) for V in combinations(range(D), k) for v in product((0, 1), repeat=k)]
    targets = np.stack([(CUBE[:, list(V)] == v).all(axis=1) for V, v in names], axis=1) * 1.0
    root = np.sqrt(mass)[:, None]
    fit = fit_probes(phi * root, targets * root, ridge=0, norm_bound=tau, constant=False)
    return mass @ (phi @ fit.weights - targets) ** 2


@pytest.mark.parametrize("seed", range(8))
def test_random_distributions(seed):
    rng = np.random.default_rng(seed)
    mass = rng.uniform(0.05, 1, 32) ** (1 + seed % 3)
    mass /= mass.sum()
    kappa = (1 / 32 / mass).max()
    sets = [V for i in range(3) for V in combinations(range(D), i)]
    seen = 0
    for phi in (
        rng.normal(size=(32, 12)),
        np.stack([CHI[:, list(V)].prod(axis=1) for V in sets], axis=1),
    ):
        square = (phi**2).sum() / 32
        assert square <= kappa * (mass @ phi**2).sum() * (1 + 1e-9)  # the last sentence
        for k, tau in product((0, 1, 2, 3), (0.1, 0.3, 1.0, 3.0)):
            count = (losses(phi, mass, k, tau) <= 4.0**-k / (4 * kappa)).sum()
            assert count <= packing_bound(k, tau, square**0.5) * 1.000001
            seen += count
    assert seen > 0


def test_under_uniform_bits_it_is_the_lemma_and_is_met():
    uniform = np.full(32, 1 / 32)
    phi = np.column_stack([CHI, np.full(32, 100.0)])  # a loud constant costs nearly nothing
    tau = float(np.hypot(1 / 4, 1 / 200))
    count = (losses(phi, uniform, 1, tau) <= 1 / 16 * (1 + 1e-6)).sum()
    assert count == 10
    assert packing_bound(1, 1 / 4, D**0.5) == pytest.approx(
        10
    )  # the constant is free: the variance counts


def test_where_some_points_never_come_nothing_is_bounded():
    """All bits are equal: one feature represents all clauses of ones."""
    mass = np.zeros(32)
    mass[[0, -1]] = 1 / 2
    phi = CUBE[:, :1].astype(float)
    for k in (2, 3, 4):
        positive = [
            mass @ (phi[:, 0] - CUBE[:, list(V)].all(axis=1)) ** 2
            for V in combinations(range(D), k)
        ]
        assert max(positive) == 0
    with np.errstate(divide="ignore"):
        assert np.isinf((1 / 32 / mass).max())
