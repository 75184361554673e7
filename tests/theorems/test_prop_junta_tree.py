"""Proposition prop-junta-tree: k variables make 2^k leaves at most, and a parity needs them."""

from functools import cache
from itertools import combinations, product

import numpy as np
import pytest

from pacdistill import DecisionTree, enumerate_cube, parity_tree
from pacdistill.queries import Junta


@cache
def least(table):
    """The least depth and the fewest leaves of a tree, by the recursion over all roots."""
    if len(set(table)) == 1:
        return 0, 1
    k = len(table).bit_length() - 1
    cube = np.array(table).reshape((2,) * k)
    halves = [
        [least(tuple(np.take(cube, v, axis=i).ravel().tolist())) for v in (0, 1)] for i in range(k)
    ]
    return (
        1 + min(max(zero[0], one[0]) for zero, one in halves),
        min(zero[1] + one[1] for zero, one in halves),
    )


@pytest.mark.parametrize("k", [0, 1, 2, 3])
def test_every_function_of_at_most_3_bits(k):
    parities = set()
    for table in product((0, 1), repeat=2**k):
        depth, leaves = least(table)
        assert depth <= k
        assert leaves <= 2**k
        if leaves == 2**k and k > 0:
            parities.add(table)
        # The library's tree, with the variables at other places among five bits.
        variables = (1, 3, 4)[:k]
        tree = Junta(variables, table).tree()
        assert tree.depth <= k
        assert tree.size <= 2**k
        X = enumerate_cube(5)
        cube = np.array(table).reshape((2,) * k)
        assert tree.predict(X).tolist() == [cube[tuple(x[list(variables)])] for x in X]
    if k:
        bits = enumerate_cube(k).sum(axis=1) % 2
        assert parities == {tuple(bits.tolist()), tuple((1 - bits).tolist())}


def test_all_functions_of_4_bits_by_their_halves():
    """The fewest leaves of the 65,536 functions: at most 16, and 16 for two of them alone."""
    functions = np.arange(2**16)
    cube = enumerate_cube(4)
    three = np.array([least(tuple(t >> k & 1 for k in range(8)))[1] for t in range(256)])
    sizes = []
    for i in range(4):
        halves = [
            sum(
                (functions >> int(k) & 1) << j
                for j, k in enumerate(np.flatnonzero(cube[:, i] == v))
            )
            for v in (0, 1)
        ]
        sizes.append(three[halves[0]] + three[halves[1]])
    fewest = np.where((functions == 0) | (functions == 2**16 - 1), 1, np.min(sizes, axis=0))
    assert fewest.max() == 16
    assert np.flatnonzero(fewest == 16).tolist() == [0x6996, 0x9669]


def all_trees(depth, free):
    trees = [DecisionTree.leaf(0), DecisionTree.leaf(1)]
    if depth == 0:
        return trees
    return trees + [
        DecisionTree.split(i, zero, one)
        for i in free
        for zero in all_trees(depth - 1, tuple(j for j in free if j != i))
        for one in all_trees(depth - 1, tuple(j for j in free if j != i))
    ]


def test_no_tree_of_depth_2_is_a_parity_of_3_bits_but_each_of_2_bits_is_one():
    X = enumerate_cube(3)
    found = {tuple(tree.predict(X).tolist()) for tree in all_trees(2, (0, 1, 2))}
    for pair in combinations(range(3), 2):
        tree = parity_tree(pair)
        assert (tree.depth, tree.size) == (2, 4)
        assert tuple(tree.predict(X).tolist()) in found
    assert tuple((X.sum(axis=1) % 2).tolist()) not in found


def test_parity_alone_is_the_hypothesis_that_counts():
    """Another function of all k bits has a smaller tree: AND, of k + 1 leaves."""
    for k in (2, 3):
        assert least((0,) * (2**k - 1) + (1,)) == (k, k + 1)
