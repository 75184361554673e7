"""The parts of the engine's study, each on a network that takes a second to train."""

import json

import engine
import numpy as np
import pytest
import zoo
from harness import RESULTS

from pacdistill import DecisionTree

PROBLEM = {"kind": "random", "depth": 2, "d": 10}
SMALL = {**PROBLEM, "seed": 0}


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    """A small network of its own in place of the study's, and smaller samples."""
    monkeypatch.setattr(zoo, "ZOO", tmp_path / "zoo")
    recipe = zoo.Recipe(16, ((0.5, 300),))
    monkeypatch.setattr(zoo, "RECIPES", {("random", depth, 10): recipe for depth in (2, 4, 5)})
    monkeypatch.setattr(engine, "CASES", [("random", 2, 10)])
    monkeypatch.setattr(engine, "ABLATED", [("random", 2, 10)])
    monkeypatch.setattr(engine, "SAMPLES", 1000)
    monkeypatch.setattr(engine, "FRESH", 5000)
    monkeypatch.setattr(engine, "SIZES", [1000, 200, 30])
    monkeypatch.setattr(engine, "networks", lambda d: range(2))


def test_a_trained_network_is_kept_and_read_again(monkeypatch):
    network, tree = zoo.trained(*SMALL.values())
    monkeypatch.setattr(zoo, "train_network", None)
    again, same = zoo.trained(*SMALL.values())
    X = engine.inputs(50, 10, 0)
    assert (again.logits(X) == network.logits(X)).all()
    assert same == tree


def test_each_seed_has_a_tree_and_an_initialization_of_its_own():
    (one, tree), (other, another) = (zoo.trained("random", 2, 10, seed) for seed in (0, 1))
    assert not tree.equivalent(another)
    assert not np.array_equal(one.first.weight.detach(), other.first.weight.detach())


@pytest.mark.parametrize("option", [{"known": True}, {"known": False}, {"known": True, "beam": 50}])
def test_an_extraction_is_judged_against_the_network_and_the_planted_tree(option):
    row = engine.extract(**SMALL, **option)
    assert row["exact"]
    assert row["fidelity"] == row["network agrees with planted"] >= 0.99
    assert row["probes"] >= 10


def test_the_judge_sees_a_wrong_tree():
    network, tree = zoo.trained(*SMALL.values())
    opposite = DecisionTree(
        tree.variable, tree.children, np.where(tree.label < 0, -1, 1 - tree.label)
    )
    row = engine.judge(opposite, network, tree, seed=0)
    assert not row["exact"]
    assert row["fidelity"] == pytest.approx(1 - row["network agrees with planted"])


def test_the_smallest_sample_is_the_last_exact_one(monkeypatch):
    assert engine.shrink(**SMALL)["samples"] in engine.SIZES
    monkeypatch.setattr(DecisionTree, "equivalent", lambda tree, other: False)
    assert engine.shrink(**SMALL)["samples"] is None


@pytest.mark.parametrize("change", list(engine.ABLATIONS))
def test_every_ablation_runs(change):
    row = engine.ablate(**SMALL, n=500, change=change)
    assert row["probes"] >= 10
    assert row["exact"] or change not in ("as it is", "no narrowing", "no test counted")


def test_the_probe_stage_is_timed_beside_its_products():
    row = engine.limit(**SMALL)
    assert row["probes"] == 10
    assert row["ratio"] > 0


def test_costs_are_fitted_by_a_slope():
    rows = [
        {"what": "leaves", "value": value, "seed": 0, "probes, x": 7 * value**2}
        for value in (2, 4, 8)
    ]
    assert engine.of_growth(rows) == [{"grows": "leaves", "cost": "probes, x", "slope": 2}]
    assert engine.scale(what="leaves", value=8, seed=0)["probes, every test probed"] == (
        300 + 2 * 299 + 4 * 298
    )


@pytest.mark.parametrize("part", ["cases", "beam", "samples", "ablations", "limit"])
def test_every_part_has_a_summary_of_its_rows(part):
    task, cases = engine.parts()[part].task, engine.parts()[part].cases
    (summary,) = (table.make for table in engine.TABLES.values() if table.parts == [part])
    case = cases[0] if cases else {**SMALL, "known": True, "beam": 50}  # the beam's have 100 bits
    row = engine.named(case) | task(**case)
    (line,) = summary([row])
    assert line["case"] == row["case"] == "random, depth 2, d = 10"
    json.dumps(line, allow_nan=False)
    if part in ("cases", "beam"):
        assert line["exact of these"] == "1/1"
        (wrong,) = summary([{**row, "exact": False, "fidelity": 0.5}])
        assert (wrong["exact of these"], wrong["fidelity at least 0.9995"]) == ("0/1", "0/1")


def test_the_committed_summaries_follow_from_the_committed_rows():
    rows = json.loads((RESULTS / "engine-rows.json").read_text(encoding="utf-8"))
    report = json.loads((RESULTS / "engine.json").read_text(encoding="utf-8"))
    assert report["command"] == "make study"
    assert report["tables"] == {
        title: table.make(*(rows[name] for name in table.parts))
        for title, table in engine.TABLES.items()
    }
    seeds = {(row["case"], row["seed"]) for row in rows["cases"]}
    assert len(rows["cases"]) == 2 * len(seeds) == 2 * (11 * 20 + 2 * 10)
