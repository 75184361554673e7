"""The harness of studies: its command line, its report, and what an interrupted study leaves."""

import json
import os
import re
import shutil
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import harness
import open_the_box
import pytest
import torch
from distributed import Client, LocalCluster
from harness import DATA, RESULTS
from joblib import parallel_config
from threadpoolctl import threadpool_info, threadpool_limits

import pacdistill.studies.study as machine_of
from pacdistill.studies import Part, Study, Table, exact_interval, report_study, study_command

SCRIPTS = sorted(Path(harness.__file__).parent.glob("*.py"))


def squares(folder, **options):
    """A study of two parts that writes down what it starts."""

    def square(x):
        with (folder / "started").open("a", encoding="utf-8") as file:
            file.write(f"{x}\n")
        if (folder / "broken").exists() and x == 3:
            raise OverflowError("3 is too much")
        return {"square": x * x, "worker": os.getpid()}

    def pair(y):
        return {"rows": [{"sign": sign, "value": sign * y} for sign in (-1, 1)]}

    def total(*parts):
        rows = [row for part in parts for row in part]
        return [{"sum": sum(row.get("square", 0) + row.get("value", 0) for row in rows)}]

    def plain(rows):
        return [{name: row[name] for name in ("x", "square")} for row in rows]

    return Study(
        name="squares",
        command="python squares.py",
        parts={
            "squares": Part(square, [{"x": x} for x in (2, 3, 4)]),
            "pairs": Part(pair, [{"y": 5}, {"y": 7}]),
        },
        tables={
            "All": Table(total, ["squares", "pairs"]),
            "Squares": Table(plain, ["squares"]),
            "Pairs": Table(list, ["pairs"]),
            "Settings": Table(lambda: [{"most": 4}]),
        },
        text="Numbers.",
        **options,
    )


def started(folder):
    path = folder / "started"
    return sorted(map(int, path.read_text(encoding="utf-8").split())) if path.exists() else []


def tables(folder):
    return json.loads((folder / "squares.json").read_text(encoding="utf-8"))["tables"]


PAIRS = [{"y": y, "sign": sign, "value": sign * y} for y in (5, 7) for sign in (-1, 1)]
ALL = {
    "All": [{"sum": 29}],
    "Squares": [{"x": x, "square": x * x} for x in (2, 3, 4)],
    "Pairs": PAIRS,
    "Settings": [{"most": 4}],
}


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Run the study as its script would, with a command line, in a folder of the test."""

    def run(*arguments, **options):
        monkeypatch.setattr(sys, "argv", ["squares.py", *arguments])
        study_command(squares(tmp_path, **options), tmp_path / "results", kept=tmp_path / "kept")

    return run


def test_the_command_runs_all_parts_and_leaves_the_report_alone(command, tmp_path, capsys):
    command()
    assert tables(tmp_path / "results") == ALL
    report = (tmp_path / "results" / "squares.md").read_text(encoding="utf-8")
    assert report.startswith("Made by `python squares.py` (cpu: ")
    assert "\n\nNumbers.\n\n## All\n" in report
    assert list((tmp_path / "kept").iterdir()) == []
    assert str(tmp_path / "results") in capsys.readouterr().out


def test_results_are_written_where_the_command_line_says(command, tmp_path):
    command("--results", str(tmp_path / "elsewhere"), "--jobs", "2")
    assert tables(tmp_path / "elsewhere") == ALL
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cubes"], "there is no part 'cubes'; the parts are squares, pairs"),
        (["pairs", "cubes"], "there is no part 'cubes'"),
        (["--jobs", "many"], "invalid int value: 'many'"),
        (["--part", "pairs"], "unrecognized arguments: --part"),
    ],
)
def test_a_wrong_argument_is_named_before_anything_runs(command, tmp_path, capsys, arguments, said):
    with pytest.raises(SystemExit):
        command(*arguments)
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_help_lists_the_parts(command, capsys):
    with pytest.raises(SystemExit):
        command("--help")
    assert "squares, pairs" in capsys.readouterr().out


def test_a_wrong_part_is_named(tmp_path):
    with pytest.raises(ValueError, match="no part 'cubes'; its parts are squares, pairs"):
        report_study(squares(tmp_path), tmp_path, kept=tmp_path, parts=["cubes"])
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_there_when_all_of_its_parts_are_and_others_stay_as_they_were(command, tmp_path):
    results = tmp_path / "results"
    command("pairs")
    assert tables(results) == {name: ALL[name] for name in ("Pairs", "Settings")}
    assert started(tmp_path) == []
    command("squares")
    assert tables(results) == {name: ALL[name] for name in ("Squares", "Pairs", "Settings")}
    command()  # both are kept, so nothing runs again
    assert tables(results) == ALL
    assert started(tmp_path) == [2, 3, 4]
    stored = json.loads((results / "squares.json").read_text(encoding="utf-8"))
    stored["tables"]["Squares"] = [{"x": 0}]
    (results / "squares.json").write_text(json.dumps(stored), encoding="utf-8")
    command("pairs")
    assert tables(results) == ALL | {"Squares": [{"x": 0}]}


def test_stored_rows_stand_for_the_parts_that_do_not_run(command, tmp_path):
    path = tmp_path / "results" / "squares-rows.json"
    command("squares", rows=json.dumps)
    rows = json.loads(path.read_text(encoding="utf-8"))
    assert list(rows) == ["squares"]
    rows["squares"][0]["square"] = 1_004
    path.write_text(json.dumps(rows), encoding="utf-8")
    command("pairs", rows=json.dumps)
    assert tables(tmp_path / "results")["All"] == [{"sum": 1_029}]
    rows = json.loads(path.read_text(encoding="utf-8"))
    assert list(rows) == ["squares", "pairs"]
    assert rows["pairs"] == PAIRS


def test_a_study_writes_what_else_it_has(command, tmp_path):
    def also(rows, folder):
        (folder / "names.txt").write_text(" ".join(rows), encoding="utf-8")

    command("pairs", also=also)
    assert (tmp_path / "results" / "names.txt").read_text(encoding="utf-8") == "pairs"


def test_a_case_that_fails_leaves_the_results_as_they_were_and_the_others_done(command, tmp_path):
    command("pairs")
    before = (tmp_path / "results" / "squares.json").read_bytes()
    (tmp_path / "broken").touch()
    with pytest.raises(RuntimeError, match=r"failed on 1 of 3 cases(.|\n)*3 is too much"):
        command()
    assert (tmp_path / "results" / "squares.json").read_bytes() == before
    (tmp_path / "broken").unlink()
    command()
    assert tables(tmp_path / "results") == ALL
    assert started(tmp_path) == [2, 3, 3, 4]


def most_threads():
    return max(pool["num_threads"] for pool in threadpool_info())


def test_each_case_runs_on_one_thread(tmp_path):
    seen = []

    def threads():
        seen.append((most_threads(), torch.get_num_threads()))
        return {}

    study = Study(name="a", command="b", parts={"c": Part(threads, [{}])}, tables={})
    before = torch.get_num_threads()
    with threadpool_limits(2):
        torch.set_num_threads(2)
        assert most_threads() == 2
        report_study(study, tmp_path, kept=tmp_path)
        assert (most_threads(), torch.get_num_threads()) == (2, 2)
    torch.set_num_threads(before)
    assert seen == [(1, 1)]
    assert list(tmp_path.iterdir()) == []  # without tables there is no report


def test_cases_run_on_a_dask_cluster_and_those_that_are_done_do_not_run_again(tmp_path):
    workers = []

    def also(rows, folder):
        workers.extend(row["worker"] for row in rows["squares"])

    study = squares(tmp_path, also=also)
    (tmp_path / "broken").touch()
    with pytest.raises(RuntimeError, match="failed on 1 of 3"):
        report_study(study, tmp_path, kept=tmp_path)
    (tmp_path / "broken").unlink()
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        processes = set(client.run(os.getpid).values())
        with parallel_config(backend="dask"):
            study_command(study, tmp_path, kept=tmp_path, arguments=[])
    assert len(processes) == 2
    assert [worker in processes for worker in workers] == [False, True, False]
    assert started(tmp_path) == [2, 3, 3, 4]
    assert tables(tmp_path) == ALL


def test_an_interval_is_that_of_clopper_and_pearson():
    assert exact_interval(0, 0) == {"low": 0.0, "high": 1.0}
    assert exact_interval(0, 60)["high"] == 0.085
    assert exact_interval(0, 60, digits=4)["high"] == round(1 - 0.005 ** (1 / 60), 4)
    assert exact_interval(7, 7, confidence=0.9) == {"low": round(0.05 ** (1 / 7), 3), "high": 1.0}


# --- the stored results are what the scripts write, byte for byte


def stored_rows(name):
    """The rows of each part, where they are all stored."""
    if name in ("engine", "failures", "representation"):
        return json.loads((RESULTS / f"{name}-rows.json").read_text(encoding="utf-8"))
    if name == "turning":  # the scores alone; the other tables stay as they are
        return {"scores": json.loads((RESULTS / "turning-rows.json").read_text(encoding="utf-8"))}
    report = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))["tables"]
    tables = import_module(name).study().tables
    return {table.parts[0]: report[title] for title, table in tables.items() if table.make is list}


def reading(rows, cases):
    """A task that finds its results among stored rows."""
    found = {}
    for row in rows:
        case = {key: row[key] for key in cases[0]}
        result = {key: value for key, value in row.items() if key not in {*case, "case"}}
        found.setdefault(json.dumps(case), []).append(result)

    def task(**case):
        results = found[json.dumps(case)]
        return results[0] if len(results) == 1 else {"rows": results}

    return task


@pytest.mark.parametrize(
    "name",
    [
        "engine",
        "failures",
        "ladder",
        "parities",
        "representation",
        "reproduction",
        "thresholds",
        "turning",
    ],
)
def test_the_stored_rows_give_the_stored_files_again(name, tmp_path, monkeypatch):
    stored = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    monkeypatch.setattr(machine_of, "describe_machine", lambda packages: stored["machine"])
    monkeypatch.setattr(machine_of, "_on_one_thread", lambda task: task)  # thousands of cases
    monkeypatch.setattr(os, "fsync", lambda number: None)
    module, rows = import_module(name), stored_rows(name)
    study = module.study()
    parts = {
        part: replace(study.parts[part], task=reading(rows[part], study.parts[part].cases))
        for part in rows
    }
    if name == "turning":  # also writes the rows; its network is not trained here
        shutil.copyfile(module.BOARD, tmp_path / module.BOARD.name)
        shutil.copyfile(RESULTS / "turning.json", tmp_path / "turning.json")
    elif name == "representation":  # also trains a network
        study = replace(study, also=None)
    report_study(replace(study, parts=parts), tmp_path, kept=tmp_path / "kept")
    files = [path for path in RESULTS.glob(f"{name}*") if path.suffix in (".json", ".md")]
    assert len(files) == (3 if name in ("engine", "failures", "representation", "turning") else 2)
    for path in files:
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_the_stored_parts_give_the_stored_file_of_chapter_1_again(tmp_path, monkeypatch):
    path = DATA / "open-the-box.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    machine = {
        "cores": 2,
        "system": "Linux x86_64",
        "python": "3.11.7",
        "packages": {"numpy": "2.4.6"},
    }
    monkeypatch.setattr(open_the_box, "describe_machine", lambda packages: machine)
    monkeypatch.setattr(open_the_box, "KEPT", tmp_path)  # no network is there
    study = open_the_box.study()
    parts = {}
    for name, part in study.parts.items():
        rows = stored[name] if isinstance(stored[name], list) else [stored[name]]
        parts[name] = replace(part, task=reading(rows, part.cases))
    report_study(replace(study, parts=parts), tmp_path, kept=tmp_path / "kept")
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()


# --- every script uses it

NO_STUDIES = {  # what they are instead
    "bench_process": "the process of one method",
    "harness": "the harness itself",
    "iterative_probes": "a method",
    "make_data": "tables, copied and not measured",
    "measuring": "a module of others",
    "zoo": "the networks of the others",
}
OWN_WAYS = re.compile(
    r"\bargv\b|ArgumentParser|describe_machine\([^\"\[]|write_report|run_study|rmtree"
    r"|set_num_threads|threadpool"
)


def not_on_the_harness(name: str, text: str) -> list[str]:
    """What a script does itself that the harness does for all, or that it does not call it."""
    if name in NO_STUDIES:
        return []
    found = OWN_WAYS.findall(text)
    uses = re.search(r'if __name__ == "__main__":\n    main\(study\(\)(, [A-Z]+)?\)\n$', text)
    return found if uses else [*found, "it does not end with main(study())"]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_study_is_its_cases_its_measurement_and_its_tables(path):
    assert not_on_the_harness(path.stem, path.read_text(encoding="utf-8")) == []


def test_every_part_has_cases_and_every_table_is_of_parts():
    studies = [path.stem for path in SCRIPTS if path.stem not in NO_STUDIES]
    assert "engine" in studies
    for name in studies:
        study = import_module(name).study()
        assert study.command.split()[-1] in (f"studies/{name}.py", "bench", "study")
        assert all(part.cases for part in study.parts.values())
        assert {one for table in study.tables.values() for one in table.parts} <= set(study.parts)


def test_catches_a_script_that_goes_its_own_way():
    good = 'x = 1\n\n\nif __name__ == "__main__":\n    main(study())\n'
    assert not_on_the_harness("a", good) == []
    for line in (
        "import sys; sys.argv[1]",
        "parser = argparse.ArgumentParser()",
        "machine = describe_machine()",
        "run_study(task, cases, path)",
        "shutil.rmtree(kept)",
        "torch.set_num_threads(1)",
    ):
        assert len(not_on_the_harness("a", line + "\n" + good)) == 1
    assert not_on_the_harness("a", "x = 1\n") == ["it does not end with main(study())"]
