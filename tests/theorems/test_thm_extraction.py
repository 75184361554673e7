"""Theorem thm-extraction: at its numbers it finds the tree; with others it may not."""

from fractions import Fraction
from itertools import product
from math import log, sqrt

import numpy as np
import pytest

from pacdistill import Clause, enumerate_cube, sample_cube
from pacdistill.extraction import extraction_probes, extraction_samples, fit_probes, packing_bound
from pacdistill.samples import erm_samples

EPS, DELTA, D = 0.05, 0.05, 6


@pytest.mark.parametrize(("d", "R", "b"), list(product((2, 100), (0, 1, 4), (0.5, 1.0, 30.0))))
def test_the_bookkeeping_of_the_proof(d, R, b):
    s = 2 ** (R + 1)
    if d <= R:
        return
    K = (2 * d + 1) ** R
    n = extraction_samples(d, R + 1, s, b, 1.0, EPS, DELTA)
    v = sqrt(log(2 * K / (DELTA / 2)) / 2)  # lem-probe-deviation for delta / 2
    deviation = (b + 1) ** 2 * (4 + v) / sqrt(n)
    gap = 4.0**-R
    assert deviation <= gap / 16
    # a tenth of the first term would not do for the proof
    first = 256 * 16**R * (b + 1) ** 4 * (32 + log(4 * K / DELTA))
    assert (b + 1) ** 2 * (4 + v) / sqrt(first / 10) > gap / 16
    assert gap / 16 + gap / 16 <= gap / 8  # what is represented is kept
    assert all(gap / 8 + gap / 16 < 4.0**-k / 4 for k in range(1, R + 1))  # what is kept is counted
    # the trees: at most (8d)^s, and half of delta
    assert n - first >= erm_samples((8 * d) ** s, EPS, DELTA / 2, agnostic=True) - 1
    perfect = extraction_samples(d, R + 1, s, b, 1.0, EPS, DELTA, realizable=True)
    assert perfect - first >= erm_samples((8 * d) ** s, EPS, DELTA / 2) - 1
    # the probes, level by level
    levels = sum(2 * d * 4 * 8**k * Fraction(b) ** 2 for k in range(1, R))
    assert (2 * d + levels) * (R > 0) <= extraction_probes(d, R + 1, b, 1.0) * (1 + 1e-12)
    clauses = sum(len(list(_patterns(d, k))) for k in range(R + 1)) if d < 5 else 0
    assert clauses <= K


def _patterns(d, k):
    return (p for p in product((0, 1, 2), repeat=d) if sum(v < 2 for v in p) == k)


def run(extract, planted, seed, depth, n=None, theta=None, flips=0):
    """Extract at the theorem's numbers, unless others are given."""
    R = depth - 1
    tree, inside, phi = planted(seed, depth, D, 2.0**-R / 4)  # a loss of 4^-R/16 exactly
    y = tree.predict(enumerate_cube(D))
    rng = np.random.default_rng(seed)
    y[rng.permutation(2**D)[:flips]] ^= 1
    B = float(np.linalg.norm(phi, axis=1).max())
    asked = extraction_samples(D, depth, tree.size, 1.0, B, EPS, DELTA, realizable=not flips)
    counts = rng.multinomial(asked if n is None else n, np.full(2**D, 2.0**-D))
    theta = 4.0**-R / 8 if theta is None else theta
    found = extract(phi, y, counts, depth=depth, leaves=tree.size, theta=theta, norm=1.0)
    best = flips / 2**D  # the tree errs at the flipped points
    return tree, set(inside), B, found, best


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("depth", "flips"), [(2, 0), (2, 9), (3, 0), (3, 5)])
def test_all_conclusions_at_its_numbers(extract, planted, seed, depth, flips):
    _, inside, B, found, best = run(extract, planted, seed, depth, flips=flips)
    for k in range(1, depth):
        assert found.count(k) <= packing_bound(k, 1.0, B)
    assert found.probes <= extraction_probes(D, depth, 1.0, B)
    assert inside <= found.kept
    assert found.error <= best + EPS


def test_a_smaller_threshold_loses_the_tree(extract, planted):
    lost = 0
    for seed in range(6):
        *_, inside, _, found, _ = run(extract, planted, seed, 2, theta=4.0**-1 / 8 / 64)
        lost += not inside <= found.kept and found.error > EPS
    assert lost > 0


def test_too_few_samples_give_a_wrong_tree(extract, planted):
    wrong = [run(extract, planted, seed, 3, n=8)[3].error > EPS for seed in range(6)]
    assert any(wrong)


def literals_kept(phi, X, norm, theta):
    clauses = [Clause(((i, v),)) for i in range(X.shape[1]) for v in (0, 1)]
    t = np.stack([clause.holds(X) for clause in clauses], axis=1).astype(float)
    fits = fit_probes(phi, t, ridge=0, norm_bound=norm, constant=False)
    return int((((fits.predict(phi) - t) ** 2).mean(axis=0) <= theta).sum())


def test_a_larger_threshold_keeps_more_than_the_packing_allows():
    """d = 100, b = 1: the features are a constant and one bit; their two literals are exact."""
    X = sample_cube(2_000, 100, np.random.default_rng(0))
    phi = np.column_stack([np.ones(len(X)), 1.0 - 2 * X[:, 7]]) / 2**0.5
    assert literals_kept(phi, X, 1.0, 4.0**-1 / 8) == 2 <= packing_bound(1, 1.0, 1.0)
    assert literals_kept(phi, X, 1.0, 0.26) == 200 > packing_bound(1, 1.0, 1.0)


def test_too_few_samples_keep_more_than_the_packing_allows():
    rng = np.random.default_rng(1)
    X, phi = sample_cube(4, 100, rng), rng.normal(size=(4, 64))
    phi /= np.linalg.norm(phi, axis=1, keepdims=True)
    assert literals_kept(phi, X, 1.5, 4.0**-1 / 8) > packing_bound(1, 1.5, 1.0)
