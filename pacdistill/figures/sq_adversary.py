"""A moving figure: the reader asks statistical queries about a hidden parity, and is fooled."""

from __future__ import annotations

from collections.abc import Sequence

from pacdistill.figures.moving import MovingFigure
from pacdistill.samples.concepts import enumerate_subsets

__all__ = ["sq_adversary"]

MOST_BITS, MOST_PARITIES = 10, 130  # what a browser transforms at once, and what a page shows


def sq_adversary(
    boards: Sequence[tuple[int, int]], *, tolerance: float = 0.2, name: str
) -> MovingFigure:
    """Show all parities of some size as tiles, and let the reader query the adversary of them.

    The page computes the coefficients of each query by a Walsh-Hadamard transform and answers as
    `ParityAdversary` does: tiles that the answer rules out go dark.

    Parameters
    ----------
    boards : pairs (d, size): all parities of `size` of d bits; at most 10 bits and 130 parities
    tolerance : of the oracle at first, from 0.02 to 0.9; the reader changes it
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If there is no board, one is too large or has a single parity, or the tolerance is out of
        range.

    Examples
    --------
    >>> sq_adversary([(3, 2)], name="demo").data["boards"]
    [{'d': 3, 'subsets': [[0, 1], [0, 2], [1, 2]]}]
    """
    if not boards:
        raise ValueError("the figure needs a board to show: a pair (d, size)")
    if not 0.02 <= tolerance <= 0.9:
        raise ValueError(f"the figure's tolerance is from 0.02 to 0.9, but it is {tolerance}")
    data = []
    for d, size in boards:
        if not 1 <= size < d <= MOST_BITS:
            raise ValueError(
                f"a board has parities of some, not all, of at most {MOST_BITS} bits, "
                f"but size = {size} and d = {d}"
            )
        subsets = [row.nonzero()[0].tolist() for row in enumerate_subsets(d, size)]
        if len(subsets) > MOST_PARITIES:
            raise ValueError(
                f"the figure shows at most {MOST_PARITIES} parities, but there are "
                f"{len(subsets)} of {size} of {d} bits"
            )
        data.append({"d": d, "subsets": subsets})
    return MovingFigure(
        name=name,
        label=(
            "A game against an adversary that hides a parity. Choose a statistical query and a "
            "tolerance and ask: the figure shows the correlation of the query with every parity, "
            "and which parities the answer rules out."
        ),
        script="sq_adversary",
        data={"boards": data, "tolerance": tolerance},
    )
