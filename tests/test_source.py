"""What a distiller reads from a model is checked."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
import torch

from pacdistill import (
    CallableSource,
    DecisionTree,
    TorchSource,
    extract_tree,
    parity_tree,
    sample_cube,
    tree_network,
)
from pacdistill.extraction import read_activations, read_both, read_labels

X = np.array([[0, 1], [1, 1], [1, 0]], np.uint8)


class Plain:
    """A source that inherits from nothing; it is given its answers for the three rows of X."""

    def __init__(self, labels, activations):
        self._labels, self._activations = labels, activations

    def labels(self, X):
        return self._labels if len(X) == 3 else self._labels[: len(X)]

    def activations(self, X):
        return self._activations if len(X) == 3 else self._activations[: len(X)]


@pytest.mark.parametrize(
    "labels",
    [
        [0, 1, 1],
        [False, True, True],
        (0.0, 1.0, 1.0),
        torch.tensor([0, 1, 1]),
        *(np.array([0, 1, 1], dtype) for dtype in (bool, np.int8, np.uint8, np.int64, np.float32)),
    ],
)
def test_zeros_and_ones_of_any_type_are_labels(labels):
    read = read_labels(Plain(labels, None), X)
    assert read.dtype == np.int8
    assert read.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    "labels", [[0, 1], [0, 1, 1, 0], [[0], [1], [1]], [[0, 1, 1]], 1, [], None]
)
def test_there_is_one_label_for_each_row(labels):
    with pytest.raises(ValueError, match=r"labels must have shape \(3,\), .* but it is \("):
        read_labels(Plain(labels, None), X)


@pytest.mark.parametrize("bad", [2, -1, 0.5, np.nan, np.inf])
def test_the_first_label_that_is_not_0_or_1_is_named(bad):
    with pytest.raises(ValueError, match=r"labels must be 0 or 1, but labels\[1\] = .*logit"):
        read_labels(Plain([0, bad, bad], None), X)


def test_strings_are_no_labels():
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        read_labels(Plain(["0", "1", "1"], None), X)


@pytest.mark.parametrize(
    "activations",
    [
        [[0.5], [1.5], [2.5]],
        np.array([[0.5], [1.5], [2.5]], np.float16),
        torch.tensor([[0.5], [1.5], [2.5]]),
    ],
)
def test_any_table_of_numbers_is_activations(activations):
    assert read_activations(Plain(None, activations), X).tolist() == [[0.5], [1.5], [2.5]]


@pytest.mark.parametrize("shape", [(3,), (2, 4), (4, 3), (3, 2, 2), (3, 0), ()])
def test_there_is_one_row_of_activations_for_each_row(shape):
    with pytest.raises(ValueError, match=r"activations\(X\) must have shape \(3, m\), .*flatten"):
        read_activations(Plain(None, np.zeros(shape)), X)


class Noise:
    """Activations that are never the same twice, as with dropout in training mode."""

    def __init__(self):
        self.rng = np.random.default_rng(0)

    def __call__(self, X):
        return X * self.rng.integers(0, 2, X.shape)


MANY = np.random.default_rng(0).normal(size=(100, 3))


@pytest.mark.parametrize(
    "activations",
    [
        lambda X: X - X.mean(axis=0),
        lambda X: X / X.std(axis=0),
        lambda X: np.exp(X @ X.T) @ X,  # attention over the batch
        Noise(),
    ],
)
def test_activations_that_depend_on_the_other_rows_are_refused(activations):
    with pytest.raises(ValueError, match=r"activations of the first 8 rows change .*\.eval\(\)"):
        read_activations(CallableSource(lambda X: X[:, 0] > 0, activations), MANY)


def test_labels_that_depend_on_the_other_rows_are_refused():
    source = CallableSource(lambda X: X[:, 0] == X[:, 0].max(), lambda X: X)
    with pytest.raises(ValueError, match="labels of the first 8 rows change"):
        read_labels(source, MANY)


def test_a_number_of_activations_that_depends_on_the_number_of_rows_is_refused():
    source = CallableSource(lambda X: X[:, 0] > 0, lambda X: X @ X.T)
    with pytest.raises(ValueError, match="100 for 100 rows, but 8 for 8"):
        read_activations(source, MANY)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_rounding_is_no_dependence(dtype):
    def activations(X):  # sums in another order for another number of rows
        order = 1 if len(X) > 8 else -1
        weights = np.random.default_rng(1).normal(size=(3, 20)).astype(dtype)
        return X.astype(dtype)[:, ::order] @ weights[::order]

    read = read_activations(CallableSource(lambda X: X[:, 0] > 0, activations), MANY)
    assert np.array_equal(read, activations(MANY))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_left_to_the_probe(bad):
    read = read_activations(CallableSource(lambda X: X[:, 0] > 0, lambda X: X * bad), MANY)
    assert not np.isfinite(read).all()


@pytest.mark.parametrize("activations", [lambda X: X.astype(str), lambda X: X * 1j])
def test_activations_are_real_numbers(activations):
    with pytest.raises(ValueError, match="activations are real numbers"):
        read_activations(CallableSource(lambda X: X[:, 0] > 0, activations), MANY)


def test_a_callable_source_passes_the_inputs_to_its_functions():
    source = CallableSource(lambda X: X[:, 1], lambda X: 2.0 * X)
    assert source.labels(X).tolist() == [1, 1, 0]
    assert source.activations(X).tolist() == [[0, 2], [2, 2], [2, 0]]
    assert read_labels(source, X).tolist() == [1, 1, 0]
    assert read_activations(source, X).tolist() == [[0, 2], [2, 2], [2, 0]]


def test_a_callable_source_may_return_lists():
    source = CallableSource(lambda X: [0, 1, 1][: len(X)], lambda X: [[1], [2], [3]][: len(X)])
    assert read_labels(source, X).tolist() == [0, 1, 1]
    assert read_activations(source, X).tolist() == [[1], [2], [3]]


def test_a_callable_source_is_frozen():
    source = CallableSource(lambda X: X[:, 1], lambda X: X)
    with pytest.raises(FrozenInstanceError):
        source.label_function = None


def test_an_error_of_the_source_is_passed_on():
    def fail(X):
        raise ZeroDivisionError("of the source")

    with pytest.raises(ZeroDivisionError, match="of the source"):
        read_labels(CallableSource(fail, fail), X)
    with pytest.raises(ZeroDivisionError, match="of the source"):
        read_activations(CallableSource(fail, fail), X)


def test_every_network_is_a_source():
    tree = DecisionTree.split(1, DecisionTree.leaf(0), DecisionTree.leaf(1))
    network = tree_network(tree, d=2)
    assert read_labels(network, X).tolist() == [1, 1, 0]
    assert read_activations(network, X).tolist() == [[1, 0, 1], [1, 0, 1], [1, 1, 0]]


# --- both at once


class Counting:
    """A network whose runs are counted."""

    def __init__(self, tree):
        self.tree, self.runs = tree, []

    def labels(self, X):
        self.runs.append("labels")
        return self.tree.predict(X)

    def activations(self, X):
        self.runs.append("activations")
        return 1.0 * X

    def labels_and_activations(self, X):
        self.runs.append("both")
        return self.tree.predict(X), 1.0 * X


class OtherLabels(Counting):
    def labels(self, X):
        return 1 - self.tree.predict(X)


def test_a_source_that_answers_both_at_once_is_asked_once():
    rng = np.random.default_rng(0)
    secret, X, fresh = parity_tree((1, 2)), sample_cube(600, 5, rng), sample_cube(50, 5, rng)
    source = Counting(secret)
    found = extract_tree(source, X, depth=2, fresh=fresh, batch=200)
    assert found.tree.equivalent(secret)
    # three batches, each with a few rows again; then the fidelity's labels
    assert source.runs == ["both"] * 6 + ["labels"] * 2
    assert source.runs.count("activations") == 0
    apart = CallableSource(source.labels, source.activations)
    assert replace(extract_tree(apart, X, depth=2, fresh=fresh), seconds=found.seconds) == found


def test_labels_that_a_subclass_or_an_object_changes_are_not_passed_over():
    rng, secret = np.random.default_rng(0), parity_tree((1, 2))
    X = sample_cube(600, 5, rng)
    changed = Counting(secret)
    changed.labels = lambda X: 1 - secret.predict(X)
    for source in (OtherLabels(secret), changed):
        assert np.array_equal(read_both(source, X)[0], 1 - secret.predict(X))
        found = extract_tree(source, X, depth=2).tree
        assert np.array_equal(found.predict(X), 1 - secret.predict(X))


def test_both_at_once_are_the_same_as_one_by_one(trained):
    X = sample_cube(1500, trained.d, np.random.default_rng(1))
    network = trained.training.network
    layers = [f"blocks.{k}" for k in range(len(network.blocks))]
    module = TorchSource(network, layers, batch=700, encode=lambda X: torch.tensor(X).float())
    for source in (network, module):
        labels, activations = source.labels_and_activations(X)
        assert np.array_equal(labels, source.labels(X))
        assert np.array_equal(activations, source.activations(X))


@pytest.mark.parametrize(
    ("labels", "activations", "message"),
    [
        ([0, 2, 1], np.ones((3, 2)), "labels must be 0 or 1"),
        ([0, 1, 1], np.ones((2, 2)), "one row for each row of X"),
    ],
)
def test_both_at_once_are_checked(labels, activations, message):
    class Wrong(Counting):
        def labels_and_activations(self, X):
            return np.array(labels)[: len(X)], activations[: len(X)]

    with pytest.raises(ValueError, match=message):
        read_both(Wrong(parity_tree((0, 1))), X)


def test_both_at_once_may_not_depend_on_the_other_rows():
    class Restless(Counting):
        def labels_and_activations(self, X):
            return self.tree.predict(X) ^ (len(X) == 2), 1.0 * X

    with pytest.raises(ValueError, match="without the others"):
        read_both(Restless(parity_tree((0, 1))), X)
