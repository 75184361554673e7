"""The study of chapter 8: its parts on single cases, and that its stored results are its own."""

import json

import juntas as study
import numpy as np
import pytest
from harness import RESULTS

from pacdistill import sample_cube
from pacdistill.studies import exact_interval, group_rows


@pytest.mark.parametrize("k", [4, 6])
def test_the_juntas_depend_on_all_their_bits(k):
    for kind in study.KINDS[k]:
        for seed in range(5):
            secret = study.draw(kind, 100, k, seed)
            assert len(secret.relevant().variables) == k
    X = sample_cube(200, 100, np.random.default_rng(0))
    secret = study.draw("parity with an AND", 100, 6, 0)
    bits = X[:, list(secret.variables)]
    assert (secret.predict(X) == (bits[:, :4].sum(axis=1) + bits[:, 4] * bits[:, 5]) % 2).all()


@pytest.mark.parametrize(
    ("learner", "n", "exact"),
    [
        ("all sets of 4 bits", 200, True),
        ("all sets of 4 bits", 5, False),
        ("elimination modulo 2", 150, True),
        ("elimination modulo 2", 20, False),
        ("CART", 200, False),
        (study.QUERIES, None, True),
    ],
)
def test_learners_on_a_parity_of_20_bits(learner, n, exact):
    row = study.learn(learner=learner, kind="parity", d=20, k=4, n=n, seed=1)
    assert row["exact"] == exact == (row["error"] == 0)


def test_a_sample_with_one_label_gives_a_constant():
    X = sample_cube(5, 10, np.random.default_rng(0))
    tree = study.exhaustive(X, np.ones(5, np.int8))
    assert tree.predict(X).tolist() == [1] * 5


@pytest.mark.parametrize(("steps", "learned"), [(600, True), (10, False)])
def test_a_network_that_learned_enough_and_one_that_did_not(steps, learned):
    setting = {"kind": "random table", "d": 10, "k": 2, "width": 16, "batch": 64}
    row = study.taught(**setting, steps=steps, seed=0)
    assert row["promised"] == learned == (row["outcome"] == "exact")


def test_the_committed_results_are_those_of_the_settings():
    report = json.loads((RESULTS / "juntas.json").read_text(encoding="utf-8"))
    assert report["command"] == study.study().command
    parts = study.study().parts
    assert list(report["tables"]) == list(study.study().tables)
    rows, of_time, of_networks = report["tables"].values()
    groups = group_rows(parts["labels"].cases, "k", "kind", "learner", "n")
    expected = [(g["k"], g["kind"], g["learner"], len(some)) for g, some in groups]
    assert [(row["k"], row["kind"], row["learner"], row["runs"]) for row in rows] == expected
    for (group, _), row in zip(groups, rows, strict=True):
        assert group["n"] in (None, row["labels"])
        assert {"low": row["low"], "high": row["high"]} == exact_interval(row["exact"], row["runs"])
    cases = parts["time"].cases
    assert [(row["learner"], row["d"]) for row in of_time] == [
        (group["learner"], group["d"]) for group, _ in group_rows(cases, "learner", "d")
    ]
    cases = parts["networks"].cases
    names = ("d", "k", "kind", "steps")
    assert [tuple(row[name] for name in names) for row in of_networks] == [
        tuple(group.values()) for group, _ in group_rows(cases, *names)
    ]
    for row in of_networks:
        counts = [
            row[f"{where}: {what}"]
            for where in ("within", "beyond")
            for what in ("exact", "other", "refused")
        ]
        assert sum(counts) == row["networks"]


def test_the_fast_rows_come_out_again():
    report = json.loads((RESULTS / "juntas.json").read_text(encoding="utf-8"))
    title, (part, *_) = next(iter(study.study().tables)), study.study().parts.values()
    fast = [
        case for case in part.cases if case["learner"] in (study.QUERIES, "elimination modulo 2")
    ]
    fast = [case for case in fast if case["n"] in (None, 300)]
    again = study.of_labels([case | part.task(**case) for case in fast])
    stored = {
        (row["k"], row["kind"], row["learner"], row["labels"]): row
        for row in report["tables"][title]
    }
    for row in again:
        kept = stored[row["k"], row["kind"], row["learner"], row["labels"]]
        timeless = {name: value for name, value in row.items() if name != "median CPU s"}
        assert timeless == {name: kept[name] for name in timeless}
