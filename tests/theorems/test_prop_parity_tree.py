"""Proposition prop-parity-tree: a parity is a complete tree, and no smaller one."""

from functools import cache
from itertools import combinations
from math import comb

import numpy as np
import pytest

from pacdistill import enumerate_cube, parity_tree
from pacdistill.cube import character
from pacdistill.queries import parity_queries


def smallest(labels, d):
    """The least number of leaves and the least depth of a tree with these labels, by all splits."""

    @cache
    def solve(clause):
        rows = [x for x in range(2**d) if all((x >> i & 1) == v for i, v in clause)]
        if len({labels[x] for x in rows}) == 1:
            return 1, 0
        fixed = {i for i, _ in clause}
        pairs = [
            (solve((*clause, (i, 0))), solve((*clause, (i, 1)))) for i in range(d) if i not in fixed
        ]
        return (
            min(a[0] + b[0] for a, b in pairs),
            min(1 + max(a[1], b[1]) for a, b in pairs),
        )

    return solve(())


@pytest.mark.parametrize(("d", "k"), [(1, 1), (3, 1), (3, 2), (4, 2), (4, 3), (4, 4)])
def test_no_tree_is_smaller_or_less_deep_than_the_complete_one(d, k):
    X = enumerate_cube(d)
    V = tuple(range(d - k, d))
    tree = parity_tree(V)
    assert np.array_equal(1 - 2 * tree.predict(X), character(X, V))
    assert (tree.size, tree.depth) == (2**k, k)
    assert smallest([int(v) for v in tree.predict(X)], d) == (2**k, k)


def test_other_functions_have_smaller_trees():
    labels = [int(x == 7) for x in range(8)]  # a conjunction of three bits
    assert smallest(labels, 3) == (4, 3)


def test_the_count_of_parities():
    for d in range(1, 40):
        for k in range(1, d):
            assert comb(d, k) * k**k >= d**k
            assert (comb(d, k) > 1) == (k < d)
    assert len(list(combinations(range(6), 3))) == comb(6, 3)
    assert parity_queries(10, 3, 0.5) == 119 / 4 >= ((10 / 3) ** 3 - 1) / 4
    # (d/k)^k may not be replaced by d^k, nor k = d be allowed.
    assert comb(10, 3) < 10**3
    with pytest.raises(ValueError, match="two parities"):
        parity_queries(5, 5, 0.5)
