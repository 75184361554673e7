"""Each theorem has its test, each such test its theorem, and the text names what exists."""

import ast
import importlib
import re
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import bookfiles
import pytest
from bookfiles import ROOT, Text

PREFIX = {
    "prf:theorem": ("thm-",),
    "prf:lemma": ("lem-",),
    "prf:proposition": ("prop-",),
    "prf:corollary": ("cor-",),
}
TESTED = ("thm-", "lem-", "prop-")  # a corollary is tested with what it follows from, or on its own
LABEL = re.compile(r"[a-z]+(?:-[a-z0-9]+)+")


def labels(texts: Iterable[Text]) -> tuple[dict[str, str], list[str]]:
    """The labels of the theorem-like directives with their places, and what is wrong with them."""
    found: dict[str, str] = {}
    problems = []
    for text in texts:
        if text.kind != "markdown":
            continue
        for directive in bookfiles.directives(text):
            prefixes = PREFIX.get(directive.name.removesuffix("*"))
            if prefixes is None:
                continue
            label = directive.options.get("label", "")
            if not label:
                problems.append(f"{directive.place}: {directive.name} has no label")
            elif not label.startswith(prefixes) or not LABEL.fullmatch(label):
                problems.append(f"{directive.place}: label {label!r} of a {directive.name}")
            elif label in found:
                problems.append(f"{directive.place}: label {label!r} is also at {found[label]}")
            else:
                found[label] = directive.place
    return found, problems


def test_file(label: str) -> str:
    """The name of the file that tests a label."""
    return f"test_{label.replace('-', '_')}.py"


test_file.__test__ = False  # type: ignore[attr-defined]


def has_test(source: str) -> bool:
    """Whether a file defines a test function, at its top or in a class Test..."""
    body = list(ast.parse(source).body)
    for node in list(body):
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            body += node.body
    return any(isinstance(node, ast.FunctionDef) and node.name.startswith("test") for node in body)


def pairing(found: Iterable[str], files: dict[str, str]) -> list[str]:
    """What is wrong between the labels and the test files (their names and sources)."""
    found = set(found)
    problems = []
    for label in sorted(found):
        name = test_file(label)
        if name not in files:
            if label.startswith(TESTED):
                problems.append(f"{label} has no tests/theorems/{name}")
        elif not has_test(files[name]):
            problems.append(f"tests/theorems/{name} has no test function")
    known = {test_file(label) for label in found}
    problems += [f"tests/theorems/{name} has no label" for name in sorted(set(files) - known)]
    return problems


DOTTED = re.compile(r"(?<![\w./-])pacdistill((?:\.[A-Za-z_]\w*)+)(?![\w/])")
IMPORTED = re.compile(r"from\s+(pacdistill[\w.]*)\s+import\s+(\([^)]*\)|[^\n#]+)")
# What follows the name in addresses and names of files.
OTHER = {"css", "git", "github", "html", "ico", "js", "md", "py", "svg", "toml", "yml"}


def names(text: Text) -> list[tuple[str, str]]:
    """The names of the library that a text mentions, as (module, dotted name inside it)."""
    found = []
    for match in IMPORTED.finditer(text.content):
        for item in match[2].strip("() \n").split(","):
            words = item.split("#")[0].split()
            if words and words[0].isidentifier():
                found.append((match[1], words[0]))
    for match in DOTTED.finditer(text.content):
        parts = match[1].lstrip(".").split(".")
        if parts[0] not in OTHER:
            found.append(("pacdistill", ".".join(parts)))
    return found


def exists(module: str, name: str) -> bool:
    """Whether a dotted name can be reached in a module, through its submodules too."""
    try:
        value: object = importlib.import_module(module)
    except ModuleNotFoundError:
        return False
    for part in name.split("."):
        if hasattr(value, part):
            value = getattr(value, part)
            continue
        if not isinstance(value, ModuleType):
            return False
        try:
            value = importlib.import_module(f"{value.__name__}.{part}")
        except ModuleNotFoundError:
            return False
    return True


def unknown_names(texts: Iterable[Text]) -> list[str]:
    """The mentions of the library that lead nowhere."""
    return [
        f"{text.place}: {module}.{name} does not exist"
        for text in texts
        for module, name in names(text)
        if not exists(module, name)
    ]


# --- the book


def book_texts() -> list[Text]:
    return list(bookfiles.texts(bookfiles.source(document) for document in bookfiles.documents()))


def theorem_files() -> dict[str, str]:
    folder = ROOT / "tests" / "theorems"
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in folder.glob("*.py")
        if path.name not in ("conftest.py", "__init__.py")
    }


def test_labels_of_the_book() -> None:
    _, problems = labels(book_texts())
    assert not problems, "\n".join(problems)


def test_each_label_has_its_test_and_the_reverse() -> None:
    found, _ = labels(book_texts())
    problems = pairing(found, theorem_files())
    assert not problems, "\n".join(problems)


def test_names_of_the_library_exist() -> None:
    extra = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ERRATA.md")]
    texts = book_texts() + list(bookfiles.texts(path for path in extra if path.exists()))
    problems = unknown_names(texts)
    assert not problems, "\n".join(problems)


# --- the checks themselves


def markdown(content: str) -> Text:
    return Text("page", "markdown", content)


LEMMA = "```{prf:lemma} Title\n:label: lem-two\n\nText.\n```\n"
TESTED_SOURCE = "def test_it():\n    assert True\n"


def test_finds_labels() -> None:
    nested = (
        "````{admonition} Outer\n```{prf:theorem}\n:nonumber:\n:label: thm-one-2\nText\n```\n````\n"
    )
    colons = ":::{prf:proposition} *Title* $x$\n:label: prop-a\nText\n:::\n"
    yaml_options = "```{prf:corollary}\n---\nlabel: cor-b\n---\nText\n```\n"
    found, problems = labels([markdown(LEMMA + nested), markdown(colons + yaml_options)])
    assert sorted(found) == ["cor-b", "lem-two", "prop-a", "thm-one-2"]
    assert problems == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("```{prf:theorem} Title\nText\n```", "has no label"),
        ("```{prf:theorem} Title\n:label:\nText\n```", "has no label"),
        ("```{prf:theorem}\n\n:label: thm-late\n```", "has no label"),
        ("```{prf:theorem}\n:label: lem-wrong\n```", "label 'lem-wrong'"),
        ("```{prf:lemma}\n:label: tree-equality\n```", "label 'tree-equality'"),
        ("```{prf:lemma}\n:label: lem-Tree\n```", "label 'lem-Tree'"),
        ("```{prf:lemma}\n:label: lem-tree_equality\n```", "label 'lem-tree_equality'"),
        (LEMMA + LEMMA, "is also at"),
    ],
)
def test_catches_a_bad_label(content: str, complaint: str) -> None:
    _, problems = labels([markdown(content)])
    assert len(problems) == 1
    assert complaint in problems[0]


def test_catches_a_missing_test() -> None:
    assert pairing(["lem-two"], {}) == ["lem-two has no tests/theorems/test_lem_two.py"]


def test_catches_an_empty_test() -> None:
    problems = pairing(["lem-two"], {"test_lem_two.py": "def helper():\n    pass\n"})
    assert problems == ["tests/theorems/test_lem_two.py has no test function"]


def test_catches_a_missing_label() -> None:
    problems = pairing([], {"test_thm_gone.py": TESTED_SOURCE})
    assert problems == ["tests/theorems/test_thm_gone.py has no label"]


def test_accepts_a_pair() -> None:
    in_class = "class TestIt:\n    def test_it(self):\n        pass\n"
    files = {"test_lem_two.py": TESTED_SOURCE, "test_prop_a.py": in_class}
    assert pairing(["lem-two", "prop-a", "cor-of-it"], files) == []


def test_a_corollary_may_have_its_own_test() -> None:
    assert pairing(["cor-of-it"], {"test_cor_of_it.py": TESTED_SOURCE}) == []


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up pacdistill with one function, one class and one submodule."""
    import sys

    package = tmp_path / "pacdistill"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from .tree import Tree\n\ndef extract():\n    pass\n", encoding="utf-8"
    )
    (package / "tree.py").write_text(
        "class Tree:\n    def leaves(self):\n        pass\n", encoding="utf-8"
    )
    for name in [n for n in sys.modules if n == "pacdistill" or n.startswith("pacdistill.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield  # type: ignore[misc]
    for name in [n for n in sys.modules if n == "pacdistill" or n.startswith("pacdistill.")]:
        del sys.modules[name]


GOOD = """The function `pacdistill.extract` and `pacdistill.tree.Tree.leaves`; the file
pacdistill.js, the site https://github.com/pacdistill/pacdistill
and pacdistill.github.io, and pacdistill."""


@pytest.mark.usefixtures("library")
def test_accepts_names_that_exist() -> None:
    code = "import pacdistill\nfrom pacdistill import Tree, extract as e  # both\n"
    code += "pacdistill.extract()\n"
    more = "from pacdistill.tree import (\n    Tree,\n)\n"
    assert unknown_names([markdown(GOOD), Text("c", "code", code), Text("d", "code", more)]) == []
    assert names(Text("d", "code", more)) == [("pacdistill.tree", "Tree"), ("pacdistill", "tree")]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("call `pacdistill.extrakt`", "pacdistill.extrakt"),
        ("call `pacdistill.tree.Treee`", "pacdistill.tree.Treee"),
        ("call `pacdistill.Tree.branches()`", "pacdistill.Tree.branches"),
        ("from pacdistill import Tree, gone\n", "pacdistill.gone"),
        ("from pacdistill import (\n    Tree,\n    gone,\n)\n", "pacdistill.gone"),
        ("from pacdistill.nowhere import Tree\n", "pacdistill.nowhere.Tree"),
    ],
)
def test_catches_a_wrong_name(content: str, name: str) -> None:
    problems = unknown_names([Text("cell", "code", content)])
    assert f"cell: {name} does not exist" in problems
