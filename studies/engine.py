"""The engine's study: how many probes, how much time and data, and what each part adds.

    make study                  (about half an hour on 2 cores, and two hours before that to train
                                 the networks, which are kept)
    make study PART=cases       (one part; the others stay as they were)

Every network is trained here, from its seed, on a tree of its own (`zoo.py`), and none is left out.
The distiller gets unlabeled inputs, the network's labels and the activations of its last hidden
layer. The judge alone knows the planted tree. The results are, in ``studies/results``,
``engine-rows.json`` (of every network) and ``engine.json`` and ``.md`` (the summaries).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import zoo
from harness import main
from measuring import measured, timed
from numpy.typing import NDArray

import pacdistill.extraction.twisted
from pacdistill import DecisionTree, extract_tree, random_hard_tree, sample_cube, tree_network
from pacdistill.extraction import SearchResult, beam_search, best_trees, probe_basis, twisted_search
from pacdistill.extraction.beam import widest_level
from pacdistill.networks import ResidualNetwork
from pacdistill.studies import Part, Study, Table, group_rows

Row = dict[str, Any]

SAMPLES, FRESH = 8_000, 50_000
ACCURATE = (
    0.9995  # the agreement of a network with its planted tree, and of a tree with its network
)
NETWORKS = {1_000: 10, 10_000: 10}  # for each d; 20 if it is not listed
CASES = list(zoo.RECIPES)
SIZES = [8_000, 5_657, 4_000, 2_828, 2_000, 1_414, 1_000, 707, 500, 354, 250, 177, 125, 88]
WIDTHS = [10, 50, 100, 200, 500, 1_000]
ABLATED = [("random", 5, 100), ("hard", 6, 100), ("parity", 6, 100)]
ABLATIONS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "first hidden layer": {"layers": [0]},
    "second hidden layer": {"layers": [1]},
    "second and last hidden layer": {"layers": [1, 2]},
    "all three hidden layers": {"layers": [0, 1, 2]},
    "no ridge": {"ridge": 0.0},
    "ridge 1e-2": {"ridge": 1e-2},
    "ridge 1": {"ridge": 1.0},
    "norm of a probe at most 1": {"norm_bound": 1.0},
    "norm of a probe at most 0.1": {"norm_bound": 0.1},
    "norm of a probe at most 0.01": {"norm_bound": 0.01},
    "norm of a probe at most 0.001": {"norm_bound": 0.001},
    "no narrowing": {"narrow": False},
    "only the last test counted": {"counted": 1},
    "no test counted": {"counted": 0},
    "no discrepancies": {"discrepancies": 0},
}


def networks(d: int) -> range:
    return range(NETWORKS.get(d, 20))


def inputs(n: int, d: int, seed: int) -> NDArray[np.uint8]:
    return sample_cube(n, d, np.random.default_rng([seed, 1]))


def judge(tree: DecisionTree, network: ResidualNetwork, secret: DecisionTree, seed: int) -> Row:
    """Compare a tree with the network, and both with the planted tree."""
    d, rng = network.first.weight.shape[1], np.random.default_rng([seed, 2])
    right = agree = 0
    for _ in range(FRESH // 5_000):  # in parts: 50,000 inputs of 10,000 bits take half a gigabyte
        X = sample_cube(5_000, d, rng)
        labels = network.labels(X)
        right += int((labels == secret.predict(X)).sum())
        agree += int((labels == tree.predict(X)).sum())
    return {
        "network agrees with planted": right / FRESH,
        "fidelity": agree / FRESH,
        "exact": tree.equivalent(secret),
    }


# --- the tasks


def extract(
    *, kind: str, depth: int, d: int, seed: int, known: bool, beam: int | None = None
) -> Row:
    """Extract a tree from one network by the one verb, and judge it."""
    network, secret = zoo.trained(kind, depth, d, seed)
    X = inputs(SAMPLES, d, seed)
    options: dict[str, Any] = {"depth": depth if known else None}
    if beam is not None:
        options |= {"search": "beam", "beam": min(beam, widest_level(depth, d))}
    found, cost = measured(extract_tree, network, X, fresh=X[:100], **options)
    return {
        "planted leaves": secret.size,
        "bits tested": len(secret.variables),
        "leaves": found.tree.size,
        "depth found": found.tree.depth,
        "probes": found.probes,
        **judge(found.tree, network, secret, seed),
        **cost,
    }


def shrink(*, kind: str, depth: int, d: int, seed: int) -> Row:
    """Extract from fewer and fewer samples, as long as the tree is exact."""
    network, secret = zoo.trained(kind, depth, d, seed)
    X = inputs(SAMPLES, d, seed)
    least = None
    for n in SIZES:
        if n <= network.activations(X[:1]).shape[1] + 1 or n < 2**depth:
            break  # fewer samples than the probes or the leaves allow
        found = extract_tree(network, X[:n], depth=depth, fresh=X[:100], max_seconds=2)
        if not found.tree.equivalent(secret):
            break
        least = n
    return {"samples": least}


def ablate(*, kind: str, depth: int, d: int, seed: int, n: int, change: str) -> Row:
    """Extract with one thing changed, by the parts of the engine."""
    options = dict(ABLATIONS[change])
    network, secret = zoo.trained(kind, depth, d, seed)
    X = inputs(n, d, seed)
    y = network.labels(X)
    layers = network.layers(X)
    features = np.hstack([layers[k] for k in options.pop("layers", [2])])
    probes = {key: options.pop(key) for key in ("ridge", "norm_bound") if key in options}
    basis = probe_basis(features, **probes)
    found = twisted_search(basis, X, y, depth=depth, max_seconds=3, **options)
    tree = best_trees(X, y, found.clauses, depth=depth, max_size=2**depth)[-1].tree
    return {"exact": tree.equivalent(secret), "probes": found.probes}


def scale(*, what: str, value: int, seed: int) -> Row:
    """Measure the cost of the search where one quantity grows and all else stays."""
    if what == "d":  # a network of 100 bits among more and more bits that it does not read
        network, secret = zoo.trained("random", 4, 100, seed)
        X = inputs(SAMPLES, value, seed)
        labels, phi = network.labels(X[:, :100]), network.activations(X[:, :100])
    elif what == "leaves":  # hard trees, each written as a network
        secret = random_hard_tree(int(np.log2(value)), 300, np.random.default_rng([seed, value]))
        X = inputs(2 * SAMPLES, 300, seed)
        labels, phi = secret.predict(X), tree_network(secret, 300).activations(X)
    else:
        network, secret = zoo.trained("random", 5, 100, seed)
        X = inputs(SAMPLES, 100, seed)
        labels, phi = network.labels(X), network.activations(X)
    basis = probe_basis(phi)
    searches: dict[str, Callable[[], SearchResult]]
    if what == "beam":
        searches = {"beam": lambda: beam_search(basis, X, depth=5, width=value)}
    else:
        searches = {
            "every test probed": lambda: twisted_search(
                basis, X, labels, depth=secret.depth, counted=0, narrow=False
            ),
            "as it is": lambda: twisted_search(basis, X, labels, depth=secret.depth),
        }
    row: Row = {}
    for name, search in searches.items():
        seconds = []
        for _ in range(3):
            found, took = timed(search)
            seconds.append(took)
        row |= {f"probes, {name}": found.probes, f"CPU s, {name}": float(np.median(seconds))}
    return row


def limit(*, kind: str, depth: int, d: int, seed: int) -> Row:
    """Compare the time of all probes of a search with that of their matrix products alone."""
    network, _ = zoo.trained(kind, depth, d, seed)
    X = inputs(SAMPLES, d, seed)
    y, basis = network.labels(X), probe_basis(network.activations(X))
    calls: list[tuple[NDArray[np.uint8], NDArray[np.intp]]] = []
    probe = pacdistill.extraction.twisted.twisted_scores

    def listen(basis: Any, bits: Any, y: Any, rows: Any, **options: Any) -> NDArray[np.float64]:
        calls.append((bits, rows))
        return probe(basis, bits, y, rows)

    pacdistill.extraction.twisted.twisted_scores = listen
    try:
        found = twisted_search(basis, X, y, depth=depth)
    finally:
        pacdistill.extraction.twisted.twisted_scores = probe
    factors = [
        (np.ascontiguousarray(basis.columns[rows].T), bits[rows].astype(basis.columns.dtype))
        for bits, rows in calls
    ]
    probed: list[float] = []
    multiplied: list[float] = []
    while len(probed) < 15 or sum(probed) < 1:
        start = time.perf_counter()
        for bits, rows in calls:
            probe(basis, bits, y, rows)
        between = time.perf_counter()
        for left, right in factors:
            _ = left @ right
        probed.append(between - start)
        multiplied.append(time.perf_counter() - between)
    return {
        "probes": found.probes,
        "probe ms": round(1e3 * min(probed), 2),
        "products alone ms": round(1e3 * min(multiplied), 2),
        "ratio": round(min(probed) / min(multiplied), 2),
    }


# --- the cases, and what is said of them


def title(kind: str, depth: int, d: int) -> str:
    names = {"random": "random", "hard": "hard", "hard3": "hard, parities of 3 bits"}
    what = f"parity of {depth} bits" if kind == "parity" else f"{names[kind]}, depth {depth}"
    return f"{what}, d = {d:,}"


def parts() -> dict[str, Part]:
    """Return the parts by their names; those whose times are told run one case after the other."""
    problems = [
        {"kind": kind, "depth": depth, "d": d, "seed": seed}
        for kind, depth, d in CASES
        for seed in networks(d)
    ]
    random = [p for p in problems if p["kind"] == "random" and p["d"] == 100]
    ablated = [p for p in problems if (p["kind"], p["depth"], p["d"]) in ABLATED]
    grows = {
        "d": [100, 200, 400, 800, 1_600, 3_200, 6_400],
        "leaves": [4, 8, 16, 32, 64, 128],
        "beam": WIDTHS,
    }
    changed = [
        {**p, "n": n, "change": c} for p in ablated for n in (8_000, 1_000) for c in ABLATIONS
    ]
    scaled = [
        {"what": what, "value": value, "seed": seed}
        for what, values in grows.items()
        for value in values
        for seed in range(5)
    ]
    both = [{**p, "known": known} for p in problems for known in (True, False)]
    beams = [{**p, "known": True, "beam": width} for p in random for width in WIDTHS]
    return {
        "cases": Part(extract, both, timed=True),
        "beam": Part(extract, beams),
        "samples": Part(shrink, [p for p in problems if p["d"] <= 1_000]),
        "ablations": Part(ablate, changed),
        "scaling": Part(scale, scaled, timed=True),
        "limit": Part(limit, [p for p in problems if p["seed"] < 3], timed=True),
    }


def named(row: Row) -> Row:
    """Put the title of a network's row before what it is."""
    return {"case": title(row["kind"], row["depth"], row["d"])} | row if "kind" in row else row


def grouped(rows: list[Row], *names: str) -> list[tuple[Any, ...]]:
    """Put named rows together: the values, and at last the group."""
    found = group_rows(map(named, rows), *names)
    return [(*values.values(), group) for values, group in found]


def fraction(rows: list[Row], good: Callable[[Row], bool]) -> str:
    return f"{sum(map(good, rows))}/{len(rows)}"


def mean(rows: list[Row], name: str, digits: int | None = None) -> float:
    return round(float(np.mean([row[name] for row in rows])), digits)


def most(rows: list[Row], name: str) -> Any:
    return max(row[name] for row in rows)


def of_extractions(rows: list[Row], *, option: str, name: str) -> list[Row]:
    table = []
    for case, value, group in grouped(rows, "case", option):
        accurate = [row for row in group if row["network agrees with planted"] >= ACCURATE]
        table.append(
            {
                "case": case,
                name: value,
                "networks": len(group),
                "accurate": len(accurate),
                "exact of these": fraction(accurate, lambda row: row["exact"]),
                "fidelity at least 0.9995": fraction(group, lambda r: r["fidelity"] >= ACCURATE),
                "mean fidelity": mean(group, "fidelity", 5),
                "mean probes": mean(group, "probes"),
                "most probes": most(group, "probes"),
                "mean CPU s": mean(group, "CPU s", 2),
                "most CPU s": round(most(group, "CPU s"), 2),
                "most MB": most(group, "peak MB"),
            }
        )
    return table


def of_samples(rows: list[Row]) -> list[Row]:
    def enough(samples: list[float], share: float) -> int | str:
        one = samples[int(np.ceil(share * len(samples))) - 1]
        return int(one) if np.isfinite(one) else f"more than {SIZES[0]:,}"

    table = []
    for case, group in grouped(rows, "case"):
        samples = sorted(row["samples"] or np.inf for row in group)
        shares = {"half": 0.5, "nine of ten": 0.9, "all": 1.0}
        found = {f"enough for {name}": enough(samples, share) for name, share in shares.items()}
        table.append({"case": case, "networks": len(group), **found})
    return table


def of_ablations(rows: list[Row]) -> list[Row]:
    return [
        {
            "case": case,
            "samples": n,
            "changed": change,
            "exact": fraction(group, lambda row: row["exact"]),
            "mean probes": mean(group, "probes"),
            "most probes": most(group, "probes"),
        }
        for case, n, change, group in grouped(rows, "case", "n", "change")
    ]


def of_growth(rows: list[Row]) -> list[Row]:
    table = []
    for what, group in grouped(rows, "what"):
        for cost in [name for name in group[0] if name.startswith(("probes", "CPU"))]:
            x, y = np.array([[row["value"], row[cost]] for row in group], dtype=float).T
            slope = np.polyfit(np.log(x), np.log(np.maximum(y, 1e-9)), 1)[0]
            table.append({"grows": what, "cost": cost, "slope": round(float(slope), 2)})
    return table


def of_limit(rows: list[Row]) -> list[Row]:
    return [
        {
            "case": case,
            "mean probe ms": mean(group, "probe ms", 2),
            "mean products alone ms": mean(group, "products alone ms", 2),
            "largest ratio": most(group, "ratio"),
        }
        for case, group in grouped(rows, "case")
    ]


TEXT = f"""\
Networks are residual ReLU networks, trained by `studies/zoo.py` on uniform (and some, first, on
biased) bits. *accurate*: networks that agree with the planted tree on at least 99.95 % of {FRESH:,}
inputs. *exact*: equal to the planted tree at all inputs, by proof. *CPU s*: of the whole
extraction (labels, activations, factorization, search, dynamic program) on one thread; *MB*: the
most memory that it took on top of what the process held. *enough for ...*: the smallest of
{", ".join(f"{size:,}" for size in SIZES)}
samples at which, and at all larger ones, the tree was exact (depth known, at most 2 s).
*ms*: the least of a second of repetitions, since what else the machine does only adds to them."""


TABLES = {
    "What the twisted search finds, from 8,000 samples": Table(
        partial(of_extractions, option="known", name="depth is known"), ["cases"]
    ),
    "What the beam finds, on the same networks": Table(
        partial(of_extractions, option="beam", name="beam"), ["beam"]
    ),
    "How few samples suffice": Table(of_samples, ["samples"]),
    "What each part adds or breaks": Table(of_ablations, ["ablations"]),
    "How the cost grows: slopes of its logarithm over that of what grows": Table(
        of_growth, ["scaling"]
    ),
    "The time of all probes beside that of their matrix products alone": Table(of_limit, ["limit"]),
}


def study() -> Study:
    return Study(
        name="engine",
        command="make study",
        parts=parts(),
        tables=TABLES,
        text=TEXT,
        rows=lambda rows: (
            json.dumps({name: [*map(named, some)] for name, some in rows.items()}, allow_nan=False)
            + "\n"
        ),
    )


if __name__ == "__main__":
    main(study())
