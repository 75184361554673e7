"""Proposition prop-gradient: the variance of a gradient over the parities, by torch's autograd."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
import torch

from pacdistill import enumerate_cube
from pacdistill.cube import character

D = 6
X = enumerate_cube(D)
LOSSES = {
    "signs": (4, lambda p, y: (p - y) ** 2),
    "labels": (1, lambda p, y: (p - (1 - y) / 2) ** 2),
    "logistic": (1 / 4, lambda p, y: torch.nn.functional.softplus(-y * p)),
}


def network(seed, scale):
    generator = torch.Generator().manual_seed(seed)
    shapes = [(5, D), (5,), (5,)]
    return [
        (scale * torch.randn(s, generator=generator, dtype=torch.float64)).requires_grad_()
        for s in shapes
    ]


def output(weights):
    A, b, c = weights
    return torch.tanh(torch.from_numpy(1 - 2.0 * X) @ A.T + b) @ c


def flat(gradients):
    return torch.cat([g.reshape(-1) for g in gradients]).numpy()


def variance_and_square(weights, loss, signs, masses):
    """Var over the secrets of the gradient, and E[(d_i p)^2], for each weight."""
    p, D_x = output(weights), torch.from_numpy(masses)
    gradients = [
        flat(torch.autograd.grad((D_x * loss(p, y)).sum(), weights, retain_graph=True))
        for y in torch.from_numpy(signs)
    ]
    slopes = np.array([flat(torch.autograd.grad(v, weights, retain_graph=True)) for v in p])
    return np.var(gradients, axis=0), masses @ slopes**2


def parities(k):
    return np.array([character(X, V) for V in combinations(range(D), k)], dtype=float)


UNIFORM = np.full(2**D, 2.0**-D)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("k", [1, 2, 3, 5])
@pytest.mark.parametrize(("seed", "scale"), [(0, 0.3), (1, 1.5), (2, 6.0)])
def test_the_variance_of_every_coordinate_is_within_the_bound(name, k, seed, scale):
    factor, loss = LOSSES[name]
    variance, square = variance_and_square(network(seed, scale), loss, parities(k), UNIFORM)
    assert (variance <= factor * square / comb(D, k) + 1e-15).all()


def share_of_the_bound(feature, signs, masses, name):
    """The variance of the gradient of p = w feature at w = 0, relative to its bound."""
    factor, loss = LOSSES[name]
    w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    p, D_x = w * torch.from_numpy(feature), torch.from_numpy(masses)
    gradients = [
        float(torch.autograd.grad((D_x * loss(p, y)).sum(), w, retain_graph=True)[0])
        for y in torch.from_numpy(signs)
    ]
    return np.var(gradients) / (factor * (masses @ feature**2) / len(signs))


@pytest.mark.parametrize("name", LOSSES)
def test_the_constants_may_not_be_lowered(name):
    """A derivative that is the sum of 8 parities less the sum of the other 7."""
    chi = parities(2)
    feature = (chi * np.where(np.arange(15) % 2, -1, 1)[:, None]).sum(axis=0)
    share = share_of_the_bound(feature, chi, UNIFORM, name)
    assert share == pytest.approx(1 - 1 / 225)  # the mean of the signs is 1/15


@pytest.mark.parametrize("name", LOSSES)
def test_on_biased_bits_or_for_conjunctions_it_fails(name):
    points = enumerate_cube(10)
    sets = list(combinations(range(10), 3))
    feature = 1 - 2.0 * points[:, 0]
    chi = np.array([character(points, V) for V in sets], dtype=float)
    ands = np.array([1 - 2.0 * points[:, V].all(axis=1) for V in map(list, sets)])
    uniform = np.full(2**10, 2.0**-10)
    biased = 0.1 ** points.sum(axis=1) * 0.9 ** (10 - points.sum(axis=1))
    assert share_of_the_bound(feature, chi, uniform, name) <= 1
    assert share_of_the_bound(feature, chi, biased, name) > 1.3
    assert share_of_the_bound(feature, ands, uniform, name) > 1.3
