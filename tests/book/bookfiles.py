"""The files of the book, as its checks read them."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import yaml

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
FOLDERS = ("chapters", "projects")


def toc_documents(toc: dict[str, Any]) -> list[str]:
    """Every document of a table of contents, in reading order, without suffix."""
    found = [toc["root"]] if "root" in toc else []
    found += [toc["file"]] if "file" in toc else []
    for key in ("parts", "chapters", "sections", "subtrees", "entries"):
        for child in toc.get(key, []):
            found += toc_documents(child)
    return found


def documents() -> list[str]:
    """Every document of this book."""
    return toc_documents(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))


def source(document: str) -> Path:
    """The file of a document."""
    for suffix in (".ipynb", ".md"):
        path = ROOT / f"{document}{suffix}"
        if path.exists():
            return path
    raise FileNotFoundError(f"_toc.yml names {document}, which is neither .ipynb nor .md")


def notebooks() -> list[Path]:
    """Every notebook of the chapters and of the projects."""
    return sorted(
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    )


class Text(NamedTuple):
    """A piece of the book's source: a page, or one cell of a notebook."""

    place: str
    kind: str  # "markdown" or "code"
    content: str


def texts(paths: Iterable[Path]) -> Iterator[Text]:
    """The pieces of the given pages and notebooks."""
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".md":
            yield Text(name, "markdown", path.read_text(encoding="utf-8"))
            continue
        for number, cell in enumerate(nbformat.read(path, as_version=4).cells, start=1):
            if cell.cell_type in ("markdown", "code"):
                yield Text(f"{name}, cell {number}", cell.cell_type, cell.source)


def patience() -> float:
    """How many milliseconds to wait at most: the more, the more processes share a core."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0  # Windows has none
    return 30_000 * max(1.0, load / (os.cpu_count() or 1))


FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,}|:{3,})\{([\w:-]+)\}[ \t]*(.*)$")
OPTION = re.compile(r"^[ \t>]*:([\w-]+):[ \t]*(.*?)[ \t]*$")


class Directive(NamedTuple):
    """One MyST directive, with its options."""

    place: str
    name: str
    argument: str
    options: dict[str, str]


def directives(text: Text) -> Iterator[Directive]:
    """The directives of a markdown text, nested ones too."""
    lines = text.content.splitlines()
    for number, line in enumerate(lines, start=1):
        fence = FENCE.match(line)
        if not fence:
            continue
        options: dict[str, str] = {}
        rest = iter(lines[number:])
        for following in rest:
            if following.strip() == "---" and not options:  # the block form of options: YAML
                block = []
                for inner in rest:
                    if inner.strip() == "---":
                        break
                    block.append(inner)
                options = {k: str(v) for k, v in (yaml.safe_load("\n".join(block)) or {}).items()}
                break
            option = OPTION.match(following)
            if not option:
                break
            options[option[1]] = option[2]
        yield Directive(f"{text.place}, line {number}", fence[2], fence[3].strip(), options)
