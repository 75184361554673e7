"""From a network to a tree, in one call."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from pacdistill.cube import Clause, check_cube
from pacdistill.dynamic import FrontierPoint, best_trees
from pacdistill.literals import Literals
from pacdistill.probe import check_ridge, probe_basis
from pacdistill.rules import RuleTree
from pacdistill.search import SearchResult, beam_search, twisted_search
from pacdistill.source import Source, read_activations, read_labels
from pacdistill.table import as_table
from pacdistill.tree import DecisionTree

__all__ = ["Extraction", "Fidelity", "Seconds", "extract_tree", "measure_fidelity"]

HELD_OUT = 0.2


@dataclass(frozen=True)
class Fidelity:
    """How often a tree and a source agree, measured on inputs that the search did not see.

    Parameters
    ----------
    estimate : the fraction of the inputs on which they agree
    low, high : an exact (Clopper-Pearson) confidence interval for the probability of agreement
    confidence : of the interval
    inputs : how many inputs were compared
    """

    estimate: float
    low: float
    high: float
    confidence: float
    inputs: int


@dataclass(frozen=True)
class Seconds:
    """How long each stage of an extraction took, in seconds; 0 for a stage that was not needed."""

    labels: float = 0.0
    activations: float = 0.0
    factorization: float = 0.0
    search: float = 0.0
    dynamic_program: float = 0.0
    fidelity: float = 0.0


@dataclass(frozen=True)
class Extraction:
    """A tree that was read out of a source, and what it cost.

    Parameters
    ----------
    tree : the tree with the fewest errors on the sample; of several, one with the fewest leaves
    fidelity : its agreement with the source on fresh inputs
    frontier : the best tree of every size, by the dynamic program
    probes : number of linear probes
    samples : number of inputs whose labels and activations the search used
    seconds : time of each stage
    """

    tree: DecisionTree
    fidelity: Fidelity
    frontier: tuple[FrontierPoint, ...]
    probes: int
    samples: int
    seconds: Seconds

    def __str__(self) -> str:
        f = self.fidelity
        return (
            f"a tree of {self.tree.size} leaves and depth {self.tree.depth}\n"
            f"agrees with the source on {f.estimate:.4f} of {f.inputs:,} fresh inputs "
            f"({100 * f.confidence:g}% interval {f.low:.4f} to {f.high:.4f})\n"
            f"from {self.samples:,} samples and {self.probes:,} probes"
        )


def extract_tree(
    source: Source,
    X: Any,
    *,
    depth: int,
    search: Literal["twisted", "beam"] = "twisted",
    beam: int = 200,
    counted: int = 2,
    ridge: float = 1e-4,
    max_size: int | None = None,
    fresh: Any = None,
    confidence: float = 0.95,
    progress: bool = False,
    literals: Literals | None = None,
) -> Extraction:
    """Extract a decision tree from a model's labels and activations on unlabeled inputs.

    The labels come from the source, and no other query is made. The activations are factorized
    once; a search proposes clauses; a dynamic program finds the best tree of every size among
    them.

    Parameters
    ----------
    source : anything with ``labels(X)`` and ``activations(X)``; see `Source`
    X : unlabeled inputs from the distribution of interest, shape (n, d), entries 0 and 1; the
        rows are taken to be an independent sample, so shuffle a table that is sorted
    depth : the largest number of tests on a path, at least 1
    search : "twisted" (which variable does the function turn on inside a clause?) or "beam"
        (which clauses are represented at all? following [Boi24])
    beam : how many clauses of each length the beam keeps, at least 1; unused by "twisted"
    counted : how many tests at the end of a path the twisted search finds by counting labels, 0 to
        2; it saves probes
    ridge : of the probes, relative to the mean squared norm of a feature
    max_size : the largest number of leaves; 2^depth, but no more than 256, if not given
    fresh : more unlabeled inputs, on which the fidelity is measured; if not given, the last
        fifth of X is held out for it and the search sees the rest only
    confidence : of the fidelity's interval
    progress : show a bar
    literals : questions about a raw table, by `make_literals`. If given, X and `fresh` are raw
        tables (arrays or data frames): the source is asked on their rows, the search works on the
        answers to the literals, and the trees are `RuleTree`s, which predict on raw tables too

    Returns
    -------
    Extraction

    Raises
    ------
    TypeError
        If the source lacks one of its two methods.
    ValueError
        If an argument is out of range, X holds anything but 0 and 1, the source returns wrong
        shapes, labels or activations, or there are too few samples for the activations.

    Examples
    --------
    >>> from pacdistill import parity_tree, sample_cube, tree_network
    >>> secret = parity_tree((2, 3, 5, 7))
    >>> rng = np.random.default_rng(0)
    >>> result = extract_tree(tree_network(secret, d=20), sample_cube(2000, 20, rng), depth=4)
    >>> result.tree.equivalent(secret), result.probes
    (True, 58)
    """
    for name in ("labels", "activations"):
        if not callable(getattr(source, name, None)):
            raise TypeError(
                "a source has the methods labels(X) and activations(X), but "
                f"{type(source).__name__} has no {name}; wrap two functions in CallableSource"
            )
    table, points = _read_inputs(X, "X", literals)
    if depth < 1 or depth > points.shape[1]:
        raise ValueError(
            f"depth is the largest number of tests on a path, from 1 to d = {points.shape[1]}, "
            f"but depth = {depth}"
        )
    if beam < 1:
        raise ValueError(f"a beam keeps at least 1 clause of each length, but beam = {beam}")
    if search not in ("twisted", "beam"):
        raise ValueError(f"search is 'twisted' or 'beam', not {search!r}")
    if counted not in (0, 1, 2):
        raise ValueError(f"0, 1 or 2 tests are found by counting labels, but counted = {counted}")
    if max_size is None:
        max_size = 2 ** min(depth, 8)
    if max_size < 1:
        raise ValueError(f"a tree has at least 1 leaf, but max_size = {max_size}")
    check_ridge(ridge)
    _check_confidence(confidence)
    if fresh is None:
        held_out = int(HELD_OUT * len(points))
        if held_out == 0:
            raise ValueError(
                f"{len(points)} inputs are too few to hold some out and measure the fidelity; "
                "give at least 5, or others as `fresh`"
            )
        points, table, fresh_table = points[:-held_out], table[:-held_out], table[-held_out:]
    else:
        fresh_table, fresh_points = _read_inputs(fresh, "fresh", literals)
        if fresh_points.shape[1] != points.shape[1]:
            raise ValueError(
                f"X has {points.shape[1]} bits but fresh has {fresh_points.shape[1]}; "
                "both are inputs of the same source"
            )

    seconds: dict[str, float] = {}
    with _timed(seconds, "labels"):
        y = read_labels(source, table)
    found = SearchResult((Clause(),), 0)
    if y.min() != y.max():  # else the constant tree is the answer
        with _timed(seconds, "activations"):
            activations = read_activations(source, table)
        with _timed(seconds, "factorization"):
            basis = probe_basis(activations, ridge=ridge)
        with _timed(seconds, "search"):
            if search == "beam":
                found = beam_search(basis, points, depth=depth, width=beam, progress=progress)
            else:
                found = twisted_search(basis, points, y, depth=depth, counted=counted)
    with _timed(seconds, "dynamic_program"):
        frontier = best_trees(points, y, found.clauses, depth=depth, max_size=max_size)
    if literals is not None:
        frontier = tuple(
            replace(point, tree=RuleTree.of(point.tree, literals)) for point in frontier
        )
    tree = frontier[-1].tree
    with _timed(seconds, "fidelity"):
        fidelity = measure_fidelity(tree, source, fresh_table, confidence=confidence)
    return Extraction(tree, fidelity, frontier, found.probes, len(points), Seconds(**seconds))


def _read_inputs(X: Any, name: str, literals: Literals | None) -> tuple[Any, NDArray[np.uint8]]:
    """Return the table that the source is asked about and the bits that the search works on."""
    if literals is None:
        points = check_cube(X, name)
        return points, points
    table = as_table(X)
    return table, literals.encode(table)


def measure_fidelity(
    tree: DecisionTree, source: Source, X: Any, *, confidence: float = 0.95
) -> Fidelity:
    """Compare a tree with a source on inputs X, shape (n, d), that neither was fitted on.

    For a `RuleTree`, X is a raw table.

    Raises
    ------
    ValueError
        If `confidence` is not strictly between 0 and 1.

    Examples
    --------
    >>> from pacdistill import sample_cube, tree_network
    >>> tree = DecisionTree.split(1, DecisionTree.leaf(0), DecisionTree.leaf(1))
    >>> X = sample_cube(1000, 3, np.random.default_rng(0))
    >>> fidelity = measure_fidelity(tree, tree_network(tree, d=3), X)
    >>> fidelity.estimate, round(fidelity.low, 4)
    (1.0, 0.9963)
    """
    _check_confidence(confidence)
    agree = int((tree.predict(X) == read_labels(source, X)).sum())
    interval = binomtest(agree, len(X)).proportion_ci(confidence, method="exact")
    return Fidelity(agree / len(X), interval.low, interval.high, confidence, len(X))


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is strictly between 0 and 1, but it is {confidence}")


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start
