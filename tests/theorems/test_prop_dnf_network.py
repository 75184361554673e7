"""Proposition prop-dnf-network: one ReLU unit a term computes the DNF, but need not show it."""

from itertools import combinations, product

import numpy as np
import pytest

from pacdistill import Clause, enumerate_cube, random_tree
from pacdistill.networks import dnf_network
from pacdistill.reductions import DNF, tree_to_dnf

TERMS = [
    Clause(tuple((i, v) for i, v in enumerate(row) if v is not None))
    for row in product((None, 0, 1), repeat=3)
]
X10 = enumerate_cube(10)


def probe_error(features, f):
    phi = np.column_stack([np.ones(len(features)), features])
    return ((phi @ np.linalg.lstsq(phi, f, rcond=1e-10)[0] - f) ** 2).mean()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_all_dnfs_of_at_most_two_terms_on_3_bits(count):
    X = enumerate_cube(3)
    for terms in combinations(TERMS, count):
        truth = [any(all(x[i] == v for i, v in t.literals) for t in terms) for x in X]
        number = [sum(all(x[i] == v for i, v in t.literals) for t in terms) for x in X]
        network = dnf_network(DNF(terms), 3)
        assert network.labels(X).tolist() == [int(t) for t in truth]
        assert network.logits(X).tolist() == [n - 0.5 for n in number]


def test_all_65536_functions_of_4_bits_from_all_of_their_terms():
    """One network has a unit for each of the 81 terms; a function sums those that imply it."""
    X = enumerate_cube(4)
    terms = tuple(
        Clause(tuple((i, v) for i, v in enumerate(row) if v is not None))
        for row in product((None, 0, 1), repeat=4)
    )
    units = dnf_network(DNF(terms), 4).activations(X)
    held = np.stack([[all(x[i] == v for i, v in t.literals) for x in X] for t in terms], axis=1)
    assert np.array_equal(units, held)
    tables = np.arange(2**16)[:, None] >> np.arange(16) & 1
    implies = (1.0 - tables) @ held == 0  # the terms that hold nowhere outside the function
    assert np.array_equal(implies.astype(float) @ units.T - 0.5 > 0, tables == 1)


@pytest.mark.parametrize("seed", range(8))
def test_random_dnfs_on_10_bits(seed):
    rng = np.random.default_rng(seed)
    terms = tuple(
        Clause(tuple((int(i), int(rng.integers(2))) for i in rng.choice(10, w, replace=False)))
        for w in rng.integers(1, 6, 7)
    )
    truth = np.any([t.holds(X10) for t in terms], axis=0)
    network = dnf_network(DNF(terms), 10)
    assert np.array_equal(network.labels(X10), truth)
    assert network.activations(X10).shape == (1024, 7)
    # Without a unit another function comes out, unless its term was covered by the others.
    for k in range(7):
        rest = np.any([t.holds(X10) for t in (*terms[:k], *terms[k + 1 :])], axis=0)
        reduced = network.activations(X10).sum(axis=1) - network.activations(X10)[:, k]
        assert np.array_equal(reduced > 0.5, rest)


@pytest.mark.parametrize("seed", range(5))
def test_terms_that_exclude_each_other_add_up_to_the_function(seed):
    tree = random_tree(4, 10, np.random.default_rng(seed))
    network = dnf_network(tree_to_dnf(tree), 10)
    assert np.array_equal(network.activations(X10).sum(axis=1), tree.predict(X10))


@pytest.mark.parametrize("m", [1, 2, 3, 4, 5])
def test_the_error_of_the_best_probe_for_an_or(m):
    X = enumerate_cube(m)
    f = X.any(axis=1).astype(float)
    network = dnf_network(DNF(tuple(Clause(((j, 1),)) for j in range(m))), m)
    assert np.array_equal(network.labels(X), f)
    error = probe_error(network.activations(X), f)
    assert error == pytest.approx((2**m - 1 - m) / 4**m, abs=1e-7)
    assert (error > 1e-4) == (m >= 2)  # so (2) needs terms that exclude each other
