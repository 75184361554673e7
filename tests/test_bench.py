"""The benchmark's parts, on networks that take a second: its methods, its judge, its processes."""

import json
import sys
import time

import bench
import numpy as np
import pytest
import torch
from harness import RESULTS
from iterative_probes import iterative_probes, probe_scores

from pacdistill import (
    CallableSource,
    disagreement,
    random_hard_tree,
    random_tree,
    sample_cube,
    tree_network,
)
from pacdistill.studies import report_study

LESSON = {"tree": "random", "depth": 2, "d": 8, "seed": 1}
COLUMNS = ["fidelity", "exact", "leaves", "probes", "labels", "queries", "CPU s", "wall s"]


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """The path of a network that has learned a random tree of depth 2 on 8 bits."""
    path = str(tmp_path_factory.mktemp("bench") / "network.npz")
    taught = bench.teach(network=path, curriculum=[[0.5, 300]], **LESSON)
    assert taught["agrees with planted"] == 1
    return path


# --- methods


@pytest.mark.parametrize("method", list(bench.METHODS))
def test_every_method_is_judged_on_the_same_network(network, method):
    if method in bench.NEEDS:
        pytest.importorskip(bench.NEEDS[method], reason="only `make bench` installs it")
    row = bench.learn(method=method, network=network, beam=20, limit=5, **LESSON)
    secret = bench.plant("random", 2, 8, np.random.default_rng(1))
    assert set(COLUMNS) < set(row)
    assert row["exact"]
    assert row["fidelity"] == 1
    assert row["leaves"] >= secret.size
    assert (row["labels"] > 0) != (row["queries"] > 0)
    assert json.loads(json.dumps(row)) == row


def test_the_judge_sees_a_wrong_tree(network, monkeypatch):
    secret = bench.plant("random", 2, 8, np.random.default_rng(1))
    wrong = random_tree(2, 8, np.random.default_rng(3))
    monkeypatch.setitem(bench.METHODS, "CART", lambda problem: bench.Answer(wrong, labels=7))
    row = bench.learn(method="CART", network=network, beam=1, limit=1, **LESSON)
    assert not row["exact"]
    assert row["fidelity"] == pytest.approx(1 - float(disagreement(wrong, secret)), abs=0.01)
    assert (row["leaves"], row["labels"], row["probes"], row["queries"]) == (wrong.size, 7, 0, 0)


@pytest.mark.parametrize(
    ("tree", "depth", "leaves", "bits"),
    [("hard, parity 1", 3, 8, 7), ("hard, parity 3", 4, 16, 7), ("parity", 3, 8, 3)],
)
def test_planted_trees_are_what_their_names_say(tree, depth, leaves, bits):
    secret = bench.plant(tree, depth, 20, np.random.default_rng(0))
    assert (secret.depth, secret.size, len(secret.variables)) == (depth, leaves, bits)


# --- trained probes


def test_a_trained_probe_comes_close_to_least_squares():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(4000, 10))
    targets = (features @ rng.normal(size=(10, 6)) / 3 + rng.normal(size=(4000, 6)) > 0.5) * 1.0
    table = np.c_[features, np.ones(4000)]
    weights = np.linalg.lstsq(table[:1000], targets[:1000], rcond=None)[0]
    errors = table[1000:] @ weights - targets[1000:]
    expected = 1 - (errors**2).mean(axis=0) / targets[1000:].var(axis=0)
    found = probe_scores(torch.tensor(features).float(), torch.tensor(targets).float(), 1000)
    assert found.numpy() == pytest.approx(expected, abs=0.02)
    assert expected.min() > 0.1


def test_a_constant_target_has_no_score():
    assert probe_scores(torch.randn(50, 2), torch.ones(50, 1), 20).tolist() == [-torch.inf]


@pytest.mark.parametrize("beam", [10, 40])
def test_trained_probes_extract_a_tree_and_are_counted(beam):
    d, rng = 12, np.random.default_rng(0)
    secret = random_hard_tree(3, d, rng)
    X = sample_cube(3000, d, rng)
    tree, probes = iterative_probes(tree_network(secret, d), X, depth=3, beam=beam)
    assert tree.equivalent(secret)
    # All literals; then the extensions of those kept, of which two may give the same clause.
    kept = min(beam, 2 * d)
    assert 2 * d + kept * 2 * (d - 1) / 2 <= probes <= 2 * d + kept * 2 * (d - 1)


def test_trained_probes_of_noise_find_no_tree():
    """The activations are read, and not only the labels: those of another function do not help."""
    d, rng = 12, np.random.default_rng(0)
    secret = random_hard_tree(3, d, rng)
    X = sample_cube(3000, d, rng)
    waves = 1000 * rng.normal(size=(d, 30))  # steep: the cosines say nothing linear of the secret
    source = CallableSource(secret.predict, lambda X: np.cos(X @ waves))
    tree, _ = iterative_probes(source, X, depth=3, beam=4)
    assert not tree.equivalent(secret)


# --- the exact copy


def test_a_network_of_one_layer_is_written_as_a_chain():
    rng = np.random.default_rng(0)
    network = bench.ResidualNetwork(6, rng, width=5, blocks=0)
    X = sample_cube(100, 6, rng)
    chain = bench.as_sequential(network)(torch.from_numpy(X).float())
    assert chain.detach().numpy()[:, 0] == pytest.approx(network.logits(X), abs=1e-5)


def test_the_exact_copy_doubles_with_each_unit():
    pytest.importorskip("affinitree", reason="only `make bench` installs it")
    rows = bench.copy(d=6, widths=[1, 2, 3], seed=0, steps=50)["rows"]
    assert [row["copy's terminals"] for row in rows] == [2, 4, 8]
    assert {row["copy's fidelity"] for row in rows} == {1}


# --- processes, time and memory


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from Linux's /proc")
def test_memory_and_time_are_those_of_the_method():
    def work(megabytes):
        time.sleep(0.2)
        return np.ones(megabytes * 2**17).sum()

    result, cost = bench.measured(work, 100)
    assert result == 100 * 2**17
    assert cost["peak MB"] == pytest.approx(100, abs=15)
    assert cost["wall s"] - cost["CPU s"] > 0.15  # asleep, it takes no processor
    assert bench.measured(work, 1)[1]["peak MB"] < 15  # the peak before is forgotten


def test_a_method_that_takes_too_long_is_stopped():
    start = time.monotonic()
    assert bench.measure(name="CART", cap=0.2) == {"note": "no result within 0.2 s"}
    assert time.monotonic() - start < 5


def test_what_is_not_installed_is_said(monkeypatch):
    monkeypatch.setitem(bench.NEEDS, "CART", "no_such_package")
    assert bench.measure(name="CART", cap=1) == {"note": "no_such_package is not installed"}


@pytest.mark.parametrize(
    ("script", "note"),
    [
        pytest.param(
            "import os; os.abort()",
            "stopped by SIGABRT",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="no signals on Windows"),
        ),
        (f"import sys; sys.exit({bench.OUT_OF_MEMORY})", "out of memory (8 GB)"),
    ],
)
def test_how_a_process_ended_is_said(monkeypatch, tmp_path, script, note):
    path = tmp_path / "ends.py"
    path.write_text(script, encoding="utf-8")
    monkeypatch.setattr(bench, "PROCESS", path)
    assert bench.measure(name="CART", cap=60) == {"note": note}


def test_a_process_that_fails_for_no_known_reason_fails_the_benchmark(monkeypatch, tmp_path):
    path = tmp_path / "fails.py"
    path.write_text("1 / 0", encoding="utf-8")
    monkeypatch.setattr(bench, "PROCESS", path)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        bench.measure(name="CART", cap=60)


def test_the_whole_benchmark_in_small(tmp_path, monkeypatch):
    monkeypatch.setitem(bench.NEEDS, "affinitree", "no_such_package")
    problem = {"tree": "parity", "depth": 2, "d": 6, "curriculum": [[0.5, 200]], "beam": 5}
    study = bench.benchmark(
        [problem],
        name="bench",
        command="a test",
        methods=["pacdistill, twisted search"],
        seeds=2,
        cap=100,
        limit=1,
        copies={"d": 3, "widths": [1], "steps": 10},
        kept=tmp_path / "work",
    )
    report_study(study, tmp_path / "results", kept=tmp_path / "work")
    data = json.loads((tmp_path / "results" / "bench.json").read_text(encoding="utf-8"))
    both, networks, *each, copies = data["tables"].values()
    assert [row["agrees with planted"] for row in networks] == [1, 1]
    assert [row["method"] for row in both] == ["pacdistill, twisted search"]
    assert both[0]["exact"] == "2 of 2"
    assert [[row["exact"] for row in rows] for rows in each] == [[True], [True]]
    assert both[0]["probes"] == round(np.mean([rows[0]["probes"] for rows in each]))
    assert copies == [{"note": "no_such_package is not installed"}]
    assert data["command"] == "a test"
    assert "`a test`" in (tmp_path / "results" / "bench.md").read_text(encoding="utf-8")
    assert list((tmp_path / "work").iterdir()) == []


def test_a_method_that_finds_no_tree_is_not_exact_there():
    row = dict.fromkeys([*COLUMNS, "peak MB"], 1) | {"exact": True, "note": ""}
    nothing = {"note": "out of memory (8 GB)"}
    assert bench.over_seeds([row, nothing, row])["exact"] == "2 of 3"
    assert bench.over_seeds([row, nothing])["note"] == nothing["note"]
    assert bench.over_seeds([nothing, nothing]) == nothing


def test_the_committed_results_name_the_command_that_made_them():
    data = json.loads((RESULTS / "bench.json").read_text(encoding="utf-8"))
    assert data["command"] == "make bench" == bench.study().command
    assert list(data["tables"]) == list(bench.study().tables)
    assert f"Made by `{data['command']}`" in (RESULTS / "bench.md").read_text(encoding="utf-8")
    tables = list(data["tables"].values())
    kinds, networks, each = tables[:5], tables[5], tables[6:-1]
    assert len(kinds) == len(bench.PROBLEMS)
    assert len(each) == len(networks) == 3 * len(kinds)
    for rows in [*kinds, *each]:
        assert [row["method"] for row in rows] == list(bench.METHODS)
