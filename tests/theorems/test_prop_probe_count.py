"""Proposition prop-probe-count: what a beam must probe, and why literals come in pairs."""

from itertools import combinations, product

import numpy as np
import pytest

from pacdistill import sample_cube
from pacdistill.extraction import fit_probes


def grown(clauses, d):
    """All one-literal extensions of clauses, each a frozenset of (variable, value), once."""
    return {
        clause | {(i, v)}
        for clause in clauses
        for i in range(d)
        for v in (0, 1)
        if i not in {variable for variable, _ in clause}
    }


def kept_at_random(candidates, k, rng):
    every = sorted(candidates, key=sorted)
    return [every[j] for j in rng.choice(len(every), min(k, len(every)), replace=False)]


@pytest.mark.parametrize(("d", "k"), [(3, 1), (4, 3), (5, 2), (6, 7), (6, 40)])
def test_a_level_has_at_most_and_at_least_so_many_clauses(d, k):
    rng = np.random.default_rng([d, k])
    for _ in range(10):
        kept = [frozenset()]
        for length in range(3):
            extensions = grown(kept, d)
            most = 2 * len(kept) * (d - length)
            assert most <= (length + 1) * len(extensions) <= (length + 1) * most
            kept = kept_at_random(extensions, k, rng)


def test_both_bounds_of_a_level_are_met():
    d, every = 4, [frozenset(pair) for pair in product([(0, 0), (0, 1)], [(1, 0), (1, 1)])]
    assert len(grown(every[:1], d)) == 2 * (d - 2)  # one clause: nothing is probed twice
    full = [
        frozenset(zip(variables, values, strict=True))
        for variables in combinations(range(d), 2)
        for values in product((0, 1), repeat=2)
    ]
    assert 3 * len(grown(full, d)) == 2 * len(full) * (d - 2)


@pytest.mark.parametrize("d", [2, 5, 8])
def test_pairs_of_literals_are_extended_to_exactly_so_many_clauses(d):
    for k in range(0, 2 * d + 1, 2):
        kept = [frozenset({(i, v)}) for i in range(k // 2) for v in (0, 1)]
        assert len(grown(kept, d)) == 2 * k * (d - 1) - k * (k - 2) // 2
    if d > 2:  # without the pairs the count is another
        single = [frozenset({(0, 0)}), frozenset({(1, 0)})]
        assert len(grown(single, d)) != 2 * 2 * (d - 1)


@pytest.mark.parametrize("options", [{"ridge": 0}, {"ridge": 0.1}, {"norm_bound": 0.05}])
def test_both_literals_of_a_variable_are_read_equally_well_if_the_constant_is_free(options):
    rng = np.random.default_rng(0)
    X = sample_cube(60, 5, rng)
    features = rng.normal(size=(60, 4)) + X[:, :4]
    for free in (True, False):
        losses = []
        for value in (0, 1):
            targets = (value == X).astype(float)
            probes = fit_probes(features, targets, constant=free, **options)
            losses.append(((probes.predict(features) - targets) ** 2).mean(axis=0))
        assert np.allclose(*losses, rtol=1e-6) == free
