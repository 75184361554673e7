"""From a network to a tree, in one call."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from os import PathLike
from typing import Any, Literal

import numpy as np

from pacdistill.cube import Clause
from pacdistill.extraction.arguments import (
    beam_width,
    check_depth,
    check_leaf,
    check_options,
    check_source,
    read_inputs,
)
from pacdistill.extraction.beam import SearchResult, beam_search
from pacdistill.extraction.dynamic import best_trees_within
from pacdistill.extraction.fidelity import measure_fidelity
from pacdistill.extraction.probe import probe_basis
from pacdistill.extraction.reading import Reading, storage
from pacdistill.extraction.result import Extraction, Seconds, shortest
from pacdistill.extraction.source import Source, answers_both
from pacdistill.extraction.twisted import twisted_search
from pacdistill.tables.literals import Literals
from pacdistill.tables.rules import RuleTree

__all__ = ["extract_tree"]

MAX_DEFAULT_SIZE = 256


def extract_tree(
    source: Source,
    X: Any,
    *,
    depth: int | None = None,
    search: Literal["twisted", "beam"] = "twisted",
    literals: Literals | None = None,
    beam: int | None = None,
    counted: int = 2,
    ridge: float = 1e-4,
    norm_bound: float | None = None,
    max_size: int | None = None,
    fresh: Any = None,
    confidence: float = 0.95,
    max_seconds: float = np.inf,
    batch: int = 65_536,
    folder: str | PathLike[str] | None = None,
    progress: bool = False,
) -> Extraction:
    """Extract a decision tree from a model's labels and activations on unlabeled inputs.

    The labels come from the source, and it is asked about nothing but the given inputs. The
    activations are factorized once; a search proposes clauses; a dynamic program finds the best
    tree of every size among them.

    Parameters
    ----------
    source : anything with ``labels(X)`` and ``activations(X)``; see `Source`
    X : unlabeled inputs from the distribution of interest, shape (n, d), entries 0 and 1; the
        rows are taken to be an independent sample, so shuffle a table that is sorted
    depth : the largest number of tests on a path, at least 1; the twisted search finds it by
        itself if it is not given
    search : "twisted" (which variable does the function turn on inside a clause?) or "beam"
        (which clauses are represented at all? following [Boi24])
    literals : questions about a raw table, by `make_literals`. If given, X and `fresh` are raw
        tables (arrays or data frames): the source is asked on their rows, the search works on the
        answers to the literals, which are no fair coins, so that their signs are centered; and the
        trees are `RuleTree`s, which predict on raw tables too
    beam : how many clauses of each length the beam keeps, at least 1; 200, or all there are, if
        not given; unused by "twisted"
    counted : how many tests at the end of a path the twisted search finds by counting labels, 0 to
        2; it saves probes
    ridge : of the probes, relative to the mean squared norm of a feature
    norm_bound : the largest norm of a probe's weights, if they are to be bounded
    max_size : the largest number of leaves; 2^depth, but no more than 256, if not given
    fresh : more unlabeled inputs, on which the fidelity is measured; if not given, the last
        fifth of X is held out for it and the search sees the rest only
    confidence : of the fidelity's interval
    max_seconds : when to stop searching and return the best tree so far; half of what is left
        after the factorization is kept for the dynamic program
    batch : about how many inputs the source is asked at once, at least 1
    folder : where to keep the activations while they are needed, in a temporary file, if they do
        not fit the memory; X may be memory-mapped too
    progress : show a bar

    Returns
    -------
    Extraction

    Raises
    ------
    TypeError
        If the source lacks one of its two methods, or a number that counts is not whole.
    ValueError
        If an argument is out of range, X holds anything but 0 and 1, the source returns wrong
        shapes, labels or activations, or there are too few samples for the activations or the
        depth.

    Examples
    --------
    >>> from pacdistill import parity_tree, sample_cube, tree_network
    >>> secret = parity_tree((2, 3, 5, 7))
    >>> rng = np.random.default_rng(0)
    >>> result = extract_tree(tree_network(secret, d=20), sample_cube(2000, 20, rng))
    >>> result.tree.equivalent(secret), result.probes
    (True, 26)
    """
    start = time.perf_counter()
    check_source(source)
    check_options(search, counted, max_seconds, batch, max_size, ridge, norm_bound, confidence)
    given = read_inputs(X, fresh, literals)
    points, d = given.points, given.points.shape[1]
    check_depth(depth, search, d)
    width = beam_width(beam, depth, d)

    seconds: dict[str, float] = {}
    found = SearchResult((Clause(),), probes=0, depth=depth or 0)
    with storage(folder) as place:
        reading = Reading(source, given.table, batch, place)
        with _timed(seconds, "activations" if answers_both(source) else "labels"):
            y = reading.labels()
        if y.min() != y.max():  # else the constant tree is the answer
            check_leaf(depth, len(y))
            with _timed(seconds, "activations"):
                activations = reading.activations()
            with _timed(seconds, "factorization"):
                basis = probe_basis(
                    activations[:, 1:], ridge=ridge, norm_bound=norm_bound, out=activations
                )
            with _timed(seconds, "search"):
                left = max(0.0, max_seconds - (time.perf_counter() - start)) / 2
                if depth is not None and search == "beam":
                    found = beam_search(
                        basis,
                        points,
                        depth=depth,
                        width=width,
                        max_seconds=left,
                        progress=progress,
                    )
                else:
                    found = twisted_search(
                        basis,
                        points,
                        y,
                        depth=depth,
                        counted=counted,
                        centered=literals is not None,
                        max_seconds=left,
                        progress=progress,
                    )
            del activations, basis
        del reading  # which holds the activations: a file cannot be removed while it is in use
    with _timed(seconds, "dynamic_program"):
        size = min(2**found.depth, MAX_DEFAULT_SIZE) if max_size is None else max_size
        left = max_seconds - (time.perf_counter() - start)
        frontier, complete = best_trees_within(
            points, y, found.clauses, left, depth=found.depth, max_size=size
        )
    if literals is not None:
        frontier = tuple(
            replace(point, tree=RuleTree.of(point.tree, literals)) for point in frontier
        )
    best = frontier[-1] if depth is not None else shortest(frontier, len(y), d)
    with _timed(seconds, "fidelity"):
        fidelity = measure_fidelity(
            best.tree, source, given.fresh, confidence=confidence, batch=batch
        )
    return Extraction(
        best.tree,
        fidelity,
        frontier,
        found.probes,
        len(points),
        Seconds(**seconds),
        complete and found.complete,
    )


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
