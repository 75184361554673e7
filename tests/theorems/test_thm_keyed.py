"""Theorem thm-keyed: the experiment of the proof, over all distillers of one query on two bits."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest

from pacdistill import sample_cube
from pacdistill.queries import KeyedFunction

POINTS = range(4)
ALL = np.array(list(product((0, 1), repeat=4)))  # every function of two bits
PARITIES = np.array([[bin(k & x).count("1") % 2 for x in POINTS] for k in POINTS])
CONSTANTS = np.array([[0] * 4, [1] * 4])
AFFINE = np.concatenate([PARITIES, 1 - PARITIES])


def distillers(q):
    """All deterministic ones: a point to ask (or none), and a function for each answer."""
    for x in POINTS if q else [None]:
        for answers in product(range(16), repeat=2 if q else 1):
            yield x, [ALL[k] for k in answers]


def errors(family, x, outputs):
    """The expected error over a uniform key, which is also the chance that A returns 1."""
    wrong = sum(int((outputs[0 if x is None else f[x]] != f).sum()) for f in family)
    return Fraction(wrong, 4 * len(family))


@pytest.mark.parametrize("q", [0, 1])
@pytest.mark.parametrize("family", [ALL, PARITIES, CONSTANTS, AFFINE, ALL[[1, 6, 11, 13, 14]]])
def test_no_distiller_is_better_than_its_advantage_allows(family, q):
    for x, outputs in distillers(q):
        error, random = errors(family, x, outputs), errors(ALL, x, outputs)
        advantage = abs(error - random)
        assert error >= Fraction(1, 2) - Fraction(q, 8) - advantage


def test_the_constant_is_exact_for_random_functions():
    """The best of one query errs by 1/2 - 1/8: q/2^(n+1) cannot be replaced by less."""
    best = min(errors(ALL, x, outputs) for x, outputs in distillers(1))
    assert best == Fraction(1, 2) - Fraction(1, 8)
    assert best < Fraction(1, 2) - Fraction(1, 16)
    assert min(errors(ALL, x, outputs) for x, outputs in distillers(0)) == Fraction(1, 2)


def test_without_the_advantage_a_weak_family_breaks_it():
    best = min(errors(CONSTANTS, x, outputs) for x, outputs in distillers(1))
    assert best == 0 < Fraction(1, 2) - Fraction(1, 8)


def test_the_key_is_the_function_and_a_memory_of_q_points_is_no_better_than_the_bound():
    keys = [np.random.default_rng(k).bytes(16) for k in range(40)]
    rng, q, n = np.random.default_rng(0), 64, 8
    wrong = 0
    for key in keys:
        source = KeyedFunction(key)
        X = sample_cube(500, n, rng)
        assert (KeyedFunction(source.key).predict(X) == source.predict(X)).all()
        cube = (np.arange(2**n)[:, None] >> np.arange(n)).astype(np.uint8) & 1
        asked = rng.permutation(2**n)[:q]
        g = np.zeros(2**n, dtype=np.int8)
        g[asked] = source.predict(cube[asked])
        wrong += int((g != source.predict(cube)).sum())
    interval = binomtest(wrong, len(keys) * 2**n).proportion_ci(0.999, method="exact")
    assert interval.low < 0.5 - q / 2 ** (n + 1) < interval.high
    assert not interval.low < 0.5 - q / 2**n  # the bound with q/2^n is not reached
