"""A moving figure: one published experiment, and the same over many networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pacdistill.figures.moving import MovingFigure

__all__ = ["reproduction_plot"]

# What stands beside the beam's widths on the axis.
OTHERS = ("twisted", "labels only")


def reproduction_plot(
    rows: Sequence[Mapping[str, Any]], published: Sequence[Mapping[str, Any]], *, name: str
) -> MovingFigure:
    """Show every network of a study as a dot, beside the one network that was published.

    The reader chooses the depth of the tree, whether the axis shows the fraction of inputs on which
    the distilled tree is correct or the number of probes, and a search, whose numbers are told.

    Parameters
    ----------
    rows : one for each network and search, with the entries ``depth``, ``seed``, ``search``
        ("beam", "twisted" or "labels only"), ``correct`` (a fraction), ``exact`` and ``probes``,
        and ``k``, the width, if it is a beam
    published : one for each depth and width, with ``depth``, ``k``, ``correct`` and ``probes``
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If a published point has no row, or a row's search is none of the three.

    Examples
    --------
    >>> row = {"depth": 2, "seed": 0, "correct": 1.0, "exact": True}
    >>> rows = [row | {"search": "beam", "k": 10, "probes": 2141},
    ...         row | {"search": "twisted", "probes": 100}]
    >>> point = {"depth": 2, "k": 10, "correct": 1.0, "probes": 2141}
    >>> figure = reproduction_plot(rows, [point], name="demo")
    >>> [[column["name"] for column in depth["columns"]] for depth in figure.data["depths"]]
    [['10', 'twisted']]
    """
    strange = {row["search"] for row in rows} - {"beam", *OTHERS}
    if strange:
        raise ValueError(f"a search is 'beam', 'twisted' or 'labels only', not {min(strange)!r}")
    depths = []
    for depth in sorted({row["depth"] for row in rows} | {p["depth"] for p in published}):
        here = [row for row in rows if row["depth"] == depth]
        points = {point["k"]: point for point in published if point["depth"] == depth}
        widths = sorted({row["k"] for row in here if row["search"] == "beam"})
        if missing := set(points) - set(widths):
            raise ValueError(
                f"no row has depth {depth} and width {min(missing)}, but it is published"
            )
        columns = [
            {
                "name": str(k),
                "k": k,
                "published": (
                    {"correct": points[k]["correct"], "probes": points[k]["probes"]}
                    if k in points
                    else None
                ),
                "dots": _dots(here, "beam", k),
            }
            for k in widths
        ]
        columns += [
            {"name": search, "k": None, "published": None, "dots": dots}
            for search in OTHERS
            if (dots := _dots(here, search, None))
        ]
        depths.append({"depth": depth, "columns": columns})
    return MovingFigure(
        name=name,
        label=(
            "How well, and with how many probes, trees are distilled from networks: each network "
            "is a dot, the one of the published table a diamond, for every width of the beam and "
            "for the twisted search."
        ),
        script="reproduction_plot",
        data={"depths": depths},
    )


def _dots(rows: Sequence[Mapping[str, Any]], search: str, k: int | None) -> list[list[Any]]:
    """Return the fraction, whether it is exact, and the probes of every network, by its seed."""
    chosen = [row for row in rows if row["search"] == search and row.get("k") == k]
    return [
        [row["correct"], bool(row["exact"]), row["probes"]]
        for row in sorted(chosen, key=lambda row: int(row["seed"]))
    ]
