"""The probes that show their weights, against other solvers; and what they refuse."""

import numpy as np
import oracles
import pytest
from sklearn.linear_model import LinearRegression, Ridge

from pacdistill import Clause, enumerate_cube, sample_cube
from pacdistill.extraction import fit_probes, measure_representation, probe_basis


def setting(seed, n=60, m=7, k=4):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, m)) @ rng.normal(size=(m, m)) + rng.normal(size=m)
    return features, rng.normal(size=(n, k)) + features[:, :1]


@pytest.mark.parametrize("constant", [True, False])
def test_without_a_bound_they_are_those_of_scikit_learn(constant):
    features, targets = setting(0)
    probes = fit_probes(features, targets, ridge=0, constant=constant)
    other = LinearRegression(fit_intercept=constant).fit(features, targets)
    assert probes.weights == pytest.approx(other.coef_.T)
    assert probes.constants == pytest.approx(other.intercept_ if constant else np.zeros(4))
    assert probes.predict(features) == pytest.approx(other.predict(features))
    centered = features - features.mean(axis=0) * constant
    strength = 0.3 * (centered**2).sum() / features.shape[1]
    ridged = Ridge(alpha=strength, fit_intercept=constant, solver="cholesky").fit(features, targets)
    assert fit_probes(features, targets, ridge=0.3, constant=constant).weights == pytest.approx(
        ridged.coef_.T
    )


@pytest.mark.parametrize("bound", [0.05, 0.3, 1.0, 50.0])
@pytest.mark.parametrize("constant", [True, False])
def test_under_a_bound_no_other_probe_does_better(bound, constant):
    features, targets = setting(1)
    probes = fit_probes(features, targets, ridge=0, norm_bound=bound, constant=constant)
    assert (probes.norms <= bound * (1 + 1e-9)).all()
    losses = ((targets - probes.predict(features)) ** 2).sum(axis=0)
    least = [oracles.least_in_ball(features, t, bound, constant=constant) for t in targets.T]
    assert losses == pytest.approx(least, rel=1e-8)


def test_the_basis_explains_what_they_predict():
    features, targets = setting(2)
    for bound in (None, 0.2):
        probes = fit_probes(features, targets, ridge=0, norm_bound=bound)
        losses = ((targets - probes.predict(features)) ** 2).sum(axis=0)
        basis = probe_basis(features, ridge=0, norm_bound=bound)
        explained = basis.explained(targets, np.arange(len(targets)))
        assert (targets**2).sum(axis=0) - losses == pytest.approx(explained)


def test_equal_and_dead_features_share_the_weight():
    features, targets = setting(3)
    probes = fit_probes(features, targets, ridge=0)
    twice = fit_probes(np.hstack([features, features, 0 * features]), targets, ridge=0)
    assert twice.predict(np.hstack([features] * 3)) == pytest.approx(probes.predict(features))
    assert twice.norms == pytest.approx(probes.norms / np.sqrt(2))


def test_representation_on_fresh_inputs_is_not_flattered():
    rng = np.random.default_rng(4)
    X, fresh = sample_cube(200, 12, rng), sample_cube(20_000, 12, rng)
    clauses = [Clause(((0, 1), (1, 0))), Clause(((2, 1),))]
    noise, more = rng.normal(size=(200, 50)), rng.normal(size=(20_000, 50))
    inside = measure_representation(noise, X, clauses)
    outside = measure_representation(noise, X, clauses, fresh=(more, fresh))
    assert (inside.fits > 0.15).all()  # 50 features explain about 50/200 of anything
    assert (outside.fits < 0).all()
    assert outside.norms == pytest.approx(inside.norms)
    bits = measure_representation(X, X, clauses, fresh=(fresh, fresh))
    assert bits.fits[1] == pytest.approx(1, abs=1e-6)  # the small ridge is felt
    assert bits.losses[1] == pytest.approx(0, abs=1e-6)
    assert bits.fits[0] == pytest.approx(2 / 3, abs=0.1)


def test_a_clause_that_always_holds_has_no_fit():
    X = enumerate_cube(4)
    found = measure_representation(X, X, [Clause(), Clause(((0, 1),))])
    assert np.isnan(found.fits[0])
    assert found.losses[0] == pytest.approx(0)
    assert found.clauses == (Clause(), Clause(((0, 1),)))


@pytest.mark.parametrize(
    ("features", "targets", "options", "message"),
    [
        (np.zeros((9, 2)), np.zeros((8, 1)), {}, "9 have 8"),
        (np.zeros((0, 2)), np.zeros((0, 1)), {}, "n >= 1"),
        (np.zeros((3, 2)), np.zeros((3, 1)), {}, "3 samples are too few to probe 2 features"),
        (np.zeros(9), np.zeros((9, 1)), {}, "features must be a table"),
        (np.zeros((9, 2)), np.zeros(9), {}, "targets must be a table"),
        (np.full((9, 2), np.nan), np.zeros((9, 1)), {}, r"features\[0, 0\] = nan"),
        (np.zeros((9, 2)), np.full((9, 1), np.inf), {}, r"targets\[0, 0\] = inf"),
        (np.zeros((9, 2)), np.zeros((9, 1)), {"ridge": -1}, "ridge"),
        (np.zeros((9, 2)), np.zeros((9, 1)), {"norm_bound": 0}, "norm_bound"),
    ],
)
def test_refusals(features, targets, options, message):
    with pytest.raises(ValueError, match=message):
        fit_probes(features, targets, **options)


def test_without_clauses_there_is_nothing_to_measure():
    with pytest.raises(ValueError, match="no clause"):
        measure_representation(np.zeros((9, 2)), np.zeros((9, 2), np.uint8), [])
