"""Linear probes: how well does a weighted sum of the activations read a function?

A probe of a target t is the least-squares fit of t by the activations and a constant. None is
ever fitted one by one: the activations are factorized once, into columns Q such that the part of
a target that they explain has squared norm |Q^T t|^2. From then on a probe is one inner product
with each column, and a thousand probes are one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["ProbeBasis", "clause_scores", "probe_basis"]


@dataclass(frozen=True)
class ProbeBasis:
    """The activations of n inputs, factorized once for all probes.

    Parameters
    ----------
    columns : array of shape (n, k + 1); the first is the constant 1/sqrt(n), the others are
        orthogonal to it and, without ridge, orthonormal
    ridge : the ridge that was used, relative to the mean squared norm of a feature
    """

    columns: NDArray[np.float64]
    ridge: float

    def explained(
        self, targets: NDArray[np.float64], rows: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Return |Q^T t|^2 for targets that vanish off the given rows.

        Parameters
        ----------
        targets : array of shape (len(rows), k); a column for each target
        rows : the inputs on which the targets may differ from 0

        Returns
        -------
        array of shape (k,); at most the squared norms of the targets
        """
        inner = self.columns[_row_numbers(rows)].T @ targets
        return np.asarray(np.einsum("ij,ij->j", inner, inner))


def probe_basis(features: ArrayLike, *, ridge: float = 1e-4) -> ProbeBasis:
    """Factorize activations once, so that a probe is an inner product.

    With Phi the centered features and Phi^T Phi = V diag(s) V^T, the columns are
    Phi V diag(s + l)^(-1/2), where l = ridge * mean(s): the energy |Q^T t|^2 that they explain
    is |t|^2 minus the least value of |t - c - Phi w|^2 + l |w|^2 over c and w, the ridge loss.

    Parameters
    ----------
    features : array of shape (n, m), one row for each input, n > m + 1
    ridge : at least 0; a small one makes the result insensitive to directions in which the
        features hardly vary

    Raises
    ------
    ValueError
        If an entry is not finite, or there are too few samples for m features.

    Examples
    --------
    >>> basis = probe_basis([[0.0], [0.0], [1.0], [1.0]], ridge=0)
    >>> target = np.array([[1.0], [1.0], [3.0], [3.0]])
    >>> basis.explained(target, np.arange(4)).round(6)     # all of 1 + 1 + 9 + 9
    array([20.])
    """
    phi = np.asarray(features, dtype=np.float64)
    if phi.ndim != 2 or phi.shape[0] == 0:
        raise ValueError(f"features must have shape (n, m) with n >= 1, not {phi.shape}")
    check_ridge(ridge)
    if not np.isfinite(phi).all():
        i, j = np.argwhere(~np.isfinite(phi))[0]
        raise ValueError(
            f"activations must be finite, but activations[{i}, {j}] = {phi[i, j]}; "
            "a network whose training diverged has such ones"
        )
    n, m = phi.shape
    if n <= m + 1:
        raise ValueError(
            f"{n} samples are too few to probe {m} features: a linear probe of m features and a "
            "constant fits any target on n <= m + 1 samples, so a good fit would mean nothing. "
            "A ridge only shrinks such a fit, it does not make it mean more. Take more samples "
            "(ten for each feature serve well) or probe a narrower layer"
        )
    centered = phi - phi.mean(axis=0)
    centered[:, (phi == phi[0]).all(axis=0)] = 0.0  # where rounding left a dead unit a trace
    s, V = np.linalg.eigh(centered.T @ centered)
    kept = s > 1e-12 * max(s[-1], 1e-300) if m else np.zeros(0, dtype=bool)
    scale = np.sqrt(s[kept] + ridge * s.sum() / max(m, 1))
    constant = np.full((n, 1), n**-0.5)
    return ProbeBasis(np.hstack([constant, centered @ (V[:, kept] / scale)]), ridge)


def _row_numbers(rows: NDArray[Any]) -> NDArray[np.intp]:
    """Return the numbers of the rows that a mask or a list of row numbers selects."""
    selected = np.asarray(rows)
    return np.flatnonzero(selected) if selected.dtype == np.bool_ else selected.astype(np.intp)


def check_ridge(ridge: float) -> None:
    """Say what is wrong with a ridge that is negative or no number."""
    if not ridge >= 0:
        raise ValueError(f"ridge must be at least 0, but it is {ridge}")


def clause_scores(
    basis: ProbeBasis, X: NDArray[np.uint8], rows: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Probe all one-literal extensions of a clause with one matrix product.

    The indicator of a clause C extended by x_i = 1 is 1_C x_i, and extended by x_i = 0 it is
    1_C minus that. So the product Q[rows of C]^T X[rows of C] gives both for every i.

    Parameters
    ----------
    basis : of shape (n, k)
    X : array of shape (n, d)
    rows : the inputs at which C holds

    Returns
    -------
    scores : array of shape (2, d); entry (v, i) is the fraction of the variance of the
        indicator of C and x_i = v that a probe explains (0 where it is constant)
    counts : array of shape (2, d); at how many inputs the extended clause holds
    """
    n = len(basis.columns)
    rows = _row_numbers(rows)
    columns, bits = basis.columns[rows], X[rows].astype(np.float64)
    ones = columns.T @ bits
    inner = np.stack([columns.sum(axis=0)[:, None] - ones, ones])
    # Without the constant column: what is left is the explained variance.
    explained = np.einsum("vij,vij->vj", inner[:, 1:], inner[:, 1:])
    count_one = bits.sum(axis=0)
    counts = np.stack([len(rows) - count_one, count_one])
    variance = counts - counts**2 / n
    scores = np.divide(explained, variance, out=np.zeros_like(explained), where=variance > 0)
    return scores, counts.astype(np.int64)
