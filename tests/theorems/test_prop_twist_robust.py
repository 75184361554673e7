"""Proposition prop-twist-robust: leaves that are nearly read give scores near their shares."""

import numpy as np
import pytest

from pacdistill import enumerate_cube, parity_tree, random_hard_tree, random_tree
from pacdistill.extraction import fit_probes, leaf_shares, probe_basis, twisted_scores

D = 8
X = enumerate_cube(D)
CHI = 1.0 - 2.0 * X


def leaves(tree):
    return (tree.apply(X)[:, None] == np.flatnonzero(tree.is_leaf)).astype(float)


def noisy(tree, sigma, rng):
    """Features with the leaves behind noise, mixed by a random rotation."""
    phi = leaves(tree) + sigma * rng.normal(size=(len(X), tree.size))
    return phi @ np.linalg.qr(rng.normal(size=(tree.size,) * 2))[0]


def trees():
    rng = np.random.default_rng(0)
    drawn = [random_tree(depth, D, rng) for depth in (2, 3, 4) for _ in range(6)]
    drawn += [random_hard_tree(3, D, rng, parity=k) for k in (1, 3)]
    drawn.append(parity_tree((1, 2, 5)))
    return [tree for tree in drawn if 0 < tree.predict(X).mean() < 1]


def parts(tree, phi, tau):
    """tau, eta of the leaves' probes, |g_l|, whether l tests i, the shares and V."""
    probes = fit_probes(phi, leaves(tree), norm_bound=tau, constant=False)
    eta = float(((probes.predict(phi) - leaves(tree)) ** 2).mean(axis=0).max())
    f = 1.0 - 2.0 * tree.label[tree.is_leaf]
    mass = leaves(tree).mean(axis=0)
    g = f - mass @ f
    paths = [c for c, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if leaf]
    tests = np.array([[i in c.variables for i in range(D)] for c in paths])
    return probes, eta, g, tests, leaf_shares(tree, D), float(mass @ g**2)


@pytest.mark.parametrize("sigma", [0.0, 0.02, 0.1, 0.3])
def test_the_bound_on_noisy_leaves(sigma):
    rng, informative = np.random.default_rng(1), 0
    for tree in trees():
        phi = noisy(tree, sigma, rng)
        probes, eta, g, tests, shares, V = parts(tree, phi, 1.5)
        G = np.abs(g) @ tests
        allowed = (np.sqrt((1 - shares) * V) + G * np.sqrt(eta)) ** 2
        # The probe of the proof: its norm, and its loss.
        f = 1.0 - 2.0 * tree.predict(X)
        t = CHI * (f - f.mean())[:, None]
        on_leaf = np.stack([CHI[leaf == 1][0] for leaf in leaves(tree).T])  # constant if tested
        weights = probes.weights @ (tests * on_leaf * g[:, None])
        assert (np.linalg.norm(weights, axis=0) <= 1.5 * G + 1e-9).all()
        assert (((phi @ weights - t) ** 2).mean(axis=0) <= allowed + 1e-9).all()
        # So much for the score, and for the root.
        scores = twisted_scores(probe_basis(phi, ridge=0), X, tree.predict(X), np.arange(len(X)))
        assert (scores >= 1 - allowed / V - 1e-9).all()
        root = tree.variable[0]
        assert allowed[root] == pytest.approx(np.abs(g).sum() ** 2 * eta, abs=1e-6)
        informative += allowed[root] < V / 2
    assert informative > 0 or sigma > 0.1


def test_the_sum_over_the_leaves_is_needed():
    # One error shared by all leaves: the root's errors add up, |g| times eta would be too little.
    tree = parity_tree((0, 1, 2))
    e = 0.05 * np.sign(np.random.default_rng(2).normal(size=len(X)))
    f = 1.0 - 2.0 * tree.predict(X)
    sign = np.array([(CHI[:, 0] * f)[leaf == 1][0] for leaf in leaves(tree).T])
    phi = leaves(tree) + e[:, None] * sign  # the readings err by e, all together
    t = CHI[:, 0] * f
    w = sign  # the probe of the proof, from the coordinates
    loss, eta, G = float(((phi @ w - t) ** 2).mean()), 0.05**2, 8.0
    assert loss == pytest.approx(G**2 * eta)
    assert loss > 4 * G * eta
