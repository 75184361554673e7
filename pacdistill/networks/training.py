"""How a network is taught a function: fresh examples, by a curriculum of biased bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from pacdistill.cube import check_labels, sample_cube
from pacdistill.networks.backend import nn, torch
from pacdistill.networks.residual import ResidualNetwork

__all__ = ["Phase", "Training", "train_network"]


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
    >>> from pacdistill import DecisionTree
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
