"""The tree comes out of two methods and the given inputs: no planted tree is there to be read."""

import copy
import hashlib

import numpy as np
import pytest
import torch

from pacdistill import (
    DecisionTree,
    Phase,
    disagreement,
    extract_tree,
    random_tree,
    sample_cube,
    train_network,
)
from pacdistill.networks import ResidualNetwork

D = 14
SEARCHES = [("twisted", 3), ("twisted", None), ("beam", 3)]


def digit(bits):
    """A fixed label for each string of bits, which has no structure that a tree could have."""
    return hashlib.sha256(bytes(bits)).digest()[0] & 1


class BlackBox:
    """A table of labels and some activations, with two methods and nothing else.

    Its labels are hashed from the first `used` bits. It answers for rows of the sample only.
    """

    __slots__ = ("_asked", "_given", "_used", "_weights")

    def __init__(self, given, used):
        self._given, self._used = {row.tobytes() for row in given}, used
        self._weights = np.random.default_rng(2).normal(size=(D, 40))
        self._asked = {"labels": set(), "activations": set()}

    def __getattr__(self, name):
        raise AssertionError(f"the engine looked for {name}")

    def _note(self, method, X):
        rows = {row.tobytes() for row in X}
        assert rows <= self._given, "the engine made an input of its own"
        self._asked[method] |= rows

    def labels(self, X):
        self._note("labels", X)
        return np.array([digit(row[: self._used]) for row in X])

    def activations(self, X):
        self._note("activations", X)
        return np.maximum((2.0 * X - 1) @ self._weights, 0)


@pytest.mark.parametrize(("search", "depth"), SEARCHES)
@pytest.mark.parametrize("used", [3, D])
def test_a_hashed_function_is_read_from_two_methods_on_the_given_inputs(search, depth, used):
    rng = np.random.default_rng(0)
    X, fresh = sample_cube(250, D, rng), sample_cube(300, D, rng)
    source = BlackBox(np.vstack([X, fresh]), used)
    result = extract_tree(source, X, depth=depth, search=search, fresh=fresh)
    rows, fresh_rows = ({row.tobytes() for row in table} for table in (X, fresh))
    assert source._asked == {"labels": rows | fresh_rows, "activations": rows}
    assert len(rows - fresh_rows) > 200
    # What the result says of itself is true.
    for point in result.frontier:
        wrong = point.tree.predict(X) != [digit(row[:used]) for row in X]
        assert int(wrong.sum()) == point.errors
    right = result.tree.predict(fresh) == [digit(row[:used]) for row in fresh]
    assert result.fidelity.estimate == right.mean()
    if used == 3:  # a small function is found whatever it is; a random one of all bits by none
        assert result.fidelity.estimate == 1
        assert set(result.tree.variables) <= {0, 1, 2}
    else:
        assert result.fidelity.estimate < 0.6


# --- the activations of a network


def networks(trained):
    rng = np.random.default_rng(3)
    yield trained.training.network
    yield from (ResidualNetwork(trained.d, rng, width=w, blocks=b) for w, b in ((48, 2), (8, 0)))


def test_no_activation_of_a_network_is_its_logit(trained):
    X = sample_cube(4000, trained.d, np.random.default_rng(4))
    for network in networks(trained):
        activations, logits = network.activations(X), network.logits(X)
        alive = activations.std(axis=0) > 0
        correlation = np.corrcoef(activations[:, alive].T, logits)[-1, :-1]
        assert alive.sum() > 1
        assert np.abs(correlation).max() < 0.999
        # All of them together give the logits, as a linear readout of the last layer should.
        table = np.column_stack([activations, np.ones(len(X))])
        fit = table @ np.linalg.lstsq(table, logits)[0]
        np.testing.assert_allclose(fit, logits, atol=1e-3 * np.abs(logits).max())


def negated(network):
    network.readout.weight.neg_()
    network.readout.bias.neg_()


def with_two_bits_exchanged(network):
    weight = network.first.weight
    weight[:, [0, 1]] = weight[:, [1, 0]]


def renamed(tree, names):
    variable = [names.get(v, v) for v in tree.variable.tolist()]
    return DecisionTree(np.array(variable), tree.children, tree.label)


def relabeled(tree):
    label = np.where(tree.is_leaf, 1 - tree.label, -1)
    return DecisionTree(tree.variable, tree.children, label)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (negated, relabeled),
        (with_two_bits_exchanged, lambda tree: renamed(tree, {0: 1, 1: 0})),
    ],
)
def test_a_network_that_is_changed_gives_a_changed_tree(change, expected):
    d, rng = 6, np.random.default_rng(5)
    secret = next(t for t in (random_tree(2, d, rng) for _ in range(50)) if 0 in t.variables)
    curriculum = [Phase(0.5, 400)]
    network = train_network(secret.predict, d, rng, width=16, curriculum=curriculum).network
    X = sample_cube(1000, d, rng)
    assert extract_tree(network, X, depth=2).tree.equivalent(secret)
    changed = copy.deepcopy(network)
    with torch.no_grad():
        change(changed)
    found = extract_tree(changed, X, depth=2).tree
    assert found.equivalent(expected(secret))
    assert disagreement(found, secret) > 0
