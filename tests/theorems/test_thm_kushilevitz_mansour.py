"""Theorem thm-kushilevitz-mansour: its identity, its list and its trees, with the constants."""

from fractions import Fraction
from itertools import combinations, product
from math import ceil, log, sqrt

import numpy as np
import pytest
from scipy.stats import binomtest

from pacdistill import enumerate_cube, random_tree
from pacdistill.queries import heavy_coefficients, heavy_pairs

D = 4
CUBE = enumerate_cube(D).astype(int)
POWERS = 2 ** np.arange(D)[::-1]
SETS = [s for k in range(D + 1) for s in combinations(range(D), k)]


def character(V, x):
    return (-1) ** sum(x[i] for i in V)


def spectrum(labels, cube=CUBE, sets=SETS):
    signs = 1 - 2 * labels.astype(int)
    return {V: (signs * (-1) ** cube[:, list(V)].sum(axis=1)).mean() for V in sets}


@pytest.mark.parametrize("seed", range(3))
def test_the_weight_of_a_bucket_is_the_expectation(seed):
    """Both sides in fractions, for every level and bucket of a random function of 3 bits."""
    d = 3
    points = list(product((0, 1), repeat=d))
    f = dict(zip(points, np.random.default_rng(seed).choice([-1, 1], size=8).tolist(), strict=True))
    sets = [V for k in range(d + 1) for V in combinations(range(d), k)]
    hat = {V: Fraction(sum(f[x] * character(V, x) for x in points), 8) for V in sets}
    for k in range(d + 1):
        heads, tails = (list(product((0, 1), repeat=r)) for r in (k, d - k))
        for S in [V for V in sets if all(i < k for i in V)]:
            weight = sum(hat[V] ** 2 for V in sets if tuple(i for i in V if i < k) == S)
            total = sum(
                f[x + z] * f[y + z] * character(S, x) * character(S, y)
                for x in heads
                for y in heads
                for z in tails
            )
            assert Fraction(total, len(heads) ** 2 * len(tails)) == weight


def is_right(found, truth, theta, kappa):
    listed = dict(zip(found.subsets, found.coefficients, strict=True))
    return (
        all(V in listed for V, c in truth.items() if abs(c) >= theta)
        and all(truth[V] ** 2 >= theta**2 / 2 for V in listed)
        and all(abs(c - truth[V]) <= kappa for V, c in listed.items())
        and len(listed) <= 2 / theta**2
    )


def runs(theta, kappa, delta, pairs, count):
    right = 0
    for seed in range(count):
        rng = np.random.default_rng([seed, 1])
        labels = random_tree(3, D, rng).predict(CUBE)
        found = heavy_coefficients(
            lambda X, labels=labels: labels[X @ POWERS],
            D,
            rng,
            threshold=theta,
            pairs=pairs,
            delta=delta,
            accuracy=kappa,
        )
        right += is_right(found, spectrum(labels), theta, kappa)
        samples = ceil(2 / kappa**2 * log(8 / (delta * theta**2)))
        m = pairs or ceil(32 / theta**4 * log(16 * D / (delta * theta**2)))
        assert found.queries in (2 * D * m, 2 * D * m + samples)
    return right


def test_the_list_is_right_with_probability_1_minus_delta():
    theta, kappa, delta = 0.5, 0.25, 0.1
    right = runs(theta, kappa, delta, None, 60)
    assert binomtest(right, 60).proportion_ci(0.98, method="exact").low > 1 - delta


def test_a_hundredth_of_the_pairs_is_too_few():
    theta, kappa, delta = 0.5, 0.25, 0.1
    few = heavy_pairs(D, theta, delta) // 100
    right = runs(theta, kappa, delta, few, 60)
    assert binomtest(right, 60).proportion_ci(0.98, method="exact").high < 1 - delta


@pytest.mark.parametrize("eps", [0.1, 0.5, 1.0])
def test_any_list_that_part_1_allows_gives_trees_their_error(eps):
    rng = np.random.default_rng(5)
    for seed in range(15):
        tree = random_tree(4, D, np.random.default_rng(seed))
        labels, truth = tree.predict(CUBE), spectrum(tree.predict(CUBE))
        theta = eps / (2 * tree.size)
        kappa = theta * sqrt(eps) / 2
        total = np.zeros(len(CUBE))
        for V, c in truth.items():
            if abs(c) >= theta or (c**2 >= theta**2 / 2 and rng.random() < 0.5):
                estimate = c + kappa * rng.choice([-1, 1])
                total += estimate * (-1) ** CUBE[:, list(V)].sum(axis=1)
        assert ((total > 0) != (labels == 0)).mean() <= eps


def test_a_threshold_above_the_coefficients_loses_the_function():
    """The majority of 3 bits has coefficients of 1/2: nothing is listed, half the cube is wrong."""

    def majority(X):
        return (X[:, :3].sum(axis=1) >= 2).astype(np.int8)

    for theta, listed in ((0.6, 0), (0.45, 4)):
        rng = np.random.default_rng(0)
        found = heavy_coefficients(majority, D, rng, threshold=theta, pairs=2_000)
        assert len(found.subsets) == listed
        X = CUBE.astype(np.uint8)
        assert (found.predict(X) != majority(X)).mean() == (0 if listed else 1 / 2)
