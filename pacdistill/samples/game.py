"""The zero-sample game: what a distiller can promise who sees the source and no sample at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

from pacdistill.samples.frontier import disagreement_sets

__all__ = ["ZeroSampleGame", "zero_sample_game"]

ROUNDING = 1e-7


@dataclass(frozen=True)
class ZeroSampleGame:
    """The solution of a zero-sample game.

    Parameters
    ----------
    value : the least worst-case expected error
    distiller : probability of each concept in an optimal mixture, shape (k,); of several optimal
        ones, here and below, that which the solver comes upon
    adversary : probability of each point in an optimal mixture of point masses, shape (N,); all
        zeros if the adversary has no legal point, and then the value is 0
    legal : whether some concept agrees with the source at the point, shape (N,)
    """

    value: float
    distiller: NDArray[np.float64]
    adversary: NDArray[np.float64]
    legal: NDArray[np.bool_]


def zero_sample_game(concepts: ArrayLike, f: ArrayLike) -> ZeroSampleGame:
    """Solve the game of a distiller without samples against an adversary, by linear programming.

    The distiller draws a concept g. The adversary puts all mass on a point x where some concept
    agrees with the source f, so that perfect distillation is asked for. The distiller pays 1 if
    g(x) differs from f(x).

    Parameters
    ----------
    concepts : array of shape (k, N), entries 0 and 1
    f : the source's labels, shape (N,), 0 and 1

    Returns
    -------
    ZeroSampleGame
        The two mixtures prove each other optimal up to 1e-7, which is checked.

    Raises
    ------
    ValueError
        If the class or the source is malformed.
    RuntimeError
        If the solver found no optimal mixtures.

    Examples
    --------
    >>> game = zero_sample_game([[1, 0, 0], [0, 1, 0], [0, 0, 1]], f=[0, 0, 0])
    >>> round(game.value, 6), game.distiller.round(6).tolist()
    (0.333333, [0.333333, 0.333333, 0.333333])
    """
    errors = disagreement_sets(concepts, f).astype(float)
    legal = (errors == 0).any(axis=0)
    k, points = len(errors), np.flatnonzero(legal)
    adversary = np.zeros(errors.shape[1])
    if len(points) == 0:
        return ZeroSampleGame(0.0, np.full(k, 1 / k), adversary, legal)
    # Least v such that the mixture's error is at most v at each legal point. Variables: p, v.
    solution = linprog(
        c=np.append(np.zeros(k), 1),
        A_ub=np.column_stack([errors[:, points].T, -np.ones(len(points))]),
        b_ub=np.zeros(len(points)),
        A_eq=np.append(np.ones(k), 0)[None, :],
        b_eq=[1],
        bounds=[(0, None)] * k + [(None, None)],
        method="highs",
    )
    if not solution.success:
        raise RuntimeError(f"the zero-sample game was not solved: {solution.message}")
    distiller = _mixture(solution.x[:-1])
    # The price of a point's constraint is the point's probability.
    adversary[points] = _mixture(-solution.ineqlin.marginals)
    promised, forced = (distiller @ errors)[points].max(), (errors @ adversary).min()
    if not promised - forced <= ROUNDING:  # also where a number is NaN
        raise RuntimeError(
            f"the mixtures do not prove each other optimal: the distiller's promises {promised}, "
            f"the adversary's forces only {forced}"
        )
    return ZeroSampleGame(float(promised), distiller, adversary, legal)


def _mixture(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities: rounding may have left a sum of almost 1, and weights almost 0."""
    positive = np.maximum(weights, 0.0)
    return np.asarray(positive / positive.sum())
