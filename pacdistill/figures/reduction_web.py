"""A moving figure: classes of functions and what is known about going from one to another."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from pacdistill.cube import Clause, enumerate_cube
from pacdistill.extraction.dynamic import best_trees
from pacdistill.figures.moving import MovingFigure
from pacdistill.networks.residual import Network
from pacdistill.networks.written import dnf_network, tree_network
from pacdistill.planted import parity_tree, random_tree
from pacdistill.queries.fourier import walsh_hadamard
from pacdistill.queries.juntas import Junta, random_junta
from pacdistill.reductions.conversion import formulas_to_tree, tree_to_cnf, tree_to_dnf
from pacdistill.reductions.formulas import CNF, DNF
from pacdistill.reductions.gadgets import hitting_set_sample, majority_gadget
from pacdistill.tree import DecisionTree

__all__ = ["reduction_web"]

D = 4
CUBE = enumerate_cube(D)

# Name, center x, center y in the drawing.
NODES = [
    ("juntas", 46, 20),
    ("parities", 46, 96),
    ("trees", 162, 146),
    ("CNF", 284, 112),
    ("DNF", 284, 216),
    ("constants", 278, 16),
    ("polynomials", 50, 196),
    ("networks", 190, 288),
    ("smallest trees", 58, 268),
]


def reduction_web(*, name: str) -> MovingFigure:
    """Show the web of reductions: each edge opens its statement and runs on examples.

    Each example is a pair of objects that the library made, from one another. The page evaluates
    both on all points itself, and a reader may leave a part out and see where they then differ.

    Parameters
    ----------
    name : of the figure, unique on its page
    """
    return MovingFigure(
        name=name,
        label=(
            "A map of classes of functions: juntas, parities, decision trees, CNF, DNF, "
            "polynomials, networks. Numbered edges are reductions that are proved, conversions "
            "proved to be costly or hard, cited results and open questions. Choose an edge to "
            "read it and to run it on an example."
        ),
        script="reduction_web",
        data={"nodes": [{"name": n, "x": x, "y": y} for n, x, y in NODES], "edges": _edges()},
    )


def _edges() -> list[dict[str, Any]]:
    rng = np.random.default_rng(10)
    trees = [_bushy_tree(depth, leaves, rng) for depth, leaves in ((2, 4), (3, 6), (3, 7), (4, 9))]
    dnfs = [_random_formula(D, terms, rng) for terms in (2, 3, 4)]
    first = "01-open-the-box.html"
    return [
        _edge(
            "juntas", "trees", "proved", "#prop-junta-tree",
            "A function of k variables is a tree of depth at most k with at most 2^k leaves.",
            "Ask for the k variables, one after the other.",
            [
                (_junta(j), _tree(j.tree()))
                for j in (random_junta(D, k, rng) for k in (1, 2, 3, 3))
            ],
        ),
        _edge(
            "parities", "trees", "costly", "#prop-junta-tree",
            "A parity of k variables has no tree of depth below k or with fewer than 2^k leaves.",
            "While one of its variables is free, a parity is a fair coin.",
            [
                ({"kind": "parity", "variables": v}, _tree(parity_tree(v)))
                for v in ((2,), (0, 3), (0, 1, 3), (0, 1, 2, 3))
            ],
        ),
        _edge(
            "trees", "DNF", "proved", "#prop-tree-formulas",
            "A tree is a DNF with one term for each leaf of label 1; the terms exclude each other.",
            "Some leaf of label 1 is reached.",
            [(_tree(t), _dnf(tree_to_dnf(t))) for t in trees],
        ),
        _edge(
            "trees", "CNF", "proved", "#prop-tree-formulas",
            "A tree is a CNF with one clause for each leaf of label 0.",
            "No leaf of label 0 is reached.",
            [(_tree(t), _cnf(tree_to_cnf(t))) for t in trees],
        ),
        _edge(
            "trees", "polynomials", "proved", "#prop-tree-degree",
            "A tree of depth r is a polynomial of degree at most r in the signs of the bits.",
            "Each leaf is a product of at most r factors (1 ± a sign)/2.",
            [(_tree(t), _polynomial(t)) for t in trees],
        ),
        _edge(
            "trees", "networks", "proved", f"{first}#prop-tree-network",
            "A tree is a network of one hidden layer, and each node's clause is one of its units.",
            "A sum of literals reaches its largest value exactly where all of them hold.",
            [(_tree(t), _network(tree_network(t, D))) for t in trees[:3]],
        ),
        _edge(
            "DNF", "networks", "proved", "#prop-dnf-network",
            "A DNF is a network with one unit a term; the output counts the terms that hold.",
            "The count is positive exactly where some term holds.",
            [(_dnf(f), _network(dnf_network(f, D))) for f in dnfs],
        ),
        _edge(
            "DNF and CNF", "trees", "proved", "#thm-dnf-cnf-tree",
            "A function with a small DNF and a small CNF has a tree of quasi-polynomial size.",
            "Each term conflicts with each clause's subcube: a variable of a short one rules out "
            "many of the others.",
            [
                ({**_dnf(f), "also": _cnf(g)}, _tree(formulas_to_tree(f, g)))
                for f, g in ((tree_to_dnf(t), tree_to_cnf(t)) for t in trees[1:])
            ],
        ),
        _edge(
            "DNF", "trees", "costly", "#prop-dnf-tree",
            "The DNF with k terms of two variables each, all different, needs a tree of "
            "2^(k+1) - 1 leaves, and a CNF of 2^k clauses.",
            "The rank of a table of its values bounds the leaves from below.",
            [(_dnf(f), _tree(_smallest_tree(f, 2 * k))) for k, f in enumerate(_pairs(), start=1)],
        ),
        _edge(
            "CNF", "constants", "costly", "#thm-exact-vs-pac",
            "Which constant is nearest to a CNF, exactly? NP-hard: for each CNF φ there is a "
            "CNF f that is 1 on more than half of the cube if and only if φ is satisfiable.",
            "f has 2^(n+1) - 1 + 2 #φ ones among 2^(n+2) points, never a tie.",
            [
                (_cnf(phi, n), _cnf(majority_gadget(phi, n), n + 2))
                for n, phi in _small_cnfs(rng)
            ],
            mode="count",
        ),
        _edge(
            "CNF", "constants", "proved", "#thm-exact-vs-pac",
            "The same with an error of ε allowed: (2/ε^2) ln(1/δ) samples and a vote. Here "
            "ε = 1/4 and δ = 1/20: 96 samples.",
            "Where the vote is likely to go wrong, it does not matter.",
            [
                (_cnf(majority_gadget(phi, n), n + 2), {"kind": "constant"})
                for n, phi in _small_cnfs(rng)
            ],
            mode="vote", samples=96,
        ),
        _edge(
            "networks", "smallest trees", "costly", "#thm-smallest-tree",
            "Which is the smallest tree that agrees with a known function on a given sample? "
            "NP-hard, even for the function OR.",
            "On the point 0 and the indicators of some sets, a tree must test a variable of each "
            "set: it has one leaf more than the least hitting set has elements.",
            [_hitting_set(sets) for sets in (
                [[0, 1], [1, 2], [2, 3]],
                [[0, 1], [0, 2], [0, 3], [1, 2, 3]],
                [[0, 1], [0, 2], [1, 2], [0, 3], [1, 3], [2, 3]],
                [[0, 1], [0, 2], [0, 3]],
            )],
            mode="sample",
        ),
        _edge(
            "networks", "trees", "cited", "#cited-hardness",
            "A small tree from queries. Under the uniform distribution it takes almost polynomial "
            "time (Blanc, Lange, Qiao, Tan 2022); under an arbitrary one it is NP-hard to do "
            "properly (Koch, Strassle, Tan 2023).",
            "The influences of the variables guide the search; without the uniform distribution "
            "they mean nothing.",
        ),
        _edge(
            "networks", "trees", "open", "#open-edges",
            "A tree of size s from queries under the uniform distribution, in time polynomial in "
            "d, s and 1/ε. Nobody knows whether that is possible.",
            "Part IV asks for less: what if the network's activations show the clauses?",
        ),
        _edge(
            "polynomials", "trees", "open", "#open-edges",
            "A Boolean function of degree k has a tree of depth O(k^3). Examples need about k^2. "
            "The right exponent is not known.",
            "Both bounds are cited; the chapter lists the gaps on 4 variables.",
        ),
        _edge(
            "networks", "DNF", "open", "#open-edges",
            "What must a network represent so that a DNF can be read out of it? For trees the "
            "clauses of the nodes are an answer.",
            "Terms that share no variable leave a trace that can be climbed (an exercise).",
        ),
    ]  # fmt: skip


def _edge(
    source: str,
    target: str,
    kind: str,
    link: str,
    statement: str,
    idea: str,
    examples: list[tuple[dict[str, Any], dict[str, Any]]] | None = None,
    *,
    mode: str = "equal",
    samples: int = 0,
) -> dict[str, Any]:
    return {
        "source": source,
        "target": target,
        "kind": kind,
        "link": link,
        "statement": statement,
        "idea": idea,
        "mode": mode,
        "samples": samples,
        "examples": [{"source": s, "target": t} for s, t in examples or []],
    }


# --- the objects of the examples, as the page evaluates them


def _tree(tree: DecisionTree, d: int = D) -> dict[str, Any]:
    return {
        "kind": "tree",
        "d": max(d, int(tree.variable.max()) + 1),
        "variable": tree.variable.tolist(),
        "children": tree.children.tolist(),
        "label": tree.label.tolist(),
    }


def _junta(junta: Junta) -> dict[str, Any]:
    return {
        "kind": "junta",
        "variables": [int(i) for i in junta.variables],
        "table": [int(label) for label in junta.table],
    }


def _dnf(dnf: DNF) -> dict[str, Any]:
    return {"kind": "dnf", "parts": [list(term.literals) for term in dnf.terms]}


def _cnf(cnf: CNF, d: int = D) -> dict[str, Any]:
    return {"kind": "cnf", "d": d, "parts": [list(clause.literals) for clause in cnf.clauses]}


def _network(network: Network) -> dict[str, Any]:
    """Write down a network of one hidden layer: its units, and which of them the output sums."""
    state = network.state_dict()
    hidden = [value for key, value in state.items() if not key.startswith("readout")]
    weight, bias = sorted(hidden, key=lambda value: -value.ndim)
    return {
        "kind": "network",
        "weight": weight.int().tolist(),
        "bias": bias.int().tolist(),
        "readout": state["readout.weight"][0].int().tolist(),
        "shift": float(state["readout.bias"][0]),
    }


def _polynomial(tree: DecisionTree) -> dict[str, Any]:
    """Write the labels as sum of coefficient / 2^depth times characters; all are whole numbers."""
    scaled = walsh_hadamard(tree.predict(CUBE).astype(float)) * 2**tree.depth
    found = np.rint(scaled).astype(int)
    order = sorted(np.flatnonzero(found), key=lambda k: (CUBE[k].sum(), -k))
    return {
        "kind": "polynomial",
        "denominator": 2**tree.depth,
        "parts": [[int(found[k]), np.flatnonzero(CUBE[k]).tolist()] for k in order],
    }


def _bushy_tree(depth: int, leaves: int, rng: np.random.Generator) -> DecisionTree:
    while True:
        tree = random_tree(depth, D, rng)
        if tree.size == leaves:
            return tree


def _random_formula(d: int, terms: int, rng: np.random.Generator) -> DNF:
    chosen = [rng.permutation(d)[: rng.integers(2, 4)] for _ in range(terms)]
    return DNF(tuple(Clause(tuple((int(i), int(rng.integers(2))) for i in c)) for c in chosen))


def _pairs() -> list[DNF]:
    """Return x0 x1 or x2 x3 or ..., with one, two and three terms."""
    terms = tuple(Clause(((2 * j, 1), (2 * j + 1, 1))) for j in range(3))
    return [DNF(terms[:k]) for k in (1, 2, 3)]


def _smallest_tree(dnf: DNF, d: int) -> DecisionTree:
    X = enumerate_cube(d)
    values = product((None, 0, 1), repeat=d)
    clauses = [Clause(tuple((i, v) for i, v in enumerate(row) if v is not None)) for row in values]
    return best_trees(X, dnf.predict(X), clauses, depth=d, max_size=2**d)[-1].tree


def _small_cnfs(rng: np.random.Generator) -> list[tuple[int, CNF]]:
    """Return CNFs with their numbers of variables; the second is unsatisfiable."""
    return [
        (2, CNF((Clause(((0, 1), (1, 1))), Clause(((0, 0), (1, 0)))))),
        (2, CNF((Clause(((0, 1),)), Clause(((0, 0), (1, 1))), Clause(((1, 0),))))),
        *(
            (3, CNF(_random_formula(3, clauses, rng).terms))
            for clauses in (2, 4)
        ),
    ]  # fmt: skip


def _hitting_set(sets: list[list[int]]) -> tuple[dict[str, Any], dict[str, Any]]:
    X, y = hitting_set_sample(sets, D)
    values = product((None, 0, 1), repeat=D)
    clauses = [Clause(tuple((i, v) for i, v in enumerate(row) if v is not None)) for row in values]
    tree = best_trees(X, y, clauses, depth=D, max_size=2**D)[-1].tree
    return {"kind": "or", "sets": sets, "points": X.tolist()}, _tree(tree)
