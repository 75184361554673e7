"""A moving figure: the four kinds of access to a source, one rung above the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pacdistill.cube import enumerate_cube, sample_cube
from pacdistill.figures.moving import MovingFigure
from pacdistill.networks.written import tree_network
from pacdistill.queries.keyed import KeyedFunction
from pacdistill.tree import DecisionTree

__all__ = ["access_ladder"]

MOST_BITS = 10  # a keyed function is written as a string of its labels on the whole cube
EXAMPLES = 200
COLUMNS = ("rung", "distiller", "samples", "queries", "error", "low", "high", "exact", "sources")


def access_ladder(
    sources: Mapping[str, DecisionTree | KeyedFunction],
    d: int,
    rows: Sequence[Mapping[str, Any]],
    *,
    name: str,
) -> MovingFigure:
    """Let a reader climb from examples to weights, for one small source of each class.

    A tree becomes a network by `tree_network`: the page carries its weights and computes labels and
    activations itself. Of a keyed function it carries the labels and, for the rung of the weights,
    the key. Below stand measured costs, for larger sources of the same classes.

    Parameters
    ----------
    sources : one for each class, by the names of the classes; the first one is shown first
    d : number of bits, at most 10
    rows : the measurements, each with the entries "class", "rung" (examples, queries, activations
        or weights), "distiller", "samples", "queries", "error", "low", "high" (of its interval),
        "exact" and "sources" (how often it was exact, and of how many)
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If there is no source, or there are too many bits for a page.

    Examples
    --------
    >>> tree = DecisionTree.split(1, DecisionTree.leaf(0), DecisionTree.leaf(1))
    >>> figure = access_ladder({"stump": tree}, 3, [], name="demo")
    >>> figure.data["classes"][0]["readout"]
    [0, 0, 1]
    """
    if not sources or not 1 <= d <= MOST_BITS:
        raise ValueError(
            f"the figure shows at least one source, on 1 to {MOST_BITS} bits, "
            f"but there are {len(sources)}, on d = {d}"
        )
    X = sample_cube(EXAMPLES, d, np.random.default_rng(9))
    return MovingFigure(
        name=name,
        label=(
            f"Four kinds of access to a function of {d} bits, as the rungs of a ladder: examples, "
            "queries, activations and weights. Choose a class and a rung to see what one sees "
            "there, and what distillers on that rung pay and achieve."
        ),
        script="access_ladder",
        data={
            "d": d,
            "examples": ["".join(map(str, x)) for x in X.tolist()],
            "classes": [
                {
                    "name": title,
                    **_describe(source, d),
                    "rows": [
                        {column: row[column] for column in COLUMNS}
                        for row in rows
                        if row["class"] == title
                    ],
                }
                for title, source in sources.items()
            ],
        },
    )


def _describe(source: DecisionTree | KeyedFunction, d: int) -> dict[str, Any]:
    """Return what the page needs to compute with: a network's weights, or labels and a key."""
    if isinstance(source, KeyedFunction):
        labels = source.predict(enumerate_cube(d))
        return {"labels": "".join(map(str, labels.tolist())), "key": source.key.hex()}
    network = tree_network(source, d)
    units: Any = network.units
    return {
        "weight": units.weight.detach().numpy().astype(int).tolist(),
        "bias": units.bias.detach().numpy().astype(int).tolist(),
        "readout": network.readout.weight.detach().numpy()[0].astype(int).tolist(),
    }
