"""Fourier analysis on the cube: coefficients of a function, and influences of its variables.

The characters chi_V are the characters of the group Z_2^d, so the Walsh-Hadamard transform is
that group's Fourier transform: an FFT over d axes of length 2, which scipy has.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike, NDArray

from pacdistill.blocks import row_blocks
from pacdistill.cube import MAX_ENUMERATED_BITS, check_cube, check_labels

__all__ = ["estimate_influences", "influences", "inverse_walsh_hadamard", "walsh_hadamard"]

LARGEST_QUERY = 2**26  # bits in one call of a label function, at most


def count_bits(length: int) -> int:
    """Return d for a function that is given by its 2^d values.

    Raises
    ------
    ValueError
        If `length` is no power of 2 from 2 to 2^24.
    """
    d = length.bit_length() - 1
    if not 1 <= d <= MAX_ENUMERATED_BITS or length != 2**d:
        raise ValueError(
            f"a function on the cube is given by 2^d values, one for each row of "
            f"enumerate_cube(d), with 1 <= d <= {MAX_ENUMERATED_BITS}, but there are {length}"
        )
    return d


def walsh_hadamard(values: ArrayLike) -> NDArray[np.float64]:
    """Return all Fourier coefficients E[f(x) chi_V(x)], x uniform, of functions on the cube.

    Parameters
    ----------
    values : array of shape (..., 2^d); the values of one or more functions at the rows of
        ``enumerate_cube(d)``

    Returns
    -------
    array of shape (..., 2^d); entry k is the coefficient of the set V whose indicator is row k of
    ``enumerate_cube(d)``, so entry 0 is the mean. It takes d 2^d additions for each function.

    Raises
    ------
    ValueError
        If the number of values is no power of 2, or a value is not finite.

    Examples
    --------
    >>> walsh_hadamard([1, -1, -1, 1])   # the parity of two bits, as signs
    array([0., 0., 0., 1.])
    >>> walsh_hadamard([0, 0, 0, 1])     # their conjunction
    array([ 0.25, -0.25, -0.25,  0.25])
    """
    table = np.atleast_1d(np.asarray(values, dtype=np.float64))
    d = count_bits(table.shape[-1])
    if not np.isfinite(table).all():
        raise ValueError("the values of a function on the cube must be finite")
    axes = tuple(range(table.ndim - 1, table.ndim - 1 + d))
    cube = table.reshape(table.shape[:-1] + (2,) * d)
    sums = scipy.fft.rfftn(cube, axes=axes).real
    coefficients: NDArray[np.float64] = sums.reshape(table.shape) / 2**d
    return coefficients


def inverse_walsh_hadamard(coefficients: ArrayLike) -> NDArray[np.float64]:
    """Return the values of the functions sum over V of coefficient(V) chi_V; shape (..., 2^d).

    Examples
    --------
    >>> inverse_walsh_hadamard([0.25, -0.25, -0.25, 0.25])
    array([0., 0., 0., 1.])
    """
    transformed = walsh_hadamard(coefficients)
    return np.asarray(transformed * transformed.shape[-1])


def influences(labels: ArrayLike) -> NDArray[np.float64]:
    """Return the influence of every variable: Pr[f(x) != f(x with bit i flipped)], x uniform.

    Parameters
    ----------
    labels : array of shape (2^d,), labels 0 and 1 at the rows of ``enumerate_cube(d)``

    Returns
    -------
    array of shape (d,)

    Raises
    ------
    ValueError
        If the number of labels is no power of 2, or a label is neither 0 nor 1.

    Examples
    --------
    >>> influences([0, 0, 0, 1])
    array([0.5, 0.5])
    """
    table = check_labels(labels, np.size(labels))
    d = count_bits(len(table))
    cube = table.reshape((2,) * d)
    return np.array([np.diff(cube, axis=i).astype(bool).mean() for i in range(d)])


def estimate_influences(
    labels: Callable[[NDArray[np.uint8]], ArrayLike],
    X: ArrayLike,
    variables: ArrayLike | None = None,
    *,
    y: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Return how often the label changes where one bit is flipped, for each of the variables.

    It asks for the labels of the n points and of all their neighbors: n (1 + variables) queries.

    Parameters
    ----------
    labels : from X of shape (n, d) to labels 0 and 1 of shape (n,)
    X : points, shape (n, d), entries 0 and 1
    variables : the bits to flip; all of them if not given
    y : the labels of X, shape (n,), where they are known already; they are not asked again

    Returns
    -------
    array of shape (number of variables,)

    Raises
    ------
    ValueError
        If X is no table of bits, or `labels` returns a wrong shape or other labels than 0 and 1.

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.uint8)
    >>> estimate_influences(lambda X: X[:, 0] & X[:, 1], X)
    array([0.5, 0.5])
    """
    points = check_cube(X)
    bits = np.arange(points.shape[1]) if variables is None else np.asarray(variables, np.intp)
    here = check_labels(labels(points) if y is None else y, len(points))
    changed = np.empty(len(bits))
    # All neighbors of all points are one query, cut in pieces only where it would be too large.
    for block in row_blocks(len(bits), max(1, LARGEST_QUERY // points.size)):
        flipped = bits[block]
        neighbors = np.repeat(points[None, :, :], len(flipped), axis=0)
        neighbors[np.arange(len(flipped)), :, flipped] ^= 1
        flat = neighbors.reshape(-1, points.shape[1])
        answers = check_labels(labels(flat), len(flat)).reshape(len(flipped), -1)
        changed[block] = (answers != here).mean(axis=1)
    return changed
