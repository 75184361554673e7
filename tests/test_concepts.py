"""Finite classes: the VC dimension, ERM and the list of subsets, each against brute force."""

import time
from itertools import combinations
from math import comb

import numpy as np
import pytest

import pacdistill.samples.concepts as module
from pacdistill import enumerate_cube
from pacdistill.samples import (
    check_class,
    enumerate_subsets,
    erm,
    find_shattered,
    is_shattered,
    restrict,
    vc_dimension,
)


def labelings(concepts, points):
    return {tuple(row[i] for i in points) for row in concepts}


def largest_shattered(concepts):
    """The size of the largest shattered set: all sets of each size that has 2^m labelings."""
    rows, N = np.asarray(concepts).tolist(), np.asarray(concepts).shape[1]
    found = 0
    for m in range(1, min(N, len(rows).bit_length() - 1) + 1):
        if any(len(labelings(rows, points)) == 2**m for points in combinations(range(N), m)):
            found = m
    return found


def check(concepts):
    """What `find_shattered` returns is shattered, in order, and nothing larger is."""
    found = find_shattered(concepts)
    assert list(found) == sorted(set(found))
    assert len(labelings(np.asarray(concepts).tolist(), found)) == 2 ** len(found)
    assert is_shattered(concepts, found)
    assert vc_dimension(concepts) == len(found)
    return len(found)


def random_class(rng):
    """Draw a class: of few or many concepts, on few or many points, some points repeated."""
    N = int(rng.integers(1, 8))
    k = int(rng.integers(1, min(2**N, 60) + 1))
    p = rng.choice([0.1, 0.3, 0.5])
    concepts = (rng.uniform(size=(k, N)) < p).astype(np.uint8)
    if rng.uniform() < 0.3:
        concepts = concepts[:, rng.integers(N, size=int(rng.integers(1, 9)))]
    return concepts


# --- the VC dimension


@pytest.fixture
def calls(monkeypatch):
    """How often each of the two methods is used."""
    counts = dict.fromkeys(("_drop_points", "_add_points"), 0)
    for name in counts:
        original = getattr(module, name)

        def counted(table, name=name, original=original):
            counts[name] += 1
            return original(table)

        monkeypatch.setattr(module, name, counted)
    return counts


def test_1000_random_classes_with_both_methods_in_use(calls):
    rng = np.random.default_rng(0)
    dimensions = [0] * 9
    for turn in range(1000):
        if turn % 4:
            concepts = random_class(rng)
        else:  # few concepts on many points
            k, N = int(rng.integers(6, 14)), int(rng.integers(14, 21))
            concepts = (rng.uniform(size=(k, N)) < 0.5).astype(np.uint8)
        found = find_shattered(concepts)
        assert list(found) == sorted(set(found))
        assert len(labelings(concepts.tolist(), found)) == 2 ** len(found)
        assert len(found) == largest_shattered(concepts)
        dimensions[len(found)] += 1
    assert min(dimensions[:4]) > 20  # many kinds were drawn
    assert sum(calls.values()) == 1000
    assert calls["_drop_points"] > 500
    assert calls["_add_points"] > 200


def test_both_methods_agree_with_each_other_and_brute_force_on_1000_tables():
    """The methods by themselves, whichever would be chosen."""
    rng = np.random.default_rng(2)
    for _ in range(1000):
        N = int(rng.integers(1, 8))
        size = int(rng.integers(1, 2**N + 1))
        table = enumerate_cube(N)[np.sort(rng.permutation(2**N)[:size])]
        dropped, added = module._drop_points(table), module._add_points(table)
        assert len(dropped) == len(added) == largest_shattered(table)
        assert is_shattered(table, dropped)
        assert is_shattered(table, added)


@pytest.mark.parametrize("seed", range(30))
def test_flipping_duplicating_and_permuting_change_nothing(seed):
    rng = np.random.default_rng(seed)
    concepts = random_class(rng)
    k, N = concepts.shape
    d = vc_dimension(concepts)
    assert vc_dimension(concepts ^ rng.integers(2, size=N, dtype=np.uint8)) == d  # flip points
    assert vc_dimension(concepts[:, rng.permutation(N)]) == d
    assert vc_dimension(concepts[rng.permutation(k)]) == d
    assert vc_dimension(np.hstack([concepts, concepts[:, :2], 1 - concepts[:, :1]])) == d
    assert vc_dimension(np.vstack([concepts, concepts])) == d
    constant = np.ones((k, 1), dtype=np.uint8)
    assert vc_dimension(np.hstack([constant, concepts, 0 * constant])) == d
    for change in (check_class(concepts ^ 1), concepts[:, ::-1]):
        check(change)


KNOWN = {
    "one concept": ([[0, 1, 0, 1]], 0),
    "a concept and its complement": ([[0, 1, 0], [1, 0, 1]], 1),
    "thresholds": (np.tri(41, 40, -1), 1),
    "points of a line": (np.eye(50), 1),
    "intervals": ([[a <= x < b for x in range(15)] for a in range(16) for b in range(a, 16)], 2),
    "parities of 5 bits": (enumerate_cube(5).astype(int) @ enumerate_cube(5).T % 2, 5),
    "3-subsets of 20 points": (enumerate_subsets(20, 3), 3),
    "half-sets of 10 points": (enumerate_subsets(10, 5), 5),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_dimensions(name):
    concepts, d = KNOWN[name]
    assert check(concepts) == d


def test_the_empty_set_and_one_concept():
    assert find_shattered([[1, 1, 1]]) == ()
    assert is_shattered([[1, 1, 1]], [])
    assert not is_shattered([[1, 1, 1]], [0])
    assert find_shattered([[0], [1]]) == (0,)


def small_sets(N, d):
    return np.vstack([enumerate_subsets(N, i) for i in range(d + 1)])


LARGE = {
    "the full cube": (lambda: enumerate_cube(16), 16),
    "all sets of at most 8 of 16 points": (lambda: small_sets(16, 8), 8),
    "half-sets of 16 points": (lambda: enumerate_subsets(16, 8), 8),
    "a half of the cube, by parity": (lambda: even_sets(16), 15),
    "a random half of the cube of 16": (
        lambda: enumerate_cube(16)[np.random.default_rng(1).permutation(2**16)[: 2**15]],
        None,
    ),
    "a random 1 in 256 of the cube of 16": (
        lambda: enumerate_cube(16)[np.random.default_rng(2).permutation(2**16)[: 2**8]],
        None,
    ),
}


def even_sets(N):
    cube = enumerate_cube(N)
    return cube[cube.sum(axis=1) % 2 == 0]


@pytest.mark.parametrize("name", LARGE)
def test_large_classes_are_done_within_10_seconds(name):
    make, d = LARGE[name]
    concepts = make()
    start = time.process_time()
    found = find_shattered(concepts)
    assert time.process_time() - start < 10
    assert is_shattered(concepts, found)
    if d is None:
        more = [p for p in range(concepts.shape[1]) if p not in found]
        assert not any(is_shattered(concepts, (*found, p)) for p in more)
        assert len(found) < np.log2(len(concepts)) - 1
    else:
        assert len(found) == d


def test_a_class_too_large_is_refused_with_what_is_known(monkeypatch):
    """Random concepts on many points: too many shattered sets to go through."""
    monkeypatch.setattr(module, "MOST_READ", module.MOST_READ // 64)  # in less time
    concepts = np.random.default_rng(0).integers(2, size=(4096, 120))
    with pytest.raises(ValueError, match="too many shattered sets") as refused:
        find_shattered(concepts)
    text = str(refused.value)
    assert "4,096 different concepts on 120 different points" in text
    assert "so the VC dimension is at least that" in text
    assert "a set of " in text


# --- what is wrong with a class


@pytest.mark.parametrize("function", [check_class, vc_dimension, find_shattered])
@pytest.mark.parametrize(
    ("concepts", "message"),
    [
        ([0, 1], r"its shape is \(2,\); a single concept g is the class g\[None, :\]"),
        ([[[0]]], r"its shape is \(1, 1, 1\)"),
        (np.zeros((0, 3)), r"at least one of each, but its shape is \(0, 3\)"),
        (np.zeros((3, 0)), r"its shape is \(3, 0\)"),
        ([[0, 1], [0, -1]], r"concept 1 has the label -1 at point 1; labels in \{-1, \+1\}"),
        ([[0, 0.5]], r"concept 0 has the label 0.5 at point 1"),
        ([[0, float("nan")]], r"concept 0 has the label nan at point 1"),
    ],
)
def test_a_malformed_class_is_refused(function, concepts, message):
    with pytest.raises(ValueError, match=message):
        function(concepts)


def test_a_class_may_be_of_any_type_and_is_not_changed():
    for kind in (bool, int, float, np.uint8):
        given = np.array([[0, 1], [1, 1]]).astype(kind)
        kept = given.copy()
        assert check_class(given).dtype == np.uint8
        assert vc_dimension(given) == 1
        assert np.array_equal(given, kept)


# --- restriction


@pytest.mark.parametrize("seed", range(20))
def test_a_restriction_lists_the_different_labelings_in_order(seed):
    rng = np.random.default_rng(seed)
    concepts = random_class(rng)
    points = rng.permutation(concepts.shape[1])[: int(rng.integers(1, concepts.shape[1] + 1))]
    given = restrict(concepts, points.tolist()).tolist()
    assert given == sorted(map(list, labelings(concepts.tolist(), points)))
    assert is_shattered(concepts, points.tolist()) == (len(given) == 2 ** len(points))


def test_a_repeated_point_is_never_shattered():
    assert is_shattered([[0], [1]], [0])
    assert not is_shattered([[0], [1]], [0, 0])


# --- all subsets of a size


@pytest.mark.parametrize("N", [1, 2, 5, 9])
def test_all_subsets_are_listed_once_in_order(N):
    for size in range(N + 1):
        table = enumerate_subsets(N, size)
        assert table.shape == (comb(N, size), N)
        assert table.dtype == np.uint8
        members = [tuple(np.flatnonzero(row).tolist()) for row in table]
        assert members == list(combinations(range(N), size))


@pytest.mark.parametrize(
    ("N", "size", "message"),
    [
        (0, 0, "0 <= size <= N and N >= 1, but size = 0 and N = 0"),
        (3, 4, "but size = 4 and N = 3"),
        (3, -1, "but size = -1 and N = 3"),
        (30, 15, "30 points have 155,117,520 subsets of size 15: too many to list"),
    ],
)
def test_impossible_and_endless_lists_are_refused(N, size, message):
    with pytest.raises(ValueError, match=message):
        enumerate_subsets(N, size)


# --- ERM


def count_errors(concepts, points, labels):
    return [sum(int(g[x] != y) for x, y in zip(points, labels, strict=True)) for g in concepts]


@pytest.mark.parametrize("seed", range(40))
def test_erm_has_the_fewest_errors_and_is_the_first_that_has(seed):
    rng = np.random.default_rng(seed)
    concepts = random_class(rng)
    N, n = concepts.shape[1], int(rng.integers(0, 9))
    points, labels = rng.integers(N, size=(5, n)), rng.integers(2, size=(5, n))
    best = erm(concepts, points, labels)
    assert best.shape == (5,)
    for row in range(5):
        errors = count_errors(concepts.tolist(), points[row], labels[row])
        assert best[row] == errors.index(min(errors))
        assert erm(concepts, points[row], labels[row]) == best[row]
        assert erm(concepts, points[row], labels[row]).shape == ()
        drawn = erm(concepts, points[row], labels[row], rng)
        assert errors[int(drawn)] == min(errors)


def test_ties_are_drawn_evenly_and_only_among_the_best():
    concepts = [[0, 0, 1], [0, 1, 0], [1, 1, 1], [0, 0, 0]]
    points, labels = np.zeros((30_000, 2), dtype=int), np.zeros((30_000, 2), dtype=int)
    answers = erm(concepts, points, labels, np.random.default_rng(0))
    counts = np.bincount(answers, minlength=4)
    assert counts[2] == 0
    assert counts[[0, 1, 3]] == pytest.approx([10_000] * 3, abs=400)
    again = erm(concepts, points, labels, np.random.default_rng(0))
    assert np.array_equal(answers, again)


@pytest.mark.parametrize("rng", [None, 0])
def test_the_empty_sample_leaves_every_concept(rng):
    concepts = enumerate_cube(2)
    generator = None if rng is None else np.random.default_rng(rng)
    assert erm(concepts, [], [], generator).shape == ()
    none = np.zeros((400, 0), dtype=int)
    answers = erm(concepts, none, none, generator)
    assert answers.shape == (400,)
    assert set(answers.tolist()) == ({0} if rng is None else {0, 1, 2, 3})
    assert erm(concepts, np.zeros((0, 3), dtype=int), np.zeros((0, 3))).shape == (0,)


def test_a_point_that_is_seen_often_counts_as_often():
    concepts = [[0, 0], [1, 1]]
    assert erm(concepts, [0, 0, 0, 1, 1], [1, 1, 1, 0, 0]) == 1
    assert erm(concepts, [0, 0, 1, 1, 1], [1, 1, 0, 0, 0]) == 0


@pytest.mark.parametrize(
    ("points", "labels", "message"),
    [
        ([0.5], [1], r"its shape is \(1,\) and its type float64"),
        ([[[0]]], [[[1]]], r"its shape is \(1, 1, 1\)"),
        (0, 1, r"its shape is \(\)"),
        ([True], [1], "its type bool"),
        ([0, 3], [0, 1], "the points 0 to 2, but the sample has points from 0 to 3"),
        ([-1, 0], [0, 1], "the sample has points from -1 to 0"),
        ([0, 1], [0], r"the points have shape \(2,\) and the labels \(1,\)"),
        ([[0, 1]], [0, 1], r"the points have shape \(1, 2\) and the labels \(2,\)"),
        ([0, 1], [0, 2], "2"),
    ],
)
def test_a_malformed_sample_is_refused(points, labels, message):
    with pytest.raises(ValueError, match=message):
        erm(np.tri(4, 3, -1), points, labels)


def test_a_malformed_class_is_refused_by_erm_too():
    with pytest.raises(ValueError, match="a class has a row"):
        erm([0, 1], [0], [0])
