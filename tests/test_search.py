"""The two searches, against one regression for each probe and loops over all clauses."""

import itertools
from math import comb

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

import pacdistill.search
from pacdistill import (
    Clause,
    DecisionTree,
    beam_search,
    best_trees,
    enumerate_cube,
    parity_tree,
    probe_basis,
    random_hard_tree,
    random_tree,
    sample_cube,
    twisted_scores,
    twisted_search,
)


def leaf_indicators(tree, X):
    leaves = np.flatnonzero(tree.is_leaf)
    return np.stack([tree.clauses()[leaf].holds(X) for leaf in leaves], axis=1).astype(float)


def random_features(n, m, seed=0):
    return np.random.default_rng(seed).normal(size=(n, m))


def small_trees(d, count=12, seed=0):
    rng = np.random.default_rng(seed)
    trees = [parity_tree((0, 3, 2)), random_hard_tree(3, d, rng), parity_tree((5, 1, 2, 4))]
    return trees + [random_tree(int(rng.integers(3, 6)), d, rng) for _ in range(count)]


def score_by_lstsq(features, X, y, rows, variable):
    """The explained fraction of one twisted target, by numpy's least squares."""
    f = np.array([1.0 if label == 0 else -1.0 for label in y])
    target = np.zeros(len(y))
    mean = f[rows].mean()
    for k in rows:
        target[k] = (-1.0) ** int(X[k, variable]) * (f[k] - mean)
    table = np.column_stack([np.ones(len(y)), features])
    weights, *_ = np.linalg.lstsq(table, target, rcond=None)
    residual = target - table @ weights
    return 1 - (residual @ residual) / (target @ target)


# --- twisted_scores


@pytest.mark.parametrize("bias", [0.5, 0.3])
@pytest.mark.parametrize("literals", [(), ((2, 1),), ((0, 0), (4, 1))])
def test_the_score_of_a_variable_is_the_fit_of_its_twisted_target(literals, bias):
    rng = np.random.default_rng(1)
    X, features = sample_cube(150, 6, rng, bias=bias), random_features(150, 9)
    y = rng.integers(0, 2, 150).astype(np.int8)
    rows = np.flatnonzero(Clause(literals).holds(X))
    scores = twisted_scores(probe_basis(features, ridge=0), X, y, rows)
    assert scores.shape == (6,)
    expected = [score_by_lstsq(features, X, y, rows, i) for i in range(6)]
    np.testing.assert_allclose(scores, expected, atol=1e-9)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64])
def test_labels_of_any_type_score_alike(dtype):
    rng = np.random.default_rng(2)
    X, y = sample_cube(60, 4, rng), rng.integers(0, 2, 60).astype(np.int8)
    basis, rows = probe_basis(random_features(60, 5)), np.arange(60)
    scores = twisted_scores(basis, X, y, rows)
    assert np.array_equal(twisted_scores(basis, X, y.astype(dtype), rows), scores)


def test_opposite_labels_score_alike():
    rng = np.random.default_rng(3)
    X, y = sample_cube(60, 4, rng), rng.integers(0, 2, 60).astype(np.int8)
    basis, rows = probe_basis(random_features(60, 5)), np.arange(60)
    np.testing.assert_allclose(
        twisted_scores(basis, X, 1 - y, rows), twisted_scores(basis, X, y, rows), atol=1e-12
    )


def shares(tree, node, X):
    """share_i of the theorem at a node: by loops over the leaves below it and the points."""
    clauses = tree.clauses()
    inside = clauses[node].holds(X)
    f = 1 - 2.0 * tree.predict(X)
    mean = f[inside].mean()
    weight = np.zeros(X.shape[1])
    total = 0.0
    for leaf in np.flatnonzero(tree.is_leaf):
        if set(clauses[node].literals) <= set(clauses[leaf].literals):
            at = clauses[leaf].holds(X)
            part = at.mean() * (f[at][0] - mean) ** 2
            total += part
            for variable in set(clauses[leaf].variables) - set(clauses[node].variables):
                weight[variable] += part
    return weight / total


def inner_nodes(tree, X):
    """The nodes below which the label is not constant, and their points."""
    for node in np.flatnonzero(~tree.is_leaf):
        rows = np.flatnonzero(tree.clauses()[node].holds(X))
        if len(set(tree.predict(X[rows]).tolist())) == 2:
            yield node, rows


def test_with_the_leaves_as_features_a_score_is_the_share_of_the_variable():
    X = enumerate_cube(7)
    for tree in small_trees(7):
        basis = probe_basis(leaf_indicators(tree, X), ridge=0)
        for node, rows in inner_nodes(tree, X):
            scores = twisted_scores(basis, X, tree.predict(X), rows)
            free = [i for i in range(7) if i not in tree.clauses()[node].variables]
            np.testing.assert_allclose(scores[free], shares(tree, node, X)[free], atol=1e-9)
            assert scores[tree.variable[node]] == pytest.approx(1)


def test_more_features_never_lower_a_score_below_the_share():
    X = enumerate_cube(7)
    raised = 0
    for tree in small_trees(7):
        features = np.hstack([leaf_indicators(tree, X), random_features(128, 40)])
        basis = probe_basis(features, ridge=0)
        for node, rows in inner_nodes(tree, X):
            scores = twisted_scores(basis, X, tree.predict(X), rows)
            free = [i for i in range(7) if i not in tree.clauses()[node].variables]
            share = shares(tree, node, X)[free]
            assert (scores[free] >= share - 1e-9).all()
            assert (scores <= 1 + 1e-9).all()
            raised += (scores[free] > share + 0.01).sum()
    assert raised > 0


# --- twisted_search


def explains(clauses, X, y, rows=None, clause=None):
    """Whether a tree whose tests stand at these clauses has all labels right: try every one."""
    clause = Clause() if clause is None else clause
    rows = np.arange(len(y)) if rows is None else rows
    if len(set(y[rows].tolist())) < 2:
        return True
    if clause not in clauses:
        return False
    for variable in set(range(X.shape[1])) - set(clause.variables):
        halves = [(rows[X[rows, variable] == v], clause.extend(variable, v)) for v in (0, 1)]
        if all(explains(clauses, X, y, half, below) for half, below in halves):
            return True
    return False


@pytest.mark.parametrize("ridge", [0.0, 1e-4])
def test_with_the_leaves_as_features_the_search_finds_the_tree_with_s_minus_1_times_d_probes(ridge):
    X = enumerate_cube(8)
    probed = 0
    for tree in small_trees(8, count=25, seed=4):
        y = tree.predict(X)
        basis = probe_basis(leaf_indicators(tree, X), ridge=ridge)
        depth = max(tree.depth, 1)
        found = twisted_search(basis, X, y, depth=depth)
        assert explains(set(found.clauses), X, y)
        assert found.probes <= (tree.size - 1) * 8
        probed += found.probes > 0
    assert probed > 10


def test_the_clauses_are_different_short_and_ordered_by_length():
    X = enumerate_cube(7)
    for tree in small_trees(7):
        basis = probe_basis(random_features(128, 20))
        found = twisted_search(basis, X, tree.predict(X), depth=4)
        lengths = [len(clause) for clause in found.clauses]
        assert found.clauses[0] == Clause()
        assert lengths == sorted(lengths)
        assert max(lengths) <= 3
        assert len(set(found.clauses)) == len(found.clauses)


def test_there_is_one_probe_for_each_free_variable_of_a_probed_clause(monkeypatch):
    X = enumerate_cube(7)
    free = []

    def spy(basis, X, y, rows):
        free.append(int((X[rows].min(axis=0) != X[rows].max(axis=0)).sum()))
        return twisted_scores(basis, X, y, rows)

    monkeypatch.setattr(pacdistill.search, "twisted_scores", spy)
    for tree in small_trees(7):
        free.clear()
        found = twisted_search(
            probe_basis(random_features(128, 20)), X, tree.predict(X), depth=4, branches=(2, 3)
        )
        assert found.probes == sum(free)
    assert free


def test_no_clause_is_probed_twice_by_one_search(monkeypatch):
    X = enumerate_cube(7)
    probed = []

    def spy(basis, X, y, rows):
        probed.append(tuple(rows.tolist()))
        return twisted_scores(basis, X, y, rows)

    monkeypatch.setattr(pacdistill.search, "twisted_scores", spy)
    basis = probe_basis(random_features(128, 20))
    # No six tests explain a parity of seven bits: the search goes through all of their orders.
    y = parity_tree((0, 1, 2, 3, 4, 5, 6)).predict(X)
    twisted_search(basis, X, y, depth=6, branches=(7,))
    assert len(probed) > 300
    assert len(set(probed)) == len(probed)


@pytest.mark.parametrize("depth", [1, 2])
def test_one_or_two_tests_need_no_probe(depth):
    X = enumerate_cube(6)
    basis = probe_basis(random_features(64, 3))
    rng = np.random.default_rng(5)
    for tree in (parity_tree((1, 4)[:depth]), *(random_tree(depth, 6, rng) for _ in range(20))):
        found = twisted_search(basis, X, tree.predict(X), depth=depth)
        assert found.probes == 0
        assert explains(set(found.clauses), X, tree.predict(X))


@pytest.mark.parametrize(("bits", "clauses"), [((3,), 1), ((3, 0), 3)])
def test_what_one_or_two_tests_explain_is_not_probed_at_any_depth(bits, clauses):
    X = enumerate_cube(6)
    basis = probe_basis(random_features(64, 3))
    found = twisted_search(basis, X, parity_tree(bits).predict(X), depth=5)
    assert found.probes == 0
    assert len(found.clauses) == clauses  # the tests of the parity, and no more


@pytest.mark.parametrize("label", [0, 1])
def test_constant_labels_need_no_search(label):
    X = enumerate_cube(5)
    y = np.full(32, label, np.int8)
    found = twisted_search(probe_basis(random_features(32, 3)), X, y, depth=4)
    assert (found.clauses, found.probes) == ((Clause(),), 0)


def test_a_second_number_of_branches_is_used_only_if_the_first_fails():
    X = enumerate_cube(8)
    secret = parity_tree((0, 2, 4, 6))
    y = secret.predict(X)
    good, bad = probe_basis(leaf_indicators(secret, X)), probe_basis(random_features(256, 5))
    once = twisted_search(good, X, y, depth=4, branches=(1,))
    assert twisted_search(good, X, y, depth=4, branches=(1, 2)) == once
    assert not explains(set(twisted_search(bad, X, y, depth=4, branches=(1,)).clauses), X, y)
    assert explains(set(twisted_search(bad, X, y, depth=4, branches=(1, 8)).clauses), X, y)


def test_labels_left_wrong_within_the_limit_end_the_search():
    X = enumerate_cube(8)
    basis = probe_basis(random_features(256, 5))
    y = parity_tree((0, 2, 4, 6)).predict(X)
    once = twisted_search(basis, X, y, depth=4, branches=(1,))
    assert twisted_search(basis, X, y, depth=4, branches=(1, 8), unexplained=0.5) == once
    assert twisted_search(basis, X, y, depth=4, branches=(1, 8)).probes > once.probes


def test_a_few_wrong_labels_do_not_hide_the_tree():
    X = np.repeat(enumerate_cube(7), 16, axis=0)
    for tree in small_trees(7, count=6):
        y = tree.predict(X)
        basis = probe_basis(leaf_indicators(tree, X))
        y[:3] ^= 1  # 3 of 2048, less than a quarter of a leaf
        depth = max(tree.depth, 1)
        found = twisted_search(basis, X, y, depth=depth)
        assert explains(set(found.clauses), X, tree.predict(X))


def test_a_clause_with_a_few_wrong_labels_is_not_searched():
    X = np.repeat(enumerate_cube(5), 64, axis=0)
    secret = DecisionTree.split(0, DecisionTree.leaf(0), parity_tree((1, 2, 3)))
    y = secret.predict(X)
    y[:20] = 1  # where x0 = 0: 20 of 1024 labels; a leaf of depth 4 has 128 inputs
    found = twisted_search(probe_basis(leaf_indicators(secret, X)), X, y, depth=4)
    assert explains(set(found.clauses), X, secret.predict(X))
    assert all((0, 0) not in clause.literals for clause in found.clauses)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_a_search_may_be_as_deep_as_the_cube(d):
    X = np.repeat(enumerate_cube(d), 5, axis=0)
    y = parity_tree(tuple(range(d))).predict(X)
    found = twisted_search(probe_basis(random_features(len(X), 2)), X, y, depth=d)
    assert explains(set(found.clauses), X, y)


def test_a_search_may_be_deeper_than_the_cube():
    rng = np.random.default_rng(0)
    X, y = sample_cube(100, 3, rng), rng.integers(0, 2, 100).astype(np.int8)
    basis = probe_basis(random_features(100, 2))
    assert max(map(len, twisted_search(basis, X, y, depth=5).clauses)) <= 3


# --- beam_search


def fit_of(features, X, clause):
    """R^2 of the indicator of a clause, by scikit-learn; 0 where it is constant."""
    target = np.array([float(all(x[i] == v for i, v in clause.literals)) for x in X])
    if target.min() == target.max():
        return 0.0
    return LinearRegression().fit(features, target).score(features, target)


def all_extensions(clauses, d):
    return {
        Clause((*clause.literals, (i, v)))
        for clause in clauses
        for i in range(d)
        for v in (0, 1)
        if i not in clause.variables
    }


def by_length(clauses):
    levels = {}
    for clause in clauses:
        levels.setdefault(len(clause), []).append(clause)
    return levels


def samples_for_the_beam():
    yield "the cube", enumerate_cube(5)
    yield "a sample", sample_cube(80, 5, np.random.default_rng(6))
    rng = np.random.default_rng(7)
    yield "repeated points", sample_cube(12, 5, rng)[rng.integers(0, 12, 60)]


BEAM_SAMPLES = [pytest.param(X, id=name) for name, X in samples_for_the_beam()]


@pytest.mark.parametrize("width", [1, 2, 4, 7, 12])
@pytest.mark.parametrize("X", BEAM_SAMPLES)
def test_the_beam_keeps_the_best_represented_clauses_of_each_length(X, width):
    d, features = X.shape[1], random_features(len(X), 10, seed=8)
    found = beam_search(probe_basis(features, ridge=0), X, depth=4, width=width)
    levels = by_length(found.clauses)
    assert levels[0] == [Clause()]
    assert sorted(levels) == [0, 1, 2, 3]
    for length in (1, 2, 3):
        extensions = all_extensions(levels[length - 1], d)
        kept = levels[length]
        fit = {clause: fit_of(features, X, clause) for clause in extensions}
        assert set(kept) <= extensions
        assert len(kept) == min(width, len(extensions))
        # Ties (a bit and its opposite, clauses with the same points) may fall either way.
        left_out = max((fit[c] for c in extensions - set(kept)), default=0.0)
        assert min(fit[c] for c in kept) >= left_out - 1e-9
        ordered = [fit[c] for c in kept]
        assert all(a >= b - 1e-9 for a, b in itertools.pairwise(ordered))


@pytest.mark.parametrize("X", BEAM_SAMPLES)
def test_no_clause_is_kept_twice_or_fixes_a_variable_twice(X):
    d = X.shape[1]
    for width in (1, 3, 10, 200):
        found = beam_search(probe_basis(random_features(len(X), 6)), X, depth=5, width=width)
        assert len(set(found.clauses)) == len(found.clauses)
        for clause in found.clauses:
            assert len(set(clause.variables)) == len(clause)
            assert set(clause.variables) <= set(range(d))


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("X", BEAM_SAMPLES)
def test_a_wide_beam_keeps_every_clause_shorter_than_the_depth(X, depth):
    d = X.shape[1]
    found = beam_search(probe_basis(random_features(len(X), 6)), X, depth=depth, width=1000)
    levels = by_length(found.clauses)
    assert {k: len(v) for k, v in levels.items()} == {k: comb(d, k) * 2**k for k in range(depth)}


@pytest.mark.parametrize("width", [1, 3, 1000])
def test_the_beam_probes_every_extension_of_a_kept_clause(width):
    X = enumerate_cube(5)
    found = beam_search(probe_basis(random_features(32, 6)), X, depth=4, width=width)
    shorter = [clause for clause in found.clauses if len(clause) < 3]
    assert found.probes == sum(2 * (5 - len(clause)) for clause in shorter)


def test_a_beam_of_depth_1_needs_no_probe():
    found = beam_search(probe_basis(random_features(32, 6)), enumerate_cube(5), depth=1, width=9)
    assert (found.clauses, found.probes) == ((Clause(),), 0)


def test_a_beam_deeper_than_the_cube_keeps_every_clause():
    X = np.repeat(enumerate_cube(2), 4, axis=0)
    found = beam_search(probe_basis(random_features(16, 3)), X, depth=6, width=100)
    assert {len(clause) for clause in found.clauses} == {0, 1, 2}
    assert len(found.clauses) == 9


def test_the_beam_keeps_the_clauses_that_the_features_are():
    X = enumerate_cube(6)
    literals = ((1, 0), (4, 1), (5, 1))
    path = [Clause(literals[:k]) for k in (1, 2, 3)]
    features = np.stack([clause.holds(X) for clause in path], axis=1)
    found = beam_search(probe_basis(features), X, depth=4, width=2)
    assert set(path) <= set(found.clauses)


def test_a_shown_bar_changes_nothing(capsys):
    X, basis = enumerate_cube(4), probe_basis(random_features(16, 3))
    for depth in (1, 2, 3):
        shown = beam_search(basis, X, depth=depth, width=3, progress=True)
        assert shown == beam_search(basis, X, depth=depth, width=3)
    assert "beam" in capsys.readouterr().err


@pytest.mark.parametrize(("counted", "probes"), [(2, 690), (1, 1466), (0, 3002)])
def test_counting_labels_saves_probes_and_changes_no_tree(counted, probes):
    """A complete tree of depth r costs the sum of 2^k (d - k) over its r - counted levels."""
    secret = random_hard_tree(5, 100, np.random.default_rng(2), parity=3)
    X = sample_cube(4000, 100, np.random.default_rng(3))
    y = secret.predict(X)
    basis = probe_basis(np.stack([c.holds(X) for c in secret.clauses()], axis=1))
    found = twisted_search(basis, X, y, depth=5, counted=counted)
    assert found.probes == probes == sum(2**k * (100 - k) for k in range(5 - counted))
    best = best_trees(X, y, found.clauses, depth=5, max_size=32)[-1]
    assert best.errors == 0
    assert best.tree.equivalent(secret)
