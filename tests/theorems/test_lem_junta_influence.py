"""Lemma lem-junta-influence: influences count in units of 2^(1-k), distances in 2^-k."""

from itertools import combinations, product

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.queries import influences


def juntas(d: int, k: int) -> np.ndarray:
    """All functions of d bits with at most k relevant ones: signs, shape (N, 2^d), each once."""
    found = set()
    for J in combinations(range(d), k):
        cells = enumerate_cube(d)[:, J].astype(int) @ (1 << np.arange(k))
        for table in product((1, -1), repeat=2**k):
            found.add(tuple(np.array(table)[cells].tolist()))
    return np.array(sorted(found))


def counted(f: np.ndarray, d: int) -> list[int]:
    """For each bit, the points at which flipping it changes the sign, one after the other."""
    return [sum(f[x] != f[x ^ (1 << (d - 1 - i))] for x in range(2**d)) for i in range(d)]


CASES = [(3, 1), (4, 1), (4, 2), (5, 2), (3, 3), (4, 3)]


@pytest.mark.parametrize(("d", "k"), CASES)
def test_influences_are_multiples_and_this_unit_is_the_largest(d, k):
    fs = juntas(d, k)
    values = np.array([counted(f, d) for f in fs[:: max(1, len(fs) // 150)]])
    unit = 2**d // 2 ** (k - 1)
    assert (values % unit == 0).all()
    # A conjunction of k bits meets it.
    conjunction = np.where(enumerate_cube(d)[:, :k].all(axis=1), -1, 1)
    assert counted(conjunction, d)[:k] == [unit] * k
    assert influences((conjunction < 0).astype(int)).tolist()[0] == 2.0 ** (1 - k)


@pytest.mark.parametrize(("d", "k"), CASES)
def test_two_juntas_differ_on_a_cell_at_least_and_some_do_on_one(d, k):
    fs = juntas(d, k)
    differ = (2**d - fs @ fs.T) // 2
    np.fill_diagonal(differ, 2**d)
    assert differ.min() == 2 ** (d - k)


def test_functions_of_more_bits_come_closer():
    differ = (16 - juntas(4, 2) @ juntas(4, 3).T) // 2
    assert differ[differ > 0].min() < 2 ** (4 - 2)


def test_influences_differ_by_at_most_twice_the_distance_and_this_is_met():
    signs = 1 - 2 * enumerate_cube(8).astype(int)  # all functions of 3 bits
    moved = np.array([counted(f, 3) for f in signs])
    apart = (8 - signs @ signs.T) // 2
    gaps = abs(moved[:, None] - moved[None]).max(axis=2)
    assert (gaps <= 2 * apart).all()
    assert (gaps[apart > 0] == 2 * apart[apart > 0]).any()  # so 2 cannot be less


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_radius_is_sharp(k):
    d = k + 1
    fs = juntas(d, k)
    near = np.where(enumerate_cube(d).all(axis=1), -1, 1)
    apart = (2**d - fs @ near) // 2
    assert apart.min() == 1 == 2**d // 2 ** (k + 1)
    assert (apart == 1).sum() == k + 2  # the constant 0 and k + 1 conjunctions of k bits
