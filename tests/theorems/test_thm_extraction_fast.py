"""Theorem thm-extraction-fast: fewer samples, with a logarithm of the number of features."""

from itertools import product
from math import exp, log

import numpy as np
import pytest
from scipy.stats import binomtest

from pacdistill import enumerate_cube
from pacdistill.extraction import extraction_probes, fast_extraction_samples, packing_bound

DELTA, D = 0.05, 6
CUBE = enumerate_cube(D)


def kl(q, p):
    return q * log(q / p) + (1 - q) * log((1 - q) / (1 - p))


@pytest.mark.parametrize(
    ("R", "b", "m"), list(product((0, 1, 4), (0.0, 0.5, 1.0, 30.0), (1, 64, 10**6)))
)
def test_the_bookkeeping_of_the_proof(R, b, m):
    d, gap = 100, 4.0**-R
    K = (2 * d + 1) ** R
    union = log(4 * (m + 1) * K / DELTA)
    n = 160 * 4**R * (b + 1) ** 2 * union
    if b > 0:
        assert fast_extraction_samples(d, R + 1, m, b, 1.0, DELTA) >= n
    lam = gap / (16 * (b + 1))
    assert 2 * (3 * gap / 32) + lam * (b + 1) <= gap / 4 * (1 + 1e-12)
    # the matrix inequality, for all K clauses
    assert n * lam / (8 * (b + 1 + lam)) >= union
    # Chernoff for the tree's own probes, at most K
    p = gap / (16 * (b + 1) ** 2)
    assert kl(1.5 * p, p) >= p / 9.25
    assert n * kl(1.5 * p, p) >= union
    assert 2 * K * exp(-union) <= DELTA / 2
    assert 1.5 * gap / 16 == 3 * gap / 32
    # a third of the 160 would not do
    assert n / 3 * kl(1.5 * p, p) < union


def features(seed, noise):
    rng = np.random.default_rng(seed)
    t = (CUBE[:, 0] & CUBE[:, 1]).astype(float)
    phi = np.column_stack([t, *rng.normal(size=(4, 64))]) + noise * rng.normal(size=(64, 5))
    return phi / np.linalg.norm(phi, axis=1).max(), t


@pytest.mark.parametrize("n", [300, 3_000])
def test_true_losses_are_at_most_twice_the_empirical_ones_and_a_little(n):
    """The failures are no more than matrix Chernoff says, for the lambda at which it says 0.2."""
    phi, t = features(n, 0.1)  # |phi| <= 1 and |w| <= 1: b = 1
    z, rng, runs = np.column_stack([phi, t]), np.random.default_rng(n), 200
    lam = next(x for x in np.geomspace(1e-3, 10, 400) if 6 * exp(-n * x / (8 * (2 + x))) <= 0.2)
    second, needed = z.T @ z / 64, []
    for _ in range(runs):
        share = rng.multinomial(n, np.full(64, 1 / 64)) / n
        needed.append(np.linalg.eigvalsh(second - 2 * (z.T * share) @ z)[-1])
    failures = int((np.array(needed) > lam).sum())
    assert binomtest(failures, runs).proportion_ci(0.999, method="exact").low <= 0.2
    # once instead of twice the empirical loss would need a far larger lambda
    once = np.linalg.eigvalsh(second - (z.T * share) @ z)[-1]
    assert once > max(needed[-1], 0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("depth", [2, 3])
def test_all_conclusions_at_its_numbers(extract, planted, seed, depth):
    R = depth - 1
    tree, inside, phi = planted(seed, depth, D, 2.0**-R / 4)
    B = float(np.linalg.norm(phi, axis=1).max())
    n = fast_extraction_samples(D, depth, phi.shape[1], 1.0, B, DELTA)
    n += int((tree.size * log(8 * D) + log(2 / DELTA)) / 0.05)
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(n, np.full(64, 1 / 64))
    theta = 3 * 4.0**-R / 32
    given = {"depth": depth, "leaves": tree.size, "norm": 1.0}
    found = extract(phi, tree.predict(CUBE), counts, theta=theta, **given)
    assert set(inside) <= found.kept
    assert all(found.count(k) <= packing_bound(k, 1.0, B) for k in range(1, depth))
    assert found.probes <= extraction_probes(D, depth, 1.0, B)
    assert found.error <= 0.05
    # A threshold below the losses loses the tree's clauses.
    small = extract(phi, tree.predict(CUBE), counts, theta=1e-6, **given)
    assert not set(inside) <= small.kept
    assert n < 256 * 16**R * (B + 1) ** 4 * 32  # and it asks for fewer than thm-extraction
