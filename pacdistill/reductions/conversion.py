"""From two formulas back to a tree: the converse of reading the formulas off a tree."""

from __future__ import annotations

from math import comb, floor, log

from pacdistill.cube import Clause
from pacdistill.reductions.formulas import CNF, DNF, negate
from pacdistill.tree import DecisionTree

__all__ = ["formulas_to_tree", "formulas_tree_leaves", "tree_to_cnf", "tree_to_dnf"]

Cubes = list[dict[int, int]]  # subcubes, each by the bits that it fixes
Possible = tuple[Cubes, Cubes]  # the terms, and where a clause is false, cut to the open bits


def formulas_to_tree(dnf: DNF, cnf: CNF) -> DecisionTree:
    """Make a decision tree of a function that is given by a DNF and by a CNF.

    Where a clause of the CNF is false is a subcube, like a term of the DNF, and each term
    conflicts with each of these subcubes. Every node takes the shortest of all that are still
    possible, of either kind, and tests the variable of it that rules out the most of the other
    kind (following [EhrenfeuchtHaussler89]; `formulas_tree_leaves` bounds the leaves).

    Parameters
    ----------
    dnf, cnf : two formulas of one function

    Returns
    -------
    a tree of that function

    Raises
    ------
    ValueError
        If the DNF is 1 and the CNF is 0 at some point, or if the search meets a point where it is
        the other way round. (It does not look for one: this is as hard as unsatisfiability.)

    Examples
    --------
    >>> x0, x1 = Clause(((0, 1),)), Clause(((1, 1),))
    >>> print(formulas_to_tree(DNF((Clause(((0, 1), (1, 1))),)), CNF((x0, x1))).to_text())
    if x0 = 0:
        return 0
    else:
        if x1 = 0:
            return 0
        else:
            return 1
    """
    ones = [dict(term.literals) for term in dnf.terms]
    zeros = [dict(negate(clause).literals) for clause in cnf.clauses]
    for one in ones:
        for zero in zeros:
            if not _conflicts(one, zero):
                raise ValueError(
                    f"the formulas differ: the DNF is 1 and the CNF is 0 where {_clause(one)} and "
                    f"{_clause(zero)}"
                )
    return DecisionTree.grow((ones, zeros), _test)


def _test(possible: Possible) -> int | tuple[int, Possible, Possible]:
    """Return the label of a node, or what it tests and the subcubes that are possible below."""
    ones, zeros = possible
    if not ones and not zeros:
        raise ValueError("the formulas differ: somewhere the DNF is 0 and the CNF is 1")
    if not ones or not zeros:
        return int(not zeros)
    shortest = min([*ones, *zeros], key=len)
    others = zeros if any(shortest is one for one in ones) else ones
    ruled_out = {i: sum(other.get(i, v) != v for other in others) for i, v in shortest.items()}
    variable = max(ruled_out, key=lambda i: ruled_out[i])
    zero, one = ((_restrict(ones, variable, v), _restrict(zeros, variable, v)) for v in (0, 1))
    return variable, zero, one


def _restrict(cubes: Cubes, variable: int, value: int) -> Cubes:
    """Keep the subcubes that a literal leaves possible, without that literal."""
    return [
        {i: v for i, v in cube.items() if i != variable}
        for cube in cubes
        if cube.get(variable, value) == value
    ]


def _conflicts(one: dict[int, int], other: dict[int, int]) -> bool:
    return any(other.get(i, v) != v for i, v in one.items())


def _clause(literals: dict[int, int]) -> Clause:
    return Clause(tuple(literals.items()))


def formulas_tree_leaves(d: int, terms: int, clauses: int) -> int:
    """Bound the leaves of `formulas_to_tree`: quasi-polynomial in the sizes (thm-dnf-cnf-tree).

    Parameters
    ----------
    d : number of variables in the formulas
    terms, clauses : of the DNF and of the CNF

    Raises
    ------
    ValueError
        If d is negative, or there is no term or no clause: the function is constant then.

    Examples
    --------
    >>> formulas_tree_leaves(100, 3, 3), formulas_tree_leaves(1000, 3, 12)
    (32, 16278)
    """
    if d < 0 or terms < 1 or clauses < 1:
        raise ValueError(
            f"d >= 0 and at least one term and one clause are needed, but d = {d}, "
            f"terms = {terms} and clauses = {clauses}"
        )
    width = (terms + clauses).bit_length() - 1
    good = floor(width * log(terms)) + floor(width * log(clauses)) + 1
    tests = min(d, terms + clauses - 1)
    return sum(comb(tests, i) for i in range(min(good, tests) + 1))


def tree_to_dnf(tree: DecisionTree) -> DNF:
    """Return the DNF of a tree: one term for each leaf of label 1, no longer than the depth.

    No two of its terms hold at the same point.

    Examples
    --------
    >>> from pacdistill import parity_tree
    >>> print(tree_to_dnf(parity_tree((0, 1))))
    (not x0 and x1) or (x0 and not x1)
    """
    return DNF(_leaf_clauses(tree, 1))


def tree_to_cnf(tree: DecisionTree) -> CNF:
    """Return the CNF of a tree: one clause for each leaf of label 0, no longer than the depth.

    Each clause says that the point does not reach its leaf.

    Examples
    --------
    >>> from pacdistill import parity_tree
    >>> print(tree_to_cnf(parity_tree((0, 1))))
    (x0 or x1) and (not x0 or not x1)
    """
    return CNF(tuple(negate(clause) for clause in _leaf_clauses(tree, 0)))


def _leaf_clauses(tree: DecisionTree, label: int) -> tuple[Clause, ...]:
    """Return the clauses of the leaves of a label."""
    at_leaf = zip(tree.clauses(), tree.label.tolist(), strict=True)
    return tuple(clause for clause, leaf in at_leaf if leaf == label)
