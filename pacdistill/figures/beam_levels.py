"""A moving figure: the search for clauses level by level, and the tree that comes of it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from pacdistill.cube import Clause, check_labels, enumerate_cube
from pacdistill.extraction.probe import ProbeBasis, clause_scores
from pacdistill.figures.moving import MovingFigure
from pacdistill.ties import rank, rounded
from pacdistill.tree import DecisionTree

__all__ = ["beam_levels"]


def beam_levels(
    basis: ProbeBasis, y: NDArray[np.int8], tree: DecisionTree, *, name: str
) -> MovingFigure:
    """Show which clauses a beam or a threshold keeps, level by level, and the best tree of them.

    The page has the score of every clause shorter than the tree is deep, runs the search at any
    width, and then the dynamic program on all points.

    Parameters
    ----------
    basis : the factorized features of all points of the cube, in the order of `enumerate_cube`
    y : the labels of these points
    tree : the secret, of depth 2 to 4, whose own clauses are marked
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If the points are not those of a cube of 3 to 10 bits, or the tree is not as deep as that.

    Examples
    --------
    >>> from pacdistill import parity_tree, tree_network
    >>> from pacdistill.extraction import probe_basis
    >>> X, tree = enumerate_cube(4), parity_tree((1, 3))
    >>> basis = probe_basis(tree_network(tree, 4).activations(X), ridge=0)
    >>> figure = beam_levels(basis, tree.predict(X), tree, name="demo")
    >>> figure.data["levels"][0][:2], figure.data["own"]
    ([[3, 1.0], [6, 1.0]], [0, 3, 6])
    """
    n = len(basis.columns)
    d = n.bit_length() - 1
    if n != 2**d or not 3 <= d <= 10 or not 2 <= tree.depth <= 4 or max(tree.variables) >= d:
        raise ValueError(
            "the figure shows all points of a cube of 3 to 10 bits and a tree of depth 2 to 4 on "
            f"them, but there are {n} points and the tree has depth {tree.depth} and tests "
            f"{tree.variables}"
        )
    X = enumerate_cube(d)
    levels: list[list[list[float]]] = []
    for length in range(1, tree.depth):
        scores: dict[Clause, float] = {}
        for variables in combinations(range(d), length - 1):
            for values in range(2 ** (length - 1)):
                parent = Clause(tuple((i, values >> k & 1) for k, i in enumerate(variables)))
                found, _ = clause_scores(basis, X, np.flatnonzero(parent.holds(X)))
                for i in set(range(d)) - set(variables):
                    for value in (0, 1):
                        scores[parent.extend(i, value)] = float(found[value, i])
        clauses = sorted(scores)
        ranked = [clauses[k] for k in rank([scores[clause] for clause in clauses])]
        levels.append([[_code(clause), rounded(scores[clause], 4)] for clause in ranked])
    inside = zip(tree.clauses(), tree.is_leaf, strict=True)
    return MovingFigure(
        name=name,
        label=(
            f"The scores of all clauses of up to {tree.depth - 1} of {d} bits, sorted, level by "
            "level. A slider sets how many are kept; below, what became of the clauses of the "
            "secret tree, and how often the best tree made of kept clauses errs."
        ),
        script="beam_levels",
        data={
            "d": d,
            "depth": tree.depth,
            "labels": "".join(str(int(label)) for label in check_labels(y, n)),
            "levels": levels,
            "own": sorted((_code(c) for c, leaf in inside if not leaf), key=_length_first),
        },
    )


def _code(clause: Clause) -> int:
    """Return a clause as a number with a digit to base 3 for each variable: 0 if it is free."""
    return sum((value + 1) * 3**variable for variable, value in clause.literals)


def _length_first(code: int) -> tuple[int, int]:
    digits, rest = 0, code
    while rest:
        digits += rest % 3 > 0
        rest //= 3
    return digits, code
