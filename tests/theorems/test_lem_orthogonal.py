"""Lemma lem-orthogonal: the characters are an orthonormal basis, and Parseval's identity."""

from fractions import Fraction
from itertools import chain, combinations, product

import numpy as np
import pytest

from pacdistill.queries import inverse_walsh_hadamard, walsh_hadamard


def subsets(d):
    return list(chain.from_iterable(combinations(range(d), k) for k in range(d + 1)))


def chi(V, x):
    return (-1) ** sum(x[i] for i in V)


def mean(values, bias=Fraction(1, 2)):
    """The exact mean of a function, given as a dictionary, under independent bits."""
    return sum(v * bias ** sum(x) * (1 - bias) ** (len(x) - sum(x)) for x, v in values.items())


def inner(V, W, d, bias=Fraction(1, 2)):
    return mean({x: chi(V, x) * chi(W, x) for x in product((0, 1), repeat=d)}, bias)


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_orthonormal_and_half_of_the_cube_apart(d):
    for V, W in product(subsets(d), repeat=2):
        assert inner(V, W, d) == (V == W)
        differ = sum(chi(V, x) != chi(W, x) for x in product((0, 1), repeat=d))
        assert differ == (0 if V == W else 2 ** (d - 1))


@pytest.mark.parametrize("seed", range(5))
def test_expansion_and_parseval_in_whole_numbers(seed):
    d, rng = 4, np.random.default_rng(seed)
    points = list(product((0, 1), repeat=d))
    f, g = (
        {x: int(v) for x, v in zip(points, rng.integers(-9, 10, 16), strict=True)} for _ in "fg"
    )
    at = {V: mean({x: f[x] * chi(V, x) for x in points}) for V in subsets(d)}
    of_g = {V: mean({x: g[x] * chi(V, x) for x in points}) for V in subsets(d)}
    assert all(sum(c * chi(V, x) for V, c in at.items()) == f[x] for x in points)
    assert sum(at[V] * of_g[V] for V in at) == mean({x: f[x] * g[x] for x in points})
    # The library's transform is this one: the place of V is its indicator, read as a number.
    place = {V: sum(2 ** (d - 1 - i) for i in V) for V in at}
    found = walsh_hadamard([f[x] for x in points])
    assert all(found[place[V]] == at[V] for V in at)
    # No other combination of characters is f: the transform is one to one.
    changed = found + np.eye(16)[rng.integers(16)]
    assert not np.allclose(inverse_walsh_hadamard(changed), [f[x] for x in points])


def test_under_another_distribution_it_fails():
    assert inner((0,), (0, 1), 2, bias=Fraction(1, 4)) == Fraction(1, 2)
