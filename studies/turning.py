"""The study of chapter 13: which variable do activations turn on, and when do labels do as well?

    python studies/turning.py    (about a quarter of an hour on one core, with the networks of the
                                  zoo; what is missing there is trained first)

Three parts, on ten networks of each kind. *scores*: at the root of the planted tree, and at every
other of its nodes with a leaf at least three tests below, the twisted scores from the trained last
layer, from an untrained network of the same size and from the raw bits, beside the weighted shares
of the leaves. *finders*: which of them lead a search to the planted tree, and what learners from
labels find. *beam*: how many clauses of a parity a beam keeps. The network of the chapter's figure,
``chapters/data/twisted-board.npz``, is made here, too, if it is not there.
The results are ``studies/results/turning.json`` and ``.md``; ``turning-rows.json`` has the scores.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from math import comb
from pathlib import Path
from typing import Any

import ladder
import numpy as np
import zoo
from harness import DATA, for_chapters, main
from measuring import timed
from numpy.typing import NDArray

from pacdistill import (
    CallableSource,
    Clause,
    DecisionTree,
    Phase,
    disagreement,
    parity_tree,
    sample_cube,
    train_network,
)
from pacdistill.extraction import (
    beam_search,
    best_trees,
    greedy_extraction,
    leaf_shares,
    probe_basis,
    twisted_scores,
    twisted_search,
)
from pacdistill.learners import learn_cart, learn_sparse_tree
from pacdistill.networks import ResidualNetwork, save_network
from pacdistill.studies import Part, Study, Table, exact_interval, group_rows

Row = dict[str, Any]

D, SAMPLES, NETWORKS = 100, 8_000, 10
CASES = [
    ("random", 4),
    ("random", 5),
    ("hard", 5),
    ("hard", 6),
    ("hard3", 5),
    ("parity", 4),
    ("parity", 5),
    ("parity", 6),
    ("parity", 7),
]
WIDTHS = {4: [200, 1_000], 5: [200, 1_000], 6: [200], 7: [200]}  # for each length of a parity
FEATURES = ["trained", "untrained", "raw bits"]
ELIMINATED = 200  # labels that the elimination gets
MOST_PROBES = 10_000  # a search that is not led to the tree stops here
BOARD = DATA / "twisted-board.npz"


def title(kind: str, depth: int) -> str:
    return {
        "random": f"random tree, depth {depth}",
        "hard": f"hard tree, depth {depth}",
        "hard3": f"hard tree, depth {depth}, parities of 3 bits",
        "parity": f"parity of {depth} bits",
    }[kind]


def problem(
    kind: str, depth: int, seed: int
) -> tuple[ResidualNetwork, DecisionTree, NDArray[np.uint8]]:
    """Return a network, its planted tree, and the inputs of the engine's study."""
    network, secret = zoo.trained(kind, depth, D, seed)
    return network, secret, sample_cube(SAMPLES, D, np.random.default_rng([seed, 1]))


def read(network: ResidualNetwork, X: NDArray[np.uint8], phi: str, seed: int) -> NDArray[Any]:
    """Return the features of the inputs."""
    if phi == "raw bits":
        return X
    if phi == "untrained":
        width, blocks = len(network.first.weight), len(network.blocks)
        rng = np.random.default_rng([seed, 3])
        network = ResidualNetwork(D, rng, width=width, blocks=blocks)
    return network.activations(X)


def probed_nodes(tree: DecisionTree) -> Iterator[Clause]:
    """List the clauses of the nodes that have a leaf at least three tests below them."""
    leaves = [path for path, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if leaf]
    for clause in zoo.inner(tree):
        below = [path for path in leaves if set(clause.literals) <= set(path.literals)]
        if max(map(len, below)) - len(clause) >= 3:
            yield clause


def scores(*, kind: str, depth: int, seed: int, phi: str) -> Row:
    """Score the variables at the nodes of the planted tree, and at its root tell all."""
    network, secret, X = problem(kind, depth, seed)
    y = network.labels(X)
    if y.min() == y.max():
        return {"nodes": [], "root": []}
    basis = probe_basis(read(network, X, phi, seed))
    nodes, root = [], []
    for clause in probed_nodes(secret):
        rows = np.flatnonzero(clause.holds(X))
        if y[rows].min() == y[rows].max():
            continue  # the planted tree is constant here
        shares = leaf_shares(secret, D, clause)
        free = np.setdiff1d(np.arange(D), clause.variables)
        got = twisted_scores(basis, X, y, rows)
        right, wrong = (free[mask] for mask in (shares[free] > 1 - 1e-9, shares[free] < 1 - 1e-9))
        tested = wrong[shares[wrong] > 0]
        absent = wrong[shares[wrong] == 0]
        nodes.append(
            {
                "tests above": len(clause),
                "best right": round(float(got[right].max()), 4),
                "worst right": round(float(got[right].min()), 4),
                "best other tested": round(float(got[tested].max(initial=0)), 4),
                "best absent": round(float(got[absent].max()), 4),
            }
        )
        if not clause.literals:
            root = [[round(float(shares[i]), 4), round(float(got[i]), 4)] for i in secret.variables]
    return {"nodes": nodes, "root": root}


FINDERS = [
    *(f"twisted, {phi}" for phi in FEATURES),
    "greedy, trained",
    "greedy, the tree's leaves",
    "CART",
    "LicketySPLIT, lookahead 1",
    "low-degree algorithm",
    "elimination modulo 2",
]


def find(*, kind: str, depth: int, seed: int, finder: str) -> Row:
    """Let one finder look for the planted tree."""
    network, secret, X = problem(kind, depth, seed)
    y = network.labels(X)
    start, probes = time.process_time(), 0
    tree: DecisionTree | None = None
    name, _, phi = finder.partition(", ")
    if name == "twisted":
        basis = probe_basis(read(network, X, phi, seed))
        found = twisted_search(basis, X, y, depth=depth, max_probes=MOST_PROBES)
        probes = found.probes
        tree = best_trees(X, y, found.clauses, depth=depth, max_size=2**depth)[-1].tree
    elif name == "greedy":
        if phi == "trained":
            basis = probe_basis(network.activations(X), ridge=0)
        else:
            leaves = secret.apply(X)[:, None] == np.flatnonzero(secret.is_leaf)
            basis, y = probe_basis(leaves, ridge=0), secret.predict(X)
        tree, probes = greedy_extraction(basis, X, y)
    elif name == "CART":
        tree = learn_cart(X, y)
    elif name == "LicketySPLIT":
        tree = learn_sparse_tree(X, y, depth=depth)
    else:
        source = CallableSource(network.labels, np.asarray)
        p = ladder.Problem(source, secret, secret, depth, len(secret.variables))
        rng = np.random.default_rng(seed)
        if name == "low-degree algorithm":
            answer = ladder.low_degree(p, X, rng)
        else:  # few labels are enough, and one wrong label among them would be too many
            answer = ladder.elimination(p, X[:ELIMINATED], rng)
        return {
            **unlike(answer, secret),
            "probes": 0,
            "leaves": 0,
            "seconds": round(time.process_time() - start, 3),
        }
    error = disagreement(tree, secret)
    return {
        "exact": error == 0,
        "error": round(float(error), 5),
        "probes": probes,
        "leaves": tree.size,
        "seconds": round(time.process_time() - start, 3),
    }


def unlike(answer: ladder.Found, secret: DecisionTree) -> Row:
    """Compare an answer that is no tree with the planted one, on fresh inputs."""
    X = sample_cube(20_000, D, np.random.default_rng(7))
    labels = np.zeros(len(X)) if answer.predict is None else answer.predict(X)
    wrong = int((np.asarray(labels) != secret.predict(X)).sum())
    # The answer and the tree depend on few bits each: no error in 20,000 means equal, here.
    return {"exact": wrong == 0, "error": round(wrong / len(X), 5)}


def beam(*, kind: str, depth: int, seed: int, width: int) -> Row:
    """Let a beam look for a parity, and count the clauses of its bits that it keeps."""
    network, secret, X = problem(kind, depth, seed)
    y, basis = network.labels(X), probe_basis(network.activations(X))
    found, seconds = timed(beam_search, basis, X, depth=depth, width=width)
    tree = best_trees(X, y, found.clauses, depth=depth, max_size=2**depth)[-1].tree
    bits = set(secret.variables)
    inside = [
        sum(len(c) == length and set(c.variables) <= bits for c in found.clauses)
        for length in range(1, depth)
    ]
    error = float(disagreement(tree, secret))
    return {
        "exact": error == 0,
        "error": error,
        "probes": found.probes,
        "inside": inside,
        "seconds": round(seconds, 2),
    }


# --- the figure's network


def board_tree() -> DecisionTree:
    """Return the tree of the chapter's figure: a parity of three bits, and an ordinary half."""
    zero, one = DecisionTree.leaf(0), DecisionTree.leaf(1)
    split = DecisionTree.split
    ordinary = split(
        6,
        split(1, zero, split(8, one, zero)),
        split(8, split(4, zero, one), one),
    )
    return split(3, parity_tree((0, 5, 7)), ordinary)


def train_board() -> ResidualNetwork:
    """Teach the figure's tree to a small network."""
    rng = np.random.default_rng(13)
    curriculum = [Phase(0.35, 1_500), Phase(0.5, 2_500)]
    return train_network(board_tree().predict, 10, rng, width=16, curriculum=curriculum).network


# --- the cases, and what is said of them


def score_cases() -> list[Row]:
    return [
        {"kind": kind, "depth": depth, "seed": seed, "phi": phi}
        for kind, depth in CASES
        for seed in range(NETWORKS)
        for phi in FEATURES
    ]


def find_cases() -> list[Row]:
    return [
        {"kind": kind, "depth": depth, "seed": seed, "finder": finder}
        for kind, depth in CASES
        for seed in range(NETWORKS)
        for finder in FINDERS
    ]


def beam_cases() -> list[Row]:
    return [
        {"kind": kind, "depth": depth, "seed": seed, "width": width}
        for kind, depth in CASES
        if kind == "parity"
        for seed in range(NETWORKS)
        for width in WIDTHS[depth]
    ]


def is_right(node: Row) -> bool:
    """Tell whether the highest score belongs to a variable that all leaves test."""
    best = max(node["best other tested"], node["best absent"])
    return bool(node["best right"] > best)


def of_scores(rows: list[Row]) -> list[Row]:
    table = []
    for case, group in group_rows(rows, "kind", "depth", "phi"):
        roots = [row["nodes"][0] for row in group if row["nodes"]]
        below = [node for row in group for node in row["nodes"][1:]]
        at_all = sum(all(is_right(node) for node in row["nodes"]) for row in group if row["nodes"])

        def middle(name: str, nodes: list[Row]) -> float | None:
            return round(float(np.median([node[name] for node in nodes])), 3) if nodes else None

        right = sum(map(is_right, roots))
        table.append(
            {
                "planted": title(case["kind"], case["depth"]),
                "features": case["phi"],
                "networks": len(roots),
                "right at the root": right,
                **exact_interval(right, len(roots)),
                "right at every node": at_all,
                "nodes below": len(below),
                "right there": sum(map(is_right, below)),
                "root: best right": middle("best right", roots),
                "root: other tested": middle("best other tested", roots),
                "root: best absent": middle("best absent", roots),
                "below: best right": middle("best right", below),
                "below: best absent": middle("best absent", below),
            }
        )
    return table


def of_finders(rows: list[Row]) -> list[Row]:
    table = []
    for case, group in group_rows(rows, "kind", "depth", "finder"):
        exact = sum(row["exact"] for row in group)
        table.append(
            {
                "planted": title(case["kind"], case["depth"]),
                "finder": case["finder"],
                "networks": len(group),
                "exact": exact,
                **exact_interval(exact, len(group)),
                "median error": round(float(np.median([row["error"] for row in group])), 4),
                "mean probes": round(float(np.mean([row["probes"] for row in group]))),
                "median leaves": round(float(np.median([row["leaves"] for row in group]))),
                "median CPU s": round(float(np.median([row["seconds"] for row in group])), 2),
            }
        )
    return table


def of_beam(rows: list[Row]) -> list[Row]:
    table = []
    for case, group in group_rows(rows, "kind", "depth", "width"):
        exact, k = sum(row["exact"] for row in group), case["depth"]
        kept = np.mean([row["inside"] for row in group], axis=0).round(1).tolist()
        table.append(
            {
                "planted": title(case["kind"], k),
                "width": case["width"],
                "networks": len(group),
                "exact": exact,
                **exact_interval(exact, len(group)),
                "median error": round(float(np.median([row["error"] for row in group])), 4),
                "least error": min(row["error"] for row in group),
                "probes": group[0]["probes"],
                "median CPU s": round(float(np.median([row["seconds"] for row in group])), 2),
                "clauses of the parity, by length": ", ".join(map(str, kept)),
                "of": ", ".join(str(comb(k, j) * 2**j) for j in range(1, k)),
            }
        )
    return table


def settings() -> Row:
    return {
        "samples": SAMPLES,
        "networks": NETWORKS,
        "d": D,
        "most probes": MOST_PROBES,
        "eliminated": ELIMINATED,
    }


TEXT = (
    f"{NETWORKS} networks of each kind, {SAMPLES:,} inputs of {D} bits. A variable is *right* at a "
    "node if every leaf of the planted tree below it tests the variable; *other tested* are those "
    "that only some leaves test, *absent* those that none does. Nodes have a leaf at least three "
    f"tests below them. A search stops after {MOST_PROBES:,} probes; elimination modulo 2 gets "
    f"{ELIMINATED} of the labels. Intervals are those of "
    "Clopper and Pearson with confidence 0.99."
)


def also(rows: dict[str, list[Row]], folder: Path) -> None:
    """Train the figure's network; write the scores of every network, which the chapter plots."""
    board = for_chapters(folder) / BOARD.name
    if not board.exists():
        save_network(train_board(), board)
    if "scores" in rows:
        lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows["scores"])
        path = folder / "turning-rows.json"
        path.write_text(f"[\n{lines}\n]\n", encoding="utf-8", newline="\n")


def study() -> Study:
    return Study(
        name="turning",
        command="python studies/turning.py",
        parts={
            "scores": Part(scores, score_cases()),
            "finders": Part(find, find_cases()),
            "beam": Part(beam, beam_cases()),
        },
        tables={
            "Settings": Table(lambda: [settings()]),
            "Scores at the planted nodes": Table(of_scores, ["scores"]),
            "Who finds the tree": Table(of_finders, ["finders"]),
            "What the beam keeps of a parity": Table(of_beam, ["beam"]),
        },
        text=TEXT,
        also=also,
    )


if __name__ == "__main__":
    main(study())
