"""Other ways to the same numbers: what tests compare with, each with a proof that it is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import OptimizeResult, linprog


def root_of(f: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function changes its sign, by halving until no number lies between."""
    sign = np.sign(f(low))
    assert np.sign(f(high)) != sign, "the function has one sign at both ends"
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if np.sign(f(middle)) == sign else (low, middle)
    return high


def shortest(features: NDArray[Any], target: NDArray[Any], price: float) -> NDArray[np.float64]:
    """Return the w of least |t - Phi w|^2 + price |w|^2: least squares, with a row for each w_j."""
    m = features.shape[1]
    rows = np.vstack([features, np.sqrt(price) * np.eye(m)])
    return np.linalg.lstsq(rows, np.append(target, np.zeros(m)), rcond=1e-10)[0]


def least_in_ball(
    features: NDArray[Any],
    target: NDArray[Any],
    norm: float,
    *,
    ridge: float = 0.0,
    constant: bool = False,
) -> float:
    """Return the least |t - c - Phi w|^2 + ridge |w|^2 among the w of at most this norm.

    The price z of the norm is found by halving, and `check_price` proves it.
    """
    if constant:  # the best c makes the residual's mean 0
        features, target = features - features.mean(axis=0), target - target.mean()
    price = 0.0
    if np.linalg.norm(shortest(features, target, ridge)) > norm:
        dear = 2 * float(np.linalg.norm(features.T @ target)) / norm
        price = root_of(
            lambda z: norm - float(np.linalg.norm(shortest(features, target, ridge + z))), 0.0, dear
        )
    return check_price(features, target, norm, ridge, price)


def check_price(
    features: NDArray[Any], target: NDArray[Any], norm: float, ridge: float, price: float
) -> float:
    """Return the least loss in the ball, if this is the price of the norm.

    For every z >= 0 the least |t - Phi w|^2 + ridge |w|^2 + z (|w|^2 - norm^2) over all w is no
    more than the least loss in the ball, where the last term is not above 0. Any w in the ball
    has no less. So where the two meet, they are what is sought, wherever z comes from.
    """

    def loss(w: NDArray[np.float64], each: float) -> float:
        return float(((target - features @ w) ** 2).sum() + each * (w @ w))

    w = shortest(features, target, ridge + price)
    no_less = loss(w, ridge + price) - price * norm**2
    length = float(np.linalg.norm(w))
    found = loss(w if length <= norm else w * (norm / length), ridge)
    assert found - no_less <= 1e-10 * (target @ target), f"{price} is not the price of the norm"
    return found


def linear_program(
    c: ArrayLike,
    *,
    A_ub: Any = None,
    b_ub: ArrayLike | None = None,
    A_eq: Any = None,
    b_eq: ArrayLike | None = None,
    free: ArrayLike = False,
) -> float:
    """Return the least c.x with A_ub x <= b_ub, A_eq x = b_eq, and x_j >= 0 where it is not free.

    scipy's solver finds it, and `check_prices` proves it.
    """
    free = np.broadcast_to(free, len(c := np.asarray(c, dtype=float)))
    bounds = [(None if one else 0, None) for one in free]
    found = linprog(c, A_ub, b_ub, A_eq, b_eq, bounds, method="highs")
    assert found.status == 0, found.message
    check_prices(found, c, ((A_ub, b_ub), (A_eq, b_eq)), free)
    return float(found.fun)


def check_prices(
    found: OptimizeResult, c: NDArray[Any], limits: tuple[Any, Any], free: NDArray[np.bool_]
) -> None:
    """Prove by the limits' prices that no x costs less than the one that was found.

    By prices y <= 0 of the upper limits, and any of the equations, no variable is worth more than
    it costs. Then b.y <= c.x for every legal x, and with equality none costs less (weak duality).
    """
    worth, each = 0.0, np.zeros(len(c))
    for (A, b), limit in zip(limits, (found.ineqlin, found.eqlin), strict=True):
        if A is not None:
            matrix = A if hasattr(A, "toarray") else np.asarray(A, dtype=float)
            over = matrix @ found.x - b
            assert max(over if limit is found.ineqlin else abs(over)) <= 1e-9, "x is not legal"
            worth += float(np.asarray(b) @ limit.marginals)
            each += matrix.T @ limit.marginals
    assert max(found.ineqlin.marginals, default=0) <= 1e-9, "a limit's price is of the wrong sign"
    assert (found.x >= -1e-9)[~free].all(), "x is not legal"
    profit = np.where(free, abs(each - c), each - c)
    assert max(profit) <= 1e-9, "a variable is worth more than it costs"
    assert abs(c @ found.x - worth) <= 1e-9 * max(1, abs(worth)), "the prices do not come to c.x"
