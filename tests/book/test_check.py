"""`make check` runs what a change can break, and little else."""

import ast

import check
import pytest
from bookfiles import ROOT, documents


def chosen(*files: str) -> dict[str, set[str]]:
    return {name: set(command) for name, command in check.steps(list(files)).items()}


def test_a_change_of_nothing_is_checked_for_style_and_types() -> None:
    assert list(chosen()) == ["style", "format", "arrows", "types"]


def test_a_module_concerns_what_stands_on_it() -> None:
    found = chosen("pacdistill/samples/game.py")["tests"]
    assert {"pacdistill/samples/game.py", "tests/test_game.py"} <= found
    assert "tests/theorems/test_thm_zero_sample_game.py" in found
    assert "tests/test_probe.py" not in found
    below = chosen("pacdistill/cube.py")["tests"]
    assert {"tests/test_probe.py", "tests/test_tree.py", "pacdistill/extraction/beam.py"} <= below


def test_a_script_of_a_figure_is_part_of_its_module() -> None:
    found = chosen("pacdistill/figures/zero_game.js")["tests"]
    assert "pacdistill/figures/zero_game.py" in found
    assert "pacdistill/figures/rates.py" not in found


def test_a_study_concerns_its_tests() -> None:
    assert "tests/test_engine_study.py" in chosen("studies/engine.py")["tests"]


def test_a_chapter_is_run_and_its_page_opened() -> None:
    found = chosen("chapters/02-learning.ipynb")
    assert list(found)[-3:] == ["notebooks", "book", "pages"]
    assert "chapters/02-learning.ipynb" in found["notebooks"]
    assert "tests/book/test_site.py::test_page[chapters/02-learning]" in found["pages"]
    assert "tests/book/test_labels.py" in found["tests"]
    assert "pages" not in chosen("README.md")  # which is no page of the book


def test_a_test_and_what_stands_beside_it() -> None:
    assert chosen("tests/test_game.py")["tests"] >= {"tests/test_game.py"}
    assert "tests/theorems/test_thm_twist.py" in chosen("tests/theorems/conftest.py")["tests"]
    assert "tests/test_game.py" not in chosen("tests/theorems/conftest.py")["tests"]


def test_all_pages_are_known() -> None:
    assert {f"{document}.md" for document in documents()} <= check.of_the_book()


def test_a_name_is_where_it_is_defined() -> None:
    source = (
        "from pacdistill import extract_tree\nfrom pacdistill.samples import erm\nimport engine"
    )
    found = set(check.imports(source, check.homes()))
    assert {"pacdistill.extraction.extract", "pacdistill.samples.erm", "engine"} <= found


@pytest.mark.parametrize("folder", ["tests", "tests/theorems"])
def test_each_import_of_a_test_is_understood(folder: str) -> None:
    known, modules = check.homes(), {*map(check.module_of, map(str, files_of_the_package()))}
    for path in (ROOT / folder).glob("test_*.py"):
        for line in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(line, ast.ImportFrom) and str(line.module).startswith("pacdistill"):
                for alias in line.names:
                    home = known.get(line.module, {}).get(alias.name, line.module)
                    inside = f"{line.module}.{alias.name}"
                    assert home in modules or inside in modules, (path.name, inside)


def files_of_the_package() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in (ROOT / "pacdistill").rglob("*.py")]
