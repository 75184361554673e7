"""Proposition prop-packing-width: few clauses are represented by m units, at any norm."""

from itertools import combinations, product

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.extraction import fit_probes

D = 6
CUBE = enumerate_cube(D).astype(int)
CHI = 1.0 - 2.0 * CUBE


def represented(phi, k):
    """The clauses of k literals that some probe reads, and their sets of variables."""
    names = [(V, v) for V in combinations(range(D), k) for v in product((0, 1), repeat=k)]
    targets = np.stack([(CUBE[:, list(V)] == v).all(axis=1) for V, v in names], axis=1) * 1.0
    loss = ((fit_probes(phi, targets, ridge=0).predict(phi) - targets) ** 2).mean(axis=0)
    good = [name for name, one in zip(names, loss, strict=True) if one <= 4.0**-k / 4 * (1 + 1e-9)]
    return len(good), len({V for V, _ in good})


@pytest.mark.parametrize("seed", range(12))
def test_features_of_many_kinds(seed):
    rng = np.random.default_rng(seed)
    m = int(rng.integers(1, 30))
    sets = [V for i in range(1, 4) for V in combinations(range(D), i)]
    chosen = rng.choice(len(sets), m, replace=False)
    phi = np.stack([CHI[:, list(sets[j])].prod(axis=1) for j in chosen], axis=1)
    phi = phi @ rng.normal(size=(m, m)) * 10.0 ** float(rng.integers(-3, 4))  # any norms
    if seed % 2:
        phi = np.maximum(CHI @ rng.normal(size=(D, m)), 0)
    for k in (1, 2, 3):
        clauses, sets_used = represented(phi, k)
        assert sets_used <= 4 * (2**k - 1) * m
        assert clauses <= 4 * 2**k * (2**k - 1) * m


def test_m_sets_would_be_too_few():
    """Four bits in three dimensions, each with three quarters of its square: loss 1/16."""
    basis = np.array([[1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]]) / 2
    phi = CHI[:, :4] @ basis.T
    assert represented(phi, 1) == (8, 4)
    assert 3 < 4 <= 4 * 3


def test_a_clause_for_each_unit_and_what_comes_with_it():
    """One unit reads a clause: so the constant cannot fall below 1 for the sets."""
    for k in (1, 2, 3):
        phi = CUBE[:, :k].prod(axis=1)[:, None].astype(float)
        clauses, sets_used = represented(phi, k)
        assert sets_used == 1 > 0.99
        assert clauses == (2 if k == 1 else 1)
