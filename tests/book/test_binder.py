"""The book can be run on Binder: its configuration is read by Binder's own builder."""

import importlib.util
import os
import re
import subprocess
import sys

import pytest
import yaml
from bookfiles import ROOT

PYPI_NAME = {"pytorch-cpu": "torch", "pytorch": "torch"}


def environment() -> dict[str, str]:
    """The packages of the conda environment, by their names on PyPI, with their versions."""
    found = yaml.safe_load((ROOT / "binder" / "environment.yml").read_text(encoding="utf-8"))
    packages = {}
    for line in found["dependencies"]:
        assert isinstance(line, str), "one flat list of conda packages: postBuild installs with pip"
        name, _, version = line.partition("=")
        packages[PYPI_NAME.get(name, name)] = version.removeprefix("=")
    return packages


def pinned() -> dict[str, str]:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([\w.-]+)==([\w.]+)", text))


def disagreements(conda: dict[str, str], pip: dict[str, str]) -> list[str]:
    """The conda versions that are not the pinned ones, or not the beginning of one."""
    problems = []
    for name, version in sorted(conda.items()):
        if name in ("python", "pip"):
            continue
        if name not in pip:
            problems.append(f"{name} is not in requirements.txt")
        elif not version or not (pip[name] + ".").startswith(version + "."):
            problems.append(f"{name} is {version or 'any'}, pinned {pip[name]}")
    return problems


def test_versions_are_the_pinned_ones() -> None:
    assert disagreements(environment(), pinned()) == []


def test_everything_the_library_needs_is_there() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = list(project["dependencies"])
    for extra, packages in project["optional-dependencies"].items():
        asked += packages if extra not in ("cluster", "test") else []  # no chapter needs these
    needed = {re.split(r"[<>=!~ ;\[]", one)[0].lower() for one in asked}
    post_build = (ROOT / "binder" / "postBuild").read_text(encoding="utf-8")
    (names,) = re.findall(r"'\^\(([\w|-]+)\)=='", post_build)
    by_pip = set(names.split("|"))
    assert by_pip - set(pinned()) == by_pip & set(environment()) == set()
    assert needed - set(environment()) - by_pip == set()


def test_post_build() -> None:
    path = ROOT / "binder" / "postBuild"
    assert os.access(path, os.X_OK)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("#!")
    assert "set -euo pipefail" in text
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_binder_reads_the_configuration() -> None:
    if importlib.util.find_spec("repo2docker") is None:
        pytest.skip("jupyter-repo2docker is not installed")
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output[-3000:]
    assert '--file "binder/environment.yml"' in output
    assert "RUN ./binder/postBuild" in output


def test_catches_a_disagreement() -> None:
    pip = {"numpy": "2.4.6", "torch": "2.13.0", "scipy": "1.17.1"}
    conda = {"numpy": "2.4.5", "torch": "2.13", "scipy": "", "pandas": "3.0", "python": "3.11"}
    assert disagreements(conda, pip) == [
        "numpy is 2.4.5, pinned 2.4.6",
        "pandas is not in requirements.txt",
        "scipy is any, pinned 1.17.1",
    ]
    assert disagreements({"torch": "2.1"}, pip) == ["torch is 2.1, pinned 2.13.0"]
