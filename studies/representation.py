"""The study of chapter 11: which clauses do the activations represent, and at which norm?

    python studies/representation.py    (about a quarter of an hour on one core)

Three parts. *teaching*: residual networks on 16 bits, stopped several times while they are taught
a tree; every clause of 1, 2 and 3 literals is probed from every hidden layer, with exact
expectations over the 65,536 points. *fixed*: features that nobody trained, on the same cube: the
explicit network of a tree, random ReLU units, all characters of low degree. *large*: the networks
of ``zoo.py`` on 100 bits and untrained ones beside them, on a sample, clauses of 1 and 2 literals.

For each clause it finds the least norm of a probe whose loss is at most 4^-k / 4, where k is the
number of literals, and multiplies it by the radius B, the root of the features' total variance.
The packing lemma bounds how many clauses of k literals need no more than a given product.
Everything comes from its seed. The results are, in ``studies/results``,
``representation-rows.json`` (every network) and ``representation.json`` and ``.md`` (summaries);
the small network of the chapter's first figure is ``chapters/data/representation.npz``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import torch
import zoo
from harness import for_chapters, main
from numpy.typing import NDArray
from torch import nn

from pacdistill import (
    Clause,
    DecisionTree,
    Phase,
    enumerate_cube,
    parity_tree,
    random_hard_tree,
    random_tree,
    sample_cube,
    train_network,
    tree_network,
)
from pacdistill.cube import character
from pacdistill.networks import ResidualNetwork, save_network
from pacdistill.studies import Part, Study, Table
from pacdistill.ties import exceeds

Row = dict[str, Any]
Floats = NDArray[np.float64]

D, LENGTHS, WIDTH, BATCH, RATE = 16, (1, 2, 3), 64, 256, 3e-3
KINDS = {  # what is taught, and for how many steps at which bias
    "random tree of depth 4": ((0.5, 800),),
    "hard tree of depth 4, parities of 2 bits": ((0.35, 400), (0.5, 400)),
    "parity of 4 bits": ((0.3, 400), (0.5, 400)),
}
TIMES = [0, 25, 50, 100, 200, 800]
SEEDS = 10
RANDOM_WIDTHS = {64: 10, 256: 10, 1024: 3}  # random ReLU units: how many, and how many draws
GRID = [2.0 ** (j / 2) for j in range(-6, 21)]  # values of tau B at which clauses are counted
LARGE = [("random", 5), ("hard3", 5), ("parity", 5)]
SAMPLES = 10_000


# --- the norm that a clause needs


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Features, centered, in the basis of their principal directions.

    `energies` are the variances s_j of the k directions, `to_basis` (m, k) takes the centered
    features to the functions q_j of mean square 1, `radius` is B.
    """

    energies: Floats
    to_basis: Floats
    radius: float


def spectrum_of(covariance: Floats) -> Spectrum:
    s, V = np.linalg.eigh(covariance)
    kept = s > 1e-10 * max(s[-1], 1e-300)
    return Spectrum(s[kept], V[:, kept] / np.sqrt(s[kept]), float(np.sqrt(np.trace(covariance))))


def needed_norms(energies: Floats, inner: Floats, variance: Floats, loss: float) -> Floats:
    """Return the least norm of a probe, constant free, whose loss is at most `loss`.

    The probe of multiplier l has squared norm sum s c^2 / (s + l)^2 and loss
    variance - sum c^2 + sum (l / (s + l))^2 c^2; the loss rises with l, so l is found by bisection.

    Parameters
    ----------
    energies : s, shape (k,)
    inner : c, the products of the targets with the q_j, shape (k, targets)
    variance : of the targets, shape (targets,)

    Returns
    -------
    array of shape (targets,); infinite where no probe has this loss
    """
    s, square = energies[:, None], inner**2
    rest = variance - square.sum(axis=0)
    reached = np.flatnonzero(~exceeds(rest, loss))
    norms = np.full(len(variance), np.inf)
    square, rest = square[:, reached], rest[reached]
    low = np.full(len(reached), np.log(energies[-1]) - 40.0)
    high = np.full(len(reached), np.log(energies[-1]) + 20.0)
    for _ in range(60):
        middle = (low + high) / 2
        kept = np.exp(middle) / (s + np.exp(middle))
        below = rest + (kept**2 * square).sum(axis=0) <= loss
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    norms[reached] = np.sqrt((s * square / (s + np.exp(low)) ** 2).sum(axis=0))
    norms[~exceeds(variance, loss)] = 0.0
    return norms


# --- all clauses on the cube, exactly


@cache
def low_sets(d: int, degree: int) -> dict[tuple[int, ...], int]:
    """Number the sets of 1 to `degree` variables."""
    sets = (V for k in range(1, degree + 1) for V in combinations(range(d), k))
    return {V: number for number, V in enumerate(sets)}


@cache
def half_characters(d: int) -> tuple[Floats, NDArray[np.int64]]:
    """Return the characters of low degree on half of the bits, and how each low set is halved.

    A character is the product of one on the first d/2 bits and one on the others.
    """
    half, cube = d // 2, enumerate_cube(d // 2)
    sets = [(), *low_sets(half, max(LENGTHS))]
    number = {V: j for j, V in enumerate(sets)}
    columns = np.stack([character(cube, V) for V in sets], axis=1).astype(np.float64)
    split = [
        (number[tuple(i for i in V if i < half)], number[tuple(i - half for i in V if i >= half)])
        for V in low_sets(d, max(LENGTHS))
    ]
    return columns, np.array(split).T


def read_cube(features: NDArray[np.floating], d: int = D) -> tuple[Spectrum, Floats]:
    """Return the spectrum of features given on the cube, and E[phi chi_V] for the low V."""
    mean = features.mean(axis=0, dtype=np.float64)
    phi = np.ascontiguousarray((features - mean).T)
    columns, (first, last) = half_characters(d)
    moments = np.empty((len(phi), len(first)))
    for row, values in zip(moments, phi, strict=True):
        table = values.astype(np.float64).reshape(len(columns), len(columns))
        row[:] = (columns.T @ (table @ columns))[first, last]
    return spectrum_of(phi @ phi.T / len(features)), moments / len(features)


@cache
def expansion(d: int, k: int) -> tuple[list[Clause], NDArray[np.int64], Floats]:
    """List the clauses of k literals; the sets in their expansions and the coefficients there."""
    clauses, sets, signs = [], [], []
    for V in combinations(range(d), k):
        parts = [S for j in range(1, k + 1) for S in combinations(range(k), j)]
        numbers = [low_sets(d, max(LENGTHS))[tuple(V[p] for p in S)] for S in parts]
        for values in product((0, 1), repeat=k):
            clauses.append(Clause(tuple(zip(V, values, strict=True))))
            sets.append(numbers)
            signs.append([(-1.0) ** sum(values[p] for p in S) * 2.0**-k for S in parts])
    return clauses, np.array(sets), np.array(signs)


def probe_all(spectrum: Spectrum, moments: Floats, k: int, d: int = D) -> tuple[Floats, Floats]:
    """Return tau B for each clause of k literals at the loss of the lemma, and the best fits."""
    _, sets, signs = expansion(d, k)
    low = spectrum.to_basis.T @ moments
    inner = np.einsum("jts,ts->jt", low[:, sets], signs)
    variance = np.full(len(sets), 2.0**-k - 4.0**-k)
    norms = needed_norms(spectrum.energies, inner, variance, 4.0**-k / 4)
    return norms * spectrum.radius, (inner**2).sum(axis=0) / variance


def where_is_the_slack(spectrum: Spectrum, moments: Floats, products: Floats, k: int) -> Row:
    """Split bound / count, where it is least, into the three steps of the lemma's proof."""
    finite = np.unique(products[np.isfinite(products)])
    if not len(finite):
        return {}
    _, sets, _ = expansion(D, k)
    counts = np.searchsorted(np.sort(products), finite, side="right")
    ratio = 4 * 8.0**k * finite**2 / counts
    at = finite[ratio.argmin()]
    on = np.unique(sets[products <= at, -1])  # the last set of an expansion is all of V
    energy = (moments[:, on] ** 2).sum()
    steps = {
        "sign patterns": 2**k * len(on) / counts[ratio.argmin()],
        "probes": 4.0 ** (k + 1) * (at / spectrum.radius) ** 2 * energy / len(on),
        "energy elsewhere": spectrum.radius**2 / energy,
    }
    row = {"tau B": at, "clauses": int(counts[ratio.argmin()]), "bound / count": ratio.min()}
    return rounded(row | steps)


def rounded(row: Row) -> Row:
    return {k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in row.items()}


def numbers(values: Floats) -> list[float | None]:
    """Write numbers with four digits, and None for infinity."""
    return [float(f"{v:.4g}") if np.isfinite(v) else None for v in values]


def describe(features: NDArray[np.floating], tree: DecisionTree | None, *, full: bool) -> Row:
    """Probe all clauses from features on the cube, and sum up."""
    spectrum, moments = read_cube(features)
    inside = set() if tree is None else set(zoo.inner(tree))
    tested = set() if tree is None else set(tree.variables)
    row: Row = {"B": float(f"{spectrum.radius:.4g}"), "rank": len(spectrum.energies)}
    for k in LENGTHS:
        products, fits = probe_all(spectrum, moments, k)
        clauses, *_ = expansion(D, k)
        own = np.array([clause in inside for clause in clauses])
        kin = ~own & np.array([tested.issuperset(clause.variables) for clause in clauses])
        part: Row = {
            **count(products, own, kin),
            "own tau B": numbers(products[own]),
            "others tau B, quartiles": numbers(quartiles(products[~own & ~kin])),
            "own fit": numbers(np.sort(fits[own])),
            "others fit, quartiles": numbers(quartiles(fits[~own & ~kin])),
        }
        if full:
            part["counts"] = [int((products <= b).sum()) for b in GRID]
            part["slack"] = where_is_the_slack(spectrum, moments, products, k)
        row[str(k)] = part
    return row


def count(products: Floats, own: NDArray[np.bool_], kin: NDArray[np.bool_]) -> Row:
    """Count the clauses of the tree, others on the bits that it tests, and all others."""
    row: Row = {}
    for name, some in (("own", own), ("kin", kin), ("others", ~own & ~kin)):
        row[name] = int(some.sum())
        row[f"{name} represented"] = int(np.isfinite(products[some]).sum())
    return row


def quartiles(values: Floats) -> Floats:
    """Return the quartiles; infinite values count as the largest."""
    return np.quantile(values, (0.25, 0.5, 0.75), method="lower")


# --- the features


def plant(kind: str, seed: int) -> DecisionTree:
    rng = np.random.default_rng([seed, D, *kind.encode()])
    if kind.startswith("parity"):
        return parity_tree(tuple(sorted(rng.choice(D, 4, replace=False).tolist())))
    if kind.startswith("hard"):
        return random_hard_tree(4, D, rng, parity=2)
    while True:
        tree = random_tree(4, D, rng)
        if tree.depth == 4:
            return tree


def teach(
    tree: DecisionTree, d: int, seed: int, phases: tuple[tuple[float, int], ...], times: list[int]
) -> Iterator[tuple[int, ResidualNetwork]]:
    """Teach a tree as `train_network` does, and show the network at some times on the way."""
    rng = np.random.default_rng(seed)
    network = ResidualNetwork(d, rng, width=WIDTH)
    if 0 in times:
        yield 0, network
    step = 0
    for bias, steps in phases:
        optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, RATE, total_steps=steps + 1, pct_start=0.1
        )
        for _ in range(steps):
            X = sample_cube(BATCH, d, rng, bias=bias)
            y = torch.from_numpy(tree.predict(X)).float()
            logits = network(torch.from_numpy(X).float())
            loss = nn.functional.binary_cross_entropy_with_logits(logits, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            step += 1
            if step in times:
                yield step, network


def teaching(*, kind: str, seed: int) -> Row:
    """Teach one network, and look at it on the way."""
    tree, cube = plant(kind, seed), enumerate_cube(D)
    labels = tree.predict(cube)
    looks = []
    for step, network in teach(tree, D, seed, KINDS[kind], TIMES):
        for number, layer in enumerate(network.layers(cube), start=1):
            look = describe(layer, tree, full=step in (0, TIMES[-1]))
            looks.append({"step": step, "layer": number, **look})
        looks[-1]["accuracy"] = float(f"{(network.labels(cube) == labels).mean():.4g}")
    return {"looks": looks}


def best_characters(d: int, k: int) -> Floats:
    """Return for i = 1..k how much of a clause's coefficients of degree i a best probe keeps.

    Features a_i chi_S, one for each S of i variables, cost tau B = 2^-k sum_i u_i alpha_i with
    u_i = sqrt(C(k, i) C(d, i)); the loss is 4^-k sum_i C(k, i) (1 - alpha_i)^2. The least cost at
    the loss 4^-k / 4 has 1 - alpha_i = min(1, t u_i / C(k, i)) for some t.
    """
    i = np.arange(1, k + 1)
    count = np.array([comb(k, j) for j in i], dtype=float)
    u = np.sqrt(count * [comb(d, j) for j in i])
    low, high = 0.0, 1.0
    for _ in range(200):
        t = (low + high) / 2
        cut = np.minimum(1, t * u / count)
        low, high = (t, high) if (count * cut**2).sum() <= 0.25 else (low, t)
    return 1 - np.minimum(1, low * u / count)


def characters_cost(d: int, k: int) -> float:
    """Return tau B for all clauses of k literals from characters, scaled in the best way."""
    i = np.arange(1, k + 1)
    u = np.sqrt([float(comb(k, j) * comb(d, j)) for j in i])
    return float(2.0**-k * (u * best_characters(d, k)).sum())


def fixed(*, features: str, seed: int) -> Row:
    """Look at features that nobody trained."""
    rng = np.random.default_rng([seed, *features.encode()])
    cube = enumerate_cube(D)
    if features == "explicit":
        tree = plant("random tree of depth 4", seed)
        return describe(tree_network(tree, D).activations(cube), tree, full=True)
    if features == "characters":
        row: Row = {"B": None, "rank": None}
        for k in LENGTHS:
            cost = characters_cost(D, k)
            n = 2**k * comb(D, k)
            slack = {"tau B": cost, "clauses": n, "bound / count": 4 * 8.0**k * cost**2 / n}
            row[str(k)] = {"counts": [n * (cost <= b) for b in GRID], "slack": rounded(slack)}
        return row
    network = ResidualNetwork(D, rng, width=int(features.split()[0]), blocks=0)
    return describe(network.activations(cube), None, full=True)


def large(*, kind: str, depth: int, seed: int) -> Row:
    """Look at a network on 100 bits and at an untrained one, on a sample."""
    network, tree = zoo.trained(kind, depth, 100, seed)
    width = zoo.RECIPES[kind, depth, 100].width
    untrained = ResidualNetwork(100, np.random.default_rng([seed, 11]), width=width)
    X = sample_cube(SAMPLES, 100, np.random.default_rng([seed, 12]))
    return {
        "trained": [describe_sample(layer, X, tree) for layer in network.layers(X)],
        "untrained": [describe_sample(layer, X, tree) for layer in untrained.layers(X)],
    }


def describe_sample(
    features: NDArray[np.floating], X: NDArray[np.uint8], tree: DecisionTree
) -> Row:
    """Probe all clauses of 1 and 2 literals from features on a sample, which stands for U_d."""
    n, d = X.shape
    phi = features - features.mean(axis=0, dtype=np.float64)
    spectrum = spectrum_of(phi.T @ phi / n)
    Q, bits = phi @ spectrum.to_basis, X.astype(np.float64)
    single = Q.T @ bits / n
    inside, tested = [set(c.literals) for c in zoo.inner(tree)], set(tree.variables)
    row: Row = {"B": float(f"{spectrum.radius:.4g}"), "rank": len(spectrum.energies)}
    for k in (1, 2):
        inner, hold, literals = [], [], []
        if k == 1:
            for v in (0, 1):
                inner.append(single if v else -single)
                hold.append(bits.mean(axis=0) if v else 1 - bits.mean(axis=0))
                literals += [{(i, v)} for i in range(d)]
        else:
            for i in range(d - 1):
                others = slice(i + 1, d)
                both = (Q * bits[:, i : i + 1]).T @ bits[:, others] / n
                share = (bits[:, i : i + 1] * bits[:, others]).mean(axis=0)
                one, two = single[:, i : i + 1], single[:, others]
                p, q = bits[:, i].mean(), bits[:, others].mean(axis=0)
                table = {
                    (1, 1): (both, share),
                    (1, 0): (one - both, p - share),
                    (0, 1): (two - both, q - share),
                    (0, 0): (both - one - two, 1 - p - q + share),
                }
                for (v, w), (products, mass) in table.items():
                    inner.append(products)
                    hold.append(mass)
                    literals += [{(i, v), (j, w)} for j in range(i + 1, d)]
        c, mass = np.concatenate(inner, axis=1), np.concatenate(hold)
        variance = mass - mass**2
        needed = needed_norms(spectrum.energies, c, variance, 4.0**-k / 4) * spectrum.radius
        fits = (c**2).sum(axis=0) / variance
        own = np.array([clause in inside for clause in literals])
        kin = ~own & np.array([all(i in tested for i, _ in clause) for clause in literals])
        row[str(k)] = {
            **count(needed, own, kin),
            "own tau B": numbers(needed[own]),
            "own fit": numbers(np.sort(fits[own])),
            "others fit, quartiles": numbers(quartiles(fits[~own & ~kin])),
            "counts": [int((needed <= b).sum()) for b in GRID],
        }
    return row


# --- the small network of the figure that moves


def small_tree() -> DecisionTree:
    return random_tree(3, 10, np.random.default_rng(39))


def small_network() -> ResidualNetwork:
    """Train the network of ``chapters/data/representation.npz``."""
    return train_network(
        small_tree().predict,
        10,
        np.random.default_rng(1),
        width=16,
        curriculum=[Phase(0.5, 600)],
        batch=128,
    ).network


# --- the cases, and what is said of them


def mean(values: list[float]) -> float | None:
    return round(float(np.mean(values)), 3) if len(values) else None


def of_looks(pairs: list[tuple[Row, Row]]) -> list[Row]:
    """Sum up looks with the same description, for each length."""
    groups: dict[str, list[tuple[Row, Row]]] = {}
    for name, look in pairs:
        groups.setdefault(json.dumps(name), []).append((name, look))
    table = []
    for group in groups.values():
        for k in LENGTHS:
            some = [look[str(k)] for _, look in group if str(k) in look]
            if not some or "own" not in some[0]:
                continue
            own = sum(part["own"] for part in some)
            needed = [v for part in some for v in part["own tau B"] if v is not None]
            table.append(
                {
                    **group[0][0],
                    "literals": k,
                    "networks": len(some),
                    "own clauses": own,
                    "represented": sum(part["own represented"] for part in some),
                    "median tau B of these": mean([float(np.median(needed))]) if needed else None,
                    "mean fit": mean([v for part in some for v in part["own fit"]]),
                    "others on its bits": sum(part["kin"] for part in some),
                    "represented of these": sum(part["kin represented"] for part in some),
                    "all others": sum(part["others"] for part in some),
                    "of them represented": sum(part["others represented"] for part in some),
                    "median fit of others": mean(
                        [part["others fit, quartiles"][1] for part in some]
                    ),
                }
            )
    return table


def of_teaching(rows: list[Row]) -> list[Row]:
    names = ("step", "layer")
    return of_looks(
        [
            ({"kind": row["kind"], **{name: look[name] for name in names}}, look)
            for row in rows
            for look in row["looks"]
        ]
    )


def of_fixed(rows: list[Row]) -> list[Row]:
    table = []
    for features in dict.fromkeys(row["features"] for row in rows):
        some = [row for row in rows if row["features"] == features]
        for k in LENGTHS:
            slacks = [row[str(k)]["slack"] for row in some if row[str(k)]["slack"]]
            table.append(
                {
                    "features": features,
                    "literals": k,
                    "draws": len(some),
                    "mean count at any norm": mean([row[str(k)]["counts"][-1] for row in some]),
                    "least bound / count": min((s["bound / count"] for s in slacks), default=None),
                }
            )
    return table


def of_large(rows: list[Row]) -> list[Row]:
    return of_looks(
        [
            ({"kind": f"{row['kind']}, depth {row['depth']}", "network": which, "layer": n}, look)
            for row in rows
            for which in ("trained", "untrained")
            for n, look in enumerate(row[which], start=1)
        ]
    )


def parts() -> dict[str, Part]:
    taught = [{"kind": kind, "seed": seed} for kind in KINDS for seed in range(SEEDS)]
    given = [{"features": "explicit", "seed": seed} for seed in range(SEEDS)]
    given += [
        {"features": f"{width} random ReLU units", "seed": seed}
        for width, draws in RANDOM_WIDTHS.items()
        for seed in range(draws)
    ]
    given.append({"features": "characters", "seed": 0})
    big = [
        {"kind": kind, "depth": depth, "seed": seed}
        for kind, depth in LARGE
        for seed in range(SEEDS)
    ]
    return {
        "teaching": Part(teaching, taught),
        "fixed": Part(fixed, given),
        "large": Part(large, big),
    }


TEXT = f"""\
*own*: the clauses of the tree's internal nodes; *others on its bits*: other clauses of as many
literals, all on bits that the tree tests; *all others*: the rest.
*represented*: some probe has a loss of at most 4^-k / 4 for a clause of k literals. *tau B*: the
least norm of such a probe, times the root of the features' total variance. *fit*: the part of a
clause's variance that the best probe explains, whatever its norm. On 16 bits all expectations are
exact; on 100 bits they are those of {SAMPLES:,} inputs, on which the probes are fitted."""


def study() -> Study:
    return Study(
        name="representation",
        command="python studies/representation.py",
        parts=parts(),
        tables={
            "Networks on 16 bits, while they are taught": Table(of_teaching, ["teaching"]),
            "Features that nobody trained, on 16 bits": Table(of_fixed, ["fixed"]),
            "Networks on 100 bits": Table(of_large, ["large"]),
        },
        text=TEXT,
        rows=in_lines,
        also=also,
    )


def in_lines(rows: dict[str, list[Row]]) -> str:
    """Write each part in a line."""
    lines = [f'"{name}": {json.dumps(some, allow_nan=False)}' for name, some in rows.items()]
    return "{" + ",\n".join(lines) + "}\n"


def also(rows: dict[str, list[Row]], folder: Path) -> None:
    save_network(small_network(), for_chapters(folder) / "representation.npz")


if __name__ == "__main__":
    main(study())
