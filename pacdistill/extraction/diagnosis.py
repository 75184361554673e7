"""What can be noticed from inside: is there a reason not to trust an extracted tree?

Nothing here knows the true tree. Each check compares a number with a threshold and says in a
sentence what it means. A check that is silent proves nothing, and none sees beyond the
distribution of the inputs that it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import entropy, fisher_exact

from pacdistill.cube import Clause, check_cube
from pacdistill.extraction.dynamic import FrontierPoint
from pacdistill.extraction.fidelity import measure_fidelity
from pacdistill.extraction.linear import fit_probes
from pacdistill.extraction.probe import ProbeBasis, probe_basis
from pacdistill.extraction.result import Extraction
from pacdistill.extraction.source import Source, read_both
from pacdistill.extraction.twisted import twisted_scores
from pacdistill.tables.rules import RuleTree
from pacdistill.ties import exceeds
from pacdistill.tree import DecisionTree

__all__ = ["Check", "Diagnosis", "diagnose"]

MOST_CLAUSES = 32  # of a tree that are probed
UNEXPLAINED = 0.005  # as the twisted search: fewer errors than that are not worth another leaf


@dataclass(frozen=True)
class Check:
    """One number, what it is compared with, and what that means.

    Parameters
    ----------
    name : of the check
    value : what was measured
    threshold : what it was compared with
    alarm : whether it is on the wrong side
    sentence : both in words
    """

    name: str
    value: float
    threshold: float
    alarm: bool
    sentence: str

    def __str__(self) -> str:
        return f"{'ALARM' if self.alarm else 'quiet'}  {self.name:14s} {self.sentence}"


@dataclass(frozen=True)
class Diagnosis:
    """The checks of an extraction.

    Parameters
    ----------
    checks : in the order in which they are made
    """

    checks: tuple[Check, ...]

    @property
    def alarms(self) -> tuple[str, ...]:
        """The names of the checks that raise an alarm."""
        return tuple(check.name for check in self.checks if check.alarm)

    def __getitem__(self, name: str) -> Check:
        """Return the check of a name."""
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(f"no check is called {name!r}; they are {[c.name for c in self.checks]}")

    def __str__(self) -> str:
        return "\n".join(map(str, self.checks))


def diagnose(
    extraction: Extraction,
    source: Source,
    X: Any,
    *,
    required: float = 0.99,
    confidence: float = 0.99,
    renamings: int = 49,
    ridge: float = 1e-4,
    norm_bound: float | None = None,
    seed: int = 0,
) -> Diagnosis:
    """Look for reasons not to trust an extraction, without the true tree.

    The eight checks, and when they raise an alarm:

    - *fidelity*: the lower confidence bound of the agreement on X is below what is required;
    - *overfitting*: the tree is right more often on its own sample than on X, significantly;
    - *representation*: probes fitted on the first half of X read the tree's clauses on the second
      no better than those of the same tree with its variables renamed at random, or hardly;
    - *root*: the twisted score of the variable at the tree's root does not exceed the noise (the
      centered score, where the tree asks literals);
    - *norm*: without ridge and norm bound the best variable at the root scores twice as much;
    - *samples*: there were fewer than ten samples for each activation, so that probes read at
      least a tenth of pure noise;
    - *search*: it was cut short, or the largest tree that was allowed is still the best and leaves
      labels unexplained;
    - *labels*: a linear readout of the activations disagrees with the labels more often than the
      required fidelity allows. So do labels with noise, and activations of the wrong layer.

    Parameters
    ----------
    extraction : what `extract_tree` returned
    source : what it was given
    X : fresh inputs from the same distribution, shape (n, d); a raw table for a `RuleTree`
    required : the fidelity that is asked for
    confidence : of the fidelity's interval, and of the test for overfitting
    renamings : how many renamed trees the clauses are compared with, at least 1
    ridge, norm_bound : as they were in the extraction
    seed : of the renamings

    Raises
    ------
    ValueError
        If `required` or `confidence` is not strictly between 0 and 1, `renamings` is below 1, or
        half of X has too few rows to probe the activations.

    Examples
    --------
    >>> from pacdistill import extract_tree, parity_tree, sample_cube, tree_network
    >>> rng, network = np.random.default_rng(0), tree_network(parity_tree((2, 3, 5, 7)), d=20)
    >>> result = extract_tree(network, sample_cube(2000, 20, rng))
    >>> diagnose(result, network, sample_cube(2000, 20, rng)).alarms
    ()
    >>> few = extract_tree(network, sample_cube(200, 20, rng))
    >>> print(diagnose(few, network, sample_cube(2000, 20, rng))["samples"])  # 31 activations
    ALARM  samples        5 samples for each activation: probes read 0.20 of pure noise
    """
    if not 0 < required < 1 or not 0 < confidence < 1 or renamings < 1:
        raise ValueError(
            "required and confidence are strictly between 0 and 1 and renamings is at least 1, "
            f"but they are {required}, {confidence} and {renamings}"
        )
    tree = extraction.tree
    literals = tree.literals if isinstance(tree, RuleTree) else None
    points = check_cube(X) if literals is None else literals.encode(X)
    y, activations = read_both(source, X)
    phi = activations.astype(np.float64)
    half = len(points) // 2
    basis = probe_basis(phi[:half], ridge=ridge, norm_bound=norm_bound)
    centered = literals is not None  # as in `extract_tree`
    scores = _scores(basis, points[:half], y[:half], centered)
    free = _scores(probe_basis(phi[:half], ridge=0), points[:half], y[:half], centered)
    return Diagnosis(
        (
            _fidelity(extraction, source, X, required, confidence),
            _overfitting(extraction, tree, X, y, confidence),
            _representation(tree, phi, points, renamings, ridge, norm_bound, seed),
            _root(tree, basis, y[:half], scores),
            _norm(scores, free),
            _samples(extraction.samples, phi.shape[1]),
            _search(extraction, points.shape[1]),
            _labels(phi, y, required),
        )
    )


def _fidelity(
    extraction: Extraction, source: Source, X: Any, required: float, confidence: float
) -> Check:
    found = measure_fidelity(extraction.tree, source, X, confidence=confidence)
    return Check(
        "fidelity",
        found.low,
        required,
        bool(exceeds(required, found.low)),
        f"agrees with the source on {found.estimate:.4f} of {found.inputs:,} fresh inputs, "
        f"at least {found.low:.4f} of all (required {required:g})",
    )


def _overfitting(
    extraction: Extraction, tree: DecisionTree, X: Any, y: NDArray[np.int8], confidence: float
) -> Check:
    """Compare the error on the search's own sample with that on fresh inputs, by Fisher's test."""
    own = min(point.errors for point in extraction.frontier if point.tree == tree)
    fresh, n = int((tree.predict(X) != y).sum()), extraction.samples
    p = fisher_exact([[own, n - own], [fresh, len(y) - fresh]], alternative="less").pvalue
    return Check(
        "overfitting",
        float(p),
        1 - confidence,
        bool(exceeds(1 - confidence, p)),
        f"errs on {own / n:.4f} of its sample and {fresh / len(y):.4f} of fresh inputs "
        f"(p = {p:.2g}, threshold {1 - confidence:.2g})",
    )


def _representation(
    tree: DecisionTree,
    phi: NDArray[np.float64],
    points: NDArray[np.uint8],
    renamings: int,
    ridge: float,
    norm_bound: float | None,
    seed: int,
) -> Check:
    """Compare the tree's clauses with those of renamed trees, on inputs not fitted to."""
    name, rng = "representation", np.random.default_rng(seed)
    clauses = [clause for clause in tree.clauses() if len(clause)]
    if not clauses:
        return Check(name, 0.0, 0.0, False, "the tree tests nothing, so there is nothing to read")
    if len(clauses) > MOST_CLAUSES:
        chosen = rng.choice(len(clauses), MOST_CLAUSES, replace=False)
        clauses = [clauses[k] for k in chosen]
    names = [
        np.arange(points.shape[1]),
        *(rng.permutation(points.shape[1]) for _ in range(renamings)),
    ]
    targets = np.empty((len(points), len(names) * len(clauses)))
    for k, renamed in enumerate(names):
        for j, clause in enumerate(clauses):
            literals = tuple((int(renamed[i]), v) for i, v in clause.literals)
            targets[:, k * len(clauses) + j] = Clause(literals).holds(points)
    half = len(points) // 2
    probes = fit_probes(phi[:half], targets[:half], ridge=ridge, norm_bound=norm_bound)
    loss = ((targets[half:] - probes.predict(phi[half:])) ** 2).mean(axis=0)
    variance = targets[half:].var(axis=0)
    by_tree = (len(names), len(clauses))
    total = variance.reshape(by_tree).sum(axis=1)
    unexplained = np.ones(len(names))  # of clauses that do not vary, such as on constant bits
    np.divide(loss.reshape(by_tree).sum(axis=1), total, out=unexplained, where=total > 0)
    fits = 1 - unexplained
    least = max(float(fits[1:].max()) + 0.05, 0.1)
    return Check(
        name,
        float(fits[0]),
        least,
        bool(exceeds(least, fits[0])),
        f"probes read {max(fits[0], 0):.2f} of its clauses' variance, and at most "
        f"{max(float(fits[1:].max()), 0):.2f} of {renamings} renamed trees' (at least {least:.2f} "
        "wanted)",
    )


def _scores(
    basis: ProbeBasis, points: NDArray[np.uint8], y: NDArray[np.int8], centered: bool
) -> NDArray[np.float64]:
    if y.min() == y.max():
        return np.zeros(points.shape[1])
    return twisted_scores(basis, points, y, np.arange(len(y)), centered=centered)


def _root(
    tree: DecisionTree, basis: ProbeBasis, y: NDArray[np.int8], scores: NDArray[np.float64]
) -> Check:
    """Compare the score of the root's variable with three deviations above that of noise."""
    name, k = "root", basis.columns.shape[1]
    if y.min() == y.max():
        return Check(name, 0.0, 0.0, False, "all labels are equal, there is nothing to turn on")
    g = 1.0 - 2.0 * y - (1.0 - 2.0 * y).mean()
    noise = float((g * g) @ (basis.columns**2).sum(axis=1) / (g @ g)) * (1 + 3 * (2 / k) ** 0.5)
    if tree.size == 1:
        return Check(name, 0.0, noise, True, "the tree tests nothing, but the labels differ")
    root = int(tree.variable[0])
    others = np.delete(scores, root)
    next_best = float(others.max()) if len(others) else 0.0
    return Check(
        name,
        float(scores[root]),
        noise,
        not exceeds(scores[root], noise),
        f"bit {root} at the root scores {scores[root]:.3f}, noise up to {noise:.3f}, "
        f"the best other bit {next_best:.3f}",
    )


def _norm(scores: NDArray[np.float64], free: NDArray[np.float64]) -> Check:
    """Compare the best score with that of probes whose weights may be as large as they like."""
    bounded, unbounded = float(scores.max()), float(free.max())
    return Check(
        "norm",
        unbounded,
        max(2 * bounded, 0.1),
        bool(exceeds(unbounded, max(2 * bounded, 0.1))),
        f"the best bit at the root scores {bounded:.3f}, and {unbounded:.3f} without ridge and "
        "norm bound",
    )


def _samples(n: int, m: int) -> Check:
    return Check(
        "samples",
        (m + 1) / n,
        0.1,
        10 * (m + 1) > n,
        f"{n / m:.0f} samples for each activation: probes read {min(1, (m + 1) / n):.2f} of "
        "pure noise",
    )


def _search(extraction: Extraction, d: int) -> Check:
    """Tell whether more time or more leaves would help."""
    last, n = extraction.frontier[-1], extraction.samples
    left = last.errors / n

    def bits(point: FrontierPoint) -> float:  # of the tree and of its errors
        wrong = point.errors / n
        return float(point.size * (np.log2(d) + 3) + n * entropy([wrong, 1 - wrong], base=2))

    falling = left > UNEXPLAINED and not exceeds(bits(last), min(map(bits, extraction.frontier)))
    if not extraction.complete:
        text = "the search was cut short"
    elif falling:
        text = f"{last.size} leaves, the most allowed, leave {left:.4f} of the labels unexplained"
    else:
        text = f"complete; the largest tree leaves {left:.4f} of the labels unexplained"
    return Check("search", left, UNEXPLAINED, falling or not extraction.complete, text)


def _labels(phi: NDArray[np.float64], y: NDArray[np.int8], required: float) -> Check:
    half, f = len(y) // 2, 1.0 - 2.0 * y
    readout = fit_probes(phi[:half], f[:half, None], ridge=0)
    wrong = float((~exceeds(readout.predict(phi[half:])[:, 0] * f[half:], 0)).mean())
    return Check(
        "labels",
        wrong,
        1 - required,
        bool(exceeds(wrong, 1 - required)),
        f"a linear readout of the activations misses {wrong:.4f} of the labels",
    )
