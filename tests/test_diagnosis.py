"""What `diagnose` reports, on networks that are written down, so that all is known."""

from dataclasses import replace

import numpy as np
import pytest

from pacdistill import (
    CallableSource,
    DecisionTree,
    diagnose,
    extract_tree,
    make_literals,
    parity_tree,
    random_hard_tree,
    sample_cube,
    tree_network,
)
from pacdistill.cube import character
from pacdistill.extraction import FrontierPoint
from pacdistill.tables import RuleTree

D = 16
SECRET = random_hard_tree(3, 8, np.random.default_rng(1))
NETWORK = tree_network(SECRET, D)
NAMES = [
    "fidelity",
    "overfitting",
    "representation",
    "root",
    "norm",
    "samples",
    "search",
    "labels",
]


def points(n, seed):
    return sample_cube(n, D, np.random.default_rng(seed))


def alarms(source, n=1000, seed=0, **options):
    found = extract_tree(source, points(n, seed), fresh=points(500, 1), **options)
    return diagnose(found, source, points(1000, 2), renamings=19)


def with_tree(extraction, tree):
    """The same extraction, as if it had found this tree without an error on its sample."""
    return replace(extraction, tree=tree, frontier=(FrontierPoint(tree.size, 0, tree),))


def test_a_healthy_network_is_quiet_and_the_numbers_are_right():
    found = extract_tree(NETWORK, points(1000, 0), depth=3, fresh=points(500, 1))
    diagnosis = diagnose(found, NETWORK, points(1000, 2), renamings=19)
    assert diagnosis.alarms == ()
    assert [check.name for check in diagnosis.checks] == NAMES
    assert diagnosis["fidelity"].value == pytest.approx(0.005 ** (1 / 1000))  # nothing wrong
    assert diagnosis["representation"].value == pytest.approx(1, abs=1e-3)
    assert diagnosis["root"].value == pytest.approx(1, abs=1e-2)
    assert diagnosis["samples"].value == (NETWORK.activations(points(2, 3)).shape[1] + 1) / 1000
    assert str(diagnosis).count("quiet") == 8
    with pytest.raises(KeyError, match="no check is called 'luck'"):
        diagnosis["luck"]


def hidden(X):
    sign = character(X, (13, 14, 15))[:, None]
    return np.hstack([NETWORK.activations(X) * sign, NETWORK.logits(X)[:, None]])


def faint(X):
    decoys = np.random.default_rng(9).normal(size=(D, 20))
    return np.hstack([1e-3 * NETWORK.activations(X), np.maximum(0, (2.0 * X - 1) @ decoys)])


def flipped(X):
    odd = (X.astype(np.uint64) * np.arange(1, 2 * D, 2, dtype=np.uint64) ** 5).sum(axis=1)
    return NETWORK.labels(X) ^ (odd % 17 == 3).astype(np.int8)


@pytest.mark.parametrize(
    ("source", "options", "expected"),
    [
        (CallableSource(NETWORK.labels, hidden), {"depth": 3}, {"representation"}),
        (CallableSource(NETWORK.labels, faint), {"depth": 3}, {"norm"}),
        (CallableSource(flipped, NETWORK.activations), {"depth": 3}, {"fidelity", "labels"}),
        (NETWORK, {"depth": 2}, {"fidelity", "search"}),
        (NETWORK, {"depth": 3, "max_size": 4}, {"fidelity", "search"}),
        (NETWORK, {"depth": 3, "n": 100}, {"samples"}),
        (CallableSource(parity_tree((0, 3, 5, 6)).predict, np.asarray), {"depth": 4}, {"labels"}),
    ],
    ids=["mask", "norm", "noise", "depth", "leaves", "samples", "raw bits"],
)
def test_each_failure_has_its_alarm(source, options, expected):
    diagnosis = alarms(source, **options)
    assert expected <= set(diagnosis.alarms)
    for check in diagnosis.checks:
        assert str(check).startswith("ALARM" if check.alarm else "quiet")


def test_overfitting_and_an_early_end_are_seen():
    found = extract_tree(NETWORK, points(1000, 0), depth=3, fresh=points(500, 1))
    wrong = parity_tree((9, 10))  # as if it had fitted its own sample
    lucky = replace(with_tree(found, wrong), complete=False)
    said = diagnose(lucky, NETWORK, points(1000, 2), renamings=9)
    assert {"fidelity", "overfitting", "representation", "search"} <= set(said.alarms)
    assert "cut short" in said["search"].sentence


@pytest.mark.parametrize("labels", ["equal", "different"])
def test_a_tree_that_tests_nothing(labels):
    leaf = DecisionTree.leaf(1)
    found = extract_tree(NETWORK, points(1000, 0), depth=3, fresh=points(500, 1))
    found = with_tree(found, leaf)
    always = CallableSource(lambda X: np.ones(len(X), np.int8), NETWORK.activations)
    source = always if labels == "equal" else NETWORK
    said = diagnose(found, source, points(1000, 2))
    assert said["root"].alarm == (labels == "different")
    assert not said["representation"].alarm


def test_constant_columns_do_not_pass_for_clauses_that_are_read():
    network = tree_network(parity_tree((3,)), D)
    X = points(2000, 2)
    X[:, :3] = X[:, 4:] = 0  # a renamed test never varies: nothing to read, not all of it
    found = extract_tree(network, X[:1000], depth=1, fresh=X[1000:])
    said = diagnose(found, network, X[1000:], renamings=9)
    assert "representation" not in said.alarms
    assert said["representation"].value == pytest.approx(1, abs=1e-3)


def test_raw_tables_are_read_by_their_literals():
    table = np.random.default_rng(4).normal(size=(3000, 3))
    literals = make_literals(table)
    bits = literals.encode(table)

    def source_bits(raw):
        return literals.encode(raw)

    tree = DecisionTree.split(1, DecisionTree.leaf(0), DecisionTree.leaf(1))
    source = CallableSource(
        lambda raw: tree.predict(source_bits(raw)),
        lambda raw: tree_network(tree, bits.shape[1]).activations(source_bits(raw)),
    )
    found = extract_tree(source, table[:1500], literals=literals, depth=1)
    assert diagnose(found, source, table[1500:])["fidelity"].alarm is False


def test_a_rare_literal_at_the_root_is_no_turning_point():
    """Its sign is nearly constant, so its target is nearly the readout (prop-rare-literal)."""
    rng = np.random.default_rng(5)
    table = np.stack([rng.random(4000), rng.random(4000) < 0.02], axis=1)
    literals = make_literals(table, thresholds=1)
    zero, one = DecisionTree.leaf(0), DecisionTree.leaf(1)
    inner = DecisionTree.split(0, zero, one)
    source = CallableSource(
        lambda raw: inner.predict(literals.encode(raw)),
        lambda raw: np.stack([inner.predict(literals.encode(raw)), raw[:, 0]], axis=1),
    )
    found = extract_tree(source, table[:2000], literals=literals, depth=2)
    assert "root" not in diagnose(found, source, table[2000:]).alarms
    rare = RuleTree.of(DecisionTree.split(1, inner, inner), literals)
    mistaken = with_tree(found, rare)
    assert "root" in diagnose(mistaken, source, table[2000:]).alarms


@pytest.mark.parametrize("options", [{"required": 1}, {"confidence": 0}, {"renamings": 0}], ids=str)
def test_numbers_out_of_range_are_refused(options):
    found = extract_tree(NETWORK, points(200, 0), depth=1, fresh=points(100, 1))
    with pytest.raises(ValueError, match="strictly between"):
        diagnose(found, NETWORK, points(200, 2), **options)
