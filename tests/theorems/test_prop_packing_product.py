"""Proposition prop-packing-product: the packing bound for independent, biased bits."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.extraction import fit_probes

D = 5
CUBE = enumerate_cube(D).astype(int)


def weigh(p):
    return np.where(CUBE == 1, p, 1 - p).prod(axis=1)


@pytest.mark.parametrize("a", [0.5, 0.35, 0.2, 0.05])
def test_all_clauses_of_5_bits(a):
    rng = np.random.default_rng(int(100 * a))
    seen = 0
    for trial in range(4):
        p = rng.choice([a, 1 - a], D) if trial % 2 else rng.uniform(a, 1 - a, D)
        mass = weigh(p)
        e = (CUBE - p) / np.sqrt(p * (1 - p))
        pairs = np.stack([e[:, i] * e[:, j] for i, j in combinations(range(D), 2)], axis=1)
        for phi in (rng.normal(size=(32, 10)), e, np.column_stack([e, pairs])):
            phi = phi - mass @ phi  # so the constant is the mean of the target
            square = (mass @ phi**2).sum()
            root = np.sqrt(mass)[:, None]
            for k in (1, 2, 3):
                names = [
                    (V, v) for V in combinations(range(D), k) for v in product((0, 1), repeat=k)
                ]
                targets = np.stack([(CUBE[:, list(V)] == v).all(axis=1) for V, v in names], axis=1)
                targets = targets - mass @ targets
                for tau in (0.02, 0.1, 0.5, 2.0):
                    # least squares with weights: rows times their roots
                    fit = fit_probes(
                        phi * root, targets * root, ridge=0, norm_bound=tau, constant=False
                    )
                    loss = mass @ (phi @ fit.weights - targets) ** 2
                    good = loss <= (a * (1 - a)) ** k / 4
                    used = {names[j][0] for j in np.flatnonzero(good)}
                    bound = 4 * tau**2 * square / (a * (1 - a)) ** k
                    assert len(used) <= bound * 1.000001
                    assert good.sum() <= 2**k * bound * 1.000001
                    seen += len(used)
    assert seen > 0


@pytest.mark.parametrize("a", [Fraction(1, 2), Fraction(1, 4), Fraction(1, 100)])
def test_the_bits_meet_it(a):
    """phi = the d standardized bits, half of each clause's part: loss a(1-a)/4, d sets."""
    variance = a * (1 - a)
    for x, mass in ((0, 1 - a), (1, a)):  # x_i = a + sigma e_i; the probe reads a + sigma/2 e_i
        assert (x - a) ** 2 / 4 == (Fraction(x) - (a + (x - a) / 2)) ** 2
        assert mass > 0
    loss = ((1 - a) * a**2 + a * (1 - a) ** 2) / 4
    assert loss == variance / 4
    d = 50
    assert 4 * (variance / 4) * d / variance == d  # 4 tau^2 B^2 / (a(1-a)) is the count


def test_the_threshold_of_fair_bits_is_too_large_for_rare_ones():
    """At p = 1/10 the constant 0 has a loss of 1/100 < 4^-2/4 on every pair of ones."""
    mass = weigh(np.full(D, 0.1))
    losses = [mass @ (CUBE[:, i] * CUBE[:, j]) for i, j in combinations(range(D), 2)]
    assert max(losses) < 4**-2 / 4
    assert max(losses) > (0.1 * 0.9) ** 2 / 4
