"""A moving figure: a zero-sample game that the reader plays on both sides, and its solution."""

from __future__ import annotations

from collections.abc import Mapping

from numpy.typing import ArrayLike

from pacdistill.figures.moving import MovingFigure
from pacdistill.samples.frontier import disagreement_sets

__all__ = ["zero_game"]

# The page looks at all square tables inside a game: at most 923 of them.
MOST = 6


def zero_game(games: Mapping[str, tuple[ArrayLike, ArrayLike]], *, name: str) -> MovingFigure:
    """Show zero-sample games as tables of disagreements, for the reader to play and to change.

    The reader moves the distiller's weights of the concepts and the adversary's weights of the
    points; the page shows what each side is sure of, and solves the game exactly.

    Parameters
    ----------
    games : for each title a class of shape (k, N) and a source of shape (N,), at most 6 each
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If there is no game, or one is malformed or too large.

    Examples
    --------
    >>> zero_game({"two concepts": ([[0, 1], [1, 0]], [0, 0])}, name="demo").data
    {'games': [{'title': 'two concepts', 'errors': [[0, 1], [1, 0]]}]}
    """
    tables = [
        {"title": title, "errors": disagreement_sets(concepts, f).tolist()}
        for title, (concepts, f) in games.items()
    ]
    if not tables:
        raise ValueError("the figure needs a game to show")
    for table in tables:
        k, N = len(table["errors"]), len(table["errors"][0])
        if max(k, N) > MOST:
            raise ValueError(
                f"the figure shows at most {MOST} concepts and {MOST} points, but the game "
                f"{table['title']!r} has {k} and {N}"
            )
    return MovingFigure(
        name=name,
        label=(
            "A zero-sample game. A table of concepts and points marks where they disagree with "
            "the source. Set the distiller's and the adversary's weights; the figure shows the "
            "error that one promises, the error that the other forces, and the value between them."
        ),
        script="zero_game",
        data={"games": tables},
    )
