"""A study with parts, tables and a command line.

`run_study` runs one task. A study has one task or several, each with its cases, and makes tables of
their results. This module does what all studies do alike: it reads the command line, runs what is
missing, keeps what is done until all is, and writes the report.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from pacdistill.studies.machine import PACKAGES, describe_machine
from pacdistill.studies.report import write_report
from pacdistill.studies.run import run_study

__all__ = ["Part", "Study", "Table", "report_study", "study_command"]

Row = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A part of a study: one task and its cases.

    Parameters
    ----------
    task, cases : as in `run_study`; each case and its result are a row, and a result with the one
        entry "rows", a list of dictionaries, is several
    timed : whether its subject is time; then its cases run one after the other, however many may
        run at the same time (on a cluster it is its backend that decides)
    """

    task: Callable[..., Row]
    cases: Sequence[Row]
    timed: bool = False


@dataclass(frozen=True)
class Table:
    """A table of a report: how it is made, and of the rows of which parts.

    Parameters
    ----------
    make : takes the rows of each of the parts, and returns those of the table
    parts : their names; none for a table that does not depend on what is measured
    """

    make: Callable[..., Sequence[Row]]
    parts: Sequence[str] = ()


@dataclass(frozen=True)
class Study:
    """What is measured and what is told of it.

    Parameters
    ----------
    name : of the study; its results are called so
    command : that makes the results
    parts : the parts by their names, in the order in which they run
    tables : the tables by their titles; without one, there is no report
    text : what a reader should know before the tables
    packages : whose versions are told
    rows : makes the text of a file of rows, ``<name>-rows.json``, of the rows of all parts by their
        names; no such file is written if not given
    also : writes what else there is, given the rows of the parts that have some and the folder
    """

    name: str
    command: str
    parts: Mapping[str, Part]
    tables: Mapping[str, Table]
    text: str = ""
    packages: Sequence[str] = PACKAGES
    rows: Callable[[dict[str, list[Row]]], str] | None = None
    also: Callable[[dict[str, list[Row]], Path], None] | None = None


def report_study(
    study: Study,
    folder: str | os.PathLike[str],
    *,
    kept: str | os.PathLike[str],
    parts: Sequence[str] = (),
    n_jobs: int | None = None,
    progress: bool = False,
) -> None:
    """Run a study, or parts of it, and write its report into a folder.

    Each case runs on one thread. What is done is kept in the folder ``<kept>/<name>`` until all
    parts were asked for and are done, so the same call goes on where it stopped. If a case fails,
    the other cases of its part run, and nothing is written into `folder`.

    Where only some parts are asked for, a table of other parts stays as it stands in the folder;
    so do their rows.

    Parameters
    ----------
    study : the study
    folder : where the results are written: ``<name>.json`` and ``<name>.md``, as by `write_report`
    kept : the folder for what is done so far
    parts : the names of those that run; all if none is given
    n_jobs, progress : as in `run_study`; where `n_jobs` is not given, a surrounding
        ``joblib.parallel_config`` says where the cases run

    Raises
    ------
    ValueError
        If the study has no part of a given name; nothing has run then.
    RuntimeError
        If the task failed on a case.

    Examples
    --------
    >>> import tempfile
    >>> def square(x): return {"square": x * x}
    >>> study = Study(
    ...     name="squares",
    ...     command="python squares.py",
    ...     parts={"small": Part(square, [{"x": 2}, {"x": 3}])},
    ...     tables={"Small squares": Table(list, ["small"])},
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report_study(study, folder, kept=folder)
    ...     print(Path(folder, "squares.md").read_text().partition(").")[2])
    <BLANKLINE>
    <BLANKLINE>
    ## Small squares
    <BLANKLINE>
    | x | square |
    | --- | --- |
    | 2 | 4 |
    | 3 | 9 |
    <BLANKLINE>
    """
    chosen = list(parts) or list(study.parts)
    if unknown := [name for name in chosen if name not in study.parts]:
        raise ValueError(
            f"the study {study.name} has no part {unknown[0]!r}; its parts are "
            f"{', '.join(study.parts)}"
        )
    folder, work = Path(folder), Path(kept) / study.name
    folder.mkdir(parents=True, exist_ok=True)
    work.mkdir(parents=True, exist_ok=True)
    new = {}
    for name in chosen:
        part = study.parts[name]
        found = run_study(
            _on_one_thread(part.task),
            part.cases,
            work / f"{name}.jsonl",
            n_jobs=1 if part.timed else n_jobs,
            progress=progress,
        )
        new[name] = [
            case | row
            for case, result in zip(part.cases, found, strict=True)
            for row in (result["rows"] if list(result) == ["rows"] else [result])
        ]

    stored = folder / f"{study.name}-rows.json"
    rows = (_read(stored) if study.rows else {}) | new
    rows = {name: rows[name] for name in study.parts if name in rows}
    before = _read(folder / f"{study.name}.json").get("tables", {})
    tables = {
        title: table.make(*(rows[name] for name in table.parts))
        if all(name in rows for name in table.parts)
        else before[title]
        for title, table in study.tables.items()
        if title in before or all(name in rows for name in table.parts)
    }
    if tables:
        write_report(
            folder / study.name,
            tables,
            command=study.command,
            machine=describe_machine(study.packages),
            text=study.text,
        )
    if study.rows:
        stored.write_text(study.rows(rows), encoding="utf-8", newline="\n")
    if study.also:
        study.also(rows, folder)
    if set(chosen) == set(study.parts):
        shutil.rmtree(work)


def study_command(
    study: Study,
    folder: str | os.PathLike[str],
    *,
    kept: str | os.PathLike[str],
    arguments: Sequence[str] | None = None,
) -> None:
    """Be the command of a study: read the command line, run what it asks for, and report.

    Parameters
    ----------
    study : the study
    folder : where the results are written, if the command line does not say it
    kept : as in `report_study`
    arguments : of the command line; those that the script was called with, if not given
    """
    parser = argparse.ArgumentParser(
        description=f"Run the study {study.name}, or parts of it. An interrupted run resumes."
    )
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"all, if none is named: {', '.join(study.parts)}"
    )
    parser.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="how many cases run at the same time, -1 for one on each core; 1 if not given. Cases "
        "whose time is the subject run one after the other",
    )
    parser.add_argument(
        "--results", default=folder, metavar="FOLDER", help="where the results are written"
    )
    options = parser.parse_args(arguments)
    for name in options.parts:
        if name not in study.parts:
            parser.error(f"there is no part {name!r}; the parts are {', '.join(study.parts)}")
    report_study(
        study,
        options.results,
        kept=kept,
        parts=options.parts,
        n_jobs=options.jobs,
        progress=True,
    )
    print(f"Written into {options.results}")


def _on_one_thread(task: Callable[..., Row]) -> Callable[..., Row]:
    """Return the task, run on one thread.

    So sums are added in the same order on every machine, cases that run side by side do not fight
    for the cores, and processor time is the time that it takes.
    """

    @wraps(task)
    def run(**case: Any) -> Row:
        torch = sys.modules.get("torch")  # it has a number of its own
        before = torch.get_num_threads() if torch else 1
        with threadpool_limits(1):
            try:
                if torch:
                    torch.set_num_threads(1)
                return task(**case)
            finally:
                if torch:
                    torch.set_num_threads(before)

    return run


def _read(path: Path) -> dict[str, Any]:
    """Return what a JSON file holds; nothing if it is not there."""
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
