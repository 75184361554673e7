"""A moving figure: the best tree of every size, readable, beside the curve of their fidelities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from pacdistill.cube import check_labels
from pacdistill.figures.moving import MovingFigure
from pacdistill.tables.rules import RuleTree

__all__ = ["TreeCase", "tree_frontier"]

SHOWN = 40
CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class TreeCase:
    """Trees of several sizes for one network, and the rows on which they are compared with it.

    Parameters
    ----------
    trees : rule trees with the same literals, each larger than the one before
    table : rows that neither the trees nor the network were fitted to, shape (n, d)
    network : the network's labels of these rows, shape (n,)
    truth : the true labels, shape (n,)
    words : what the labels 0 and 1 mean
    rows : what a row is, in the plural
    """

    trees: Sequence[RuleTree]
    table: Any = field(repr=False)
    network: NDArray[np.int8] = field(repr=False)
    truth: NDArray[np.int8] = field(repr=False)
    words: tuple[str, str] = ("0", "1")
    rows: str = "rows"


def tree_frontier(cases: Mapping[str, TreeCase], *, name: str) -> MovingFigure:
    """Show trees of a chosen size as nested questions, and let rows of the table walk through them.

    Beside it stand fidelity and accuracy of all sizes; the intervals of a case's fidelities hold
    together with confidence 0.95 (Clopper-Pearson, by the union bound).

    Parameters
    ----------
    cases : one or more, by their titles
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If there is no case, no tree or no row, the trees do not grow, or the labels do not fit.

    Examples
    --------
    >>> from pacdistill import DecisionTree, make_literals
    >>> table = np.array([[1.0], [2.0], [3.0], [4.0]])
    >>> tree = DecisionTree.split(0, DecisionTree.leaf(1), DecisionTree.leaf(0))
    >>> rules = RuleTree.of(tree, make_literals(table, names=["age"]))
    >>> y = np.array([0, 1, 1, 1], np.int8)
    >>> figure = tree_frontier({"demo": TreeCase([rules], table, y, y)}, name="demo")
    >>> figure.data["cases"][0]["trees"][0]["agree"]    # of all, of those 2 and more, of the others
    [4, 3, 1]
    """
    if not cases:
        raise ValueError("the figure shows at least one case, but there is none")
    return MovingFigure(
        name=name,
        label=(
            "Decision trees of growing size that imitate a network, as nested questions, and how "
            "often each of them agrees with the network and with the truth."
        ),
        script="tree_frontier",
        data={"cases": [_case(title, case) for title, case in cases.items()]},
    )


def _case(title: str, case: TreeCase) -> dict[str, Any]:
    sizes = [tree.size for tree in case.trees]
    n = len(case.table)
    if not sizes or n == 0 or any(a >= b for a, b in pairwise(sizes)):
        raise ValueError(
            f"a case has at least one row, and trees of growing size, but {title!r} has {n} rows "
            f"and trees of {sizes} leaves"
        )
    network, truth = check_labels(case.network, n), check_labels(case.truth, n)
    literals = case.trees[0].literals
    if any(tree.literals != literals for tree in case.trees):
        raise ValueError(f"all trees of a case ask the same literals, but not those of {title!r}")
    bits = literals.encode(case.table)
    used = sorted({int(i) for tree in case.trees for i in tree.variables})
    confidence = 1 - (1 - CONFIDENCE) / len(sizes)
    return {
        "title": title,
        "words": list(case.words),
        "unit": case.rows,
        "n": n,
        "right": int((network == truth).sum()),
        "questions": [literals.names[i] for i in used],
        "trees": [_tree(tree, bits, network, truth, used, confidence) for tree in case.trees],
        "rows": ["".join(map(str, row)) for row in bits[:SHOWN, used].tolist()],
        "network": network[:SHOWN].tolist(),
        "truth": truth[:SHOWN].tolist(),
    }


def _tree(
    tree: RuleTree,
    bits: NDArray[np.uint8],
    network: NDArray[np.int8],
    truth: NDArray[np.int8],
    used: list[int],
    confidence: float,
) -> dict[str, Any]:
    """Return a tree in preorder, with the rows at each node, and those where it agrees there."""
    predicted = tree.bits.predict(bits)
    holds = np.stack([clause.holds(bits) for clause in tree.clauses()])
    agree = int((predicted == network).sum())
    interval = binomtest(agree, len(bits)).proportion_ci(confidence, method="exact")
    position = {variable: k for k, variable in enumerate(used)}
    return {
        "size": tree.size,
        "variable": [position.get(int(i), -1) for i in tree.variable],
        "children": tree.children.tolist(),
        "label": tree.label.tolist(),
        "count": holds.sum(axis=1).tolist(),
        "agree": (holds & (predicted == network)).sum(axis=1).tolist(),
        "right": int((predicted == truth).sum()),
        "low": round(float(interval.low), 4),
        "high": round(float(interval.high), 4),
    }
