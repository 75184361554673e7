"""Lemma lem-bessel: the squares of the components of h add up to at most its square."""

from fractions import Fraction

import numpy as np
import pytest

from pacdistill.queries import walsh_hadamard


# Exact orthonormal columns by quaternions: all entries are rational.
def family(a, b, c, d):
    n = a * a + b * b + c * c + d * d
    table = [[a, -b, -c, -d], [b, a, -d, c], [c, d, a, -b], [d, -c, b, a]]
    square = [
        [sum(table[i][k] * table[j][k] for k in range(4)) for j in range(4)] for i in range(4)
    ]
    assert square == [[n * (i == j) for j in range(4)] for i in range(4)]
    return table, n


@pytest.mark.parametrize("M", [1, 2, 3, 4])
def test_exactly_with_equality_only_in_the_span(M):
    """On four points of equal weight, e_i = 2 row_i / sqrt(n): squares of components are exact."""
    rng = np.random.default_rng(M)
    for _ in range(200):
        table, n = family(*(int(v) for v in rng.integers(1, 6, 4)))
        h = [int(v) for v in rng.integers(-5, 6, 4)]
        if rng.random() < 0.3:  # in the span of the first M
            w = rng.integers(-3, 4, M)
            h = [int(sum(w[i] * table[i][x] for i in range(M))) for x in range(4)]
        dots = [sum(h[x] * table[i][x] for x in range(4)) for i in range(4)]
        total = sum(Fraction(4 * dot * dot, 16 * n) for dot in dots[:M])
        square = Fraction(sum(v * v for v in h), 4)
        assert total <= square
        assert (total == square) == (not any(dots[M:]))  # nothing outside of the span


@pytest.mark.parametrize("t", [0.05, 0.11, 0.2, 0.3, 0.45, 0.9])
def test_fewer_than_the_square_over_t_squared_are_above_t(t):
    rng, most = np.random.default_rng(0), 0
    for _ in range(300):
        d = int(rng.integers(2, 9))
        h = np.sign(rng.normal(size=2**d)) * rng.choice([1, rng.random()])
        above = int((np.abs(walsh_hadamard(h)) > t).sum())
        assert above == 0 or above < (h**2).mean() / t**2
        most = max(most, above)
    # A bent function reaches it: a wrong constant, say one half, is noticed.
    bent = np.array([1, 1, 1, -1.0])
    for _ in range(2):
        bent = np.kron(bent, [1, 1, 1, -1.0])
    just_below = 2.0**-3 * (1 - 1e-9)
    above = int((np.abs(walsh_hadamard(bent)) > just_below).sum())
    assert above == 64 > 1 / just_below**2 * 0.999
    assert 64 > 0.5 / just_below**2


def test_without_orthogonality_it_fails():
    copies = np.ones((5, 4))  # five times the same function of norm 1
    assert ((copies @ np.ones(4) / 4) ** 2).sum() == 5 > 1


def test_without_the_unit_norm_it_fails():
    longer = 2 * np.eye(4)  # orthogonal on four points of equal weight, norm 1: fine
    assert ((longer @ np.ones(4) / 4) ** 2).sum() == 1
    assert ((2 * longer @ np.ones(4) / 4) ** 2).sum() == 4 > 1
