"""Proposition prop-zero-sample-delta: which (eps, delta) zero samples are enough for."""

from fractions import Fraction
from functools import cache
from itertools import product
from math import ceil

import numpy as np
import oracles
import pytest

from pacdistill import enumerate_cube
from pacdistill.samples import enumerate_subsets, pareto_frontier, zero_sample_game


def zero(N):
    return np.zeros(N, dtype=int)


def value(errors):
    return zero_sample_game(errors, zero(np.shape(errors)[1])).value


def legal_distributions(errors, steps):
    """Return the legal D with masses in multiples of 1/steps, as whole numbers."""
    grid = np.array(list(product(range(steps + 1), repeat=errors.shape[1])))
    grid = grid[grid.sum(axis=1) == steps]
    return grid[(grid @ errors.T).min(axis=1) == 0]


def least_delta_on_grid(errors, eps, steps):
    """Return min over p of the largest Pr[err > eps] over the legal D of a grid, by its own LP."""
    bad = np.unique(legal_distributions(errors, steps) @ errors.T > eps * steps, axis=0)
    k = len(errors)
    return oracles.linear_program(
        np.append(np.zeros(k), 1),
        A_ub=np.column_stack([bad.astype(float), -np.ones(len(bad))]),
        b_ub=np.zeros(len(bad)),
        A_eq=np.append(np.ones(k), 0)[None, :],
        b_eq=[1],
        free=np.arange(k + 1) == k,
    )


@cache
def forced_errors(rows):
    """Return for each set of concepts the largest error that one legal D forces on all of it."""
    errors = np.array(rows)
    sets = enumerate_cube(len(errors)).astype(bool)[1:]
    forced = np.zeros(len(sets))
    for agreed in errors == 0:  # D lives where this concept is right
        for b, members in enumerate(sets):
            part = errors[members][:, agreed]
            if part.size and part.any(axis=1).all():  # else a member never errs there
                mass = 1.0 if part.all(axis=0).any() else value(part)
                forced[b] = max(forced[b], mass)
    return sets, forced


def least_delta(errors, eps):
    """Return the same over all legal D, as the proposition says: a game against bad sets."""
    sets, forced = forced_errors(tuple(map(tuple, errors.tolist())))
    bad = sets[forced > eps + 1e-9]
    return value(bad.T) if len(bad) else 0.0


CLASSES = [
    np.array(rows)
    for rows in (
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[1, 1, 0], [1, 0, 1], [0, 1, 1]],
        [[1, 0, 0], [0, 1, 1]],
        [[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 1, 1]],
        [[1, 0, 1], [0, 1, 1]],
        [[0, 1, 1], [1, 1, 1]],
        [[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 1], [1, 0, 1, 0]],
        [[1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1], [0, 0, 1, 1]],
    )
]
# Not on a step: all forced errors of these classes are 0, 1/3, 1/2, 2/3 or 1.
EPS = [0.05, 0.3, 0.4, 0.6, 0.7, 0.95]


@pytest.mark.parametrize("number", range(len(CLASSES)))
def test_a_game_against_bad_sets_gives_the_least_delta(number):
    errors = CLASSES[number]
    found = [least_delta(errors, eps) for eps in EPS]
    # A grid of twelfths holds the D that force halves and thirds.
    on_grid = [least_delta_on_grid(errors, eps, 12) for eps in EPS]
    assert found == pytest.approx(on_grid, abs=1e-7)
    assert all(np.diff(found) <= 1e-9)
    v = value(errors)
    for eps, delta in zip(EPS, found, strict=True):
        assert v - 1e-9 <= delta
        assert delta < v / eps - 1e-6 if v > 1e-9 else delta < 1e-9
    assert found[-1] == pytest.approx(v, abs=1e-9)  # part 3, as 0.95 is beyond the last step


@pytest.mark.parametrize("number", range(len(CLASSES)))
def test_at_eps_0_it_counts_the_frontier(number):
    errors = CLASSES[number]
    m = len(pareto_frontier(errors, zero(errors.shape[1])))
    assert least_delta(errors, 0) == pytest.approx(1 - 1 / m)
    assert least_delta_on_grid(errors, 0, 4) == pytest.approx(1 - 1 / m)


@pytest.mark.parametrize("seed", range(30))
def test_the_bounds_on_random_classes(seed):
    rng = np.random.default_rng(seed)
    errors = (rng.random((4, 5)) < 0.5).astype(int)
    assert not errors.all()  # some point is legal
    v, eps = value(errors), float(rng.uniform(0.02, 0.98))
    delta = least_delta(errors, eps)
    m = len(pareto_frontier(errors, zero(5)))
    assert v - 1e-9 <= delta <= 1 - 1 / m + 1e-9
    assert delta < v / eps or v < 1e-9
    assert delta >= least_delta_on_grid(errors, eps, 8) - 1e-7


@pytest.mark.parametrize("N", [2, 3, 4, 5])
def test_single_points(N):
    errors = enumerate_subsets(N, 1)
    for eps in (Fraction(j, 60) for j in range(1, 60)):
        formula = Fraction(min(ceil(1 / eps) - 1, N - 1), N)
        assert least_delta(errors, float(eps)) == pytest.approx(float(formula), abs=1e-9)
        assert Fraction(1, N) <= formula < 1 / (N * eps)


def test_v_is_not_enough_and_no_constant_below_1_will_do():
    errors = enumerate_subsets(3, 1)
    assert least_delta(errors, 0.4) == pytest.approx(2 / 3)  # v = 1/3
    eps = 1 / 2 - 1e-6
    assert least_delta(errors, eps) > 0.999 * value(errors) / eps
