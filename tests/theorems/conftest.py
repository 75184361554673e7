"""What several theorems' tests share: a game with samples, solved over all distillers."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_array, hstack


def solve(fails, masses, n):
    """The least failure that a randomized distiller can promise with n samples.

    A distiller is a distribution over the k targets for each sequence of n points. `fails[g, D]`
    tells whether the target g is too bad under D, `masses[D]` are the probabilities of the points.
    """
    k, points = len(fails), range(masses.shape[1])
    samples = np.array(list(product(points, repeat=n)), dtype=int).reshape(len(points) ** n, n)
    chance = np.prod(masses[:, samples], axis=2)  # of each sequence, for each D
    m = len(samples)
    # Variables: p[sample, g], then v. For each D: sum chance[D, S] p[S, g] fails[g, D] <= v.
    rows = [np.outer(each, bad).ravel() for each, bad in zip(chance, fails.T, strict=True)]
    sums = coo_array((np.ones(m * k), (np.repeat(np.arange(m), k), np.arange(m * k))))
    solution = linprog(
        np.append(np.zeros(m * k), 1),
        A_ub=np.column_stack([np.array(rows), -np.ones(len(rows))]),
        b_ub=np.zeros(len(rows)),
        A_eq=hstack([sums, coo_array((m, 1))]).tocsr(),
        b_eq=np.ones(m),
        method="highs",
    )
    assert solution.success
    return solution.fun


@pytest.fixture(scope="session")
def least_failure():
    return solve


@pytest.fixture(scope="session")
def best_possible():
    """The same for two targets, each too bad under the distribution with its own number."""
    return lambda n, masses: solve(np.eye(2), np.array(masses), n)
