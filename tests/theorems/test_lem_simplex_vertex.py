"""Lemma lem-simplex-vertex: a linear function over a simplex is extreme at a vertex."""

from fractions import Fraction

import numpy as np
import oracles
import pytest


@pytest.mark.parametrize("seed", range(30))
def test_a_linear_program_finds_no_better_mixture(seed):
    rng = np.random.default_rng(seed)
    c = rng.normal(size=int(rng.integers(1, 9)))
    for sign, best in ((-1, c.max()), (1, c.min())):
        found = oracles.linear_program(sign * c, A_eq=np.ones((1, len(c))), b_eq=[1])
        assert sign * found == pytest.approx(best)


def test_all_mixtures_with_small_denominators_in_exact_numbers():
    c = [Fraction(3, 7), Fraction(-1, 2), Fraction(2, 5)]
    payments = [
        (a * c[0] + b * c[1] + (12 - a - b) * c[2]) / 12 for a in range(13) for b in range(13 - a)
    ]
    assert (max(payments), min(payments)) == (max(c), min(c))


def test_a_function_that_is_not_linear_breaks_it():
    p = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    concave = 1 - (p**2).sum(axis=1)
    assert concave[2] > concave[:2].max()


def test_another_condition_on_the_mixture_breaks_it():
    """With mean 1/2 prescribed, no single one of the values 0, 1/3 and 1 is possible."""
    values, c = np.array([0, 1 / 3, 1]), np.array([0.0, 0.0, 1.0])
    found = oracles.linear_program(-c, A_eq=[np.ones(3), values], b_eq=[1, 0.5])
    assert -found == pytest.approx(0.5)
