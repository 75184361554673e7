"""What every committed notebook holds: outputs of one clean run, and nothing of the machine."""

import json
import re
from pathlib import Path
from typing import Any

import bookfiles
import nbformat
import pytest
from bookfiles import ROOT

WIDGET = "application/vnd.jupyter.widget"
LIMIT = 1_000_000
# Paths that only one machine has. /tmp/ipykernel_... stands in warnings and tracebacks.
MACHINE = re.compile(
    r"/(?:home|Users|root|work|tmp|var|opt|usr/lib|mnt)/\w|[A-Z]:\\\\Users|file://"
)
ADDRESS = re.compile(r"<[\w.]+[^<>\n]* at 0x[0-9a-f]+>")
IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ALT = re.compile(r"""\balt\s*=\s*["'][^"']*[^"'\s]""", re.IGNORECASE)


def output_problems(cell: dict[str, Any]) -> list[str]:
    """What is wrong with the stored outputs of a code cell."""
    problems = []
    metadata = cell["metadata"]
    tags = metadata.get("tags", [])
    for output in cell["outputs"]:
        kind = output["output_type"]
        data = output.get("data", {})
        if kind == "error":
            problems.append(f"error {output['ename']}: {output['evalue']}")
        if kind == "stream" and output["name"] == "stderr":
            problems.append(f"output on stderr: {output['text']!r}")
        if any(key.startswith(WIDGET) for key in data):
            problems.append("a stored widget: run make execute")
        if any(key.startswith("image/") for key in data) and "remove-output" not in tags:
            alt = metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            if not alt.strip():
                problems.append("an image without alt text (metadata mystnb.image.alt)")
        for image in IMG.findall(str(data.get("text/html", ""))):
            if not ALT.search(image):
                problems.append(f"an <img> without alt text: {image[:80]}")
        plain = json.dumps({k: v for k, v in data.items() if not k.startswith("image/")})
        plain += str(output.get("text", ""))
        for pattern, what in ((MACHINE, "a path of the machine"), (ADDRESS, "a memory address")):
            if match := pattern.search(plain):
                problems.append(f"{what}: {match[0]!r}")
    return problems


def notebook_problems(notebook: dict[str, Any]) -> list[str]:
    """What is wrong with a notebook, given as the dictionary of its format."""
    problems = []
    metadata = notebook["metadata"]
    if metadata.get("kernelspec", {}).get("name") != "python3":
        problems.append("the kernelspec is not python3")
    if "widgets" in metadata:
        problems.append("widget state is stored")
    if "version" in metadata.get("language_info", {}):
        problems.append("the version of Python is stored: run make execute")
    if not notebook["cells"] or not re.match(r"# \S", "".join(notebook["cells"][0]["source"])):
        problems.append("the first cell does not begin with a title (# ...)")
    count = 0
    for number, cell in enumerate(notebook["cells"], start=1):
        place = f"cell {number}"
        if match := MACHINE.search("".join(cell["source"])):
            problems.append(f"{place}: a path of the machine: {match[0]!r}")
        if cell["cell_type"] != "code":
            continue
        count += 1
        if not "".join(cell["source"]).strip():
            problems.append(f"{place}: an empty code cell")
        if cell["execution_count"] != count:
            problems.append(f"{place}: run as {cell['execution_count']}, not as {count}")
        if "execution" in cell["metadata"]:
            problems.append(f"{place}: the time of execution is stored: run make execute")
        problems += [f"{place}: {problem}" for problem in output_problems(cell)]
    return problems


def toc_problems(documents: list[str], stored: list[str]) -> list[str]:
    """What is wrong between the table of contents and the notebooks (names without suffix)."""
    chapters = [name for name in documents if name.partition("/")[0] in bookfiles.FOLDERS]
    problems = [f"{name} is not in _toc.yml" for name in stored if name not in chapters]
    problems += [f"{name} is no notebook" for name in chapters if name not in stored]
    problems += [
        f"{name} is twice in _toc.yml" for name in set(documents) if documents.count(name) > 1
    ]
    return sorted(problems)


# --- the book


@pytest.mark.parametrize("path", bookfiles.notebooks(), ids=lambda path: path.stem)
def test_notebook(path: Path) -> None:
    size = path.stat().st_size
    assert size <= LIMIT, f"{path.name} has {size} bytes"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    problems = notebook_problems(notebook)
    assert not problems, "\n".join(problems)


def test_notebooks_and_table_of_contents_agree() -> None:
    stored = [p.relative_to(ROOT).with_suffix("").as_posix() for p in bookfiles.notebooks()]
    assert stored, "no notebook was found"
    problems = toc_problems(bookfiles.documents(), stored)
    assert not problems, "\n".join(problems)


# --- the checks themselves


def code(count: int | None = 1, *outputs: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "source": "1 + 1",
        "metadata": metadata,
        "execution_count": count,
        "outputs": list(outputs),
    }


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    title = {"cell_type": "markdown", "source": "# A title\n\nText.", "metadata": {}}
    return {
        "metadata": {"kernelspec": {"name": "python3"}, **metadata},
        "cells": [title, *cells],
    }


def display(**data: str) -> dict[str, Any]:
    named = {key.replace("_", "/"): value for key, value in data.items()}
    return {"output_type": "display_data", "data": named, "metadata": {}}


STREAM = {"output_type": "stream", "name": "stdout", "text": "recovered: True\n"}
ALT_TEXT = {"mystnb": {"image": {"alt": "A tree"}}}


def test_accepts_a_good_notebook() -> None:
    good = notebook(
        code(1, STREAM),
        code(2, display(image_png="AAAA/tmp/x"), **ALT_TEXT),
        code(3, display(text_html="<img src='x' alt='A tree'>")),
    )
    assert notebook_problems(good) == []


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        (
            notebook(
                code(1, {"output_type": "error", "ename": "E", "evalue": "no", "traceback": []})
            ),
            "error E: no",
        ),
        (notebook(code(1, {**STREAM, "name": "stderr"})), "stderr"),
        (notebook(code(1, {**STREAM, "text": "/home/me/x"})), "a path of the machine"),
        (notebook(code(1, display(text_plain="<f at 0x7f00aa>"))), "a memory address"),
        (notebook(code(1), code(3)), "run as 3, not as 2"),
        (notebook(code(None)), "run as None, not as 1"),
        (notebook(code(1, display(image_png="AAAA"))), "without alt text"),
        (notebook(code(1, display(image_svg="A"), mystnb={"image": {"alt": " "}})), "without alt"),
        (notebook(code(1, display(text_html="<img src='x' alt=''>"))), "an <img> without"),
        (notebook(code(1, execution={"iopub.execute_input": "2025"})), "time of execution"),
        (notebook(code(1), widgets={}), "widget state is stored"),
        (notebook(code(1), language_info={"version": "3.11.7"}), "the version of Python"),
        (notebook(code(1), kernelspec={"name": "mine"}), "the kernelspec is not python3"),
        ({**notebook(), "cells": [code(1)]}, "title"),
        ({**notebook(), "cells": []}, "title"),
    ],
)
def test_catches_a_bad_notebook(bad: dict[str, Any], complaint: str) -> None:
    problems = notebook_problems(bad)
    assert len(problems) == 1
    assert complaint in problems[0]


def test_catches_a_stored_widget() -> None:
    output = display(text_plain="interactive(...)")
    output["data"][f"{WIDGET}-view+json"] = {"model_id": "0"}
    assert "a stored widget" in notebook_problems(notebook(code(1, output)))[0]


def test_catches_a_notebook_outside_the_table_of_contents() -> None:
    assert toc_problems(["index", "chapters/a"], ["chapters/a", "chapters/b"]) == [
        "chapters/b is not in _toc.yml"
    ]
    assert toc_problems(["index", "chapters/a"], []) == ["chapters/a is no notebook"]
    assert toc_problems(["chapters/a"] * 2, ["chapters/a"]) == ["chapters/a is twice in _toc.yml"]
    nested = {"root": "i", "parts": [{"chapters": [{"file": "a", "sections": [{"file": "b"}]}]}]}
    assert bookfiles.toc_documents(nested) == ["i", "a", "b"]
