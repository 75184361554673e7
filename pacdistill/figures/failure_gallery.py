"""A moving figure: one hypothesis broken at a time, what theory predicts, and who notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pacdistill.figures.moving import MovingFigure

__all__ = ["failure_gallery"]

# For each mode: its name, what its levels are called, what is drawn, what is predicted.
MODES = {
    "representation": (
        "the clauses are hidden by a mask",
        "strength of the mask",
        "score of the true root",
        "A mask of strength s leaves (1\u2212s)\u00b2 / ((1\u2212s)\u00b2 + s\u00b2) of the score.",
    ),
    "norm": (
        "the clauses are carried faintly",
        "scale, beside decoys",
        "score of the true root",
        "A ridge \u03bb keeps s\u00b2v / (s\u00b2v + \u03bb) of a direction of variance v.",
    ),
    "samples": (
        "too few samples",
        "samples, for 64 activations",
        "mean score of bits that do not matter",
        "Of pure noise 65/n is explained, and all of it if n is at most 65: refused.",
    ),
    "noise": (
        "the labels are noisy",
        "labels flipped",
        "score of the true root",
        "Every score shrinks by the factor (1 \u2212 2 noise)\u00b2.",
    ),
    "beam": (
        "the beam is too narrow",
        "clauses of each length",
        "agreement with the planted tree",
        "Line: for how many of the networks no clause of the tree ranks lower than that.",
    ),
    "depth": (
        "the depth allowed is too small",
        "depth, of 5",
        "agreement with the planted tree",
        "At most 1/2 + 2^depth / 64.",
    ),
    "leaves": (
        "too few leaves are allowed",
        "leaves, of 32",
        "agreement with the planted tree",
        "At most 1/2 + leaves/64.",
    ),
    "training": (
        "the network is not trained to the end",
        "steps of training",
        "agreement with the network",
        "Line: how often the planted tree agrees with the network.",
    ),
    "outputs only": (
        "no activations: raw bits in their place",
        "bits of a parity",
        "agreement with the planted tree",
        "Raw bits know nothing of parities: a coin, unless counting pairs of bits finds it.",
    ),
    "distribution": (
        "probed on a part of the inputs only",
        "bits that were fixed",
        "agreement with the planted tree, everywhere",
        "1/2 + 1/2^(bits + 1) everywhere, although it is 1 on the inputs that were probed.",
    ),
}


def failure_gallery(
    rows: Sequence[Mapping[str, Any]], checks: Sequence[str], *, name: str
) -> MovingFigure:
    """Show what happened when a hypothesis was broken, and which checks noticed.

    Parameters
    ----------
    rows : the results of ``studies/failures.py``: for each mode, level and network what was
        `predicted` and `observed`, whether the tree was `exact`, and the `alarms`; or `refused`
    checks : the names of all checks, in the order in which they are shown
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If a row has a mode or an alarm that is not known.

    Examples
    --------
    >>> row = {"mode": "noise", "level": 0.1, "predicted": 0.5, "observed": 0.5}
    >>> rows = [row | {"exact": True, "alarms": ["labels"]}]
    >>> failure_gallery(rows, ["labels"], name="demo").data["modes"][0]["levels"]
    [{'level': 0.1, 'refused': 0, 'predicted': 0.5, 'dots': [[0.5, 1]], 'alarms': [1], 'any': 1}]
    """
    unknown = {row["mode"] for row in rows} - set(MODES)
    unknown |= {alarm for row in rows for alarm in row["alarms"]} - set(checks)
    if unknown:
        raise ValueError(f"the figure does not know {sorted(unknown)}")
    modes = []
    for mode, (title, what, quantity, theory) in MODES.items():
        own = [row for row in rows if row["mode"] == mode]
        levels = []
        for level in dict.fromkeys(row["level"] for row in own):
            group = [row for row in own if row["level"] == level]
            seen = [row for row in group if "refused" not in row]
            levels.append(
                {
                    "level": level,
                    "refused": len(group) - len(seen),
                    "predicted": round(sum(row["predicted"] for row in group) / len(group), 4),
                    "dots": [[round(row["observed"], 4), int(row["exact"])] for row in seen],
                    "alarms": [sum(check in row["alarms"] for row in seen) for check in checks],
                    "any": sum(bool(row["alarms"]) for row in seen),
                }
            )
        if levels:
            modes.append(
                {
                    "mode": mode,
                    "title": title,
                    "what": what,
                    "quantity": quantity,
                    "theory": theory,
                    "levels": levels,
                }
            )
    return MovingFigure(
        name=name,
        label=(
            "A gallery of failures: one hypothesis is broken, more and more. A curve shows what "
            "theory predicts, dots what was observed, and lamps which checks raise an alarm."
        ),
        script="failure_gallery",
        data={"modes": modes, "checks": list(checks)},
    )
