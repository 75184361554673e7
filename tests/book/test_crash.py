"""A test whose page crashed runs once more, in another tab; what fails twice fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import bookfiles
import pytest
from bookfiles import ROOT

TESTS = """
import pytest

pytestmark = pytest.mark.browser
tries = []


def try_again(kind, new_page, tabs):
    page = new_page()
    tries.append(kind)
    if kind == "twice" or tries.count(kind) == 1:
        if kind == "ends":
            tabs.browser.close()
        page.goto("about:blank" if kind == "ends" else "chrome://crash")
    assert page.evaluate("1 + 1") == 2
    assert page.problems == []


@pytest.mark.parametrize("kind", ["once", "twice", "ends", "once more"])
def test_page(kind, new_page, tabs):
    try_again(kind, new_page, tabs)


def test_wrong(new_page):
    assert new_page().evaluate("1 + 1") == 3
"""


@pytest.mark.browser
def test_a_page_that_crashed_is_opened_once_more(tmp_path: Path) -> None:
    (tmp_path / "test_inner.py").write_text(TESTS, encoding="utf-8")
    shutil.copy(ROOT / "tests" / "book" / "conftest.py", tmp_path)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"]
    command += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), str(tmp_path)]
    paths = os.pathsep.join([str(ROOT / "tests" / "book"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    if "no Chromium was found" in done.stdout:
        pytest.skip("no Chromium was found")
    assert done.stdout.splitlines()[-1].startswith("2 failed, 3 passed, 4 rerun"), done.stdout
    failed = [line.split(" - ")[0] for line in done.stdout.splitlines() if line[:6] == "FAILED"]
    assert failed == ["FAILED test_inner.py::test_page[twice]", "FAILED test_inner.py::test_wrong"]


def test_the_wait_grows_with_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    for load, seconds in ((0.1, 30), (2, 30), (6, 90)):
        monkeypatch.setattr(os, "getloadavg", lambda load=load: (load, 0, 0), raising=False)
        assert bookfiles.patience() == 1000 * seconds
    monkeypatch.delattr(os, "getloadavg")
    assert bookfiles.patience() == 30_000
