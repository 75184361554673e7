"""Coefficients and influences against their definitions, and against other packages."""

import time
import warnings

import numpy as np
import pytest
from scipy.linalg import hadamard

from pacdistill import enumerate_cube, random_tree, sample_cube
from pacdistill.cube import character
from pacdistill.queries import (
    estimate_influences,
    influences,
    inverse_walsh_hadamard,
    walsh_hadamard,
)


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("d", range(1, 9))
def test_the_transform_is_the_definition(d):
    cube = enumerate_cube(d)
    values = rng(d).normal(size=2**d)
    expected = [
        np.mean(values * character(cube, tuple(np.flatnonzero(subset).tolist()))) for subset in cube
    ]
    assert walsh_hadamard(values) == pytest.approx(np.array(expected), abs=1e-14)
    # scipy's matrix of Sylvester is symmetric in its row and its column, as the pairing is.
    assert walsh_hadamard(values) == pytest.approx(hadamard(2**d) @ values / 2**d, abs=1e-14)


@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 5)])
def test_several_functions_are_transformed_at_once_and_back(shape):
    values = rng().normal(size=(*shape, 2**6))
    found = walsh_hadamard(values)
    assert found.shape == values.shape
    flat = values.reshape(-1, 2**6)
    assert np.allclose(found.reshape(flat.shape), [walsh_hadamard(each) for each in flat] or found)
    assert np.allclose(inverse_walsh_hadamard(found), values)


def test_parseval():
    values = rng(1).normal(size=2**10)
    assert (walsh_hadamard(values) ** 2).sum() == pytest.approx((values**2).mean())


def test_the_coefficients_and_influences_are_those_of_boofun():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # boofun says twice that it would be faster with Numba
        import boofun
    for seed in range(5):
        labels = random_tree(3, 5, rng(seed)).predict(enumerate_cube(5))
        other = boofun.create(labels.tolist())
        ours = np.sort(np.abs(walsh_hadamard(1 - 2 * labels)))
        assert ours == pytest.approx(np.sort(np.abs(other.fourier())))
        assert np.sort(influences(labels)) == pytest.approx(np.sort(other.influences()))


def test_a_million_points_take_less_than_a_second():
    values = rng().normal(size=2**20)
    times = []
    for _ in range(3):
        start = time.process_time()
        found = walsh_hadamard(values)
        times.append(time.process_time() - start)
    assert min(times) < 1
    # Some coefficients, by their definition.
    cube = enumerate_cube(20)
    for k in (0, 1, 2**19, 2**20 - 1, 123_456):
        chi = character(cube, tuple(np.flatnonzero(cube[k]).tolist()))
        assert found[k] == pytest.approx((values * chi).mean(), abs=1e-12)


@pytest.mark.parametrize("values", [[], [1.0], [1.0] * 3, [1.0] * 6, np.ones((4, 3))])
def test_what_is_no_function_on_the_cube_is_refused(values):
    with pytest.raises(ValueError, match=r"given by 2\^d values"):
        walsh_hadamard(values)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused(value):
    with pytest.raises(ValueError, match="must be finite"):
        walsh_hadamard([0, value])


def by_definition(labels, d):
    """Count, point by point and bit by bit, whose neighbor has the other label."""
    values = dict(zip(map(tuple, enumerate_cube(d).tolist()), labels.tolist(), strict=True))

    def flip(x, i):
        return (*x[:i], 1 - x[i], *x[i + 1 :])

    return [np.mean([values[x] != values[flip(x, i)] for x in values]) for i in range(d)]


@pytest.mark.parametrize("seed", range(4))
def test_influences_are_those_of_the_definition(seed):
    labels = rng(seed).integers(0, 2, 2**6)
    expected = by_definition(labels, 6)
    assert influences(labels).tolist() == expected
    # On the whole cube the estimate is the influence itself.
    cube = enumerate_cube(6)

    def ask(X):
        return labels[X @ (1 << np.arange(6)[::-1])]

    assert estimate_influences(ask, cube).tolist() == expected
    some = estimate_influences(ask, cube, [4, 1], y=labels)
    assert some.tolist() == [expected[4], expected[1]]
    # The squared coefficients of the sets with the variable, as signs.
    weights = walsh_hadamard(1 - 2 * labels) ** 2
    assert influences(labels) == pytest.approx(weights @ cube)


def test_known_labels_are_not_asked_again():
    calls = []

    def ask(X):
        calls.append(len(X))
        return X[:, 0]

    X = sample_cube(7, 5, rng())
    estimate_influences(ask, X)
    estimate_influences(ask, X, y=X[:, 0])
    estimate_influences(ask, X, [])
    assert calls == [7, 35, 35, 7]


def test_influences_of_what_is_not_boolean_are_refused():
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        influences([0.0, 0.5])
    with pytest.raises(ValueError, match=r"given by 2\^d values"):
        influences([0, 1, 0])
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        estimate_influences(lambda X: X.sum(axis=1), [[1, 1]])
