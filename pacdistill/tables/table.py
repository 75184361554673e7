"""Raw tables: arrays and data frames, whose columns hold numbers or texts.

A data frame is recognized by its ``iloc``; pandas itself is never imported.
"""

from __future__ import annotations

import math
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Column", "as_table", "column_names", "read_column"]


class Column(NamedTuple):
    """A column that was read: numbers (NaN where missing) or texts, and where it is missing."""

    values: NDArray[Any]
    missing: NDArray[np.bool_]

    @property
    def numeric(self) -> bool:
        """Whether the column holds numbers."""
        return self.values.dtype == np.float64


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


def column_names(table: Any) -> tuple[str, ...]:
    """Return the names of a data frame's columns; a column without a text for a name is x0, ..."""
    given = table.columns if hasattr(table, "iloc") else range(table.shape[1])
    return tuple(name if isinstance(name, str) else f"x{name}" for name in given)


def read_column(table: Any, j: int) -> Column:
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
        return Column(numbers, np.isnan(numbers))
    missing = np.array([_is_missing(entry) for entry in entries], dtype=np.bool_)
    present = entries[~missing].tolist()
    if not categorical and all(isinstance(entry, (Real, np.bool_)) for entry in present):
        numbers = np.full(len(entries), math.nan)
        numbers[~missing] = [float(entry) for entry in present]
        return Column(numbers, missing)
    texts = np.full(len(entries), None, dtype=object)
    texts[~missing] = [str(entry) for entry in present]
    return Column(texts, missing)


def _is_missing(entry: Any) -> bool:
    """Tell whether an entry is None, NaN, or one of the two marks of pandas."""
    return (
        entry is None
        or type(entry).__name__ in ("NAType", "NaTType")
        or (isinstance(entry, Real) and entry != entry)
    )
