"""The book's Sphinx extension: mathematics without another host, and no silent TeX error."""

import subprocess
import sys
from pathlib import Path

import pytest
from bookfiles import ROOT

CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "_ext")!r})
extensions = ["pacdistill_book"]
katex_macros = {{"\\\\eps": "\\\\varepsilon"}}
"""


def build(folder: Path, formula: str) -> "subprocess.CompletedProcess[str]":
    """Build a page with one formula, as strictly as the book."""
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    page = f"Title\n=====\n\nA formula :math:`{formula}` in a line.\n\n.. math:: {formula}\n"
    (folder / "index.rst").write_text(page, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-d",
        "trees",
        ".",
        "html",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def test_good_formula(tmp_path: Path) -> None:
    done = build(tmp_path, r"\eps \le \frac12")
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "html" / "index.html").read_text(encoding="utf-8")
    assert html.count('class="katex"') == 2
    assert "https://" not in html.replace("https://www.sphinx-doc.org/", "").replace(
        "https://alabaster.readthedocs.io", ""
    )
    css = (tmp_path / "html" / "_static" / "katex" / "katex.min.css").read_text(encoding="utf-8")
    assert "http" not in css
    assert ".ttf" not in css
    assert list((tmp_path / "html" / "_static" / "katex" / "fonts").glob("KaTeX_Main*.woff2"))


@pytest.mark.parametrize("formula", [r"\undefined x", r"\frac{1}{2", r"x^2^3"])
def test_bad_formula_fails_the_build(tmp_path: Path, formula: str) -> None:
    done = build(tmp_path, formula)
    assert done.returncode != 0
    assert done.stderr.count("WARNING: TeX: ") == 2
    assert "index.rst:4" in done.stderr
