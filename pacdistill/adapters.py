"""Ready-made sources: any torch module, and scikit-learn's multi-layer perceptron."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from pacdistill.blocks import row_blocks
from pacdistill.cube import check_labels
from pacdistill.networks import sign_labels

__all__ = ["SklearnSource", "TorchSource"]

MANY_ROWS = 100


@dataclass(frozen=True)
class TorchSource:
    """A torch module as a source: its label, and the outputs of the submodules that you name.

    The module stays where it is and as it is. For a call it is in eval mode, without gradients;
    then the training flag of each submodule is what it was, and no hook is left.

    Parameters
    ----------
    module : any module; a row of its input is a row of the table, the first axis everywhere
    layers : the name of a submodule, or several names, as `named_modules` gives them; the outputs
        of several are put side by side. Of an output that is a tuple, as an LSTM's, the first
        entry is taken; other axes than the first are flattened
    batch : how many rows are evaluated at a time
    device : where the inputs are sent; where the module's parameters are, if not given
    encode : from some rows of the table to the module's input; if not given, the numbers of the
        table in the type of the parameters (bits are 0 and 1; for -1 and +1 give
        ``lambda X: torch.tensor(2.0 * X - 1, dtype=torch.float32)``)
    label : from the module's output to labels 0 and 1, shape (n,); if not given, 1 where a single
        logit is positive, shape (n,) or (n, 1), or the larger of two columns

    Raises
    ------
    ValueError
        If there is no submodule of a name, no name, or `batch` is below 1. When asked: if a
        layer did not run, ran twice, or gave no table; or if the output is no binary logit (a
        hundred outputs or more that all lie between 0 and 1 are taken for probabilities).

    Examples
    --------
    >>> net = nn.Sequential(nn.Linear(10, 4), nn.ReLU(), nn.Linear(4, 1))
    >>> source = TorchSource(net, "1")
    >>> source.activations(np.zeros((3, 10), np.uint8)).shape
    (3, 4)
    """

    module: nn.Module
    layers: str | Sequence[str]
    batch: int = 4096
    device: str | torch.device | None = None
    encode: Callable[[Any], Tensor] | None = None
    label: Callable[[Any], Any] | None = None

    def __post_init__(self) -> None:
        names = (self.layers,) if isinstance(self.layers, str) else tuple(self.layers)
        object.__setattr__(self, "layers", names)
        existing = [name for name, _ in self.module.named_modules() if name]
        for name in names:
            if name not in existing:
                near = difflib.get_close_matches(str(name), existing, n=1)
                hint = f" (did you mean {near[0]!r}?)" if near else ""
                raise ValueError(
                    f"the module has no layer {name!r}{hint}; its layers are {existing}"
                )
        if not names or self.batch < 1:
            raise ValueError(
                "a source needs at least one layer and batch >= 1, but layers = "
                f"{list(names)} and batch = {self.batch}; the module has the layers {existing}"
            )

    def labels(self, X: Any) -> NDArray[np.int8]:
        """Return the label of each row of X (n, d); shape (n,)."""
        outputs = [output for output, _ in self._run(X, ())]
        if self.label is not None:
            given = [np.asarray(_plain(self.label(output))) for output in outputs]
            return check_labels(np.concatenate(given), len(X))
        return sign_labels(_binary_logits(outputs))

    def activations(self, X: Any) -> NDArray[np.float32]:
        """Return the outputs of the named layers at each row of X (n, d); shape (n, m)."""
        return np.concatenate([np.hstack(hidden) for _, hidden in self._run(X, self.layers)])

    def _run(self, X: Any, layers: Sequence[str]) -> Iterator[tuple[Any, list[NDArray[Any]]]]:
        """Yield the output and the named layers' outputs of one batch of rows after another."""
        parameter = next(self.module.parameters(), torch.zeros(()))
        device = parameter.device if self.device is None else self.device
        dtype = parameter.dtype if parameter.is_floating_point() else torch.float32
        for block in row_blocks(len(X), self.batch):
            rows = X[block]
            if self.encode is not None:
                inputs = self.encode(rows)
            else:
                inputs = torch.from_numpy(np.asarray(rows).astype(np.float64)).to(dtype)
            # Nothing is left open while a caller looks at the batch.
            with torch.no_grad(), _eval_mode(self.module), _watched(self.module, layers) as seen:
                output = self.module(inputs.to(device))
            yield output, [_flat_output(name, seen[name], len(rows)) for name in layers]


@contextmanager
def _eval_mode(module: nn.Module) -> Iterator[None]:
    """Put a module in eval mode, and each submodule back in its own mode afterwards."""
    flags = [(one, one.training) for one in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for one, training in flags:
            one.training = training


@contextmanager
def _watched(module: nn.Module, layers: Sequence[str]) -> Iterator[dict[str, list[Any]]]:
    """Collect what the named submodules return, in a list for each, while the module runs."""
    seen: dict[str, list[Any]] = {name: [] for name in layers}

    def watch(name: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(_: nn.Module, __: Any, output: Any) -> None:
            first = output[0] if isinstance(output, tuple) and output else output
            # A copy, since the next layer may work in place.
            seen[name].append(first.clone() if isinstance(first, Tensor) else first)

        return hook

    submodules = dict(module.named_modules())
    handles = [submodules[name].register_forward_hook(watch(name)) for name in layers]
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()


def _flat_output(name: str, outputs: list[Any], rows: int) -> NDArray[Any]:
    """Return a layer's only output as an array of shape (rows, m)."""
    if len(outputs) != 1:
        cause = (
            "it is not used in forward, or called in another way than as a module"
            if not outputs
            else "it is shared; name a layer that runs once, such as one that its outputs go to"
        )
        raise ValueError(f"layer {name!r} ran {len(outputs)} times in a call, not once: {cause}")
    output = outputs[0]
    if not isinstance(output, Tensor):
        raise ValueError(
            f"layer {name!r} returns a {type(output).__name__}, but its output must be a tensor "
            "(or a tuple that begins with one); name a layer inside it"
        )
    if output.ndim == 0 or len(output) != rows:
        raise ValueError(
            f"layer {name!r} returns shape {tuple(output.shape)} for {rows} rows, but its first "
            "axis must be the rows (for a recurrent layer: batch_first=True)"
        )
    return np.asarray(output.reshape(rows, -1).to("cpu", torch.float32).numpy())


def _plain(output: Any) -> Any:
    return output.detach().cpu().numpy() if isinstance(output, Tensor) else output


def _binary_logits(outputs: list[Any]) -> NDArray[np.floating]:
    """Return one logit for each row, from outputs of shape (n,), (n, 1) or (n, 2)."""
    how = "give `label`, a function of the output, for example lambda z: z.argmax(1) == 3"
    for output in outputs:
        if not isinstance(output, Tensor) or tuple(output.shape[1:]) not in ((), (1,), (2,)):
            form = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
            raise ValueError(
                "labels are binary: the module must return logits of shape (n,), (n, 1) or "
                f"(n, 2), but it returns {form}; for one class against the rest {how}"
            )
    z = torch.cat(outputs).to("cpu", torch.float64).numpy()
    if z.shape[1:] == (2,):
        return np.asarray(z[:, 1] - z[:, 0])
    z = z.reshape(len(z))
    if len(z) >= MANY_ROWS and z.min() >= 0 and z.max() <= 1:
        raise ValueError(
            "a label is 1 where a logit is positive, but all outputs lie between 0 and 1, as "
            "probabilities do; give label=lambda p: p > 0.5 (or, if they are logits, z > 0)"
        )
    return np.asarray(z)


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
