"""Errors of the best last splits, against loops."""

import numpy as np
import pytest

from pacdistill import enumerate_cube, sample_cube
from pacdistill.extraction import pair_errors, split_errors


def rarer(labels):
    ones = sum(int(label) for label in labels)
    return min(ones, len(labels) - ones)


def split_by_loops(X, y):
    n, d = X.shape
    return [[rarer([y[k] for k in range(n) if X[k, i] == v]) for i in range(d)] for v in (0, 1)]


def pair_by_loops(X, y):
    n, d = X.shape

    def errors(v, i, j):
        return sum(rarer([y[k] for k in range(n) if X[k, i] == v and X[k, j] == u]) for u in (0, 1))

    return [[min(errors(v, i, j) for j in range(d)) for i in range(d)] for v in (0, 1)]


def samples():
    rng = np.random.default_rng(0)

    def labels(n):
        return rng.integers(0, 2, n).astype(np.int8)

    yield "one point", np.array([[1, 0, 1]], np.uint8), labels(1)
    yield "one bit", sample_cube(9, 1, rng), labels(9)
    yield "one point of one bit", np.array([[1]], np.uint8), np.array([1], np.int8)
    for n, d in ((2, 2), (7, 3), (40, 6), (300, 5)):
        yield f"random {n} x {d}", sample_cube(n, d, rng), labels(n)
    yield "biased", sample_cube(200, 5, rng, bias=0.1), labels(200)
    X = sample_cube(6, 4, rng)
    yield "repeated points", X[rng.integers(0, 6, 150)], labels(150)
    X = sample_cube(60, 5, rng)
    X[:, 1], X[:, 3] = 0, 1
    yield "constant columns", X, labels(60)
    X = sample_cube(60, 4, rng)
    yield "equal and opposite columns", np.hstack([X, X, 1 - X]), labels(60)
    yield "all columns constant", np.ones((30, 3), np.uint8), labels(30)
    X = sample_cube(300, 4, rng)
    yield "all labels 1", X, np.ones(300, np.int8)
    yield "all labels 0", X, np.zeros(300, np.int8)
    yield "a parity", X, (X[:, :3].sum(axis=1) % 2).astype(np.int8)


CASES = [pytest.param(X, y, id=name) for name, X, y in samples()]


@pytest.mark.parametrize(("X", "y"), CASES)
def test_split_errors_count_the_rarer_label_on_each_half(X, y):
    counted = split_errors(X, y)
    assert counted.dtype == np.int64
    assert counted.tolist() == split_by_loops(X, y)


@pytest.mark.parametrize("order", ["C", "F"])
def test_errors_are_counted_on_the_given_rows_alone(order):
    rng = np.random.default_rng(4)
    X = np.asarray(sample_cube(2_000, 5, rng), order=order)
    y = rng.integers(0, 2, 2_000).astype(np.int8)
    for rows in (np.flatnonzero(X[:, 0]), np.arange(700, 1_900), np.arange(0)):
        assert split_errors(X, y, rows).tolist() == split_by_loops(X[rows], y[rows])
        assert pair_errors(X, y, rows).tolist() == pair_by_loops(X[rows], y[rows])


@pytest.mark.parametrize(("X", "y"), CASES)
def test_pair_errors_count_the_best_second_test_on_each_half(X, y):
    counted = pair_errors(X, y)
    assert counted.dtype == np.int64
    assert counted.tolist() == pair_by_loops(X, y)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.int64, np.float64])
def test_labels_of_any_type_count_alike(dtype):
    rng = np.random.default_rng(1)
    X, y = sample_cube(300, 4, rng), rng.integers(0, 2, 300)
    assert split_errors(X, y.astype(dtype)).tolist() == split_by_loops(X, y)
    assert pair_errors(X, y.astype(dtype)).tolist() == pair_by_loops(X, y)


def test_no_points_make_no_errors():
    X, y = np.zeros((0, 3), np.uint8), np.zeros(0, np.int8)
    assert split_errors(X, y).tolist() == [[0, 0, 0]] * 2
    assert pair_errors(X, y).tolist() == [[0, 0, 0]] * 2


def test_counts_of_many_points_are_exact():
    # 2^18 + 3 points: more than 16 bits hold; each of them 2^14 times but three.
    X = np.vstack([np.repeat(enumerate_cube(4), 2**14, axis=0), np.ones((3, 4), np.uint8)])
    y = ((X[:, 0] & X[:, 1]) ^ (X[:, 2] & X[:, 3])).astype(np.int8)
    # The expected counts come from the 16 cells and their weights.
    small, weight = enumerate_cube(4), np.full(16, 2**14)
    weight[15] += 3
    label = (small[:, 0] & small[:, 1]) ^ (small[:, 2] & small[:, 3])

    def rarer_weight(mask):
        ones = int(weight[mask & (label == 1)].sum())
        return min(ones, int(weight[mask].sum()) - ones)

    split = [[rarer_weight(small[:, i] == v) for i in range(4)] for v in (0, 1)]
    pair = [
        [
            min(
                sum(rarer_weight((small[:, i] == v) & (small[:, j] == u)) for u in (0, 1))
                for j in range(4)
            )
            for i in range(4)
        ]
        for v in (0, 1)
    ]
    assert split_errors(X, y).tolist() == split
    assert pair_errors(X, y).tolist() == pair


def test_more_points_than_single_precision_counts():
    # 2^24 + 3 points whose bits are 1, and the last three have the rarer label.
    X, y = np.ones((2**24 + 3, 2), np.uint8), np.ones(2**24 + 3, np.int8)
    y[-3:] = 0
    assert split_errors(X, y).tolist() == [[0, 0], [3, 3]]
    assert pair_errors(X, y).tolist() == [[0, 0], [3, 3]]


def test_the_second_test_never_adds_errors():
    rng = np.random.default_rng(2)
    for _ in range(20):
        X, y = sample_cube(50, 6, rng), rng.integers(0, 2, 50).astype(np.int8)
        assert (pair_errors(X, y) <= split_errors(X, y)).all()


def test_the_inputs_are_not_changed():
    rng = np.random.default_rng(3)
    X, y = sample_cube(20, 4, rng), rng.integers(0, 2, 20).astype(np.int8)
    before = X.copy(), y.copy()
    X.flags.writeable = y.flags.writeable = False
    split_errors(X, y)
    pair_errors(X, y)
    assert np.array_equal(X, before[0])
    assert np.array_equal(y, before[1])
