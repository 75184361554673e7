"""The data of the figure of probes, and what it does not show."""

import json

import numpy as np
import pytest

from pacdistill import enumerate_cube, random_tree
from pacdistill.figures import probe_spectrum
from pacdistill.networks import ResidualNetwork


def network(d, seed=0):
    return ResidualNetwork(d, np.random.default_rng(seed), width=4, blocks=1)


def test_the_page_gets_the_weights_and_the_clauses_of_up_to_three_literals():
    tree, one = random_tree(4, 6, np.random.default_rng(1)), network(6)
    data = probe_spectrum(tree, {"a": one, "b": network(6, 1)}, name="demo").data
    lengths = {len(clause) for clause in data["clauses"]}
    assert lengths == {1, 2, 3}
    assert [place["name"] for place in data["features"][1:]] == [
        f"{text}, layer {k}" for text in "ab" for k in (1, 2)
    ]
    first = data["networks"][1][0]
    X = enumerate_cube(6)
    phi = np.maximum((2.0 * X - 1) @ np.array(first["weight"]).T + first["bias"], 0)
    assert np.allclose(phi, one.layers(X)[0], atol=1e-3)
    assert len(json.dumps(data)) < 150_000


@pytest.mark.parametrize("sizes", [[], [6, 7], [11], [2], [4]])
def test_bits_that_do_not_fit(sizes):
    tree = random_tree(4, 6, np.random.default_rng(1))
    networks = {str(d): network(d) for d in sizes}
    with pytest.raises(ValueError, match="3 to 10 bits"):
        probe_spectrum(tree, networks, name="demo")
