"""Formulas: disjunctions of conjunctions (DNF) and conjunctions of disjunctions (CNF)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pacdistill.cube import Clause, check_cube

__all__ = ["CNF", "DNF"]


@dataclass(frozen=True)
class DNF:
    """A disjunction of terms: its label is 1 where all literals of some term hold.

    Parameters
    ----------
    terms : clauses, each a conjunction of its literals; no term gives the constant 0, and a term
        without literals the constant 1

    Examples
    --------
    >>> formula = DNF((Clause(((0, 1), (1, 1))), Clause(((2, 0),))))
    >>> print(formula)
    (x0 and x1) or (not x2)
    >>> formula.predict([[1, 1, 1], [0, 0, 1], [0, 0, 0]])
    array([1, 0, 1], dtype=int8)
    """

    terms: tuple[Clause, ...]

    def __str__(self) -> str:
        return _write(self.terms, " and ", " or ", "0", "1")

    def __len__(self) -> int:
        return len(self.terms)

    def predict(self, X: ArrayLike) -> NDArray[np.int8]:
        """Return the label of each row of X, of shape (n, d)."""
        points = check_cube(X)
        label = np.zeros(len(points), dtype=np.bool_)
        for term in self.terms:
            label |= term.holds(points)
        return label.astype(np.int8)


@dataclass(frozen=True)
class CNF:
    """A conjunction of disjunctions: its label is 1 where in each some literal holds.

    Parameters
    ----------
    clauses : each read as a *disjunction* of its literals (elsewhere in this book a `Clause` is a
        conjunction); no clause gives the constant 1, and a clause without literals the constant 0

    Examples
    --------
    >>> formula = CNF((Clause(((0, 1), (1, 1))), Clause(((2, 0),))))
    >>> print(formula)
    (x0 or x1) and (not x2)
    >>> formula.predict([[1, 1, 1], [0, 1, 0], [0, 0, 0]])
    array([0, 1, 0], dtype=int8)
    """

    clauses: tuple[Clause, ...]

    def __str__(self) -> str:
        return _write(self.clauses, " or ", " and ", "1", "0")

    def __len__(self) -> int:
        return len(self.clauses)

    def predict(self, X: ArrayLike) -> NDArray[np.int8]:
        """Return the label of each row of X, of shape (n, d)."""
        points = check_cube(X)
        label = np.ones(len(points), dtype=np.bool_)
        for clause in self.clauses:
            label &= ~negate(clause).holds(points)
        return label.astype(np.int8)


def negate(clause: Clause) -> Clause:
    """Return the clause with the opposite literals.

    Where all of these hold, none of the clause's does: so the negation of a conjunction is the
    disjunction of the opposite literals, and the other way round.
    """
    return Clause(tuple((variable, 1 - value) for variable, value in clause.literals))


def _write(clauses: tuple[Clause, ...], inner: str, outer: str, empty: str, always: str) -> str:
    """Write a formula whose clauses join literals by `inner`, and are joined by `outer`."""

    def write(clause: Clause) -> str:
        literals = [f"{'' if value else 'not '}x{variable}" for variable, value in clause.literals]
        return f"({inner.join(literals)})" if literals else always

    return outer.join(map(write, clauses)) or empty
