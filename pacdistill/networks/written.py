"""Networks that are written down, from a tree or a formula: they represent its clauses exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pacdistill.cube import Clause
from pacdistill.networks.backend import Tensor, nn, torch
from pacdistill.networks.residual import Network
from pacdistill.reductions.formulas import DNF
from pacdistill.tree import DecisionTree

__all__ = ["dnf_network", "tree_network"]


class _GivenLinear(nn.Linear):
    """A linear map whose weights are given, and none are drawn."""

    def __init__(self, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        super().__init__(weight.shape[1], weight.shape[0], dtype=torch.float32)
        with torch.no_grad():
            self.weight.copy_(torch.from_numpy(weight))
            self.bias.copy_(torch.from_numpy(bias))

    def reset_parameters(self) -> None:
        pass


class _ClauseNetwork(Network):
    """One ReLU unit for each clause, and a readout that sums some of them, less 1/2."""

    def __init__(self, clauses: Sequence[Clause], summed: Sequence[bool], d: int) -> None:
        super().__init__()
        weight, bias = np.zeros((len(clauses), d), np.float32), np.ones(len(clauses), np.float32)
        for unit, clause in enumerate(clauses):
            for variable, value in clause.literals:
                weight[unit, variable] = 2 * value - 1
                bias[unit] -= value
        self.units = _GivenLinear(weight, bias)
        self.readout = _GivenLinear(np.array([summed], np.float32), np.array([-0.5], np.float32))

    def hidden(self, x: Tensor) -> list[Tensor]:
        return [torch.relu(self.units(x))]


def tree_network(tree: DecisionTree, d: int) -> Network:
    """Write a tree down as a network with one ReLU unit for each node's clause.

    With p literals "x_i = 1" and q literals "x_i = 0", the unit of the clause C is
    AND_C(x) = relu(sum of x_i over the p - sum of x_i over the q - p + 1): it is 1 where all
    literals hold and 0 elsewhere. The readout sums the leaves of label 1, less 1/2. So this
    network represents every clause of the tree exactly, each by one weight.

    Parameters
    ----------
    tree : the tree
    d : number of input bits, above every bit that the tree tests

    Raises
    ------
    ValueError
        If the tree tests a bit that is not there.

    Examples
    --------
    >>> tree = DecisionTree.split(1, DecisionTree.leaf(0), DecisionTree.leaf(1))
    >>> tree_network(tree, d=2).layers(np.array([[0, 0], [0, 1]], np.uint8))[0].tolist()
    [[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]
    """
    if tree.variable.max() >= d:
        raise ValueError(f"the tree tests bit {tree.variable.max()}, but there are only d = {d}")
    return _ClauseNetwork(tree.clauses(), (tree.label == 1).tolist(), d)


def dnf_network(formula: DNF, d: int) -> Network:
    """Write a DNF down as a network with one ReLU unit for each term, like `tree_network`.

    The readout sums all units, less 1/2, so the logit is the number of terms that hold, less 1/2.

    Parameters
    ----------
    formula : the DNF; without a term it gets one unit that is not summed
    d : number of input bits, above every bit in the formula

    Raises
    ------
    ValueError
        If the formula has a bit that is not there.

    Examples
    --------
    >>> formula = DNF((Clause(((0, 1),)), Clause(((1, 0),))))
    >>> dnf_network(formula, d=2).logits(np.array([[0, 1], [0, 0], [1, 0]], np.uint8)).tolist()
    [-0.5, 0.5, 1.5]
    """
    last = max((term.literals[-1][0] for term in formula.terms if term.literals), default=-1)
    if last >= d:
        raise ValueError(f"the formula has bit {last}, but there are only d = {d}")
    terms = formula.terms or (Clause(),)
    return _ClauseNetwork(terms, [bool(formula.terms)] * len(terms), d)
