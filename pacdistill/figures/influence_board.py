"""A moving figure: a junta, its noisy copy, the influences, and a distiller that asks."""

from __future__ import annotations

from pacdistill.figures.moving import MovingFigure
from pacdistill.queries.juntas import Junta

__all__ = ["influence_board"]


def influence_board(junta: Junta, d: int, *, name: str, delta: float = 0.01) -> MovingFigure:
    """Show a junta h and a function f close to it, and let the reader change both.

    The page computes the influence of every bit on f over all 2^d points, beside the bands of
    thm-junta-robust, and plays the exact distiller on f query by query.

    Parameters
    ----------
    junta : h, of 2 to 4 variables, all below d
    d : number of bits, more than h has variables and at most 12
    name : of the figure, unique on its page
    delta : how often the exact distiller may fail, which decides how many pairs it asks

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> influence_board(Junta((1, 3), (0, 1, 1, 0)), 8, name="demo").data["variables"]
    [1, 3]
    """
    k = len(junta.variables)
    if not 2 <= k <= 4 or not max(junta.variables) < d <= 12 or d == k or not 0 < delta < 1:
        raise ValueError(
            "the figure shows juntas of 2 to 4 variables, all below d, for k < d <= 12 and "
            f"0 < delta < 1, but the variables are {junta.variables}, d = {d} and delta = {delta}"
        )
    return MovingFigure(
        name=name,
        label=(
            f"A function of {k} of {d} bits, with labels flipped at will. Bars show the influence "
            "of every bit; below, an exact distiller finds the bits by a binary search."
        ),
        script="influence_board",
        data={
            "d": d,
            "k": k,
            "delta": delta,
            "variables": [int(i) for i in junta.variables],
            "table": [int(label) for label in junta.table],
        },
    )
