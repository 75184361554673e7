"""The study of chapter 16: its parts on single cases, and that its stored results are its own."""

import json

import failures as study
import numpy as np
import pytest
from harness import RESULTS

from pacdistill import CallableSource, random_hard_tree, sample_cube
from pacdistill.networks import ResidualNetwork

ROWS = json.loads((RESULTS / "failures-rows.json").read_text(encoding="utf-8"))
REPORT = json.loads((RESULTS / "failures.json").read_text(encoding="utf-8"))
X = sample_cube(4_000, study.D, np.random.default_rng(0))


def test_the_stored_rows_are_the_cases_of_the_script():
    assert REPORT["command"] == study.study().command
    for name, part in study.study().parts.items():
        stored = [{key: row[key] for key in part.cases[0]} for row in ROWS[name]]
        assert stored == part.cases
    assert len(study.healthy_cases()) >= 40
    assert study.SEEDS >= 10


def test_the_stored_tables_are_those_of_the_rows():
    assert list(REPORT["tables"].values()) == [
        study.of_levels(ROWS["spoiled"]),
        study.of_checks(ROWS["spoiled"], ROWS["healthy"]),
        study.of_sums(ROWS["sums"]),
    ]


@pytest.mark.parametrize(("level", "seed"), [(2, 0), (3, 1)])
def test_a_small_row_comes_out_as_it_is_stored(level, seed):
    again = study.spoil(mode="outputs only", level=level, seed=seed)
    case = {"mode": "outputs only", "level": level, "seed": seed}
    stored = next(row for row in ROWS["spoiled"] if case.items() <= row.items())
    for name in ("exact", "probes", "agrees", "predicted"):
        assert again[name] == stored[name]
    assert again["fidelity"] == pytest.approx(stored["fidelity"], abs=0.01)


def test_what_the_chapter_says_of_all_rows():
    spoiled = ROWS["spoiled"]
    for row in spoiled:
        if row["mode"] == "distribution":
            assert row["observed"] == row["predicted"]
            assert row["alarms"] == [] or row["level"] == 4  # a single test is left
        if row["mode"] in ("depth", "leaves"):
            assert row["observed"] <= row["predicted"]
        if row["mode"] == "beam" and row["predicted"]:
            assert row["exact"]
        if not row.get("exact", True) and row["mode"] != "distribution":
            # or the tree is right about a network that learned something else
            assert row["alarms"] or (row["mode"] == "training" and row["fidelity"] > 0.99)
    refused = {row["level"] for row in spoiled if "refused" in row}
    assert refused == {60}


def test_how_a_network_is_spoiled():
    network = ResidualNetwork(study.D, np.random.default_rng(1), width=8)
    clean = network.activations(X)
    source = CallableSource(network.labels, network.activations)
    noisy = study.flipped(source, 0.1, 3)
    flips = noisy.labels(X) != network.labels(X)
    assert 0.07 < flips.mean() < 0.13
    assert (study.flipped(source, 0.1, 3).labels(X) == noisy.labels(X)).all()
    assert (study.flipped(source, 0.0, 3).labels(X) == network.labels(X)).all()
    mask = study.masked(network, 1, (4, 9))
    sign = 1.0 - 2.0 * (X[:, 4] ^ X[:, 9])
    assert mask.activations(X)[:, :-1] == pytest.approx(clean * sign[:, None])
    assert mask.activations(X)[:, -1] == pytest.approx(network.logits(X))
    assert study.masked(network, 0, (4, 9)).activations(X)[:, :-1] == pytest.approx(clean)
    drowned = study.drowned(network, 0.5, ResidualNetwork(study.D, np.random.default_rng(2)))
    both = drowned.activations(X)
    assert both[:, :8] == pytest.approx(clean / 2)
    assert both[:, 8:].var(axis=0).sum() == pytest.approx(clean.var(axis=0).sum(), rel=0.1)


def test_the_path_leads_to_its_node():
    tree = random_hard_tree(4, study.D, np.random.default_rng(5))
    fixed = study.path(tree, 3)
    points = X.copy()
    for bit, value in fixed.items():
        points[:, bit] = value
    left = int(tree.children[tree.children[tree.children[0, 0], 0], 0])
    reached = set(tree.apply(points).tolist())
    assert reached == set(tree.children[left].tolist())


def test_noise_is_added_to_a_true_score():
    assert study.optimistic(1, 65, 100) == 1
    assert study.optimistic(0, 65, 100) == 0.65
