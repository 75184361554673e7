"""One extraction, many processors: what rounds otherwise changes nothing that comes out.

Other kernels add the same numbers in another order. So do permuted rows and units, on this
machine; and more noise than any kernel makes is added to the activations. Most cases are full of
ties, which such noise would break at random: exact symmetric representations, parities, doubled
units and doubled columns.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from pacdistill import (
    CallableSource,
    DecisionTree,
    enumerate_cube,
    extract_tree,
    parity_tree,
    random_hard_tree,
    random_tree,
    sample_cube,
    tree_network,
)
from pacdistill.extraction import diagnose
from pacdistill.networks import load_network
from pacdistill.ties import best, exceeds, rank, rounded

STORED = Path(__file__).parents[1] / "chapters" / "data" / "open-the-box.npz"


@dataclass(frozen=True)
class Case:
    """An extraction: its inputs, its source as two functions of them, and its options."""

    X: np.ndarray
    labels: object
    activations: object
    options: dict

    def run(self):
        fresh = sample_cube(200, self.X.shape[1], np.random.default_rng(9))
        source = CallableSource(self.labels, self.activations)
        return extract_tree(source, self.X, fresh=fresh, **self.options)


def leaves_of(tree):
    """The indicators of a tree's leaves: for a parity, the same under each permutation."""
    return lambda X: (tree.apply(X)[:, None] == np.flatnonzero(tree.is_leaf)).astype(float)


def of_tree(tree, X, activations=None, **options):
    if activations is None:
        activations = tree_network(tree, X.shape[1]).activations
    return Case(X, tree.predict, activations, options)


def doubled_units(case):
    return replace(case, activations=lambda X: np.repeat(case.activations(X), 2, axis=1))


def doubled_columns(case):
    """Each column a second time, behind all others; source and planted tree know the first ones."""
    d = case.X.shape[1]
    return Case(
        np.hstack([case.X, case.X]),
        lambda X: case.labels(X[:, :d]),
        lambda X: case.activations(X[:, :d]),
        case.options,
    )


def cases():
    rng = np.random.default_rng(0)
    cube, sample = enumerate_cube(9), sample_cube(2000, 16, rng)
    parity = parity_tree((1, 4, 5, 7))
    hard, ordinary = random_hard_tree(4, 16, rng), random_tree(3, 16, rng)
    symmetric = of_tree(parity, cube, leaves_of(parity))
    made = {
        "parity, all points": symmetric,
        "parity, all points, no ridge": replace(symmetric, options={"ridge": 0}),
        "parity, found by probes alone": replace(symmetric, options={"counted": 0}),
        "parity, a sample": of_tree(parity, sample, leaves_of(parity), ridge=0),
        "parity, its bits alone": of_tree(parity, cube, lambda X: 1.0 * X),
        "parity, its bits alone, depth 3": of_tree(parity, cube, lambda X: 1.0 * X, depth=3),
        "hard tree, written down": of_tree(hard, sample, depth=4),
        "hard tree, depth unknown": of_tree(hard, sample),
        "hard tree, bounded probes": of_tree(hard, sample, norm_bound=3.0),
        "ordinary tree, all bits represented": of_tree(ordinary, sample, lambda X: 1.0 * X),
        "constant": Case(sample, lambda X: X[:, 0] * 0, lambda X: 1.0 * X, {}),
        "activations that say nothing": of_tree(ordinary, sample, lambda X: 0.0 * X[:, :3] + 1),
    }
    beams = {"search": "beam", "depth": 4, "beam": 6}
    made |= {
        f"beam: {name}": replace(made[name], options=beams)
        for name in ("parity, all points", "hard tree, written down")
    }
    made |= {
        f"doubled units: {name}": doubled_units(made[name])
        for name in ("parity, all points", "hard tree, depth unknown")
    }
    made |= {
        f"doubled columns: {name}": doubled_columns(made[name])
        for name in ("parity, all points", "hard tree, depth unknown", "beam: parity, all points")
    }
    return made


def trained_cases(trained):
    """A network of the tests and the one of chapter 1, their activations in double precision."""
    rng, stored = np.random.default_rng(2), load_network(STORED)
    for network, d, n in ((trained.training.network, trained.d, 3000), (stored, 100, 5000)):
        layer = network.activations
        yield Case(sample_cube(n, d, rng), network.labels, lambda X, f=layer: f(X) * 1.0, {})


def facts(result):
    """Everything that comes out, but for the time it took."""
    return (
        result.tree,
        result.probes,
        [(point.size, point.errors, point.tree) for point in result.frontier],
        result.complete,
        result.fidelity,
    )


# --- what another processor does


def permuted_rows(case, rng):
    return replace(case, X=case.X[rng.permutation(len(case.X))])


def permuted_units(case, rng):
    order = rng.permutation(case.activations(case.X[:1]).shape[1])
    return replace(case, activations=lambda X: case.activations(X)[:, order])


def scaled(case, rng):
    factor = 2.0 ** int(rng.choice([-40, -3, 5, 30]))
    options = dict(case.options)
    if "norm_bound" in options:  # the weights scale the other way
        options["norm_bound"] /= factor
    return replace(case, activations=lambda X: factor * case.activations(X), options=options)


def moved(case, rng):
    """Each number moved by about 1e-13 of itself, another way at each call."""
    return replace(
        case,
        activations=lambda X: (
            case.activations(X) * (1 + 1e-13 * rng.standard_normal(case.activations(X).shape))
        ),
    )


def all_at_once(case, rng):
    for change in (permuted_rows, permuted_units, scaled, moved):
        case = change(case, rng)
    return case


CHANGES = [permuted_rows, permuted_units, scaled, moved, all_at_once]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("name", cases())
def test_rounding_changes_nothing(name, change):
    case, rng = cases()[name], np.random.default_rng(1)
    expected = facts(case.run())
    for _ in range(2):
        assert facts(change(case, rng).run()) == expected


@pytest.mark.parametrize("change", [permuted_rows, all_at_once], ids=["rows", "all"])
def test_rounding_changes_nothing_of_trained_networks(trained, change):
    rng = np.random.default_rng(3)
    for case in trained_cases(trained):
        expected = facts(case.run())
        assert facts(change(case, rng).run()) == expected


def test_the_number_of_threads_changes_nothing(trained):
    for case in (*cases().values(), *trained_cases(trained)):
        found = []
        for threads in (1, 2):
            with threadpool_limits(threads):
                found.append(facts(case.run()))
        assert found[0] == found[1]


# --- columns in another order: ties go by the written rule, which knows the order


def with_columns(case, order):
    """The same extraction where the column k is what was the column order[k]."""
    back = np.argsort(order)
    return Case(
        case.X[:, order],
        lambda X: case.labels(X[:, back]),
        lambda X: case.activations(X[:, back]),
        case.options,
    )


def renamed(tree, order):
    """The tree in the old names of its variables."""
    names = np.append(order, -1)  # a leaf tests no variable: -1
    return DecisionTree(names[tree.variable], tree.children, tree.label)


# Here all columns are equal in every score, or some are in all: which is tested, the order tells.
EQUAL_COLUMNS = ("parity, its bits alone", "doubled columns")


@pytest.mark.parametrize("name", [name for name in cases() if not name.startswith(EQUAL_COLUMNS)])
def test_columns_that_are_not_tested_may_stand_anywhere(name):
    """The tested ones keep their order: the result is the same, tree by tree."""
    case, rng = cases()[name], np.random.default_rng(4)
    expected = case.run()
    tested = sorted({v for point in expected.frontier for v in point.tree.variables})
    for _ in range(3):
        order = rng.permutation(case.X.shape[1])
        order[np.isin(order, tested)] = tested
        found = with_columns(case, order).run()
        assert renamed(found.tree, order) == expected.tree
        assert (found.probes, found.complete) == (expected.probes, expected.complete)
        sizes = [(point.size, point.errors) for point in found.frontier]
        assert sizes == [(point.size, point.errors) for point in expected.frontier]


def test_columns_of_a_trained_network_may_stand_anywhere(trained):
    rng = np.random.default_rng(5)
    for case in trained_cases(trained):
        expected, order = case.run(), rng.permutation(case.X.shape[1])
        found = with_columns(case, order).run()
        assert renamed(found.tree, order).equivalent(expected.tree)
        assert found.probes == expected.probes
        sizes = [(point.size, point.errors) for point in found.frontier]
        assert sizes == [(point.size, point.errors) for point in expected.frontier]


@pytest.mark.parametrize("options", [{}, {"ridge": 0}, {"counted": 0}, {"depth": 4}])
def test_of_variables_that_are_equal_in_all_the_smallest_stands_first(options):
    """Any bit of a parity may stand at any node, and the symmetric features prefer none."""
    cube, rng = enumerate_cube(9), np.random.default_rng(6)
    for _ in range(5):
        bits = sorted(rng.choice(9, 4, replace=False).tolist())
        secret = parity_tree(tuple(bits))
        tree = of_tree(secret, cube, leaves_of(secret), **options).run().tree
        on_paths = {clause.variables for clause in tree.clauses() if len(clause) == 4}
        assert on_paths == {tuple(bits)}
        assert tree == secret  # which tests the bits in their order


def test_of_equal_columns_the_first_is_tested():
    case = cases()["doubled columns: hard tree, depth unknown"]
    d = case.X.shape[1] // 2
    assert max(case.run().tree.variables) < d


# --- what is noticed from inside


def test_a_diagnosis_does_not_hang_on_rounding(trained):
    rng = np.random.default_rng(7)
    for case in (cases()["hard tree, depth unknown"], *trained_cases(trained)):
        result, fresh = case.run(), sample_cube(2000, case.X.shape[1], rng)
        source = CallableSource(case.labels, case.activations)
        other = all_at_once(case, rng)
        found = [
            diagnose(result, one, fresh, renamings=9)
            for one in (source, CallableSource(other.labels, other.activations))
        ]
        assert found[0].alarms == found[1].alarms
        assert str(found[0]) == str(found[1])


# --- the rule itself


def test_equal_scores_keep_their_order():
    rng = np.random.default_rng(8)
    for _ in range(200):
        exact = rng.integers(0, 5, size=rng.integers(1, 30)) / 7
        noisy = exact + 1e-13 * rng.standard_normal(exact.shape)
        expected = sorted(range(len(exact)), key=lambda k: (-exact[k], k))
        assert rank(noisy).tolist() == expected
        assert best(noisy) == expected[0]
        assert np.array_equal(exceeds(noisy, exact[0]), exact > exact[0])


def test_what_is_out_comes_last_and_nothing_has_no_order():
    assert rank([-np.inf, 0.5, -np.inf, 1.0]).tolist() == [3, 1, 0, 2]
    assert rank([]).tolist() == []
    with pytest.raises(ValueError, match="of no scores none is the best"):
        best([])


def test_scores_that_differ_by_more_than_rounding_are_ranked():
    assert rank([0.5, 0.5 + 1e-8]).tolist() == [1, 0]
    assert bool(exceeds(0.5 + 1e-8, 0.5))
    assert not exceeds(0.5, 0.5 + 1e-8)


@pytest.mark.parametrize("digits", range(7))
def test_a_number_halfway_is_rounded_the_same_way(digits):
    for k in range(-50, 50):
        half = (k + 0.5) / 10**digits
        assert len({rounded(half + noise, digits) for noise in (0, 1e-14, -1e-14)}) == 1
        assert abs(rounded(half, digits) - half) <= 0.51 / 10**digits
