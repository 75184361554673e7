"""A moving figure: how often many heads are tossed, and what four inequalities say about it."""

from __future__ import annotations

from pacdistill.figures.moving import MovingFigure

__all__ = ["tail_explorer"]

MOST = 400
STEP = 10


def tail_explorer(
    *, coins: int = 100, percent: int = 50, threshold: int = 70, name: str
) -> MovingFigure:
    """Show the tail of a binomial distribution beside Markov, Chebyshev, Hoeffding and Chernoff.

    The page computes the tail and the bounds itself, for any number of coins, any bias and any
    threshold that the reader sets, and also for coins that are glued together, where the
    inequalities that assume independence fail.

    Parameters
    ----------
    coins : at the start, a multiple of 10 and at most 400
    percent : how often a coin shows heads at the start, from 1 to 99
    threshold : number of heads at the start, from 1 to the number of coins
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If the figure cannot start there.

    Examples
    --------
    >>> tail_explorer(name="tails").data["threshold"]
    70
    """
    if coins not in range(STEP, MOST + 1, STEP):
        raise ValueError(f"the figure has 10, 20, ... or {MOST} coins, but coins = {coins}")
    if percent not in range(1, 100) or threshold not in range(1, coins + 1):
        raise ValueError(
            "1 <= percent <= 99 and 1 <= threshold <= coins are needed, but "
            f"percent = {percent}, threshold = {threshold} and coins = {coins}"
        )
    return MovingFigure(
        name=name,
        label=(
            f"The probability that {coins} coins show at least {threshold} heads, computed exactly "
            "and bounded by the inequalities of Markov, Chebyshev, Hoeffding and Chernoff. Set "
            "the number of coins, their bias, the threshold, and which coins are glued together."
        ),
        script="tails",
        data={
            "coins": coins,
            "percent": percent,
            "threshold": threshold,
            "most": MOST,
            "step": STEP,
        },
    )
