"""The networks of the studies: planted functions, taught to residual networks, from their seeds.

Training is the slow part, so a trained network is kept in ``_build/zoo/`` and read from there the
next time. Nothing there is needed: what is missing is trained again, with the same result.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from harness import BUILD

from pacdistill import (
    Clause,
    DecisionTree,
    Phase,
    parity_tree,
    random_hard_tree,
    random_tree,
    train_network,
)
from pacdistill.networks import ResidualNetwork, load_network, save_network
from pacdistill.queries import random_junta

ZOO = BUILD / "zoo"


class Recipe(NamedTuple):
    """How the networks of one kind are trained; see `train_network`."""

    width: int
    curriculum: tuple[tuple[float, int], ...]
    rate: float = 3e-3
    batch: int = 512
    sparsity: float = 0.0


# (kind, depth, d): hard trees have independent last tests, "hard3" ones end in parities of 3 bits.
RECIPES = {
    ("random", 2, 100): Recipe(64, ((0.5, 800),)),
    ("random", 3, 100): Recipe(64, ((0.5, 1000),)),
    ("random", 4, 100): Recipe(64, ((0.5, 1200),)),
    ("random", 5, 100): Recipe(64, ((0.5, 2000),)),
    ("hard", 5, 100): Recipe(64, ((0.35, 1500), (0.5, 2000))),
    ("hard", 6, 100): Recipe(256, ((0.25, 1500), (0.5, 2500))),
    ("hard3", 5, 100): Recipe(64, ((0.35, 1500), (0.5, 2000))),
    ("parity", 4, 100): Recipe(64, ((0.35, 600), (0.5, 800))),
    ("parity", 5, 100): Recipe(64, ((0.25, 800), (0.5, 1000))),
    ("parity", 6, 100): Recipe(128, ((0.25, 800), (0.5, 1200))),
    ("parity", 7, 100): Recipe(256, ((0.2, 1000), (0.35, 1000), (0.5, 1000))),
    ("random", 5, 1000): Recipe(64, ((0.5, 3000),), batch=1024),
    ("random", 4, 10_000): Recipe(64, ((0.5, 1000),), rate=1e-2, batch=1024, sparsity=0.5),
}


JUNTA = Recipe(64, ((0.35, 600), (0.5, 1000)))  # of every junta; it is no tree of the engine's


def plant(kind: str, depth: int, d: int, rng: np.random.Generator) -> DecisionTree:
    """Draw the tree that a network is taught."""
    if kind == "random":
        return random_tree(depth, d, rng)
    if kind == "parity":
        return parity_tree(tuple(sorted(rng.choice(d, depth, replace=False).tolist())))
    if kind.startswith("hard"):  # "hard3": its last tests are parities of 3 bits
        return random_hard_tree(depth, d, rng, parity=int(kind.removeprefix("hard") or 1))
    raise ValueError(f"no such kind of tree: {kind}")


def inner(tree: DecisionTree) -> list[Clause]:
    """Return the clauses of the nodes that test something."""
    return [c for c, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if not leaf]


def kept(name: str, recipe: Any, teach: Callable[[], ResidualNetwork]) -> ResidualNetwork:
    """Return a network from the zoo, or teach it now and keep it.

    Another recipe, which holds all that the network depends on, is another network.
    """
    mark = hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:8]
    path = ZOO / f"{name}-{mark}.npz"
    if not path.exists():
        ZOO.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".part{os.getpid()}")
        save_network(teach(), part)
        part.replace(path)
    return load_network(path)


def trained(kind: str, depth: int, d: int, seed: int) -> tuple[ResidualNetwork, Any]:
    """Return the network of a seed and what it was taught; both differ between seeds.

    That is a `DecisionTree`, or a `Junta` of `depth` bits where the kind is "junta".
    """
    rng = np.random.default_rng([seed, depth, d, *kind.encode()])
    if kind == "junta":
        recipe, planted = JUNTA, random_junta(d, depth, rng)
        written = [planted.variables, planted.table]
    else:
        recipe, planted = RECIPES[kind, depth, d], plant(kind, depth, d, rng)
        written = planted.to_json()

    def teach() -> ResidualNetwork:
        return train_network(
            planted.predict,
            d,
            rng,
            width=recipe.width,
            curriculum=[Phase(*phase) for phase in recipe.curriculum],
            learning_rate=recipe.rate,
            batch=recipe.batch,
            sparsity=recipe.sparsity,
        ).network

    return kept(f"{kind}-{depth}-{d}-{seed}", [recipe, written], teach), planted
