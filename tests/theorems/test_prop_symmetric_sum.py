"""Proposition prop-symmetric-sum: what a network that only knows a sum of bits represents."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from pacdistill import Clause, enumerate_cube
from pacdistill.cube import character
from pacdistill.extraction import probe_basis, twisted_scores


def binomial(n, k):
    return comb(n, k) if 0 <= k <= n else 0


def explained(k, length, ones):
    """The statement, exactly: E of the square of the best function of the sum."""
    squares = [Fraction(binomial(k - length, s - ones) ** 2, comb(k, s)) for s in range(k + 1)]
    return sum(squares) / 2**k


def score_at(k, length, ones):
    """The statement for the twisted target of one more variable at the clause."""
    rest = k - length - 1
    terms = [
        Fraction((binomial(rest, s - ones) - binomial(rest, s - ones - 1)) ** 2, comb(k, s))
        for s in range(k + 1)
    ]
    return sum(terms) / 2 ** (k - length)


@pytest.mark.parametrize("k", [2, 3, 5])
@pytest.mark.parametrize("extra", [0, 2])
def test_clauses_and_scores_against_regression_on_the_whole_cube(k, extra):
    X = enumerate_cube(k + extra)
    total = X[:, :k].sum(axis=1)
    units = (total[:, None] >= np.arange(1, k + 1)).astype(float)
    design = np.hstack([np.ones((len(X), 1)), units])
    y = (total % 2).astype(np.int8)
    basis = (
        probe_basis(units, ridge=0, norm_bound=1e9)
        if len(X) <= k + 1
        else probe_basis(units, ridge=0)
    )
    for length in range(1, k + 1):
        for ones in range(length + 1):
            clause = Clause(tuple((i, int(i < ones)) for i in range(length)))
            t = clause.holds(X).astype(float)
            fitted = design @ np.linalg.lstsq(design, t, rcond=1e-10)[0]
            assert (fitted**2).mean() == pytest.approx(float(explained(k, length, ones)))
            if length < k:
                rows = np.flatnonzero(t)
                scores = twisted_scores(basis, X, y, rows)
                assert scores[length:k] == pytest.approx(float(score_at(k, length, ones)))
                assert scores[k:] == pytest.approx(0, abs=1e-9)
                assert score_at(k, length, ones) > 0
    scores = twisted_scores(basis, X, y, np.arange(len(X)))
    assert scores[:k] == pytest.approx(1 / k)
    assert scores[k:] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("k", [2, 3, 4, 9])
def test_the_special_cases_of_the_statement(k):
    def fit(length, ones):
        chance = Fraction(1, 2**length)
        return (explained(k, length, ones) - chance**2) / (chance - chance**2)

    assert fit(1, 0) == fit(1, 1) == Fraction(1, k)
    for ones in range(k + 1):
        cell = Fraction(1, 2**k)
        assert fit(k, ones) == (Fraction(1, comb(k, ones)) - cell) / (1 - cell)
    assert score_at(k, 0, 0) == Fraction(1, k)
    # what misleads the beam: two bits of the sum are read no better than one and any other
    one_and_another = Fraction(1, 16 * k) / Fraction(3, 16)
    assert one_and_another == Fraction(1, 3 * k)
    assert fit(2, 1) <= one_and_another or k == 2
    assert {3: Fraction(1, 9), 4: Fraction(1, 18)}.get(k, fit(2, 1)) == fit(2, 1)


def test_no_function_of_the_sum_does_better_and_others_do():
    k, X = 4, enumerate_cube(4)
    total, t = X.sum(axis=1), X[:, 0].astype(float)
    best = explained(k, 1, 1)
    rng = np.random.default_rng(0)
    for _ in range(50):  # of functions of the sum, however wild, none is closer
        h = rng.normal(size=k + 1)[total]
        assert ((h - t) ** 2).mean() >= 0.5 - float(best)
    weighted = X @ np.array([1, 2, 4, 8])  # a sum with other weights tells the bit exactly
    assert ((weighted % 2 == t) * 1.0).mean() == 1
    assert character(X, (0, 1, 2, 3)).tolist() == ((-1.0) ** total).tolist()
