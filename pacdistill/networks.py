"""Networks to distill: one that is trained, and one that is written down from a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm.auto import tqdm

from pacdistill.blocks import row_blocks
from pacdistill.cube import Clause, check_labels, sample_cube
from pacdistill.formulas import DNF
from pacdistill.tree import DecisionTree

__all__ = [
    "Network",
    "Phase",
    "ResidualNetwork",
    "Training",
    "dnf_network",
    "load_network",
    "save_network",
    "train_network",
    "tree_network",
]

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
    return nn.Linear(inputs, outputs, dtype=torch.float32)


class _GivenLinear(nn.Linear):
    """A linear map whose weights are given, and none are drawn."""

    def __init__(self, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        super().__init__(weight.shape[1], weight.shape[0], dtype=torch.float32)
        with torch.no_grad():
            self.weight.copy_(torch.from_numpy(weight))
            self.bias.copy_(torch.from_numpy(bias))

    def reset_parameters(self) -> None:
        pass


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


class _ClauseNetwork(Network):
    """One ReLU unit for each clause, and a readout that sums some of them, less 1/2."""

    def __init__(self, clauses: Sequence[Clause], summed: Sequence[bool], d: int) -> None:
        super().__init__()
        weight, bias = np.zeros((len(clauses), d), np.float32), np.ones(len(clauses), np.float32)
        for unit, clause in enumerate(clauses):
            for variable, value in clause.literals:
                weight[unit, variable] = 2 * value - 1
                bias[unit] -= value
        self.units = _GivenLinear(weight, bias)
        self.readout = _GivenLinear(np.array([summed], np.float32), np.array([-0.5], np.float32))

    def hidden(self, x: Tensor) -> list[Tensor]:
        return [torch.relu(self.units(x))]


def tree_network(tree: DecisionTree, d: int) -> Network:
    """Write a tree down as a network with one ReLU unit for each node's clause.

    With p literals "x_i = 1" and q literals "x_i = 0", the unit of the clause C is
    AND_C(x) = relu(sum of x_i over the p - sum of x_i over the q - p + 1): it is 1 where all
    literals hold and 0 elsewhere. The readout sums the leaves of label 1, less 1/2. So this
    network represents every clause of the tree exactly, each by one weight.

    Parameters
    ----------
    tree : the tree
    d : number of input bits, above every bit that the tree tests

    Raises
    ------
    ValueError
        If the tree tests a bit that is not there.

    Examples
    --------
    >>> tree = DecisionTree.split(1, DecisionTree.leaf(0), DecisionTree.leaf(1))
    >>> tree_network(tree, d=2).layers(np.array([[0, 0], [0, 1]], np.uint8))[0].tolist()
    [[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]
    """
    if tree.variable.max() >= d:
        raise ValueError(f"the tree tests bit {tree.variable.max()}, but there are only d = {d}")
    return _ClauseNetwork(tree.clauses(), (tree.label == 1).tolist(), d)


def dnf_network(formula: DNF, d: int) -> Network:
    """Write a DNF down as a network with one ReLU unit for each term, like `tree_network`.

    The readout sums all units, less 1/2, so the logit is the number of terms that hold, less 1/2.

    Parameters
    ----------
    formula : the DNF; without a term it gets one unit that is not summed
    d : number of input bits, above every bit in the formula

    Raises
    ------
    ValueError
        If the formula has a bit that is not there.

    Examples
    --------
    >>> formula = DNF((Clause(((0, 1),)), Clause(((1, 0),))))
    >>> dnf_network(formula, d=2).logits(np.array([[0, 1], [0, 0], [1, 0]], np.uint8)).tolist()
    [-0.5, 0.5, 1.5]
    """
    last = max((term.literals[-1][0] for term in formula.terms if term.literals), default=-1)
    if last >= d:
        raise ValueError(f"the formula has bit {last}, but there are only d = {d}")
    terms = formula.terms or (Clause(),)
    return _ClauseNetwork(terms, [bool(formula.terms)] * len(terms), d)


@dataclass(frozen=True)
class Phase:
    """One stage of a curriculum: `steps` batches of bits that are 1 with probability `bias`.

    Raises
    ------
    ValueError
        If `bias` is no probability or there is no step.
    """

    bias: float
    steps: int

    def __post_init__(self) -> None:
        if not 0 <= self.bias <= 1 or self.steps < 1:
            raise ValueError(
                "a phase has a probability as its bias and at least one step, "
                f"but bias = {self.bias} and steps = {self.steps}"
            )


@dataclass(frozen=True)
class Training:
    """A trained network and how it was taught.

    Parameters
    ----------
    network : the network
    curriculum : the phases, in order
    examples : how many labeled examples it saw, all of them fresh
    accuracy : array of shape (steps // 50,); the mean accuracy over each 50 batches, before
        the network is updated on them
    """

    network: ResidualNetwork
    curriculum: tuple[Phase, ...]
    examples: int
    accuracy: NDArray[np.float64]


RECORD_EVERY = 50


def train_network(
    target: Callable[[NDArray[np.uint8]], NDArray[np.int8]],
    d: int,
    rng: np.random.Generator,
    *,
    width: int = 64,
    blocks: int = 2,
    curriculum: Sequence[Phase] = (Phase(0.35, 1500), Phase(0.5, 2500)),
    batch: int = 512,
    learning_rate: float = 3e-3,
    sparsity: float = 0.0,
    progress: bool = False,
) -> Training:
    """Teach a function to a residual network by a curriculum of biased bits.

    Every phase draws fresh batches from its own product distribution and minimizes the logistic
    loss by Adam, its rate rising and falling once. Where bits are biased, a product of many
    of them is correlated with fewer, and the network finds a first hold.

    Parameters
    ----------
    target : from X of shape (n, d) to labels 0 and 1 of shape (n,), such as `tree.predict`
    d : number of bits
    rng : source of all randomness: the inputs and the initial weights
    width, blocks : of the network
    curriculum : phases of at least one step; the last is usually uniform
    batch : number of examples of a step
    learning_rate : the highest rate of a phase
    sparsity : after each step the weights of the first layer shrink toward 0 by this fraction of
        the rate, and stay 0 if they reach it (proximal gradient descent with an L1 penalty). With
        thousands of irrelevant bits the noise of Adam's steps on their weights otherwise drowns
        the signal; 0.5 serves there
    progress : show a bar

    Returns
    -------
    Training

    Raises
    ------
    ValueError
        If the curriculum is empty or a number is out of range.

    Examples
    --------
    >>> tree = DecisionTree.split(1, DecisionTree.leaf(0), DecisionTree.leaf(1))
    >>> rng = np.random.default_rng(0)
    >>> training = train_network(tree.predict, 4, rng, width=8, curriculum=[Phase(0.5, 200)])
    >>> X = sample_cube(1000, 4, rng)
    >>> bool((training.network.labels(X) == tree.predict(X)).all())
    True
    """
    curriculum = tuple(curriculum)
    if not curriculum or batch < 1 or sparsity < 0:
        raise ValueError(
            "training needs a curriculum of at least one phase, batch >= 1 and sparsity >= 0, but "
            f"the curriculum is {tuple(curriculum)}, batch = {batch} and sparsity = {sparsity}"
        )
    network = ResidualNetwork(d, rng, width=width, blocks=blocks)
    correct: list[float] = []
    total = sum(phase.steps for phase in curriculum)
    bar = tqdm(total=total, desc="training", disable=not progress, leave=False)
    with bar, _one_thread():
        for phase in curriculum:
            optimizer = torch.optim.Adam(network.parameters(), lr=learning_rate)
            schedule = torch.optim.lr_scheduler.OneCycleLR(
                optimizer, learning_rate, total_steps=phase.steps + 1, pct_start=0.1
            )
            for _ in range(phase.steps):
                X = sample_cube(batch, d, rng, bias=phase.bias)
                y = torch.from_numpy(check_labels(target(X), batch)).float()
                logits = network(torch.from_numpy(X).float())
                loss = nn.functional.binary_cross_entropy_with_logits(logits, y)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                rate = float(schedule.get_last_lr()[0])
                optimizer.step()
                schedule.step()
                if sparsity > 0:
                    with torch.no_grad():
                        weight = network.first.weight
                        weight.copy_(nn.functional.softshrink(weight, sparsity * rate))
                correct.append(float(((logits.detach() > 0) == (y == 1)).float().mean()))
                bar.update()
    recorded = len(correct) // RECORD_EVERY * RECORD_EVERY
    accuracy = np.array(correct[:recorded]).reshape(-1, RECORD_EVERY).mean(axis=1)
    return Training(network, tuple(curriculum), total * batch, accuracy)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Run torch on one thread: matrices this small are slower on two, and rounded differently."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


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
