"""What the tables of studies are made of: groups of rows, and counts with their intervals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scipy.stats import binomtest

__all__ = ["exact_interval", "group_rows"]

Row = dict[str, Any]


def group_rows(rows: Iterable[Row], *names: str) -> list[tuple[Row, list[Row]]]:
    """Put rows together that have the same values of these names.

    Returns
    -------
    for each group, in the order of its first row, the values by their names and the rows; a row
    without one of the names has None there

    Examples
    --------
    >>> rows = [{"n": 1, "exact": True}, {"n": 2, "exact": True}, {"n": 1, "exact": False}]
    >>> for values, group in group_rows(rows, "n"):
    ...     print(values, [row["exact"] for row in group])
    {'n': 1} [True, False]
    {'n': 2} [True]
    """
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.get(name) for name in names), []).append(row)
    return [(dict(zip(names, key, strict=True)), group) for key, group in groups.items()]


def exact_interval(
    count: int, trials: int, *, confidence: float = 0.99, digits: int = 3
) -> dict[str, float]:
    """Return the interval of Clopper and Pearson for a probability, as columns of a table.

    Parameters
    ----------
    count : how often something happened
    trials : of how many independent trials; of none, the interval is all probabilities
    confidence : the probability that the interval holds what it should
    digits : to which it is rounded

    Examples
    --------
    >>> exact_interval(0, 60)
    {'low': 0.0, 'high': 0.085}
    """
    if trials == 0:
        return {"low": 0.0, "high": 1.0}
    found = binomtest(count, trials).proportion_ci(confidence, method="exact")
    return {"low": round(float(found.low), digits), "high": round(float(found.high), digits)}
