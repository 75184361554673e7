"""What a learner can do who has no activations but may ask for the label of any input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pacdistill.cube import Clause, sample_cube
from pacdistill.queries.fourier import estimate_influences
from pacdistill.queries.oracle import MembershipOracle, keeping
from pacdistill.tree import DecisionTree

__all__ = ["QueryResult", "learn_by_queries"]


@dataclass(frozen=True)
class QueryResult:
    """A tree that was learned by queries, and what it cost.

    Parameters
    ----------
    tree : the tree
    queries : for how many inputs, counted with repetitions, a label was asked
    """

    tree: DecisionTree
    queries: int


def learn_by_queries(
    labels: Callable[[NDArray[np.uint8]], NDArray[np.int8]],
    d: int,
    rng: np.random.Generator,
    *,
    depth: int,
    branches: int = 3,
    points: int = 512,
    tolerance: float = 0.01,
    max_queries: int | None = None,
) -> QueryResult:
    """Learn a tree from membership queries, following [BlancLQT22].

    At every node the influence of each variable, Pr[f(x) != f(x with bit i flipped)], is
    estimated for the function f restricted to the node's clause: at random points and all their
    neighbors. The most influential variables are tried in turn, until one of them has subtrees
    that leave almost no error. A node at which f looks constant is a leaf.

    Parameters
    ----------
    labels : from X of shape (n, d) to labels 0 and 1 of shape (n,)
    d : number of bits
    rng : source of the random points
    depth : the largest number of tests on a path
    branches : how many variables are tried at a node; the time grows about as
        (2 branches)^depth where none of them is right
    points : random points at a node, each queried with its neighbors
    tolerance : f looks constant at a clause, and a subtree leaves almost no error, when at most
        this fraction of the points has another label
    max_queries : how many labels may be asked; any number if not given

    Returns
    -------
    QueryResult

    Raises
    ------
    QueryBudgetError
        If more queries are needed than allowed; its `found` maps clauses to the best trees found
        below them so far.
    ValueError
        If a number is out of range, or `labels` returns a wrong shape or other labels than 0 and 1.

    Examples
    --------
    >>> from pacdistill import parity_tree
    >>> secret = parity_tree((1, 4))
    >>> found = learn_by_queries(secret.predict, 6, np.random.default_rng(0), depth=2)
    >>> found.tree.equivalent(secret)
    True
    >>> found.queries == 7 * 512 + 512 * (6 + 5 + 5)   # 7 nodes, and neighbors at 3 of them
    True
    """
    if not 0 <= depth <= d or branches < 1 or points < 1 or not 0 <= tolerance < 0.5:
        raise ValueError(
            "learning by queries needs 0 <= depth <= d, branches >= 1, points >= 1 and "
            f"0 <= tolerance < 0.5, but depth = {depth}, d = {d}, branches = {branches}, "
            f"points = {points} and tolerance = {tolerance}"
        )
    ask = MembershipOracle(labels, max_queries)
    solved: dict[Clause, tuple[DecisionTree, float]] = {}

    def solve(clause: Clause) -> tuple[DecisionTree, float]:
        """Return the best tree found below a clause, and at how many points of it it errs.

        The mean of two such numbers has no rounding, so equal ones are equal.
        """
        if clause not in solved:
            solved[clause] = search_below(clause)
        return solved[clause]

    def search_below(clause: Clause) -> tuple[DecisionTree, float]:
        X = sample_cube(points, d, rng)
        for variable, value in clause.literals:
            X[:, variable] = value
        y = ask(X)
        ones = int(y.sum())
        best = DecisionTree.leaf(int(2 * ones > points)), float(min(ones, points - ones))
        if best[1] / points <= tolerance or len(clause) == depth:
            return best
        free = np.setdiff1d(np.arange(d), clause.variables)
        order = np.argsort(-estimate_influences(ask, X, free, y=y), kind="stable")
        for variable in free[order[:branches]].tolist():
            zero, zero_error = solve(clause.extend(variable, 0))
            one, one_error = solve(clause.extend(variable, 1))
            error = (zero_error + one_error) / 2
            if error < best[1]:
                tree = zero if zero == one else DecisionTree.split(variable, zero, one)
                best = tree, error
            if error / points <= tolerance:
                break
        return best

    with keeping(lambda: {clause: below for clause, (below, _) in solved.items()}):
        tree, _ = solve(Clause())
    return QueryResult(tree, ask.queries)
