"""The twisted search, against one regression for each probe and against every tree."""

import numpy as np
import pytest

import pacdistill.extraction.twisted
from pacdistill import (
    Clause,
    DecisionTree,
    enumerate_cube,
    parity_tree,
    random_hard_tree,
    random_tree,
    sample_cube,
)
from pacdistill.extraction import (
    best_trees,
    probe_basis,
    relevant_variables,
    split_errors,
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
        found = twisted_search(basis, X, y, depth=depth, narrow=False)
        assert explains(set(found.clauses), X, y)
        assert found.probes <= max(1, tree.size - 1) * 8
        probed += found.probes > 8
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


def probed_clauses(monkeypatch):
    """Have every call of `twisted_scores` write down its rows, and how many bits vary on them."""
    calls = []

    def spy(basis, X, y, rows, **options):
        calls.append((tuple(rows.tolist()), int((X[rows].min(0) != X[rows].max(0)).sum())))
        return twisted_scores(basis, X, y, rows, **options)

    monkeypatch.setattr(pacdistill.extraction.twisted, "twisted_scores", spy)
    return calls


@pytest.mark.parametrize("narrow", [True, False])
def test_there_is_one_probe_for_each_free_variable_of_a_probed_clause(monkeypatch, narrow):
    X = enumerate_cube(7)
    calls = probed_clauses(monkeypatch)
    for tree in small_trees(7):
        calls.clear()
        basis, y = probe_basis(random_features(128, 20)), tree.predict(X)
        found = twisted_search(basis, X, y, depth=4, discrepancies=2, narrow=narrow)
        assert found.probes == sum(free for _, free in calls)
        assert calls


@pytest.mark.parametrize("depth", [6, None])
def test_no_clause_is_probed_twice_by_one_search(monkeypatch, depth):
    X = enumerate_cube(7)
    calls = probed_clauses(monkeypatch)
    basis = probe_basis(random_features(128, 20))
    # No six tests explain a parity of seven bits: the search goes through all of their orders.
    y = parity_tree((0, 1, 2, 3, 4, 5, 6)).predict(X)
    twisted_search(basis, np.repeat(X, 1, axis=0), y, depth=depth, discrepancies=6, narrow=False)
    assert len(calls) > (300 if depth else 1)
    assert len({rows for rows, _ in calls}) == len(calls)


@pytest.mark.parametrize("depth", [1, 2])
def test_one_or_two_tests_need_no_probe_but_the_roots(depth):
    X = enumerate_cube(6)
    basis = probe_basis(random_features(64, 3))
    rng = np.random.default_rng(5)
    for tree in (parity_tree((1, 4)[:depth]), *(random_tree(depth, 6, rng) for _ in range(20))):
        found = twisted_search(basis, X, tree.predict(X), depth=depth)
        assert found.probes == (6 if tree.size > 1 else 0)
        assert explains(set(found.clauses), X, tree.predict(X))


@pytest.mark.parametrize(("bits", "clauses"), [((3,), 1), ((3, 0), 3)])
@pytest.mark.parametrize("depth", [5, None])
def test_below_what_one_or_two_tests_explain_nothing_is_probed(bits, clauses, depth):
    X = enumerate_cube(6)
    basis = probe_basis(random_features(64, 3))
    found = twisted_search(basis, X, parity_tree(bits).predict(X), depth=depth, narrow=False)
    assert found.probes == 6
    assert len(found.clauses) == clauses  # the tests of the parity, and no more
    assert found.depth == (depth or len(bits))


@pytest.mark.parametrize("label", [0, 1])
def test_constant_labels_need_no_search(label):
    X = enumerate_cube(5)
    y = np.full(32, label, np.int8)
    found = twisted_search(probe_basis(random_features(32, 3)), X, y, depth=4)
    assert (found.clauses, found.probes) == ((Clause(),), 0)


def test_a_discrepancy_is_used_only_if_the_highest_scores_fail():
    X = enumerate_cube(8)
    secret = parity_tree((0, 2, 4, 6))
    y = secret.predict(X)
    good, bad = probe_basis(leaf_indicators(secret, X)), probe_basis(random_features(256, 5))
    once = twisted_search(good, X, y, depth=4, discrepancies=0)
    assert twisted_search(good, X, y, depth=4, discrepancies=1) == once
    assert not explains(set(twisted_search(bad, X, y, depth=4, discrepancies=0).clauses), X, y)
    assert explains(set(twisted_search(bad, X, y, depth=4, discrepancies=7).clauses), X, y)


def test_labels_left_wrong_within_the_limit_end_the_search():
    X = enumerate_cube(8)
    basis = probe_basis(random_features(256, 5))
    y = parity_tree((0, 2, 4, 6, 7)).predict(X)

    def search(unexplained):
        return twisted_search(
            basis, X, y, depth=5, discrepancies=7, unexplained=unexplained, narrow=False
        )

    ended = search(0.5)
    assert 0 < ended.errors <= 128
    assert search(0.005).errors == 0
    assert len(search(0.005).clauses) > len(ended.clauses)


def test_a_rare_leaf_under_biased_bits_is_found():
    """Its errors are within the tolerance of the first pass, and not of the next."""
    X = sample_cube(1000, 5, np.random.default_rng(0), bias=0.8)
    y = ((X[:, 1] == 0) & (X[:, 3] == 1)).astype(np.int8)
    basis = probe_basis(np.stack([X[:, 1], X[:, 3], y], axis=1))
    assert 0 < split_errors(X, y).sum(axis=0).min() < 0.25 * 1000 / 4
    assert twisted_search(basis, X, y, depth=2).errors == 0


def test_what_is_unknown_costs_little_more_where_most_variables_are_noise():
    secret = random_hard_tree(5, 300, np.random.default_rng(1), parity=3)
    X = sample_cube(3000, 300, np.random.default_rng(2))
    basis = probe_basis(np.stack([c.holds(X) for c in secret.clauses()], axis=1))
    known = twisted_search(basis, X, secret.predict(X), depth=5)
    found = twisted_search(basis, X, secret.predict(X))
    assert (known.errors, found.errors, found.depth) == (0, 0, 5)
    assert found.probes <= 1.5 * known.probes


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
    y[:10] = 1  # where x0 = 0: 10 of 1024 labels; a leaf of depth 4 has 128 inputs
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


@pytest.mark.parametrize("counted", [0, 1, 2])
@pytest.mark.parametrize("narrow", [True, False])
def test_counting_labels_and_narrowing_save_probes_and_change_no_tree(counted, narrow):
    """A complete tree of depth r costs the sum of 2^k (v - k) over its r - counted levels.

    v is the number of variables that are looked at: d at the root, and below it those that the
    tree tests, if the search narrows.
    """
    secret = random_hard_tree(5, 100, np.random.default_rng(2), parity=3)
    X = sample_cube(4000, 100, np.random.default_rng(3))
    y = secret.predict(X)
    basis = probe_basis(np.stack([c.holds(X) for c in secret.clauses()], axis=1))
    found = twisted_search(basis, X, y, depth=5, counted=counted, narrow=narrow)
    below = 15 if narrow else 100
    assert found.probes == 100 + sum(2**k * (below - k) for k in range(1, 5 - counted))
    best = best_trees(X, y, found.clauses, depth=5, max_size=32)[-1]
    assert best.errors == 0
    assert best.tree.equivalent(secret)


# --- the depth, the limits, the relevant variables


def test_the_depth_is_found_with_about_the_same_probes():
    X = enumerate_cube(8)
    all_known, all_found = 0, 0
    for tree in small_trees(8, count=25, seed=4):
        y, basis = tree.predict(X), probe_basis(leaf_indicators(tree, X), ridge=0)
        known = twisted_search(basis, X, y, depth=max(tree.depth, 1), narrow=False)
        found = twisted_search(basis, X, y, narrow=False)
        assert explains(set(found.clauses), X, y)
        assert found.depth <= tree.depth
        all_known, all_found = all_known + known.probes, all_found + found.probes
    assert all_known > 500
    assert all_found <= 2 * all_known


def hopeless():
    """A parity of eight bits, which no tree of depth 6 explains, and features that say nothing."""
    X = sample_cube(2000, 20, np.random.default_rng(0))
    y = parity_tree(tuple(range(8))).predict(X)
    return probe_basis(random_features(2000, 10)), X, y


def test_a_search_stops_at_its_limit_of_probes_and_says_so():
    basis, X, y = hopeless()
    found = twisted_search(basis, X, y, depth=6, max_probes=500)
    assert not found.complete
    assert 500 <= found.probes < 520
    assert found.errors < 1000
    assert best_trees(X, y, found.clauses, depth=6, max_size=64)[-1].errors <= found.errors
    assert twisted_search(basis, X, y, depth=4, discrepancies=1).complete


@pytest.mark.parametrize("depth", [6, None])
def test_a_search_stops_at_its_deadline_and_says_so(depth):
    basis, X, y = hopeless()
    found = twisted_search(basis, X, y, depth=depth, max_seconds=1e-6)
    assert (found.complete, found.clauses, found.errors) == (False, (Clause(),), 2000)


def test_a_shown_bar_counts_the_probes(capsys):
    X = enumerate_cube(6)
    basis, y = probe_basis(random_features(64, 3)), parity_tree((0, 1, 2)).predict(X)
    shown = twisted_search(basis, X, y, depth=3, progress=True)
    assert shown == twisted_search(basis, X, y, depth=3)
    assert "twisted" in capsys.readouterr().err


def test_a_bit_that_labels_and_activations_ignore_is_relevant_by_chance_only():
    """The mean and the deviation of the noise are right: two deviations are rarely exceeded."""
    rng = np.random.default_rng(0)
    scores, above = [], 0
    for _ in range(20):
        X = sample_cube(1000, 200, rng)
        tree = random_tree(3, 8, rng)
        y, rows = tree.predict(X), np.arange(1000)
        if y.min() == y.max():
            continue
        basis = probe_basis(np.maximum(X[:, :8] @ rng.normal(size=(8, 40)), 0))
        found = twisted_scores(basis, X, y, rows)
        scores.append(found[8:].mean() / (basis.columns**2).sum(axis=1).mean())
        relevant = relevant_variables(basis, y, rows, found)
        assert set(tree.variables) <= set(relevant.tolist())
        assert (np.diff(found[relevant]) <= 0).all()
        above += int((relevant >= 8).sum())
        assert (relevant_variables(basis, y, rows, found, deviations=0) >= 8).sum() > 40
    assert np.mean(scores) == pytest.approx(1, abs=0.05)
    assert above < 0.05 * 192 * len(scores)


def test_the_search_looks_at_all_variables_if_the_relevant_ones_do_not_suffice():
    # The features know the first half of the tree only, and the noise hides the rest.
    X = sample_cube(1000, 30, np.random.default_rng(1))
    secret = parity_tree((3, 7, 11, 20))
    basis, y = probe_basis(random_features(1000, 60)), secret.predict(X)
    narrow = relevant_variables(
        basis, y, np.arange(1000), twisted_scores(basis, X, y, np.arange(1000))
    )
    assert not set(secret.variables) <= set(narrow.tolist())
    found = twisted_search(basis, X, y, depth=4, discrepancies=29)
    assert explains(set(found.clauses), X, y)


@pytest.mark.parametrize("rows", [99, 101])
def test_a_sample_of_another_size_than_the_basis_is_refused(rows):
    basis, rng = probe_basis(random_features(100, 3)), np.random.default_rng(0)
    X, y = sample_cube(rows, 4, rng), rng.integers(0, 2, rows).astype(np.int8)
    with pytest.raises(ValueError, match="a row for each of the 100 inputs of the basis"):
        twisted_search(basis, X, y, depth=2)


def test_equal_labels_have_no_scores():
    basis, X = probe_basis(random_features(100, 3)), sample_cube(100, 4, np.random.default_rng(0))
    with pytest.raises(ValueError, match="labels are all equal"):
        twisted_scores(basis, X, np.ones(100, np.int8), np.arange(100))


# --- bits that are no fair coins


@pytest.mark.parametrize("label", [0, 1])
def test_centered_scores_are_least_squares_of_centered_targets(label):
    rng = np.random.default_rng(11)
    X = (rng.random((300, 6)) < [0.5, 0.03, 0.9, 0.2, 0.0, 0.7]).astype(np.uint8)
    y = ((X[:, 0] & X[:, 5]) | (X[:, 3] & X[:, 2])).astype(np.int8)
    features = np.hstack([rng.normal(size=(300, 3)), X[:, [3]] * X[:, [0]], X[:, [2]]])
    basis, rows = probe_basis(features, ridge=0), np.flatnonzero(X[:, 0] == label)
    scores = twisted_scores(basis, X, y, rows, centered=True)
    g = (1.0 - 2.0 * y[rows]) - (1.0 - 2.0 * y[rows]).mean()
    design = np.hstack([np.ones((300, 1)), features])
    for i in range(6):
        target = np.zeros(300)
        target[rows] = (X[rows, i] - X[rows, i].mean()) * g
        if X[rows, i].min() == X[rows, i].max():
            assert scores[i] == 0
            continue
        residual = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
        assert scores[i] == pytest.approx(1 - residual @ residual / (target @ target))


def test_on_the_whole_cube_centering_changes_nothing():
    X = enumerate_cube(6)
    secret = parity_tree((0, 2, 5))
    y = secret.predict(X)
    basis = probe_basis(np.random.default_rng(12).normal(size=(64, 9)))
    plain = twisted_scores(basis, X, y, np.arange(64))
    assert twisted_scores(basis, X, y, np.arange(64), centered=True) == pytest.approx(plain)


def test_a_search_among_rare_bits_needs_centered_signs():
    rng = np.random.default_rng(13)
    secret = parity_tree((0, 1, 2, 3))
    X = (rng.random((4000, 40)) < [0.5] * 4 + [0.01] * 36).astype(np.uint8)
    y = secret.predict(X)
    features = np.stack([clause.holds(X) for clause in secret.clauses()[1:]], axis=1)
    features = np.column_stack([features + rng.normal(scale=0.3, size=features.shape), y])
    basis = probe_basis(features)
    plain = twisted_search(basis, X, y, depth=4, discrepancies=0, counted=1)
    centered = twisted_search(basis, X, y, depth=4, discrepancies=0, counted=1, centered=True)
    assert centered.errors == 0
    assert plain.errors > 1000
