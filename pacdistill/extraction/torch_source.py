"""A ready-made source: any torch module, and the layers that you name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pacdistill.blocks import row_blocks
from pacdistill.cube import check_labels
from pacdistill.networks.backend import Tensor, nn, torch
from pacdistill.networks.residual import sign_labels

__all__ = ["TorchSource"]

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
        return self._labels([output for output, _ in self._run(X, ())], len(X))

    def activations(self, X: Any) -> NDArray[np.float32]:
        """Return the outputs of the named layers at each row of X (n, d); shape (n, m)."""
        return np.concatenate([np.hstack(hidden) for _, hidden in self._run(X, self.layers)])

    def labels_and_activations(self, X: Any) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        """Return what `labels` and `activations` do; the module runs once for both."""
        runs = list(self._run(X, self.layers))
        activations = np.concatenate([np.hstack(hidden) for _, hidden in runs])
        return self._labels([output for output, _ in runs], len(X)), activations

    def _labels(self, outputs: list[Any], n: int) -> NDArray[np.int8]:
        if self.label is None:
            return sign_labels(_binary_logits(outputs))
        given = [np.asarray(_plain(self.label(output))) for output in outputs]
        return check_labels(np.concatenate(given), n)

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
