"""The study of chapter 16: each hypothesis broken on purpose, and what the diagnosis says.

    python studies/failures.py    (20 minutes on one core, if the networks are in _build/zoo)

Networks that were taught planted trees are spoiled in ten ways, each at several levels, and a tree
is extracted. Beside it stands what the theory predicts, whether the tree is the planted one, and
which checks of `pacdistill.diagnose` raise an alarm, which does not know the planted tree. Sixty
networks that nobody spoiled tell how often there is a false alarm. Everything comes from seeds. The
results are ``studies/results/failures.json`` and ``.md``, and the rows ``failures-rows.json``.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from harness import main
from numpy.typing import NDArray
from zoo import trained

from pacdistill import (
    CallableSource,
    DecisionTree,
    Phase,
    Source,
    diagnose,
    disagreement,
    extract_tree,
    parity_tree,
    random_tree,
    sample_cube,
    train_network,
)
from pacdistill.cube import character
from pacdistill.extraction import beam_search, probe_basis, twisted_scores
from pacdistill.networks import ResidualNetwork
from pacdistill.studies import Part, Study, Table, exact_interval, group_rows

Row = dict[str, Any]
Points = NDArray[np.uint8]

D, N, FRESH = 100, 4_000, 2_000  # bits, samples of the search and of each later measurement
SEEDS = 10
MASK = 6  # bits of the parity that hides the activations
WIDEST = 500  # the beam by which the ranks of the planted clauses are found
CHECKS = (
    "fidelity",
    "overfitting",
    "representation",
    "root",
    "norm",
    "samples",
    "search",
    "labels",
)
HEALTHY = [("random", 3), ("random", 4), ("random", 5), ("hard", 5), ("hard3", 5), ("parity", 5)]
# What is broken, how, and the levels, the mildest first.
MODES: dict[str, tuple[str, list[float]]] = {
    "representation": ("strength of a mask on the activations", [0, 0.3, 0.5, 0.7, 0.85, 0.95, 1]),
    "norm": ("scale of the activations beside decoys", [1, 0.1, 0.01, 0.003, 0.001, 0.0003]),
    "distribution": ("bits that were fixed in all inputs", [0, 1, 2, 3, 4]),
    "beam": ("clauses that the beam keeps", [500, 200, 100, 50, 20, 10]),
    "samples": ("samples", [4_000, 1_000, 400, 200, 100, 70, 60]),
    "noise": ("labels flipped", [0, 0.02, 0.1, 0.2, 0.3, 0.4]),
    "depth": ("depth that was allowed, of 5", [5, 4, 3, 2, 1]),
    "leaves": ("leaves that were allowed, of 32", [32, 30, 24, 16, 8, 4]),
    "outputs only": ("bits of a parity, raw bits as activations", [2, 3, 4, 5]),
    "training": ("steps of training", [400, 200, 100, 75, 50]),
}


# --- how a network is spoiled


def flipped(source: Source, rate: float, key: int) -> Source:
    """Return the source with labels flipped on a fraction `rate` of the points, always the same."""
    odd = np.random.default_rng(key).integers(1, 2**62, size=D, dtype=np.uint64) | np.uint64(1)

    def labels(X: Points) -> NDArray[np.int8]:
        code = (X * odd).sum(axis=1, dtype=np.uint64)
        code ^= code >> np.uint64(31)
        scattered = (code * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)
        return np.asarray(source.labels(X) ^ (scattered < rate * 2**24).astype(np.int8))

    return CallableSource(labels, source.activations)


def masked(network: ResidualNetwork, strength: float, mask: tuple[int, ...]) -> Source:
    """Return the network with each activation times 1 - s + s chi_K, and its logit as a unit."""

    def activations(X: Points) -> NDArray[np.float32]:
        factor = 1 - strength + strength * character(X, mask)
        last = network.activations(X) * factor[:, None]
        return np.hstack([last, network.logits(X)[:, None]]).astype(np.float32)

    return CallableSource(network.labels, activations)


def drowned(network: ResidualNetwork, scale: float, decoys: ResidualNetwork) -> Source:
    """Return the network with its activations scaled, beside as many of an untrained network."""
    X = sample_cube(FRESH, D, np.random.default_rng(0))
    energy = [float(n.activations(X).var(axis=0).sum()) for n in (network, decoys)]
    gain = (energy[0] / energy[1]) ** 0.5

    def activations(X: Points) -> NDArray[np.float32]:
        return np.hstack([scale * network.activations(X), gain * decoys.activations(X)])

    return CallableSource(network.labels, activations)


def path(tree: DecisionTree, length: int) -> dict[int, int]:
    """Return the first tests of the path on which every test says 0."""
    fixed, node = {}, 0
    for _ in range(length):
        fixed[int(tree.variable[node])] = 0
        node = int(tree.children[node, 0])
    return fixed


def root_score(source: Source, X: Points, root: int, ridge: float = 1e-4) -> float:
    """Return the twisted score of one bit at the root."""
    basis = probe_basis(source.activations(X), ridge=ridge)
    y = source.labels(X).astype(np.int8)
    return float(twisted_scores(basis, X[:, [root]], y, np.arange(len(X)))[0])


def optimistic(score: float, columns: int, n: int) -> float:
    """Return the score that n samples show if it is truly `score`: the rest is noise to them."""
    return score + (1 - score) * columns / n


# --- one network, one level


def examine(
    source: Source,
    secret: DecisionTree,
    depth: int,
    rng: np.random.Generator,
    *,
    n: int = N,
    fixed: dict[int, int] | None = None,
    **options: Any,
) -> Row:
    """Extract a tree and diagnose it; the planted tree is used to say whether it is right only."""
    parts = [sample_cube(size, D, rng) for size in (n, FRESH, N)]
    for bit, value in (fixed or {}).items():
        for part in parts:
            part[:, bit] = value
    X, fresh, other = parts
    found = extract_tree(source, X, depth=depth, fresh=fresh, confidence=0.99, **options)
    diagnosis = diagnose(found, source, other)
    return {
        "exact": bool(found.tree.equivalent(secret)),
        "agrees": round(1 - float(disagreement(found.tree, secret)), 6),
        "fidelity": round(found.fidelity.estimate, 6),
        "probes": found.probes,
        "alarms": list(diagnosis.alarms),
    }


def spoil(*, mode: str, level: float, seed: int) -> Row:
    """Break one hypothesis for one network; `predicted` and `observed` are of the same quantity."""
    rng = np.random.default_rng([seed, 16, *mode.encode()])
    if mode == "outputs only":
        k = int(level)
        secret = parity_tree(tuple(sorted(rng.choice(D, k, replace=False).tolist())))
        row = examine(CallableSource(secret.predict, np.asarray), secret, k, rng)
        return {**row, "predicted": 1.0 if k <= 2 else 0.5, "observed": row["agrees"]}
    if mode == "training":
        secret = random_tree(4, D, np.random.default_rng([seed, 4, D]))
        network = train_network(secret.predict, D, rng, curriculum=[Phase(0.5, int(level))]).network
        X = sample_cube(20_000, D, rng)
        accuracy = float((network.labels(X) == secret.predict(X)).mean())
        row = examine(network, secret, 4, rng)
        return {**row, "predicted": round(accuracy, 6), "observed": row["fidelity"]}
    if mode == "beam":
        network, secret = trained("random", 4, D, seed)
        X = sample_cube(N, D, rng)
        widest = beam_search(probe_basis(network.activations(X)), X, depth=4, width=WIDEST)
        ranks = [1]
        for clause in secret.clauses():
            level_now = [c for c in widest.clauses if len(c) == len(clause)]
            if 0 < len(clause) < secret.depth and not is_leaf(secret, clause):
                ranks.append(level_now.index(clause) + 1 if clause in level_now else WIDEST + 1)
        found = extract_tree(
            network, X, depth=4, search="beam", beam=int(level), fresh=sample_cube(FRESH, D, rng)
        )
        alarms = diagnose(found, network, sample_cube(N, D, rng)).alarms
        agrees = 1 - float(disagreement(found.tree, secret))
        return {
            "exact": agrees == 1,
            "agrees": round(agrees, 6),
            "fidelity": round(found.fidelity.estimate, 6),
            "probes": found.probes,
            "alarms": list(alarms),
            "needed": max(ranks),
            "predicted": float(max(ranks) <= level),  # whether the theory promises success
            "observed": round(agrees, 6),
        }
    network, secret = trained("hard", 5, D, seed)
    root = int(secret.variable[0])
    X = sample_cube(N, D, np.random.default_rng([seed, 1]))
    if mode == "representation":
        free = [i for i in range(D) if i not in secret.variables]
        mask = tuple(sorted(rng.choice(free, MASK, replace=False).tolist()))
        source = masked(network, level, mask)
        row = examine(source, secret, 5, rng)
        kept = (1 - level) ** 2 / ((1 - level) ** 2 + level**2)
        truly = true_score(network, root, seed) * kept
        return {
            **row,
            "predicted": round(optimistic(truly, 66, N), 4),
            "observed": round(root_score(source, X, root), 4),
        }
    if mode == "norm":
        decoys = ResidualNetwork(D, np.random.default_rng([seed, 2]))
        source = drowned(network, level, decoys)
        row = examine(source, secret, 5, rng)
        ridge = 1e-4 * (1 + level**2) / (2 * level**2)  # what it is beside the scaled part alone
        return {
            **row,
            "predicted": round(optimistic(true_score(network, root, seed, ridge), 65, N), 4),
            "observed": round(root_score(source, X, root), 4),
        }
    if mode == "noise":
        source = flipped(network, level, seed)
        row = examine(source, secret, 5, rng)
        truly = true_score(network, root, seed) * (1 - 2 * level) ** 2
        return {
            **row,
            "predicted": round(optimistic(truly, 65, N), 4),
            "observed": round(root_score(source, X, root), 4),
        }
    if mode == "samples":
        n = int(level)
        X = sample_cube(n, D, rng)
        ignored = [i for i in range(D) if i not in secret.variables]
        try:
            basis = probe_basis(network.activations(X), ridge=0)
        except ValueError:
            return {"refused": True, "predicted": 1.0, "alarms": []}
        scores = twisted_scores(basis, X, network.labels(X), np.arange(n))[ignored]
        row = examine(network, secret, 5, rng, n=n)
        return {
            **row,
            "predicted": round(basis.columns.shape[1] / n, 4),
            "observed": round(float(scores.mean()), 4),
        }
    if mode == "distribution":
        row = examine(network, secret, 5, rng, fixed=path(secret, int(level)))
        return {**row, "predicted": 0.5 + 0.5 ** (level + 1), "observed": row["agrees"]}
    if mode == "leaves":
        row = examine(network, secret, 5, rng, max_size=int(level))
        return {**row, "predicted": 0.5 + level / 64, "observed": row["agrees"]}
    row = examine(network, secret, int(level), rng)  # the depth
    return {**row, "predicted": 0.5 + 2.0 ** (level - 6), "observed": row["agrees"]}


def is_leaf(tree: DecisionTree, clause: Any) -> bool:
    """Tell whether a node's clause is that of a leaf."""
    return bool(tree.is_leaf[list(tree.clauses()).index(clause)])


def true_score(network: ResidualNetwork, root: int, seed: int, ridge: float = 1e-4) -> float:
    """Return the score of the root's bit on so many samples that noise is a hundredth of them."""
    X = sample_cube(20_000, D, np.random.default_rng([seed, 3]))
    return root_score(network, X, root, ridge)


def healthy(*, kind: str, depth: int, seed: int) -> Row:
    """Extract from a network that nobody spoiled."""
    network, secret = trained(kind, depth, D, seed)
    return examine(network, secret, depth, np.random.default_rng([seed, 17, depth]))


def summed(*, k: int, seed: int) -> Row:
    """Ask of a network that was taught a parity how much it only knows the sum of its bits."""
    network, secret = trained("parity", k, D, seed)
    rng = np.random.default_rng([seed, 18, k])
    X, V = sample_cube(8_000, D, rng), list(secret.variables)
    phi, y = network.activations(X).astype(float), network.labels(X)
    basis = probe_basis(phi)
    scores = twisted_scores(basis, X[:, V], y, np.arange(len(X)))
    noise = basis.columns.shape[1] / len(X)
    total = X[:, V].sum(axis=1)
    means = np.stack([phi[total == s].mean(axis=0) for s in range(k + 1)])
    rest = phi - means[total]
    return {
        "score": round(float((scores.mean() - noise) / (1 - noise)), 4),
        "by the sum": round(1 - float(rest.var(axis=0).sum() / phi.var(axis=0).sum()), 4),
    }


# --- the cases, and what is said of them


def sum_cases() -> list[Row]:
    return [{"k": k, "seed": seed} for k in (4, 5, 6, 7) for seed in range(SEEDS)]


def of_sums(rows: list[Row]) -> list[Row]:
    table = []
    for case, group in group_rows(rows, "k"):
        k = case["k"]
        line: Row = {"bits of the parity": k, "networks": len(group), "1/k": round(1 / k, 4)}
        for name in ("score", "by the sum"):
            values = [row[name] for row in group]
            line[f"least {name}"], line[f"most {name}"] = min(values), max(values)
        table.append(line)
    return table


def spoiled_cases() -> list[Row]:
    return [
        {"mode": mode, "level": level, "seed": seed}
        for mode, (_, levels) in MODES.items()
        for level in levels
        for seed in range(SEEDS)
    ]


def healthy_cases() -> list[Row]:
    return [
        {"kind": kind, "depth": depth, "seed": seed}
        for kind, depth in HEALTHY
        for seed in range(SEEDS)
    ]


def of_levels(rows: list[Row]) -> list[Row]:
    """Say for each mode and level how many trees were right and which checks spoke."""
    table = []
    for case, group in group_rows(rows, "mode", "level"):
        mode, level = case.values()
        line: Row = {"mode": mode, "what": MODES[mode][0], "level": level, "networks": len(group)}
        line["refused"] = sum("refused" in row for row in group)
        some = [row for row in group if "refused" not in row]
        line["exact"] = sum(row["exact"] for row in some)
        if some:
            for name in ("predicted", "observed", "fidelity"):
                line[f"mean {name}"] = round(float(np.mean([row[name] for row in some])), 4)
        for check in CHECKS:
            line[check] = sum(check in row["alarms"] for row in some)
        line["any alarm"] = sum(bool(row["alarms"]) for row in some)
        table.append(line)
    return table


def of_checks(spoiled: list[Row], intact: list[Row]) -> list[Row]:
    """Say of each check how often it speaks: for each mode where the tree is wrong, and falsely."""
    groups = {
        f"{mode}, tree wrong": [
            row for row in spoiled if row["mode"] == mode and not row.get("exact", True)
        ]
        for mode in MODES
    }
    groups["nothing broken, tree right"] = [row for row in intact if row["exact"]]
    table = []
    for name, group in groups.items():
        line: Row = {"networks": name, "number": len(group)}
        for check in CHECKS:
            line[check] = sum(check in row["alarms"] for row in group)
        line["any alarm"] = sum(bool(row["alarms"]) for row in group)
        table.append({**line, **exact_interval(line["any alarm"], len(group))})
    return table


def study() -> Study:
    return Study(
        name="failures",
        command="python studies/failures.py",
        parts={
            "healthy": Part(healthy, healthy_cases()),
            "sums": Part(summed, sum_cases()),
            "spoiled": Part(spoil, spoiled_cases()),
        },
        tables={
            "What is broken, how much, and what came out": Table(of_levels, ["spoiled"]),
            "How often a check speaks": Table(of_checks, ["spoiled", "healthy"]),
            "Networks that were taught a parity": Table(of_sums, ["sums"]),
        },
        text="Columns named after a check count its alarms. Intervals (of any alarm) are those of "
        "Clopper and Pearson with confidence 0.99.",
        rows=lambda rows: json.dumps(rows, allow_nan=False).replace("}, {", "},\n{") + "\n",
    )


if __name__ == "__main__":
    main(study())
