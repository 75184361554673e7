"""The study behind chapter 7: parities of more and more bits, learned and distilled.

    .venv/bin/python studies/parities.py        (about a quarter of an hour on one core)

A parity of k of 100 bits is taught to a residual network twice: from uniform examples alone, and by
the curriculum of biased bits of `zoo.py`. Then the second network is distilled: a tree is extracted
from fewer and fewer unlabeled inputs, once with its activations and once from its labels alone (the
raw bits take the place of the activations). The results are in ``studies/results/parities.json``
and ``.md``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import zoo
from harness import main

from pacdistill import (
    CallableSource,
    DecisionTree,
    Phase,
    Source,
    extract_tree,
    parity_tree,
    sample_cube,
    train_network,
)
from pacdistill.studies import Part, Study, Table

BITS, STEPS, BATCH, FRESH = 100, 2_000, 512, 20_000
SIZES, SEEDS = [2, 3, 4, 5, 6], range(10)
INPUTS = [8_000, 4_000, 2_000, 1_000, 500, 250, 125]
TITLES = {"learn": "From uniform examples", "teach": "By a curriculum, then distilled"}
TEXT = (
    f"Parities of `size` of {BITS} bits. *learned*: an error below 1/4 on {FRESH:,} fresh uniform "
    f"inputs. *first steps*: until 50 batches in a row had an average accuracy above 3/4. "
    f"*inputs*: the fewest of {', '.join(f'{n:,}' for n in reversed(INPUTS))} unlabeled inputs "
    "from which, and from all larger numbers of the list, the extracted tree equals the parity on "
    "all inputs, by proof; empty if the largest number is not enough."
)


def recipe(size: int) -> zoo.Recipe:
    """How parities of this size are taught; those of fewer than 4 bits like those of 4."""
    return zoo.RECIPES["parity", max(size, 4), 100]


def secret(size: int, seed: int) -> DecisionTree:
    rng = np.random.default_rng([seed, size])
    return parity_tree(tuple(sorted(rng.choice(BITS, size, replace=False).tolist())))


def train(size: int, seed: int, curriculum: list[Phase], arm: int) -> Any:
    tree, rng = secret(size, seed), np.random.default_rng([seed, size, arm])
    training = train_network(
        tree.predict,
        BITS,
        rng,
        width=recipe(size).width,
        curriculum=curriculum,
        learning_rate=recipe(size).rate,
        batch=BATCH,
    )
    X = sample_cube(FRESH, BITS, np.random.default_rng([seed, size, 9]))
    return training, float((training.network.labels(X) != tree.predict(X)).mean())


def learn(size: int, seed: int) -> dict[str, Any]:
    """Train from uniform examples for a fixed number of steps."""
    training, error = train(size, seed, [Phase(0.5, STEPS)], 0)
    good = np.flatnonzero(training.accuracy > 0.75)
    return {
        "examples": training.examples,
        "error": round(error, 4),
        "learned": error < 1 / 4,
        "first steps": 50 * (int(good[0]) + 1) if len(good) else None,
    }


def fewest(source: Source, tree: DecisionTree, X: Any) -> int | None:
    """Return the fewest inputs from which the tree is extracted exactly; see TEXT."""
    enough = None
    for n in INPUTS:
        found = extract_tree(source, X[:n], depth=tree.depth, fresh=X[:100]).tree
        if not found.equivalent(tree):
            break
        enough = n
    return enough


def teach(size: int, seed: int) -> dict[str, Any]:
    """Teach by a curriculum, then distill the network."""
    tree = secret(size, seed)
    curriculum = [Phase(*phase) for phase in recipe(size).curriculum]
    training, error = train(size, seed, curriculum, 1)
    X = sample_cube(INPUTS[0], BITS, np.random.default_rng([seed, size, 8]))
    labels_alone = CallableSource(training.network.labels, np.asarray)
    return {
        "examples": training.examples,
        "error": round(error, 4),
        "learned": error < 1 / 4,
        "inputs, with activations": fewest(training.network, tree, X),
        "inputs, labels alone": fewest(labels_alone, tree, X),
    }


def cases() -> list[dict[str, int]]:
    return [{"size": size, "seed": seed} for size in SIZES for seed in SEEDS]


def study() -> Study:
    return Study(
        name="parities",
        command="python studies/parities.py",
        parts={"learn": Part(learn, cases()), "teach": Part(teach, cases())},
        tables={title: Table(list, [part]) for part, title in TITLES.items()},
        text=TEXT,
    )


if __name__ == "__main__":
    main(study())
