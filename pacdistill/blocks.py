"""Tables that are too long to work on at once: their rows are cut into blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["row_blocks", "take_rows"]

# A block of so many rows and its copies stay in the processor's cache, and a table that lies on
# disk is never in memory as a whole.
BLOCK = 4096


def row_blocks(n: int, size: int | None = None) -> Iterator[slice]:
    """Cut n rows into blocks of at most `size`, or 4,096.

    Examples
    --------
    >>> list(row_blocks(5, 2))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    step = BLOCK if size is None else size
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))


def take_rows(table: NDArray[Any], rows: NDArray[np.intp]) -> NDArray[Any]:
    """Read some rows, without a copy if they follow one another.

    Examples
    --------
    >>> take_rows(np.array([[0], [1], [2], [3]]), np.array([1, 3])).tolist()
    [[1], [3]]
    """
    if rows[-1] - rows[0] == len(rows) - 1 and (np.diff(rows) == 1).all():
        return table[rows[0] : rows[-1] + 1]
    # np.take is faster than an index, but copies all of a table whose rows are not contiguous.
    return np.take(table, rows, axis=0) if table.flags.c_contiguous else table[rows]
