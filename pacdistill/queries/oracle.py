"""Membership queries: asked, checked, counted, and refused beyond a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pacdistill.cube import check_cube, check_labels

__all__ = ["MembershipOracle", "QueryBudgetError"]


class QueryBudgetError(RuntimeError):
    """The queries that were allowed do not suffice; what was found until then is not lost.

    Parameters
    ----------
    queries : how many labels were asked; the refused ones are not among them
    allowed : how many may be asked
    refused : how many labels were to be asked next
    found : what the distiller knew by then; its documentation says in which form
    """

    def __init__(self, queries: int, allowed: int, refused: int) -> None:
        super().__init__(
            f"the budget is {allowed:,} queries: {queries:,} are spent and {refused:,} more are "
            "asked for; allow more (max_queries), or see the attribute `found` of this error "
            "for what is known by now"
        )
        self.queries, self.allowed, self.refused = queries, allowed, refused
        self.found: Any = None


@contextmanager
def keeping(found: Callable[[], Any]) -> Iterator[None]:
    """Do a search, and where its budget ends, keep in the error what it knows by then.

    Parameters
    ----------
    found : returns what is known; it is asked only where the budget ends
    """
    try:
        yield
    except QueryBudgetError as error:
        error.found = found()
        raise


@dataclass
class MembershipOracle:
    """The label function of a source, whose queries are checked and counted.

    Parameters
    ----------
    labels : from X of shape (n, d) to labels 0 and 1 of shape (n,)
    max_queries : how many labels may be asked; any number if not given
    queries : how many were asked, counted with repetitions

    Raises
    ------
    QueryBudgetError
        At a call that would exceed `max_queries`; none of its labels is asked.
    ValueError
        At a call with a table that is no table of bits, or if `labels` returns a wrong shape or
        other labels than 0 and 1; if `max_queries` is negative.

    Examples
    --------
    >>> oracle = MembershipOracle(lambda X: X[:, 0], max_queries=3)
    >>> oracle([[0, 1], [1, 1]])
    array([0, 1], dtype=int8)
    >>> oracle.queries
    2
    >>> oracle([[0, 1], [1, 1]])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    pacdistill.queries.oracle.QueryBudgetError: the budget is 3 queries: 2 are spent and 2 more ...
    """

    labels: Callable[[NDArray[np.uint8]], ArrayLike]
    max_queries: int | None = None
    queries: int = 0

    def __post_init__(self) -> None:
        if self.max_queries is not None and self.max_queries < 0:
            raise ValueError(f"a budget is not negative, but max_queries = {self.max_queries}")

    def __call__(self, X: ArrayLike) -> NDArray[np.int8]:
        """Return the labels of the rows of X, of shape (n, d)."""
        points = check_cube(X)
        if self.max_queries is not None and self.queries + len(points) > self.max_queries:
            raise QueryBudgetError(self.queries, self.max_queries, len(points))
        self.queries += len(points)
        return check_labels(self.labels(points), len(points))
