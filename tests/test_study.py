"""Studies: every result once, in order, on any backend, and none lost when something dies."""

import functools
import json
import os
import runpy
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from distributed import Client, LocalCluster
from joblib import parallel_config

from pacdistill.studies import run_study

CASES = [{"k": k} for k in range(6)]
SQUARES = [{"square": k * k} for k in range(6)]


def recording(folder):
    """A task that writes down when it starts. Made in a function, so that it is pickled whole."""

    def task(k):
        with (folder / "started").open("a", encoding="utf-8") as file:
            file.write(f"{k}\n")
        return {"square": k * k}

    return task


def started(folder):
    return sorted(int(k) for k in (folder / "started").read_text(encoding="utf-8").split())


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("n_jobs", [None, 1, 2])
def test_results_come_in_the_order_of_the_cases_and_each_is_written_once(tmp_path, n_jobs):
    path = tmp_path / "study.jsonl"
    assert run_study(recording(tmp_path), CASES, path, n_jobs=n_jobs) == SQUARES
    assert sorted(line["case"]["k"] for line in lines(path)) == list(range(6))
    assert all(line["result"] == SQUARES[line["case"]["k"]] for line in lines(path))
    assert started(tmp_path) == list(range(6))


def test_a_result_is_on_the_disk_before_the_next_case_starts(tmp_path):
    path = tmp_path / "study.jsonl"

    def count_lines(k):
        return {"lines": len(lines(path))}

    assert run_study(count_lines, CASES, path) == [{"lines": k} for k in range(6)]


def test_a_result_does_not_wait_for_those_before_it(tmp_path):
    path = tmp_path / "study.jsonl"

    def wait_for_a_line(k):
        while k == 0 and not path.read_text(encoding="utf-8"):
            time.sleep(0.01)
        return {}

    assert run_study(wait_for_a_line, CASES[:2], path, n_jobs=2) == [{}, {}]
    assert [line["case"]["k"] for line in lines(path)] == [1, 0]


def test_the_same_call_runs_only_what_is_missing(tmp_path):
    path, task = tmp_path / "study.jsonl", recording(tmp_path)
    assert run_study(task, CASES[2:4], path) == SQUARES[2:4]
    assert run_study(task, CASES[::-1], path) == SQUARES[::-1]
    before = path.read_bytes()
    assert run_study(task, CASES[1:3], path) == SQUARES[1:3]  # what was not asked for stays
    assert path.read_bytes() == before
    assert started(tmp_path) == list(range(6))


@pytest.mark.parametrize("cut", [1, 2, 30, 56])
def test_a_last_line_that_is_not_whole_is_dropped_and_its_case_runs_again(tmp_path, cut):
    path, task = tmp_path / "study.jsonl", recording(tmp_path)
    run_study(task, CASES, path)
    whole = path.read_bytes()
    assert len(whole.splitlines()[-1]) > cut
    path.write_bytes(whole[:-cut])
    assert run_study(task, CASES, path) == SQUARES
    assert path.read_bytes() == whole
    assert started(tmp_path) == [0, 1, 2, 3, 4, 5, 5]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_case_that_fails_is_named_and_the_others_are_kept(tmp_path, n_jobs):
    path, broken = tmp_path / "study.jsonl", tmp_path / "broken"
    record = recording(tmp_path)

    def task(k):
        if k in (2, 4) and broken.exists():
            raise OverflowError(f"{k} is too much")
        return record(k)

    broken.touch()
    with pytest.raises(RuntimeError, match=r"on 2 of 6 cases") as caught:
        run_study(task, CASES, path, n_jobs=n_jobs)
    assert any(f'{{"k": {k}}}' in str(caught.value) for k in (2, 4))
    assert "OverflowError" in str(caught.value)
    assert sorted(line["case"]["k"] for line in lines(path)) == [0, 1, 3, 5]
    broken.unlink()
    assert run_study(task, CASES, path, n_jobs=n_jobs) == SQUARES
    assert started(tmp_path) == list(range(6))


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ([1], "returns a dictionary, but it returned"),
        (None, "returns a dictionary, but it returned"),
        ({"x": np.float64(1).astype(np.float32)}, "float32 is not JSON serializable"),
        ({"x": float("nan")}, "plain finite values"),
        ({"x": {1, 2}}, "plain finite values"),
    ],
)
def test_a_result_that_is_not_plain_is_a_failure(tmp_path, result, message):
    def task(k):
        return result

    with pytest.raises(RuntimeError, match=message):
        run_study(task, CASES[:1], tmp_path / "study.jsonl")
    assert (tmp_path / "study.jsonl").read_text(encoding="utf-8") == ""


def test_results_are_the_same_whether_they_are_computed_or_read(tmp_path):
    def task(k):
        return {"b": (1, 2), "a": {3: 0.1}, "c": None}

    first = run_study(task, CASES[:1], tmp_path / "study.jsonl")
    assert first == [{"b": [1, 2], "a": {"3": 0.1}, "c": None}]
    assert list(first[0]) == ["b", "a", "c"]
    assert run_study(task, CASES[:1], tmp_path / "study.jsonl") == first


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        ([{"k": np.int64(1)}], "plain finite values only"),
        ([{"k": float("inf")}], "plain finite values only"),
        ([{"k": (1, 2)}], "lists for tuples"),
        ([{"k": {1: 2}}], "lists for tuples"),
        ([{1: 2}], "dictionary of keyword arguments"),
        ([3], "dictionary of keyword arguments"),
        ([{"k": 1, "m": 2}, {"m": 2, "k": 1}], "given twice"),
    ],
)
def test_cases_are_different_and_plain(tmp_path, cases, message):
    with pytest.raises(ValueError, match=message):
        run_study(recording(tmp_path), cases, tmp_path / "study.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_a_task_has_a_name(tmp_path):
    with pytest.raises(TypeError, match="named function"):
        run_study(functools.partial(dict, k=1), [{}], tmp_path / "study.jsonl")


LINE = '{"task": "recording.<locals>.task", "case": {"k": 0}, "result": {"square": 0}}\n'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (LINE.replace("recording", "other"), "results of the task other"),
        (LINE + LINE, "two results for the case"),
        (LINE[:20] + "\n" + LINE, "line 1 of .* is no result of a study"),
        (LINE + '{"k": 1}\n', "line 2 of .* is no result of a study"),
        (LINE + "[1]\n", "line 2 of .* is no result of a study"),
        ("# my diary\n", "line 1 of .* is no result of a study"),
    ],
)
def test_a_file_of_something_else_is_left_alone(tmp_path, content, message):
    path = tmp_path / "study.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        run_study(recording(tmp_path), CASES, path)
    assert path.read_text(encoding="utf-8") == content
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize("progress", [False, True])
def test_a_bar_shows_only_on_request(tmp_path, capfd, progress):
    run_study(recording(tmp_path), CASES, tmp_path / "study.jsonl", progress=progress)
    out, err = capfd.readouterr()
    assert out == ""
    assert ("task: " in err and "0/6" in err) == progress


# Windows has no such signal, and ends a process by any.
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
SCRIPT = """
import sys, time
from pathlib import Path
from pacdistill.studies import run_study

def task(k):
    with Path("started").open("a", encoding="utf-8") as file:
        file.write(f"{k}\\n")
    if k == 3 and "stop" in sys.argv:
        time.sleep(1000)
    return {"square": k * k}

results = run_study(task, [{"k": k} for k in range(6)], "study.jsonl")
"""


def test_a_study_that_was_killed_goes_on_where_it_stopped(tmp_path, monkeypatch):
    path, log, script = (tmp_path / n for n in ("study.jsonl", "started", "script.py"))
    script.write_text(SCRIPT, encoding="utf-8")
    with subprocess.Popen([sys.executable, "script.py", "stop"], cwd=tmp_path) as process:
        while not log.exists() or "3" not in log.read_text(encoding="utf-8"):
            assert process.poll() is None, "it ended before it could be killed"
            time.sleep(0.02)
        process.kill()
    assert process.returncode == (1 if sys.platform == "win32" else -KILL)
    assert len(lines(path)) == 3
    monkeypatch.chdir(tmp_path)
    assert runpy.run_path("script.py")["results"] == SQUARES
    assert [line["case"]["k"] for line in lines(path)] == list(range(6))
    assert started(tmp_path) == [0, 1, 2, 3, 3, 4, 5]


def test_a_dask_worker_that_is_killed_loses_no_result_and_doubles_none(tmp_path):
    record = recording(tmp_path)

    def task(k):
        result = record(k)
        if k == 3 and started(tmp_path).count(3) == 1:
            os.kill(os.getpid(), KILL)
        return {**result, "worker": os.getpid()}

    path = tmp_path / "study.jsonl"
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        first_two = set(client.run(os.getpid).values())
        with parallel_config(backend="dask"):
            results = run_study(task, CASES, path)
        assert len(first_two) == 2
        assert first_two != set(client.run(os.getpid).values())  # one is dead, and replaced
    assert [{"square": one["square"]} for one in results] == SQUARES
    assert os.getpid() not in {one["worker"] for one in results}
    assert sorted(line["case"]["k"] for line in lines(path)) == list(range(6))
    assert started(tmp_path).count(3) == 2
