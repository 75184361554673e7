"""What to run before a commit: style, types, and the tests that what changed can break.

usage: python tools/check.py [--list] [REVISION]

Compared is the working tree with a revision of git, HEAD if none is given. A change of a module
concerns the doctests and tests of everything that stands on it; a change of a notebook or of a page
concerns that one. What can break in other ways, `make test` finds.
"""

import argparse
import ast
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "pacdistill"
OF_ALL = ("pyproject.toml", "requirements.txt", "requirements.lock", "Makefile")


def changed(revision: str) -> list[str]:
    """The files that differ from a revision, those included that git does not know yet."""
    listed = [
        subprocess.run(["git", *words, "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
        for words in (
            ["diff", "--name-only", revision],
            ["ls-files", "--others", "--exclude-standard"],
        )
    ]
    return sorted({name for one in listed for name in one.stdout.split("\0") if name})


def module_of(file: str) -> str | None:
    """The module of a file of the package; a figure's script and style are part of its module."""
    path = Path(file)
    if path.parts[0] != PACKAGE or path.suffix not in (".py", ".pyi", ".js", ".css"):
        return None
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def homes() -> dict[str, dict[str, str]]:
    """For the door and each wing the module in which each of its names is defined."""
    found = {}
    for stub in (ROOT / PACKAGE).rglob("__init__.pyi"):
        package = module_of(stub.relative_to(ROOT).as_posix())
        found[package] = {
            alias.name: f"{package}.{line.module or alias.name}"
            for line in ast.parse(stub.read_text(encoding="utf-8")).body
            if isinstance(line, ast.ImportFrom)
            for alias in line.names
        }
    return found


def imports(source: str, known: dict[str, dict[str, str]]) -> Iterator[str]:
    """The modules that a file of tests imports, each name by where it is defined."""
    for line in ast.walk(ast.parse(source)):
        if isinstance(line, ast.Import):
            yield from (alias.name for alias in line.names)
        elif isinstance(line, ast.ImportFrom) and line.module:
            for alias in line.names:
                inside = known.get(line.module, {})
                yield inside.get(alias.name, f"{line.module}.{alias.name}")
                yield line.module if line.module not in known else ""


@cache
def arrows() -> grimp.ImportGraph:
    """Which module imports which."""
    return grimp.build_graph(PACKAGE, cache_dir=None)


def concerned(files: Iterable[str]) -> set[str]:
    """The modules that changed, and all that stand on them."""
    graph = arrows()
    found = {module for file in files if (module := module_of(file)) in graph.modules}
    return found.union(*(graph.find_downstream_modules(module) for module in found))


def tests(files: list[str], modules: set[str], known: dict[str, dict[str, str]]) -> list[str]:
    """The files of tests that a change can break."""
    scripts = {Path(file).stem for file in files if file.startswith("studies/")}
    found = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name = path.relative_to(ROOT).as_posix()
        beside = f"{path.parent.relative_to(ROOT).as_posix()}/conftest.py"
        used = set(imports(path.read_text(encoding="utf-8"), known))
        if name in files or beside in files or used & (modules | scripts):
            found.append(name)
    return found


def doctests(modules: set[str]) -> list[str]:
    """The files whose examples a change can break."""
    paths = (ROOT.joinpath(*module.split(".")).with_suffix(".py") for module in sorted(modules))
    return [path.relative_to(ROOT).as_posix() for path in paths if path.exists()]


def of_the_book() -> set[str]:
    """The files of the book's pages."""
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    named = re.findall(r"(?m)^[ -]*(?:root|file): *(\S+)", toc)
    return {f"{name}{suffix}" for name in named for suffix in (".md", ".ipynb")}


def steps(files: list[str]) -> dict[str, list[str]]:
    """The commands to run, by what they look at; a variable of the environment comes first."""
    python = [sys.executable, "-m"]
    pytest = [*python, "pytest", "-q", "-n", "2", "--dist", "loadfile", "--durations=10"]
    chosen = {
        "style": [*python, "ruff", "check", "."],
        "format": [*python, "ruff", "format", "--check", "."],
        "arrows": [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        "types": [*python, "mypy"],
    }
    modules = concerned(files)
    unit = doctests(modules) + tests(files, modules, homes())
    if any(file in OF_ALL for file in files):
        unit = [*dict.fromkeys([*unit, "tests/book"])]
    pages = [file for file in files if file.endswith((".md", ".ipynb")) and (ROOT / file).exists()]
    if pages:
        unit += [
            f"tests/book/test_{one}.py"
            for one in ("labels", "notebooks", "reference")
            if f"tests/book/test_{one}.py" not in unit
        ]
    if unit:
        chosen["tests"] = [*pytest, "-m", "not browser", "--doctest-modules", *unit]
    notebooks = [file for file in pages if file.startswith(("chapters/", "projects/"))]
    notebooks = [file for file in notebooks if file.endswith(".ipynb")]
    if notebooks:
        chosen["notebooks"] = [
            *(*pytest, "-p", "no:doctest", "--nbval", "--nbval-current-env"),
            *("--nbval-sanitize-with", "tests/nbval.cfg", "--nbval-cell-timeout=120"),
            *notebooks,
        ]
    documents = [Path(file).with_suffix("").as_posix() for file in pages if file in of_the_book()]
    if documents:
        chosen["book"] = ["make", "--no-print-directory", "book"]
        names = [f"tests/book/test_site.py::test_page[{document}]" for document in documents]
        chosen["pages"] = [*pytest, "-m", "browser", *names]
    return chosen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("revision", nargs="?", default="HEAD")
    parser.add_argument("--list", action="store_true", help="print the commands, run none")
    options = parser.parse_args()
    files = changed(options.revision)
    failed = []
    for name, command in steps(files).items():
        print(f"--- {name}: {' '.join(command)}", flush=True)
        if options.list:
            continue
        start = time.perf_counter()
        code = subprocess.run(command, cwd=ROOT, env=os.environ | {"MPLBACKEND": "Agg"}).returncode
        # 5: none of the chosen tests is one
        if code not in (0, 5) or (code == 5 and "pytest" not in command):
            failed.append(name)
        print(f"--- {name}: {time.perf_counter() - start:.0f} s", flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
