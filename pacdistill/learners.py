"""What a learner can do who has labels and nothing else: tree learners, and one of parities.

The tree learners are well-kept packages; this module only turns what they learn into a
`DecisionTree`, so that it can be compared exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pacdistill.extras import missing
from pacdistill.tree import DecisionTree

__all__ = ["OptimalTree", "learn_cart", "learn_optimal_tree", "learn_parity", "learn_sparse_tree"]


def learn_cart(
    X: NDArray[np.uint8], y: NDArray[np.int8], *, max_size: int | None = None
) -> DecisionTree:
    """Learn a tree greedily, by scikit-learn's CART [BreimanFOS84].

    Parameters
    ----------
    X : array of shape (n, d), entries 0 and 1
    y : labels, shape (n,), 0 and 1
    max_size : the largest number of leaves; unlimited, until no leaf errs, if not given

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.uint8)
    >>> print(learn_cart(X, np.array([0, 0, 1, 1], np.int8)).to_text())
    if x0 = 0:
        return 0
    else:
        return 1
    """
    from sklearn.tree import DecisionTreeClassifier

    model = DecisionTreeClassifier(max_leaf_nodes=max_size, random_state=0).fit(X, y)
    nodes = model.tree_
    majority = model.classes_[nodes.value[:, 0, :].argmax(axis=1)]

    def convert(node: int) -> DecisionTree:
        if_zero, if_one = nodes.children_left[node], nodes.children_right[node]
        if if_zero == if_one:  # both are -1 at a leaf
            return DecisionTree.leaf(int(majority[node]))
        return DecisionTree.split(int(nodes.feature[node]), convert(if_zero), convert(if_one))

    return convert(0)


def learn_sparse_tree(
    X: NDArray[np.uint8],
    y: NDArray[np.int8],
    *,
    depth: int,
    lookahead: int = 1,
    leaf_cost: float = 1e-3,
) -> DecisionTree:
    """Learn a near-optimal sparse tree by LicketySPLIT [BabbarLicketySplit25].

    Instead of taking the split that looks best now, it takes the one that looks best after it
    is followed by `lookahead` more levels of search and a greedy tree below.

    Parameters
    ----------
    X : array of shape (n, d), entries 0 and 1
    y : labels, shape (n,), 0 and 1
    depth : the largest number of tests on a path
    lookahead : levels of search; the time grows about as d^lookahead
    leaf_cost : what a leaf costs, as a fraction of the sample misclassified

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.uint8)
    >>> learn_sparse_tree(X, np.array([0, 1, 1, 0], np.int8), depth=2).predict(X).tolist()
    [0, 1, 1, 0]
    """
    try:
        from licketysplit import LicketySPLITClassifier
    except ModuleNotFoundError as error:
        raise missing("licketysplit", "baselines", "learn_sparse_tree") from error
    if y.min() == y.max():
        return DecisionTree.leaf(int(y[0]))
    model = LicketySPLITClassifier(
        lambda_leaf=leaf_cost, depth_budget=depth, lookahead_k=lookahead
    ).fit(X, y)

    # A path is a list of signed bits counted from 1: 9 for "x8 = 1", -9 for "x8 = 0".
    def convert(paths: list[tuple[list[int], int]], level: int) -> DecisionTree:
        if len(paths) == 1 and len(paths[0][0]) == level:
            return DecisionTree.leaf(int(paths[0][1]))
        variable = abs(paths[0][0][level])
        zeros = [p for p in paths if p[0][level] == -variable]
        ones = [p for p in paths if p[0][level] == variable]
        return DecisionTree.split(variable - 1, convert(zeros, level + 1), convert(ones, level + 1))

    return convert(list(zip(*model.get_tree_paths(), strict=True)), 0)


@dataclass(frozen=True)
class OptimalTree:
    """The tree of least error on a sample, or the best that was found in the time.

    Parameters
    ----------
    tree : the tree
    optimal : whether the solver proved that no tree of the depth has fewer errors on its sample
    """

    tree: DecisionTree
    optimal: bool


def learn_optimal_tree(
    X: NDArray[np.uint8], y: NDArray[np.int8], *, depth: int, max_seconds: float
) -> OptimalTree:
    """Find the tree of a depth with the fewest errors on a sample, by STreeD [LindenWD23].

    Parameters
    ----------
    X : array of shape (n, d), entries 0 and 1
    y : labels, shape (n,), 0 and 1
    depth : the largest number of tests on a path
    max_seconds : the time after which it returns the best tree it has

    Raises
    ------
    ImportError
        If the package pystreed is not installed.
    TimeoutError
        If it has no tree at all when the time is over.

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.uint8)
    >>> found = learn_optimal_tree(X, np.array([0, 1, 1, 0], np.int8), depth=2, max_seconds=10)
    >>> found.tree.predict(X).tolist(), found.optimal
    ([0, 1, 1, 0], True)
    """
    try:
        from pystreed import STreeDClassifier
    except ModuleNotFoundError as error:
        raise missing("pystreed", "baselines", "learn_optimal_tree") from error
    model = STreeDClassifier(max_depth=depth, time_limit=max_seconds)
    model.fit(X.astype(np.int32), y.astype(np.int32))
    if not model.fit_result.is_feasible():
        raise TimeoutError(f"STreeD found no tree of depth {depth} in {max_seconds:g} s")

    def convert(node: Any) -> DecisionTree:
        if node.is_leaf_node():
            return DecisionTree.leaf(int(node.label))
        return DecisionTree.split(
            int(node.feature), convert(node.left_child), convert(node.right_child)
        )

    return OptimalTree(convert(model.get_tree()), bool(model.fit_result.is_optimal()))


def learn_parity(
    X: NDArray[np.uint8], y: NDArray[np.int8], *, constant: bool = True, unique: bool = False
) -> tuple[tuple[int, ...], int] | None:
    """Learn a parity from labels without a single error, by Gaussian elimination modulo 2.

    A parity, the sum modulo 2 of some variables and a constant, is a linear equation for each
    example. About 10 examples more than variables determine it, however many variables it has. One
    wrong label spoils it.

    Parameters
    ----------
    X : array of shape (n, d), entries 0 and 1
    y : labels, shape (n,), 0 and 1
    constant : whether the constant may be 1
    unique : whether to return None as well where several parities agree with all examples

    Returns
    -------
    the variables and the constant of a parity that agrees with all examples, or None if there is no
    such parity; of several, the one that does without the constant, then without the last variable,
    then without the one before it, as far as that goes

    Examples
    --------
    >>> X = np.array([[0, 0, 0], [0, 0, 1], [0, 1, 1], [1, 0, 0]], np.uint8)
    >>> learn_parity(X, np.array([1, 0, 0, 0], np.int8))
    ((0, 2), 1)
    >>> learn_parity(X, np.array([1, 0, 0, 0], np.int8), constant=False) is None
    True
    """
    n, d = X.shape
    # An equation is a number: its bits are the variables from the first to the last, the constant
    # and the label. Adding equations modulo 2 is the exclusive or of their numbers.
    table = np.column_stack([X, np.full(n, constant), y]).astype(bool)
    padding = -table.shape[1] % 8
    equations = [int.from_bytes(row.tobytes()) >> padding for row in np.packbits(table, axis=1)]
    pivots: dict[int, int] = {}  # from the length of a number, that is its first unknown
    for equation in equations:
        while equation.bit_length() in pivots:
            equation ^= pivots[equation.bit_length()]
        if equation == 1:  # 0 = 1
            return None
        if equation:
            pivots[equation.bit_length()] = equation
    if unique and len(pivots) < d + constant:
        return None
    solution = 1  # the label counts; an unknown that is nobody's first is 0
    for length in sorted(pivots):
        odd = (pivots[length] & solution).bit_count() % 2
        solution |= odd << (length - 1)
    variables = tuple(i for i in range(d) if solution >> (d + 1 - i) & 1)
    return variables, solution >> 1 & 1
