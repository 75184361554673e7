"""Lemma lem-packing: few clauses are represented by features of bounded square and probes."""

from fractions import Fraction
from itertools import combinations, product
from math import comb

import numpy as np
import pytest

from pacdistill import Clause, enumerate_cube, random_tree, tree_network
from pacdistill.extraction import fit_probes, packing_bound
from pacdistill.queries import walsh_hadamard

D = 5
CUBE = enumerate_cube(D)
SIGNS = 1.0 - 2.0 * CUBE


def clauses(k, d=D):
    return [
        Clause(tuple(zip(V, values, strict=True)))
        for V in combinations(range(d), k)
        for values in product((0, 1), repeat=k)
    ]


def characters(low, high):
    sets = [V for i in range(low, high + 1) for V in combinations(range(D), i)]
    return np.stack([SIGNS[:, list(V)].prod(axis=1) for V in sets], axis=1)


def families():
    rng = np.random.default_rng(0)
    tree = random_tree(3, D, rng)
    return {
        "noise": rng.normal(size=(32, 12)),
        "sparse": (rng.random((32, 20)) < 0.1).astype(float),
        "tree": tree_network(tree, D).activations(CUBE).astype(float),
        "characters": characters(1, 3),
        "constant and characters": np.column_stack([np.ones(32), characters(1, 2)]),
        "some clauses": np.stack([c.holds(CUBE) for c in clauses(2)[::3]], axis=1).astype(float),
    }


@pytest.mark.parametrize("name", families())
def test_all_clauses_of_5_bits(name):
    phi = families()[name]
    seen = 0
    for k, constant in product(range(4), (False, True)):
        if k == 0 and constant:
            continue
        centered = phi - phi.mean(axis=0) if constant else phi
        square = (centered**2).sum() / 32
        every = clauses(k)
        targets = np.stack([c.holds(CUBE) for c in every], axis=1).astype(float)
        sets = np.array([hash(c.variables) for c in every])
        for tau in (0.03, 0.1, 0.3, 1.0, 3.0):
            probes = fit_probes(phi, targets, ridge=0, norm_bound=tau, constant=constant)
            loss = ((probes.predict(phi) - targets) ** 2).mean(axis=0)
            for rho in (0.1, 0.5, 0.9):
                good = loss <= rho**2 * 4.0**-k
                assert len(set(sets[good])) <= 4**k * (tau**2 * square) / (1 - rho) ** 2 * 1.000001
                seen += int(good.sum())
            good = loss <= 4.0**-k / 4
            assert good.sum() <= packing_bound(k, tau, square**0.5) * 1.000001
    assert seen > 0  # there was something to count


def test_the_top_coefficient_of_each_clause():
    for k in range(D + 1):
        for clause in clauses(k):
            spectrum = walsh_hadamard(clause.holds(CUBE).astype(float))
            top = sum(1 << (D - 1 - i) for i in clause.variables)
            assert abs(spectrum[top]) == 2.0**-k


@pytest.mark.parametrize("rho", [Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)])
def test_the_bits_meet_it_exactly_at_every_loss(rho):
    """phi = the d bits as signs, probes 1/2 +- (1 - rho)/2 chi_i: the bound is the count, d."""
    w = (1 - rho) / 2
    for v, sign in product((0, 1), (1, -1)):  # x_i = v, and chi_i there
        truth = Fraction(int(v == (sign == -1)))
        residual = Fraction(1, 2) + w * sign * (-1 if v else 1) - truth
        assert residual**2 == rho**2 / 4
    for d in (1, 7, 100):
        assert 4 * w**2 * d / (1 - rho) ** 2 == d
    if rho == Fraction(1, 2):
        for constant in (3, Fraction(399, 100)):  # a smaller one is wrong
            assert constant * 8 * w**2 * 100 < 200


def test_at_the_loss_of_the_whole_character_nothing_is_bounded():
    """Without the characters of degree k every clause has the loss 4^-k, for a small norm."""
    for d in (100, 1000):
        product_squared = Fraction(2 * d, 16)  # phi = bits, k = 2, weights +-1/4 on two of them
        assert 4 * comb(d, 2) / (4 * 64 * product_squared) == Fraction(d - 1, 16)  # no bound
    every = clauses(2)
    targets = np.stack([c.holds(CUBE) for c in every], axis=1).astype(float)
    probes = fit_probes(SIGNS, targets, ridge=0)
    loss = ((probes.predict(SIGNS) - targets) ** 2).mean(axis=0)
    assert np.allclose(loss, 1 / 16)
    assert np.allclose(probes.norms, 2**0.5 / 4)
