"""The study behind chapter 1. Run it with

    .venv/bin/python studies/open_the_box.py            (or one of its parts: ... layers)

It takes about 20 minutes on 2 cores and writes, into ``chapters/data/``,

- ``open-the-box.npz``: the network that the chapter opens,
- ``ordinary-tree.npz``: the network of its ordinary random tree,
- ``open-the-box.json``: what every learner and distiller found, and how long it took.

The chapter runs all but the slow learners again and compares.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
from harness import BUILD, DATA, main
from measuring import timed
from numpy.typing import NDArray

from pacdistill import (
    CallableSource,
    DecisionTree,
    Phase,
    Source,
    disagreement,
    extract_tree,
    random_hard_tree,
    random_tree,
    sample_cube,
    train_network,
)
from pacdistill.extraction import probe_basis, relevant_variables, twisted_scores
from pacdistill.learners import learn_cart, learn_parity, learn_sparse_tree
from pacdistill.networks import Network, ResidualNetwork, save_network
from pacdistill.studies import Part, Study, describe_machine

KEPT = BUILD / "open-the-box"  # the networks, until all is done
SEED = 2403
BITS, DEPTH, PARITY, SAMPLES, FRESH = 100, 5, 3, 5000, 50_000

# Slow learners last. A depth above that of the secret is a favor to the learner.
LEARNERS: dict[str, Callable[[NDArray[np.uint8], NDArray[np.int8]], DecisionTree]] = {
    "CART": learn_cart,
    "CART, 32 leaves": lambda X, y: learn_cart(X, y, max_size=32),
    **{
        f"LicketySPLIT, lookahead {k}, depth {depth}": (
            lambda X, y, k=k, depth=depth: learn_sparse_tree(X, y, depth=depth, lookahead=k)
        )
        for k, depth in [(1, 5), (1, 6), (1, 7), (2, 5), (2, 6), (2, 7), (3, 5)]
    },
}


def describe(tree: DecisionTree, secret: DecisionTree, seconds: float) -> dict[str, Any]:
    error = disagreement(tree, secret)
    return {
        "error": str(error),
        "accuracy": round(1 - float(error), 4),
        "leaves": tree.size,
        "exact": error == 0,
        "seconds": round(seconds, 2),
    }


def learn(X: NDArray[np.uint8], y: NDArray[np.int8], secret: DecisionTree) -> dict[str, Any]:
    rows = {}
    for name, learner in LEARNERS.items():
        tree, seconds = timed(learner, X, y)
        rows[name] = describe(tree, secret, seconds)
    return rows


def distill(network: Network, X: NDArray[np.uint8], secret: DecisionTree) -> dict[str, Any]:
    untrained = ResidualNetwork(BITS, np.random.default_rng(SEED), width=64).activations
    cases: dict[str, tuple[Source, dict[str, Any]]] = {
        "twisted": (network, {}),
        "beam 200": (network, {"search": "beam", "beam": 200}),
        "beam 1000": (network, {"search": "beam", "beam": 1000}),
        "twisted, the raw bits as activations": (CallableSource(network.labels, np.asarray), {}),
        "twisted, an untrained network's activations": (
            CallableSource(network.labels, untrained),
            {},
        ),
    }
    rows = {}
    for name, (source, options) in cases.items():
        depth = secret.depth
        found, seconds = timed(extract_tree, source, X, depth=depth, fresh=X[:100], **options)
        rows[name] = {**describe(found.tree, secret, seconds), "probes": found.probes}
    return rows


def scan(X: NDArray[np.uint8], y: NDArray[np.int8], order: int) -> tuple[int, float]:
    """Count the parities of `order` bits that correlate with the labels, and time it.

    Every set of variables is looked at, as a learner from labels must who knows nothing else;
    the last two variables of a set are matrix products.
    """
    chi, f = 1 - 2 * X.astype(np.float32), 1 - 2 * y.astype(np.float32)

    def count(product: NDArray[np.float32], start: int, left: int) -> int:
        if left == 1:
            return int((np.abs(product @ chi[:, start:]) > len(y) / 8).sum())
        if left == 2:
            pairs = (chi[:, start:] * product[:, None]).T @ chi[:, start:]
            return int((np.abs(np.triu(pairs, 1)) > len(y) / 8).sum())
        return sum(
            count(product * chi[:, i], i + 1, left - 1) for i in range(start, BITS - left + 1)
        )

    return timed(count, f, 0, order)


def guess(X: NDArray[np.uint8], y: NDArray[np.int8]) -> tuple[int, float]:
    """Guess the two tests above a parity, solve for it by elimination, and time it.

    Returns how many of the clauses of two literals leave labels that a parity fits.
    """

    def count() -> int:
        found = 0
        for i, j in combinations(range(X.shape[1]), 2):
            for v, w in product((0, 1), repeat=2):
                rows = np.flatnonzero((X[:, i] == v) & (X[:, j] == w))[:130]
                found += learn_parity(X[rows], y[rows]) is not None
        return found

    return timed(count)


def growth(*, parity: int) -> dict[str, Any]:
    """Let the parities grow: four of them below two tests, of 1 to 4 bits each."""
    rng = np.random.default_rng(SEED)
    secret = random_hard_tree(parity + 2, BITS, rng, parity=parity)
    curriculum = [Phase(0.2, 2000), Phase(0.35, 2000), Phase(0.5, 2000)]
    training = train_network(secret.predict, BITS, rng, width=256, curriculum=curriculum)
    X = sample_cube(SAMPLES, BITS, rng)
    y = training.network.labels(X)
    found, distill_seconds = timed(
        extract_tree, training.network, X, depth=secret.depth, fresh=X[:100]
    )
    probed, probe_seconds = timed(
        extract_tree, training.network, X, depth=secret.depth, fresh=X[:100], counted=0
    )
    basis, every = probe_basis(training.network.activations(X)), np.arange(SAMPLES)
    relevant = relevant_variables(basis, y, every, twisted_scores(basis, X, y, every))
    heavy, scan_seconds = scan(X, y, parity)
    fitting, guess_seconds = guess(X, y)
    return {
        "sets": math.comb(BITS, parity),
        "heavy sets": heavy,
        "scan seconds": round(scan_seconds, 2),
        "fitting clauses": fitting,
        "guess seconds": round(guess_seconds, 2),
        "tested": len(secret.variables),
        "relevant": len(relevant),
        "relevant and tested": len(set(relevant.tolist()) & set(secret.variables)),
        "exact": found.tree.equivalent(secret),
        "probes": found.probes,
        "distill seconds": round(distill_seconds, 2),
        "exact without counting": probed.tree.equivalent(secret),
        "probes without counting": probed.probes,
        "seconds without counting": round(probe_seconds, 2),
    }


def layers(*, width: int, seed: int) -> dict[str, Any]:
    """Extract parities of two bits from each hidden layer by itself, in narrow and wide nets."""
    rng = np.random.default_rng(seed)
    secret = random_hard_tree(DEPTH, BITS, rng, parity=2)
    network = train_network(secret.predict, BITS, rng, width=width).network
    X = sample_cube(SAMPLES, BITS, rng)
    exact = []
    for layer in range(3):
        source = CallableSource(network.labels, lambda Z, layer=layer: network.layers(Z)[layer])
        found = extract_tree(source, X, depth=DEPTH, fresh=X[:100])
        exact.append(found.tree.equivalent(secret))
    return {"exact from hidden layer 1, 2, 3": exact}


def keep(network: ResidualNetwork, name: str) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    save_network(network, KEPT / f"{name}.npz")


def hard() -> dict[str, Any]:
    """Teach the chapter's secret to its network; then learners and distillers."""
    rng = np.random.default_rng(SEED)
    secret = random_hard_tree(DEPTH, BITS, rng, parity=PARITY)
    training, seconds = timed(train_network, secret.predict, BITS, rng, width=64)
    keep(training.network, "open-the-box")
    X = sample_cube(SAMPLES, BITS, np.random.default_rng(1))
    fresh = sample_cube(FRESH, BITS, np.random.default_rng(2))
    return {
        "secret": secret.to_dict(),
        "training": {
            "examples": training.examples,
            "seconds": round(seconds, 1),
            "accuracy per 50 batches": training.accuracy.round(3).tolist(),
            "fresh inputs": FRESH,
            "errors on fresh inputs": int(
                (training.network.labels(fresh) != secret.predict(fresh)).sum()
            ),
        },
        "distillers": distill(training.network, X, secret),
        "learners": learn(X, training.network.labels(X), secret),
    }


def ordinary() -> dict[str, Any]:
    """Do the same with an ordinary random tree."""
    rng = np.random.default_rng(SEED)
    secret = random_tree(DEPTH, BITS, rng)
    network = train_network(secret.predict, BITS, rng, width=64).network
    keep(network, "ordinary-tree")
    X = sample_cube(SAMPLES, BITS, np.random.default_rng(1))
    return {
        "secret": secret.to_dict(),
        "distillers": distill(network, X, secret),
        "learners": learn(X, network.labels(X), secret),
    }


def also(rows: dict[str, list[dict[str, Any]]], folder: Path) -> None:
    """Write what the chapter reads: the networks, and what every part found."""
    for network in KEPT.glob("*.npz"):
        shutil.copyfile(network, folder / network.name)
    path = folder / "open-the-box.json"
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    machine = describe_machine(["numpy"])
    results["command"] = "python studies/open_the_box.py"
    results["machine"] = (
        f"{machine['cores']} cores, {machine['system'].split()[-1]}, "
        f"Python {machine['python']}, numpy {machine['packages']['numpy']}"
    )
    for part, found in rows.items():
        results[part] = found[0] if part in ("hard", "ordinary") else found
    text = json.dumps(results, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def study() -> Study:
    sizes = [{"parity": parity} for parity in (1, 2, 3, 4)]
    small = [{"width": width, "seed": seed} for width in (64, 256) for seed in range(4)]
    return Study(
        name="open-the-box",
        command="python studies/open_the_box.py",
        parts={
            "hard": Part(hard, [{}], timed=True),
            "ordinary": Part(ordinary, [{}], timed=True),
            "growth": Part(growth, sizes, timed=True),
            "layers": Part(layers, small),
        },
        tables={},
        also=also,
    )


if __name__ == "__main__":
    main(study(), DATA)
