"""Lemma lem-jensen: a convex function of the mean is at most the mean of the function."""

from fractions import Fraction

import numpy as np
import pytest

CONVEX = {
    "square": (lambda z: z * z, -9),
    "distance": (lambda z: abs(z - 2), -9),
    "hinge": (lambda z: max(z, Fraction(0)), -9),
    "fourth power": (lambda z: z**4, -9),
    "inverse": (lambda z: 1 / z, 1),
}


def sides(phi, values, weights):
    total = sum(weights)
    mean = sum(w * z for w, z in zip(weights, values, strict=True)) / total
    return phi(mean), sum(w * phi(z) for w, z in zip(weights, values, strict=True)) / total


def variable(rng, low):
    size = int(rng.integers(1, 7))
    values = [Fraction(int(v), 3) for v in rng.integers(3 * low, 30, size=size)]
    return values, [Fraction(int(w)) for w in rng.integers(1, 9, size=size)]


@pytest.mark.parametrize("name", CONVEX)
def test_it_holds_in_exact_numbers_and_turns_around_for_concave_functions(name):
    phi, low = CONVEX[name]
    rng = np.random.default_rng(0)
    strict = 0
    for _ in range(200):
        values, weights = variable(rng, low)
        left, right = sides(phi, values, weights)
        assert left <= right
        left, right = sides(lambda z: -phi(z), values, weights)
        assert left >= right
        strict += left > right
    assert strict > 20


def test_the_forms_that_the_book_uses():
    rng = np.random.default_rng(1)
    weights, z = rng.dirichlet(np.ones(4), size=1000), rng.uniform(0.01, 5, size=(1000, 4))
    mean = (weights * z).sum(axis=1)
    assert ((weights * np.log(z)).sum(axis=1) <= np.log(mean) + 1e-12).all()
    assert ((weights * z * np.log(z)).sum(axis=1) >= mean * np.log(mean) - 1e-12).all()
    assert ((weights * np.exp(-z)).sum(axis=1) >= np.exp(-mean) - 1e-12).all()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_function_that_is_not_convex_breaks_it_both_ways(sign):
    def cube(z):
        return sign * z**3

    rng = np.random.default_rng(2)
    found = {np.sign(float(a - b)) for a, b in (sides(cube, *variable(rng, -9)) for _ in range(99))}
    assert {-1.0, 1.0} <= found
