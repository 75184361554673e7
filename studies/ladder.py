"""The ladder of access: what examples, queries, activations and weights buy, on the same functions.

    python studies/ladder.py      (about 15 minutes on one core, and a quarter of an hour more the
                                   first time, to train what is not kept in _build/zoo)

Five sources of each of five classes on 100 bits. Four are networks, trained from their seeds on a
planted function (`zoo.py`); the fifth is a keyed hash, a program, since no network learns it. On
each rung every distiller is run on every source and judged on fresh inputs against the source, and
exactly against the planted function where its answer depends on a few bits. Chapter 9 reads
``studies/results/ladder.json``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import zoo
from harness import main
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from pacdistill import CallableSource, DecisionTree, extract_tree, sample_cube
from pacdistill.learners import learn_cart, learn_optimal_tree, learn_parity, learn_sparse_tree
from pacdistill.networks import ResidualNetwork
from pacdistill.queries import (
    HeavyCoefficients,
    KeyedFunction,
    MembershipOracle,
    QueryBudgetError,
    distill_junta,
    heavy_coefficients,
    learn_by_queries,
)
from pacdistill.studies import Part, Study, Table, exact_interval, group_rows

D, SAMPLES, FRESH, SEEDS = 100, 5_000, 20_000, 5
BUDGET = 20_000_000  # queries, at most
LARGE = 0.08  # an average of the low-degree algorithm; more than five standard deviations
CLASSES = {  # name: (kind of the zoo, depth that the distillers are told)
    "random tree": ("random", 4),
    "hard tree": ("hard3", 5),
    "parity": ("parity", 5),
    "junta": ("junta", 4),
    "keyed": ("keyed", 5),
}

Labels = Callable[[NDArray[np.uint8]], NDArray[np.int8]]
Row = dict[str, Any]


class Problem(NamedTuple):
    """A source, what was planted in it, and what the distillers are told."""

    source: Any  # with labels(X), and for networks activations(X)
    planted: Any  # with predict(X)
    tree: DecisionTree | None
    depth: int
    relevant: int


class Keyed:
    """A keyed function as a source: a program with its key in plain sight."""

    def __init__(self, key: bytes) -> None:
        self.function = KeyedFunction(key)

    def labels(self, X: NDArray[np.uint8]) -> NDArray[np.int8]:
        return self.function.predict(X)


def problem(name: str, seed: int) -> Problem:
    kind, depth = CLASSES[name]
    if name == "keyed":
        source = Keyed(hashlib.sha256(f"ladder {seed}".encode()).digest())
        return Problem(source, source.function, None, depth, depth)
    network, planted = zoo.trained(kind, depth, D, seed)
    tree = planted.tree() if name == "junta" else planted
    return Problem(network, planted, tree, depth, len(planted.variables))


# --- the distillers: each returns a function of a table, and what it cost


class Found(NamedTuple):
    """What a distiller returned: labels for any input, its tree if it has one, and the cost."""

    predict: Labels | None  # None if it gave up: then the label is 0 everywhere
    tree: DecisionTree | None = None
    bits: Any = None  # on which the answer depends, if it is no tree
    samples: int = 0
    queries: int = 0
    probes: int = 0
    key: bytes | None = None
    note: str = ""


def of_tree(tree: DecisionTree, **cost: Any) -> Found:
    return Found(tree.predict, tree, **cost)


def cart(p: Problem, X: Any, rng: np.random.Generator) -> Found:
    return of_tree(learn_cart(X, p.source.labels(X)), samples=len(X))


def sparse(p: Problem, X: Any, rng: np.random.Generator) -> Found:
    return of_tree(learn_sparse_tree(X, p.source.labels(X), depth=p.depth), samples=len(X))


def optimal(p: Problem, X: Any, rng: np.random.Generator) -> Found:
    try:
        found = learn_optimal_tree(X, p.source.labels(X), depth=p.depth, max_seconds=20)
    except TimeoutError:
        return Found(None, samples=len(X), note="no tree in 20 s")
    return of_tree(found.tree, samples=len(X), note="" if found.optimal else "cut at 20 s")


def student(p: Problem, X: Any, rng: np.random.Generator) -> Found:
    model = MLPClassifier((64, 64), early_stopping=True, random_state=int(rng.integers(2**31)))
    model.fit(2.0 * X - 1, p.source.labels(X))
    return Found(lambda Z: model.predict(2.0 * Z - 1), samples=len(X))


def labels_alone(p: Problem, X: Any, rng: np.random.Generator) -> Found:
    """The search of `extract_tree`, with the raw bits in the place of activations."""
    raw = CallableSource(p.source.labels, np.asarray)
    found = extract_tree(raw, X, depth=p.depth, fresh=X[:100], max_seconds=20)
    return of_tree(found.tree, samples=len(X))


def low_degree(p: Problem, X: Any, rng: np.random.Generator) -> Found:
    """Estimate each Fourier coefficient of at most 3 variables, and grow the large ones.

    The low-degree algorithm [LinialMN93]: 166,751 averages of the labels, one for each set. Where
    one is large, the sets with one variable more are looked at, too, up to the depth that is told.
    """
    chi = 1 - 2 * X.astype(np.float32)
    signs = 1 - 2 * p.source.labels(X).astype(np.float32)
    large: dict[tuple[int, ...], float] = {}

    def look(columns: NDArray[np.float32], sets: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """Keep the sets, extended by one later or any new variable, whose average is large."""
        averages = columns.T @ chi / len(X)
        found = []
        for row, i in zip(*np.nonzero(np.abs(averages) >= LARGE), strict=True):
            extended = tuple(sorted({*sets[row], int(i)}))
            if len(extended) > len(sets[row]) and extended not in large:
                large[extended] = float(averages[row, i])
                found.append(extended)
        return found

    if abs(signs.mean()) >= LARGE:
        large[()] = float(signs.mean())
    look(signs[:, None], [()])
    newest = look(signs[:, None] * chi, [(i,) for i in range(D)])
    for i in range(D):  # all pairs {i, j} with j > i, and every third variable
        pairs = [(i, j) for j in range(i + 1, D)]
        newest += look((signs * chi[:, i])[:, None] * chi[:, i + 1 :], pairs) if pairs else []
    while newest:
        columns = np.stack([signs * chi[:, list(one)].prod(axis=1) for one in newest], axis=1)
        newest = [one for one in look(columns, newest) if len(one) < p.depth]
    subsets, coefficients = tuple(large), np.array(list(large.values()))
    found = HeavyCoefficients(subsets, coefficients, 0)
    bits = sorted(set().union(*subsets))
    return Found(found.predict, bits=bits, samples=len(X), note=f"{len(large)} coefficients")


def elimination(p: Problem, X: Any, rng: np.random.Generator) -> Found:
    solution = learn_parity(X, p.source.labels(X))
    if solution is None:
        return Found(None, samples=len(X), note="no parity fits")
    bits, constant = solution
    return Found(lambda Z: (Z[:, list(bits)].sum(axis=1) + constant) % 2, bits=bits, samples=len(X))


def influence(p: Problem, X: Any, rng: np.random.Generator, *, grown: bool = False) -> Found:
    """Grow a tree by influences: of the source's depth by 3 branches, or deeper by 1."""
    # Nothing is found out about a keyed function: one branch at a node says so sooner.
    branches = 1 if grown or isinstance(p.source, Keyed) else 3
    depth = 2 * p.depth if grown and not isinstance(p.source, Keyed) else p.depth
    oracle = MembershipOracle(p.source.labels, BUDGET)
    try:
        found = learn_by_queries(oracle, D, rng, depth=depth, branches=branches, points=256)
    except QueryBudgetError as error:
        return Found(None, queries=error.queries, note="budget spent")
    return of_tree(found.tree, queries=found.queries)


def grown(p: Problem, X: Any, rng: np.random.Generator) -> Found:
    return influence(p, X, rng, grown=True)


def junta(p: Problem, X: Any, rng: np.random.Generator) -> Found:
    oracle = MembershipOracle(p.source.labels, BUDGET)
    try:
        found = distill_junta(oracle, D, p.relevant, rng)
    except QueryBudgetError:
        return Found(None, queries=oracle.queries, note="budget spent")
    except ValueError:
        return Found(None, queries=oracle.queries, note=f"more than {p.relevant} bits matter")
    return Found(found.junta.predict, found.junta.tree(), queries=found.queries)


def fourier(p: Problem, X: Any, rng: np.random.Generator) -> Found:
    found = heavy_coefficients(p.source.labels, D, rng, threshold=0.2, pairs=20_000)
    bits = sorted(set().union(*found.subsets))
    note = f"{len(found.subsets)} coefficients"
    return Found(found.predict, bits=bits, queries=found.queries, note=note)


def activations(p: Problem, X: Any, rng: np.random.Generator) -> Found:
    found = extract_tree(p.source, X, depth=p.depth, fresh=X[:100])
    return of_tree(found.tree, samples=len(X), probes=found.probes)


def weights(p: Problem, X: Any, rng: np.random.Generator) -> Found:
    """Read the key; or read from the first layer which bits count, and the table from the rest."""
    if isinstance(p.source, Keyed):
        key = p.source.function.key
        return Found(KeyedFunction(key).predict, key=key)
    bits = read_relevant(p.source)
    table, forward = read_table(p.source, bits, rng)
    powers = 2 ** np.arange(len(bits))[::-1]
    return Found(
        lambda Z: table[Z[:, bits] @ powers],
        bits=bits,
        note=f"{len(bits)} bits, {forward:,} forward passes",
    )


def read_relevant(network: ResidualNetwork) -> NDArray[np.intp]:
    """Return the inputs whose columns of the first layer stand above the widest gap (of ratios)."""
    norms = np.linalg.norm(network.first.weight.detach().numpy(), axis=0)
    order = np.argsort(-norms)
    most = 16  # the table below has a row for each setting of these bits
    return np.sort(order[: 1 + np.argmax(norms[order[:most]] / norms[order[1 : most + 1]])])


def read_table(
    network: ResidualNetwork, bits: NDArray[np.intp], rng: np.random.Generator, votes: int = 5
) -> tuple[NDArray[np.int8], int]:
    """Run the network on all settings of these bits, the others random; the majority is the label.

    This is a computation with the weights in hand, and no query; the forward passes are counted.
    """
    settings = (np.arange(2 ** len(bits))[:, None] >> np.arange(len(bits))[::-1]) & 1
    ones = np.zeros(len(settings), dtype=np.int64)
    for _ in range(votes):
        Z = sample_cube(len(settings), network.first.weight.shape[1], rng)
        Z[:, bits] = settings
        ones += network.labels(Z)
    return (2 * ones > votes).astype(np.int8), votes * len(settings)


DISTILLERS: dict[str, tuple[str, Callable[..., Found]]] = {
    "CART": ("examples", cart),
    "LicketySPLIT": ("examples", sparse),
    "STreeD": ("examples", optimal),
    "search of labels": ("examples", labels_alone),
    "low degree": ("examples", low_degree),
    "elimination": ("examples", elimination),
    "student network": ("examples", student),
    "influence": ("queries", influence),
    "influence, deeper": ("queries", grown),
    "junta": ("queries", junta),
    "Fourier": ("queries", fourier),
    "extract_tree": ("activations", activations),
    "reading": ("weights", weights),
}


def cases() -> list[Row]:
    return [
        {"name": name, "seed": seed, "distiller": distiller}
        for name in CLASSES
        for distiller, (rung, _) in DISTILLERS.items()
        if (name, rung) != ("keyed", "activations")  # a hash has no such layer: see the chapter
        for seed in range(SEEDS)
    ]


def climb(*, name: str, seed: int, distiller: str) -> Row:
    """Run one distiller on one source and judge it."""
    p = problem(name, seed)
    rng = np.random.default_rng([seed, *distiller.encode()])
    X = sample_cube(SAMPLES, D, np.random.default_rng([seed, 1]))
    fresh = sample_cube(FRESH, D, np.random.default_rng([seed, 2]))
    found = DISTILLERS[distiller][1](p, X, rng)
    truth = p.source.labels(fresh)
    answers = np.zeros(FRESH) if found.predict is None else found.predict(fresh)
    return {
        "errors": int((answers != truth).sum()),
        "source errs": int((truth != p.planted.predict(fresh)).sum()),
        "exact": exact(found, p),
        "leaves": found.tree.size if found.tree else None,
        "samples": found.samples,
        "queries": found.queries,
        "probes": found.probes,
        "note": found.note,
    }


def exact(found: Found, p: Problem) -> bool:
    """Whether the answer is proved to be the planted function, at all inputs."""
    if isinstance(p.source, Keyed):
        return isinstance(found.key, bytes) and found.key == p.source.function.key
    if found.tree is not None:
        return found.tree.equivalent(p.tree)
    if found.bits is None or len(found.bits) > 16:
        return False
    bits = sorted({*found.bits, *p.tree.variables})
    if len(bits) > 20:
        return False
    Z = np.zeros((2 ** len(bits), D), dtype=np.uint8)
    Z[:, bits] = (np.arange(len(Z))[:, None] >> np.arange(len(bits))) & 1
    return bool((found.predict(Z) == p.tree.predict(Z)).all())


def summary(rows: list[Row]) -> list[Row]:
    """Summarize the sources of a class, one line for each distiller."""
    lines = []
    for case, group in group_rows(rows, "name", "distiller"):
        errors = sum(r["errors"] for r in group)
        rates = [r["errors"] / FRESH for r in group]
        lines.append(
            {
                "class": case["name"],
                "rung": DISTILLERS[case["distiller"]][0],
                "distiller": case["distiller"],
                "samples": group[0]["samples"],
                "queries": round(sum(r["queries"] for r in group) / len(group)),
                "probes": round(sum(r["probes"] for r in group) / len(group)),
                "error": round(errors / FRESH / len(group), 4),
                **exact_interval(errors, FRESH * len(group), digits=4),
                "best": min(rates),
                "worst": max(rates),
                "exact": sum(r["exact"] for r in group),
                "sources": len(group),
                "notes": "; ".join(sorted({r["note"] for r in group} - {""})),
            }
        )
    return lines


TEXT = f"""\
{SEEDS} sources of each class on {D} bits. Examples, and unlabeled inputs with activations:
{SAMPLES:,}. *error*: against the source, averaged over the sources, each on {FRESH:,} fresh
inputs; *low*, *high*: an exact 99 % interval for that average; *best*, *worst*: of one source.
*exact*: how many times the
answer is proved to be the planted function, at all inputs. A distiller that gives up
answers 0 everywhere. Where nothing depends on time, the same command gives the same numbers."""


def settings() -> Row:
    return {"d": D, "samples": SAMPLES, "fresh": FRESH, "seeds": SEEDS, "budget": BUDGET}


def study() -> Study:
    return Study(
        name="ladder",
        command="python studies/ladder.py",
        parts={"ladder": Part(climb, cases())},
        tables={
            "Ladder": Table(summary, ["ladder"]),
            "Every source": Table(list, ["ladder"]),
            "Settings": Table(lambda: [settings()]),
        },
        text=TEXT,
    )


if __name__ == "__main__":
    main(study())
