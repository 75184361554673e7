"""The study of chapter 12: what the extraction theorem asks for, and what is enough.

    python studies/thresholds.py    (about a quarter of an hour on one core; the networks of
                                     `zoo.py` are trained first, if they are not there)

Random trees of depth 2 to 5 on 100 bits, twenty of each depth. Each is *written* down as a network
with a unit for each node, and *trained* into one. For each network: the numbers of the theorems
(b, samples, probes, and by how much the probes miss what the theorems ask of them); how few
samples are enough for the threshold search and the beam (`engine.py` has the twisted search); what
the search keeps; and, where all expectations are known exactly, how far the losses really deviate.
The results are ``studies/results/thresholds.json`` and ``.md``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import zoo
from harness import main
from numpy.typing import NDArray
from scipy.optimize import brentq

from pacdistill import Clause, DecisionTree, sample_cube, tree_network
from pacdistill.extraction import (
    beam_search,
    best_trees,
    extraction_probes,
    extraction_samples,
    fast_extraction_samples,
    fit_probes,
    packing_bound,
    probe_basis,
)
from pacdistill.extraction.beam import widest_level
from pacdistill.extraction.probe import secular_root
from pacdistill.studies import Part, Study, Table

Row = dict[str, Any]
Points, Labels, Features = NDArray[np.uint8], NDArray[np.int8], NDArray[np.float64]

D, DEPTHS, NETWORKS = 100, (2, 3, 4, 5), 20
SOURCES = ("written", "trained")
SAMPLES, BEAM = 8_000, 200
SIZES = [4_000, 2_000, 1_000, 707, 500, 354, 250, 177, 125, 88, 62, 44]
EPS, DELTA = 0.01, 0.05
DEVIATIONS = 1_000  # samples from which the deviation is measured


def settings() -> Row:
    return {
        "d": D,
        "networks of each depth": NETWORKS,
        "samples": SAMPLES,
        "beam": BEAM,
        "eps": EPS,
        "delta": DELTA,
    }


# --- the search of the theorem


def threshold_search(
    features: Features, X: Points, depth: int, theta: float, norm: float, most: int = 2_000
) -> tuple[list[Clause], int]:
    """Keep each clause whose norm-bounded loss is at most theta; return them and the probes.

    It stops where it keeps more than `most` clauses.
    """
    n, d = X.shape
    left, singular, _ = np.linalg.svd(features, full_matrices=False)
    s = singular[singular > 1e-9 * singular[0]]
    left = left[:, : len(s)]
    kept, level, probes = [Clause()], [Clause()], 0
    for _ in range(1, depth):
        found: dict[Clause, bool] = {}
        for clause in level:
            rows = np.flatnonzero(clause.holds(X))
            one = left[rows].T @ X[rows]
            inner = np.stack([left[rows].sum(axis=0)[:, None] - one, one])
            counts = X[rows].sum(axis=0, dtype=np.int64)
            for value, count in ((0, len(rows) - counts), (1, counts)):
                c = inner[value]
                mu = secular_root(c**2, s**2, norm)
                rest = (mu / (s[:, None] ** 2 + mu)) ** 2 * c**2
                losses = (count - (c**2).sum(axis=0) + rest.sum(axis=0)) / n
                for i in np.flatnonzero(~np.isin(np.arange(d), clause.variables)):
                    found[clause.extend(int(i), value)] = bool(losses[i] <= theta)
        probes += len(found)
        level = [clause for clause, good in found.items() if good]
        kept += level
        if len(kept) > most:
            break
    return kept, probes


def fewest(exact: Any, least: int) -> int | None:
    """Return the smallest size at which, and at all larger ones, the tree is exact."""
    enough = None
    for n in SIZES:
        if n < least or not exact(n):
            break
        enough = n
    return enough


# --- how far losses deviate


def largest_deviation(
    second: Features, cross: NDArray[np.float64], mass: float, norm: float
) -> float:
    """Return the largest |w'Aw - 2 a'w + c| over |w| <= norm: exactly, by the secular equation."""
    s, V = np.linalg.eigh(second)
    inner, found = V.T @ cross, []
    for sign in (1.0, -1.0):  # the largest value of sign * (w'Aw - 2 a'w + c)
        values, linear = sign * s, -sign * inner

        def length(mu: float, v: Any = values, b: Any = linear) -> float:
            return float(((b / (mu - v)) ** 2).sum())

        low = max(values.max(), 0.0)
        high = low + np.linalg.norm(linear) / norm + 1e-12
        if length(low + 1e-12) > norm**2:
            mu = brentq(lambda m, f=length: f(m) - norm**2, low + 1e-12, high)
            w = linear / (mu - values)
        else:  # nothing pulls along the steepest direction: go there as far as allowed
            w = linear / (low + 1e-12 - values)
            if low > 0:
                steepest = values.argmax()
                w[steepest] = 0.0
                w[steepest] = np.sqrt(max(norm**2 - (w**2).sum(), 0.0))
                w[steepest] *= 1.0 if linear[steepest] >= 0 else -1.0
        found.append(float((values * w**2).sum() + 2 * linear @ w + sign * mass))
    return max(found)


def deviation(tree: DecisionTree, seed: int) -> float:
    """Return the largest deviation of a loss over probes and internal clauses, times sqrt(n)."""
    clauses = tree.clauses()
    targets = [c for c in zoo.inner(tree) if len(c)]
    if not targets:
        return 0.0
    X = sample_cube(DEVIATIONS, D, np.random.default_rng([seed, 3]))
    phi = np.stack([c.holds(X) for c in clauses], axis=1).astype(float)
    t = np.stack([c.holds(X) for c in targets], axis=1).astype(float)

    def together(one: Clause, other: Clause) -> float:
        """Return the probability that both hold."""
        values = dict(one.literals)
        if any(values.get(i, v) != v for i, v in other.literals):
            return 0.0
        return float(2.0 ** -len({*one.literals, *other.literals}))

    second = phi.T @ phi / len(X) - [[together(a, b) for a in clauses] for b in clauses]
    largest = 0.0
    for k, clause in enumerate(targets):
        cross = phi.T @ t[:, k] / len(X) - [together(a, clause) for a in clauses]
        mass = t[:, k].mean() - 2.0 ** -len(clause)
        largest = max(largest, largest_deviation(second, cross, float(mass), 1.0))
    return largest * DEVIATIONS**0.5


# --- one network


def measure(*, source: str, depth: int, seed: int) -> Row:
    """Compare, for one network, what the theorems ask for with what is enough."""
    if source == "trained":
        network, tree = zoo.trained("random", depth, D, seed)
    else:
        rng = np.random.default_rng([seed, depth, D, *b"random"])
        tree = zoo.plant("random", depth, D, rng)
        network = tree_network(tree, D)
    R = tree.depth - 1
    if R < 0:  # a constant: there is nothing to search
        return {"leaves": 1, "R": R}
    X = sample_cube(SAMPLES, D, np.random.default_rng([seed, 1]))
    y, phi = network.labels(X), network.activations(X)
    internal = zoo.inner(tree)
    if source == "trained":  # centered, and with a constant of the size of the largest
        wide = phi - phi.mean(axis=0, dtype=np.float64)
        largest = np.linalg.norm(wide, axis=1).max()
        wide = np.hstack([wide, np.full((len(X), 1), largest)])
    else:
        wide = phi.astype(np.float64)
    t = np.stack([c.holds(X) for c in internal], axis=1).astype(float)
    probes = fit_probes(wide, t, ridge=0, constant=False)
    losses = ((probes.predict(wide) - t) ** 2).mean(axis=0)
    radius = float(np.linalg.norm(wide, axis=1).max())
    norm = 1.0 if source == "written" else float(probes.norms.max())
    given = {"norm": norm, "radius": radius}
    chances = {"eps": EPS, "delta": DELTA, "realizable": True}
    row: Row = {
        "leaves": tree.size,
        "R": R,
        "features": phi.shape[1],
        "b": round(norm * radius, 2),
        "loss over eta": round(float(losses.max() * 16 * 4.0**R), 2),
        "theorem": extraction_samples(D, R + 1, tree.size, **given, **chances),
        "fast theorem": fast_extraction_samples(D, R + 1, wide.shape[1], **given, delta=DELTA),
        "probes, theorem": round(extraction_probes(D, R + 1, **given)),
        "kept, packing": round(sum(packing_bound(k, **given) for k in range(1, R + 1))),
    }

    def exact_with(n: int, clauses: Any) -> bool:
        frontier = best_trees(X[:n], y[:n], clauses, depth=depth, max_size=2**depth)
        return bool(frontier[-1].tree.equivalent(tree))

    def by_threshold(n: int) -> bool:
        clauses, _ = threshold_search(wide[:n], X[:n], R + 1, 4.0**-R / 8, norm)
        return len(clauses) <= 2_000 and exact_with(n, clauses)

    def by_beam(n: int) -> bool:
        width = min(BEAM, widest_level(depth, D))
        found = beam_search(probe_basis(phi[:n]), X[:n], depth=depth, width=width)
        return exact_with(n, found.clauses)

    if source == "written":
        clauses, probed = threshold_search(wide, X, R + 1, 4.0**-R / 8, norm)
        assert set(internal) <= set(clauses)
        row |= {
            "kept": len(clauses) - 1,
            "probes": probed,
            "deviation": round(deviation(tree, seed), 3),
            "enough, threshold": fewest(by_threshold, 2**depth),
        }
    least = max(phi.shape[1] + 2, 2**depth)
    row["enough, beam"] = fewest(by_beam, least)
    return row


def cases() -> list[Row]:
    return [
        {"source": source, "depth": depth, "seed": seed}
        for source in SOURCES
        for depth in DEPTHS
        for seed in range(NETWORKS)
    ]


def summary(rows: list[Row]) -> list[Row]:
    """Return the medians of each source and depth, over the networks with a test below the root."""
    table = []
    for source in SOURCES:
        for depth in DEPTHS:
            group = [row for row in rows if (row["source"], row["depth"]) == (source, depth)]
            deep = [row for row in group if row["R"] > 0]

            def middle(name: str, some: list[Row] = deep) -> int | float | str:
                values = sorted(np.inf if row[name] is None else row[name] for row in some)
                one = float(values[(len(values) - 1) // 2])
                if not np.isfinite(one):
                    return f"more than {SIZES[0]:,}"
                rounded = float(f"{one:.3g}")
                return int(rounded) if rounded.is_integer() else rounded

            names = ["b", "loss over eta", "theorem", "fast theorem", "enough, beam"]
            names += ["probes, theorem", "kept, packing"]
            if source == "written":
                names += ["enough, threshold", "kept", "probes", "deviation"]
            line: Row = {"source": source, "depth": depth, "networks": len(deep)}
            table.append(line | {name: middle(name) for name in names})
    return table


def study() -> Study:
    return Study(
        name="thresholds",
        command="python studies/thresholds.py",
        parts={"networks": Part(measure, cases())},
        tables={
            "Settings": Table(lambda: [settings()]),
            "Medians": Table(summary, ["networks"]),
            "Every network": Table(list, ["networks"]),
        },
        text="Medians are over the networks whose tree has more than one test on some path "
        f"(lower medians; a network for which {SIZES[0]:,} samples were not enough counts as "
        "infinite). "
        "*loss over eta*: the largest loss of an internal clause's probe, over 4^-R/16. "
        "*enough*: the smallest of the sizes "
        f"{', '.join(f'{n:,}' for n in reversed(SIZES))} at which, and at all larger ones, the "
        "tree was exact. *deviation*: of the losses of internal clauses, over all probes of norm "
        f"at most 1, from {DEVIATIONS:,} samples, times the root of their number.",
    )


if __name__ == "__main__":
    main(study())
