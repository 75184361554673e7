"""The study of chapter 13: its parts on single cases, and that its stored results are its own."""

import json
from math import comb

import numpy as np
import pytest
import turning as study
from harness import RESULTS

from pacdistill import enumerate_cube
from pacdistill.networks import load_network


@pytest.fixture(scope="module")
def report():
    return json.loads((RESULTS / "turning.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lines():
    return json.loads((RESULTS / "turning-rows.json").read_text(encoding="utf-8"))


def test_the_stored_settings_and_tables_are_those_of_the_script(report, lines):
    assert report["command"] == study.study().command
    assert report["tables"]["Settings"] == [study.settings()]
    names = ("kind", "depth", "seed", "phi")
    assert [{k: row[k] for k in names} for row in lines] == study.score_cases()
    _, scores, found, kept = report["tables"].values()
    assert list(report["tables"]) == list(study.study().tables)
    assert scores == study.of_scores(lines)
    assert len(found) == len(study.CASES) * len(study.FINDERS)
    assert {row["networks"] for row in found} == {study.NETWORKS}
    assert len(kept) == sum(map(len, study.WIDTHS.values()))
    for row in kept:
        there = [float(z) for z in row["clauses of the parity, by length"].split(",")]
        of = [int(z) for z in row["of"].split(",")]
        k = len(of) + 1
        assert of == [comb(k, j) * 2**j for j in range(1, k)]
        assert all(a <= b for a, b in zip(there, of, strict=True))


def test_what_the_chapter_says_of_every_network(report, lines):
    roots = [row["nodes"][0] for row in lines if row["phi"] == "trained" and row["nodes"]]
    assert len(roots) == 90
    assert all(map(study.is_right, roots))
    for row in report["tables"]["Who finds the tree"]:
        if row["finder"] in ("twisted, trained", "greedy, the tree's leaves"):
            assert row["exact"] == row["networks"]


# Small untrained networks in place of the zoo's: the rows of raw bits and of labels do not need
# what a network learned, if its labels are the tree's.
class Oracle:
    def __init__(self, tree):
        self.tree = tree

    def labels(self, X):
        return self.tree.predict(X)


def oracle(kind, depth, seed):
    rng = np.random.default_rng([seed, depth, study.D, *kind.encode()])
    tree = study.zoo.plant(kind, depth, study.D, rng)
    X = study.sample_cube(study.SAMPLES, study.D, np.random.default_rng([seed, 1]))
    return Oracle(tree), tree, X


@pytest.mark.parametrize(("kind", "depth", "seed"), [("random", 4, 1), ("hard3", 5, 0)])
def test_rows_of_raw_bits_come_out_again(monkeypatch, lines, kind, depth, seed):
    monkeypatch.setattr(study, "problem", oracle)
    again = study.scores(kind=kind, depth=depth, seed=seed, phi="raw bits")
    (stored,) = [
        row
        for row in lines
        if (row["kind"], row["depth"], row["seed"], row["phi"]) == (kind, depth, seed, "raw bits")
    ]
    assert again["root"] == [pytest.approx(pair, abs=2e-4) for pair in stored["root"]]
    for node, kept in zip(again["nodes"], stored["nodes"], strict=True):
        assert node == pytest.approx(kept, abs=2e-4)


@pytest.mark.parametrize(
    ("kind", "depth", "finder", "exact"),
    [
        ("parity", 4, "elimination modulo 2", True),
        ("parity", 4, "CART", False),
        ("hard3", 5, "low-degree algorithm", True),
        ("random", 4, "twisted, raw bits", True),
        ("hard", 5, "greedy, the tree's leaves", True),
    ],
)
def test_finders(monkeypatch, kind, depth, finder, exact):
    monkeypatch.setattr(study, "problem", oracle)
    assert study.find(kind=kind, depth=depth, seed=0, finder=finder)["exact"] == exact


def test_the_network_of_the_figure_computes_the_tree_of_the_figure():
    cube = enumerate_cube(10)
    assert (load_network(study.BOARD).labels(cube) == study.board_tree().predict(cube)).all()
