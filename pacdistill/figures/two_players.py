"""A moving figure: a learner and a distiller play over the same samples."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from pacdistill.figures.moving import MovingFigure
from pacdistill.samples.concepts import check_class
from pacdistill.samples.frontier import disagreement_sets

__all__ = ["two_players"]

# A class is written as one bit for each function of so many points: 8 kB.
MOST_POINTS = 16


def two_players(
    classes: Mapping[str, ArrayLike], f: ArrayLike, *, eps: float, name: str
) -> MovingFigure:
    """Let a learner and a distiller play over the same samples, for the reader to shape the game.

    The learner sees the sample with the labels of the source, and plays one of the targets that
    err least on it. The distiller is given the source itself: it leaves out every target that
    another beats at every point (`pareto_frontier`), and of the rest plays one of those that err
    least on the sample. Ties are broken at random. The reader chooses the target class, the source
    and the distribution, or lets an adversary choose the distribution.

    Parameters
    ----------
    classes : the target classes to choose from by their names, arrays of shape (k, N), N <= 16;
        the first one is shown first
    f : the source to begin with, shape (N,), 0 and 1
    eps : a player fails a round if it errs by more than this beyond the best target
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If a class or the source is malformed, there are more than 16 points, or no class is given.

    Examples
    --------
    >>> thresholds = [[0, 0, 0], [0, 0, 1], [0, 1, 1], [1, 1, 1]]
    >>> figure = two_players({"thresholds": thresholds}, [0, 0, 1], eps=1 / 8, name="demo")
    >>> figure.data["source"], figure.data["classes"][0]["name"]
    ([0, 0, 1], 'thresholds')
    """
    tables = {title: check_class(concepts) for title, concepts in classes.items()}
    if not tables:
        raise ValueError("the figure needs a class to play with, but `classes` is empty")
    source = np.asarray(f)
    for concepts in tables.values():
        disagreement_sets(concepts[:1], source)  # says what is wrong with the source
    if source.size > MOST_POINTS:
        raise ValueError(f"the figure shows at most {MOST_POINTS} points, not {source.size}")
    return MovingFigure(
        name=name,
        label=(
            f"A game on {source.size} points. A learner, who sees labeled samples, and a "
            "distiller, who is given the source too, each choose a target; their errors are shown "
            "as samples are drawn."
        ),
        script="two_players",
        data={
            "source": source.astype(int).tolist(),
            "eps": eps,
            "classes": [
                {"name": title, "members": _encode(concepts)} for title, concepts in tables.items()
            ],
        },
    )


def _encode(concepts: np.ndarray) -> str:
    """Write a class as a bit for each function, in base 64; point i is bit i of its number."""
    N = concepts.shape[1]
    there = np.zeros(max(8, 2**N), dtype=np.uint8)
    there[concepts @ (1 << np.arange(N))] = 1
    return base64.b64encode(np.packbits(there, bitorder="little").tobytes()).decode("ascii")
