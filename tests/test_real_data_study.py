"""The study of chapter 15: its tables, its parts, and that its stored results are its own."""

import json

import numpy as np
import pandas as pd
import pytest
import real_data as study
from harness import RESULTS

from pacdistill import Clause, DecisionTree, SklearnSource, make_literals
from pacdistill.figures import TreeCase, tree_frontier
from pacdistill.tables import RuleTree

REPORT = json.loads((RESULTS / "real-data.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=study.TABLES)
def split(request):
    table, y, people = study.load(request.param)
    rows, test = study.split(people, 0)
    return request.param, table, y, people, rows, test


def test_nobody_is_in_both_parts_and_once_in_the_test(split):
    name, table, y, people, rows, test = split
    assert (len(table), y.min(), y.max()) == ({"visits": 20_190, "flights": 20_000}[name], 0, 1)
    assert not set(people[rows]) & set(people[test])
    assert len(set(people[test])) == len(test)
    assert 0.25 < len(test) / len(set(people)) < 0.35
    assert (np.diff(rows) < 0).any()  # shuffled: years of a person stand together in the table


def test_the_stored_network_and_trees_are_those_of_the_first_seed(split):
    """The network is not trained again: its labels, fidelities and intervals come out again."""
    name, table, y, _, rows, test = split
    X, fresh = table.iloc[rows], table.iloc[test]
    model = study.restore(X, y[rows], study.DATA / f"{name}-network.npz")
    kept = json.loads((study.DATA / "real-trees.json").read_text(encoding="utf-8"))[name]
    assert kept["rows"] == fresh.index.tolist()
    g = SklearnSource(model).labels(fresh)
    assert (g == np.array(list(kept["network"]), dtype=np.int8)).mean() > 0.999
    (row,) = [
        r for r in REPORT["tables"]["The networks"] if (r["table"], r["what"]) == (name, "network")
    ]
    assert (g == y[test]).mean() == pytest.approx(row["each"][0], abs=2e-3)
    literals = make_literals(X)
    assert list(literals.columns) == kept["columns"]
    B, C = literals.encode(X), literals.encode(fresh)
    greedy = study.cart(B, SklearnSource(model).labels(X))
    stored = {
        r["size"]: r["each"][0]
        for r in REPORT["tables"]["Fidelity"]
        if (r["table"], r["method"]) == (name, "CART")
    }
    for tree, size in zip(greedy, study.SIZES, strict=True):
        if tree.size == size:
            assert (tree.predict(C) == g).mean() == pytest.approx(stored[size], abs=0.005)
    form = {"columns": kept["columns"], "literals": kept["literals"]}
    best = max(
        (RuleTree.from_dict({**form, "tree": tree}) for tree in kept["trees"]),
        key=lambda one: one.size if one.size <= 16 else 0,
    )
    seen = (best.bits.predict(B) == SklearnSource(model).labels(X)).mean()
    assert seen >= (greedy[3].predict(B) == SklearnSource(model).labels(X)).mean() - 0.002


def test_the_committed_results_are_those_of_the_settings():
    assert REPORT["command"] == study.study().command
    tables = REPORT["tables"]
    networks = study.SEEDS
    assert {row["networks"] for row in tables["The networks"]} == {networks}
    assert {row["networks"] for row in tables["A planted rule"]} == {study.PLANTED}
    for title in ("Fidelity", "Accuracy", "Rows", "Questions", "Representation"):
        for row in tables[title]:
            again = study.spread(row["each"])
            for name in ("mean", "low", "high"):
                assert again[name] == pytest.approx(row[name], abs=2e-4)
    full = [r for r in tables["Fidelity"] if r["method"] == "CART" and r["size"] == 8]
    assert [(r["table"], r["networks"]) for r in full] == [(t, networks) for t in study.TABLES]
    for name in study.TABLES:
        asked = {row["question"] for row in tables["Questions"] if row["table"] == name}
        assert asked == set(study.questions(name))


def test_made_up_rows_and_controls():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"a": np.arange(50), "b": np.arange(50), "c": list("xyzuv") * 10})
    made = study.shuffled(table, 4_000, rng)
    assert abs(np.corrcoef(made.a, made.b)[0, 1]) < 0.1
    near = study.neighbors(table, 4_000, rng)
    assert 0.55 < (near.a == near.b).mean() < 0.75  # 0.8^2 and a little
    B = rng.integers(0, 2, (500, 8)).astype(np.uint8)
    clause = Clause(((0, 1), (3, 0)))
    for other in study.controls(B, clause, rng):
        assert len(other) == 2
        assert 0.8 <= other.holds(B).mean() / clause.holds(B).mean() <= 1.25


def test_the_figure_refuses_what_it_cannot_show():
    table = np.array([[1.0], [2.0], [3.0]])
    rules = RuleTree.of(
        DecisionTree.split(0, DecisionTree.leaf(1), DecisionTree.leaf(0)), make_literals(table)
    )
    y = np.array([0, 1, 1], np.int8)
    with pytest.raises(ValueError, match="at least one case"):
        tree_frontier({}, name="none")
    with pytest.raises(ValueError, match="growing size"):
        tree_frontier({"twice": TreeCase([rules, rules], table, y, y)}, name="twice")
    other = RuleTree.of(DecisionTree.leaf(1), make_literals(table + 5))
    with pytest.raises(ValueError, match="same literals"):
        tree_frontier({"two": TreeCase([other, rules], table, y, y)}, name="two")
