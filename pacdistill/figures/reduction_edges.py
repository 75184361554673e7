"""The edges of the web of reductions: a statement, an idea and examples for each."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pacdistill.cube import Clause, enumerate_cube
from pacdistill.extraction.dynamic import best_trees
from pacdistill.figures.reduction_objects import (
    D,
    as_cnf,
    as_dnf,
    as_junta,
    as_network,
    as_polynomial,
    as_tree,
)
from pacdistill.networks.written import dnf_network, tree_network
from pacdistill.planted import parity_tree, random_tree
from pacdistill.queries.juntas import random_junta
from pacdistill.reductions.conversion import formulas_to_tree, tree_to_cnf, tree_to_dnf
from pacdistill.reductions.formulas import CNF, DNF
from pacdistill.reductions.gadgets import hitting_set_sample, majority_gadget
from pacdistill.tree import DecisionTree


def reduction_edges() -> list[dict[str, Any]]:
    """Return the numbered edges: what is known, why, and examples made anew from one seed."""
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
                (as_junta(j), as_tree(j.tree()))
                for j in (random_junta(D, k, rng) for k in (1, 2, 3, 3))
            ],
        ),
        _edge(
            "parities", "trees", "costly", "#prop-junta-tree",
            "A parity of k variables has no tree of depth below k or with fewer than 2^k leaves.",
            "While one of its variables is free, a parity is a fair coin.",
            [
                ({"kind": "parity", "variables": v}, as_tree(parity_tree(v)))
                for v in ((2,), (0, 3), (0, 1, 3), (0, 1, 2, 3))
            ],
        ),
        _edge(
            "trees", "DNF", "proved", "#prop-tree-formulas",
            "A tree is a DNF with one term for each leaf of label 1; the terms exclude each other.",
            "Some leaf of label 1 is reached.",
            [(as_tree(t), as_dnf(tree_to_dnf(t))) for t in trees],
        ),
        _edge(
            "trees", "CNF", "proved", "#prop-tree-formulas",
            "A tree is a CNF with one clause for each leaf of label 0.",
            "No leaf of label 0 is reached.",
            [(as_tree(t), as_cnf(tree_to_cnf(t))) for t in trees],
        ),
        _edge(
            "trees", "polynomials", "proved", "#prop-tree-degree",
            "A tree of depth r is a polynomial of degree at most r in the signs of the bits.",
            "Each leaf is a product of at most r factors (1 ± a sign)/2.",
            [(as_tree(t), as_polynomial(t)) for t in trees],
        ),
        _edge(
            "trees", "networks", "proved", f"{first}#prop-tree-network",
            "A tree is a network of one hidden layer, and each node's clause is one of its units.",
            "A sum of literals reaches its largest value exactly where all of them hold.",
            [(as_tree(t), as_network(tree_network(t, D))) for t in trees[:3]],
        ),
        _edge(
            "DNF", "networks", "proved", "#prop-dnf-network",
            "A DNF is a network with one unit a term; the output counts the terms that hold.",
            "The count is positive exactly where some term holds.",
            [(as_dnf(f), as_network(dnf_network(f, D))) for f in dnfs],
        ),
        _edge(
            "DNF and CNF", "trees", "proved", "#thm-dnf-cnf-tree",
            "A function with a small DNF and a small CNF has a tree of quasi-polynomial size.",
            "Each term conflicts with each clause's subcube: a variable of a short one rules out "
            "many of the others.",
            [
                ({**as_dnf(f), "also": as_cnf(g)}, as_tree(formulas_to_tree(f, g)))
                for f, g in ((tree_to_dnf(t), tree_to_cnf(t)) for t in trees[1:])
            ],
        ),
        _edge(
            "DNF", "trees", "costly", "#prop-dnf-tree",
            "The DNF with k terms of two variables each, all different, needs a tree of "
            "2^(k+1) - 1 leaves, and a CNF of 2^k clauses.",
            "The rank of a table of its values bounds the leaves from below.",
            [
                (as_dnf(f), as_tree(_smallest_tree(X, f.predict(X))))
                for f, X in ((f, enumerate_cube(2 * len(f.terms))) for f in _pairs())
            ],
        ),
        _edge(
            "CNF", "constants", "costly", "#thm-exact-vs-pac",
            "Which constant is nearest to a CNF, exactly? NP-hard: for each CNF φ there is a "
            "CNF f that is 1 on more than half of the cube if and only if φ is satisfiable.",
            "f has 2^(n+1) - 1 + 2 #φ ones among 2^(n+2) points, never a tie.",
            [
                (as_cnf(phi, n), as_cnf(majority_gadget(phi, n), n + 2))
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
                (as_cnf(majority_gadget(phi, n), n + 2), {"kind": "constant"})
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


# --- what the examples start from


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


def _smallest_tree(X: NDArray[np.uint8], y: NDArray[np.int8]) -> DecisionTree:
    """Return a smallest tree that agrees with these labels, of all trees."""
    d = X.shape[1]
    values = product((None, 0, 1), repeat=d)
    clauses = [Clause(tuple((i, v) for i, v in enumerate(row) if v is not None)) for row in values]
    return best_trees(X, y, clauses, depth=d, max_size=2**d)[-1].tree


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
    """Return OR with the sample that some sets make of it, and its smallest tree."""
    X, y = hitting_set_sample(sets, D)
    return {"kind": "or", "sets": sets, "points": X.tolist()}, as_tree(_smallest_tree(X, y))
