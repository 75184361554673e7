"""Reductions: functions that turn one kind of object into another, with what is preserved.

Others stand where they belong: `Junta.tree` (junta to tree), `tree_network` (tree to network) and
`dnf_network` (DNF to network).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from pacdistill.cube import Clause
from pacdistill.reductions.formulas import CNF

__all__ = ["guard", "hitting_set_sample", "majority_gadget"]


def guard(formula: CNF, variable: int) -> CNF:
    """Return "the formula, and x_variable", which is 0 somewhere (`prop-cnf-constant`).

    So with a variable that the formula does not have it equals a constant everywhere if and only
    if the formula is unsatisfiable.

    Raises
    ------
    ValueError
        If the formula has the variable.

    Examples
    --------
    >>> print(guard(CNF((Clause(((0, 1), (1, 0))),)), 2))
    (x0 or not x1) and (x2)
    """
    _check_fresh(formula, variable)
    return CNF((*formula.clauses, Clause(((variable, 1),))))


def majority_gadget(formula: CNF, n: int) -> CNF:
    """Return a CNF of n + 2 variables whose majority tells whether a formula is satisfiable.

    It is (y or formula) and (not y or x_0 or ... or x_(n-1) or z), with y the variable n and z the
    variable n + 1, and is 1 at 2^(n+1) - 1 + 2 s of the 2^(n+2) points, where s is the number of
    points of {0,1}^n at which the formula is 1 (`thm-exact-vs-pac`).

    Parameters
    ----------
    formula : over the variables 0 to n - 1
    n : the number of its variables

    Raises
    ------
    ValueError
        If the formula has a variable n or higher.

    Examples
    --------
    >>> print(majority_gadget(CNF((Clause(((0, 1),)),)), 1))
    (x0 or x1) and (x0 or not x1 or x2)
    """
    _check_fresh(formula, *range(n, 1 + max(_variables(formula), default=n)))
    guarded = [clause.extend(n, 1) for clause in formula.clauses]
    last = Clause((*((i, 1) for i in range(n)), (n, 0), (n + 1, 1)))
    return CNF((*guarded, last))


def _variables(formula: CNF) -> set[int]:
    return {variable for clause in formula.clauses for variable in clause.variables}


def _check_fresh(formula: CNF, *variables: int) -> None:
    """Raise where a variable that is to be new is in the formula already."""
    old = sorted(_variables(formula) & set(variables))
    if old:
        raise ValueError(f"the formula has the variables {old} already; choose others for the new")


def hitting_set_sample(
    sets: Sequence[Iterable[int]], d: int
) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Return the distribution on which to distill OR into a small junta is to hit all sets.

    It is uniform on the rows: the point 0 and the indicator of each set (`thm-hitting-set`).

    Parameters
    ----------
    sets : distinct nonempty sets of bits from 0 to d - 1
    d : number of bits

    Returns
    -------
    X : array of shape (m + 1, d), the points, for m sets
    y : array of shape (m + 1,), their labels by OR: 0 at the first and 1 elsewhere

    Raises
    ------
    ValueError
        If there is no set, one is empty, one stands twice, or one has a bit that is not there.

    Examples
    --------
    >>> X, y = hitting_set_sample([{0, 1}, {1, 2}], d=3)
    >>> X.tolist(), y.tolist()
    ([[0, 0, 0], [1, 1, 0], [0, 1, 1]], [0, 1, 1])
    """
    members = [frozenset(each) for each in sets]
    if not members or frozenset() in members or len(set(members)) < len(members):
        raise ValueError(
            "a hitting set is asked for one or more sets, distinct and not empty, but they are "
            f"{[sorted(each) for each in members]}"
        )
    outside = sorted(i for i in frozenset.union(*members) if not 0 <= i < d)
    if outside:
        raise ValueError(f"the sets hold bits from 0 to {d - 1}, but also {outside}")
    X = np.zeros((len(members) + 1, d), dtype=np.uint8)
    for row, each in enumerate(members, start=1):
        X[row, list(each)] = 1
    return X, X.max(axis=1).astype(np.int8)
