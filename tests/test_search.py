"""The beam, against one regression for each probe and all clauses."""

import itertools
from math import comb

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from pacdistill import Clause, enumerate_cube, sample_cube
from pacdistill.extraction import beam_search, probe_basis


def random_features(n, m, seed=0):
    return np.random.default_rng(seed).normal(size=(n, m))


# --- beam_search


def fit_of(features, X, clause):
    """R^2 of the indicator of a clause, by scikit-learn; 0 where it is constant."""
    target = np.array([float(all(x[i] == v for i, v in clause.literals)) for x in X])
    if target.min() == target.max():
        return 0.0
    return LinearRegression().fit(features, target).score(features, target)


def all_extensions(clauses, d):
    return {
        Clause((*clause.literals, (i, v)))
        for clause in clauses
        for i in range(d)
        for v in (0, 1)
        if i not in clause.variables
    }


def by_length(clauses):
    levels = {}
    for clause in clauses:
        levels.setdefault(len(clause), []).append(clause)
    return levels


def samples_for_the_beam():
    yield "the cube", enumerate_cube(5)
    yield "a sample", sample_cube(80, 5, np.random.default_rng(6))
    rng = np.random.default_rng(7)
    yield "repeated points", sample_cube(12, 5, rng)[rng.integers(0, 12, 60)]


BEAM_SAMPLES = [pytest.param(X, id=name) for name, X in samples_for_the_beam()]


@pytest.mark.parametrize("width", [1, 2, 4, 7, 12])
@pytest.mark.parametrize("X", BEAM_SAMPLES)
def test_the_beam_keeps_the_best_represented_clauses_of_each_length(X, width):
    d, features = X.shape[1], random_features(len(X), 10, seed=8)
    found = beam_search(probe_basis(features, ridge=0), X, depth=4, width=width)
    levels = by_length(found.clauses)
    assert levels[0] == [Clause()]
    assert sorted(levels) == [0, 1, 2, 3]
    for length in (1, 2, 3):
        extensions = all_extensions(levels[length - 1], d)
        kept = levels[length]
        fit = {clause: fit_of(features, X, clause) for clause in extensions}
        assert set(kept) <= extensions
        assert len(kept) == min(width, len(extensions))
        # Ties (a bit and its opposite, clauses with the same points) may fall either way.
        left_out = max((fit[c] for c in extensions - set(kept)), default=0.0)
        assert min(fit[c] for c in kept) >= left_out - 1e-9
        ordered = [fit[c] for c in kept]
        assert all(a >= b - 1e-9 for a, b in itertools.pairwise(ordered))


@pytest.mark.parametrize("X", BEAM_SAMPLES)
def test_no_clause_is_kept_twice_or_fixes_a_variable_twice(X):
    d = X.shape[1]
    for width in (1, 3, 10, 200):
        found = beam_search(probe_basis(random_features(len(X), 6)), X, depth=5, width=width)
        assert len(set(found.clauses)) == len(found.clauses)
        for clause in found.clauses:
            assert len(set(clause.variables)) == len(clause)
            assert set(clause.variables) <= set(range(d))


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("X", BEAM_SAMPLES)
def test_a_wide_beam_keeps_every_clause_shorter_than_the_depth(X, depth):
    d = X.shape[1]
    found = beam_search(probe_basis(random_features(len(X), 6)), X, depth=depth, width=1000)
    levels = by_length(found.clauses)
    assert {k: len(v) for k, v in levels.items()} == {k: comb(d, k) * 2**k for k in range(depth)}


@pytest.mark.parametrize("width", [1, 3, 1000])
def test_the_beam_probes_every_extension_of_a_kept_clause(width):
    X = enumerate_cube(5)
    found = beam_search(probe_basis(random_features(32, 6)), X, depth=4, width=width)
    shorter = [clause for clause in found.clauses if len(clause) < 3]
    extended = {
        clause.extend(variable, value)
        for clause in shorter
        for variable in set(range(5)) - set(clause.variables)
        for value in (0, 1)
    }
    assert found.probes == len(extended)  # one that is reached from several parents counts once


def test_a_beam_of_depth_1_needs_no_probe():
    found = beam_search(probe_basis(random_features(32, 6)), enumerate_cube(5), depth=1, width=9)
    assert (found.clauses, found.probes) == ((Clause(),), 0)


def test_a_beam_deeper_than_the_cube_keeps_every_clause():
    X = np.repeat(enumerate_cube(2), 4, axis=0)
    found = beam_search(probe_basis(random_features(16, 3)), X, depth=6, width=100)
    assert {len(clause) for clause in found.clauses} == {0, 1, 2}
    assert len(found.clauses) == 9


def test_the_beam_keeps_the_clauses_that_the_features_are():
    X = enumerate_cube(6)
    literals = ((1, 0), (4, 1), (5, 1))
    path = [Clause(literals[:k]) for k in (1, 2, 3)]
    features = np.stack([clause.holds(X) for clause in path], axis=1)
    found = beam_search(probe_basis(features), X, depth=4, width=2)
    assert set(path) <= set(found.clauses)


def test_a_shown_bar_changes_nothing(capsys):
    X, basis = enumerate_cube(4), probe_basis(random_features(16, 3))
    for depth in (1, 2, 3):
        shown = beam_search(basis, X, depth=depth, width=3, progress=True)
        assert shown == beam_search(basis, X, depth=depth, width=3)
    assert "beam" in capsys.readouterr().err
