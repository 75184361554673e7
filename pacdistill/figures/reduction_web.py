"""A moving figure: classes of functions and what is known about going from one to another."""

from __future__ import annotations

from pacdistill.figures.moving import MovingFigure
from pacdistill.figures.reduction_edges import reduction_edges

__all__ = ["reduction_web"]

# Name, center x, center y in the drawing.
NODES = [
    ("juntas", 46, 20),
    ("parities", 46, 96),
    ("trees", 162, 146),
    ("CNF", 284, 112),
    ("DNF", 284, 216),
    ("constants", 278, 16),
    ("polynomials", 50, 196),
    ("networks", 190, 288),
    ("smallest trees", 58, 268),
]


def reduction_web(*, name: str) -> MovingFigure:
    """Show the web of reductions: each edge opens its statement and runs on examples.

    Each example is a pair of objects that the library made, from one another. The page evaluates
    both on all points itself, and a reader may leave a part out and see where they then differ.

    Parameters
    ----------
    name : of the figure, unique on its page
    """
    return MovingFigure(
        name=name,
        label=(
            "A map of classes of functions: juntas, parities, decision trees, CNF, DNF, "
            "polynomials, networks. Numbered edges are reductions that are proved, conversions "
            "proved to be costly or hard, cited results and open questions. Choose an edge to "
            "read it and to run it on an example."
        ),
        script="reduction_web",
        parts=("reduction_objects", "reduction_map"),
        data={
            "nodes": [{"name": n, "x": x, "y": y} for n, x, y in NODES],
            "edges": reduction_edges(),
        },
    )
