"""Which variable does a tree turn on? The theory of the twisted search, as code.

Where the leaves of a tree are represented, the score of a variable at a clause is the weighted
share of the leaves there that test it (`leaf_shares`, thm-twist of chapter 13). A variable that
all of them test can be moved to the root, and nothing else changes (`hoist`). So following any
variable of score 1 finds a tree, without a beam and without a bound on the depth
(`greedy_extraction`). `twisted_search` is what the library runs on trained networks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pacdistill.cube import Clause, check_labels
from pacdistill.extraction.probe import ProbeBasis, check_rows
from pacdistill.extraction.twisted import twisted_scores
from pacdistill.ties import best
from pacdistill.tree import DecisionTree

__all__ = ["greedy_extraction", "hoist", "leaf_shares"]


def leaf_shares(
    tree: DecisionTree,
    d: int,
    clause: Clause | None = None,
    *,
    ones: Sequence[float] | None = None,
) -> NDArray[np.float64]:
    """Return the weighted share of the leaves that test each variable, at a clause.

    With f = +1 or -1 the function of the tree and g = f - E[f | clause], the leaf l counts
    P(l) g_l^2. The share of a variable is the part that belongs to leaves that test it. Tests that
    the clause answers are left out. Where bits are biased, the twisted target takes the
    standardized bit, whose square is no longer 1: then the leaf l counts E[1_l t_i^2].

    Parameters
    ----------
    tree : not constant where the clause holds
    d : number of bits
    clause : where; everywhere if not given
    ones : the probability that each bit is 1, shape (d,), if the bits are not fair coins

    Returns
    -------
    array of shape (d,), between 0 and 1

    Raises
    ------
    ValueError
        If the tree tests a bit beyond d, a probability is not strictly between 0 and 1, or the
        tree is constant where the clause holds.

    Examples
    --------
    >>> zero, one = DecisionTree.leaf(0), DecisionTree.leaf(1)
    >>> tree = DecisionTree.split(0, zero, DecisionTree.split(2, zero, one))    # x0 and x2
    >>> leaf_shares(tree, 3).round(6).tolist()     # the leaf x0 = 0 counts 1/2 (1/2)^2 of 3/4
    [1.0, 0.0, 0.833333]
    """
    p = np.full(d, 0.5) if ones is None else np.asarray(ones, dtype=np.float64)
    if max((-1, *tree.variables)) >= d:
        raise ValueError(f"the tree tests bit {max(tree.variables)}, but there are only d = {d}")
    if p.shape != (d,) or not ((0 < p) & (p < 1)).all():
        raise ValueError(f"each of the d = {d} bits is 1 with a probability between 0 and 1")
    given = dict((clause or Clause()).literals)
    labels, masses, tested = [], [], []
    for path, label in zip(tree.clauses(), tree.label.tolist(), strict=True):
        if label < 0 or any(given.get(i, v) != v for i, v in path.literals):
            continue  # no leaf, or one that the clause does not reach
        free = {i: v for i, v in path.literals if i not in given}
        row = np.ones(d)  # the square of each standardized bit, in the mean on the leaf
        chance = 1.0
        for i, v in free.items():
            chance *= p[i] if v else 1 - p[i]
            row[i] = (1 - p[i]) / p[i] if v else p[i] / (1 - p[i])
        labels.append(1.0 - 2.0 * label)
        masses.append(chance)
        tested.append((np.isin(np.arange(d), list(free)), row))
    f, mass = np.array(labels), np.array(masses)
    if (f == f[0]).all():
        raise ValueError("the tree is constant where the clause holds: there is nothing to turn on")
    g = f - mass @ f
    counts = np.stack([row for _, row in tested]) * (mass * g * g)[:, None]
    here = np.stack([mask for mask, _ in tested])
    return np.asarray((counts * here).sum(axis=0) / counts.sum(axis=0))


def hoist(tree: DecisionTree, variable: int) -> DecisionTree:
    """Return an equal tree with the variable at its root, if every leaf tests the variable.

    It has the same leaves, each with the same clause and label, and so the same depth and size:
    only the order of the tests is another.

    Raises
    ------
    ValueError
        If the path to some leaf does not test the variable.

    Examples
    --------
    >>> from pacdistill import parity_tree
    >>> tree = parity_tree((0, 4, 7))
    >>> moved = hoist(tree, 7)
    >>> int(moved.variable[0]), moved.size, moved.equivalent(tree)
    (7, 8, True)
    """
    for leaf, path in zip(tree.is_leaf, tree.clauses(), strict=True):
        if leaf and variable not in path.variables:
            raise ValueError(
                f"the path to the leaf {path} does not test bit {variable}, which so cannot be "
                "tested by all leaves"
            )

    def side(node: int, value: int) -> DecisionTree:
        """Return the tree below a node where the variable has the value, without its test."""
        if tree.is_leaf[node]:
            return DecisionTree.leaf(int(tree.label[node]))
        below = tree.children[node]
        if tree.variable[node] == variable:
            return side(below[value], value)
        return DecisionTree.split(
            int(tree.variable[node]), side(below[0], value), side(below[1], value)
        )

    return DecisionTree.split(variable, side(0, 0), side(0, 1))


def greedy_extraction(
    basis: ProbeBasis, X: NDArray[np.uint8], y: NDArray[np.int8]
) -> tuple[DecisionTree, int]:
    """Follow the variable with the highest score until the labels are constant, and never go back.

    Of variables with equal scores it follows the smallest.

    This is the algorithm of thm-greedy-extraction: no beam, no depth, no tolerance. If the leaves
    of a tree with s leaves span the features, it finds an equal tree of no larger depth and size,
    with at most (s - 1) d probes. On a trained network it errs easily; see `twisted_search`.

    Parameters
    ----------
    basis : the factorized activations of the n rows of X, made with ridge 0 for the theorem
    X : array of shape (n, d)
    y : labels, shape (n,), 0 and 1

    Returns
    -------
    the tree and the number of probes

    Raises
    ------
    ValueError
        If X has not as many rows as the basis, or labels are no 0 and 1.

    Examples
    --------
    >>> from pacdistill import enumerate_cube
    >>> from pacdistill import parity_tree
    >>> from pacdistill.extraction import probe_basis
    >>> X, secret = enumerate_cube(6), parity_tree((0, 2, 4))
    >>> leaves = secret.apply(X)[:, None] == np.flatnonzero(secret.is_leaf)
    >>> tree, probes = greedy_extraction(probe_basis(leaves, ridge=0), X, secret.predict(X))
    >>> tree.equivalent(secret), tree.size, probes      # 6 probes, then 2 times 5, 4 times 4
    (True, 8, 32)
    """
    y = check_labels(y, check_rows(basis, X))
    probes = 0

    def grow(rows: NDArray[np.intp], spent: frozenset[int]) -> DecisionTree:
        nonlocal probes
        ones = int(y[rows].sum(dtype=np.int64))
        bits = X[rows]
        varying = np.flatnonzero(bits.min(axis=0) != bits.max(axis=0))  # these divide the rows
        if ones in (0, len(rows)) or len(varying) == 0:
            return DecisionTree.leaf(int(2 * ones > len(rows)))
        scores = twisted_scores(basis, X, y, rows)
        probes += X.shape[1] - len(spent)
        chosen = int(varying[best(scores[varying])])
        zero, one = (grow(rows[bits[:, chosen] == value], spent | {chosen}) for value in (0, 1))
        return DecisionTree.split(chosen, zero, one)

    return grow(np.arange(len(y)), frozenset()), probes
