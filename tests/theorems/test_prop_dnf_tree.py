"""Proposition prop-dnf-tree: k pairs, k terms, and exactly 2^(k+1) - 1 leaves and 2^k clauses."""

from functools import cache
from itertools import product

import numpy as np
import oracles
import pytest

from pacdistill import Clause, enumerate_cube
from pacdistill.extraction import best_trees


def pairs(X):
    return np.any([X[:, j] & X[:, j + 1] for j in range(0, X.shape[1], 2)], axis=0)


@cache
def leaves(table):
    """The fewest leaves of a tree, by the recursion over all roots."""
    if len(set(table)) == 1:
        return 1
    d = len(table).bit_length() - 1
    cube = np.array(table).reshape((2,) * d)
    return min(
        sum(leaves(tuple(np.take(cube, v, axis=i).ravel().tolist())) for v in (0, 1))
        for i in range(d)
    )


def clauses_of(d):
    return [
        Clause(tuple((i, v) for i, v in enumerate(row) if v is not None))
        for row in product((None, 0, 1), repeat=d)
    ]


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_smallest_tree(k):
    X = enumerate_cube(2 * k)
    f = pairs(X).astype(np.int8)
    assert leaves(tuple(f.tolist())) == 2 ** (k + 1) - 1
    best = best_trees(X, f, clauses_of(2 * k), depth=2 * k, max_size=4**k)
    assert (best[-1].errors, best[-1].size) == (0, 2 ** (k + 1) - 1)
    assert (best[-1].tree.label == 0).sum() == 2**k
    assert (best[-1].tree.label == 1).sum() == 2**k - 1
    assert best[-2].errors > 0  # a leaf less does not do


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_the_ranks_that_the_proof_uses(k):
    X = enumerate_cube(2 * k)
    a, b = (X[:, first::2] @ (1 << np.arange(k)[::-1]) for first in (0, 1))
    M = np.zeros((2**k, 2**k))
    M[a, b] = pairs(X)
    H = np.array([[1, 1], [1, 0]])
    product_of_H = np.eye(1)
    for _ in range(k):
        product_of_H = np.kron(product_of_H, H)
    assert np.array_equal(1 - M, product_of_H)
    assert np.linalg.matrix_rank(1 - M, tol=1e-9) == 2**k
    assert np.linalg.matrix_rank(M, tol=1e-9) == 2**k - 1


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_smallest_cnf(k):
    """A covering program over all subcubes of zeros: its relaxation already needs 2^k clauses."""
    X = enumerate_cube(2 * k)
    zero = ~pairs(X).astype(bool)
    cubes = [c.holds(X) for c in clauses_of(2 * k)]
    legal = np.array([cube[zero] for cube in cubes if not cube[~zero].any()], dtype=float)
    fewest = oracles.linear_program(np.ones(len(legal)), A_ub=-legal.T, b_ub=-np.ones(zero.sum()))
    assert fewest == pytest.approx(2**k)
    by_choice = [
        np.any([X[:, i] for i in choice], axis=0)
        for choice in product(*((2 * j, 2 * j + 1) for j in range(k)))
    ]
    assert len(by_choice) == 2**k
    assert np.array_equal(np.all(by_choice, axis=0), pairs(X))


def test_pairs_that_share_variables_are_cheaper():
    """That the pairs are disjoint counts: x0 x1 or x0 x2 or x0 x3 has 5 leaves, not 15."""
    X = enumerate_cube(4)
    f = X[:, 0] & X[:, 1:].any(axis=1)
    assert leaves(tuple(f.tolist())) == 5
