"""The dynamic program on every function of 4 bits, against boofun and against every tree.

A permutation of the inputs, the negation of some inputs and the negation of the output change no
size: the 65,536 functions fall into 222 classes. A function is the number whose binary digit k is
its label at the k-th point of the cube.
"""

import itertools
from functools import cache

import numpy as np
import pytest

from pacdistill import Clause, enumerate_cube
from pacdistill.extraction import best_trees

D = 4
POINTS = 2**D
FUNCTIONS = 2**POINTS
CUBE = enumerate_cube(D)
ALL_CLAUSES = [
    Clause(tuple((i, v) for i, v in enumerate(values) if v is not None))
    for values in itertools.product((None, 0, 1), repeat=D)
]


def labels_of(function):
    return (function >> np.arange(POINTS) & 1).astype(np.int8)


def size_of(function):
    """The number of leaves of the smallest tree that the dynamic program finds."""
    last = best_trees(CUBE, labels_of(function), ALL_CLAUSES, depth=D, max_size=POINTS)[-1]
    assert last.errors == 0
    assert np.array_equal(last.tree.predict(CUBE), labels_of(function))
    return last.size


@cache
def orbits():
    """The classes, each as the sorted numbers of its functions; the first represents it."""
    order = np.arange(POINTS).reshape((2,) * D)
    moves = [
        np.flip(order, flipped).transpose(permutation).ravel()
        for permutation in itertools.permutations(range(D))
        for k in range(D + 1)
        for flipped in itertools.combinations(range(D), k)
    ]
    seen, found = np.zeros(FUNCTIONS, dtype=bool), []
    while not seen.all():
        function = int(seen.argmin())
        images = (labels_of(function)[np.array(moves)].astype(np.int64) << np.arange(POINTS)).sum(1)
        orbit = np.unique([images, FUNCTIONS - 1 - images])
        assert not seen[orbit].any()
        seen[orbit] = True
        found.append(orbit)
    return found


def representatives():
    return [int(orbit[0]) for orbit in orbits()]


def others(count=150):
    """Functions of all kinds that represent no class."""
    rng = np.random.default_rng(0)
    drawn = rng.choice(np.setdiff1d(np.arange(FUNCTIONS), representatives()), count, replace=False)
    return drawn.tolist()


@cache
def fewest_errors():
    """For every function and s = 0 ... 16, the least errors of a tree with s leaves or fewer.

    By recursion over the 81 subcubes; the errors with 0 leaves are 99, for "impossible".
    """
    tables = np.array([labels_of(function) for function in range(FUNCTIONS)])
    tables = tables.reshape(FUNCTIONS, *(2,) * D)

    @cache
    def below(fixed):
        where = tuple(slice(None) if v is None else v for v in fixed)
        inside = tables[:, *where].reshape(FUNCTIONS, -1)
        points, ones = inside.shape[1], inside.sum(axis=1, dtype=np.int8)
        best = [np.full(FUNCTIONS, 99, np.int8), np.minimum(ones, points - ones)]
        halves = [
            [below((*fixed[:i], v, *fixed[i + 1 :])) for v in (0, 1)]
            for i in range(D)
            if fixed[i] is None
        ]
        for size in range(2, points + 1):
            ways = [
                zero[share] + one[size - share]
                for zero, one in halves
                for share in range(max(1, size - points // 2), min(size, points // 2 + 1))
            ]
            best.append(np.min([best[-1], *ways], axis=0))
        return best

    return np.array(below((None,) * D)).T


def fewest_leaves():
    return (fewest_errors() == 0).argmax(axis=1)


def test_there_are_222_classes_and_they_hold_every_function():
    assert len(orbits()) == 222
    assert np.array_equal(np.sort(np.concatenate(orbits())), np.arange(FUNCTIONS))


def test_no_size_changes_within_a_class():
    leaves = fewest_leaves()
    assert all(len(set(leaves[orbit].tolist())) == 1 for orbit in orbits())
    # A constant, a variable, and a parity of all bits, which alone needs all the leaves.
    assert (leaves == 1).sum() == 2
    assert (leaves == 2).sum() == 2 * D
    assert np.flatnonzero(leaves == POINTS).tolist() == [0x6996, 0x9669]


# boofun says twice, when it is imported, that it would be faster with Numba.
@pytest.mark.filterwarnings("ignore:Numba not (installed|available):UserWarning")
def test_the_smallest_tree_of_every_class_has_the_size_that_boofun_finds():
    import boofun
    from boofun.analysis.decision_trees import decision_tree_size_dp

    def by_boofun(function):
        return decision_tree_size_dp(boofun.create(labels_of(function).tolist()))[0]

    functions = representatives() + others()
    assert [size_of(function) for function in functions] == list(map(by_boofun, functions))


def test_every_size_of_the_frontier_has_the_errors_of_the_best_tree():
    for function in others(60):
        y = labels_of(function)
        frontier = best_trees(CUBE, y, ALL_CLAUSES, depth=D, max_size=POINTS)
        errors = [
            min(point.errors for point in frontier if point.size <= s) for s in range(1, POINTS + 1)
        ]
        assert errors == fewest_errors()[function, 1:].tolist()
        assert frontier[-1].size == fewest_leaves()[function]
        for point in frontier:
            assert point.tree.size == point.size
            assert int((point.tree.predict(CUBE) != y).sum()) == point.errors
