"""Lemma lem-probe-deviation: losses of all probes of many targets at once."""

from math import log, sqrt

import numpy as np
import oracles
import pytest
from scipy.stats import binomtest

from pacdistill import Clause, enumerate_cube


def bound(b, K, delta, n):
    return (b + 1) ** 2 * (4 + sqrt(log(2 * K / delta) / 2)) / sqrt(n)


def largest(A, a, c, norm):
    """The largest |w'Aw - 2 a'w + c| over |w| <= norm, by the secular equation."""
    s, V = np.linalg.eigh(A)
    best = 0.0
    for sign in (1.0, -1.0):
        v, g, top = sign * s, -sign * (V.T @ a), max((sign * s).max(), 0.0)

        def gap(mu, v=v, g=g):
            return (g**2 / (mu - v) ** 2).sum() - norm**2

        low = top + 1e-9
        high = low + np.linalg.norm(g) / norm + 1
        mu = oracles.root_of(gap, low, high) if gap(low) > 0 else low
        w = g / (mu - v)
        if gap(low) <= 0 < top:
            k = v.argmax()
            w[k] = 0
            w[k] = np.copysign(sqrt(max(norm**2 - w @ w, 0)), g[k])
        best = max(best, (v * w**2).sum() + 2 * g @ w + sign * c)
    return best


CUBE = enumerate_cube(6)
TARGETS = [Clause(((i, v),)) for i in range(6) for v in (0, 1)]
T = np.stack([clause.holds(CUBE) for clause in TARGETS], axis=1).astype(float)


def deviations(phi, norm, n, runs, rng, share=None):
    share = np.full(64, 1 / 64) if share is None else share
    found = []
    for _ in range(runs):
        weight = rng.multinomial(n, share) / n - share
        A, cross = (phi.T * weight) @ phi, (phi.T * weight) @ T
        mass = weight @ T**2
        found.append(max(largest(A, cross[:, k], mass[k], norm) for k in range(T.shape[1])))
    return np.array(found)


def test_the_oracle_finds_what_many_random_weights_do_not_exceed():
    rng = np.random.default_rng(0)
    for _ in range(5):
        A = rng.normal(size=(3, 3))
        A, a, c = A + A.T, rng.normal(size=3), float(rng.normal())
        W = rng.normal(size=(100_000, 3))
        W *= (rng.random((len(W), 1)) ** 0.1) / np.linalg.norm(W, axis=1, keepdims=True)
        values = np.abs(np.einsum("ij,jk,ik->i", W, A, W) - 2 * W @ a + c)
        top = largest(A, a, c, 1.0)
        assert 0.97 * top <= values.max() <= top + 1e-9


@pytest.mark.parametrize(("b", "m"), [(0.3, 3), (1.0, 40), (4.0, 40)])
def test_at_most_delta_exceed_the_bound(b, m):
    rng, delta, runs = np.random.default_rng(m), 0.2, 8
    phi = rng.normal(size=(64, m))
    phi *= 2 / np.linalg.norm(phi, axis=1, keepdims=True)  # B = 2
    for n, share in ((30, None), (2_000, rng.dirichlet(np.ones(64)))):  # any distribution
        found = deviations(phi, b / 2, n, runs, rng, share)
        over = int((found > bound(b, len(TARGETS), delta, n)).sum())
        assert binomtest(over, runs).proportion_ci(0.999, method="exact").low <= delta


def test_the_size_of_the_features_and_the_rate_matter():
    """A hundredth of the constant is too small; without 1/sqrt(n), or with larger phi, it fails."""
    rng = np.random.default_rng(1)
    phi = rng.normal(size=(64, 40))
    phi /= np.linalg.norm(phi, axis=1, keepdims=True)
    one, four = (np.median(deviations(phi, 1.0, n, 6, rng)) for n in (400, 1_600))
    assert 1.6 < one / four < 2.5  # four times the samples, half the deviation
    assert one > bound(1, len(TARGETS), 0.2, 400) / 100
    ten = np.median(deviations(10 * phi, 1.0, 400, 4, rng))
    assert ten > bound(1, len(TARGETS), 0.2, 400)  # b is 10 now, not 1
    assert ten <= bound(10, len(TARGETS), 0.2, 400)


def test_targets_chosen_after_the_sample_break_it():
    """The number K of targets counts all that could be chosen: here all subsets of 4,096 points."""
    n, N = 50, 4_096
    z = np.random.default_rng(2).integers(0, N, n)
    t = np.zeros(N)
    t[z] = 1  # the probe w = 0 has the loss 1 on the sample, and about n / N in truth
    deviation = abs((t[z] ** 2).mean() - (t**2).mean())
    assert deviation > 0.98
    assert deviation > bound(1e-3, 1, 0.2, n)
    assert deviation <= bound(1e-3, 2.0**500, 0.2, n)
