"""Lemma lem-nested: one product for all extensions of a clause, and the loss under a norm bound."""

from itertools import product

import numpy as np
import oracles
import pytest

from pacdistill import Clause, sample_cube
from pacdistill.extraction import clause_scores, probe_basis
from pacdistill.extraction.probe import secular_root


def setting(seed, n=60, m=7, d=5):
    rng = np.random.default_rng(seed)
    X, phi = sample_cube(n, d, rng), rng.normal(size=(n, m))
    phi[:, -1] = phi[:, 0] - phi[:, 1]  # not of full rank
    Q, s, _ = np.linalg.svd(phi, full_matrices=False)
    return X, phi, Q[:, s > 1e-9], s[s > 1e-9]


@pytest.mark.parametrize("literals", [(), ((1, 0),), ((1, 0), (4, 1)), ((0, 1), (2, 1), (3, 0))])
def test_the_product_serves_all_extensions(literals):
    X, phi, Q, _ = setting(len(literals))
    clause = Clause(literals)
    rows = np.flatnonzero(clause.holds(X))
    P, p = Q[rows].T @ X[rows], Q[rows].sum(axis=0)
    for i in set(range(5)) - set(clause.variables):
        for v, inner in ((1, P[:, i]), (0, p - P[:, i])):
            t = clause.extend(i, v).holds(X).astype(float)
            assert np.allclose(Q.T @ t, inner)
            w = np.linalg.lstsq(phi, t, rcond=1e-10)[0]
            loss = ((phi @ w - t) ** 2).sum()
            assert np.isclose(t @ t - inner @ inner, loss)
    if literals:  # with the rows of all samples it is another target
        assert not np.allclose(Q.T @ X, P)


def test_the_library_scores_all_extensions_by_it():
    X, phi, _, _ = setting(7)
    basis = probe_basis(phi, ridge=0)
    clause = Clause(((2, 1),))
    scores, counts = clause_scores(basis, X, np.flatnonzero(clause.holds(X)))
    full = np.column_stack([phi, np.ones(len(phi))])
    for i in (0, 1, 3, 4):
        for v in (0, 1):
            t = clause.extend(i, v).holds(X).astype(float)
            rest = t - full @ np.linalg.lstsq(full, t, rcond=1e-10)[0]
            assert counts[v, i] == t.sum()
            assert np.isclose(scores[v, i], 1 - (rest**2).mean() / t.var())


@pytest.mark.parametrize("norm", [0.02, 0.1, 0.3, 5.0])
def test_the_loss_under_a_norm_bound_by_duality(norm):
    X, phi, Q, s = setting(3)
    for i in range(3):
        t = X[:, i].astype(float)
        c = Q.T @ t
        free = (c**2 / s**2).sum()
        root = float(secular_root(c[:, None] ** 2, s**2, norm)[0])
        assert (root > 0) == (free > norm**2)
        if root > 0:
            assert np.isclose((s**2 * c**2 / (s**2 + root) ** 2).sum(), norm**2)
        stated = t @ t - c @ c + ((root / (s**2 + root)) ** 2 * c**2).sum()
        least = oracles.least_in_ball(phi, t, norm)
        assert np.isclose(stated, least, rtol=1e-8)
        # The first power of root / (s^2 + root) would be wrong.
        wrong = t @ t - c @ c + ((root / (s**2 + root)) * c**2).sum()
        assert root == 0 or not np.isclose(wrong, least, atol=1e-4)


@pytest.mark.parametrize("k", [0, 1, 2, 3])
def test_the_clauses_on_the_same_variables_share_the_rows(k):
    X, *_ = setting(9)
    sizes = [
        int(Clause(tuple(zip(range(k), values, strict=True))).holds(X).sum())
        for values in product((0, 1), repeat=k)
    ]
    assert len(sizes) == 2**k
    assert sum(sizes) == len(X)
