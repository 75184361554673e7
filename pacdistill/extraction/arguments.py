"""What is wrong with the arguments of an extraction: each rule in a sentence."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pacdistill.cube import check_cube
from pacdistill.extraction.beam import widest_level
from pacdistill.extraction.fidelity import check_confidence
from pacdistill.extraction.probe import check_norm_bound, check_ridge
from pacdistill.tables.literals import Literals
from pacdistill.tables.table import as_table

__all__: list[str] = []

DEFAULT_BEAM = 200
HELD_OUT = 0.2


def whole(name: str, value: Any) -> int:
    """Return a number that counts something, or say that it is not whole."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} counts something and is an integer, not {value!r}") from None


def check_depth(depth: int | None, search: str, d: int) -> None:
    """Say what is wrong with a depth, or that the search needs one."""
    if depth is None:
        if search == "beam":
            raise ValueError(
                "the beam needs a depth: the clauses that it keeps do not tell how deep the tree "
                "is. Give one, or use search='twisted', which finds it"
            )
        return
    if not 1 <= whole("depth", depth) <= d:
        raise ValueError(
            f"depth is the largest number of tests on a path, from 1 to d = {d}, "
            f"but depth = {depth}"
        )


def beam_width(beam: int | None, depth: int | None, d: int) -> int:
    """Return the width of the beam, which no level of the search can exceed."""
    candidates = widest_level(1 if depth is None else depth, d)
    if beam is None:
        return min(DEFAULT_BEAM, candidates)
    if whole("beam", beam) < 1:
        raise ValueError(f"a beam keeps at least 1 clause of each length, but beam = {beam}")
    if depth is not None and beam > candidates:
        raise ValueError(
            f"beam = {beam} is more than the {candidates} clauses that there are of any length "
            f"below depth {depth} on {d} bits; a smaller beam already keeps them all"
        )
    return beam


def check_leaf(depth: int | None, n: int) -> None:
    """Say that n samples are too few for a clause of the depth to hold at one of them."""
    if depth is not None and 2**depth > n:
        raise ValueError(
            f"a clause of depth = {depth} literals holds at fewer than one of {n} samples "
            f"(n / 2^depth = {n / 2**depth:.2g}), so its label would be a guess; take "
            "more samples or a smaller depth"
        )


def check_source(source: Any) -> None:
    """Say which method a source lacks."""
    for name in ("labels", "activations"):
        if not callable(getattr(source, name, None)):
            raise TypeError(
                "a source has the methods labels(X) and activations(X), but "
                f"{type(source).__name__} has no {name}; wrap two functions in CallableSource, a "
                "torch module in TorchSource or a scikit-learn model in SklearnSource"
            )


def check_options(
    search: str,
    counted: int,
    max_seconds: float,
    batch: int,
    max_size: int | None,
    ridge: float,
    norm_bound: float | None,
    confidence: float,
) -> None:
    """Say what is wrong with an option of `extract_tree` that needs no inputs to be checked."""
    if search not in ("twisted", "beam"):
        raise ValueError(f"search is 'twisted' or 'beam', not {search!r}")
    if counted not in (0, 1, 2):
        raise ValueError(f"0, 1 or 2 tests are found by counting labels, but counted = {counted}")
    if not max_seconds > 0:
        raise ValueError(f"max_seconds must be above 0, but it is {max_seconds}")
    if whole("batch", batch) < 1:
        raise ValueError(f"the source is asked about at least 1 input at once, but batch = {batch}")
    if max_size is not None and whole("max_size", max_size) < 1:
        raise ValueError(f"a tree has at least 1 leaf, but max_size = {max_size}")
    check_ridge(ridge)
    check_norm_bound(norm_bound)
    check_confidence(confidence)


@dataclass(frozen=True, eq=False)
class Inputs:
    """What an extraction works on.

    Parameters
    ----------
    table : the rows that the source is asked about
    points : the same rows in bits, shape (n, d)
    fresh : the rows on which the fidelity is measured
    """

    table: Any
    points: NDArray[np.uint8]
    fresh: Any


def read_inputs(X: Any, fresh: Any, literals: Literals | None) -> Inputs:
    """Read the inputs; hold out the last fifth of X where no others measure the fidelity."""
    table, points = _read_table(X, "X", literals)
    if fresh is not None:
        fresh_table, fresh_points = _read_table(fresh, "fresh", literals)
        if fresh_points.shape[1] != points.shape[1]:
            raise ValueError(
                f"X has {points.shape[1]} bits but fresh has {fresh_points.shape[1]}; "
                "both are inputs of the same source"
            )
        return Inputs(table, points, fresh_table)
    held_out = int(HELD_OUT * len(points))
    if held_out == 0:
        raise ValueError(
            f"{len(points)} inputs are too few to hold some out and measure the fidelity; "
            "give at least 5, or others as `fresh`"
        )
    return Inputs(table[:-held_out], points[:-held_out], table[-held_out:])


def _read_table(X: Any, name: str, literals: Literals | None) -> tuple[Any, NDArray[np.uint8]]:
    """Return the table that the source is asked about and the bits that the search works on."""
    if literals is None:
        points = check_cube(X, name)
        return points, points
    table = as_table(X)
    return table, literals.encode(table)
