"""From a network to a tree, in one call."""

from __future__ import annotations

import operator
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, entropy

from pacdistill.blocks import row_blocks
from pacdistill.cube import Clause, check_cube
from pacdistill.dynamic import FrontierPoint, best_trees_within
from pacdistill.literals import Literals
from pacdistill.probe import ProbeBasis, check_norm_bound, check_ridge, probe_basis
from pacdistill.rules import RuleTree
from pacdistill.search import SearchResult, beam_search, widest_level
from pacdistill.source import Source, read_activations, read_labels
from pacdistill.table import as_table
from pacdistill.tree import DecisionTree
from pacdistill.twisted import twisted_search

__all__ = ["Extraction", "Fidelity", "Seconds", "extract_tree", "measure_fidelity"]

HELD_OUT = 0.2
DEFAULT_BEAM = 200
MAX_DEFAULT_SIZE = 256


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
    tree : the tree of the frontier with the fewest errors; if the depth was not given, the one
        that describes the labels in the fewest bits, tree and errors together [QuinlanRivest89]:
        where no tree explains all labels, a deeper one always has fewer errors
    fidelity : its agreement with the source on fresh inputs
    frontier : the best tree of every size, by the dynamic program
    probes : number of linear probes
    samples : number of inputs whose labels and activations the search used
    seconds : time of each stage
    complete : False if the search or the dynamic program was cut by `max_seconds`, or the search
        by its limit of probes, so that a longer one might find a better tree
    """

    tree: DecisionTree
    fidelity: Fidelity
    frontier: tuple[FrontierPoint, ...]
    probes: int
    samples: int
    seconds: Seconds
    complete: bool = True

    def __str__(self) -> str:
        f = self.fidelity
        return (
            f"a tree of {self.tree.size} leaves and depth {self.tree.depth}\n"
            f"agrees with the source on {f.estimate:.4f} of {f.inputs:,} fresh inputs "
            f"({100 * f.confidence:g}% interval {f.low:.4f} to {f.high:.4f})\n"
            f"from {self.samples:,} samples and {self.probes:,} probes"
            + ("" if self.complete else "\n(the search was cut short: this is the best so far)")
        )


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
    for name in ("labels", "activations"):
        if not callable(getattr(source, name, None)):
            raise TypeError(
                "a source has the methods labels(X) and activations(X), but "
                f"{type(source).__name__} has no {name}; wrap two functions in CallableSource, a "
                "torch module in TorchSource or a scikit-learn model in SklearnSource"
            )
    if search not in ("twisted", "beam"):
        raise ValueError(f"search is 'twisted' or 'beam', not {search!r}")
    if counted not in (0, 1, 2):
        raise ValueError(f"0, 1 or 2 tests are found by counting labels, but counted = {counted}")
    if not max_seconds > 0:
        raise ValueError(f"max_seconds must be above 0, but it is {max_seconds}")
    if _whole("batch", batch) < 1:
        raise ValueError(f"the source is asked about at least 1 input at once, but batch = {batch}")
    if max_size is not None and _whole("max_size", max_size) < 1:
        raise ValueError(f"a tree has at least 1 leaf, but max_size = {max_size}")
    check_ridge(ridge)
    check_norm_bound(norm_bound)
    _check_confidence(confidence)
    table, points = _read_inputs(X, "X", literals)
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
    _check_depth(depth, search, points.shape[1])
    width = _beam_width(beam, depth, points.shape[1])

    seconds: dict[str, float] = {}
    with _timed(seconds, "labels"):
        y = np.concatenate([read_labels(source, part) for part in _parts(table, batch)])
    found = SearchResult((Clause(),), probes=0, depth=depth or 0)
    if y.min() != y.max():  # else the constant tree is the answer
        if depth is not None and 2**depth > len(y):
            raise ValueError(
                f"a clause of depth = {depth} literals holds at fewer than one of {len(y)} samples "
                f"(n / 2^depth = {len(y) / 2**depth:.2g}), so its label would be a guess; take "
                "more samples or a smaller depth"
            )
        with _storage(folder) as storage:
            with _timed(seconds, "activations"):
                activations = _read_all(source, table, batch, storage)
            with _timed(seconds, "factorization"):
                basis = probe_basis(
                    activations[:, 1:], ridge=ridge, norm_bound=norm_bound, out=activations
                )
            with _timed(seconds, "search"):
                left = max(0.0, max_seconds - (time.perf_counter() - start)) / 2
                found = _search(
                    search,
                    basis,
                    points,
                    y,
                    depth,
                    width,
                    counted,
                    left,
                    centered=literals is not None,
                    progress=progress,
                )
            del activations, basis
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
    n, d = points.shape
    tree = frontier[-1].tree if depth is not None else _shortest(frontier, n, d).tree
    with _timed(seconds, "fidelity"):
        fidelity = measure_fidelity(tree, source, fresh_table, confidence=confidence, batch=batch)
    return Extraction(
        tree,
        fidelity,
        frontier,
        found.probes,
        len(points),
        Seconds(**seconds),
        complete and found.complete,
    )


def _search(
    search: str,
    basis: ProbeBasis,
    points: NDArray[np.uint8],
    y: NDArray[np.int8],
    depth: int | None,
    width: int,
    counted: int,
    max_seconds: float,
    *,
    centered: bool,
    progress: bool,
) -> SearchResult:
    if depth is not None and search == "beam":
        return beam_search(
            basis, points, depth=depth, width=width, max_seconds=max_seconds, progress=progress
        )
    return twisted_search(
        basis,
        points,
        y,
        depth=depth,
        counted=counted,
        centered=centered,
        max_seconds=max_seconds,
        progress=progress,
    )


def _shortest(frontier: tuple[FrontierPoint, ...], n: int, d: int) -> FrontierPoint:
    """Return the tree that describes n labels in the fewest bits, itself and its errors.

    A test is one of d variables, each node is a test or a leaf, and each leaf has a label.
    """

    def bits(point: FrontierPoint) -> float:
        tests, wrong = point.size - 1, point.errors / n
        uncertain = entropy([wrong, 1 - wrong], base=2)
        return float(tests * np.log2(d) + 2 * tests + 1 + point.size + n * uncertain)

    return min(frontier, key=bits)


def _whole(name: str, value: Any) -> int:
    """Return a number that counts something, or say that it is not whole."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} counts something and is an integer, not {value!r}") from None


def _check_depth(depth: int | None, search: str, d: int) -> None:
    if depth is None:
        if search == "beam":
            raise ValueError(
                "the beam needs a depth: the clauses that it keeps do not tell how deep the tree "
                "is. Give one, or use search='twisted', which finds it"
            )
        return
    if not 1 <= _whole("depth", depth) <= d:
        raise ValueError(
            f"depth is the largest number of tests on a path, from 1 to d = {d}, "
            f"but depth = {depth}"
        )


def _beam_width(beam: int | None, depth: int | None, d: int) -> int:
    """Return the width of the beam, which no level of the search can exceed."""
    candidates = widest_level(1 if depth is None else depth, d)
    if beam is None:
        return min(DEFAULT_BEAM, candidates)
    if _whole("beam", beam) < 1:
        raise ValueError(f"a beam keeps at least 1 clause of each length, but beam = {beam}")
    if depth is not None and beam > candidates:
        raise ValueError(
            f"beam = {beam} is more than the {candidates} clauses that there are of any length "
            f"below depth {depth} on {d} bits; a smaller beam already keeps them all"
        )
    return beam


def _read_inputs(X: Any, name: str, literals: Literals | None) -> tuple[Any, NDArray[np.uint8]]:
    """Return the table that the source is asked about and the bits that the search works on."""
    if literals is None:
        points = check_cube(X, name)
        return points, points
    table = as_table(X)
    return table, literals.encode(table)


def _parts(table: Any, batch: int) -> Iterator[Any]:
    """Cut a table into parts of so many rows."""
    return (table[block] for block in row_blocks(len(table), batch))


@contextmanager
def _storage(folder: str | PathLike[str] | None) -> Iterator[Path | None]:
    """Make a temporary folder inside the given one, and remove it at the end."""
    if folder is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="pacdistill-", dir=folder) as inside:
        yield Path(inside)


def _read_all(source: Source, table: Any, batch: int, storage: Path | None) -> NDArray[np.float32]:
    """Read the activations part by part into one array, in memory or in a file.

    Its first column is left free, for `probe_basis` to turn the array into its columns in place.
    """
    stored, row = np.empty((0, 0), dtype=np.float32), 0
    for part in _parts(table, batch):
        read = read_activations(source, part)
        if row == 0:
            shape = (len(table), read.shape[1] + 1)
            precision = np.float32 if read.dtype == np.float32 else np.float64
            if storage is None:
                stored = np.empty(shape, dtype=precision)
            else:
                path = storage / "activations.npy"
                stored = np.lib.format.open_memmap(path, "w+", dtype=precision, shape=shape)
        elif read.shape[1] != stored.shape[1] - 1:
            raise ValueError(
                f"the source has {stored.shape[1] - 1} activations for the first rows, but "
                f"{read.shape[1]} for the rows from {row} on"
            )
        stored[row : row + len(part), 1:] = read
        row += len(part)
    return stored


def measure_fidelity(
    tree: DecisionTree, source: Source, X: Any, *, confidence: float = 0.95, batch: int = 65_536
) -> Fidelity:
    """Compare a tree with a source on inputs X, shape (n, d), that neither was fitted on.

    For a `RuleTree`, X is a raw table. The source is asked about `batch` rows at once.

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
    agree = sum(
        int((tree.predict(part) == read_labels(source, part)).sum()) for part in _parts(X, batch)
    )
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
