"""Proposition prop-noisy-labels: labels that are flipped shrink every score by one factor."""

from fractions import Fraction

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.cube import character

X = enumerate_cube(5)


def moments(design, t, square):
    """The score of a target with conditional mean t and squared norm `square`, over the cube."""
    fitted = design @ np.linalg.lstsq(design, t, rcond=1e-10)[0]
    return (fitted**2).mean() / square


@pytest.mark.parametrize("eta", [0, 0.1, 0.25, 0.5])
@pytest.mark.parametrize("seed", range(4))
def test_the_factor_over_all_outcomes_of_the_noise(eta, seed):
    rng = np.random.default_rng(seed)
    f = rng.choice([-1.0, 1.0], size=len(X), p=[0.3, 0.7])
    phi = np.hstack([np.ones((len(X), 1)), rng.normal(size=(len(X), 4))])
    mu, rho = f.mean(), 1 - 2 * eta
    V = 1 - mu**2
    for i in range(5):
        chi = character(X, (i,)).astype(float)
        clean = moments(phi, chi * (f - mu), V)
        # Both labels of each point, with their probabilities: nothing is sampled.
        values = np.stack([f, -f])
        weights = np.array([1 - eta, eta])[:, None] / len(X)
        mean = (weights * values).sum()
        g = values - mean
        square = (weights * g**2).sum()
        assert mean == pytest.approx(rho * mu)
        noisy = moments(phi, chi * (weights * g).sum(axis=0) * len(X), square)
        assert noisy == pytest.approx(rho**2 * V / (1 - rho**2 * (1 - V)) * clean, abs=1e-12)
        if 0 < eta < 0.5 and abs(mu) > 0.2:  # the factor for balanced labels is wrong here
            assert abs(noisy - rho**2 * clean) > 1e-6


def test_the_ceiling_of_every_fidelity():
    eta = Fraction(1, 5)
    for agrees in (Fraction(0), Fraction(1, 2), Fraction(9, 10), Fraction(1)):
        noisy = agrees * (1 - eta) + (1 - agrees) * eta
        assert noisy == eta + (1 - 2 * eta) * agrees <= 1 - eta
