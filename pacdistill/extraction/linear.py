"""The probes themselves: their weights, their norms and what they predict.

The searches never look at a probe's weights: they need only how much it explains, and get it from
the factorization of `probe_basis`. Where the probes themselves are the subject, they are fitted
here, all targets at once, by one eigendecomposition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pacdistill.cube import Clause
from pacdistill.extraction.probe import check_norm_bound, check_ridge, secular_root

__all__ = ["LinearProbes", "Representation", "fit_probes", "measure_representation"]


@dataclass(frozen=True, eq=False)
class LinearProbes:
    """Linear probes of m features, one for each of k targets.

    Parameters
    ----------
    weights : array of shape (m, k)
    constants : array of shape (k,)
    """

    weights: NDArray[np.float64]
    constants: NDArray[np.float64]

    @property
    def norms(self) -> NDArray[np.float64]:
        """The norms of the weights, shape (k,); the constants do not count."""
        return np.asarray(np.linalg.norm(self.weights, axis=0))

    def predict(self, features: ArrayLike) -> NDArray[np.float64]:
        """Return what the probes read from features of shape (n, m); shape (n, k)."""
        return np.asarray(np.asarray(features) @ self.weights + self.constants)


def fit_probes(
    features: ArrayLike,
    targets: ArrayLike,
    *,
    ridge: float = 1e-4,
    norm_bound: float | None = None,
    constant: bool = True,
) -> LinearProbes:
    """Fit a linear probe to each target by least squares, exactly, also under a norm bound.

    Each probe minimizes |t - c - Phi w|^2 + l |w|^2 among the weights of norm at most the bound,
    where l is the ridge times the mean squared norm of a (centered) feature. Of several minima it
    is the one of least norm.

    Parameters
    ----------
    features : array of shape (n, m), one row for each input
    targets : array of shape (n, k), a column for each target
    ridge : at least 0, relative as in `probe_basis`
    norm_bound : the largest norm |w| of a probe's weights, above 0, or None
    constant : whether there is a constant c, which is free; otherwise c = 0

    Raises
    ------
    ValueError
        If an entry is not finite, the shapes do not fit, or the ridge or the bound is out of range;
        or if n <= m + 1 and the norm is not bounded: such probes fit anything.

    Examples
    --------
    >>> phi, t = np.array([[0.0], [0.0], [2.0], [2.0]]), np.array([[0.0], [0.0], [1.0], [1.0]])
    >>> free = fit_probes(phi, t, ridge=0)
    >>> free.weights.round(6).tolist(), free.constants.round(6).tolist()
    ([[0.5]], [0.0])
    >>> bounded = fit_probes(phi, t, ridge=0, norm_bound=0.25)
    >>> bounded.norms.round(6).tolist(), bounded.predict(phi).ravel().round(6).tolist()
    ([0.25], [0.25, 0.25, 0.75, 0.75])
    """
    check_ridge(ridge)
    check_norm_bound(norm_bound)
    phi, t = _finite("features", features), _finite("targets", targets)
    n, m = phi.shape
    if len(t) != n or n == 0:
        raise ValueError(f"each of the n >= 1 inputs has a target, but {n} have {len(t)}")
    if n <= m + constant and norm_bound is None:
        raise ValueError(
            f"{n} samples are too few to probe {m} features: such a probe fits any target, so a "
            "good fit would mean nothing. Take more samples, fewer features, or bound the norm"
        )
    mean = phi.mean(axis=0) if constant else np.zeros(m)
    phi = phi - mean
    s, V = np.linalg.eigh(phi.T @ phi)
    kept = s > 1e-12 * max(s[-1], 1e-300) if m else np.zeros(0, dtype=bool)
    stiffness = s[kept] + ridge * s.sum() / max(m, 1)
    inner = V[:, kept].T @ (phi.T @ t)
    if norm_bound is None:
        mu = np.zeros(t.shape[1])
    else:
        mu = secular_root(inner**2 / stiffness[:, None], stiffness, norm_bound)
    weights = V[:, kept] @ (inner / (stiffness[:, None] + mu))
    return LinearProbes(weights, t.mean(axis=0) - mean @ weights if constant else 0.0 * mu)


@dataclass(frozen=True, eq=False)
class Representation:
    """How well probes read clauses.

    Parameters
    ----------
    clauses : the k clauses
    fits : array of shape (k,); the fraction of the variance of each clause's indicator that its
        probe explains, which is below 0 if it does worse than the mean; not a number for a clause
        that holds at all inputs or at none
    losses : array of shape (k,); the mean squared error of each probe
    norms : array of shape (k,); the norm of its weights
    """

    clauses: tuple[Clause, ...]
    fits: NDArray[np.float64]
    losses: NDArray[np.float64]
    norms: NDArray[np.float64]


def measure_representation(
    features: ArrayLike,
    X: NDArray[np.uint8],
    clauses: Sequence[Clause],
    *,
    ridge: float = 1e-4,
    norm_bound: float | None = None,
    constant: bool = True,
    fresh: tuple[ArrayLike, NDArray[np.uint8]] | None = None,
) -> Representation:
    """Probe clauses, and measure on which of them the probes succeed.

    Parameters
    ----------
    features : array of shape (n, m), such as the activations at X
    X : array of shape (n, d), entries 0 and 1
    clauses : the clauses to probe
    ridge, norm_bound, constant : of the probes, as in `fit_probes`
    fresh : other features and inputs, on which fits and losses are measured; if not given, they
        are measured on those that the probes are fitted to, where m features explain m/n of
        anything

    Raises
    ------
    ValueError
        As `fit_probes`, or if there is no clause.

    Examples
    --------
    >>> from pacdistill import enumerate_cube
    >>> X = enumerate_cube(3)
    >>> found = measure_representation(X, X, [Clause(((0, 1),)), Clause(((0, 1), (1, 1)))], ridge=0)
    >>> found.fits.round(6).tolist()      # a bit is a feature, a pair of bits is not
    [1.0, 0.666667]
    """
    if not clauses:
        raise ValueError("there is no clause to probe")
    probes = fit_probes(
        features, _indicators(X, clauses), ridge=ridge, norm_bound=norm_bound, constant=constant
    )
    features, X = (features, X) if fresh is None else fresh
    targets = _indicators(X, clauses)
    losses = ((targets - probes.predict(features)) ** 2).mean(axis=0)
    variance = targets.var(axis=0)
    unexplained = np.full(len(clauses), np.nan)
    np.divide(losses, variance, out=unexplained, where=variance > 0)
    return Representation(tuple(clauses), 1 - unexplained, losses, probes.norms)


def _indicators(X: NDArray[np.uint8], clauses: Sequence[Clause]) -> NDArray[np.float64]:
    return np.stack([clause.holds(X) for clause in clauses], axis=1).astype(np.float64)


def _finite(name: str, values: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2:
        raise ValueError(
            f"{name} must be a table, a row for each input, not of shape {array.shape}"
        )
    if not np.isfinite(array).all():
        i, j = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(f"{name} must be finite, but {name}[{i}, {j}] = {array[i, j]}")
    return array
