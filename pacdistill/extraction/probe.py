"""Linear probes: how well does a weighted sum of the activations read a function?

A probe of a target t is the least-squares fit of t by the activations and a constant. None is
ever fitted one by one: the activations are factorized once, into columns Q such that the part of
a target that they explain has squared norm |Q^T t|^2. From then on a probe is one inner product
with each column, and a thousand probes are one matrix product.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pacdistill.blocks import row_blocks, take_rows

__all__ = ["ProbeBasis", "clause_scores", "probe_basis"]


@dataclass(frozen=True, eq=False)
class ProbeBasis:
    """The activations of n inputs, factorized once for all probes.

    Parameters
    ----------
    columns : array of shape (n, k + 1); the first is the constant 1/sqrt(n), the others are
        orthogonal to it and, without ridge, orthonormal
    stiffness : array of shape (k,); s + l for each column but the first, with s the squared
        singular value that belongs to it and l the ridge
    ridge : the ridge that was used, relative to the mean squared norm of a feature
    norm_bound : the largest norm of a probe's weights on the features, or None
    """

    columns: NDArray[np.floating[Any]]
    stiffness: NDArray[np.float64]
    ridge: float
    norm_bound: float | None = None

    def explained(self, targets: NDArray[Any], rows: NDArray[Any]) -> NDArray[np.float64]:
        """Return how much of the squared norm of each target a probe explains.

        Parameters
        ----------
        targets : array of shape (len(rows), k); a column for each target, which is 0 off the rows
        rows : the inputs on which the targets may differ from 0: their numbers, or a mask

        Returns
        -------
        array of shape (k,); at most the squared norms of the targets

        Examples
        --------
        >>> basis = probe_basis([[0.0], [0.0], [1.0], [1.0]], ridge=0)
        >>> target = np.array([[1.0], [1.0], [3.0], [3.0]])
        >>> basis.explained(target, np.arange(4)).round(6)     # all of 1 + 1 + 9 + 9
        array([20.])
        """
        columns = self.columns[_row_numbers(rows)].astype(np.float64, copy=False)
        return self.energy(columns.T @ targets)

    def products(
        self, X: NDArray[Any], rows: NDArray[Any], weights: NDArray[Any] | None = None
    ) -> NDArray[np.float64]:
        """Return Q[rows]^T diag(weights) [1 X[rows]]: one matrix product, and so many probes.

        Parameters
        ----------
        X : array of shape (n, d)
        rows : the inputs that count: their numbers, or a mask
        weights : array of shape (len(rows),); 1 if not given

        Returns
        -------
        array of shape (k + 1, d + 1); the first column belongs to the constant 1, the others to
        the variables

        Examples
        --------
        >>> basis = probe_basis([[0.0], [0.0], [1.0], [1.0]], ridge=0)
        >>> basis.products(np.array([[0], [1], [0], [1]]), np.array([1, 2, 3])).round(6).tolist()
        [[1.5, 1.0], [0.5, 0.0]]
        """
        rows = _row_numbers(rows)
        total = np.zeros((self.columns.shape[1], X.shape[1] + 1), dtype=np.float64)
        for block in row_blocks(len(rows)):
            # In double precision, so that scores are the same on every machine to 13 digits.
            columns = take_rows(self.columns, rows[block]).astype(np.float64, copy=False)
            bits = take_rows(X, rows[block]).astype(np.float64)
            scale = np.ones(len(bits)) if weights is None else weights[block]
            total[:, 0] += scale @ columns
            if weights is not None and columns.shape[1] < bits.shape[1]:  # the narrower is scaled
                columns = columns * scale[:, None]
            elif weights is not None:
                bits *= scale[:, None]
            total[:, 1:] += (bits.T @ columns).T  # faster than columns.T @ bits
        return total

    def energy(self, inner: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the explained squared norm of targets whose products with Q are known.

        Without a norm bound it is |Q^T t|^2. With the bound tau it is, by duality, the least
        value over mu >= 0 of the energy that ridge l + mu explains, plus mu tau^2: one equation
        in one unknown for each target, the secular equation.

        Parameters
        ----------
        inner : array of shape (columns, k), from `products`

        Returns
        -------
        array of shape (k,)
        """
        squares = inner[1:] ** 2
        if self.norm_bound is not None:
            mu = secular_root(squares, self.stiffness, self.norm_bound)
            p = self.stiffness[:, None]
            squares = squares * (p / (p + mu))
            return np.asarray(inner[0] ** 2 + squares.sum(axis=0) + mu * self.norm_bound**2)
        return np.asarray(inner[0] ** 2 + squares.sum(axis=0))


def probe_basis(
    features: ArrayLike | Iterable[ArrayLike],
    *,
    ridge: float = 1e-4,
    norm_bound: float | None = None,
    out: NDArray[np.floating[Any]] | None = None,
) -> ProbeBasis:
    """Factorize activations once, so that a probe is an inner product.

    With Phi the centered features and Phi^T Phi = V diag(s) V^T, the columns are
    Phi V diag(s + l)^(-1/2), where l = ridge * mean(s): the energy |Q^T t|^2 that they explain
    is |t|^2 minus the least value of |t - c - Phi w|^2 + l |w|^2 over c and w, the ridge loss.
    Only the m x m matrix Phi^T Phi is factorized, and the features are read once, block by block.

    Parameters
    ----------
    features : array of shape (n, m), one row for each input, n > m + 1 unless the norm is
        bounded; or, if `out` is given, an iterable of blocks of its rows
    ridge : at least 0; a small one makes the result insensitive to directions in which the
        features hardly vary
    norm_bound : the largest norm |w| of a probe's weights, above 0; the constant c is free
    out : array of shape (n, m + 1) for the columns, float64 (float32 halves the memory, and scores
        then hold to 6 digits only); a memory-mapped one lets n exceed the memory. The features may
        stand in it already, after its first column

    Raises
    ------
    ValueError
        If an entry is not finite, there are too few samples for m features, the blocks do not
        fill `out`, or the ridge or the norm bound is out of range.

    Examples
    --------
    >>> basis = probe_basis([[0.0], [0.0], [2.0], [2.0]], ridge=0, norm_bound=0.25)
    >>> target = np.array([[0.0], [0.0], [1.0], [1.0]])     # w = 1/2 would explain it all
    >>> basis.explained(target, np.arange(4)).round(6)      # w = 1/4 leaves a residual of 1/4
    array([1.75])
    """
    check_ridge(ridge)
    check_norm_bound(norm_bound)
    blocks: Iterable[ArrayLike] = features  # type: ignore[assignment]
    if out is None or isinstance(features, np.ndarray):
        phi = np.asarray(features)
        if phi.ndim != 2 or phi.shape[0] == 0:
            raise ValueError(f"features must have shape (n, m) with n >= 1, not {phi.shape}")
        blocks = (phi[block] for block in row_blocks(len(phi)))
        if out is None:
            out = np.empty((phi.shape[0], phi.shape[1] + 1))
    n, m = out.shape[0], out.shape[1] - 1
    if n <= m + 1 and norm_bound is None:
        raise ValueError(
            f"{n} samples are too few to probe {m} features: a linear probe of m features and a "
            "constant fits any target on n <= m + 1 samples, so a good fit would mean nothing. "
            "A ridge only shrinks such a fit, it does not make it mean more. Take more samples "
            "(ten for each feature serve well), probe a narrower layer, or bound the norm"
        )
    mean, gram = _store_and_sum(blocks, out)
    s, V = np.linalg.eigh(gram)
    kept = s > 1e-12 * max(s[-1], 1e-300) if m else np.zeros(0, dtype=bool)
    stiffness = s[kept] + ridge * s.sum() / max(m, 1)
    to_columns = V[:, kept] / np.sqrt(stiffness)
    k = int(kept.sum())
    for block in row_blocks(n):
        out[block, 1 : k + 1] = (out[block, 1:] - mean) @ to_columns
    out[:, 0] = n**-0.5
    return ProbeBasis(out[:, : k + 1], stiffness, ridge, norm_bound)


def _store_and_sum(
    blocks: Iterable[ArrayLike], out: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Write the features into `out`, after its first column; return their mean and scatter."""
    n, m = out.shape[0], out.shape[1] - 1
    shift, total, gram = np.zeros(m), np.zeros(m), np.zeros((m, m))
    varies = np.zeros(m, dtype=bool)
    row = 0
    for given in blocks:
        block = np.asarray(given, dtype=np.float64)
        if block.ndim != 2 or block.shape[1] != m or row + len(block) > n:
            raise ValueError(
                f"the blocks are to fill {n} rows of {m} features, but after {row} rows there is "
                f"one of shape {block.shape}"
            )
        if not np.isfinite(block).all():
            i, j = np.argwhere(~np.isfinite(block))[0]
            raise ValueError(
                f"activations must be finite, but activations[{row + i}, {j}] = {block[i, j]}; "
                "a network whose training diverged has such ones"
            )
        out[row : row + len(block), 1:] = block
        if row == 0:
            shift, first = block.mean(axis=0), block[0]  # sums near 0 lose no digits
        varies |= (block != first).any(axis=0)
        row += len(block)
        block = block - shift
        total += block.sum(axis=0)
        gram += block.T @ block
    if row < n:
        raise ValueError(f"the blocks hold {row} rows, but {n} are to be filled")
    gram -= np.outer(total, total) / n
    gram *= varies[:, None] & varies  # where rounding left a dead unit a trace
    return shift + total / n, gram


def secular_root(
    squares: NDArray[np.float64], stiffness: NDArray[np.float64], norm_bound: float
) -> NDArray[np.float64]:
    """Solve sum_j p_j squares_j / (p_j + mu)^2 = tau^2 for mu >= 0, for all targets at once.

    The left side is the squared norm of the probe of ridge l + mu. Where it is below tau^2 at
    mu = 0 the bound does not bind, and mu is 0. Newton's method on 1/norm, which is concave in mu
    [MoreSorensen83], rises to the root from the left and never beyond it.

    Parameters
    ----------
    squares : array of shape (k, targets)
    stiffness : the p_j, shape (k,)
    norm_bound : tau

    Returns
    -------
    array of shape (targets,)
    """
    p = stiffness[:, None]
    mu = np.zeros(squares.shape[1])
    for _ in range(100):
        terms = p * squares / (p + mu) ** 2
        norm = np.sqrt(terms.sum(axis=0))
        bound = norm > norm_bound * (1 + 1e-12)
        if not bound.any():
            break
        # d(1/norm)/dmu = sum of terms / (p + mu), over norm^3
        slope = (terms / (p + mu)).sum(axis=0)
        step = np.divide(norm**2 * (norm / norm_bound - 1), slope, where=bound, out=0 * mu)
        mu += step
    return mu


def _row_numbers(rows: NDArray[Any]) -> NDArray[np.intp]:
    """Return the numbers of the rows that a mask or a list of row numbers selects."""
    selected = np.asarray(rows)
    if selected.dtype == np.bool_:
        return np.flatnonzero(selected)
    return selected.astype(np.intp, copy=False)


def check_ridge(ridge: float) -> None:
    """Say what is wrong with a ridge that is negative or no finite number."""
    if not 0 <= ridge < np.inf:
        raise ValueError(f"ridge must be at least 0 and finite, but it is {ridge}")


def check_norm_bound(norm_bound: float | None) -> None:
    """Say what is wrong with a norm bound that is not a positive finite number."""
    if norm_bound is not None and not 0 < norm_bound < np.inf:
        raise ValueError(f"norm_bound must be above 0 and finite, but it is {norm_bound}")


def clause_scores(
    basis: ProbeBasis, X: NDArray[np.uint8], rows: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Probe all one-literal extensions of a clause with one matrix product.

    The indicator of a clause C extended by x_i = 1 is 1_C x_i, and extended by x_i = 0 it is
    1_C minus that. So the product Q[rows of C]^T X[rows of C] gives both for every i.

    Parameters
    ----------
    basis : of shape (n, k)
    X : array of shape (n, d)
    rows : the inputs at which C holds: their numbers, or a mask

    Returns
    -------
    scores : array of shape (2, d); entry (v, i) is the fraction of the variance of the
        indicator of C and x_i = v that a probe explains (0 where it is constant)
    counts : array of shape (2, d); at how many inputs the extended clause holds

    Raises
    ------
    ValueError
        If X has not as many rows as the basis.

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.uint8)
    >>> basis = probe_basis(X[:, :1], ridge=0)      # the features are the first bit
    >>> clause_scores(basis, X, np.arange(4))[0].round(6).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    n = check_rows(basis, X)
    rows = _row_numbers(rows)
    products = basis.products(X, rows)
    inner = np.stack([products[:, :1] - products[:, 1:], products[:, 1:]])
    count_one = X[rows].sum(axis=0, dtype=np.int64)
    counts = np.stack([len(rows) - count_one, count_one])
    variance = counts - counts**2 / n
    inner[:, 0] = 0.0  # what is explained without the constant column is the explained variance
    explained = np.stack([basis.energy(inner[v]) for v in (0, 1)])
    scores = np.divide(explained, variance, out=np.zeros_like(explained), where=variance > 0)
    return scores, counts


def check_rows(basis: ProbeBasis, X: NDArray[Any]) -> int:
    """Return the number of rows of X, which must be that of the basis."""
    if X.ndim != 2 or len(X) != len(basis.columns):
        raise ValueError(
            f"X must have a row for each of the {len(basis.columns)} inputs of the basis, but its "
            f"shape is {X.shape}"
        )
    return len(X)
