"""Proposition prop-ladder: a distiller of one rung runs on the next, and returns the same."""

import numpy as np
import pytest

from pacdistill import CallableSource, extract_tree, random_tree, sample_cube, tree_network
from pacdistill.learners import learn_cart
from pacdistill.networks import ResidualNetwork
from pacdistill.queries import MembershipOracle, learn_by_queries

D = 10
X = sample_cube(600, D, np.random.default_rng(0))


@pytest.fixture(params=["of a tree", "random"])
def network(request):
    rng = np.random.default_rng(1)
    if request.param == "random":
        return ResidualNetwork(D, rng, width=12, blocks=1)
    return tree_network(random_tree(3, D, rng), D)


def run_program(network, Z):
    """Labels and activations, computed from the weights alone and without the network's code."""
    arrays = {name: a.detach().numpy().astype(float) for name, a in network.named_parameters()}
    relu = lambda z: np.maximum(z, 0)  # noqa: E731
    if "units.weight" in arrays:
        h = relu(Z @ arrays["units.weight"].T + arrays["units.bias"])
    else:
        h = relu((2.0 * Z - 1) @ arrays["first.weight"].T + arrays["first.bias"])
        h = h + relu(h @ arrays["blocks.0.weight"].T + arrays["blocks.0.bias"])
    logits = h @ arrays["readout.weight"][0] + arrays["readout.bias"][0]
    return (logits > 0).astype(np.int8), h


def query_guided(labels):
    oracle = MembershipOracle(labels)
    rng = np.random.default_rng(2)
    found = learn_by_queries(oracle, D, rng, depth=3, branches=2, points=64)
    return found.tree, oracle.queries


def test_examples_by_queries(network):
    oracle = MembershipOracle(network.labels)
    assert learn_cart(X, oracle(X)) == learn_cart(X, network.labels(X))
    assert oracle.queries == len(X)  # n labels cost n queries


def test_queries_by_activations(network):
    asked = []

    def above(Z):
        asked.append(len(Z))
        return network.labels(Z), network.activations(Z)

    tree, queries = query_guided(network.labels)
    again, count = query_guided(lambda Z: above(Z)[0])
    assert again == tree
    assert sum(asked) == count == queries


def test_activations_by_weights(network):
    tree = extract_tree(network, X, depth=3).tree
    program = CallableSource(
        lambda Z: run_program(network, Z)[0], lambda Z: run_program(network, Z)[1]
    )
    assert extract_tree(program, X, depth=3).tree == tree


def test_an_interface_that_alters_one_answer_in_twenty_is_not_the_lower_rung():
    network = tree_network(random_tree(3, D, np.random.default_rng(1)), D)
    tree, _ = query_guided(network.labels)

    def altered(Z):
        return network.labels(Z) ^ (np.arange(len(Z)) % 20 == 0)

    assert query_guided(altered)[0] != tree
