"""A moving figure: the twisted search, played by hand on a small tree."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pacdistill.cube import enumerate_cube
from pacdistill.figures.moving import MovingFigure
from pacdistill.networks.residual import ResidualNetwork
from pacdistill.tree import DecisionTree

__all__ = ["twisted_board"]


def twisted_board(tree: DecisionTree, network: ResidualNetwork, *, name: str) -> MovingFigure:
    """Show the score of every bit at a clause, and let the reader choose which to branch on.

    The page carries the weights of the network and of an untrained one of the same size. It
    computes their last layers at all 2^d points, and from these, from the tree's leaves or from
    the raw bits, the twisted scores at every clause that the reader comes to.

    Parameters
    ----------
    tree : the planted tree
    network : was taught the tree, and has its label at every point
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If the network has more than 10 bits, or another label than the tree somewhere.

    Examples
    --------
    >>> from pacdistill import Phase, train_network
    >>> tree, rng = DecisionTree.split(1, *map(DecisionTree.leaf, (0, 1))), np.random.default_rng(0)
    >>> course = [Phase(0.5, 300)]
    >>> taught = train_network(tree.predict, 3, rng, width=8, curriculum=course, batch=64)
    >>> twisted_board(tree, taught.network, name="demo").data["d"]
    3
    """
    d = network.first.weight.shape[1]
    if d > 10:
        raise ValueError(f"the figure shows at most 10 bits, but the network has d = {d}")
    cube = enumerate_cube(d)
    if (network.labels(cube) != tree.predict(cube)).any():
        raise ValueError("the network and the tree have different labels at some point")
    width, blocks = network.first.weight.shape[0], len(network.blocks)
    untrained = ResidualNetwork(d, np.random.default_rng(0), width=width, blocks=blocks)
    return MovingFigure(
        name=name,
        label=(
            f"A tree of {tree.size} leaves on {d} bits is searched for in a network. Bars show how "
            "well a probe reads the twisted target of each bit; choose one to branch on."
        ),
        script="twisted_board",
        data={
            "d": d,
            "variable": tree.variable.tolist(),
            "children": tree.children.tolist(),
            "label": tree.label.tolist(),
            "size": tree.size,
            "networks": [_hidden(network), _hidden(untrained)],
        },
    )


def _hidden(network: ResidualNetwork) -> list[dict[str, Any]]:
    """Return the hidden layers' weights and biases, one entry for each layer."""
    return [
        {"weight": _encode(layer.weight), "bias": _encode(layer.bias)}
        for layer in [network.first, *network.blocks]
    ]


def _encode(parameter: Any) -> str:
    """Write numbers as little-endian float32 in base 64, row after row."""
    array: NDArray[np.float32] = parameter.detach().cpu().numpy()
    return base64.b64encode(array.astype("<f4").tobytes()).decode("ascii")
