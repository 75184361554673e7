"""What a distiller may see of a model: its labels and its activations on given inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pacdistill.cube import check_labels

__all__ = ["CallableSource", "Source", "read_activations", "read_both", "read_labels"]


COMPARED_ROWS = 8
ROUNDING = 0.01
CHANGED = (
    "change when these rows are asked about without the others; each row must be answered on its "
    "own. Usual causes: dropout or batch normalization left in training mode (call .eval()), "
    "attention or statistics over the batch, random numbers"
)


class Source(Protocol):
    """A model that can be distilled. Any object with these two methods is one.

    Both are given a ``uint8`` table, in which ``2 * X - 1`` wraps round to 255: write
    ``2.0 * X - 1`` for bits in {-1, +1}. (A source of raw tables is given rows of these.)

    Each row is answered on its own, whatever other rows it comes with. This is checked: the first
    rows are asked about twice, within X and by themselves.

    A source may have a third method, ``labels_and_activations(X)``, which returns both: where it
    has, a network runs once for the two.
    """

    def labels(self, X: NDArray[np.uint8]) -> NDArray[np.int8]:
        """Return the label, 0 or 1, of each row of X; shape (n,)."""

    def activations(self, X: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the hidden activations at each row of X; shape (n, m)."""


@dataclass(frozen=True)
class CallableSource:
    """A source made of two functions of a ``uint8`` table of inputs.

    Parameters
    ----------
    label_function : from X of shape (n, d) to labels of shape (n,)
    activation_function : from X of shape (n, d) to activations of shape (n, m)

    Examples
    --------
    >>> source = CallableSource(lambda X: X[:, 0], lambda X: X)
    >>> source.labels(np.array([[1, 0]], np.uint8))
    array([1], dtype=uint8)
    """

    label_function: Callable[[NDArray[np.uint8]], ArrayLike]
    activation_function: Callable[[NDArray[np.uint8]], ArrayLike]

    def labels(self, X: NDArray[np.uint8]) -> NDArray[np.int8]:
        """Return what `label_function` returns."""
        return np.asarray(self.label_function(X))

    def activations(self, X: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return what `activation_function` returns."""
        return np.asarray(self.activation_function(X))


def read_labels(source: Source, X: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Return the source's labels on X (n, d), checked: shape (n,), each 0 or 1.

    Raises
    ------
    ValueError
        If the shape is wrong, a label is neither 0 nor 1, or a row's label changes when up to
        eight rows are asked about again without the others.

    Examples
    --------
    >>> source = CallableSource(lambda X: X[:, 0], lambda X: X)
    >>> read_labels(source, np.array([[1, 0]], np.uint8))
    array([1], dtype=int8)
    """
    labels = check_labels(source.labels(X), len(X))
    if few := _few_rows(X):
        _compare_labels(labels[:few], source.labels(X[:few]))
    return labels


def read_activations(source: Source, X: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the source's activations on X (n, d), checked: shape (n, m).

    Raises
    ------
    ValueError
        If the shape is wrong, or the activations of a row change, by more than rounding, when up
        to eight rows are asked about again without the others. (`probe_basis` looks at the
        numbers.)
    """
    activations = _table_of_activations(source.activations(X), len(X))
    if few := _few_rows(X):
        _compare_activations(activations, source.activations(X[:few]), few)
    return activations


def answers_both(source: Source) -> bool:
    """Tell whether a source gives labels and activations at once.

    Where a subclass, or the object itself, has other labels or activations than the class that
    gives both, they are asked for one by one.
    """
    classes = type(source).__mro__
    names = ("labels_and_activations", "labels", "activations")
    if not all(hasattr(type(source), name) for name in names):
        return False
    both, *apart = (next(k for k, one in enumerate(classes) if name in vars(one)) for name in names)
    return both <= min(apart) and not set(names) & set(getattr(source, "__dict__", ()))


def read_both(source: Source, X: NDArray[np.uint8]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return the source's labels and activations on X (n, d), checked: shapes (n,) and (n, m).

    They are asked for at once where the source can do that.

    Raises
    ------
    ValueError
        As `read_labels` and `read_activations`.

    Examples
    --------
    >>> source = CallableSource(lambda X: X[:, 0], lambda X: X)
    >>> read_both(source, np.array([[1, 0]], np.uint8))
    (array([1], dtype=int8), array([[1, 0]], dtype=uint8))
    """
    if not answers_both(source):
        return read_labels(source, X), read_activations(source, X)
    ask: Any = source
    labels, activations = ask.labels_and_activations(X)
    labels = check_labels(labels, len(X))
    activations = _table_of_activations(activations, len(X))
    if few := _few_rows(X):
        labels_alone, activations_alone = ask.labels_and_activations(X[:few])
        _compare_labels(labels[:few], labels_alone)
        _compare_activations(activations, activations_alone, few)
    return labels, activations


def _compare_labels(within: NDArray[np.int8], again: ArrayLike) -> None:
    """Say that the labels of the first rows are others when asked for without the rest."""
    few = len(within)
    if not np.array_equal(check_labels(again, few), within):
        raise ValueError(f"the labels of the first {few} rows {CHANGED}")


def _compare_activations(activations: NDArray[Any], again: ArrayLike, few: int) -> None:
    """Say that the activations of the first rows are others when asked for without the rest."""
    within = activations[:few].astype(np.float64)
    alone = _table_of_activations(again, few).astype(np.float64)
    if within.shape != alone.shape:
        raise ValueError(
            f"the number of activations depends on the number of rows: {within.shape[1]} for "
            f"{len(activations)} rows, but {alone.shape[1]} for {few}; the first axis is the rows"
        )
    finite = np.isfinite(within) & np.isfinite(alone)
    difference = np.subtract(within, alone, where=finite, out=np.zeros(within.shape))
    if np.abs(difference).max() > ROUNDING * np.abs(within[finite]).max(initial=0.0):
        raise ValueError(f"the activations of the first {few} rows {CHANGED}")


def _few_rows(X: Any) -> int:
    """Return how many rows to ask about again: fewer than there are."""
    return min(COMPARED_ROWS, len(X) - 1)


def _table_of_activations(given: ArrayLike, n: int) -> NDArray[np.float32]:
    activations = np.asarray(given)
    if activations.ndim != 2 or len(activations) != n or activations.shape[1] == 0:
        raise ValueError(
            f"activations(X) must have shape ({n}, m), one row for each row of X, "
            f"but it has shape {activations.shape}; flatten or average other axes first"
        )
    if activations.dtype.kind not in "biuf":
        raise ValueError(f"activations are real numbers, but their type is {activations.dtype}")
    return activations
