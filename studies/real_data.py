"""The study of chapter 15: networks on two real tables, distilled into small trees.

    python studies/real_data.py    (about 20 minutes on one core)

Ten networks on each table, each with a split of its own. *frontier*: fidelity and accuracy of trees
of 2 to 32 leaves by several methods, all on the same literals and, but for one, the same labels.
*centered*: the searches again, with centered scores. *planted*: the same for a rule that was
planted in real columns. *representation*: how well the hidden units, and others, represent the
clauses of a tree that was found. *rows*: what more unlabeled rows do, real ones and made-up ones.
*questions*: a column is changed, and the network asked again. The results are
``studies/results/real-data.json`` and ``.md``; the first network of each table and its trees are
kept in ``chapters/data``.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from harness import DATA, for_chapters, main
from numpy.typing import NDArray
from scipy.stats import t as student
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.tree import DecisionTreeRegressor
from zoo import inner

from pacdistill import Clause, DecisionTree, SklearnSource, make_literals
from pacdistill.extraction import (
    beam_search,
    best_trees,
    measure_representation,
    probe_basis,
    twisted_search,
)
from pacdistill.learners import learn_cart, learn_optimal_tree, learn_sparse_tree
from pacdistill.studies import Part, Study, Table, group_rows
from pacdistill.tables import Literals, RuleTree

Row = dict[str, Any]
Points, Labels = NDArray[np.uint8], NDArray[np.int8]

TABLES = ("visits", "flights")
SEEDS = 10
SIZES = (2, 4, 8, 16, 32)
DEPTH = 6  # of every tree but CART's
SOLVED = 5  # so many networks of each table are also given to the optimal solver at depth 4
CAP = 10.0  # seconds for an optimal tree
HIDDEN = (64, 32)
PLANTED = 5
ROWS = (500, 1_000, 2_000, 4_000, 8_000)


# --- the tables and the networks


def load(name: str) -> tuple[pd.DataFrame, Labels, NDArray[np.int64]]:
    """Return the table, the true labels and who or what each row is about."""
    table = pd.read_csv(DATA / f"{name}.csv.gz")
    if name == "visits":
        people = table.pop("person").to_numpy()
        return table, (table.pop("visits") > 0).to_numpy(np.int8), people
    return table, (table.pop("arrival") >= 15).to_numpy(np.int8), np.arange(len(table))


def split(people: NDArray[np.int64], seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows to train on and those to test on: no person in both, each once in these."""
    rng = np.random.default_rng([15, seed])
    order = rng.permutation(len(people))  # rows of a person stand together in the table
    everyone = rng.permutation(np.unique(people))
    tested = np.isin(people, everyone[: int(0.3 * len(everyone))])
    _, first = np.unique(people[order], return_index=True)
    once = np.isin(np.arange(len(people)), order[first])
    return order[~tested[order]], order[(tested & once)[order]]


def build(table: pd.DataFrame, seed: int) -> Pipeline:
    """Return the pipeline that a practitioner would write down first."""
    texts = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    numbers = [name for name in table if name not in texts]
    prepare = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), texts),
    )
    network = MLPClassifier(HIDDEN, alpha=1.0, early_stopping=True, random_state=seed)
    return make_pipeline(prepare, network)


def train(table: pd.DataFrame, y: Labels, seed: int) -> Pipeline:
    model = build(table, seed).fit(table, y)
    network = model[-1]  # what is stored later is what is measured now
    network.coefs_ = [w.astype(np.float32).astype(np.float64) for w in network.coefs_]
    network.intercepts_ = [b.astype(np.float32).astype(np.float64) for b in network.intercepts_]
    return model


def untrained(table: pd.DataFrame, y: Labels, seed: int) -> Pipeline:
    """Return the network with its first random weights."""
    model = build(table, seed)
    model[-1].set_params(max_iter=1, early_stopping=False, learning_rate_init=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(table, y)


def store(model: Pipeline, path: Path) -> None:
    """Keep a network's weights; the rest of its pipeline is fitted again from the table."""
    network = model[-1]
    weights = {f"weight{k}": w.astype(np.float32) for k, w in enumerate(network.coefs_)}
    biases = {f"bias{k}": b.astype(np.float32) for k, b in enumerate(network.intercepts_)}
    np.savez_compressed(path, **weights, **biases)


def keep(folder: Path) -> None:
    """Store the first network of each table, its test rows, its labels there, and its trees."""
    kept = {}
    for name in TABLES:
        case = prepare(name, 0)
        store(case.model, folder / f"{name}-network.npz")
        phi = SklearnSource(case.model).activations(case.table)
        clauses = candidates(case.B, case.f, phi, centered=True)
        trees = program(case.B, case.f, [*clauses, *inner(cart(case.B, case.f)[-1])])
        rules = [RuleTree.of(tree, case.literals).to_dict() for tree in trees]
        kept[name] = {
            "rows": case.fresh.index.tolist(),
            "network": "".join(map(str, case.g.tolist())),
            "columns": rules[0]["columns"],
            "literals": rules[0]["literals"],
            "trees": [form["tree"] for form in rules],
        }
    text = json.dumps(kept, separators=(",", ":"))
    (folder / "real-trees.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def restore(table: pd.DataFrame, y: Labels, path: Path) -> Pipeline:
    """Return the network that was kept, in a pipeline fitted to the table it was trained on."""
    model = untrained(table, y, 0)
    with np.load(path) as kept:
        layers = range(len(HIDDEN) + 1)
        model[-1].coefs_ = [kept[f"weight{k}"].astype(np.float64) for k in layers]
        model[-1].intercepts_ = [kept[f"bias{k}"].astype(np.float64) for k in layers]
    return model


class Case(NamedTuple):
    """A network, its table, and all of it as bits: what every method is given."""

    model: Pipeline
    table: pd.DataFrame
    y: Labels
    fresh: pd.DataFrame
    truth: Labels
    literals: Literals
    B: Points
    C: Points  # the fresh rows
    f: Labels
    g: Labels  # on the fresh rows


def prepare(name: str, seed: int) -> Case:
    table, y, people = load(name)
    rows, test = split(people, seed)
    X, fresh = table.iloc[rows], table.iloc[test]
    model = train(X, y[rows], seed)
    literals, source = make_literals(X), SklearnSource(model)
    return Case(
        model,
        X,
        y[rows],
        fresh,
        y[test],
        literals,
        literals.encode(X),
        literals.encode(fresh),
        source.labels(X),
        source.labels(fresh),
    )


# --- the methods: from a case to trees of many sizes


def program(B: Points, f: Labels, clauses: Iterable[Clause]) -> list[DecisionTree]:
    frontier = best_trees(B, f, clauses, depth=DEPTH, max_size=max(SIZES))
    return [point.tree for point in frontier]


def candidates(
    B: Points, f: Labels, phi: NDArray[Any], *, centered: bool = False, depth: int = 5
) -> list[Clause]:
    """Return what the twisted search keeps, with plain signs or with centered ones."""
    return list(twisted_search(probe_basis(phi), B, f, depth=depth, centered=centered).clauses)


def cart(B: Points, f: Labels) -> list[DecisionTree]:
    return [learn_cart(B, f, max_size=size) for size in SIZES]


def soft_cart(B: Points, p: NDArray[np.float64]) -> list[DecisionTree]:
    """Return trees that are fitted to the network's probabilities, as labels."""

    def convert(nodes: Any, k: int) -> DecisionTree:
        left, right = nodes.children_left[k], nodes.children_right[k]
        if left == right:
            return DecisionTree.leaf(int(nodes.value[k, 0, 0] > 0.5))
        halves = convert(nodes, left), convert(nodes, right)
        return DecisionTree.split(int(nodes.feature[k]), *halves)

    models = [DecisionTreeRegressor(max_leaf_nodes=s, random_state=0).fit(B, p) for s in SIZES]
    return [convert(model.tree_, 0) for model in models]


def sparse(B: Points, f: Labels) -> list[DecisionTree]:
    return [
        learn_sparse_tree(B, f, depth=depth, leaf_cost=cost)
        for depth in range(1, DEPTH + 1)
        for cost in (1e-3, 2e-4)
    ]


def optimal(B: Points, f: Labels, deepest: int) -> tuple[list[DecisionTree], int]:
    """Return the best trees of each depth, and up to which depth they are proved to be best."""
    trees, proved = [], 0
    for depth in range(1, deepest + 1):
        try:
            found = learn_optimal_tree(B, f, depth=depth, max_seconds=CAP)
        except TimeoutError:
            break
        trees.append(found.tree)
        proved = depth if found.optimal and proved == depth - 1 else proved
    return trees, proved


def at_sizes(trees: list[DecisionTree], case: Case) -> list[Row]:
    """Return, for each size, the tree of at most this size that agrees best on the training rows.

    What it reports is measured on the fresh rows.
    """
    seen = [(float((tree.predict(case.B) == case.f).mean()), tree) for tree in trees]
    found = []
    for size in SIZES:
        small = [(agree, -tree.size, tree) for agree, tree in seen if tree.size <= size]
        if not small:
            continue
        agree, _, tree = max(small, key=lambda one: one[:2])
        predicted = tree.predict(case.C)
        found.append(
            {
                "size": size,
                "leaves": tree.size,
                "fidelity": float((predicted == case.g).mean()),
                "seen": agree,
                "accuracy": float((predicted == case.truth).mean()),
            }
        )
    return found


def frontier(case: Case, seed: int, deepest: int) -> dict[str, Any]:
    B, f, source = case.B, case.f, SklearnSource(case.model)
    phi = source.activations(case.table)
    blank = SklearnSource(untrained(case.table, case.y, seed)).activations(case.table)
    greedy = cart(B, f)
    trained_clauses = candidates(B, f, phi)
    beam = list(beam_search(probe_basis(phi), B, depth=DEPTH, width=100).clauses)
    from_greedy = inner(greedy[-1])
    solved, proved = optimal(B, f, deepest)
    methods = {
        "activations, twisted": program(B, f, trained_clauses),
        "activations, beam of 100": program(B, f, beam),
        "raw literals, twisted": program(B, f, candidates(B, f, B.astype(np.float32))),
        "untrained network, twisted": program(B, f, candidates(B, f, blank)),
        "CART": greedy,
        "CART and dynamic program": program(B, f, from_greedy),
        "CART, activations and dynamic program": program(
            B, f, [*from_greedy, *trained_clauses, *beam]
        ),
        "CART on probabilities": soft_cart(B, case.model.predict_proba(case.table)[:, 1]),
        "LicketySPLIT": sparse(B, f),
        "STreeD": solved,
        "CART on the truth": cart(B, case.y),
    }
    return {
        "methods": {name: at_sizes(trees, case) for name, trees in methods.items()},
        "proved": proved,
        "tree": methods["CART, activations and dynamic program"],
    }


# --- what else is asked of a network


def controls(B: Points, clause: Clause, rng: np.random.Generator, count: int = 20) -> list[Clause]:
    """Return random clauses that are as long as a clause and hold about as often."""
    mass, found = clause.holds(B).mean(), []
    for _ in range(4_000):
        chosen = rng.choice(B.shape[1], len(clause), replace=False)
        values = rng.integers(0, 2, len(clause))
        other = Clause(tuple(sorted(zip(chosen.tolist(), values.tolist(), strict=True))))
        share = other.holds(B).mean()
        if other != clause and 0 < 0.8 * mass <= share <= 1.25 * mass:
            found.append(other)
            if len(found) == count:
                break
    return found


def representation(case: Case, tree: DecisionTree, seed: int) -> Row:
    """Return the mean fits, on fresh rows, of a tree's clauses and of each one's controls."""
    rng = np.random.default_rng([seed, 3])
    leaves = [c for c, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if leaf]
    kinds = {"tests": inner(tree)[1:], "leaves": leaves}
    beside = {kind: [controls(case.B[:4_000], c, rng) for c in kinds[kind]] for kind in kinds}
    source = SklearnSource(case.model)
    both = SklearnSource(case.model, layers=(0, 1))
    blank = SklearnSource(untrained(case.table, case.y, seed))
    found: Row = {}
    for name, one in (("last layer", source), ("both layers", both), ("untrained", blank)):
        pair = (one.activations(case.table), case.B)
        fresh = (one.activations(case.fresh), case.C)
        for kind, clauses in kinds.items():
            fits = measure_representation(*pair, clauses, fresh=fresh).fits
            others = [
                np.nanmean(measure_representation(*pair, some, fresh=fresh).fits)
                for some in beside[kind]
                if some
            ]
            found[f"{name}: {kind}"] = float(np.nanmean(fits))
            found[f"{name}: controls of the {kind}"] = float(np.mean(others))
    return found


def shuffled(table: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return rows whose columns are drawn independently of each other from a table."""
    rows = {name: table[name].to_numpy()[rng.integers(0, len(table), n)] for name in table}
    return pd.DataFrame(rows)


def neighbors(table: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return rows of a table in which every fifth entry is another row's."""
    base = table.iloc[rng.integers(0, len(table), n)].reset_index(drop=True)
    other = shuffled(table, n, rng)
    return base.where(rng.random(base.shape) >= 0.2, other)


def made_up(case: Case, seed: int) -> dict[str, Row]:
    """Return the fidelity of CART's trees of 16 leaves from several sets of rows."""
    rng, source = np.random.default_rng([seed, 4]), SklearnSource(case.model)
    small = case.table.iloc[:1_000]
    sets: dict[str, pd.DataFrame | None] = {f"{n:,} real": case.table.iloc[:n] for n in ROWS}
    sets["all real"] = case.table
    many = 13_000
    for name, make in (("columns shuffled", shuffled), ("neighbors", neighbors)):
        sets[f"1,000 real and 13,000 {name}"] = pd.concat([small, make(small, many, rng)])
    elsewhere = shuffled(case.fresh, 5_000, rng)
    away, there = case.literals.encode(elsewhere), source.labels(elsewhere)
    found = {}
    for name, rows in sets.items():
        tree = learn_cart(case.literals.encode(rows), source.labels(rows), max_size=16)
        found[name] = {
            "fidelity": float((tree.predict(case.C) == case.g).mean()),
            "on shuffled columns": float((tree.predict(away) == there).mean()),
        }
    return found


def questions(name: str) -> dict[str, tuple[Callable[..., Any], Callable[..., Any], str]]:
    """Return pairs of interventions on a table, and the column that they change."""

    def fix(column: str, value: Any) -> Callable[..., Any]:
        return lambda table, rng: table.assign(**{column: value})

    def another(column: str) -> Callable[..., Any]:
        return lambda table, rng: table.assign(**{column: rng.permutation(table[column])})

    def same(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        return table

    if name == "visits":
        return {
            "coinsurance 0 or 95": (fix("coinsurance", 0), fix("coinsurance", 95), "coinsurance"),
            "black 0 or 1": (fix("black", 0), fix("black", 1), "black"),
            "female 0 or 1": (fix("female", 0), fix("female", 1), "female"),
        }
    return {
        "another flight's carrier": (same, another("carrier"), "carrier"),
        "another flight's origin": (same, another("origin"), "origin"),
        "no rain or 0.1 inch": (fix("rain", 0.0), fix("rain", 0.1), "rain"),
    }


def asked(case: Case, name: str, trees: list[DecisionTree], seed: int) -> dict[str, Row]:
    """Return how often network and trees change their minds when a column is changed."""
    source, found = SklearnSource(case.model), {}
    for question, (first, second, column) in questions(name).items():
        rng = np.random.default_rng([seed, 5])
        tables = first(case.fresh, rng), second(case.fresh, rng)
        net = [source.labels(table) for table in tables]
        bits = [case.literals.encode(table) for table in tables]
        row: Row = {"network": float((net[0] != net[1]).mean())}
        for size in (8, 32):
            tree = max((tree for tree in trees if tree.size <= size), key=lambda one: one.size)
            says = [tree.predict(part) for part in bits]
            tested = {case.literals.literals[int(i)].column for i in tree.variables}
            row[f"tree of {size}"] = float((says[0] != says[1]).mean())
            row[f"tree of {size} tests it"] = case.literals.columns.index(column) in tested
            row[f"bound at {size}"] = sum(
                float((s != n).mean()) for s, n in zip(says, net, strict=True)
            )
        found[question] = row
    return found


def boosted(case: Case) -> float:
    """Return the accuracy of boosted trees, to see how good the network is."""
    texts = [name for name in case.table if not pd.api.types.is_numeric_dtype(case.table[name])]
    coded = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    table, fresh = case.table.copy(), case.fresh.copy()
    table[texts], fresh[texts] = coded.fit_transform(table[texts]), coded.transform(fresh[texts])
    model = HistGradientBoostingClassifier(max_iter=60, learning_rate=0.05, random_state=0)
    return float((model.fit(table, case.y).predict(fresh) == case.truth).mean())


def measure(*, table: str, seed: int, deepest: int = 3) -> Row:
    """Train one network and measure everything about it."""
    start = time.process_time()
    case = prepare(table, seed)
    ones = float(case.truth.mean())
    found = frontier(case, seed, deepest)
    trees = found["tree"]
    eight = max((tree for tree in trees if tree.size <= 8), key=lambda one: one.size)
    return {
        "rows": len(case.table),
        "fresh": len(case.fresh),
        "literals": len(case.literals),
        "network": float((case.g == case.truth).mean()),
        "constant": max(ones, 1 - ones),
        "boosted": boosted(case),
        "says 1": float(case.g.mean()),
        "methods": found["methods"],
        "proved": found["proved"],
        "representation": representation(case, eight, seed),
        "made up": made_up(case, seed),
        "questions": asked(case, table, trees, seed),
        "seconds": round(time.process_time() - start, 1),
    }


def centered(*, table: str, seed: int) -> Row:
    """Do as `measure` with centered signs, as `extract_tree` does for literals."""
    case = prepare(table, seed)
    B, f = case.B, case.f
    blank = SklearnSource(untrained(case.table, case.y, seed))
    found = {}
    for name, phi in (
        ("activations", SklearnSource(case.model).activations(case.table)),
        ("raw literals", B.astype(np.float32)),
        ("untrained network", blank.activations(case.table)),
    ):
        found[name] = candidates(B, f, phi, centered=True)
    methods = {f"{name}, centered": program(B, f, found[name]) for name in found}
    both = [*found["activations"], *inner(learn_cart(B, f, max_size=32))]
    methods["CART, centered activations and dynamic program"] = program(B, f, both)
    return {"methods": {name: at_sizes(trees, case) for name, trees in methods.items()}}


def planted(*, seed: int) -> Row:
    """Teach a network a parity of four questions about flights, and distill it."""
    table, _, people = load("flights")
    rows, test = split(people, seed)
    asked = [table.month <= 6, table.weekday <= 3, table.distance <= 800, table.departure <= 13.5]
    y = np.array(sum(one.astype(int) for one in asked) % 2, dtype=np.int8)
    X, fresh = table.iloc[rows], table.iloc[test]
    model = build(X, seed)
    model[-1].set_params(alpha=1e-3, early_stopping=False, max_iter=40)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y[rows])
    literals, source = make_literals(X), SklearnSource(model)
    B, C, f = literals.encode(X), literals.encode(fresh), source.labels(X)
    blank = SklearnSource(untrained(X, y[rows], seed)).activations(X)
    phi = source.activations(X)

    def best(clauses: list[Clause]) -> DecisionTree:
        return best_trees(B, f, clauses, depth=4, max_size=16)[-1].tree

    trees = {
        "activations, not centered": best(list(twisted_search(probe_basis(phi), B, f).clauses)),
        **{
            f"{name}, centered": best(candidates(B, f, one, centered=True, depth=4))
            for name, one in (
                ("activations", phi),
                ("raw literals", B.astype(np.float32)),
                ("untrained network", blank),
            )
        },
        "CART": learn_cart(B, f, max_size=16),
        "LicketySPLIT": learn_sparse_tree(B, f, depth=4),
        "STreeD": optimal(B, f, 4)[0][-1],
    }
    g = source.labels(fresh)
    found = {name: float((tree.predict(C) == g).mean()) for name, tree in trees.items()}
    return {"network": float((g == y[test]).mean()), **found}


# --- the report


def cases() -> list[Row]:
    return [
        {"table": table, "seed": seed, "deepest": 4 if seed < SOLVED else 3}
        for table in TABLES
        for seed in range(SEEDS)
    ]


def spread(values: list[float]) -> Row:
    """Return the mean over networks, an interval for it, and each network."""
    mean = float(np.mean(values))
    half = float(student.ppf(0.995, len(values) - 1) * np.std(values, ddof=1) / len(values) ** 0.5)
    return {
        "networks": len(values),
        "mean": round(mean, 4),
        "low": round(mean - half, 4),
        "high": round(mean + half, 4),
        "each": [round(one, 4) for one in values],
    }


def of_networks(rows: list[Row]) -> list[Row]:
    return [
        {"table": case["table"], "what": fact, **spread([row[fact] for row in some])}
        for case, some in group_rows(rows, "table")
        for fact in ("network", "constant", "boosted", "says 1")
    ]


def of_proofs(rows: list[Row]) -> list[Row]:
    return [
        {
            "table": case["table"],
            "depth": depth,
            "networks": len(some),
            "proved": sum(row["proved"] >= depth for row in some),
        }
        for case, every in group_rows(rows, "table")
        for depth, some in ((3, every), (4, every[:SOLVED]))
    ]


def of_methods(rows: list[Row], more: list[Row], *, what: str) -> list[Row]:
    """Return a quality of the trees of each size, by all methods."""
    table = []
    every = [row["methods"] | other["methods"] for row, other in zip(rows, more, strict=True)]
    for name in TABLES:
        some = [found for row, found in zip(rows, every, strict=True) if row["table"] == name]
        for method in some[0]:
            for size in SIZES:
                trees = [one for found in some for one in found[method] if one["size"] == size]
                if len(trees) > 1:
                    line = {"table": name, "method": method, "size": size}
                    table.append({**line, **spread([tree[what] for tree in trees])})
    return table


def of_representation(rows: list[Row]) -> list[Row]:
    return [
        {**case, "what": what, **spread([row["representation"][what] for row in some])}
        for case, some in group_rows(rows, "table")
        for what in some[0]["representation"]
    ]


def of_rows(rows: list[Row]) -> list[Row]:
    return [
        {**case, "rows": kind, "measured": what, **spread([r["made up"][kind][what] for r in some])}
        for case, some in group_rows(rows, "table")
        for kind, first in some[0]["made up"].items()
        for what in first
    ]


def of_questions(rows: list[Row]) -> list[Row]:
    return [
        {
            **case,
            "question": question,
            "what": what,
            **spread([float(row["questions"][question][what]) for row in some]),
        }
        for case, some in group_rows(rows, "table")
        for question, first in some[0]["questions"].items()
        for what in first
    ]


def of_rule(rows: list[Row]) -> list[Row]:
    methods = [name for name in rows[0] if name != "seed"]
    return [{"method": name, **spread([row[name] for row in rows])} for name in methods]


def also(rows: dict[str, list[Row]], folder: Path) -> None:
    if "networks" in rows:
        keep(for_chapters(folder))


def study() -> Study:
    pairs = [{"table": case["table"], "seed": case["seed"]} for case in cases()]
    qualities = {
        what.capitalize(): Table(partial(of_methods, what=what), ["networks", "centered"])
        for what in ("fidelity", "seen", "accuracy")
    }
    return Study(
        name="real-data",
        command="python studies/real_data.py",
        parts={
            "centered": Part(centered, pairs),
            "planted": Part(planted, [{"seed": seed} for seed in range(PLANTED)]),
            "networks": Part(measure, cases()),
        },
        tables={
            "The networks": Table(of_networks, ["networks"]),
            "Proved": Table(of_proofs, ["networks"]),
            **qualities,
            "Representation": Table(of_representation, ["networks"]),
            "Rows": Table(of_rows, ["networks"]),
            "Questions": Table(of_questions, ["networks"]),
            "A planted rule": Table(of_rule, ["planted"]),
        },
        text="Ten networks a table, each with its own split and its own seed. *low* and *high*: "
        "Student's interval (0.99) for the mean over networks and splits. Fidelity and accuracy "
        "are measured on rows that neither network nor tree has seen, "
        f"one for each person in *visits*. STreeD had {CAP:g} seconds for each depth, and depth 4 "
        f"was tried on {SOLVED} networks a table.",
        also=also,
    )


if __name__ == "__main__":
    main(study())
