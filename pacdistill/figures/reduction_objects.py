"""The objects of the web of reductions, written down as the page evaluates them."""

from __future__ import annotations

from typing import Any

import numpy as np

from pacdistill.cube import enumerate_cube
from pacdistill.networks.residual import Network
from pacdistill.queries.fourier import walsh_hadamard
from pacdistill.queries.juntas import Junta
from pacdistill.reductions.formulas import CNF, DNF
from pacdistill.tree import DecisionTree

D = 4  # variables of most examples
CUBE = enumerate_cube(D)


def as_tree(tree: DecisionTree, d: int = D) -> dict[str, Any]:
    """Write down a tree, on d variables or more where it tests such."""
    return {
        "kind": "tree",
        "d": max(d, int(tree.variable.max()) + 1),
        "variable": tree.variable.tolist(),
        "children": tree.children.tolist(),
        "label": tree.label.tolist(),
    }


def as_junta(junta: Junta) -> dict[str, Any]:
    """Write down a junta: its variables and the labels of their values."""
    return {
        "kind": "junta",
        "variables": [int(i) for i in junta.variables],
        "table": [int(label) for label in junta.table],
    }


def as_dnf(dnf: DNF) -> dict[str, Any]:
    """Write down a DNF: its terms."""
    return {"kind": "dnf", "parts": [list(term.literals) for term in dnf.terms]}


def as_cnf(cnf: CNF, d: int = D) -> dict[str, Any]:
    """Write down a CNF on d variables: its clauses."""
    return {"kind": "cnf", "d": d, "parts": [list(clause.literals) for clause in cnf.clauses]}


def as_network(network: Network) -> dict[str, Any]:
    """Write down a network of one hidden layer: its units, and which of them the output sums."""
    state = network.state_dict()
    hidden = [value for key, value in state.items() if not key.startswith("readout")]
    weight, bias = sorted(hidden, key=lambda value: -value.ndim)
    return {
        "kind": "network",
        "weight": weight.int().tolist(),
        "bias": bias.int().tolist(),
        "readout": state["readout.weight"][0].int().tolist(),
        "shift": float(state["readout.bias"][0]),
    }


def as_polynomial(tree: DecisionTree) -> dict[str, Any]:
    """Write the labels as sum of coefficient / 2^depth times characters; all are whole numbers."""
    scaled = walsh_hadamard(tree.predict(CUBE).astype(float)) * 2**tree.depth
    found = np.rint(scaled).astype(int)
    order = sorted(np.flatnonzero(found), key=lambda k: (CUBE[k].sum(), -k))
    return {
        "kind": "polynomial",
        "denominator": 2**tree.depth,
        "parts": [[int(found[k]), np.flatnonzero(CUBE[k]).tolist()] for k in order],
    }
