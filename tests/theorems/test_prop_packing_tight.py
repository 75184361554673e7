"""Proposition prop-packing-tight: the characters represent all clauses as cheaply as possible."""

from itertools import combinations, product
from math import comb

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.extraction import packing_bound

D = 6
CUBE = enumerate_cube(D).astype(int)
CHI = 1.0 - 2.0 * CUBE


def u(d, k, i):
    return (comb(k, i) * comb(d, i)) ** 0.5


def factor(d, k):
    return (1 + 2 * sum(u(d, k, i) / u(d, k, k) for i in range(1, k))) ** 2


@pytest.mark.parametrize("k", [1, 2, 3, 4])
@pytest.mark.parametrize("part", [1, 2])
def test_the_probes_of_the_proof_for_every_clause(k, part):
    sets = [S for i in range(1, k + 1) for S in combinations(range(D), i)]
    alpha = {i: 1.0 if part == 1 or i < k else 0.5 for i in range(1, k + 1)}
    loud = {
        i: 1.0 if part == 1 else (alpha[i] * (comb(k, i) / comb(D, i)) ** 0.5) ** 0.5 for i in alpha
    }
    phi = np.stack([loud[len(S)] * CHI[:, list(S)].prod(axis=1) for S in sets], axis=1)
    square = (phi**2).mean(axis=0).sum()
    norms, losses = [], []
    for V in combinations(range(D), k):
        for values in product((0, 1), repeat=k):
            truth = (CUBE[:, list(V)] == values).all(axis=1)
            w = np.zeros(len(sets))
            for j, S in enumerate(sets):
                if set(S) <= set(V):
                    sign = np.prod([-1 if values[V.index(i)] else 1 for i in S])
                    w[j] = sign * 2.0**-k * alpha[len(S)] / loud[len(S)]
            losses.append(((2.0**-k + phi @ w - truth) ** 2).mean())
            norms.append(np.linalg.norm(w))
    assert len(norms) == 2**k * comb(D, k)
    if part == 1:
        assert max(losses) < 1e-20
        assert np.allclose(np.square(norms), 4.0**-k * (2**k - 1))
        assert np.isclose(square, sum(comb(D, i) for i in range(1, k + 1)))
    else:
        assert np.allclose(losses, 4.0**-k / 4)
        claimed = 2.0**-k * (sum(u(D, k, i) for i in range(1, k)) + u(D, k, k) / 2)
        assert np.allclose(np.array(norms) * square**0.5, claimed)
        assert np.isclose(packing_bound(k, claimed, 1) / len(norms), factor(D, k))


def test_no_smaller_constant_is_right():
    assert all(factor(d, 1) == 1 for d in (1, 10, 1000))
    for k in (2, 3, 4):
        factors = [factor(10**e, k) for e in (2, 4, 6, 10)]
        assert sorted(factors, reverse=True) == factors
        assert 1 < factors[-1] < 1.001  # so 0.999 times the bound is below the count
