"""A scikit-learn estimator that distills a neural network on a raw table into rules."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.exceptions import NotFittedError
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_array, check_random_state, get_tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from pacdistill.extraction.extract import extract_tree
from pacdistill.extraction.sklearn_source import SklearnSource
from pacdistill.extraction.source import Source
from pacdistill.extraction.twisted import floor_log2
from pacdistill.tables.literals import make_literals

__all__ = ["TreeDistiller"]

FEWEST_ROWS = 5
ROWS_FOR_A_UNIT = 10
WIDEST = 32


class TreeDistiller(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Distill a network into a tree of rules about the columns of a table.

    `fit` makes literals of the table, extracts a tree that agrees with the teacher, and keeps it
    as `tree_`; `predict` is the tree's answer. So ``cross_val_score(distiller, X,
    teacher.predict(X))`` measures the fidelity to the teacher. Classification is binary.

    Parameters
    ----------
    teacher : what is distilled:

        - a *fitted* MLPClassifier, or Pipeline that ends in one, is used as it is, and so is a
          `Source` of raw tables. Then y is not used, and `clone` keeps the teacher as it is (it
          is the object of study, and no hyperparameter)
        - an unfitted one is cloned and fitted to X, y first; the default is one hidden layer
          behind a StandardScaler, with a unit for each ten rows, 32 at most
    depth : the largest number of tests on a path, or fewer where the table has too few rows or
        literals; if None, it is found (see `extract_tree`)
    max_size : the largest number of leaves; 2^depth, but no more than 256, if not given
    thresholds, max_categories : of the literals; see `make_literals`
    search, ridge : see `extract_tree`
    random_state : of the default teacher and of the shuffling that decides which fifth of the rows
        measures the fidelity

    Attributes
    ----------
    tree_ : the `RuleTree`; it prints, stores and draws itself
    extraction_ : the `Extraction`, with the fidelity on the held-out fifth and the frontier
    teacher_ : the teacher that was distilled
    classes_ : the teacher's classes, in the order of the tree's labels 0 and 1
    n_features_in_, feature_names_in_ : of the table

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> X, y = make_classification(400, 5, random_state=0)
    >>> distiller = TreeDistiller(depth=3, random_state=0).fit(X, y)
    >>> bool(distiller.score(X, distiller.teacher_.predict(X)) > 0.9)
    True
    """

    def __init__(
        self,
        teacher: Any = None,
        *,
        depth: int | None = 4,
        max_size: int | None = None,
        thresholds: int = 16,
        max_categories: int = 16,
        search: Literal["twisted", "beam"] = "twisted",
        ridge: float = 1e-4,
        random_state: Any = None,
    ) -> None:
        self.teacher = teacher
        self.depth = depth
        self.max_size = max_size
        self.thresholds = thresholds
        self.max_categories = max_categories
        self.search = search
        self.ridge = ridge
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> TreeDistiller:
        """Distill the teacher on the rows of X, fitting it to X and y first if it is not fitted.

        Parameters
        ----------
        X : table of shape (n, d), n >= 5; array or data frame
        y : two classes, shape (n,); not used if the teacher is fitted

        Raises
        ------
        ValueError
            If there are more than two classes, too few rows for the teacher's width (see
            `extract_tree`), or the table is not one that `make_literals` takes.
        TypeError
            If the teacher is nothing that can be distilled.
        """
        table = self._read_table(X, reset=True)
        random = check_random_state(self.random_state)
        if _is_given(self.teacher):
            self.teacher_ = self.teacher
        else:
            self.teacher_ = self._fit_teacher(X, table, y, random)
        teacher = self.teacher_
        source: Source = teacher if _is_source(teacher) else SklearnSource(teacher)
        self.classes_ = source.classes if isinstance(source, SklearnSource) else np.array([0, 1])
        literals = make_literals(
            table, thresholds=self.thresholds, max_categories=self.max_categories
        )
        depth = self.depth
        if depth is not None:  # at most the literals, and an input for each leaf that is searched
            depth = max(1, min(depth, len(literals), floor_log2(int(0.8 * len(table)))))
        order = random.permutation(len(table))  # a table may be sorted, by class for example
        self.extraction_ = extract_tree(
            source,
            table.iloc[order] if hasattr(table, "iloc") else table[order],
            depth=depth,
            max_size=self.max_size,
            search=self.search,
            ridge=self.ridge,
            literals=literals,
        )
        self.tree_ = self.extraction_.tree
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the tree's class of each row of X (n, d); shape (n,)."""
        check_is_fitted(self)
        return np.asarray(self.classes_[self.tree_.predict(self._read_table(X, reset=False))])

    def _read_table(self, X: Any, *, reset: bool) -> Any:
        """Check the table as scikit-learn does, and return it unconverted.

        Missing entries are refused if the teacher refuses them.
        """
        array = check_array(
            X,
            dtype=None,
            ensure_all_finite="allow-nan" if get_tags(self).input_tags.allow_nan else True,
            ensure_min_samples=FEWEST_ROWS if reset else 1,
            estimator=self,
        )
        validate_data(self, X, reset=reset, skip_check_array=True)
        return X if hasattr(X, "iloc") else array

    def _fit_teacher(self, X: Any, table: Any, y: Any, random: np.random.RandomState) -> Any:
        """Fit a clone of the teacher, or the default one, to two classes."""
        if y is None:
            raise ValueError(
                "This TreeDistiller estimator requires y to be passed, but the target y is None: "
                "its teacher is not fitted yet"
            )
        check_consistent_length(table, y)
        check_array(y, dtype=None, ensure_2d=False, input_name="y")
        check_classification_targets(y)
        kind = type_of_target(y, input_name="y")
        if kind != "binary":
            raise ValueError(
                "Only binary classification is supported. The type of the target is "
                f"{kind}. For one class c against the rest fit y == c"
            )
        if self.teacher is not None:
            return clone(self.teacher).fit(X, y)
        width = max(1, min(WIDEST, len(table) // ROWS_FOR_A_UNIT))
        return make_pipeline(
            StandardScaler(),
            MLPClassifier(width, learning_rate_init=0.01, max_iter=1000, random_state=random),
        ).fit(X, y)

    def __sklearn_clone__(self) -> TreeDistiller:
        """Clone without fitting, and with the same teacher if it is one that is used as it is."""
        parameters = {
            name: value if name == "teacher" and _is_given(value) else clone(value, safe=False)
            for name, value in self.get_params(deep=False).items()
        }
        return type(self)(**parameters)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.target_tags.required = not _is_given(self.teacher)
        if _is_source(self.teacher):
            tags.input_tags.allow_nan = tags.input_tags.string = True
        elif isinstance(self.teacher, BaseEstimator):
            tags.input_tags.allow_nan = get_tags(self.teacher).input_tags.allow_nan
            tags.input_tags.string = get_tags(self.teacher).input_tags.string
        return tags


def _is_source(teacher: Any) -> bool:
    return all(callable(getattr(teacher, name, None)) for name in ("labels", "activations"))


def _is_given(teacher: Any) -> bool:
    """Tell whether a teacher is used as it is: a source, or a fitted estimator."""
    if teacher is None or _is_source(teacher):
        return teacher is not None
    try:
        check_is_fitted(teacher)
    except (NotFittedError, TypeError):
        return False
    return True
