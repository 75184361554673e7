"""Literals: yes-or-no questions about the columns of a table, such as "age <= 37".

A tree tests bits, but a table holds numbers and categories. `make_literals` chooses questions
about them once; the answers are the bits on which a tree is extracted, and a `RuleTree` is such
a tree that remembers its questions.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import asdict, dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from numbers import Real
from typing import Any, NamedTuple, get_args
from typing import Literal as OneOf

import numpy as np
from numpy.typing import NDArray

from pacdistill.tree import TREE_SCHEMA, DecisionTree

__all__ = ["RULE_TREE_SCHEMA", "Literal", "Literals", "RuleTree", "as_table", "make_literals"]

Test = OneOf["<=", "=", "is", "missing"]

RULE_TREE_SCHEMA: dict[str, Any] = {
    "$schema": TREE_SCHEMA["$schema"],
    "title": "A decision tree on a table's columns, as RuleTree.to_dict writes it",
    "type": "object",
    "properties": {
        "columns": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "literals": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "column": {"type": "integer", "minimum": 0},
                    "test": {"enum": list(get_args(Test))},
                    "value": {"type": ["number", "string", "null"]},
                },
                "required": ["column", "test", "value"],
                "additionalProperties": False,
            },
        },
        "tree": TREE_SCHEMA["$defs"]["node"],
    },
    "required": ["columns", "literals", "tree"],
    "additionalProperties": False,
    "$defs": TREE_SCHEMA["$defs"],
}
"""The form of `RuleTree.to_dict`, as a JSON Schema; a node's `variable` counts the literals."""


class _Column(NamedTuple):
    """A column that was read: numbers (NaN where missing) or texts, and where it is missing."""

    values: NDArray[Any]
    missing: NDArray[np.bool_]

    @property
    def numeric(self) -> bool:
        return self.values.dtype == np.float64


@dataclass(frozen=True)
class Literal:
    """One question about a column; a missing entry answers no to all but "missing".

    Parameters
    ----------
    column : the number of the column
    test : "<=" or "=" for a number, "is" for a category, or "missing"
    value : the number or the category's text that an entry is compared with; None for "missing"

    Raises
    ------
    ValueError
        If there is no such test, or the value is of the wrong type for it.

    Examples
    --------
    >>> Literal(0, "<=", 37).name(["age", "color"]), Literal(1, "is", "red").name(["age", "color"])
    ('age <= 37', 'color = red')
    """

    column: int
    test: Test
    value: float | str | None = None

    def __post_init__(self) -> None:
        if self.test not in get_args(Test) or type(self.column) is not int or self.column < 0:
            raise ValueError(
                "a literal has the number of a column and a test among '<=', '=', 'is' and "
                f"'missing', but one has column = {self.column!r} and test = {self.test!r}"
            )
        if self.test in ("<=", "="):
            right = type(self.value) in (int, float) and math.isfinite(self.value)  # type: ignore[arg-type]
        else:
            right = type(self.value) is (str if self.test == "is" else type(None))
        if not right:
            raise ValueError(
                "'<=' and '=' compare with a finite number, 'is' with a text, 'missing' with None, "
                f"but a literal with test {self.test!r} has the value {self.value!r}"
            )

    def name(self, columns: list[str] | tuple[str, ...]) -> str:
        """Return the question in words, given the names of the columns."""
        if self.test == "missing":
            return f"{columns[self.column]} is missing"
        sign = "=" if self.test == "is" else self.test
        text = self.value if self.test == "is" else repr(self.value).removesuffix(".0")
        return f"{columns[self.column]} {sign} {text}"

    def holds(self, column: _Column) -> NDArray[np.bool_]:
        """Tell for which entries of the column the answer is yes; shape (n,)."""
        if self.test == "missing":
            return column.missing
        if self.test == "<=":
            return np.asarray(column.values <= self.value)
        return np.asarray(column.values == self.value)


@dataclass(frozen=True)
class Literals:
    """Questions about the columns of a table, whose answers are the bits of a tree.

    Parameters
    ----------
    columns : the names of the table's columns, in order
    literals : the questions

    Raises
    ------
    ValueError
        If there is no literal, a name stands twice, or a literal is about no column.

    Examples
    --------
    >>> table = np.array([[37, "red"], [52, "blue"], [52, "red"]], dtype=object)
    >>> literals = make_literals(table, names=["age", "color"])
    >>> literals.names
    ('age <= 37', 'color = blue', 'color = red')
    >>> literals.encode(table)
    array([[1, 0, 1],
           [0, 1, 0],
           [0, 0, 1]], dtype=uint8)
    """

    columns: tuple[str, ...]
    literals: tuple[Literal, ...]

    def __post_init__(self) -> None:
        twice = sorted(name for name, count in Counter(self.columns).items() if count > 1)
        if twice or not all(isinstance(name, str) for name in self.columns):
            raise ValueError(
                f"columns need names that differ, texts, but they are {self.columns}; "
                f"repeated: {twice}"
            )
        if not self.literals:
            raise ValueError(
                "no literal can be made: every column is constant, so there is nothing to test"
            )
        if max(literal.column for literal in self.literals) >= len(self.columns):
            raise ValueError(f"a literal is about a column that is not among {self.columns}")

    @property
    def names(self) -> tuple[str, ...]:
        """The questions in words."""
        return tuple(literal.name(self.columns) for literal in self.literals)

    def __len__(self) -> int:
        return len(self.literals)

    def encode(self, table: Any) -> NDArray[np.uint8]:
        """Answer every question about every row: 1 for yes; shape (n, number of literals).

        A category that no literal names answers no to all of its column's literals. So does a
        missing entry, except to "is missing".

        Raises
        ------
        ValueError
            If the columns are not those that the literals are about (by name and order for a
            data frame, by number for an array), or a column of numbers holds something else.
        """
        table = as_table(table)
        if hasattr(table, "iloc"):
            given = _column_names(table)
            if given != self.columns:
                raise ValueError(
                    "a data frame must have the columns that the literals were made from, in "
                    f"that order; missing: {sorted(set(self.columns) - set(given))}, unexpected: "
                    f"{sorted(set(given) - set(self.columns))}; expected {list(self.columns)}"
                )
        elif table.shape[1] != len(self.columns):
            raise ValueError(
                f"the literals are about {len(self.columns)} columns {list(self.columns)}, but "
                f"the table has {table.shape[1]}"
            )
        bits = np.empty((len(table), len(self.literals)), dtype=np.uint8)
        read: dict[int, _Column] = {}
        for k, literal in enumerate(self.literals):
            j = literal.column
            if j not in read:
                read[j] = _read_column(table, j)
            if literal.test in ("<=", "=") and not read[j].numeric:
                raise ValueError(
                    f"{self.columns[j]!r} was a column of numbers when the literals were made, "
                    f"but now it holds {read[j].values[~read[j].missing][0]!r}"
                )
            if literal.test == "is" and read[j].numeric and not read[j].missing.all():
                raise ValueError(
                    f"{self.columns[j]!r} was a column of categories when the literals were made, "
                    "but now it holds numbers; write them as text"
                )
            bits[:, k] = literal.holds(read[j])
        return bits


@dataclass(frozen=True, eq=False)
class RuleTree(DecisionTree):
    """A decision tree that asks literals, and so predicts and prints in terms of a raw table.

    It is a `DecisionTree` whose bits are the answers to its literals: `predict` and `apply` take
    a table as `Literals.encode` does. Its clauses are over the literals. These may imply each
    other, so `disagreement` and `equivalent`, which take bits as independent, refuse such trees.

    Parameters
    ----------
    variable, children, label : as in `DecisionTree`
    literals : the questions; a node tests the literal number `variable`

    Raises
    ------
    ValueError
        If a node tests a literal that is not there.

    Examples
    --------
    >>> tree = DecisionTree.split(0, DecisionTree.leaf(0), DecisionTree.leaf(1))
    >>> rules = RuleTree.of(tree, Literals(("age",), (Literal(0, "<=", 37),)))
    >>> print(rules.to_text())
    if age <= 37:
        return 1
    else:
        return 0
    >>> rules.predict([[20.5], [64.0]])
    array([1, 0], dtype=int8)
    """

    literals: Literals

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.variable.max() >= len(self.literals):
            raise ValueError(
                f"the tree tests literal {self.variable.max()}, but there are only the literals "
                f"0 to {len(self.literals) - 1}"
            )

    @staticmethod
    def of(tree: DecisionTree, literals: Literals) -> RuleTree:
        """Return the tree with its bits read as the answers to the literals."""
        return RuleTree(tree.variable, tree.children, tree.label, literals)

    @property
    def bits(self) -> DecisionTree:
        """The same tree on the encoded table, without its literals."""
        return DecisionTree(self.variable, self.children, self.label)

    def question(self, variable: int) -> tuple[str, str, str]:
        """Return the literal in words, and the answers "no" and "yes"."""
        return self.literals.literals[variable].name(self.literals.columns), "no", "yes"

    def condition(self, variable: int) -> tuple[str, int]:
        """Return the literal in words, which holds when its bit is 1."""
        return self.literals.literals[variable].name(self.literals.columns), 1

    def apply(self, X: Any) -> NDArray[np.int32]:
        """Return the leaf, as a node number, that each row of the table reaches; shape (n,)."""
        return super().apply(self.literals.encode(X))

    def to_dict(self) -> dict[str, Any]:
        """Return the tree and its literals in plain numbers and texts; see `RULE_TREE_SCHEMA`."""
        return {
            "columns": list(self.literals.columns),
            "literals": [asdict(literal) for literal in self.literals.literals],
            "tree": super().to_dict(),
        }

    @staticmethod
    def from_dict(form: dict[str, Any]) -> RuleTree:
        """Read a tree from the form that `to_dict` writes.

        Raises
        ------
        ValueError
            If an entry is missing, of the wrong type, or one too many.
        """
        if not isinstance(form, dict) or set(form) != {"columns", "literals", "tree"}:
            raise ValueError(
                "a stored tree with literals has the entries columns, literals and tree, not "
                f"{sorted(map(str, form)) if isinstance(form, dict) else form!r}"
            )
        columns, literals = form["columns"], form["literals"]
        if not isinstance(columns, list) or not isinstance(literals, list):
            raise ValueError("columns and literals are lists, but one is not")
        for literal in literals:
            if not isinstance(literal, dict) or set(literal) != {"column", "test", "value"}:
                raise ValueError(
                    f"a literal has the entries column, test and value, but one is {literal!r}"
                )
        read = Literals(tuple(columns), tuple(Literal(**literal) for literal in literals))
        return RuleTree.of(DecisionTree.from_dict(form["tree"]), read)

    @staticmethod
    def from_json(text: str) -> RuleTree:
        """Read a tree from the text that `to_json` writes."""
        return RuleTree.from_dict(json.loads(text))


def make_literals(
    table: Any,
    *,
    thresholds: int = 16,
    max_categories: int = 16,
    names: list[str] | tuple[str, ...] | None = None,
) -> Literals:
    """Choose questions about the columns of a table.

    A column of numbers gives "age <= 37" for cuts between neighboring values: all of them, or as
    many as `thresholds` at its quantiles, each rounded to a short number that separates the same
    values. A column of 0s and 1s (or booleans) gives "member = 1" alone. Any other column holds
    categories, compared as texts, and gives "color = red" for each. A column with missing
    entries (NaN, None) gives "age is missing" too. A constant column gives nothing.

    Parameters
    ----------
    table : array of shape (n, d), numbers or objects, or a pandas data frame
    thresholds : the largest number of cuts of a column, at least 1
    max_categories : only so many categories of a column, the most frequent ones, get a literal
    names : of the columns; a data frame has its own, an array's are x0, x1, ... if not given

    Raises
    ------
    ValueError
        If `table` is no table or holds an infinite number, if every column is constant, or if
        an argument is out of range.

    Examples
    --------
    >>> make_literals([[1.25, 0], [3.5, 1], [float("nan"), 0]]).names
    ('x0 <= 2', 'x0 is missing', 'x1 = 1')
    """
    if thresholds < 1 or max_categories < 1:
        raise ValueError(
            "a column needs at least one cut or category, but "
            f"thresholds = {thresholds} and max_categories = {max_categories}"
        )
    table = as_table(table)
    columns = _column_names(table) if names is None else tuple(names)
    if len(columns) != table.shape[1]:
        raise ValueError(f"the table has {table.shape[1]} columns, but {len(columns)} names")
    literals = []
    for j, name in enumerate(columns):
        column = _read_column(table, j)
        present = column.values[~column.missing]
        if column.numeric:
            if np.isinf(present).any():
                raise ValueError(
                    f"column {name!r} holds an infinite number (inf); NaN stands for missing"
                )
            values = np.unique(present)
            if np.array_equal(values, [0.0, 1.0]):
                literals.append(Literal(j, "=", 1))
            else:
                literals += [Literal(j, "<=", cut) for cut in _cuts(present, thresholds)]
        else:
            counts = Counter(present.tolist())
            frequent = sorted(counts, key=lambda text: (-counts[text], text))[:max_categories]
            if len(counts) > 1:
                literals += [Literal(j, "is", text) for text in sorted(frequent)]
        if column.missing.any() and not column.missing.all():
            literals.append(Literal(j, "missing"))
    return Literals(columns, tuple(literals))


def as_table(table: Any) -> Any:
    """Return a data frame as it is and anything else as an array of shape (n, d), n, d >= 1.

    Raises
    ------
    ValueError
        If it has not two axes, or no row or no column.
    """
    if not hasattr(table, "iloc") and not isinstance(table, np.ndarray):
        # As objects, or numpy would write the numbers beside a text as texts.
        table = np.array(table, dtype=object)
    if len(table.shape) != 2 or 0 in table.shape:
        raise ValueError(
            f"a table has rows and columns, at least one of each, but its shape is {table.shape}"
        )
    return table


def _column_names(table: Any) -> tuple[str, ...]:
    """Return the names of a data frame's columns; a column without a text for a name is x0, ..."""
    given = table.columns if hasattr(table, "iloc") else range(table.shape[1])
    return tuple(name if isinstance(name, str) else f"x{name}" for name in given)


def _read_column(table: Any, j: int) -> _Column:
    """Read a column as numbers if all its entries are, and as texts otherwise."""
    column = table.iloc[:, j] if hasattr(table, "iloc") else table[:, j]
    categorical = hasattr(column.dtype, "categories")
    entries = np.asarray(column)
    if entries.dtype.kind not in "biufOUT":
        raise ValueError(
            f"column {j} has type {entries.dtype}, but a column holds numbers or texts; "
            "turn dates into numbers first"
        )
    if entries.dtype.kind in "biuf" and not categorical:
        numbers = entries.astype(np.float64)
        return _Column(numbers, np.isnan(numbers))
    missing = np.array([_is_missing(entry) for entry in entries], dtype=np.bool_)
    present = entries[~missing].tolist()
    if not categorical and all(isinstance(entry, (Real, np.bool_)) for entry in present):
        numbers = np.full(len(entries), math.nan)
        numbers[~missing] = [float(entry) for entry in present]
        return _Column(numbers, missing)
    texts = np.full(len(entries), None, dtype=object)
    texts[~missing] = [str(entry) for entry in present]
    return _Column(texts, missing)


def _is_missing(entry: Any) -> bool:
    """Tell whether an entry is None, NaN, or one of the two marks of pandas."""
    return (
        entry is None
        or type(entry).__name__ in ("NAType", "NaTType")
        or (isinstance(entry, Real) and entry != entry)
    )


def _cuts(numbers: NDArray[np.float64], most: int) -> list[float]:
    """Return at most so many numbers that cut a column between neighboring values."""
    values = np.unique(numbers)
    if len(values) - 1 <= most:
        below = np.arange(len(values) - 1)
    else:
        levels = np.quantile(numbers, np.arange(1, most + 1) / (most + 1), method="lower")
        below = np.unique(np.minimum(np.searchsorted(values, levels), len(values) - 2))
    return [_short_number(float(values[k]), float(values[k + 1])) for k in below]


def _short_number(low: float, high: float) -> float:
    """Return the number t of the fewest digits, near the middle, such that low <= t < high."""
    middle = Decimal(low / 2 + high / 2)
    for digits in range(18):
        unit = Decimal(1).scaleb(middle.adjusted() - digits)
        for rounding in (ROUND_HALF_EVEN, ROUND_FLOOR):
            t = float((middle / unit).to_integral_value(rounding) * unit)
            if low <= t < high:
                return t + 0.0  # never -0.0
    return low
