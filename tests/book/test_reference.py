"""The reference of the library: every public name once, and what its docstrings become."""

import inspect
import re
import sys
from collections import Counter

from bookfiles import ROOT
from pybtex.database import parse_file

sys.path.insert(0, str(ROOT / "_ext"))
import pacdistill_reference as reference


def groups(text: str) -> list[list[str]]:
    """The names in each directive of the reference."""
    lines = text.splitlines()
    found = []
    for number, line in enumerate(lines):
        if line.startswith("```{library}"):
            end = lines.index("```", number)
            found.append(" ".join(lines[number + 1 : end]).split())
    return found


def problems(named: list[list[str]], public: list[str]) -> list[str]:
    count = Counter(name for group in named for name in group)
    return [
        *(f"{name} stands in no group" for name in public if not count[name]),
        *(f"{name} stands {n} times" for name, n in count.items() if n > 1),
        *(f"{name} is no public name" for name in count if name not in public),
    ]


def page() -> list[list[str]]:
    return groups((ROOT / "reference.md").read_text(encoding="utf-8"))


def test_each_public_name_stands_in_one_group() -> None:
    assert problems(page(), list(reference.public())) == []


def documented() -> dict[str, str]:
    """The docstring of every public name and of the members of public classes."""
    found = {}
    for name in reference.public():
        value = reference.value_of(name)
        if not (inspect.isclass(value) or inspect.isroutine(value)):
            found[name] = "\n".join(reference.docstring_of_data(name))
            continue
        found[name] = inspect.getdoc(value) or ""
        for member in vars(value) if inspect.isclass(value) else ():
            if member[0] != "_" and reference.documented(vars(value)[member]):
                found[f"{name}.{member}"] = inspect.getdoc(getattr(value, member)) or ""
    return found


def test_the_docstrings_have_the_sections_that_the_page_knows() -> None:
    """Each has its sentence, every entry its text, and every work and every example its place."""
    for name, text in documented().items():
        (_, (first, *_)), *rest = reference.sections(text.split("\n"))
        assert first.endswith((".", "?")), name
        assert not re.search(
            r"(?m)^-{3,}$", "\n".join(line for _, body in rest for line in body)
        ), name
        for title, body in rest:
            if title in ("Parameters", "Attributes"):
                assert all(" : " in entry for entry, _ in reference.items(body)), (name, title)
            if title == "Raises":
                assert all(any(said) for _, said in reference.items(body)), (name, title)
            if title == "Examples":
                assert body[0].startswith(">>> "), name


def test_each_work_that_a_docstring_cites_is_in_the_bibliography() -> None:
    keys = set(parse_file(ROOT / "references.bib").entries)
    for name, text in documented().items():
        cited = {match["key"] for match in reference.INLINE.finditer(text) if match["key"]}
        assert cited <= keys, name


# --- the checks and the conversion themselves


def test_catches_a_name_that_is_missing_or_too_many() -> None:
    text = "# T\n\n```{library}\na b\n```\n\n```{library}\nb\nd\n```\n"
    assert groups(text) == [["a", "b"], ["b", "d"]]
    assert problems(groups(text), ["a", "b", "c"]) == [
        "c stands in no group",
        "b stands 2 times",
        "d is no public name",
    ]


DOCSTRING = """Return a thing, as `Clause` and ``plain`` do [Boi24] and [Gone99].

It calls `extend`, `Clause.extend()`, `RuleTree.predict`, `RuleTree`s and `nothing`, by `lem-one`.
The set is |V|, and tree_ is *new*, 2**d large.

Parameters
----------
n, d : numbers,
    on two lines
teacher : one of these:

    - a `Clause`
    - a list

Returns
-------
DecisionTree; a large one

Raises
------
QueryBudgetError
    If it costs too much.
ValueError
    If not.

Examples
--------
>>> 1 * 2**3
8
"""


def test_a_docstring_becomes_lists_links_and_citations() -> None:
    made = "\n".join(reference.reads(DOCSTRING.split("\n"), "Clause", {"Boi24"}))
    made = made.replace("\\ ", "")
    error = "pacdistill.queries.QueryBudgetError"
    clause, extend = "<pacdistill.Clause>`", "<pacdistill.Clause.extend>`"
    for part in (
        f"as :py:obj:`Clause {clause} and ``plain`` do :cite:`Boi24` and [Gone99].",
        f"calls :py:obj:`extend {extend}, :py:obj:`Clause.extend() {extend}, ",
        # a method that is inherited is documented where it is defined
        ":py:obj:`RuleTree.predict <pacdistill.DecisionTree.predict>`",
        ":py:obj:`RuleTree <pacdistill.tables.RuleTree>`s and ``nothing``, ",
        ", by :prf:ref:`lem-one <lem-one>`.",
        r"set is \|V\|, and tree\_ is *new*, 2\*\*d large.",
        "\n.. rubric:: Parameters\n\n``n``, ``d``\n    numbers,\n    on two lines\n``teacher``\n",
        f"    one of these:\n    \n    - a :py:obj:`Clause {clause}\n    - a list\n",
        "\n:py:obj:`DecisionTree <pacdistill.DecisionTree>`; a large one\n",
        f"\n:py:obj:`QueryBudgetError <{error}>`\n    If it costs too much.\n",
        "\n``ValueError``\n    If not.\n",
        "\n.. rubric:: Example\n\n>>> 1 * 2**3\n8\n",
    ):
        assert part in made, made
