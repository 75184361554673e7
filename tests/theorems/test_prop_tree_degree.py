"""Proposition prop-tree-degree: trees of depth r are polynomials of degree r, in steps of 2^-r."""

from fractions import Fraction

import numpy as np
import pytest

from pacdistill import enumerate_cube, parity_tree, random_tree
from pacdistill.cube import character
from pacdistill.queries import walsh_hadamard


def spectrum(labels, d):
    """All coefficients E[f chi_V] as fractions, by their definition."""
    X = enumerate_cube(d)
    return {
        tuple(np.flatnonzero(row).tolist()): Fraction(
            int((labels.astype(int) * character(X, tuple(np.flatnonzero(row).tolist()))).sum()),
            2**d,
        )
        for row in X
    }


@pytest.mark.parametrize("seed", range(16))
def test_random_trees(seed):
    tree = random_tree(1 + seed % 5, 6, np.random.default_rng(seed))
    found = spectrum(tree.predict(enumerate_cube(6)), 6)
    nonzero = {V: value for V, value in found.items() if value}
    assert max((len(V) for V in nonzero), default=0) <= tree.depth
    assert all((value * 2**tree.depth).denominator == 1 for value in nonzero.values())
    assert len(nonzero) <= 2**tree.depth * (tree.label == 1).sum()
    assert np.allclose(
        walsh_hadamard(tree.predict(enumerate_cube(6)).astype(float)),
        [float(value) for value in found.values()],
    )


def test_all_functions_of_4_bits_have_a_degree_of_at_most_their_depth():
    def depths(m):
        functions = np.arange(2 ** (2**m))
        if m == 0:
            return np.zeros(2, int)
        below, cube, ways = depths(m - 1), enumerate_cube(m), []
        for i in range(m):
            halves = [
                sum((functions >> int(k) & 1) << j
                    for j, k in enumerate(np.flatnonzero(cube[:, i] == v)))
                for v in (0, 1)
            ]  # fmt: skip
            ways.append(np.maximum(below[halves[0]], below[halves[1]]) + 1)
        constant = (functions == 0) | (functions == functions[-1])
        return np.where(constant, 0, np.min(ways, axis=0))

    tables = (np.arange(2**16)[:, None] >> np.arange(16) & 1).astype(float)
    coefficients, depth = walsh_hadamard(tables), depths(4)
    size = enumerate_cube(4).sum(axis=1)
    degree = np.where(np.abs(coefficients) > 1e-9, size, 0).max(axis=1)
    assert (degree <= depth).all()
    steps = coefficients * 2.0 ** depth[:, None]
    assert np.allclose(steps, np.rint(steps))
    assert (degree < depth).any()  # the converse fails


def test_no_smaller_degree_and_no_coarser_steps_would_do():
    found = spectrum(parity_tree((0, 1, 2)).predict(enumerate_cube(3)), 3)
    assert found[0, 1, 2] == Fraction(-1, 2)
    conjunction = spectrum(enumerate_cube(3).all(axis=1), 3)
    assert set(map(abs, conjunction.values())) == {Fraction(1, 8)}
