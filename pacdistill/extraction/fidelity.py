"""How often a tree and a source agree, measured on inputs that no search saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scipy.stats import binomtest

from pacdistill.extraction.reading import parts
from pacdistill.extraction.source import Source, read_labels
from pacdistill.tree import DecisionTree

__all__ = ["Fidelity", "measure_fidelity"]


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
    >>> import numpy as np
    >>> from pacdistill import sample_cube, tree_network
    >>> tree = DecisionTree.split(1, DecisionTree.leaf(0), DecisionTree.leaf(1))
    >>> X = sample_cube(1000, 3, np.random.default_rng(0))
    >>> fidelity = measure_fidelity(tree, tree_network(tree, d=3), X)
    >>> fidelity.estimate, round(fidelity.low, 4)
    (1.0, 0.9963)
    """
    check_confidence(confidence)
    agree = sum(
        int((tree.predict(part) == read_labels(source, part)).sum()) for part in parts(X, batch)
    )
    interval = binomtest(agree, len(X)).proportion_ci(confidence, method="exact")
    return Fidelity(agree / len(X), interval.low, interval.high, confidence, len(X))


def check_confidence(confidence: float) -> None:
    """Say what is wrong with a confidence that is not strictly between 0 and 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is strictly between 0 and 1, but it is {confidence}")
