"""What several theorems' tests share: a game with samples, and the extraction by a threshold."""

from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
import oracles
import pytest
from scipy.sparse import coo_array, hstack

from pacdistill import Clause, DecisionTree, enumerate_cube, random_tree
from pacdistill.extraction import fit_probes


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
    return oracles.linear_program(
        np.append(np.zeros(m * k), 1),
        A_ub=np.column_stack([np.array(rows), -np.ones(len(rows))]),
        b_ub=np.zeros(len(rows)),
        A_eq=hstack([sums, coo_array((m, 1))]).tocsr(),
        b_eq=np.ones(m),
    )


@pytest.fixture(scope="session")
def least_failure():
    return solve


@pytest.fixture(scope="session")
def best_possible():
    """The same for two targets, each too bad under the distribution with its own number."""
    return lambda n, masses: solve(np.eye(2), np.array(masses), n)


class Outcome(NamedTuple):
    """What the threshold search and the dynamic program did."""

    kept: set[Clause]
    probes: int
    error: float  # of the output, under the distribution of the points

    def count(self, length):
        return sum(len(clause) == length for clause in self.kept)


def extract_by_threshold(phi, y, counts, *, depth, leaves, theta, norm):
    """The algorithm of thm-extraction on all points of a cube, each with its count."""
    d = len(counts).bit_length() - 1
    cube, root = enumerate_cube(d), np.sqrt(counts / counts.sum())[:, None]
    level, kept, probes = {Clause()}, {Clause()}, 0
    for _ in range(1, depth):
        extended = (
            c.extend(i, v) for c in level for i in set(range(d)) - {*c.variables} for v in (0, 1)
        )
        probed = list(dict.fromkeys(extended))
        if not probed:
            break
        targets = np.stack([c.holds(cube) for c in probed], axis=1) * root
        fits = fit_probes(phi * root, targets, ridge=0, norm_bound=norm, constant=False)
        losses = ((fits.predict(phi * root) - targets) ** 2).sum(axis=0)
        level = {c for c, loss in zip(probed, losses, strict=True) if loss <= theta}
        kept, probes = kept | level, probes + len(probed)

    @cache
    def best(clause, a):
        rows = clause.holds(cube)
        ones, total = int(counts[rows & (y == 1)].sum()), int(counts[rows].sum())
        found = min(ones, total - ones), DecisionTree.leaf(int(2 * ones > total))
        if a > 1 and clause in kept and len(clause) < depth:
            for i in sorted(set(range(d)) - set(clause.variables)):
                for b in range(1, a):
                    halves = best(clause.extend(i, 0), b), best(clause.extend(i, 1), a - b)
                    if halves[0][0] + halves[1][0] < found[0]:
                        tree = DecisionTree.split(i, halves[0][1], halves[1][1])
                        found = halves[0][0] + halves[1][0], tree
        return found

    error = float((best(Clause(), leaves)[1].predict(cube) != y).mean())
    return Outcome(kept, probes, error)


@pytest.fixture(scope="session")
def extract():
    return extract_by_threshold


def tests_and_features(seed, depth, d, noise):
    """A tree, its nonempty internal clauses, and a disturbed unit for each of them."""
    rng = np.random.default_rng(seed)
    tree = random_tree(depth, d, rng)
    while tree.depth < depth:
        tree = random_tree(depth, d, rng)
    pairs = zip(tree.clauses(), tree.is_leaf, strict=True)
    inside = [clause for clause, leaf in pairs if not leaf and len(clause)]
    units = np.stack([clause.holds(enumerate_cube(d)) for clause in inside], axis=1)
    return tree, inside, units + noise * rng.choice([-1.0, 1.0], units.shape)


@pytest.fixture(scope="session")
def planted():
    return tests_and_features
