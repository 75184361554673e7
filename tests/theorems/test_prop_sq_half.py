"""Proposition prop-sq-half: below a tolerance of 1/2, M - 1 queries; from 1/2 on, nothing."""

from itertools import combinations, product

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.cube import character
from pacdistill.queries import StatisticalOracle


def table(d, k):
    X = enumerate_cube(d)
    return [character(X, V) for V in combinations(range(d), k)]


def one_by_one(oracle, signs):
    """Ask for all but the last parity; take one that answers above 1/2, or the last."""
    answers = [oracle.answer(lambda X, y, g=g: y * g) for g in signs[:-1]]
    above = [k for k, answer in enumerate(answers) if answer > 1 / 2]
    assert len(above) <= 1
    return above[0] if above else len(signs) - 1


@pytest.mark.parametrize(("d", "k"), [(2, 1), (4, 2), (5, 3)])
@pytest.mark.parametrize("push", [-1, 1, 0])
def test_below_a_half_every_legal_oracle_gives_the_parity_away(d, k, push):
    signs, tau = table(d, k), 0.499
    for number, sign in enumerate(signs):
        for error in (lambda mean: push * tau, lambda mean: tau * (1 if mean < 1 / 2 else -1)):
            oracle = StatisticalOracle(sign, tau, error=error)
            assert one_by_one(oracle, signs) == number
            assert oracle.queries == len(signs) - 1


@pytest.mark.parametrize(("d", "k"), [(2, 1), (3, 1), (3, 2)])
def test_from_a_half_on_one_answer_is_legal_for_all(d, k):
    """For every query with values -1, 0, 1 at (x, y) that a small cube has: ends and middle."""
    signs = np.array(table(d, k), dtype=float)
    if d == 2:
        h1 = np.array(list(product((-1, -0.5, 0, 0.5, 1), repeat=4)))
    else:
        h1 = np.array(list(product((-1, 0, 1), repeat=8)))
    means = h1 @ signs.T / 2**d  # the mean of h_0 is common to all
    spread = means.max(axis=1) - means.min(axis=1)
    assert spread.max() == 1  # so 1/2 is sharp: with a smaller tolerance no answer would do


def test_just_above_a_half_the_learner_is_fooled():
    signs = table(4, 2)
    fooled = [
        one_by_one(StatisticalOracle(sign, 0.5, error=lambda mean: 0.5 - mean), signs)
        for sign in signs
    ]
    assert set(fooled) == {len(signs) - 1}  # always the same answer
