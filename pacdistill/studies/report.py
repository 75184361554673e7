"""What a study reports: its tables, and the command and the machine that made them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["write_report"]


def write_report(
    path: str | os.PathLike[str],
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    command: str,
    machine: Mapping[str, Any],
    text: str = "",
) -> None:
    """Write tables twice, as data (.json) and to read (.md), with the command that made them.

    Parameters
    ----------
    path : of the two files, without their endings
    tables : title of each table, and its rows, from the name of a column to a plain value; a row
        without one of the columns has an empty cell
    command : that makes the tables again
    machine : as by `describe_machine`
    text : what a reader should know before the tables

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = [{"n": 1, "exact": True}, {"n": 2}]
    ...     write_report(f"{folder}/a", {"A": rows}, command="make a", machine={"cpu": "fast"})
    ...     print(Path(f"{folder}/a.md").read_text())
    Made by `make a` (cpu: fast).
    <BLANKLINE>
    ## A
    <BLANKLINE>
    | n | exact |
    | --- | --- |
    | 1 | yes |
    | 2 |  |
    <BLANKLINE>
    """
    plain = {"command": command, "machine": machine, "tables": tables}
    data = json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)
    _write(f"{os.fspath(path)}.json", data + "\n")

    facts = "; ".join(f"{name}: {_show(value)}" for name, value in machine.items())
    parts = [f"Made by `{command}` ({facts}).", *([text] if text else [])]
    for title, rows in tables.items():
        columns = list(dict.fromkeys(name for row in rows for name in row))
        grid = [columns, ["---"] * len(columns)]
        grid += [[_show(row.get(name)) for name in columns] for row in rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in grid)
        parts += [f"## {title}", table if rows else "Nothing was measured."]
    _write(f"{os.fspath(path)}.md", "\n\n".join(parts) + "\n")


def _write(path: str, text: str) -> None:
    """Write the same bytes on every system."""
    Path(path).write_text(text, encoding="utf-8", newline="\n")


def _show(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_show(one) or 'not installed'}" for name, one in value.items())
    return str(value).replace("|", "\\|")
