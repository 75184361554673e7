"""Theorem thm-hitting-set: juntas that fit OR on the points 0 and 1_S are hitting sets."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from pacdistill.queries import Junta
from pacdistill.reductions import hitting_set_sample

SUBSETS = [frozenset(i for i in range(4) if mask >> i & 1) for mask in range(1, 16)]


def fits(X, y, J):
    """Whether some function of the bits J has these labels: no two points conflict."""
    seen = {}
    for row, label in zip(X[:, list(J)].tolist(), y.tolist(), strict=True):
        if seen.setdefault(tuple(row), label) != label:
            return False
    return True


def fits_two(S, J):
    """Whether some function of the bits J is 0 at the point 0 and 1 at the point S (bit masks)."""
    X = np.array([[0] * 4, [S >> i & 1 for i in range(4)]])
    return fits(X, np.array([0, 1]), [i for i in range(4) if J >> i & 1])


def least_errors(X, y, J):
    """How many of the points the best function of the bits J errs on."""
    counts = {}
    for row, label in zip(X[:, list(J)].tolist(), y.tolist(), strict=True):
        counts.setdefault(tuple(row), [0, 0])[label] += 1
    return sum(min(pair) for pair in counts.values())


def hits(sets, J):
    return all(S & set(J) for S in sets)


def test_all_systems_of_sets_of_4_points():
    """All 2^15 - 1 systems, as bit masks: J tells each set from 0 exactly if it hits each."""
    for J in range(16):
        # A function of J has to give the point S another label than the point 0.
        apart = sum(1 << (S - 1) for S in range(1, 16) if fits_two(S, J))
        hit = sum(1 << (S - 1) for S in range(1, 16) if S & J)
        assert all((system & ~apart == 0) == (system & ~hit == 0) for system in range(1, 2**15))


@pytest.mark.parametrize("system", range(1, 2**15, 331))
def test_the_reduction_of_the_library_on_systems_of_4_points(system):
    sets = [S for j, S in enumerate(SUBSETS) if system >> j & 1]
    X, y = hitting_set_sample(sets, 4)
    assert len(X) == len(sets) + 1 == len(np.unique(X, axis=0))
    assert y.tolist() == X.any(axis=1).astype(int).tolist() == [0] + [1] * len(sets)
    for k in range(5):
        for J in combinations(range(4), k):
            assert fits(X, y, J) == hits(sets, J)
            if hits(sets, J):  # part 1: the OR over J has no error
                assert (Junta(J, (0, *[1] * (2**k - 1))).predict(X) == y).all()
            else:  # part 2: no function of J has an error below 1/(m + 1)
                assert Fraction(least_errors(X, y, J), len(X)) >= Fraction(1, len(sets) + 1)


def test_a_distiller_would_decide_hitting_set():
    """The reduction's algorithm with ERM in the place of the distiller, on larger systems."""
    rng = np.random.default_rng(0)
    answers = set()
    for _ in range(150):
        d, m = 7, int(rng.integers(1, 9))
        drawn = {frozenset(np.flatnonzero(rng.random(d) < 0.35).tolist()) for _ in range(m)}
        sets = sorted((S for S in drawn if S), key=sorted) or [frozenset({0})]
        X, y = hitting_set_sample(sets, d)
        for k in (1, 2, 3):
            lists = list(combinations(range(d), k))
            best = min(lists, key=lambda J: least_errors(X, y, J))  # what a distiller returns
            says = hits(sets, best)
            assert says == any(hits(sets, J) for J in lists)
            answers.add(says)
    assert answers == {False, True}


def test_a_larger_error_is_not_enough():
    """With an error of 1/(m + 1) allowed, as of eps = 1/(m + 1), a list need hit nothing."""
    sets = [frozenset({0, 1}), frozenset({2, 3})]
    X, y = hitting_set_sample(sets, 4)
    assert least_errors(X, y, ()) == 1  # the constant 1 errs at the point 0 only
    assert not hits(sets, ())


def test_without_the_point_0_a_constant_does():
    sets = [frozenset({0, 1}), frozenset({2, 3})]
    X, y = hitting_set_sample(sets, 4)
    assert fits(X[1:], y[1:], ())


def test_under_the_uniform_distribution_a_constant_is_almost_right():
    for d in (3, 8):
        cube = np.array(np.meshgrid(*[[0, 1]] * d)).reshape(d, -1).T
        assert Fraction(int((cube.any(axis=1) == 0).sum()), 2**d) == Fraction(1, 2**d)
