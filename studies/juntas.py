"""The study of chapter 8: who finds a junta, from how many labels, in what time.

    python studies/juntas.py    (about a quarter of an hour on one core)

Three parts. *labels*: juntas of 4 and of 6 of 100 bits, learners with random labels beside the
distiller with queries. *time*: how the time of those that succeed grows with the number of bits.
*networks*: networks that were taught a junta, some of them too briefly, and the robust distiller.
Every junta, sample and network comes from its seed. The results are ``studies/results/juntas.json``
and ``.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from harness import main
from measuring import timed
from numpy.typing import NDArray
from scipy.stats import binomtest

from pacdistill import DecisionTree, Phase, disagreement, sample_cube, train_network
from pacdistill.learners import learn_cart, learn_optimal_tree, learn_parity, learn_sparse_tree
from pacdistill.queries import (
    Junta,
    distill_junta,
    distill_near_junta,
    near_junta_queries,
    random_junta,
)
from pacdistill.studies import Part, Study, Table, exact_interval, group_rows

Row = dict[str, Any]
Points, Labels = NDArray[np.uint8], NDArray[np.int8]

D = 100
KINDS = {
    4: ["random table", "AND", "majority", "parity"],
    6: ["random table", "parity", "parity with an AND"],
}
SIZES = {4: [100, 300, 1_000], 6: [1_000]}
SEEDS = {4: 20, 6: 5}
CAP = 10.0  # seconds for an optimal tree
FRESH = 50_000
# d, k, width, batch, and how long the networks are taught
TEACHING = [(30, 3, 32, 128, [50, 100, 200, 400, 800], 6), (100, 4, 64, 256, [300, 600, 1_200], 3)]


def draw(kind: str, d: int, k: int, seed: int) -> Junta:
    """Return the junta of a case."""
    rng = np.random.default_rng([seed, d, k])
    if kind == "random table":
        return random_junta(d, k, rng)
    variables = tuple(np.sort(rng.choice(d, k, replace=False)).tolist())
    ones = [bin(c).count("1") for c in range(2**k)]
    table = {
        "AND": [int(n == k) for n in ones],
        "majority": [int(2 * n > k) for n in ones],
        "parity": [n % 2 for n in ones],
        # x0 + ... + x_(k-3) + (x_(k-2) and x_(k-1)), modulo 2
        "parity with an AND": [(bin(c >> 2).count("1") + (c & 3 == 3)) % 2 for c in range(2**k)],
    }[kind]
    return Junta(variables, tuple(table))


# --- the learners: from labeled points to a tree


def exhaustive(X: Points, y: Labels) -> DecisionTree:
    """Return a junta of 4 bits that fits, found by trying all sets of 4 bits."""
    ones, zeros = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
    if not len(ones) or not len(zeros):
        return DecisionTree.leaf(int(y[0]))
    pairs = np.random.default_rng(0).permutation(len(ones) * len(zeros))
    i, j = np.triu_indices(X.shape[1], 1)
    sets = None
    for start in range(0, len(pairs), 64):
        some = pairs[start : start + 64]
        powers = np.uint64(1) << np.arange(len(some), dtype=np.uint64)
        apart = X[ones[some // len(zeros)]] ^ X[zeros[some % len(zeros)]]
        word = (powers[:, None] * apart).sum(axis=0, dtype=np.uint64)
        full = powers.sum(dtype=np.uint64)
        if sets is None:  # all sets of four bits, as two pairs, the first below the second
            two = word[i] | word[j]
            found = []
            for a in range(len(i)):
                after = np.searchsorted(i, j[a], side="right")
                b = after + np.flatnonzero((two[after:] | two[a]) == full)
                found.append(np.stack([np.full_like(b, i[a]), np.full_like(b, j[a]), i[b], j[b]]))
            sets = np.concatenate(found, axis=1).T
        sets = sets[np.bitwise_or.reduce(word[sets], axis=1) == full]
    assert sets is not None
    if not len(sets):
        return DecisionTree.leaf(int(2 * y.sum() > len(y)))
    cells = X[:, sets[0]].astype(np.int64) @ (1 << np.arange(4)[::-1])
    table = np.zeros(2**4, dtype=int)
    table[cells] = y
    return Junta(tuple(sets[0].tolist()), tuple(table.tolist())).tree()


def solved(X: Points, y: Labels) -> DecisionTree:
    """Return the parity that fits, if it has few bits."""
    found = learn_parity(X, y)
    if found is None or len(found[0]) > 10:  # a tree of so many would be too large
        return DecisionTree.leaf(0)
    bits, constant = found
    odd = [(bin(c).count("1") + constant) % 2 for c in range(2 ** len(bits))]
    return Junta(bits, tuple(odd)).tree()


def optimal(X: Points, y: Labels, k: int) -> DecisionTree:
    """Return the best tree of depth k that STreeD finds in the time."""
    try:
        return learn_optimal_tree(X, y, depth=k, max_seconds=CAP).tree
    except TimeoutError:
        return DecisionTree.leaf(int(2 * y.sum() > len(y)))


LEARNERS: dict[str, Callable[[Points, Labels, int], DecisionTree]] = {
    "CART": lambda X, y, k: learn_cart(X, y, max_size=2**k),
    "LicketySPLIT, lookahead 1": lambda X, y, k: learn_sparse_tree(X, y, depth=k),
    "LicketySPLIT, lookahead 2": lambda X, y, k: learn_sparse_tree(X, y, depth=k, lookahead=2),
    "STreeD, optimal trees": optimal,
    "elimination modulo 2": lambda X, y, k: solved(X, y),
    "all sets of 4 bits": lambda X, y, k: exhaustive(X, y),
}
QUERIES = "queries"


def suits(learner: str, kind: str, k: int) -> bool:
    """Tell whether a learner is meant for such juntas."""
    if learner == "elimination modulo 2":
        return kind.startswith("parity")
    return learner != "all sets of 4 bits" or k == 4


def learn(*, learner: str, kind: str, d: int, k: int, n: int | None, seed: int) -> Row:
    """Let one learner find one junta from n labels, or from as many queries as it asks."""
    secret, rng = draw(kind, d, k, seed), np.random.default_rng([seed, d, n or 0, 1])
    tree = secret.tree()
    if n is None:
        result, seconds = timed(distill_junta, secret.predict, d, k, rng)
        found, labels = result.junta.tree(), result.queries
    else:
        X = sample_cube(n, d, rng)
        y = secret.predict(X)
        (found, seconds), labels = timed(LEARNERS[learner], X, y, k), n
    return {
        "labels": labels,
        "exact": bool(found.equivalent(tree)),
        "error": float(disagreement(found, tree)),
        "seconds": round(seconds, 4),
    }


def taught(*, kind: str, d: int, k: int, width: int, batch: int, steps: int, seed: int) -> Row:
    """Teach a junta to a network, and distill it out of it again."""
    secret, rng = draw(kind, d, k, seed), np.random.default_rng([seed, d, steps, 2])
    network = train_network(
        secret.predict,
        d,
        rng,
        width=width,
        curriculum=[Phase(0.35, steps // 2), Phase(0.5, steps // 2)],
        batch=batch,
    ).network

    def apart(other: Callable[[Points], Labels]) -> float:
        """Return an upper confidence bound (0.995) on the distance from the network."""
        X = sample_cube(FRESH, d, rng)
        wrong = int((network.labels(X) != other(X)).sum())
        return float(binomtest(wrong, FRESH).proportion_ci(0.99, method="exact").high)

    radius = 2.0 ** -(k + 1)
    near = apart(secret.predict)
    distance = near if near < 0.9 * radius else radius / 2  # a guess, where nothing is promised
    row = {"distance": round(near, 5), "promised": near < 0.9 * radius}
    try:
        result = distill_near_junta(network.labels, d, k, rng, distance=distance)
    except ValueError:
        return {**row, "outcome": "refused", "bound": near_junta_queries(d, k, distance, 0.01)}
    outcome = "exact" if result.junta == secret else "other"
    certified = apart(result.junta.predict) < radius
    return {
        **row,
        "outcome": outcome,
        "certified": certified,
        "queries": result.queries,
        "bound": result.bound,
    }


# --- the cases, and what is said of them


def label_cases() -> list[Row]:
    return [
        {"learner": learner, "kind": kind, "d": D, "k": k, "n": n, "seed": seed}
        for k, kinds in KINDS.items()
        for kind in kinds
        for learner in [*LEARNERS, QUERIES]
        if suits(learner, kind, k)
        for n in (SIZES[k] if learner != QUERIES else [None])
        for seed in range(SEEDS[k])
    ]


def time_cases() -> list[Row]:
    grid = {
        "LicketySPLIT, lookahead 2": ([25, 50, 100, 200], 1_000),
        "STreeD, optimal trees": ([25, 50, 100, 200], 300),
        "all sets of 4 bits": ([25, 50, 100, 200], 100),
        QUERIES: ([25, 50, 100, 200, 400, 1_600, 6_400], None),
    }
    return [
        {"learner": learner, "kind": "parity", "d": d, "k": 4, "n": n, "seed": seed}
        for learner, (sizes, n) in grid.items()
        for d in sizes
        for seed in range(100, 103)
    ]


def network_cases() -> list[Row]:
    names = ("d", "k", "width", "batch")
    return [
        {**dict(zip(names, setting, strict=True)), "kind": kind, "steps": steps, "seed": seed}
        for *setting, lengths, seeds in TEACHING
        for kind in ("random table", "parity")
        for steps in lengths
        for seed in range(seeds)
    ]


def of_labels(rows: list[Row]) -> list[Row]:
    table = []
    for case, group in group_rows(rows, "k", "kind", "learner", "n"):
        exact = sum(row["exact"] for row in group)
        table.append(
            {
                "k": case["k"],
                "kind": case["kind"],
                "learner": case["learner"],
                "labels": round(float(np.mean([row["labels"] for row in group])), 1),
                "runs": len(group),
                "exact": exact,
                **exact_interval(exact, len(group)),
                "mean error": round(float(np.mean([row["error"] for row in group])), 4),
                "median CPU s": round(float(np.median([row["seconds"] for row in group])), 3),
            }
        )
    return table


def of_time(rows: list[Row]) -> list[Row]:
    return [
        {
            **case,
            "exact": sum(row["exact"] for row in group),
            "labels": round(float(np.mean([row["labels"] for row in group])), 1),
            "median CPU s": round(float(np.median([row["seconds"] for row in group])), 4),
        }
        for case, group in group_rows(rows, "learner", "d")
    ]


def of_networks(rows: list[Row]) -> list[Row]:
    table = []
    for case, group in group_rows(rows, "d", "k", "kind", "steps"):
        near = [row for row in group if row["promised"]]
        far = [row for row in group if not row["promised"]]
        line = {**case, "networks": len(group), "within the radius": len(near)}
        for name, some in (("within", near), ("beyond", far)):
            for outcome in ("exact", "other", "refused"):
                line[f"{name}: {outcome}"] = sum(row["outcome"] == outcome for row in some)
        line["certified"] = sum(row.get("certified", False) for row in group)
        wrongly = [row for row in group if row.get("certified") and row["outcome"] != "exact"]
        line["certified, not the one taught"] = len(wrongly)
        line["most queries"] = max((row["queries"] for row in near if "queries" in row), default=0)
        line["its bound"] = max((row["bound"] for row in near if "queries" in row), default=0)
        table.append(line)
    return table


def study() -> Study:
    return Study(
        name="juntas",
        command="python studies/juntas.py",
        parts={
            "labels": Part(learn, label_cases()),
            "time": Part(learn, time_cases(), timed=True),
            "networks": Part(taught, network_cases()),
        },
        tables={
            "Juntas of 4 and 6 of 100 bits, from labels": Table(of_labels, ["labels"]),
            "How the time grows, for a parity of 4 bits": Table(of_time, ["time"]),
            "Networks that were taught a junta": Table(of_networks, ["networks"]),
        },
        text="Intervals are those of Clopper and Pearson with confidence 0.99. An optimal tree "
        f"is searched for at most {CAP:g} seconds; if it is not proved optimal by then, the best "
        "tree so far counts.",
    )


if __name__ == "__main__":
    main(study())
