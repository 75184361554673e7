"""What a distiller may see of a model: its labels and its activations on given inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pacdistill.cube import check_labels

__all__ = ["CallableSource", "Source", "read_activations", "read_labels"]


class Source(Protocol):
    """A model that can be distilled. Any object with these two methods is one.

    Both are given a ``uint8`` table, in which ``2 * X - 1`` wraps round to 255: write
    ``2.0 * X - 1`` for bits in {-1, +1}.
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
        If the shape is wrong or a label is neither 0 nor 1.

    Examples
    --------
    >>> source = CallableSource(lambda X: X[:, 0], lambda X: X)
    >>> read_labels(source, np.array([[1, 0]], np.uint8))
    array([1], dtype=int8)
    """
    return check_labels(source.labels(X), len(X))


def read_activations(source: Source, X: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the source's activations on X (n, d), checked: shape (n, m).

    Raises
    ------
    ValueError
        If the shape is wrong. (`probe_basis` looks at the numbers.)
    """
    activations = np.asarray(source.activations(X))
    if activations.ndim != 2 or len(activations) != len(X) or activations.shape[1] == 0:
        raise ValueError(
            f"activations(X) must have shape ({len(X)}, m), one row for each row of X, "
            f"but it has shape {activations.shape}; flatten or average other axes first"
        )
    return activations
