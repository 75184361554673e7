"""A ready-made source: scikit-learn's multi-layer perceptron."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

__all__ = ["SklearnSource"]


ACTIVATIONS: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "identity": lambda z: z,
    "logistic": expit,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
}


@dataclass(frozen=True)
class SklearnSource:
    """A fitted `MLPClassifier`, or a fitted `Pipeline` that ends in one, as a source.

    The steps of a pipeline before the last are its way to read a raw table.

    Parameters
    ----------
    model : the model, of at most two classes; the label is the number of the class in `classes_`
    layers : which hidden layers, from 0, to put side by side; the last one if not given

    Raises
    ------
    TypeError
        If the model is anything else.
    NotFittedError
        If it is not fitted.
    ValueError
        If it has more than two classes, or not such hidden layers.

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 10)
    >>> model = MLPClassifier((5, 3), solver="lbfgs", random_state=0).fit(X, X[:, 0])
    >>> source = SklearnSource(model)
    >>> source.labels(X[:4]).tolist(), source.activations(X).shape
    ([0, 0, 1, 1], (40, 3))
    """

    model: Any
    layers: int | Sequence[int] | None = None

    def __post_init__(self) -> None:
        network = self._network
        if not isinstance(network, MLPClassifier):
            raise TypeError(
                "an MLPClassifier or a Pipeline that ends in one is supported, not "
                f"{type(network).__name__}; of a search give best_estimator_, and for other "
                "models wrap two functions in CallableSource"
            )
        check_is_fitted(network)
        if network.n_outputs_ != 1:
            raise ValueError(
                f"labels are binary, but the model has the classes {list(network.classes_)}; fit "
                "one for a class against the rest, with the targets y == c"
            )
        hidden = network.n_layers_ - 2
        given = hidden - 1 if self.layers is None else self.layers
        chosen = (given,) if isinstance(given, (int, np.integer)) else tuple(given)
        if not chosen or not set(chosen) <= set(range(hidden)):
            raise ValueError(
                f"the model has the hidden layers 0 to {hidden - 1}, but layers = {self.layers}"
            )
        object.__setattr__(self, "layers", chosen)

    @property
    def _network(self) -> Any:
        return self.model[-1] if isinstance(self.model, Pipeline) else self.model

    @property
    def classes(self) -> NDArray[Any]:
        """The classes of the model, in the order of the labels 0 and 1."""
        return np.asarray(self._network.classes_)

    def labels(self, X: Any) -> NDArray[np.int8]:
        """Return the number of the class of each row of X (n, d); shape (n,)."""
        numbers = np.searchsorted(self.classes, self.model.predict(X))
        return np.asarray(numbers, dtype=np.int8)

    def activations(self, X: Any) -> NDArray[np.float32]:
        """Return the chosen hidden layers at each row of X (n, d); shape (n, m)."""
        several = isinstance(self.model, Pipeline) and len(self.model) > 1
        h: Any = self.model[:-1].transform(X) if several else X
        h = h if hasattr(h, "tocsr") else np.asarray(h)
        network = self._network
        hidden = []
        for weight, bias in zip(network.coefs_[:-1], network.intercepts_[:-1], strict=True):
            h = ACTIVATIONS[network.activation](h @ weight + bias)
            hidden.append(h)
        chosen = [hidden[k] for k in self.layers]  # type: ignore[union-attr]
        return np.hstack(chosen).astype(np.float32)
