"""The deadline, by a clock that the test moves: what is kept, what is said, what is still right."""

import itertools
import time

import numpy as np
import pytest

from pacdistill import (
    CallableSource,
    Clause,
    extract_tree,
    parity_tree,
    random_hard_tree,
    random_tree,
    sample_cube,
)
from pacdistill.extraction import best_trees
from pacdistill.extraction.dynamic import best_trees_within

D = 7
SEARCHES = [("twisted", 5), ("twisted", None), ("beam", 5)]


class Clock:
    """A clock that advances by one second each time it is read."""

    def __init__(self):
        self.now = 0

    def __call__(self):
        self.now += 1
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", clock)
    return clock


# --- extract_tree


def extract(search, depth, max_seconds=np.inf):
    """Search long: the activations say nothing, and no tree of depth 5 explains the labels."""
    weights = np.random.default_rng(1).normal(size=(D, 5))
    source = CallableSource(parity_tree(tuple(range(D))).predict, lambda X: np.sin(9 * X @ weights))
    X = sample_cube(600, D, np.random.default_rng(0))
    return extract_tree(source, X, depth=depth, search=search, max_seconds=max_seconds)


def answer(result):
    return result.tree, result.frontier, result.probes, result.fidelity, result.complete


@pytest.mark.parametrize(("search", "depth"), SEARCHES)
def test_an_extraction_ends_at_its_deadline_and_says_so(search, depth, clock):
    uncut = extract(search, depth)
    assert uncut.complete
    assert "cut short" not in str(uncut)
    needed, cuts = clock.now, 0
    for max_seconds in np.geomspace(2, needed / 2, 8):
        clock.now = 0
        result = extract(search, depth, max_seconds)
        # The clock is read about 20 times after the last look at the deadline.
        assert clock.now <= max_seconds + 25
        assert not result.complete
        assert "cut short: this is the best so far" in str(result)
        assert result.probes <= uncut.probes
        assert result.tree in [point.tree for point in result.frontier]
        assert result.frontier[-1].errors <= result.frontier[0].errors
        cuts += result.probes < uncut.probes
    assert cuts > 0


@pytest.mark.parametrize(("search", "depth"), SEARCHES)
def test_with_enough_time_the_answer_is_that_without_a_deadline(search, depth, clock):
    uncut = extract(search, depth)
    assert answer(extract(search, depth, 3 * clock.now)) == answer(uncut)


# --- the dynamic program


def a_sample(seed):
    rng = np.random.default_rng(seed)
    X = sample_cube(150, D, rng)
    y = random_tree(4, D, rng).predict(X) ^ (rng.random(150) < 0.1).astype(np.int8)
    clauses = [
        Clause(tuple(zip(variables, values, strict=True)))
        for k in range(4)
        for variables in itertools.combinations(range(D), k)
        for values in itertools.product((0, 1), repeat=k)
        if rng.random() < 0.5
    ]
    return X, y, clauses


@pytest.mark.parametrize("seed", range(2))
def test_trees_found_within_a_deadline_are_right_and_improve_with_it(seed, clock):
    X, y, clauses = a_sample(seed)
    whole = best_trees(X, y, clauses, depth=4, max_size=16)
    needed, fewest, flags = clock.now, [], []
    for max_seconds in [-1, 0, 1, *np.linspace(2, 2 * needed, 24)]:
        frontier, complete = best_trees_within(X, y, clauses, max_seconds, depth=4, max_size=16)
        assert frontier[0].size == 1
        for point in frontier:
            assert int((point.tree.predict(X) != y).sum()) == point.errors
            assert point.tree.size == point.size <= 16
            assert point.tree.depth <= 4
            inner = zip(point.tree.clauses(), point.tree.is_leaf, strict=True)
            assert {clause for clause, leaf in inner if not leaf} <= {*clauses, Clause()}
        assert frontier[0].errors == min(int(y.sum()), int((1 - y).sum()))
        assert all(a.errors > b.errors for a, b in itertools.pairwise(frontier))
        assert not complete or frontier == whole
        fewest.append(frontier[-1].errors)
        flags.append(complete)
    # The clock is steady, so more time keeps more of the candidates, and loses none.
    assert all(a >= b for a, b in itertools.pairwise(fewest))
    assert fewest[0] > fewest[-1] == whole[-1].errors
    assert flags == sorted(flags)
    assert {*flags} == {False, True}


@pytest.mark.parametrize("clauses", [[], [Clause()]])
def test_the_root_alone_is_always_complete(clauses, clock):
    X, y, _ = a_sample(0)
    found = best_trees_within(X, y, clauses, 1e-9, depth=4, max_size=16)
    assert found == (best_trees(X, y, clauses, depth=4, max_size=16), True)


def test_an_unknown_depth_is_not_chosen_to_fit_noise(clock):
    """Labels that no small tree explains: deeper trees have fewer errors, on the sample only."""
    rng = np.random.default_rng(0)
    secret, flipped = random_hard_tree(3, 12, rng), rng.random(2**12) < 0.05

    def labels(X):
        return secret.predict(X) ^ flipped[X @ (1 << np.arange(12))]

    def indicators(X):
        return np.stack([clause.holds(X) for clause in secret.clauses()], axis=1).astype(np.float32)

    X = sample_cube(1500, 12, rng)
    found = extract_tree(CallableSource(labels, indicators), X, max_seconds=10_000)
    assert found.tree.equivalent(secret)
    assert found.frontier[-1].errors < next(p.errors for p in found.frontier if p.size == 8)
