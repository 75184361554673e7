"""The Boolean cube: points, literals, clauses and characters.

A point of the cube is a row of 0s and 1s. Everything in this package works on tables of
points, arrays of shape ``(n, d)`` and dtype ``uint8``, one row for each point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Clause", "character", "check_cube", "check_labels", "enumerate_cube", "sample_cube"]

MAX_ENUMERATED_BITS = 24


def check_cube(X: ArrayLike, name: str = "X") -> NDArray[np.uint8]:
    """Return X as a ``uint8`` table of 0s and 1s, or say what is wrong with it.

    Parameters
    ----------
    X : array of shape (n, d) with entries 0 and 1, n >= 1 and d >= 1
    name : what to call X in an error message

    Raises
    ------
    ValueError
        If X is not a table, has no row or no column, or holds anything but 0 and 1.

    Examples
    --------
    >>> check_cube([[0, 1], [True, False]])
    array([[0, 1],
           [1, 0]], dtype=uint8)
    >>> check_cube([[0, 2]])
    Traceback (most recent call last):
    ...
    ValueError: X must hold only 0 and 1, but X[0, 1] = 2; bits in {-1, +1} convert by (x + 1) / 2
    """
    table = np.asarray(X)
    if table.ndim != 2:
        raise ValueError(
            f"{name} must be a table of shape (n, d), one row for each point, but its shape is "
            f"{table.shape}; a single point x is the table x[None, :]"
        )
    if 0 in table.shape:
        raise ValueError(f"{name} must have a row and a column, but its shape is {table.shape}")
    if table.dtype == np.bool_:
        return table.astype(np.uint8)
    if table.dtype == np.uint8 and table.max() <= 1:
        return table  # without a copy: a large table may lie in a file
    wrong = (table != 0) & (table != 1)
    if wrong.any():
        i, j = np.argwhere(wrong)[0]
        raise ValueError(
            f"{name} must hold only 0 and 1, but {name}[{i}, {j}] = {table[i, j]}; "
            "bits in {-1, +1} convert by (x + 1) / 2"
        )
    return table.astype(np.uint8, copy=False)


def check_labels(y: ArrayLike, n: int) -> NDArray[np.int8]:
    """Return y as n labels 0 and 1 of dtype int8, or say what is wrong with it.

    Raises
    ------
    ValueError
        If the shape is not (n,) or a label is neither 0 nor 1.

    Examples
    --------
    >>> check_labels([True, False], 2)
    array([1, 0], dtype=int8)
    >>> check_labels([1, -1], 2)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ValueError: labels must be 0 or 1, but labels[1] = -1; a logit z gives the label z > 0, a ...
    """
    labels = np.asarray(y)
    if labels.shape != (n,):
        raise ValueError(
            f"labels must have shape ({n},), one for each row of X, but it is {labels.shape}"
        )
    wrong = (labels != 0) & (labels != 1)
    if wrong.any():
        k = int(np.flatnonzero(wrong)[0])
        raise ValueError(
            f"labels must be 0 or 1, but labels[{k}] = {labels[k]}; a logit z "
            "gives the label z > 0, a probability p gives p > 0.5"
        )
    return labels.astype(np.int8)


def sample_cube(
    n: int, d: int, rng: np.random.Generator, *, bias: float = 0.5
) -> NDArray[np.uint8]:
    """Draw n independent points of {0,1}^d; each bit is 1 with probability `bias`.

    Parameters
    ----------
    n, d : numbers of points and of bits, at least 1
    rng : source of randomness
    bias : probability that a bit is 1; 0.5 is the uniform distribution U_d

    Returns
    -------
    array of shape (n, d), dtype uint8

    Raises
    ------
    ValueError
        If n or d is below 1 or `bias` is no probability.

    Examples
    --------
    >>> sample_cube(2, 6, np.random.default_rng(0)).shape
    (2, 6)
    """
    if n < 1 or d < 1:
        raise ValueError(f"a sample needs n >= 1 points and d >= 1 bits, but n = {n} and d = {d}")
    if not 0 <= bias <= 1:
        raise ValueError(f"bias is the probability that a bit is 1, but bias = {bias}")
    return (rng.random((n, d), dtype=np.float32) < bias).astype(np.uint8)


def enumerate_cube(d: int) -> NDArray[np.uint8]:
    """Return all 2^d points of {0,1}^d in the order of the numbers they spell.

    Parameters
    ----------
    d : number of bits, from 1 to 24

    Returns
    -------
    array of shape (2^d, d), dtype uint8; row k is k in binary, the first bit leading

    Raises
    ------
    ValueError
        If d is below 1, or above 24 (2^24 points of 24 bits already take 400 MB).

    Examples
    --------
    >>> enumerate_cube(2).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    if not 1 <= d <= MAX_ENUMERATED_BITS:
        raise ValueError(
            f"the cube has 2^d points and is listed for 1 <= d <= {MAX_ENUMERATED_BITS} only, "
            f"but d = {d}; draw from it with sample_cube instead"
        )
    numbers = np.arange(2**d, dtype=np.uint32)
    cube = np.empty((2**d, d), dtype=np.uint8)
    for i in range(d):
        cube[:, i] = (numbers >> (d - 1 - i)) & 1
    return cube


def character(X: ArrayLike, variables: tuple[int, ...]) -> NDArray[np.int8]:
    """Evaluate the character chi_V(x) = (-1)^(sum of x_i over i in V) at each row of X.

    Parameters
    ----------
    X : array of shape (n, d) of 0s and 1s
    variables : the set V; the empty set gives the constant 1

    Returns
    -------
    array of shape (n,) of +1 and -1, dtype int8

    Raises
    ------
    ValueError
        If X has no such bit or one stands twice.

    Examples
    --------
    >>> character([[0, 0], [0, 1], [1, 1]], (0, 1)).tolist()
    [1, -1, 1]
    """
    points = check_cube(X)
    outside = [i for i in variables if not 0 <= i < points.shape[1]]
    if outside or len(set(variables)) < len(variables):
        raise ValueError(
            f"variables is a set of bits from 0 to {points.shape[1] - 1}, but it is {variables}"
        )
    parity = points[:, list(variables)].sum(axis=1, dtype=np.int64) % 2
    return np.asarray(1 - 2 * parity, dtype=np.int8)


@dataclass(frozen=True, order=True)
class Clause:
    """A conjunction of literals: the set of points whose bits take given values.

    Parameters
    ----------
    literals : pairs (variable, value), for example ((3, 1), (17, 0)) for "x3 and not x17";
        they are stored in the order of the variables, so that equal clauses compare equal

    Raises
    ------
    ValueError
        If a variable is no whole number, negative or given twice, or a value is not 0 or 1.

    Examples
    --------
    >>> clause = Clause(((17, 0), (3, 1)))
    >>> print(clause)
    x3=1 x17=0
    >>> clause == Clause().extend(3, 1).extend(17, 0)
    True
    """

    literals: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        for i, v in self.literals:
            if int(i) != i or i < 0 or v not in (0, 1):
                raise ValueError(f"a literal is (variable >= 0, value 0 or 1), not ({i}, {v})")
        literals = tuple(sorted((int(i), int(v)) for i, v in self.literals))
        if len({i for i, _ in literals}) < len(literals):
            raise ValueError(f"a clause fixes each variable once, but it was given {literals}")
        object.__setattr__(self, "literals", literals)

    def __len__(self) -> int:
        return len(self.literals)

    def __str__(self) -> str:
        return " ".join(f"x{i}={v}" for i, v in self.literals) or "(always)"

    @property
    def variables(self) -> tuple[int, ...]:
        """The variables that the clause fixes, in increasing order."""
        return tuple(i for i, _ in self.literals)

    def extend(self, variable: int, value: int) -> Clause:
        """Return this clause with one literal more.

        Raises
        ------
        ValueError
            If the clause fixes that variable already.
        """
        return Clause((*self.literals, (variable, value)))

    def holds(self, X: ArrayLike) -> NDArray[np.bool_]:
        """Tell at which rows of X, of shape (n, d), all literals hold.

        Examples
        --------
        >>> Clause(((0, 1),)).holds([[0, 1], [1, 1]]).tolist()
        [False, True]
        """
        points = np.asarray(X)
        if not self.literals or points.ndim != 2:
            return np.ones(len(check_cube(points)), dtype=np.bool_)
        if self.literals[-1][0] >= points.shape[1]:
            raise ValueError(
                f"the clause {self} needs bit {self.literals[-1][0]}, "
                f"but X has the bits 0 to {points.shape[1] - 1}"
            )
        # Only the bits that the clause fixes are looked at, and checked.
        values = np.array([v for _, v in self.literals], dtype=np.uint8)
        return np.asarray((check_cube(points[:, list(self.variables)]) == values).all(axis=1))
