"""The files that the project promises, and the rules about what is committed."""

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from bookfiles import ROOT
from lock import asked, digest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROMISED = [
    "README.md",
    "LICENSE",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "ERRATA.md",
    "Makefile",
    "_config.yml",
    "_toc.yml",
    "references.bib",
    "requirements.txt",
    "requirements.lock",
    "pyproject.toml",
    "package.json",
    "package-lock.json",
    "binder/environment.yml",
    "binder/postBuild",
    ".ci/run",
    ".github/workflows/test.yml",
    ".github/workflows/publish.yml",
    ".github/workflows/newest.yml",
    ".github/workflows/machines.yml",
    "pacdistill/__init__.py",
    "tests/nbval.cfg",
]
EXECUTABLE = [".ci/run", "binder/postBuild", "tools/make-env", "tools/find-chromium"]
TEST_COMMAND = "make test"
CUDA = re.compile(r"(nvidia|cuda|triton)\b")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def committed() -> list[str]:
    """The files of the repository: what git knows of and does not ignore."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def commands(script: str) -> list[str]:
    """The commands of a shell script, without comments, options and the change of folder."""
    lines = [line.strip() for line in script.splitlines()]
    return [line for line in lines if line and not re.match(r"#|set |cd ", line)]


def pins(requirements: str) -> dict[str, str]:
    """The pinned versions of a requirements file; a line that pins nothing has the version ''."""
    found = {}
    for line in asked(requirements):
        name, _, version = line.split(";")[0].strip().partition("==")  # after ; stands for whom
        found[name.strip().lower()] = version if re.fullmatch(r"[\w.]+", version) else ""
    return found


def stale(
    requirements: str, lock: str, installed: Callable[[str], Any] = distribution
) -> list[str]:
    """What is wrong with the lock: from what is asked for, follow what the installed need."""
    problems = []
    if f"# made from: {digest(requirements)}\n" not in lock:
        problems.append("requirements.txt has changed since the lock was made")
    locked = {}
    for line in asked(lock):
        one = Requirement(line)
        if one.marker is None or one.marker.evaluate():
            locked[canonicalize_name(one.name)] = str(one.specifier).removeprefix("==")
    seen: set[str] = set()
    waiting = [("requirements.txt", Requirement(line), "") for line in asked(requirements)]
    done = set()
    while waiting:
        by, needed, extra = waiting.pop()
        name = canonicalize_name(needed.name)
        if needed.marker is not None and not needed.marker.evaluate({"extra": extra}):
            continue
        if CUDA.match(name):
            continue  # left out on purpose
        if name not in locked or not needed.specifier.contains(locked[name], prereleases=True):
            problems.append(f"{by} needs {needed}; locked is {locked.get(name, 'none')}")
            continue
        seen.add(name)
        try:
            package = installed(name)
        except PackageNotFoundError:
            problems.append(f"{name} is not installed")
            continue
        if package.version.split("+")[0] != locked[name]:
            problems.append(f"{name} is installed as {package.version}, locked {locked[name]}")
        for part in ("", *needed.extras):
            if (name, part) not in done:
                done.add((name, part))
                waiting += [(name, Requirement(line), part) for line in package.requires or []]
    problems += [f"nothing needs {name}" for name in sorted(set(locked) - seen)]
    return problems


def without_encoding(text: str) -> list[str]:
    """The calls that read or write text in the encoding of the system, which differs."""
    found = []
    for start in re.finditer(r"\.(read|write)_text\(|(?<![\w\"'`])(\w+\.)*open\(", text):
        end = start.end()
        while end < len(text) and text.count("(", start.start(), end) > text.count(
            ")", start.start(), end
        ):
            end += 1
        call = text[start.start() : end]
        if "encoding=" not in call and not re.search(r"""["'](\w\+?b|b\w)\+?["']""", call):
            found.append(call)
    return found


def addresses(lock: str) -> list[str]:
    """The lines that name a place instead of a version, and CUDA's libraries."""
    pattern = r"^\s*-|://| @ |file:"
    return [line for line in asked(lock) if re.search(pattern, line) or CUDA.match(line)]


def not_lower_bounds(dependencies: list[str]) -> list[str]:
    """The requirements that are anything else than a lower bound."""
    good = re.compile(r"[A-Za-z0-9._-]+>=[0-9][0-9.]*(;.*)?")
    return [one for one in dependencies if not good.fullmatch(one.replace(" ", ""))]


def third_party(names: list[str]) -> list[str]:
    """The files that look like somebody else's code."""
    pattern = re.compile(
        r"(^|/)(katex|mathjax|axe|require|jquery|plotly|d3|thebe)\b[^/]*\.(js|mjs|css)$"
        r"|\.min\.(js|css)$|\.(woff2?|ttf|otf|whl|tgz)$|(^|/)node_modules/",
        re.IGNORECASE,
    )
    return [name for name in names if pattern.search(name)]


@pytest.mark.parametrize("name", PROMISED)
def test_promised_file(name: str) -> None:
    path = ROOT / name
    assert path.is_file(), f"{name} is missing"
    assert path.stat().st_size > 0, f"{name} is empty"


@pytest.mark.parametrize("name", EXECUTABLE)
def test_executable(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111, f"{name} is not executable"


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert commands(read(".ci/run")) == [TEST_COMMAND]
    assert re.search(rf"(?m)^\s*(\$ )?{TEST_COMMAND}\b|`{TEST_COMMAND}`", read("README.md"))


def test_workflows_run_what_a_reader_runs() -> None:
    def steps(name: str) -> str:
        workflow = yaml.safe_load(read(f".github/workflows/{name}.yml"))
        return json.dumps(workflow["jobs"])

    assert "bash .ci/run" in steps("test")
    assert "bash .ci/run" in steps("publish")  # which builds the book, and tests it


def test_make_lists_each_promised_target() -> None:
    makefile = read("Makefile")
    for target in ("book", "test", "execute", "serve", "clean"):
        assert re.search(rf"(?m)^{target}:.*## \w", makefile), f"make {target} has no help"


def test_clean_keeps_the_networks_that_took_hours(tmp_path: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("_build/zoo/one.npz", "_build/html/index.html", "_build/.book", ".ruff_cache/a"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for target, left in (("clean", ["one.npz"]), ("clean", ["one.npz"]), ("clean-networks", [])):
        subprocess.run(["make", target], cwd=tmp_path, check=True, timeout=60)
        files = [path.name for path in tmp_path.rglob("*") if path.is_file()]
        assert files == ["Makefile", *left]


def not_run(makefile: str) -> list[str]:
    """The steps of the tests that `make test` leaves out."""
    recipe = re.search(r"(?m)^test:.*\n((?:\t.*\n)+)", makefile)
    run = re.findall(r"\$\(call step,(\w+)\)", recipe[1] if recipe else "")
    steps = re.findall(r"(?m)^([a-z]+):.*## test step", makefile)
    return [step for step in ["book", *steps] if step not in run]


def test_make_test_runs_every_step() -> None:
    assert not_run(read("Makefile")) == []


def test_pyproject_has_lower_bounds_only() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    assert not_lower_bounds(project["project"]["dependencies"]) == []
    assert not_lower_bounds(project["build-system"]["requires"]) == []
    for extra in project["project"].get("optional-dependencies", {}).values():
        assert not_lower_bounds(extra) == []


def test_requirements_are_pins() -> None:
    found = pins(read("requirements.txt"))
    assert [name for name, version in found.items() if not version] == []
    needed = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    names = {re.split(r"[<>=!~ ;\[]", one)[0].lower() for one in needed}
    assert names - set(found) == set(), "the library needs what requirements.txt does not pin"


def test_the_lock_is_what_make_lock_would_write() -> None:
    assert stale(read("requirements.txt"), read("requirements.lock")) == []
    assert addresses(read("requirements.lock")) == []


def test_npm_packages_are_pinned() -> None:
    wanted = json.loads(read("package.json"))["dependencies"]
    locked = json.loads(read("package-lock.json"))["packages"]
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned"
        assert locked[f"node_modules/{name}"]["version"] == version
    # The registry is the reader's own choice, so the lock names none.
    assert not any("resolved" in package for package in locked.values())


def test_no_third_party_code_is_committed() -> None:
    assert third_party(committed()) == []


@pytest.mark.parametrize("folder", ["_ext", "studies", "tests", "tools"])
def test_a_text_file_has_its_encoding(folder: str) -> None:
    names = [n for n in committed() if n.startswith(f"{folder}/") and n.endswith((".py", ".ipynb"))]
    assert names
    this = "tests/book/test_repository.py"  # where the examples below stand
    found = {name: without_encoding(read(name)) for name in names if name != this}
    assert {name: calls for name, calls in found.items() if calls} == {}


def test_no_large_file_is_committed() -> None:
    large = [name for name in committed() if (ROOT / name).stat().st_size > 1_000_000]
    assert large == []


# --- the checks themselves


def test_catches_another_ci_command() -> None:
    script = '#!/usr/bin/env bash\nset -e\ncd "$x"\nmake test\npytest tests\n'
    assert commands(script) == ["make test", "pytest tests"]


def test_catches_a_step_that_is_left_out() -> None:
    makefile = "test: a ## all\n\t@$(call step,book); $(call step,unit); echo lint\n\n"
    makefile += "lint: ## test step: style\n"
    assert not_run(makefile + "unit: b ## test step: units\n") == ["lint"]


def test_catches_a_pin_and_a_missing_pin() -> None:
    good, bad = ["numpy>=1.26"], ["numpy==2.0", "torch", "scipy>=1,<2", "tqdm~=4.0", "x>=1.*"]
    assert not_lower_bounds(good + bad) == bad
    text = (
        "# a comment\nnumpy==2.4.6\nscipy>=1.0\ntorch\ntqdm==4.*  # no\nx==1; y < '3'\nz; y < '3'"
    )
    assert pins(text) == {
        **{"numpy": "2.4.6", "scipy>=1.0": "", "torch": "", "tqdm": "", "x": "1", "z": ""}
    }


def test_catches_a_stale_lock() -> None:
    needs = {
        "a": ["B_c[x]>=2", "nvidia-x", "no; extra == 'y'"],
        "b-c": ["d; extra == 'x'"],
        "d": [],
    }

    def installed(name: str) -> SimpleNamespace:
        if name not in needs:
            raise PackageNotFoundError
        return SimpleNamespace(version="2.0+cpu", requires=needs[name])

    def problems(requirements: str, lock: str, made_from: str) -> list[str]:
        return stale(requirements, f"# made from: {digest(made_from)}\n{lock}", installed)

    asks, lock = "# the first\na==2.0\n", "a==2.0\nb-c==2.0  # via a\nd==2.0\n"
    elsewhere = "w==1 ; sys_platform == 'another'\n"
    assert problems(asks, lock + elsewhere, "a==2.0  # said otherwise") == []
    assert problems(asks, lock, "a==1.0") == [
        "requirements.txt has changed since the lock was made"
    ]
    assert problems(asks, "a==2.0\nb-c==1.0\n", asks) == [
        "a needs B_c[x]>=2; locked is 1.0",
        "nothing needs b-c",
    ]
    assert problems(asks, lock.replace("d==2.0\n", ""), asks) == [
        'b-c needs d; extra == "x"; locked is none'
    ]
    assert problems(asks, lock.replace("d==2.0", "d==2.1"), asks) == [
        "d is installed as 2.0+cpu, locked 2.1"
    ]
    assert problems(asks, lock + "e==1\n", asks) == ["nothing needs e"]
    assert problems("e==1", "e==1\n", "e==1") == ["e is not installed"]


def test_catches_a_text_file_without_its_encoding() -> None:
    bad = ["open(f(x))", 'path.open("a")', ".read_text()", ".write_text(f(a, b))", 'open("b")']
    good = [
        "open(x, 'rb')",
        'p.open("r+b")',
        '.read_text(encoding="utf-8")',
        "reopen(x)",
        "'open(x",
    ]
    good += ["open(\n  f(x), encoding='ascii'\n)", 'urlopen("x")', "def open_one(x): ..."]
    assert without_encoding("\n".join([*good, *bad])) == bad


def test_catches_an_address_in_the_lock() -> None:
    bad = [
        "--find-links /opt/x",
        "a @ file:///b",
        "-e .",
        "--index-url https://x",
        "nvidia-nccl==1",
    ]
    assert addresses("\n".join(["# via -r x", "a==1  # via -r y", *bad])) == bad


def test_catches_third_party_code() -> None:
    bad = ["_static/katex.js", "a/d3.v7.min.js", "x/mathjax/y.min.css", "node_modules/a/b.js"]
    bad += ["_static/fonts/a.woff2", "_static/axe.js"]
    good = ["_static/book.css", "pacdistill/figure.js", "_ext/pacdistill_book.py", "axes.py"]
    assert third_party(bad + good) == bad
