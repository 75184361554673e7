"""Proposition prop-raw-scores: what scores see through characters, from labels alone."""

from itertools import combinations

import numpy as np
import pytest

from pacdistill import Clause, enumerate_cube
from pacdistill.cube import character
from pacdistill.extraction import probe_basis, twisted_scores

D = 5
X = enumerate_cube(D)


def family(k):
    return [V for size in range(k + 1) for V in combinations(range(D), size)]


def stated(y, clause, sets):
    """The right side: Fourier coefficients of the function where the clause holds, by averages."""
    where = clause.holds(X)
    f = 1.0 - 2.0 * y[where]
    g = f - f.mean()
    scores = np.zeros(D)
    for i in range(D):
        for V in sets:
            W = tuple(sorted((set(V) - set(clause.variables)) ^ {i}))
            scores[i] += (g * character(X[where], W)).mean() ** 2
    return 2.0 ** -len(clause) * scores / (g**2).mean()


def measured(y, clause, sets):
    phi = np.stack([character(X, V) for V in sets if V], axis=1)
    basis = probe_basis(phi.astype(float), ridge=0)
    return twisted_scores(basis, X, y, np.flatnonzero(clause.holds(X)))


@pytest.mark.parametrize("k", [1, 2, 3])
def test_random_functions_at_the_root_and_below(k):
    rng, below = np.random.default_rng(k), 0
    for _ in range(15):
        y = rng.integers(0, 2, len(X)).astype(np.int8)
        for clause in (Clause(), Clause(((1, 0),)), Clause(((0, 1), (3, 0)))):
            if len(set(y[clause.holds(X)].tolist())) < 2:
                continue
            free = [i for i in range(D) if i not in clause.variables]
            ours, said = measured(y, clause, family(k)), stated(y, clause, family(k))
            assert ours[free] == pytest.approx(said[free], abs=1e-9)
            doubled = said[free] * 2.0 ** len(clause)  # without the factor P(C)
            below += len(clause) > 0 and np.abs(doubled - ours[free]).max() > 0.05
    assert below > 15


def test_raw_bits_see_pairs_with_the_variable_and_nothing_of_a_parity():
    y = (X[:, 0] ^ X[:, 2] ^ X[:, 3]).astype(np.int8)
    assert measured(y, Clause(), family(1)) == pytest.approx(np.zeros(D), abs=1e-12)
    assert measured(y, Clause(), family(2))[[0, 2, 3]] == pytest.approx(1)  # k - 1 = 2 is enough
    fixed = measured(y, Clause(((0, 1),)), family(1))
    assert fixed[[2, 3]] == pytest.approx(0.5)  # two bits are left: seen, times P(C)


def test_the_multiplexer_ties():
    y = np.where(X[:, 0] == 1, X[:, 2], X[:, 1]).astype(np.int8)
    assert measured(y, Clause(), family(1)) == pytest.approx([0.5, 0.5, 0.5, 0, 0], abs=1e-9)
