"""The study of parities, on small ones, and its committed results."""

import json

import numpy as np
import parities
import pytest
import zoo
from harness import RESULTS

from pacdistill import CallableSource, parity_tree, sample_cube


@pytest.fixture
def small(monkeypatch):
    recipe = zoo.Recipe(16, ((0.3, 20),))
    monkeypatch.setattr(zoo, "RECIPES", {("parity", size, 100): recipe for size in (4, 7)})
    monkeypatch.setattr(parities, "BITS", 8)
    monkeypatch.setattr(parities, "STEPS", 300)
    monkeypatch.setattr(parities, "BATCH", 64)
    monkeypatch.setattr(parities, "FRESH", 500)
    monkeypatch.setattr(parities, "INPUTS", [200, 100])


def test_a_network_learns_one_bit_and_says_when(small):
    row = parities.learn(1, 0)
    assert row["learned"] == (row["error"] < 1 / 4)
    assert row["learned"]
    assert row["examples"] == 300 * 64
    assert row["first steps"] in range(50, 301, 50)


def test_a_network_that_learned_nothing_is_not_called_learned(small, monkeypatch):
    monkeypatch.setattr(parities, "STEPS", 50)
    row = parities.learn(7, 0)
    assert not row["learned"]
    assert row["first steps"] is None


def test_the_fewest_inputs_are_counted_from_the_largest_number_down(small):
    tree = parity_tree((1, 2))
    X = sample_cube(200, 8, np.random.default_rng(0))
    good = CallableSource(tree.predict, lambda Z: np.column_stack([Z, tree.predict(Z)]))
    assert parities.fewest(good, tree, X) == 100
    other = CallableSource(parity_tree((1, 3)).predict, np.asarray)
    assert parities.fewest(other, tree, X) is None


def test_teaching_reports_both_searches(small):
    row = parities.teach(2, 0)
    assert row["examples"] == 20 * 64
    assert {"inputs, with activations", "inputs, labels alone"} <= set(row)


def test_the_committed_results_are_of_this_study():
    path = RESULTS / "parities.json"
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["command"] == parities.study().command
    assert list(report["tables"]) == list(parities.study().tables)
    learned, taught = report["tables"].values()
    for rows in (learned, taught):
        assert [{"size": r["size"], "seed": r["seed"]} for r in rows] == parities.cases()
        assert all(r["learned"] == (r["error"] < 1 / 4) for r in rows)
    assert all(r["examples"] == parities.STEPS * parities.BATCH for r in learned)
    for row in taught:
        steps = sum(steps for _, steps in parities.recipe(row["size"]).curriculum)
        assert row["examples"] == steps * parities.BATCH
        for key in ("inputs, with activations", "inputs, labels alone"):
            assert row[key] is None or row[key] in parities.INPUTS
    markdown = path.with_suffix(".md").read_text(encoding="utf-8")
    assert parities.TEXT in markdown
