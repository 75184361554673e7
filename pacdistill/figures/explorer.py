"""A moving figure: an extracted tree beside the network that it was extracted from."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import NDArray

from pacdistill.extraction.probe import clause_scores, probe_basis
from pacdistill.figures.moving import MovingFigure
from pacdistill.networks.residual import ResidualNetwork
from pacdistill.tree import DecisionTree

__all__ = ["layer_readings", "tree_explorer"]


def layer_readings(
    tree: DecisionTree, network: ResidualNetwork, X: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """Measure how well a linear probe reads each node's clause from each hidden layer.

    Parameters
    ----------
    tree : whose clauses are read
    network : whose hidden layers are probed
    X : inputs, shape (n, d)

    Returns
    -------
    array of shape (layers, nodes); the fraction of the variance of a clause's indicator that a
    probe explains on X, and 0 at the root, whose clause is constant

    Examples
    --------
    >>> from pacdistill import sample_cube, tree_network
    >>> tree = DecisionTree.split(1, DecisionTree.leaf(0), DecisionTree.leaf(1))
    >>> X = sample_cube(100, 3, np.random.default_rng(0))
    >>> layer_readings(tree, tree_network(tree, d=3), X).round(2).tolist()
    [[0.0, 1.0, 1.0]]
    """
    clauses = tree.clauses()
    layers = network.layers(X)
    readings = np.zeros((len(layers), len(clauses)))
    for k, activations in enumerate(layers):
        basis = probe_basis(activations)
        for node in np.flatnonzero(~tree.is_leaf):
            scores, _ = clause_scores(basis, X, np.flatnonzero(clauses[node].holds(X)))
            readings[k, tree.children[node]] = scores[:, tree.variable[node]]
    return readings


def tree_explorer(
    tree: DecisionTree,
    network: ResidualNetwork,
    X: NDArray[np.uint8],
    *,
    name: str,
) -> MovingFigure:
    """Show a tree beside the network that it was extracted from, for the reader to compare.

    The page carries the network's weights and computes its output itself, at any input that the
    reader sets bit by bit. It starts at the first row of X.

    Parameters
    ----------
    tree : the extracted tree
    network : the network
    X : inputs, shape (n, d), on which the readings of each clause are measured
    name : of the figure, unique on its page
    """
    weights = [network.first, *network.blocks, network.readout]
    return MovingFigure(
        name=name,
        label=(
            f"A decision tree of {tree.size} leaves beside a trained network. "
            "Set the input's bits; the path through the tree lights up and both answers are shown."
        ),
        script="explorer",
        data={
            "variable": tree.variable.tolist(),
            "children": tree.children.tolist(),
            "label": tree.label.tolist(),
            "bits": X[0].tolist(),
            "readings": layer_readings(tree, network, X).round(2).tolist(),
            "weights": [_encode(layer.weight.detach().numpy()) for layer in weights],
            "biases": [_encode(layer.bias.detach().numpy()) for layer in weights],
        },
    )


def _encode(array: NDArray[np.float32]) -> str:
    """Write numbers as little-endian float32 in base 64, row after row."""
    return base64.b64encode(array.astype("<f4").tobytes()).decode("ascii")
