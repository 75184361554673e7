"""The residual network: its hidden layers, its labels, and the file that keeps its weights."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from os import PathLike
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from pacdistill.blocks import row_blocks
from pacdistill.networks.backend import Tensor, nn, torch

__all__ = ["Network", "ResidualNetwork", "load_network", "save_network"]

BLOCK = 512  # inputs that pass through a network at the same time


class Network(nn.Module):
    """A network with named hidden layers and one logit; its label is 1 where the logit is positive.

    A subclass says what its hidden layers are and owns a linear `readout` of the last one. Every
    network is a `Source`: its activations are those of the last hidden layer.
    """

    readout: nn.Linear

    def hidden(self, x: Tensor) -> list[Tensor]:
        """Return the hidden layers at inputs x of shape (n, d), first to last."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits at inputs x of shape (n, d); shape (n,)."""
        return torch.squeeze(self.readout(self.hidden(x)[-1]), -1)

    @torch.no_grad()
    def logits(self, X: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the logit of each row of X (n, d); shape (n,)."""
        return np.concatenate([self(x).cpu().numpy() for x in self._inputs(X)])

    def labels(self, X: NDArray[np.uint8]) -> NDArray[np.int8]:
        """Return the label of each row of X (n, d); shape (n,).

        Raises
        ------
        ValueError
            If a logit is not finite.
        """
        return sign_labels(self.logits(X))

    @torch.no_grad()
    def layers(self, X: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
        """Return the activations of all hidden layers at X (n, d), each of shape (n, width)."""
        blocks = [[h.cpu().numpy() for h in self.hidden(x)] for x in self._inputs(X)]
        return tuple(np.concatenate(layer) for layer in zip(*blocks, strict=True))

    def activations(self, X: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the activations of the last hidden layer at X (n, d); shape (n, width)."""
        return self.layers(X)[-1]

    @torch.no_grad()
    def labels_and_activations(
        self, X: NDArray[np.uint8]
    ) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        """Return the labels and the last hidden layer's activations at X (n, d), in one pass."""
        logits, activations = [], []
        for x in self._inputs(X):
            last = self.hidden(x)[-1]
            logits.append(torch.squeeze(self.readout(last), -1).cpu().numpy())
            activations.append(last.cpu().numpy())
        return sign_labels(np.concatenate(logits)), np.concatenate(activations)

    def _inputs(self, X: NDArray[np.uint8]) -> Iterator[Tensor]:
        """Yield the rows of X in blocks, so that no more than a block is ever written as floats."""
        rows = np.asarray(X)
        for block in row_blocks(max(len(rows), 1), BLOCK):
            yield torch.from_numpy(rows[block].astype(np.float32)).to(self.readout.weight)


def sign_labels(logits: NDArray[np.floating]) -> NDArray[np.int8]:
    """Return 1 where a logit is positive and 0 elsewhere, if all are finite; shape (n,).

    Raises
    ------
    ValueError
        If a logit is not finite: it has no sign, and would pass for the label 0.

    Examples
    --------
    >>> sign_labels(np.array([-0.5, 2.0]))
    array([0, 1], dtype=int8)
    """
    if not np.isfinite(logits).all():
        k = int(np.flatnonzero(~np.isfinite(logits))[0])
        raise ValueError(
            f"logits must be finite, but logits[{k}] = {logits[k]}; a network whose training "
            "diverged has such ones"
        )
    return (logits > 0).astype(np.int8)


def _linear(inputs: int, outputs: int) -> nn.Linear:
    """Draw a layer as torch's `Linear` does, and to the last digit alike on every processor.

    torch turns a uniform x into low + (high - low) x with one rounding or with two, as the
    processor has it. Here the sum is made in double precision and rounded once.
    """
    layer = nn.Linear(inputs, outputs, device="meta", dtype=torch.float32).to_empty(device="cpu")
    of_weights = sqrt(3) * (sqrt(2 / (1 + sqrt(5) ** 2)) / sqrt(inputs))  # 1/sqrt(inputs), rounded
    with torch.no_grad():
        for parameter, bound in ((layer.weight, of_weights), (layer.bias, 1 / sqrt(inputs))):
            high = float(np.float32(bound))
            x = torch.rand(parameter.shape, dtype=torch.float32).double()
            parameter.copy_(2 * high * x - high)
    return layer


class ResidualNetwork(Network):
    """A residual ReLU network: h_0 = relu(A x), h_(l+1) = h_l + relu(B_l h_l), logit = c . h_L.

    The bits enter as -1 and +1; every map has a bias. Following [HeZRS16] in its smallest form.

    Parameters
    ----------
    d : number of input bits
    rng : source of the initial weights, which are those of torch's linear layers
    width : number of units of each hidden layer
    blocks : number of residual blocks, so that there are ``blocks + 1`` hidden layers

    Raises
    ------
    ValueError
        If d or `width` is below 1 or `blocks` is negative.

    Examples
    --------
    >>> network = ResidualNetwork(10, np.random.default_rng(0), width=4, blocks=2)
    >>> [layer.shape for layer in network.layers(np.zeros((3, 10), np.uint8))]
    [(3, 4), (3, 4), (3, 4)]
    """

    def __init__(
        self, d: int, rng: np.random.Generator, *, width: int = 64, blocks: int = 2
    ) -> None:
        super().__init__()
        if min(d, width) < 1 or blocks < 0:
            raise ValueError(
                f"a network needs d >= 1 bits, width >= 1 and blocks >= 0, "
                f"but d = {d}, width = {width}, blocks = {blocks}"
            )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**31)))
            self.first = _linear(d, width)
            self.blocks = nn.ModuleList(_linear(width, width) for _ in range(blocks))
            self.readout = _linear(width, 1)

    def hidden(self, x: Tensor) -> list[Tensor]:
        """Return h_0, ..., h_L at inputs x of shape (n, d)."""
        h = torch.relu(self.first(2 * x - 1))
        layers = [h]
        for block in self.blocks:
            h = h + torch.relu(block(h))
            layers.append(h)
        return layers


def save_network(network: ResidualNetwork, path: str | PathLike[str]) -> None:
    """Write the weights of a network to an ``.npz`` file (plain arrays, no code).

    Raises
    ------
    ValueError
        If it is no `ResidualNetwork`: `load_network` could not read it.
    """
    if not isinstance(network, ResidualNetwork):
        raise ValueError(
            f"a ResidualNetwork is saved, but this is a {type(network).__name__}; a "
            "tree_network is made again from its tree, which to_json stores"
        )
    with Path(path).open("wb") as file:  # given a name, numpy would append its own ending
        np.savez_compressed(file, **{k: v.cpu().numpy() for k, v in network.state_dict().items()})


def load_network(path: str | PathLike[str]) -> ResidualNetwork:
    """Read a network that `save_network` wrote.

    Raises
    ------
    ValueError
        If the file holds anything else.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> network = ResidualNetwork(10, np.random.default_rng(0), width=4, blocks=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "network.npz"
    ...     save_network(network, path)
    ...     again = load_network(path)
    >>> X = np.zeros((1, 10), np.uint8)
    >>> bool(np.array_equal(again.logits(X), network.logits(X)))
    True
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            state = {name: torch.from_numpy(arrays[name]) for name in arrays.files}
        width, d = state["first.weight"].shape
        blocks = sum(name.startswith("blocks.") and name.endswith(".weight") for name in state)
        network = ResidualNetwork(d, np.random.default_rng(), width=width, blocks=blocks)
        network.load_state_dict(state)
    except (
        *(AttributeError, EOFError, KeyError, TypeError, ValueError),
        *(BadZipFile, RuntimeError),  # torch raises the latter, and names the arrays
    ) as error:
        raise ValueError(f"{path} holds no network that save_network wrote: {error}") from error
    return network
