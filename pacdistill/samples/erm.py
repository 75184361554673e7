"""Empirical risk minimization: the concept of a class that errs least on a sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pacdistill.blocks import row_blocks
from pacdistill.cube import check_labels
from pacdistill.samples.concepts import check_class

__all__ = ["erm"]

BLOCK = 2**22  # entries of a table of errors, samples by concepts


def erm(
    concepts: ArrayLike,
    points: ArrayLike,
    labels: ArrayLike,
    rng: np.random.Generator | None = None,
) -> NDArray[np.intp]:
    """Return a concept with the fewest errors on a labeled sample, or one for each of many samples.

    Parameters
    ----------
    concepts : array of shape (k, N), entries 0 and 1
    points : numbers of the sample's points, shape (n,), or (samples, n) for many samples at once
    labels : 0 or 1 for each of the points, of the same shape
    rng : draws one of the best concepts where several are; the first of them is taken without it

    Returns
    -------
    number of a concept, an array of shape () or (samples,)

    Raises
    ------
    ValueError
        If the class is malformed, a point is not one of its N, a label is neither 0 nor 1, or the
        shapes do not fit.

    Examples
    --------
    >>> thresholds = [[0, 0, 0], [0, 0, 1], [0, 1, 1], [1, 1, 1]]
    >>> int(erm(thresholds, points=[0, 2], labels=[0, 1]))
    1
    >>> erm(thresholds, points=[[0, 2], [1, 1]], labels=[[1, 1], [0, 0]]).tolist()
    [3, 0]
    """
    table = check_class(concepts)
    N = table.shape[1]
    sample = np.asarray(points)
    if sample.size == 0:
        sample = sample.astype(np.intp)
    if sample.ndim not in (1, 2) or sample.dtype.kind not in "iu":
        raise ValueError(
            "a sample is a list of numbers of points, or a table with a row for each sample, but "
            f"its shape is {sample.shape} and its type {sample.dtype}"
        )
    if sample.size and not 0 <= sample.min() <= sample.max() < N:
        raise ValueError(
            f"the class has the points 0 to {N - 1}, but the sample has points from "
            f"{sample.min()} to {sample.max()}"
        )
    given = np.asarray(labels)
    if given.shape != sample.shape:
        raise ValueError(
            f"each point needs a label, but the points have shape {sample.shape} and the labels "
            f"{given.shape}"
        )
    given = check_labels(given.ravel(), given.size).reshape(given.shape)

    samples, given = np.atleast_2d(sample), np.atleast_2d(given)
    best = np.empty(len(samples), dtype=np.intp)
    transposed = table.T.astype(float)
    for block in row_blocks(len(samples), max(1, BLOCK // len(table))):
        points_of, labels_of = samples[block], given[block]
        # How often each sample has each point with the label 0, and with the label 1.
        seen = np.zeros((2, len(points_of), N))
        np.add.at(seen, (labels_of, np.arange(len(points_of))[:, None], points_of), 1)
        errors = (seen[0] - seen[1]) @ transposed + seen[1].sum(axis=1, keepdims=True)
        if rng is not None:  # errors are whole numbers, so that only ties change
            errors += rng.uniform(0, 0.5, errors.shape)
        best[block] = errors.argmin(axis=1)
    return best.reshape(sample.shape[:-1])
