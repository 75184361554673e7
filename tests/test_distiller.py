"""The estimator: scikit-learn's own checks, and what it promises about teachers."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from pacdistill import CallableSource, TreeDistiller
from pacdistill.tables import RuleTree


@parametrize_with_checks([TreeDistiller()])  # no check is exempted
def test_scikit_learns_checks(estimator, check):
    check(estimator)


def perceptron(**options):
    return MLPClassifier(8, learning_rate_init=0.01, max_iter=2000, random_state=0, **options)


@pytest.fixture(scope="module")
def table():
    """400 rows of four numbers, and a label that two of them decide."""
    X = np.random.default_rng(0).normal(size=(400, 4))
    return X, np.where((X[:, 0] > 0) & (X[:, 2] > -0.5), "yes", "no")


@pytest.fixture(scope="module")
def teacher(table):
    return make_pipeline(StandardScaler(), perceptron()).fit(*table)


# --- teachers


def test_a_fitted_teacher_is_used_as_it_is(table, teacher):
    X, y = table
    distiller = TreeDistiller(teacher, depth=2, random_state=0).fit(X)
    assert distiller.teacher_ is teacher
    told = teacher.predict(X)
    assert distiller.score(X, told) == accuracy_score(told, distiller.predict(X)) > 0.9
    assert distiller.classes_.tolist() == ["no", "yes"]
    assert set(distiller.predict(X)) == {"no", "yes"}
    # y is not used.
    again = TreeDistiller(teacher, depth=2, random_state=0).fit(X, y[::-1])
    assert again.tree_ == distiller.tree_


def test_an_unfitted_teacher_is_cloned_and_fitted(table):
    X, y = table
    given = perceptron()
    distiller = TreeDistiller(given, depth=2, random_state=0).fit(X, y)
    assert not hasattr(given, "coefs_")
    assert np.array_equal(distiller.teacher_.predict(X), clone(given).fit(X, y).predict(X))
    with pytest.raises(ValueError, match="requires y to be passed, but the target y is None"):
        TreeDistiller(given).fit(X)


def test_the_default_teacher_learns(table):
    X, y = table
    distiller = TreeDistiller(random_state=0).fit(X, y)
    assert distiller.teacher_.score(X, y) > 0.9
    assert distiller.score(X, distiller.teacher_.predict(X)) > 0.9
    assert TreeDistiller(random_state=0).fit(X, y).tree_ == distiller.tree_


def test_any_source_of_raw_tables_is_a_teacher(table):
    X, _ = table
    source = CallableSource(lambda T: T[:, 1] > 0, lambda T: np.maximum(T, 0))
    distiller = TreeDistiller(source, depth=1, random_state=0).fit(X)
    assert distiller.teacher_ is source
    assert distiller.classes_.tolist() == [0, 1]
    assert distiller.tree_.variables == (distiller.tree_.variable[0],)
    assert distiller.score(X, X[:, 1] > 0) > 0.9


@pytest.mark.parametrize("nested", [False, True])
def test_a_clone_keeps_a_fitted_teacher_and_forgets_an_unfitted_one(teacher, nested):
    def cloned(given):
        distiller = TreeDistiller(given, depth=3)
        if nested:
            return clone(make_pipeline(distiller))[-1]
        return clone(distiller)

    assert cloned(teacher).teacher is teacher
    source = CallableSource(lambda T: T[:, 0], lambda T: T)
    assert cloned(source).teacher is source
    unfitted = perceptron()
    copied = cloned(unfitted)
    assert copied.teacher is not unfitted
    assert copied.teacher.get_params() == unfitted.get_params()
    assert copied.depth == 3
    assert not hasattr(copied, "tree_")


@pytest.mark.parametrize("given", [LogisticRegression(), "network", 3])
def test_what_cannot_be_distilled_is_refused(table, given):
    X, y = table
    with pytest.raises((TypeError, ValueError), match=r"supported|clone"):
        TreeDistiller(given).fit(X, y)


def test_more_than_two_classes_are_refused(table, teacher):
    X, _ = table
    three = np.digitize(X[:, 0], [-0.5, 0.5])
    for given in (None, perceptron()):
        with pytest.raises(
            ValueError, match=r"Only binary .* multiclass\. For one class c .*y == c"
        ):
            TreeDistiller(given).fit(X, three)
    with pytest.raises(ValueError, match="labels are binary, but the model has the classes"):
        TreeDistiller(perceptron().fit(X, three)).fit(X)


@pytest.mark.parametrize("label", ["no", "yes"])
def test_labels_that_are_all_equal_give_the_constant_tree(table, label):
    X, _ = table
    distiller = TreeDistiller(random_state=0).fit(X, np.full(len(X), label))
    assert distiller.tree_.size == 1
    assert set(distiller.predict(X)) == {label}


def test_a_teacher_too_wide_for_the_table_is_an_error_in_words(table):
    X, y = table
    with pytest.raises(ValueError, match="too few to probe"):
        TreeDistiller(MLPClassifier(50, solver="lbfgs", random_state=0)).fit(X[:40], y[:40])


# --- among scikit-learn's tools


def test_fidelity_by_cross_validation(table, teacher):
    X, _ = table
    scores = cross_val_score(TreeDistiller(teacher, depth=2), X, teacher.predict(X), cv=3)
    assert scores.shape == (3,)
    assert scores.min() > 0.85


def test_a_search_over_the_depth(table, teacher):
    X, _ = table
    search = GridSearchCV(TreeDistiller(teacher, random_state=0), {"depth": [1, 2]}, cv=2)
    search.fit(X, teacher.predict(X))
    assert search.best_params_ == {"depth": 2}
    assert search.best_estimator_.teacher_ is teacher


def test_in_a_pipeline(table):
    X, y = table
    model = make_pipeline(StandardScaler(), TreeDistiller(depth=2, random_state=0)).fit(X, y)
    assert model.score(X, y) > 0.85


def test_a_raw_data_frame_and_readable_rules():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"age": rng.integers(18, 80, 800), "color": rng.choice(["red", "blue", "green"], 800)}
    )
    y = np.where((frame["age"] <= 37) & (frame["color"] == "red"), "buys", "leaves")
    encode = make_column_transformer((StandardScaler(), ["age"]), (OneHotEncoder(), ["color"]))
    distiller = TreeDistiller(make_pipeline(encode, perceptron()), depth=2, random_state=0)
    distiller.fit(frame, y)
    assert distiller.feature_names_in_.tolist() == ["age", "color"]
    assert "color = red" in distiller.tree_.to_text(labels=distiller.classes_)
    assert distiller.score(frame, distiller.teacher_.predict(frame)) > 0.95
    stored = RuleTree.from_json(distiller.tree_.to_json())
    assert np.array_equal(distiller.classes_[stored.predict(frame)], distiller.predict(frame))
    # The tree found what the fidelity says, on rows that the search did not see.
    assert distiller.extraction_.fidelity.inputs == 160
