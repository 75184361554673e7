"""The benchmark: the engine, other distillers and learners, on the same networks and samples.

    make bench                                  (about 40 minutes on one core)
    .venv/bin/python studies/bench_quick.py     (a minute; a small network, not to be cited)

It writes ``bench.json`` and ``bench.md`` into ``studies/results``. Every method runs in a process
of its own, `bench_process.py`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import zoo
from harness import BUILD, main
from iterative_probes import FITTED, LEARNING_RATE, SCORED, STEPS, iterative_probes
from measuring import measured, timed
from numpy.typing import NDArray

from pacdistill import (
    CallableSource,
    DecisionTree,
    Phase,
    enumerate_cube,
    extract_tree,
    random_hard_tree,
    sample_cube,
    train_network,
)
from pacdistill.learners import learn_cart, learn_optimal_tree, learn_sparse_tree
from pacdistill.networks import Network, ResidualNetwork, load_network, save_network
from pacdistill.queries import learn_by_queries
from pacdistill.studies import Part, Study, Table, group_rows

Row = dict[str, Any]

SEED, SEEDS = 2403, 3  # trees of each kind
SAMPLES, FRESH = 8_000, 50_000
MEMORY = 8 * 2**30  # address space of a method's process, in bytes
ORDINARY, HARD = [[0.5, 1500]], [[0.35, 1500], [0.5, 2500]]
PACKAGES = ["numpy", "scipy", "scikit-learn", "torch", "licketysplit", "pystreed", "affinitree"]

# What is planted, how it is taught, and how many clauses of a length trained probes can afford.
PROBLEMS = [
    {"tree": "random", "depth": 4, "d": 100, "curriculum": ORDINARY, "beam": 50},
    {"tree": "random", "depth": 5, "d": 100, "curriculum": ORDINARY, "beam": 50},
    {"tree": "hard, parity 1", "depth": 5, "d": 100, "curriculum": HARD, "beam": 50},
    {"tree": "hard, parity 3", "depth": 5, "d": 100, "curriculum": HARD, "beam": 50},
    {"tree": "parity", "depth": 5, "d": 100, "curriculum": [[0.2, 1500], *HARD], "beam": 50},
]


def plant(tree: str, depth: int, d: int, rng: np.random.Generator) -> DecisionTree:
    return zoo.plant(tree.replace("hard, parity ", "hard"), depth, d, rng)


# --- the methods


@dataclass(frozen=True)
class Problem:
    """What a method is given. That includes the depth and the size of the planted tree."""

    network: Network
    X: NDArray[np.uint8]
    y: NDArray[np.int8]
    more: NDArray[np.uint8]  # X and 3,000 inputs more, for the validation of trained probes
    depth: int
    size: int
    beam: int
    limit: float
    rng: np.random.Generator


@dataclass(frozen=True)
class Answer:
    """The tree of a method, and what it asked for it."""

    tree: DecisionTree
    probes: int = 0
    labels: int = 0
    queries: int = 0
    note: str = ""


def extracted(problem: Problem, source: Any = None, **options: Any) -> Answer:
    source = source or problem.network
    # 100 inputs for the fidelity, which is measured again outside of the time taken.
    fresh = problem.X[:100]
    found = extract_tree(source, problem.X, depth=problem.depth, fresh=fresh, **options)
    return Answer(found.tree, probes=found.probes, labels=found.samples)


def from_labels_alone(problem: Problem) -> Answer:
    raw = CallableSource(problem.network.labels, np.asarray)
    return extracted(problem, raw)


def by_trained_probes(problem: Problem) -> Answer:
    tree, probes = iterative_probes(
        problem.network, problem.more, depth=problem.depth, beam=problem.beam
    )
    return Answer(tree, probes=probes, labels=len(problem.more), note=f"beam {problem.beam}")


def by_cart(problem: Problem, max_size: int | None = None) -> Answer:
    return Answer(learn_cart(problem.X, problem.y, max_size=max_size), labels=len(problem.X))


def by_licketysplit(problem: Problem, lookahead: int) -> Answer:
    tree = learn_sparse_tree(problem.X, problem.y, depth=problem.depth, lookahead=lookahead)
    return Answer(tree, labels=len(problem.X))


def by_streed(problem: Problem) -> Answer:
    found = learn_optimal_tree(problem.X, problem.y, depth=problem.depth, max_seconds=problem.limit)
    best = f"best found in {problem.limit:g} s"
    note = "proved optimal on its sample" if found.optimal else best
    return Answer(found.tree, labels=len(problem.X), note=note)


def by_queries(problem: Problem) -> Answer:
    d = problem.X.shape[1]
    labels, rng = problem.network.labels, problem.rng
    found = learn_by_queries(labels, d, rng, depth=problem.depth, branches=8)
    return Answer(found.tree, queries=found.queries)


METHODS: dict[str, Callable[[Problem], Answer]] = {
    "pacdistill, twisted search": extracted,
    "pacdistill, beam 200": lambda problem: extracted(problem, search="beam"),
    "pacdistill, twisted search of the raw bits (labels only)": from_labels_alone,
    "trained probes, in the manner of [Boi24]": by_trained_probes,
    "CART": by_cart,
    "CART, as many leaves as planted": lambda problem: by_cart(problem, problem.size),
    "LicketySPLIT, lookahead 1": lambda problem: by_licketysplit(problem, 1),
    "LicketySPLIT, lookahead 2": lambda problem: by_licketysplit(problem, 2),
    "STreeD": by_streed,
    "query-guided tree": by_queries,
}
NEEDS = {"STreeD": "pystreed", "affinitree": "affinitree"}

TEXT = f"""\
Every method gets the same network, the same {SAMPLES:,} inputs or labels of them, and the depth of
the planted tree (a favor to all). Trained probes get {FITTED + SCORED - SAMPLES:,} inputs more, and
the query-guided tree asks for the labels of inputs that it makes itself.

Each kind of planted tree comes several times, as another tree taught to another network. The first
tables are over all of them: means, and the largest of the memory. The others tell each by itself.

- *fidelity*: agreement with the network on {FRESH:,} other inputs. *exact*: equal to the planted
  tree at all inputs, by proof. Only the judge sees the planted tree.
- *probes*, *labels*, *queries*: linear probes; inputs of the sample whose labels were used;
  labels asked for inputs that the method chose.
- *CPU s*, *wall s*: of the method alone, on one thread, without reading the network and drawing the
  sample. *peak MB*: the most memory that its process held on top of what it held before.
- Trained probes: {STEPS} steps of Adam for each clause, at the rate {LEARNING_RATE}, which we chose
  on one such network. A wider beam would find more, and take as much longer.
- The query-guided tree looks at the 8 variables of largest estimated influence at each node.
- STreeD searches for the best tree of its depth, which takes time exponential in the depth. It was
  stopped at its time limit (on the wall clock), where the note says so.
- affinitree copies a network exactly, at all real inputs: a network of d inputs and k units in one
  hidden layer becomes a tree of up to 2^k terminals (for k at most d). Beyond 10 units its 0.23.0
  stopped with an error of its own on such a network."""


# --- what runs in a process of its own


def learn(
    *, method: str, network: str, tree: str, depth: int, d: int, seed: int, beam: int, limit: float
) -> Row:
    """Let one method find the tree in one network; judge, and say what it took."""
    secret = plant(tree, depth, d, np.random.default_rng(seed))
    source = load_network(network)
    more = sample_cube(max(SAMPLES, FITTED + SCORED), d, np.random.default_rng(seed + 1000))
    X = more[:SAMPLES]
    rng = np.random.default_rng(seed + 2000)
    y = source.labels(X)
    problem = Problem(source, X, y, more, secret.depth, secret.size, beam, limit, rng)
    answer, cost = measured(METHODS[method], problem)
    fresh = sample_cube(FRESH, d, np.random.default_rng(seed + 3000))
    return {
        "fidelity": float((answer.tree.predict(fresh) == source.labels(fresh)).mean()),
        "exact": answer.tree.equivalent(secret),
        "leaves": answer.tree.size,
        "probes": answer.probes,
        "labels": answer.labels,
        "queries": answer.queries,
        **cost,
        "note": answer.note,
    }


def copy(*, d: int, widths: list[int], seed: int, steps: int) -> Row:
    """Copy small networks exactly by affinitree, and extract trees from the same networks."""
    from affinitree import builder, extract_pytorch_architecture

    secret = random_hard_tree(2, d, np.random.default_rng(seed))
    Z = enumerate_cube(d)
    rows = []
    for width in widths:
        rng = np.random.default_rng(seed)
        network = train_network(
            secret.predict, d, rng, width=width, blocks=0, curriculum=[Phase(0.5, steps)]
        ).network
        layers = as_sequential(network)
        found, cost = measured(extract_tree, network, Z, depth=secret.depth, fresh=Z)
        copied, copy_cost = measured(
            lambda layers=layers: builder.from_layers(extract_pytorch_architecture(d, layers))
        )
        copied_labels = [copied.evaluate(z)[0] > 0 for z in Z.astype(np.float64)]
        rows.append(
            {
                "units": width,
                "network agrees with planted": agreement(network, secret, Z),
                "copy's nodes": copied.size(),
                "copy's terminals": copied.num_terminals(),
                "copy's fidelity": float((network.labels(Z) == copied_labels).mean()),
                "copy's CPU s": copy_cost["CPU s"],
                "extracted leaves": found.tree.size,
                "extracted fidelity": found.fidelity.estimate,
                "extraction's CPU s": cost["CPU s"],
            }
        )
    return {"rows": rows}


def as_sequential(network: ResidualNetwork) -> torch.nn.Sequential:
    """Write a network of one hidden layer as a chain: A (2x - 1) + a = 2A x + (a - A1)."""
    width, d = network.first.weight.shape
    chain = torch.nn.Sequential(
        torch.nn.Linear(d, width), torch.nn.ReLU(), torch.nn.Linear(width, 1)
    )
    with torch.no_grad():
        chain[0].weight.copy_(2 * network.first.weight)
        chain[0].bias.copy_(network.first.bias - network.first.weight.sum(dim=1))
    chain[2].load_state_dict(network.readout.state_dict())
    return chain


def agreement(network: Network, secret: DecisionTree, X: NDArray[np.uint8]) -> float:
    return float((network.labels(X) == secret.predict(X)).mean())


# --- the tasks


def teach(
    *, network: str, tree: str, depth: int, d: int, seed: int, curriculum: list[list[float]]
) -> Row:
    """Teach a planted tree to a network, and write it to a file."""
    rng = np.random.default_rng(seed)
    secret = plant(tree, depth, d, rng)
    phases = [Phase(bias, int(steps)) for bias, steps in curriculum]
    training, seconds = timed(train_network, secret.predict, d, rng, curriculum=phases)
    Path(network).parent.mkdir(parents=True, exist_ok=True)
    save_network(training.network, network)
    return {
        "leaves": secret.size,
        "bits tested": len(secret.variables),
        "training examples": training.examples,
        "training CPU s": round(seconds, 1),
        "agrees with planted": agreement(training.network, secret, sample_cube(FRESH, d, rng)),
    }


def measure(*, name: str, cap: float, **arguments: Any) -> Row:
    """Run `learn` or `copy` in a process of its own, and stop it after `cap` seconds."""
    needed = NEEDS.get(name)
    if needed and importlib.util.find_spec(needed) is None:
        return {"note": f"{needed} is not installed"}
    threads = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")
    process = subprocess.Popen(
        [sys.executable, PROCESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **threads},
    )
    try:
        output, errors = process.communicate(json.dumps({"name": name, **arguments}), timeout=cap)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return {"note": f"no result within {cap:g} s"}
    if process.returncode < 0:
        return {"note": f"stopped by {signal.Signals(-process.returncode).name}"}
    if process.returncode == OUT_OF_MEMORY:
        return {"note": f"out of memory ({MEMORY / 2**30:g} GB)"}
    if process.returncode:
        raise RuntimeError(f"the process of {name} failed:\n{errors}")
    return json.loads(output.splitlines()[-1])  # affinitree prints too


PROCESS = Path(__file__).with_name("bench_process.py")
OUT_OF_MEMORY = 75  # the exit status of that process


# --- the cases, and what is said of them


def of_networks(rows: list[Row]) -> list[Row]:
    return [{"planted tree": title(row), **measures(row)} for row in rows]


def of_kind(rows: list[Row], *, kind: str) -> list[Row]:
    """Return what each method did on all networks of a kind."""
    of_it = [row for row in rows if kind_of(row) == kind]
    return [
        {"method": case["name"], **over_seeds([measures(row) for row in some])}
        for case, some in group_rows(of_it, "name")
    ]


def of_network(rows: list[Row], *, name: str) -> list[Row]:
    return [{"method": row["name"], **measures(row)} for row in rows if title(row) == name]


def of_copies(rows: list[Row]) -> list[Row]:
    return [measures(row) for row in rows]


def kind_of(row: Row) -> str:
    return f"{row['tree']}, depth {row['depth']}"


def title(row: Row) -> str:
    return f"{kind_of(row)}, seed {row['seed']}"


def measures(row: Row) -> Row:
    """Return what was measured, without the case."""
    return {name: value for name, value in row.items() if name not in GIVEN}


def over_seeds(rows: list[Row]) -> Row:
    """Put what one method did on several networks into one row; without a tree it is not exact."""
    trees = [row for row in rows if "exact" in row]
    notes = "; ".join(dict.fromkeys(row["note"] for row in rows if row["note"]))
    if not trees:
        return {"note": notes}

    def mean(name: str, digits: int | None = None) -> float:
        return round(float(np.mean([row[name] for row in trees])), digits)

    return {
        "exact": f"{sum(row['exact'] for row in trees)} of {len(rows)}",
        "fidelity": mean("fidelity", 5),
        **{name: mean(name) for name in ("leaves", "probes", "labels", "queries")},
        **{name: mean(name, 3) for name in ("CPU s", "wall s")},
        "peak MB": max(row["peak MB"] for row in trees),
        "note": notes,
    }


LESSON = ("network", "tree", "depth", "d", "seed")
GIVEN = {*LESSON, "curriculum", "name", "cap", "limit", "beam", "widths", "steps"}


def benchmark(
    problems: list[Row],
    *,
    name: str,
    command: str,
    methods: list[str],
    seeds: int,
    cap: float,
    limit: float,
    copies: Row,
    kept: Path = BUILD,
) -> Study:
    """Teach all networks, run all methods; the networks are kept with what is done so far."""
    lessons, cases = [], []
    for k, problem in enumerate(problems):
        for seed in range(seeds):
            path = str(kept / name / f"{k}-{seed}.npz")
            lesson = {**problem, "network": path, "seed": SEED + seed}
            case = {"cap": cap, "limit": limit, "beam": lesson.pop("beam")}
            case |= {key: lesson[key] for key in LESSON}
            lessons.append(lesson)
            cases += [{"name": method, **case} for method in methods]
    copied = {"name": "affinitree", "cap": cap, "seed": SEED, **copies}
    kinds, titles = (dict.fromkeys(map(name_of, lessons)) for name_of in (kind_of, title))
    return Study(
        name=name,
        command=command,
        parts={
            "networks": Part(teach, lessons),
            "methods": Part(measure, cases),
            "copies": Part(measure, [copied]),
        },
        tables={
            **{kind: Table(partial(of_kind, kind=kind), ["methods"]) for kind in kinds},
            "The networks": Table(of_networks, ["networks"]),
            **{one: Table(partial(of_network, name=one), ["methods"]) for one in titles},
            "affinitree, the exact copy of a small network": Table(of_copies, ["copies"]),
        },
        text=TEXT,
        packages=PACKAGES,
    )


def study() -> Study:
    return benchmark(
        PROBLEMS,
        name="bench",
        command="make bench",
        methods=list(METHODS),
        seeds=SEEDS,
        cap=180,
        limit=60,
        copies={"d": 10, "widths": list(range(1, 11)), "steps": 1000},
    )


if __name__ == "__main__":
    main(study())
