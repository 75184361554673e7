"""A moving figure: a probe of a clause under a norm bound, and where the clause lies."""

from __future__ import annotations

from collections.abc import Mapping

from pacdistill.figures.moving import MovingFigure
from pacdistill.networks.residual import ResidualNetwork
from pacdistill.networks.written import tree_network
from pacdistill.tree import DecisionTree

__all__ = ["probe_spectrum"]


def probe_spectrum(
    tree: DecisionTree, networks: Mapping[str, ResidualNetwork], *, name: str
) -> MovingFigure:
    """Show the best probe of a clause under a norm bound, for the reader to choose all three.

    The page computes the activations of the networks, and of the network that is written down from
    the tree, at all 2^d points. From their covariance it finds the probe of a clause by the
    secular equation, and how many clauses of its length are represented at this bound.

    Parameters
    ----------
    tree : whose clauses the reader may choose; the others are drawn at random
    networks : by name, all on the same d bits, at least 3 and at most 10, above those of the tree
    name : of the figure, unique on its page

    Raises
    ------
    ValueError
        If there is no network or they have different or too many bits.

    Examples
    --------
    >>> import numpy as np
    >>> tree = DecisionTree.split(1, DecisionTree.leaf(0), DecisionTree.leaf(1))
    >>> untrained = ResidualNetwork(4, np.random.default_rng(0), width=3)
    >>> figure = probe_spectrum(tree, {"untrained": untrained}, name="demo")
    >>> [one["name"] for one in figure.data["features"]]
    ['the tree written down', 'untrained, layer 1', 'untrained, layer 2', 'untrained, layer 3']
    """
    sizes = {network.first.in_features for network in networks.values()}
    if len(sizes) != 1 or not 3 <= (d := sizes.pop()) <= 10 or tree.variable.max() >= d:
        raise ValueError(
            "the figure shows networks on the same 3 to 10 bits, among them all that the tree "
            f"tests, but they have {sorted(sizes) or 'none'} bits and the tree tests "
            f"{tree.variables}"
        )
    units = next(iter(tree_network(tree, d).children()))
    features = [{"name": "the tree written down", "network": 0, "layer": 0}]
    parameters = [[_plain(units)]]
    for number, (text, network) in enumerate(networks.items(), start=1):
        maps = [network.first, *network.blocks]
        parameters.append([_plain(layer) for layer in maps])
        features += [
            {"name": f"{text}, layer {k + 1}", "network": number, "layer": k}
            for k in range(len(maps))
        ]
    clauses = [clause.literals for clause in tree.clauses() if 1 <= len(clause) <= 3]
    return MovingFigure(
        name=name,
        label=(
            "A probe reads a clause from the activations of a small network under a bound on its "
            "norm: what it reads at every input, in which directions, and how well."
        ),
        script="probe_spectrum",
        data={
            "d": d,
            "networks": parameters,
            "features": features,
            "clauses": [[[int(i), int(v)] for i, v in literals] for literals in clauses],
        },
    )


def _plain(layer: object) -> dict[str, list[object]]:
    """Write a linear map as plain numbers."""
    weight = layer.weight.detach().numpy()  # type: ignore[attr-defined]
    bias = layer.bias.detach().numpy()  # type: ignore[attr-defined]
    return {
        "weight": weight.astype(float).round(4).tolist(),
        "bias": bias.astype(float).round(4).tolist(),
    }
