"""A tree, drawn: from its root at the left to its leaves at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.textpath import TextPath
from numpy.typing import NDArray

from pacdistill.tree import DecisionTree

__all__ = ["describe_tree", "plot_tree"]

FONT_SIZE = 9.0
ROW = 2.2 * FONT_SIZE  # from one leaf to the next
GAP = 2.0 * FONT_SIZE  # around the answers, between two columns
# Two colors of Okabe and Ito's palette, which color-blind people tell apart; the corners and the
# text say the same. Every text has its own ground, so the page may be light or dark.
LEAF_STYLES = (
    {"boxstyle": "square", "facecolor": "#E69F00", "edgecolor": "#767676"},
    {"boxstyle": "round", "facecolor": "#0072B2", "edgecolor": "#767676"},
)
TEST_STYLE = {"boxstyle": "round", "facecolor": "#FFFFFF", "edgecolor": "#767676"}
ANSWER_STYLE = {"boxstyle": "square,pad=0.1", "facecolor": "#FFFFFF", "edgecolor": "none"}


def plot_tree(
    tree: DecisionTree, *, ax: Axes | None = None, labels: Sequence[str] = ("0", "1")
) -> Axes:
    """Draw a tree from its root at the left to its leaves at the right, one in each row.

    An edge is dashed where the tested bit is 0 ("no"). Leaves of label 1 are blue with round
    corners, those of label 0 orange with square ones.

    Parameters
    ----------
    tree : the tree; a `RuleTree` shows its literals
    ax : where to draw; if not given, a new figure that is just large enough for all texts
    labels : what to call the labels 0 and 1

    Returns
    -------
    the axes, one unit of which is a point (1/72 inch) in a new figure

    Examples
    --------
    >>> tree = DecisionTree.split(3, DecisionTree.leaf(0), DecisionTree.leaf(1))
    >>> [text.get_text() for text in plot_tree(tree).texts]
    ['x3', '0', '1', '0', '1']
    >>> plt.close()
    """
    leaf = tree.is_leaf
    level = np.array([len(clause) for clause in tree.clauses()])
    asked = [tree.question(int(v)) if v >= 0 else ("", "", "") for v in tree.variable]
    texts = [str(labels[y]) if y >= 0 else asked[k][0] for k, y in enumerate(tree.label)]
    columns = [
        max(_text_width(texts[node]) for node in np.flatnonzero(level == k)) + FONT_SIZE
        for k in range(tree.depth + 1)
    ]
    between = GAP + max(_text_width(answer) for _, *answers in asked for answer in answers)
    left = np.cumsum([0.0, *columns]) + between * np.arange(len(columns) + 1) + FONT_SIZE
    height = _rows(tree) * ROW
    if ax is None:
        size = ((left[-1] - between + FONT_SIZE) / 72, (height[leaf].max() + ROW) / 72)
        figure = plt.figure(figsize=size)
        ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, left[-1] - between + FONT_SIZE), ylim=(height[leaf].max() + ROW / 2, -ROW / 2))
    ax.set_axis_off()

    def write(
        x: float,
        y: float,
        text: str,
        style: dict[str, Any],
        color: str = "#000000",
        ha: str = "left",
    ) -> None:
        ax.text(
            *(x, y, text),
            bbox=style,
            color=color,
            ha=ha,
            va="center_baseline",
            size=FONT_SIZE,
            parse_math=False,
        )

    for node in range(len(leaf)):
        x, y = left[level[node]], height[node]
        if leaf[node]:
            color = "#FFFFFF" if tree.label[node] else "#000000"
            write(x, y, texts[node], LEAF_STYLES[tree.label[node]], color=color)
            continue
        write(x, y, texts[node], TEST_STYLE)
        spine = x + columns[level[node]] + FONT_SIZE / 4
        for bit, child in enumerate(tree.children[node]):
            end = left[level[node] + 1]
            ax.plot(
                [x, spine, spine, end],
                [y, y, height[child], height[child]],
                color="#767676",
                linewidth=1,
                linestyle=("--", "-")[bit],
                zorder=1,
            )
            middle = (spine + end) / 2 - FONT_SIZE / 4
            write(middle, height[child], asked[node][1 + bit], ANSWER_STYLE, ha="center")
    return ax


def describe_tree(tree: DecisionTree, *, labels: Sequence[str] = ("0", "1")) -> str:
    """Say in two sentences what `plot_tree` shows, for those who do not see it.

    `DecisionTree.to_text` holds all of it.

    Examples
    --------
    >>> describe_tree(DecisionTree.split(3, DecisionTree.leaf(0), DecisionTree.leaf(1)))
    'A decision tree of depth 1 with 2 leaves, of which 1 returns 1 and 1 returns 0. It tests x3 \
first.'
    """
    ones = int((tree.label == 1).sum())
    first = "It tests nothing"
    if tree.depth:
        first = f"It tests {tree.question(int(tree.variable[0]))[0]} first"
    return (
        f"A decision tree of depth {tree.depth} with {tree.size} leaves, of which {ones} "
        f"return{'s' * (ones == 1)} {labels[1]} and {tree.size - ones} "
        f"return{'s' * (tree.size - ones == 1)} {labels[0]}. {first}."
    )


def _rows(tree: DecisionTree) -> NDArray[np.float64]:
    """Give each leaf a row, in the order of `to_text`, and each other node its children's mean."""
    rows = np.zeros(len(tree.variable))
    next_row = 0

    def place(node: int) -> float:
        nonlocal next_row
        if tree.is_leaf[node]:
            rows[node], next_row = next_row, next_row + 1
        else:
            _, bit = tree.condition(int(tree.variable[node]))
            order = (bit, 1 - bit)
            rows[node] = np.mean([place(int(tree.children[node, b])) for b in order])
        return float(rows[node])

    place(0)
    return rows


def _text_width(text: str) -> float:
    """Return the width of a text in points; a dollar sign is none of mathematics here."""
    if not text.strip():
        return 0.0
    return float(TextPath((0, 0), text.replace("$", "S"), size=FONT_SIZE).get_extents().width)
