"""Trees of depth one and two, by counting labels: no probe is needed for the last tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pacdistill.blocks import row_blocks, take_rows

__all__ = ["count_ones", "pair_errors", "split_errors"]


def split_errors(
    X: NDArray[np.uint8], y: NDArray[np.int8], rows: NDArray[np.intp] | None = None
) -> NDArray[np.int64]:
    """Count the errors of the best leaf on each half of each split.

    Parameters
    ----------
    X : array of shape (n, d)
    y : labels, shape (n,), 0 and 1
    rows : the numbers of the inputs that count; all of them, if not given

    Returns
    -------
    array of shape (2, d); entry (v, i) is how many of the inputs with x_i = v have the rarer
    label among them

    Examples
    --------
    >>> split_errors(np.array([[0, 1], [1, 1], [1, 0]], np.uint8), np.array([0, 1, 1], np.int8))
    array([[0, 0],
           [0, 1]])
    """
    rows = np.arange(len(X)) if rows is None else rows
    positive_rows, other_rows = rows[y[rows] == 1], rows[y[rows] != 1]
    positive_one = count_ones(X, positive_rows)
    total_one = positive_one + count_ones(X, other_rows)
    total = np.stack([len(rows) - total_one, total_one])
    positive = np.stack([len(positive_rows) - positive_one, positive_one])
    return np.asarray(np.minimum(positive, total - positive))


def count_ones(X: NDArray[np.uint8], rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Count the ones of each column of X (n, d) on some rows; shape (d,).

    Examples
    --------
    >>> count_ones(np.array([[0, 1], [1, 1], [1, 0]], np.uint8), np.array([1, 2]))
    array([2, 1])
    """
    # The ones of 255 rows fit the type of X.
    total = np.zeros(X.shape[1], dtype=np.int64)
    for block in row_blocks(len(rows), 255):
        total += take_rows(X, rows[block]).sum(axis=0, dtype=np.uint8)
    return total


def pair_errors(
    X: NDArray[np.uint8], y: NDArray[np.int8], rows: NDArray[np.intp] | None = None
) -> NDArray[np.int64]:
    """Count the errors of the best second test on each half of each split.

    Two matrix products, X^T X and X^T diag(y) X, hold the counts of all pairs of variables.

    Parameters
    ----------
    X : array of shape (n, d)
    y : labels, shape (n,), 0 and 1
    rows : the numbers of the inputs that count; all of them, if not given

    Returns
    -------
    array of shape (2, d); entry (v, i) is the least number of errors on the inputs with x_i = v
    of a tree that tests one more bit

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.uint8)
    >>> pair_errors(X, np.array([0, 1, 1, 0], np.int8))     # a parity of two bits
    array([[0, 0],
           [0, 0]])
    """
    rows = np.arange(len(X)) if rows is None else rows
    total, positive = _four_cells(X, rows), _four_cells(X, rows[y[rows] == 1])
    errors = np.zeros_like(total[0])
    for v in (0, 1):
        for u in (0, 1):
            errors[v] += np.minimum(positive[v, u], total[v, u] - positive[v, u])
    return np.asarray(errors.min(axis=2), dtype=np.int64)


def _four_cells(X: NDArray[np.uint8], rows: NDArray[np.intp]) -> NDArray[np.floating[Any]]:
    """Count those rows with x_i = v and x_j = u, for all v, u, i, j; shape (2, 2, d, d)."""
    exact = np.float32 if len(rows) < 2**24 else np.float64
    both = np.zeros((X.shape[1], X.shape[1]), dtype=exact)
    for block in row_blocks(len(rows)):
        bits = take_rows(X, rows[block]).astype(np.float32)
        both += bits.T @ bits
    i_one = np.broadcast_to(both.diagonal()[:, None], both.shape)
    only_i, only_j = i_one - both, i_one.T - both
    neither = len(rows) - both - only_i - only_j
    return np.stack([np.stack([neither, only_j]), np.stack([only_i, both])])
