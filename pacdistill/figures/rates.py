"""A moving figure: three prices of distillation, 1, 1/eps and 1/eps^2, and the last one played."""

from __future__ import annotations

from collections.abc import Mapping

from pacdistill.figures.moving import MovingFigure
from pacdistill.samples.complexity import SampleComplexity

__all__ = ["rate_explorer"]

INSTANCES = ("coin", "rare", "agnostic")


def rate_explorer(
    measured: Mapping[tuple[str, float, float], SampleComplexity],
    *,
    name: str,
    eps: float = 1 / 16,
    delta: float = 0.05,
) -> MovingFigure:
    """Show how many samples three distillers of the zero function need, and toss the last coin.

    The page computes all bounds and the exact numbers itself, at the eps and delta that the reader
    chooses; only the measured intervals are data.

    Parameters
    ----------
    measured : intervals by instance, eps and delta. The instances are ``coin`` (perfect, two
        points), ``rare`` (perfect, with a third point where both targets are right) and
        ``agnostic`` (two points). Their deltas, all below 1/4, are those the reader can choose
    name : of the figure, unique on its page
    eps : where the reader starts, between 1/64 and 2^-1.5
    delta : the same; one of those measured

    Raises
    ------
    ValueError
        If an instance is unknown, or a parameter is out of range.

    Examples
    --------
    >>> one = SampleComplexity(low=1, high=1, failures={1: 0}, trials=100)
    >>> rate_explorer({("coin", 1 / 4, 0.05): one}, name="demo").data["measured"]
    [['coin', 0.25, 0.05, 1, 1]]
    """
    deltas = sorted({key[2] for key in measured})
    unknown = {key[0] for key in measured} - set(INSTANCES)
    if unknown:
        raise ValueError(f"the instances are {INSTANCES}, but {sorted(unknown)} was measured")
    if delta not in deltas or not all(0 < each < 1 / 4 for each in deltas):
        raise ValueError(
            f"delta has to be one of those measured, all between 0 and 1/4, but delta = {delta} "
            f"and those measured are {deltas}"
        )
    if not 1 / 64 <= eps <= 2**-1.5:
        raise ValueError(f"the figure shows 1/64 <= eps <= 2^-1.5, but eps = {eps}")
    return MovingFigure(
        name=name,
        label=(
            "Three distillation problems and the number of samples that each needs, against one "
            "over epsilon: a constant, a line of slope one and a line of slope two. A button "
            "tosses the coin of the third problem."
        ),
        script="rates",
        data={
            "deltas": deltas,
            "eps": eps,
            "delta": delta,
            "measured": [[*key, found.low, found.high] for key, found in sorted(measured.items())],
        },
    )
