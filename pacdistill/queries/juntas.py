"""Juntas, functions of a few of many bits, and how they are distilled by membership queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pacdistill.blocks import row_blocks
from pacdistill.cube import check_cube, check_labels, sample_cube
from pacdistill.queries.bounds import (
    junta_pairs,
    junta_queries,
    near_junta_queries,
    near_junta_samples,
)
from pacdistill.queries.fourier import LARGEST_QUERY, estimate_influences
from pacdistill.queries.oracle import MembershipOracle, keeping
from pacdistill.tree import DecisionTree

__all__ = ["Junta", "JuntaResult", "distill_junta", "distill_near_junta", "random_junta"]

LARGEST_TABLE = 20  # bits of a junta, at most


@dataclass(frozen=True)
class Junta:
    """A function of k of the bits: their names and the table of its 2^k labels.

    Parameters
    ----------
    variables : the bits, in increasing order; the label need not depend on each of them
    table : the labels of the rows of ``enumerate_cube(k)``, 2^k of them

    Raises
    ------
    ValueError
        If the variables are not increasing, more than 20, or the table does not fit.

    Examples
    --------
    >>> junta = Junta(variables=(1, 4), table=(0, 1, 1, 0))
    >>> junta.predict([[0, 1, 0, 0, 0], [0, 1, 1, 1, 1]])
    array([1, 0], dtype=int8)
    """

    variables: tuple[int, ...]
    table: tuple[int, ...]

    def __post_init__(self) -> None:
        k = len(self.variables)
        if list(self.variables) != sorted({i for i in self.variables if i >= 0}):
            raise ValueError(
                f"the variables of a junta are bits in increasing order, not {self.variables}"
            )
        if k > LARGEST_TABLE or len(self.table) != 2**k:
            raise ValueError(
                f"a junta of k bits has a table of 2^k labels, k at most {LARGEST_TABLE}, but "
                f"there are {k} variables and {len(self.table)} labels"
            )
        labels = check_labels(self.table, len(self.table))
        object.__setattr__(self, "variables", tuple(int(i) for i in self.variables))
        object.__setattr__(self, "table", tuple(labels.tolist()))

    def predict(self, X: ArrayLike) -> NDArray[np.int8]:
        """Return the label of each row of X, of shape (n, d).

        Raises
        ------
        ValueError
            If X is no table of bits or lacks a variable.
        """
        points = check_cube(X)
        if self.variables and self.variables[-1] >= points.shape[1]:
            raise ValueError(
                f"the junta reads bit {self.variables[-1]}, but X has the bits 0 to "
                f"{points.shape[1] - 1}"
            )
        powers = 1 << np.arange(len(self.variables) - 1, -1, -1, dtype=np.int64)
        places = points[:, list(self.variables)].astype(np.int64) @ powers
        return np.array(self.table, dtype=np.int8)[places]

    def relevant(self) -> Junta:
        """Return the same function, over the variables that it depends on."""
        cube = np.array(self.table, dtype=np.int8).reshape((2,) * len(self.variables))
        kept = [j for j in range(cube.ndim) if np.diff(cube, axis=j).any()]
        index = tuple(slice(None) if j in kept else 0 for j in range(cube.ndim))
        table = np.asarray(cube[index]).ravel()
        return Junta(tuple(self.variables[j] for j in kept), tuple(table.tolist()))

    def tree(self) -> DecisionTree:
        """Return a decision tree of the same function: depth k and 2^k leaves at most.

        It tests the variables in increasing order, those that do not matter below a node left
        out.

        Examples
        --------
        >>> print(Junta((1, 4), (0, 0, 0, 1)).tree().to_text())
        if x1 = 0:
            return 0
        else:
            if x4 = 0:
                return 0
            else:
                return 1
        """

        def look(table: tuple[int, ...]) -> int | tuple[int, tuple[int, ...], tuple[int, ...]]:
            """Return what a part of the table tests first; its length says of which variables."""
            while len(table) > 1:
                zero, one = table[: len(table) // 2], table[len(table) // 2 :]
                if zero != one:
                    return self.variables[-(len(table).bit_length() - 1)], zero, one
                table = zero
            return table[0]

        return DecisionTree.grow(self.table, look)


@dataclass(frozen=True)
class JuntaResult:
    """A junta that was distilled, and what it cost.

    Parameters
    ----------
    junta : the junta; it depends on each of its variables
    queries : for how many inputs, counted with repetitions, a label was asked
    bound : how many the theorem allows: `junta_queries` or `near_junta_queries`
    """

    junta: Junta
    queries: int
    bound: int


def random_junta(d: int, k: int, rng: np.random.Generator) -> Junta:
    """Draw a junta that depends on exactly k bits: uniform bits, and a uniform table among these.

    Raises
    ------
    ValueError
        If not 0 <= k <= d, or k is above 20.

    Examples
    --------
    >>> len(random_junta(100, 4, np.random.default_rng(0)).variables)
    4
    """
    _check_size(d, k)
    variables = tuple(np.sort(rng.choice(d, k, replace=False)).tolist())
    while True:
        junta = Junta(variables, tuple(rng.integers(2, size=2**k).tolist()))
        if len(junta.relevant().variables) == k:
            return junta


def distill_junta(
    labels: Callable[[NDArray[np.uint8]], ArrayLike],
    d: int,
    k: int,
    rng: np.random.Generator,
    *,
    delta: float = 0.01,
    max_queries: int | None = None,
) -> JuntaResult:
    """Find a function of at most k bits exactly, by membership queries (`thm-junta-exact`).

    For each assignment of the relevant variables that are known it draws random pairs of points
    that agree on them. If the labels of a pair differ, a binary search on the path from one to
    the other finds a bit whose flip changes the label: one more relevant variable. If no pair
    differs, all are known, and their table is read. Once k are known, each cell of the table is
    read at two opposite points: so where k of exactly k + 1 bits are found, the last one is, too,
    and the function is refused. (A parity of k + 2 bits passes that check.)

    Parameters
    ----------
    labels : from X of shape (n, d) to labels 0 and 1 of shape (n,)
    d : number of bits
    k : how many of them the label depends on at most
    rng : source of the random points
    delta : probability that a relevant variable is missed
    max_queries : how many labels may be asked; any number if not given

    Raises
    ------
    QueryBudgetError
        If more queries are needed than allowed; its `found` are the relevant variables known.
    ValueError
        If the label is seen to depend on more than k bits; if a number is out of range, or
        `labels` returns a wrong shape or other labels than 0 and 1.

    Examples
    --------
    >>> secret = Junta((3, 41), (0, 1, 1, 0))
    >>> found = distill_junta(secret.predict, 100, 2, np.random.default_rng(0))
    >>> found.junta == secret, found.bound
    (True, 110)
    """
    _check_size(d, k)
    bound = junta_queries(d, k, delta)
    ask = MembershipOracle(labels, max_queries)
    known: list[int] = []
    with keeping(lambda: tuple(sorted(known))):
        while len(known) < k:
            pair = _find_disagreement(ask, d, known, junta_pairs(k, len(known), delta), rng)
            if pair is None:
                break
            known.append(_relevant_variable(ask, *pair))
        table = _read_table(ask, d, known, k, rng)
    return JuntaResult(_make_junta(known, table), ask.queries, bound)


def distill_near_junta(
    labels: Callable[[NDArray[np.uint8]], ArrayLike],
    d: int,
    k: int,
    rng: np.random.Generator,
    *,
    distance: float,
    delta: float = 0.01,
    max_queries: int | None = None,
) -> JuntaResult:
    """Find the junta of at most k bits that a function is near to (`thm-junta-robust`).

    The variables of the junta are those whose flip changes more than a fraction 2^-k of the
    labels; its table holds the more frequent label of each cell.

    Parameters
    ----------
    labels : from X of shape (n, d) to labels 0 and 1 of shape (n,)
    d : number of bits
    k : how many of them the junta depends on at most, at least 1
    rng : source of the random points
    distance : the function differs from the junta on at most this fraction of all points, below
        2^-(k+1); on a trained network take an upper confidence bound of its measured error
    delta : probability that another junta is returned, or a function refused that is near to one
    max_queries : how many labels may be asked; any number if not given

    Raises
    ------
    QueryBudgetError
        If more queries are needed than allowed; its `found` are the relevant variables known.
    ValueError
        If the function turns out not to be so near to a junta; if a number is out of range, or
        `labels` returns a wrong shape or other labels than 0 and 1.

    Examples
    --------
    >>> secret = Junta((3, 14), (0, 1, 1, 0))
    >>> noisy = lambda X: secret.predict(X) ^ X[:, :7].all(axis=1)   # wrong once in 128
    >>> found = distill_near_junta(noisy, 20, 2, np.random.default_rng(0), distance=1 / 128)
    >>> found.junta == secret
    True
    """
    _check_size(d, k)
    bound = near_junta_queries(d, k, distance, delta)
    pairs, cell = near_junta_samples(d, k, distance, delta)
    ask = MembershipOracle(labels, max_queries)
    known: list[int] = []
    with keeping(lambda: tuple(known)):
        changes = estimate_influences(ask, sample_cube(pairs, d, rng))
        known = np.flatnonzero(changes > 2**-k).tolist()
        if len(known) > k:
            raise ValueError(
                f"the influences of {len(known)} variables, {known}, exceed 2^-k = {2**-k:g}, so "
                f"with confidence {1 - delta:g} the function is within {distance:g} of no junta "
                f"of {k} bits; take a larger k, or train the network longer"
            )
        ones = _count_ones(ask, d, known, cell, rng)
    table = (2 * ones > cell).astype(np.int8)
    wrong = float(np.minimum(ones, cell - ones).mean()) / cell
    if wrong > distance + np.sqrt(np.log(4 / delta) / (2 * cell * len(ones))):
        raise ValueError(
            f"the junta that was found, of the variables {known}, has another label than the "
            f"function at {wrong:.2%} of {cell * len(ones):,} points, so with confidence "
            f"{1 - delta:g} the function is not within {distance:g} of a junta of {k} bits"
        )
    return JuntaResult(_make_junta(known, table), ask.queries, bound)


def _check_size(d: int, k: int) -> None:
    if not 0 <= k <= d or d < 1 or k > LARGEST_TABLE:
        raise ValueError(
            f"a junta reads k of d >= 1 bits, 0 <= k <= d, and its table of 2^k labels is kept "
            f"for k at most {LARGEST_TABLE}, but k = {k} and d = {d}"
        )


def _make_junta(known: list[int], table: NDArray[np.int8]) -> Junta:
    """Return the junta of a table whose axes are in the order in which variables were found."""
    order = np.argsort(known)
    axes = table.reshape((2,) * len(known)).transpose(order) if known else table
    variables = tuple(sorted(known))
    return Junta(variables, tuple(axes.ravel().tolist())).relevant()


def _random_points(
    start: int, stop: int, d: int, known: list[int], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return random points; number j lies in cell j modulo 2^r of the r known variables."""
    X = sample_cube(stop - start, d, rng)
    cells = np.arange(start, stop)
    for place, variable in enumerate(reversed(known)):
        X[:, variable] = (cells >> place) & 1
    return X


def _find_disagreement(
    ask: MembershipOracle, d: int, known: list[int], pairs: int, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int] | None:
    """Return two points of one cell with different labels, and the label of the first.

    Of each cell `pairs` pairs are drawn at most. They are asked in batches that double, so that
    it costs little where disagreement is frequent.
    """
    cells = 2 ** len(known)
    start, size = 0, cells
    while start < cells * pairs:
        stop = min(start + min(size, max(1, LARGEST_QUERY // d)), cells * pairs)
        first = _random_points(start, stop, d, known, rng)
        second = _random_points(start, stop, d, known, rng)
        y = ask(np.concatenate([first, second])).reshape(2, -1)
        differ = np.flatnonzero(y[0] != y[1])
        if len(differ):
            j = differ[0]
            return first[j], second[j], int(y[0, j])
        start, size = stop, stop
    return None


def _relevant_variable(
    ask: MembershipOracle, x: NDArray[np.uint8], z: NDArray[np.uint8], label: int
) -> int:
    """Return a bit whose flip changes the label somewhere on the path from x to z.

    The path flips one by one the h bits in which they differ. Their labels differ, and x has the
    one given. It takes ceil(log2 h) queries (`lem-binary-search`).
    """
    path = np.flatnonzero(x != z)
    low, high = 0, len(path)  # after `low` flips the label is that of x, after `high` that of z
    while high - low > 1:
        middle = (low + high) // 2
        point = x.copy()
        point[path[:middle]] = z[path[:middle]]
        if ask(point[None, :])[0] == label:
            low = middle
        else:
            high = middle
    return int(path[low])


def _read_table(
    ask: MembershipOracle, d: int, known: list[int], k: int, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Return the label of each cell, of one point in it.

    Where k variables are known, each cell is also asked at the opposite point: if a label
    differs there, the function depends on one variable more.
    """
    points = _random_points(0, 2 ** len(known), d, known, rng)
    table = ask(points)
    if len(known) == k:
        opposite = 1 - points
        opposite[:, known] = points[:, known]
        differ = np.flatnonzero(ask(opposite) != table)
        if len(differ):
            j = differ[0]
            more = _relevant_variable(ask, points[j], opposite[j], int(table[j]))
            raise ValueError(
                f"the label depends on more than k = {k} variables: on {sorted([*known, more])}, "
                "each of which changes it somewhere; take a larger k, or distill_near_junta if "
                "the function is only near to a junta"
            )
    return table


def _count_ones(
    ask: MembershipOracle, d: int, known: list[int], cell: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return for each cell how many of `cell` random points in it have the label 1."""
    cells = 2 ** len(known)
    ones = np.zeros(cells, dtype=np.int64)
    for block in row_blocks(cells * cell, max(1, LARGEST_QUERY // d)):
        y = ask(_random_points(block.start, block.stop, d, known, rng))
        ones += np.bincount(np.arange(block.start, block.stop)[y == 1] % cells, minlength=cells)
    return ones
