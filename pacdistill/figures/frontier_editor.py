"""A moving figure: a finite class, its Pareto frontier, and the samples that follow from both."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from pacdistill.figures.moving import MovingFigure
from pacdistill.samples.concepts import check_class
from pacdistill.samples.frontier import disagreement_sets

__all__ = ["frontier_editor"]

MOST_CONCEPTS = 24
MOST_POINTS = 8


def frontier_editor(
    classes: Mapping[str, tuple[ArrayLike, ArrayLike]], *, name: str
) -> MovingFigure:
    """Show classes for the reader to edit, with the frontier and the sample sizes beside them.

    The page computes the frontier, who dominates whom, and what ERM needs over the class and over
    its frontier. It starts with the first class.

    Parameters
    ----------
    classes : by its name in the menu, a class of shape (k, N) and a source of shape (N,); at most
        24 concepts and 8 points
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If there is no class, or one is malformed or too large to show.

    Examples
    --------
    >>> frontier_editor({"two points": ([[0, 1], [1, 0]], [0, 0])}, name="demo").data["classes"]
    [{'name': 'two points', 'concepts': [[0, 1], [1, 0]], 'source': [0, 0]}]
    """
    if not classes:
        raise ValueError("the figure needs at least one class to start with")
    shown = []
    for title, (concepts, f) in classes.items():
        table = check_class(concepts)
        disagreement_sets(table, f)  # which checks the source
        if len(table) > MOST_CONCEPTS or table.shape[1] > MOST_POINTS:
            raise ValueError(
                f"the figure shows at most {MOST_CONCEPTS} concepts on {MOST_POINTS} points, but "
                f"{title!r} has {len(table)} on {table.shape[1]}"
            )
        source = np.asarray(f).astype(int)
        shown.append({"name": title, "concepts": table.tolist(), "source": source.tolist()})
    return MovingFigure(
        name=name,
        label=(
            "A class of concepts beside a source f, as a table of errors that can be edited. "
            "The concepts that no other dominates are marked, the sets of errors are drawn as an "
            "order, and the sample sizes for ERM over the class and over its frontier are shown."
        ),
        script="frontier_editor",
        data={"classes": shown, "most": MOST_CONCEPTS},
    )
