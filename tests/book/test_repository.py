"""The files that the project promises, and the rules about what is committed."""

import json
import re
import shutil
import subprocess
import tomllib

import pytest
import yaml
from bookfiles import ROOT

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
    "pyproject.toml",
    "package.json",
    "package-lock.json",
    "binder/environment.yml",
    "binder/postBuild",
    ".ci/run",
    ".github/workflows/test.yml",
    ".github/workflows/publish.yml",
    ".github/workflows/newest.yml",
    "pacdistill/__init__.py",
    "tests/nbval.cfg",
]
EXECUTABLE = [".ci/run", "binder/postBuild", "tools/make-env", "tools/find-chromium"]
TEST_COMMAND = "make test"


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
    for line in requirements.splitlines():
        line = line.split("#")[0].split(";")[0].strip()  # what stands after ; is for whom it is
        if line:
            name, _, version = line.partition("==")
            found[name.strip().lower()] = version if re.fullmatch(r"[\w.]+", version) else ""
    return found


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


def not_run(makefile: str) -> list[str]:
    """The steps of the tests that `make test` leaves out."""
    recipe = re.search(r"(?m)^test:.*\n((?:\t.*\n)+)", makefile)
    run = " ".join(re.findall(r"\$\(MAKE\)([^;>&\n]*)", recipe[1] if recipe else "")).split()
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


def test_no_large_file_is_committed() -> None:
    large = [name for name in committed() if (ROOT / name).stat().st_size > 1_000_000]
    assert large == []


# --- the checks themselves


def test_catches_another_ci_command() -> None:
    script = '#!/usr/bin/env bash\nset -e\ncd "$x"\nmake test\npytest tests\n'
    assert commands(script) == ["make test", "pytest tests"]


def test_catches_a_step_that_is_left_out() -> None:
    makefile = "test: a ## all\n\t@$(MAKE) book unit; echo lint\n\nlint: ## test step: style\n"
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


def test_catches_third_party_code() -> None:
    bad = ["_static/katex.js", "a/d3.v7.min.js", "x/mathjax/y.min.css", "node_modules/a/b.js"]
    bad += ["_static/fonts/a.woff2", "_static/axe.js"]
    good = ["_static/book.css", "pacdistill/figure.js", "_ext/pacdistill_book.py", "axes.py"]
    assert third_party(bad + good) == bad
