"""What other tests compare with finds the known answers, and refuses what is not proved."""

from types import SimpleNamespace

import numpy as np
import oracles
import pytest

FEATURES, TARGET = np.array([[3.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), np.array([3.0, 1.0, 2.0])


def test_a_root_is_found_to_the_last_digit():
    assert oracles.root_of(lambda z: z**2 - 2, 0, 2) == pytest.approx(np.sqrt(2), rel=1e-15)
    assert oracles.root_of(lambda z: 1 - z, -5.0, 3.0) == 1
    with pytest.raises(AssertionError, match="one sign"):
        oracles.root_of(lambda z: z**2 + 1, 0, 2)


def test_the_least_in_a_ball_is_found_and_a_wrong_price_is_not_believed():
    # w = (9, 1)/(9 + z, 1 + z): at the price 1 it is (9/10, 1/2), and the loss is 9/100 + 1/4 + 4.
    norm = np.hypot(0.9, 0.5)
    assert oracles.least_in_ball(FEATURES, TARGET, norm) == pytest.approx(4.34, rel=1e-12)
    assert oracles.least_in_ball(FEATURES, TARGET, 2.0) == pytest.approx(4, rel=1e-12)
    ridged = oracles.least_in_ball(FEATURES, TARGET, 2.0, ridge=1.0)
    assert ridged == pytest.approx(4.34 + norm**2, rel=1e-12)
    moved = oracles.least_in_ball(FEATURES + 7, TARGET - 2, norm, constant=True)
    assert moved == pytest.approx(
        oracles.least_in_ball(FEATURES - FEATURES.mean(axis=0), TARGET - 2, norm), rel=1e-12
    )
    assert oracles.check_price(FEATURES, TARGET, norm, 0.0, 1.0) == pytest.approx(4.34)
    for wrong in (0.0, 0.99, 1.01):
        with pytest.raises(AssertionError, match="not the price"):
            oracles.check_price(FEATURES, TARGET, norm, 0.0, wrong)


PROGRAM = {"A_ub": [[-1.0, -2.0]], "b_ub": [-4.0], "A_eq": [[1.0, -1.0]], "b_eq": [1.0]}


def test_a_linear_program_is_solved():
    assert oracles.linear_program([1, 1], **PROGRAM) == pytest.approx(3)
    assert oracles.linear_program([1.0], A_ub=[[-1.0]], b_ub=[3.0], free=True) == pytest.approx(-3)
    assert oracles.linear_program([1.0], A_ub=[[-1.0]], b_ub=[3.0]) == pytest.approx(0)
    with pytest.raises(AssertionError, match="infeasible"):
        oracles.linear_program([1.0], A_ub=[[1.0]], b_ub=[-1.0])


@pytest.mark.parametrize(
    ("x", "of_limit", "of_equation", "message"),
    [
        ((2.0, 1.0), -2 / 3, 1 / 3, None),
        ((2.1, 1.1), -2 / 3, 1 / 3, "do not come to"),
        ((2.1, 1.0), -2 / 3, 1 / 3, "not legal"),
        ((1.0, 0.0), -2 / 3, 1 / 3, "not legal"),
        ((2.0, 1.0), 2 / 3, 1 / 3, "wrong sign"),
        ((2.0, 1.0), -2 / 3, 1 / 2, "more than it costs"),
        ((2.0, 1.0), -1 / 2, 1 / 3, "do not come to"),
    ],
)
def test_prices_that_prove_nothing_are_refused(x, of_limit, of_equation, message):
    found = SimpleNamespace(
        x=np.array(x),
        ineqlin=SimpleNamespace(marginals=np.array([of_limit])),
        eqlin=SimpleNamespace(marginals=np.array([of_equation])),
    )
    limits = (PROGRAM["A_ub"], PROGRAM["b_ub"]), (PROGRAM["A_eq"], PROGRAM["b_eq"])
    arguments = found, np.ones(2), limits, np.zeros(2, dtype=bool)
    if message is None:
        oracles.check_prices(*arguments)
    else:
        with pytest.raises(AssertionError, match=message):
            oracles.check_prices(*arguments)
