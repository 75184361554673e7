"""A moving figure: points to drag, and every labeling that a class of shapes gives to them."""

from __future__ import annotations

from collections.abc import Sequence

from pacdistill.figures.moving import MovingFigure

__all__ = ["shattering_board"]

SHAPES = ("half-planes", "disks", "rectangles", "intervals", "convex sets")
WIDTH, HEIGHT = 48, 32
MOST_POINTS = 5


def shattering_board(
    points: Sequence[tuple[int, int]], *, shape: str = "half-planes", name: str
) -> MovingFigure:
    """Show which of the 2^m labelings of m points some shape realizes, as the reader drags them.

    The points stay on a grid of whole numbers, so the page decides each labeling exactly. A shape
    gives the label 1 to the points in it; an interval is one of horizontal coordinates.

    Parameters
    ----------
    points : five pairs (x, y) of whole numbers, 0 <= x <= 48 and 0 <= y <= 32, of which the reader
        sees the first four to begin with
    shape : ``half-planes``, ``disks``, ``rectangles`` (with sides parallel to the axes),
        ``intervals`` or ``convex sets``
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If there are not five points on the grid, or the shape is none of these.

    Examples
    --------
    >>> points = [(8, 8), (40, 8), (36, 26), (12, 26), (24, 16)]
    >>> shattering_board(points, shape="disks", name="demo").data["shape"]
    1
    """
    if shape not in SHAPES:
        raise ValueError(f"the shapes are {', '.join(SHAPES)}, but the shape is {shape!r}")
    placed = [(int(x), int(y)) for x, y in points]
    if len(placed) != MOST_POINTS or not all(
        0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in placed
    ):
        raise ValueError(
            f"the figure has {MOST_POINTS} points with 0 <= x <= {WIDTH} and 0 <= y <= {HEIGHT}, "
            f"but the points are {placed}"
        )
    return MovingFigure(
        name=name,
        label=(
            "Points in the plane, a class of shapes, and a tile for each labeling of the points: "
            "is there a shape with exactly the points labeled 1 in it? Move the points and see."
        ),
        script="shattering",
        data={
            "points": placed,
            "shown": 4,
            "shapes": SHAPES,
            "shape": SHAPES.index(shape),
            "width": WIDTH,
            "height": HEIGHT,
        },
    )
