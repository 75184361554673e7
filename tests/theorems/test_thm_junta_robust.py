"""Theorem thm-junta-robust: a function near to a junta h gives back h itself."""

from itertools import product
from math import ceil, exp, log

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from pacdistill import enumerate_cube
from pacdistill.queries import (
    Junta,
    distill_near_junta,
    influences,
    near_junta_queries,
    random_junta,
)


def sizes(d, k, e0, delta):
    """m and c of the statement."""
    gap = 2**-k - 2 * e0
    m = ceil(log(4 * d / delta) / (2 * gap**2))
    return m, ceil(2 * log(2 ** (k + 1) / delta) / (4**k * gap**2))


def spoil(h, wrong, order):
    """Flip the labels of the first points of an order."""
    f = h.copy()
    f[order[:wrong]] ^= 1
    return f


def worst_order(junta, d):
    """The points of the cell of ones, first those where a bit that h does not read is 1."""
    cube = enumerate_cube(d)
    cell = np.flatnonzero(cube[:, list(junta.variables)].all(axis=1))
    decoy = next(i for i in range(d) if i not in junta.variables)
    return cell[np.argsort(-cube[cell, decoy].astype(int), kind="stable")]


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("how", ["random", "worst"])
def test_bands_and_cells_exactly(k, how):
    d = 7
    cube, rng = enumerate_cube(d), np.random.default_rng(k)
    for trial in range(40):
        junta = random_junta(d, k, rng)
        if how == "worst":
            junta = Junta(junta.variables, (0,) * (2**k - 1) + (1,))
        h = junta.predict(cube)
        order = worst_order(junta, d) if how == "worst" else rng.permutation(2**d)
        wrong = trial % (2**d // 2 ** (k + 1))
        f, e0 = spoil(h, wrong, order), wrong / 2**d
        gap = 2**-k - 2 * e0
        inf = influences(f)
        relevant = np.isin(np.arange(d), junta.variables)
        assert (inf[relevant] >= 2**-k + gap - 1e-12).all()
        assert (inf[~relevant] <= 2**-k - gap + 1e-12).all()
        for values in product((0, 1), repeat=k):
            cell = (cube[:, list(junta.variables)] == values).all(axis=1)
            assert (f != h)[cell].mean() <= (1 - 2**k * gap) / 2 + 1e-12 < 0.5


def test_both_bands_are_met_and_close_at_the_radius():
    d, k = 7, 3
    junta = Junta((0, 1, 2), (0,) * 7 + (1,))
    h = junta.predict(enumerate_cube(d))
    for wrong in range(9):
        inf, gap = influences(spoil(h, wrong, worst_order(junta, d))), 2**-k - 2 * wrong / 2**d
        assert inf[0] == 2**-k + gap
        assert inf[3] == 2**-k - gap  # the decoy
    assert gap == 0
    # Another junta is then as near, so nothing can tell which was meant.
    f = spoil(h, 8, worst_order(junta, d))
    assert (f != h).mean() == f.mean() == 2.0 ** -(k + 1)


@pytest.mark.parametrize(("d", "k", "e0"), [(10, 1, 0.1), (30, 2, 0.05), (100, 3, 0.05)])
@pytest.mark.parametrize("delta", [0.2, 0.001])
def test_sizes_by_exact_binomial_tails(d, k, e0, delta):
    m, c = sizes(d, k, e0, delta)
    assert near_junta_queries(d, k, e0, delta) == m * (d + 1) + 2**k * c
    gap = 2**-k - 2 * e0
    low, high = binom(m, 2**-k - gap), binom(m, 2**-k + gap)
    threshold = m * 2**-k
    assert low.sf(np.floor(threshold)) <= delta / (4 * d)  # strictly above it
    assert high.cdf(np.floor(threshold)) <= delta / (4 * d)  # not above it
    assert exp(-2 * m * gap**2) <= delta / (4 * d)
    wrong = binom(c, (1 - 2**k * gap) / 2)
    assert wrong.sf(np.ceil(c / 2) - 1) <= delta / 2 ** (k + 1)  # a tie is wrong, too
    # A tenth of the points is not enough for the bits.
    few = binom(m // 10, 2**-k + gap)
    assert few.cdf(np.floor(m // 10 * 2**-k)) > delta / (4 * d)


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("how", ["random", "worst"])
def test_the_output_is_h(k, how):
    d, delta, runs = 9, 0.1, 60
    cube, rng = enumerate_cube(d), np.random.default_rng([k, len(how)])
    powers = 1 << np.arange(d)[::-1]
    failures = 0
    for _ in range(runs):
        junta = random_junta(d, k, rng)
        if how == "worst":
            junta = Junta(junta.variables, (0,) * (2**k - 1) + (1,))
        order = worst_order(junta, d) if how == "worst" else rng.permutation(2**d)
        wrong = int(0.6 * 2**d / 2 ** (k + 1))
        f = spoil(junta.predict(cube), wrong, order)
        e0 = wrong / 2**d
        try:
            result = distill_near_junta(
                lambda X, f=f: f[X @ powers], d, k, rng, distance=e0, delta=delta
            )
        except ValueError:
            failures += 1
            continue
        m, c = sizes(d, k, e0, delta)
        assert result.queries <= m * (d + 1) + 2**k * c
        failures += result.junta != junta
    assert binomtest(failures, runs).proportion_ci(0.999, method="exact").low <= delta


def test_beyond_the_radius_another_junta_comes_out():
    """Three quarters of a cell are flipped: the nearest 3-junta is the constant, not h."""
    d, k = 9, 3
    junta = Junta((0, 1, 2), (0,) * 7 + (1,))
    f = spoil(junta.predict(enumerate_cube(d)), 48, worst_order(junta, d))
    powers = 1 << np.arange(d)[::-1]
    with pytest.raises(ValueError, match="distance < 2"):
        near_junta_queries(d, k, 48 / 2**d, 0.1)
    rng = np.random.default_rng(0)
    result = distill_near_junta(lambda X: f[X @ powers], d, k, rng, distance=16 / 2**d)
    assert result.junta == Junta((), (0,))
