"""Lemma lem-twist-packing: a bounded representation misleads in boundedly many variables."""

import numpy as np
import pytest

from pacdistill import Clause, DecisionTree, enumerate_cube, parity_tree, random_hard_tree
from pacdistill.extraction import twist_packing_bound

D = 9
X = enumerate_cube(D)
CHI = 1.0 - 2.0 * X


def targets(tree, clause):
    """The twisted targets of the variables that the tree does not test below the clause, and V."""
    where = clause.holds(X)
    f = 1.0 - 2.0 * tree.predict(X)
    g = where * (f - f[where].mean())
    absent = [i for i in range(D) if i not in tree.variables]
    return CHI[:, absent] * g[:, None], float((g**2).mean())


def losses(phi, t, tau):
    """The least mean squared error of a probe w . phi with |w| <= tau, by bisection."""
    s, V = np.linalg.eigh(phi.T @ phi / len(X))
    b = V.T @ (phi.T @ t / len(X))

    def weights(mu):
        return b / np.maximum(s[:, None] + mu, 1e-12)

    low, high = np.zeros(t.shape[1]), np.full(t.shape[1], 1e6)
    for _ in range(80):
        middle = (low + high) / 2
        long = (weights(middle) ** 2).sum(axis=0) > tau**2
        low, high = np.where(long, middle, low), np.where(long, high, middle)
    w = V @ weights(high)
    return ((phi @ w - t) ** 2).mean(axis=0)


@pytest.mark.parametrize("clause", [Clause(), "below the root"])
def test_the_targets_are_orthogonal_with_a_common_norm(clause):
    tree = random_hard_tree(3, D, np.random.default_rng(0), parity=2)
    if clause != Clause():
        clause = Clause(((int(tree.variable[0]), 1),))
    t, V = targets(tree, clause)
    assert t.T @ t / len(X) == pytest.approx(V * np.eye(t.shape[1]), abs=1e-12)


def test_random_and_adversarial_features_stay_below_the_bound():
    rng = np.random.default_rng(1)
    tree = parity_tree((0, 1, 2))
    t, V = targets(tree, Clause())
    counts = []
    for mixed in np.linspace(0, 1, 6):
        for columns in (2, 4, 6):
            junk = rng.normal(size=(len(X), columns))
            phi = mixed * t[:, :columns] + (1 - mixed) * junk
            energy = float((phi**2).mean(axis=0).sum())
            for tau in (0.1, 0.4, 0.5, 1.0, 3.0):
                count = int((losses(phi, t, tau) <= V / 4 + 1e-9).sum())
                assert count <= twist_packing_bound(np.sqrt(energy), tau, V) + 1e-9
                counts.append(count)
    assert max(counts) == 6  # and some do mislead


def test_the_constant_4_is_reached():
    t, V = targets(parity_tree((0, 1, 2)), Clause())
    for N in range(1, 7):
        phi = t[:, :N]  # E|phi|^2 = N V, and half of a unit weight leaves V / 4
        assert (losses(phi, t[:, :N], 0.5) <= V / 4 + 1e-9).all()
        assert twist_packing_bound(np.sqrt(N * V), 0.5, V) == pytest.approx(N)


def test_tested_variables_are_not_counted():
    # The leaves of a parity of 3 bits match its 3 variables with E|phi|^2 = 1 and |w|^2 = 8, for
    # every weight is a sign. If the lemma counted them, copies that share a parity would break it.
    tree = parity_tree((0, 1, 2))
    f = 1.0 - 2.0 * tree.predict(X)
    phi = f[:, None]  # one feature, E|phi|^2 = 1: of weight 1 it matches chi_i f only if ...
    assert (losses(phi, CHI[:, :3] * f[:, None], 1.0) > 0.9).all()  # ... chi_i were constant
    one = DecisionTree.split(0, DecisionTree.leaf(0), DecisionTree.leaf(1))
    g = 1.0 - 2.0 * one.predict(X)
    root = CHI[:, :1] * g[:, None]  # the constant 1
    small = np.full((len(X), 1), 0.01)
    assert losses(small, root, 100.0) == pytest.approx(0, abs=1e-6)
