"""What an extraction returns: the tree, what it is worth, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import entropy

from pacdistill.extraction.dynamic import FrontierPoint
from pacdistill.extraction.fidelity import Fidelity
from pacdistill.ties import best
from pacdistill.tree import DecisionTree

__all__ = ["Extraction", "Seconds"]


@dataclass(frozen=True)
class Seconds:
    """How long each stage of an extraction took, in seconds; 0 for a stage that was not needed.

    The labels of a source that answers both at once come with its activations.
    """

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


def shortest(frontier: tuple[FrontierPoint, ...], n: int, d: int) -> FrontierPoint:
    """Return the tree that describes n labels in the fewest bits, itself and its errors.

    A test is one of d variables, each node is a test or a leaf, and each leaf has a label.
    """

    def bits(point: FrontierPoint) -> float:
        tests, wrong = point.size - 1, point.errors / n
        uncertain = entropy([wrong, 1 - wrong], base=2)
        return float(tests * np.log2(d) + 2 * tests + 1 + point.size + n * uncertain)

    return frontier[best([-bits(point) for point in frontier])]
