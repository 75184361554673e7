"""The dynamic program: the best tree of every size whose clauses are candidates."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pacdistill.cube import Clause, check_labels
from pacdistill.extraction.counting import split_errors
from pacdistill.tree import DecisionTree

__all__ = ["FrontierPoint", "best_trees"]


@dataclass(frozen=True)
class FrontierPoint:
    """The best tree of one size.

    Parameters
    ----------
    size : its number of leaves
    errors : on how many inputs it differs from the labels
    tree : the tree
    """

    size: int
    errors: int
    tree: DecisionTree


@dataclass(frozen=True, eq=False)
class _Node:
    """What the dynamic program knows at a candidate clause.

    `errors[s]` is the least number of errors of a tree with s leaves or fewer, `split` the errors
    of a leaf on each half of each split. `variables` are those with a candidate on one half or
    both, `halves` the tables of errors of these halves. A clause of k literals has sizes up to
    2^(depth - k) only: no tree below it is larger.
    """

    errors: NDArray[np.int64]
    split: NDArray[np.int64]
    variables: tuple[int, ...]
    halves: NDArray[np.int64]


def best_trees(
    X: NDArray[np.uint8],
    y: NDArray[np.int8],
    clauses: Iterable[Clause],
    *,
    depth: int,
    max_size: int,
) -> tuple[FrontierPoint, ...]:
    """Find, for every size at once, the tree with the fewest errors on a sample.

    A node that tests a bit must stand at a candidate clause, and all its ancestors with it; a
    leaf may stand at any one-literal extension of a candidate. Among these trees of the given
    depth the result is exact (following [Boi24]).

    Parameters
    ----------
    X : array of shape (n, d)
    y : labels, shape (n,), 0 and 1
    clauses : the candidates; the empty clause is always one
    depth : the largest number of tests on a path
    max_size : the largest number of leaves, at least 1

    Returns
    -------
    the frontier: sizes increasing, errors decreasing, the smallest tree for each number of errors

    Raises
    ------
    ValueError
        If `depth` is negative, `max_size` is below 1 or a label is not 0 or 1.

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.uint8)
    >>> y = np.array([0, 0, 0, 1], np.int8)
    >>> frontier = best_trees(X, y, [Clause(((0, 1),))], depth=2, max_size=4)
    >>> [(point.size, point.errors) for point in frontier]
    [(1, 1), (3, 0)]
    """
    return best_trees_within(X, y, clauses, np.inf, depth=depth, max_size=max_size)[0]


def best_trees_within(
    X: NDArray[np.uint8],
    y: NDArray[np.int8],
    clauses: Iterable[Clause],
    max_seconds: float,
    *,
    depth: int,
    max_size: int,
) -> tuple[tuple[FrontierPoint, ...], bool]:
    """Do as `best_trees`, but in about so many seconds; tell also whether they sufficed.

    If they do not, the longest of the clauses that were not yet looked at are no candidates.
    """
    start = time.perf_counter()
    y = check_labels(y, len(X))
    if depth < 0 or max_size < 1:
        raise ValueError(f"depth >= 0 and max_size >= 1, but they are {depth} and {max_size}")
    candidates = {c for c in clauses if len(c) < depth} | {Clause()}
    split_at: dict[Clause, list[int]] = {clause: [] for clause in candidates}
    for clause in candidates:
        for literal in clause.literals:
            parent = Clause(tuple(other for other in clause.literals if other != literal))
            if parent in candidates:
                split_at[parent].append(literal[0])

    nodes: dict[Clause, _Node] = {}
    waiting = sorted(candidates, key=lambda clause: (len(clause), clause))
    complete = True
    while waiting:
        clause = waiting.pop()
        variables = tuple(sorted(set(split_at[clause])))
        nodes[clause] = _solve(X, y, clause, depth, max_size, variables, nodes)
        spent = max(time.perf_counter() - start, 1e-9)
        affordable = len(nodes) * (max_seconds / spent - 1)
        if spent > max_seconds / 4 and affordable < len(waiting):
            complete = complete and len(waiting) <= 1
            del waiting[max(1, int(affordable)) :]

    trees: dict[tuple[Clause, int], DecisionTree] = {}
    errors = nodes[Clause()].errors
    better = [s for s in range(1, len(errors)) if s == 1 or errors[s] < errors[s - 1]]
    frontier = tuple(
        FrontierPoint(s, int(errors[s]), _read_tree(X, y, nodes, trees, Clause(), s))
        for s in better
    )
    return frontier, complete


def _solve(
    X: NDArray[np.uint8],
    y: NDArray[np.int8],
    clause: Clause,
    depth: int,
    max_size: int,
    variables: tuple[int, ...],
    nodes: dict[Clause, _Node],
) -> _Node:
    rows = np.flatnonzero(clause.holds(X))
    positive = int(y[rows].sum(dtype=np.int64))
    cap = min(max_size, 2 ** (depth - len(clause)))
    half_cap = min(max_size, 2 ** max(depth - len(clause) - 1, 0))
    # No tree has 0 leaves: more errors than inputs stand for "impossible".
    errors = np.full(cap + 1, len(y) + 1, dtype=np.int64)
    errors[1:] = min(positive, len(rows) - positive)
    split = np.zeros((2, X.shape[1]), dtype=np.int64)
    halves = np.full((2, len(variables), half_cap + 1), len(y) + 1, dtype=np.int64)
    if len(clause) < depth:
        split = split_errors(X, y, rows)
        split[:, list(clause.variables)] = len(y) + 1
        errors[2:] = np.minimum(errors[2:], split.sum(axis=0).min())
        for k, variable in enumerate(variables):
            for value in (0, 1):
                half = nodes.get(clause.extend(variable, value))
                halves[value, k, 1:] = split[value, variable] if half is None else half.errors[1:]
        for size in range(2, cap + 1):
            if variables:
                errors[size] = min(errors[size], _joint(halves, size).min())
    return _Node(errors, split, variables, halves)


def _joint(halves: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Add the errors of two halves that share `size` leaves, for each way to share them.

    Returns
    -------
    array of shape (variables, ways); in way w the half where the bit is 0 has w leaves more
        than `_least_share`
    """
    first = _least_share(halves, size)
    last = size - first
    return np.asarray(halves[0, :, first : last + 1] + halves[1, :, last : first - 1 : -1])


def _least_share(halves: NDArray[np.int64], size: int) -> int:
    """Return the fewest leaves that one half can have, where the other has no more than its cap."""
    return max(1, size - int(halves.shape[2] - 1))


def _read_tree(
    X: NDArray[np.uint8],
    y: NDArray[np.int8],
    nodes: dict[Clause, _Node],
    trees: dict[tuple[Clause, int], DecisionTree],
    clause: Clause,
    size: int,
) -> DecisionTree:
    """Read off a tree below a clause that has the errors of this size, with the fewest leaves.

    `trees` holds those that were read before, and gets this one: the trees of the frontier share
    most of their parts.
    """
    node = nodes.get(clause)
    size = 1 if node is None else int(np.argmax(node.errors[1:] == node.errors[size])) + 1
    if (clause, size) in trees:
        return trees[clause, size]
    if node is None or size == 1:
        labels = y[clause.holds(X)]
        tree = DecisionTree.leaf(int(2 * labels.sum(dtype=np.int64) > len(labels)))
    else:
        if node.split.sum(axis=0).min() == node.errors[size]:
            variable, size_zero = int(node.split.sum(axis=0).argmin()), 1
        else:
            joint = _joint(node.halves, size)
            k, s = np.unravel_index(int(joint.argmin()), joint.shape)
            variable, size_zero = node.variables[k], int(s) + _least_share(node.halves, size)
        halves = (
            _read_tree(X, y, nodes, trees, clause.extend(variable, value), share)
            for value, share in ((0, size_zero), (1, size - size_zero))
        )
        tree = DecisionTree.split(variable, *halves)
    return trees.setdefault((clause, size), tree)
