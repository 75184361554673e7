"""Proposition prop-hidden-clauses: a mask hides every clause, and forgets nothing."""

import numpy as np
import pytest

from pacdistill import Clause, enumerate_cube, random_hard_tree
from pacdistill.cube import character

D, X = 9, enumerate_cube(9)
FREE = (7, 8)  # bits that the trees below do not test


def score(features, t):
    """The score of def-probe by an independent least squares, over the whole cube."""
    design = np.hstack([np.ones((len(X), 1)), features])
    rest = t - design @ np.linalg.lstsq(design, t, rcond=1e-10)[0]
    return 1 - (rest @ rest) / (t @ t)


def example(seed):
    tree = random_hard_tree(3, 7, np.random.default_rng(seed))
    f = character(X, ()) - 2.0 * tree.predict(X)
    leaves = [c for c, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if leaf]
    phi = np.stack([c.holds(X) for c in leaves], axis=1).astype(float)
    return tree, f, phi


@pytest.mark.parametrize("seed", range(4))
def test_what_a_masked_network_shows_and_what_it_keeps(seed):
    tree, f, phi = example(seed)
    chi = character(X, FREE).astype(float)
    hidden = np.hstack([phi * chi[:, None], f[:, None]])
    for clause in [*tree.clauses()[1:], Clause(((7, 1),)), Clause(((0, 1), (7, 0)))]:
        t = clause.holds(X) - clause.holds(X).mean()
        share = np.corrcoef(t, f)[0, 1] ** 2
        assert score(hidden, t) == pytest.approx(share, abs=1e-9)
        internal = clause in [
            c for c, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if not leaf
        ]
        assert not internal or share == pytest.approx(0, abs=1e-12)
    for i in range(D):
        t = character(X, (i,)) * f
        coefficient = (character(X, (i,)) * f).mean()
        assert score(hidden, t) == pytest.approx(coefficient**2, abs=1e-9)
    root = int(tree.variable[0])
    t = character(X, (root,)) * f
    assert score(phi, t) == pytest.approx(1)
    assert score(hidden, t) == pytest.approx(0, abs=1e-9)
    assert score(hidden, t * chi) == pytest.approx(1)  # who knows the key reads it all
    assert score(hidden, f) == pytest.approx(1)  # and the labels never suffered


@pytest.mark.parametrize("strength", [0, 0.2, 0.5, 0.9, 1])
def test_a_mask_of_some_strength(strength):
    tree, f, phi = example(11)
    chi = character(X, FREE).astype(float)
    factor = 1 - strength + strength * chi
    features = np.hstack([phi * factor[:, None], f[:, None]])
    kept = (1 - strength) ** 2 / ((1 - strength) ** 2 + strength**2)
    t = character(X, (int(tree.variable[0]),)) * f
    assert score(features, t) == pytest.approx(kept, abs=1e-9)
    if 0 < strength < 1:  # the other natural guess is wrong
        assert abs(score(features, t) - (1 - strength) ** 2) > 1e-3


def test_a_key_that_the_tree_tests_does_not_hide():
    tree, f, phi = example(3)
    root = int(tree.variable[0])
    chi = character(X, (root,)).astype(float)
    hidden = np.hstack([phi * chi[:, None], f[:, None]])
    assert score(hidden, character(X, (root,)) * f) == pytest.approx(1)
