"""`make execute`: a second run changes nothing, and a failing notebook stays as it was."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bookfiles import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from test_notebooks import notebook_problems

GOOD = [
    "import sys\nimport time\n\nfor k in range(3):\n    print(k, flush=True)\n    time.sleep(0.05)",
    "import ipywidgets\n\n_ = ipywidgets.interact(lambda k: k**2, k=(0, 5))",
    "1 + 1",
]


def write(path: Path, *sources: str) -> None:
    cells = [new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
    notebook = new_notebook(cells=[new_markdown_cell("# A title", id="title"), *cells])
    nbformat.write(notebook, path)


def execute(path: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "tools" / "execute.py"), str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "good.ipynb"
    write(path, *GOOD)
    done = execute(path)
    assert done.returncode == 0, done.stderr
    first = path.read_bytes()
    assert execute(path).returncode == 0
    assert path.read_bytes() == first
    notebook = nbformat.read(path, as_version=4)
    assert notebook_problems(notebook) == []
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert [len(one) for one in outputs] == [1, 0, 1]
    assert outputs[0][0].text == "0\n1\n2\n"


@pytest.mark.parametrize("bad", ["1 / 0", "raise SystemExit(1)"])
def test_a_failing_notebook_stays_as_it_was(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "bad.ipynb"
    write(path, "1 + 1", bad)
    before = path.read_bytes()
    done = execute(path)
    assert done.returncode == 1
    assert path.read_bytes() == before
    assert bad in done.stderr
    assert "\x1b[" not in done.stderr
    assert "Traceback (most recent call last):\n  File" not in done.stderr
