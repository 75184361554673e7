"""What several files of tests share: one small trained network."""

from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
import pytest

from pacdistill import DecisionTree, Phase, random_tree, train_network
from pacdistill.networks import Training


class Trained(NamedTuple):
    secret: DecisionTree
    d: int
    training: Training


@pytest.fixture(scope="session")
def trained() -> Trained:
    """A network of width 48 that has learned a random tree of depth 3 on 20 bits (about 1 s)."""
    d, rng = 20, np.random.default_rng(1)
    secret = random_tree(3, d, rng)
    training = train_network(
        secret.predict, d, rng, width=48, blocks=2, curriculum=[Phase(0.5, 600)], batch=256
    )
    return Trained(secret, d, training)


def pytest_collection_modifyitems(items):
    """The optimal-tree solver has no build for Python 3.13: there only its absence is tested."""
    if find_spec("pystreed") is None:
        for item in items:
            if "optimal_tree" in item.name:
                item.add_marker(pytest.mark.skip(reason="pystreed is not installed"))
