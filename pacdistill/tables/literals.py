"""Literals: yes-or-no questions about the columns of a table, such as "age <= 37".

A tree tests bits, but a table holds numbers and categories. `make_literals` chooses questions
about them once; the answers are the bits on which a tree is extracted.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Any, Literal as OneOf, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from pacdistill.tables.table import Column, as_table, column_names, read_column

__all__ = ["Literal", "Literals", "make_literals"]

Test: TypeAlias = OneOf["<=", "=", "is", "missing"]


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

    def holds(self, column: Column) -> NDArray[np.bool_]:
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
    ('age <= 40', 'color = blue', 'color = red')
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
            given = column_names(table)
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
        read: dict[int, Column] = {}
        for k, literal in enumerate(self.literals):
            j = literal.column
            if j not in read:
                read[j] = read_column(table, j)
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
    columns = column_names(table) if names is None else tuple(names)
    if len(columns) != table.shape[1]:
        raise ValueError(f"the table has {table.shape[1]} columns, but {len(columns)} names")
    literals = []
    for j, name in enumerate(columns):
        column = read_column(table, j)
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
    """Return a number t of few digits, near the middle, such that low <= t < high."""
    gap, middle = Decimal(high) - Decimal(low), Decimal(low / 2 + high / 2)
    for digits in (0, 1):
        unit = Decimal(1).scaleb(gap.adjusted() - digits)
        for rounding in (ROUND_HALF_EVEN, ROUND_FLOOR):
            t = float((middle / unit).to_integral_value(rounding) * unit)
            if low <= t < high:
                return t + 0.0  # never -0.0
    return low  # neighboring floats
