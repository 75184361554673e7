"""Probes, against scikit-learn's least squares, one target at a time."""

import itertools
from dataclasses import FrozenInstanceError

import numpy as np
import oracles
import pytest
from sklearn.linear_model import LinearRegression, Ridge

import pacdistill.blocks
from pacdistill import Clause, sample_cube
from pacdistill.extraction import clause_scores, probe_basis

N, M = 120, 6


def random_features(seed=0, n=N, m=M):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, m)) * rng.uniform(0.3, 3, m) + rng.normal(size=m)


def random_targets(n=N, k=5, seed=1):
    return np.random.default_rng(seed).normal(size=(n, k)) + 0.7


def explained_by_regression(features, target):
    """|t|^2 less the least squared residual of a weighted sum and a constant."""
    residual = target - LinearRegression().fit(features, target).predict(features)
    return target @ target - residual @ residual


def explained_by_ridge(features, target, ridge):
    """|t|^2 less the least ridge loss, the ridge relative to the mean squared norm of a feature."""
    strength = ridge * ((features - features.mean(axis=0)) ** 2).sum() / features.shape[1]
    # The Cholesky solver of scikit-learn: a direct one, not iterated.
    model = Ridge(alpha=strength, solver="cholesky").fit(features, target)
    residual = target - model.predict(features)
    return target @ target - residual @ residual - strength * (model.coef_ @ model.coef_)


def explained(features, targets, ridge=0.0):
    return probe_basis(features, ridge=ridge).explained(targets, np.arange(len(targets)))


# --- probe_basis


def test_without_ridge_the_explained_energy_is_that_of_least_squares():
    features, targets = random_features(), random_targets()
    expected = [explained_by_regression(features, t) for t in targets.T]
    np.testing.assert_allclose(explained(features, targets), expected, rtol=1e-9)


@pytest.mark.parametrize("ridge", [1e-4, 0.01, 0.5, 10.0])
def test_with_ridge_the_explained_energy_is_that_of_ridge_regression(ridge):
    features, targets = random_features(), random_targets()
    expected = [explained_by_ridge(features, t, ridge) for t in targets.T]
    np.testing.assert_allclose(explained(features, targets, ridge), expected, rtol=1e-9)


@pytest.mark.parametrize("ridge", [0.0, 0.1])
def test_targets_are_given_on_the_rows_where_they_may_differ_from_0(ridge):
    features, rows = random_features(), np.array([3, 5, 50, 51, 118])
    some = random_targets(len(rows))
    whole = np.zeros((N, some.shape[1]))
    whole[rows] = some
    found = probe_basis(features, ridge=ridge).explained(some, rows)
    np.testing.assert_allclose(found, explained(features, whole, ridge), rtol=1e-12)


def test_the_columns_are_a_constant_and_an_orthonormal_rest():
    columns = probe_basis(random_features(), ridge=0).columns
    assert columns.shape == (N, M + 1)
    np.testing.assert_allclose(columns[:, 0], 1 / np.sqrt(N))
    np.testing.assert_allclose(columns.T @ columns, np.eye(M + 1), atol=1e-12)


def test_with_ridge_the_columns_are_orthogonal_and_shorter():
    columns = probe_basis(random_features(), ridge=0.1).columns
    gram = columns.T @ columns
    assert gram[0, 0] == pytest.approx(1)
    np.testing.assert_allclose(gram, np.diag(np.diag(gram)), atol=1e-12)
    assert (np.diag(gram)[1:] < 0.99).all()


@pytest.mark.parametrize("ridge", [0.0, 1e-4, 1.0])
def test_no_more_than_the_energy_of_a_target_is_explained(ridge):
    targets = random_targets()
    found = explained(random_features(), targets, ridge)
    assert (found > 0).all()
    assert (found <= (targets**2).sum(axis=0) * (1 + 1e-12)).all()


def test_what_the_features_span_is_explained_fully():
    features = random_features()
    targets = features @ np.random.default_rng(2).normal(size=(M, 4)) + 3.0
    np.testing.assert_allclose(explained(features, targets), (targets**2).sum(axis=0), rtol=1e-10)


@pytest.mark.parametrize("ridge", [0.0, 0.1])
def test_a_shift_of_the_features_changes_nothing(ridge):
    features, targets = random_features(), random_targets()
    moved = features + np.array([1e3, -1e3, 5, 0, 0.1, 100])
    np.testing.assert_allclose(
        explained(moved, targets, ridge), explained(features, targets, ridge), rtol=1e-7
    )


def test_without_ridge_an_invertible_map_of_the_features_changes_nothing():
    features, targets = random_features(), random_targets()
    mixing = np.random.default_rng(3).normal(size=(M, M)) @ np.diag([1, 10, 100, 0.1, 1, 1])
    np.testing.assert_allclose(
        explained(features @ mixing, targets), explained(features, targets), rtol=1e-7
    )


@pytest.mark.parametrize("ridge", [0.0, 0.1])
@pytest.mark.parametrize("scale", [1e-6, 0.1, 1e6])
def test_the_unit_of_the_features_does_not_matter(ridge, scale):
    # The ridge is relative to the features.
    features, targets = random_features(), random_targets()
    np.testing.assert_allclose(
        explained(features * scale, targets, ridge), explained(features, targets, ridge), rtol=1e-9
    )


@pytest.mark.parametrize("ridge", [0.0, 0.1])
def test_a_rotation_of_the_features_changes_nothing(ridge):
    features, targets = random_features(), random_targets()
    rotation, _ = np.linalg.qr(np.random.default_rng(4).normal(size=(M, M)))
    np.testing.assert_allclose(
        explained(features @ rotation, targets, ridge),
        explained(features, targets, ridge),
        rtol=1e-9,
    )


@pytest.mark.parametrize("constant", [0.0, 1.0, 0.1, 1e4 / 3])
def test_dead_and_repeated_features_explain_nothing_more(constant):
    features, targets = random_features(), random_targets()
    more = np.hstack([features, features[:, :2], np.full((N, 2), constant), -features[:, 2:3]])
    basis = probe_basis(more, ridge=0)
    assert basis.columns.shape == (N, M + 1)
    np.testing.assert_allclose(explained(more, targets), explained(features, targets), rtol=1e-9)


def test_dead_features_count_in_the_mean_of_the_ridge():
    features, targets = random_features(), random_targets()
    more = np.hstack([features, np.zeros((N, M))])
    np.testing.assert_allclose(
        explained(more, targets, 0.2), explained(features, targets, 0.1), rtol=1e-9
    )


@pytest.mark.parametrize("ridge", [0.0, 1e-4])
@pytest.mark.parametrize("features", [np.zeros((N, 3)), np.ones((N, 3)), np.zeros((N, 0))])
def test_constant_features_explain_the_mean_only(features, ridge):
    targets = random_targets()
    expected = N * targets.mean(axis=0) ** 2
    np.testing.assert_allclose(explained(features, targets, ridge), expected, rtol=1e-12)


@pytest.mark.parametrize("constant", [0.1, 0.3, 1e4 / 3])
def test_constant_features_whose_mean_is_rounded_explain_the_mean_only(constant):
    targets = np.ones((1000, 1))
    assert explained(np.full((1000, 2), constant), targets) == pytest.approx(1000)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float16, np.float32])
def test_features_of_any_type_are_numbers(dtype):
    features = sample_cube(N, M, np.random.default_rng(0)).astype(dtype)
    targets = random_targets()
    expected = [explained_by_regression(features.astype(float), t) for t in targets.T]
    np.testing.assert_allclose(explained(features, targets), expected, rtol=1e-9)


def test_features_may_be_a_list():
    assert explained([[0.0], [1.0], [2.0]], np.array([[1.0], [3.0], [5.0]])) == pytest.approx(35)


def test_the_features_are_not_changed():
    features = random_features()
    features.flags.writeable = False
    before = features.copy()
    probe_basis(features)
    assert np.array_equal(features, before)


def test_a_basis_keeps_its_ridge_and_is_frozen():
    basis = probe_basis(random_features(), ridge=0.25)
    assert basis.ridge == 0.25
    with pytest.raises(FrozenInstanceError):
        basis.ridge = 0.5


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_activations_are_finite(bad):
    features = random_features()
    features[7, 2] = features[8, 0] = bad
    with pytest.raises(ValueError, match=r"activations must be finite, but activations\[7, 2\] ="):
        probe_basis(features)


@pytest.mark.parametrize(("n", "m"), [(1, 0), (1, 3), (2, 1), (7, 6), (6, 6), (5, 6)])
def test_there_are_more_samples_than_features_and_a_constant(n, m):
    with pytest.raises(ValueError, match=f"{n} samples are too few to probe {m} features"):
        probe_basis(np.random.default_rng(0).normal(size=(n, m)))


def test_one_sample_more_than_features_and_a_constant_is_enough():
    assert probe_basis(np.random.default_rng(0).normal(size=(8, 6))).columns.shape == (8, 7)
    assert probe_basis(np.zeros((2, 0))).columns.shape == (2, 1)


@pytest.mark.parametrize("ridge", [-1, -1e-12, float("-inf")])
def test_a_ridge_is_not_negative(ridge):
    with pytest.raises(ValueError, match="ridge must be at least 0"):
        probe_basis(random_features(), ridge=ridge)


def test_a_ridge_is_a_number():
    with pytest.raises(ValueError, match="ridge"):
        probe_basis(random_features(), ridge=float("nan"))


@pytest.mark.parametrize("shape", [(), (10,), (5, 2, 2), (0, 3)])
def test_features_are_a_table(shape):
    with pytest.raises(ValueError, match=r"features must have shape \(n, m\) with n >= 1"):
        probe_basis(np.zeros(shape))


# --- norm-bounded probes


def explained_within_a_ball(features, target, bound, ridge=0.0):
    """|t|^2 less the least ridge loss over |w| <= bound, which weak duality proves."""
    strength = ridge * ((features - features.mean(axis=0)) ** 2).sum() / features.shape[1]
    return target @ target - oracles.least_in_ball(
        features, target, bound, ridge=strength, constant=True
    )


@pytest.mark.parametrize("ridge", [0.0, 0.05])
@pytest.mark.parametrize("bound", [0.01, 0.1, 0.3, 1.0, 30.0])
def test_a_norm_bounded_probe_is_the_constrained_optimum(bound, ridge):
    features, targets = random_features(), random_targets(k=8)
    basis = probe_basis(features, ridge=ridge, norm_bound=bound)
    found = basis.explained(targets, np.arange(N))
    expected = [explained_within_a_ball(features, t, bound, ridge) for t in targets.T]
    np.testing.assert_allclose(found, expected, rtol=1e-8)


def test_some_bounds_bind_and_some_do_not():
    """The cases above are on both sides: a bound of 0.01 changes every probe, one of 30 none."""
    features, targets = random_features(), random_targets(k=8)
    free = explained(features, targets)
    for bound, changed in ((0.01, True), (30.0, False)):
        basis = probe_basis(features, ridge=0, norm_bound=bound)
        bounded = basis.explained(targets, np.arange(N))
        assert (np.abs(bounded - free) > 1e-6).all() == changed


def test_more_norm_explains_more():
    features, targets = random_features(), random_targets()
    bases = [probe_basis(features, norm_bound=bound) for bound in (0.001, 0.01, 0.1, 1.0, 10.0)]
    found = np.array([basis.explained(targets, np.arange(N)) for basis in bases])
    assert (np.diff(found, axis=0) >= -1e-9).all()
    assert (np.diff(found, axis=0)[0] > 0).all()


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_the_bound_is_in_units_of_the_features(scale):
    features, targets = random_features(), random_targets()
    one = probe_basis(features, norm_bound=0.1).explained(targets, np.arange(N))
    other = probe_basis(features * scale, norm_bound=0.1 / scale)
    np.testing.assert_allclose(other.explained(targets, np.arange(N)), one, rtol=1e-9)


def test_with_a_bound_fewer_samples_than_features_will_do():
    features, target = random_features(n=5, m=9), random_targets(5, 1)
    basis = probe_basis(features, ridge=0, norm_bound=0.05)
    expected = explained_within_a_ball(features, target[:, 0], 0.05)
    assert basis.explained(target, np.arange(5)) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("bound", [0, -1.0, float("nan"), float("inf")])
def test_a_norm_bound_is_positive_and_finite(bound):
    with pytest.raises(ValueError, match="norm_bound must be above 0 and finite"):
        probe_basis(random_features(), norm_bound=bound)


# --- blocks of rows


def blocks_of(features, *cuts):
    return np.split(features, cuts)


@pytest.mark.parametrize("cuts", [(1,), (60,), (7, 8, 100), (119,)])
def test_features_may_come_in_blocks(cuts):
    features, targets = random_features() + 1e3, random_targets()
    out = np.empty((N, M + 1))
    basis = probe_basis(iter(blocks_of(features, *cuts)), out=out)
    assert np.shares_memory(basis.columns, out)
    np.testing.assert_allclose(
        basis.explained(targets, np.arange(N)), explained(features, targets, 1e-4), rtol=1e-9
    )


def test_long_tables_are_read_in_blocks(monkeypatch):
    X = sample_cube(N, 5, np.random.default_rng(3))
    features, targets, rows = random_features(), random_targets(), np.flatnonzero(X[:, 0])
    weights = np.random.default_rng(4).normal(size=len(rows))
    whole = probe_basis(features)
    monkeypatch.setattr(pacdistill.blocks, "BLOCK", 7)
    cut = probe_basis(features)
    for function in (
        lambda basis: basis.explained(targets, np.arange(N)),
        lambda basis: basis.energy(basis.products(X, rows, weights)),
        lambda basis: clause_scores(basis, X, rows)[0],
    ):
        np.testing.assert_allclose(function(cut), function(whole), rtol=1e-9, atol=1e-12)


def test_the_features_may_stand_in_the_array_for_the_columns():
    features, targets = random_features(), random_targets()
    out = np.hstack([np.full((N, 1), np.nan), features])
    basis = probe_basis(out[:, 1:], out=out)
    np.testing.assert_allclose(
        basis.explained(targets, np.arange(N)), explained(features, targets, 1e-4), rtol=1e-9
    )


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([np.zeros((N - 1, M))], f"hold {N - 1} rows, but {N} are to be filled"),
        ([np.zeros((N, M)), np.zeros((1, M))], f"after {N} rows there is one of shape"),
        ([np.zeros((60, M)), np.zeros((60, M + 1))], "after 60 rows there is one of shape"),
        ([np.zeros((60, M)), np.full((60, M), np.nan)], r"activations\[60, 0\] = nan"),
        ([], "hold 0 rows"),
    ],
)
def test_blocks_that_do_not_fit_are_refused(blocks, message):
    with pytest.raises(ValueError, match=message):
        probe_basis(blocks, out=np.empty((N, M + 1)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_columns_are_double_unless_others_are_given(dtype):
    features, targets = random_features(n=2000).astype(dtype), random_targets(2000)
    exact = explained(features.astype(np.float64), targets, 1e-4)
    for out, precision in ((None, 1e-12), (np.empty((2000, M + 1), np.float32), 1e-5)):
        basis = probe_basis(features, out=out)
        assert basis.columns.dtype == (np.float64 if out is None else np.float32)
        found = basis.explained(targets, np.arange(2000))
        np.testing.assert_allclose(found, exact, rtol=precision)


# --- products


@pytest.mark.parametrize("weighted", [True, False])
def test_a_product_is_that_of_the_columns_with_the_rows(weighted):
    X, basis = sample_cube(N, 5, np.random.default_rng(3)), probe_basis(random_features())
    mask = X[:, 1] == 1
    weights = np.random.default_rng(4).normal(size=mask.sum()) if weighted else None
    diagonal = np.diag(np.ones(mask.sum()) if weights is None else weights)
    expected = basis.columns[mask].T @ diagonal @ np.insert(X[mask], 0, 1, axis=1)
    for rows in (mask, np.flatnonzero(mask)):
        np.testing.assert_allclose(basis.products(X, rows, weights), expected, atol=1e-12)


# --- clause_scores


def indicator(X, literals):
    return np.array([float(all(x[i] == v for i, v in literals)) for x in X])


def score_by_regression(features, target):
    variance = len(target) * target.var()
    if variance == 0:
        return 0.0
    explained = explained_by_regression(features, target)
    return (explained - len(target) * target.mean() ** 2) / variance


def samples():
    rng = np.random.default_rng(5)
    yield "a sample", sample_cube(N, 5, rng)
    yield "repeated points", sample_cube(9, 5, rng)[rng.integers(0, 9, N)]
    X = sample_cube(N, 5, rng)
    X[:, 1], X[:, 3] = 0, 1
    yield "constant columns", X
    yield "biased bits", sample_cube(N, 5, rng, bias=0.2)
    yield "one bit", sample_cube(N, 1, rng)


SAMPLES = [pytest.param(X, id=name) for name, X in samples()]
CLAUSES = [(), ((0, 0),), ((0, 1),), ((1, 0), (4, 1)), ((1, 1), (2, 0)), ((0, 1), (2, 1), (3, 0))]


@pytest.mark.parametrize("X", SAMPLES)
def test_the_score_of_a_clause_is_the_fit_of_its_indicator(X):
    features = random_features(6)
    basis = probe_basis(features, ridge=0)
    for literals in CLAUSES:
        if any(i >= X.shape[1] for i, _ in literals):
            continue
        rows = np.flatnonzero(Clause(literals).holds(X))
        scores, counts = clause_scores(basis, X, rows)
        assert scores.shape == counts.shape == (2, X.shape[1])
        assert counts.dtype == np.int64
        for v, i in itertools.product((0, 1), range(X.shape[1])):
            target = indicator(X, (*literals, (i, v)))
            assert counts[v, i] == target.sum()
            expected = score_by_regression(features, target)
            assert scores[v, i] == pytest.approx(expected, abs=1e-9)


def test_the_score_of_a_clause_with_ridge_is_that_of_ridge_regression():
    X, features = sample_cube(N, 4, np.random.default_rng(7)), random_features(8)
    for literals in ((), ((2, 1),)):
        rows = np.flatnonzero(Clause(literals).holds(X))
        scores, _ = clause_scores(probe_basis(features, ridge=0.3), X, rows)
        for v, i in itertools.product((0, 1), range(4)):
            target = indicator(X, (*literals, (i, v)))
            variance = N * target.var()
            explained = explained_by_ridge(features, target, 0.3) - N * target.mean() ** 2
            expected = explained / variance if variance > 0 else 0.0
            assert scores[v, i] == pytest.approx(expected, abs=1e-9)


def test_a_clause_that_the_features_carry_scores_1():
    X = sample_cube(N, 5, np.random.default_rng(9))
    carried = indicator(X, ((1, 0), (3, 1)))
    features = np.column_stack([random_features(10, m=2), 2.5 - 3.0 * carried])
    basis = probe_basis(features, ridge=0)
    scores, _ = clause_scores(basis, X, np.flatnonzero(X[:, 1] == 0))
    assert scores[1, 3] == pytest.approx(1)
    assert scores.argmax() == np.ravel_multi_index((1, 3), scores.shape)
    assert np.sort(scores, axis=None)[-2] < 0.9


def test_scores_are_between_0_and_1():
    X = sample_cube(N, 5, np.random.default_rng(11))
    for ridge in (0.0, 1e-4, 1.0):
        scores, _ = clause_scores(probe_basis(random_features(), ridge=ridge), X, np.arange(N))
        assert (scores >= 0).all()
        assert (scores <= 1 + 1e-12).all()


def test_a_clause_without_points_has_scores_and_counts_0():
    X = sample_cube(N, 5, np.random.default_rng(12))
    basis = probe_basis(random_features())
    scores, counts = clause_scores(basis, X, np.zeros(0, dtype=np.intp))
    assert not scores.any()
    assert not counts.any()


@pytest.mark.parametrize("shape", [(N - 1, 5), (N + 1, 5), (N,)])
def test_the_inputs_are_those_of_the_basis(shape):
    with pytest.raises(ValueError, match=f"a row for each of the {N} inputs of the basis"):
        clause_scores(probe_basis(random_features()), np.zeros(shape, np.uint8), np.arange(3))
