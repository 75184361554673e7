"""Proposition prop-pruned-extraction: what is not represented costs half of its mass."""

import numpy as np
import pytest

from pacdistill import enumerate_cube, parity_tree
from pacdistill.extraction import extraction_probes, fit_probes, packing_bound

D, N = 6, 10**9  # more samples than the theorem asks for, as counts
CUBE = enumerate_cube(D)


def represented(phi, clauses, eta):
    """Which clauses have a probe of norm 1 at most with a true loss of at most eta."""
    t = np.stack([clause.holds(CUBE) for clause in clauses], axis=1).astype(float)
    fits = fit_probes(phi, t, ridge=0, norm_bound=1.0, constant=False)
    return ((fits.predict(phi) - t) ** 2).mean(axis=0) <= eta


@pytest.mark.parametrize("flips", [0, 6])
@pytest.mark.parametrize("seed", range(8))
def test_half_of_the_mass_that_is_not_represented(extract, planted, seed, flips):
    depth, rng = 3, np.random.default_rng(seed)
    tree, inside, phi = planted(seed, depth, D, 0.05)
    phi = phi[:, rng.random(len(inside)) < 0.5]
    phi = np.column_stack([phi, rng.normal(size=(64, 1)) / 10])
    good = represented(phi, inside, 4.0**-2 / 16)
    hidden = [clause.holds(CUBE) for clause, fine in zip(inside, good, strict=True) if not fine]
    rho = float(np.any(hidden, axis=0).mean()) if hidden else 0.0
    y = tree.predict(CUBE)
    y[rng.permutation(64)[:flips]] ^= 1
    counts = rng.multinomial(N, np.full(64, 1 / 64))
    theta = 4.0**-2 / 8
    given = {"depth": depth, "leaves": tree.size, "theta": theta, "norm": 1.0}
    found = extract(phi, y, counts, **given)
    B = float(np.linalg.norm(phi, axis=1).max())
    assert found.error <= flips / 64 + rho / 2 + 1e-3
    assert all(found.count(k) <= packing_bound(k, 1.0, B) for k in (1, 2))
    assert found.probes <= extraction_probes(D, depth, 1.0, B)


def test_half_cannot_be_less(extract):
    tree = parity_tree((1, 4))
    counts = np.random.default_rng(0).multinomial(N, np.full(64, 1 / 64))
    blank = np.column_stack([np.full(64, 1e-6)])
    y = tree.predict(CUBE)
    found = extract(blank, y, counts, depth=2, leaves=4, theta=1 / 32, norm=1.0)
    assert len(found.kept) == 1
    assert found.error == 0.5  # rho = 1: both clauses below the root
    tests = [c for c in tree.clauses() if len(c) == 1]
    assert np.any([c.holds(CUBE) for c in tests], axis=0).mean() == 1
