"""Proposition prop-norm-bounded-probe: least squares under a bound on the norm."""

import numpy as np
import oracles
import pytest

from pacdistill.extraction import fit_probes


def parts(phi, y):
    Q, s, Vt = np.linalg.svd(phi, full_matrices=False)
    kept = s > 1e-10
    return s[kept], Q[:, kept].T @ y, Vt[kept].T


def w_of(s, c, V, price):
    return V @ (s * c / (s**2 + price))


@pytest.mark.parametrize("seed", range(10))
def test_the_minimizer_is_that_which_duality_proves(seed):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(3, 12)), int(rng.integers(1, 5))
    phi, y = rng.normal(size=(n, m)), rng.normal(size=n)
    if seed % 3 == 0 and m > 1:
        phi[:, -1] = phi[:, 0]  # many minimizers
    s, c, V = parts(phi, y)
    free = np.linalg.norm(w_of(s, c, V, 0))
    assert np.isclose(
        free, np.linalg.norm(np.linalg.pinv(phi, rcond=1e-10) @ y)
    )  # the shortest one
    for share in (0.3, 0.9, 1.5):
        tau = share * free
        price = 0.0
        if share < 1:
            price = oracles.root_of(lambda z: np.linalg.norm(w_of(s, c, V, z)) - tau, 0, 1e6)  # noqa: B023
        w = w_of(s, c, V, price)
        loss = ((phi @ w - y) ** 2).sum()
        assert np.isclose(loss, y @ y - c @ c + ((price / (s**2 + price) * c) ** 2).sum())  # (3)
        assert abs(loss - oracles.least_in_ball(phi, y, tau)) < 1e-9 * (y @ y)
        ours = fit_probes(phi, y[:, None], ridge=0, norm_bound=tau, constant=False)
        assert np.allclose(ours.weights[:, 0], w, atol=1e-7)
        assert np.isclose(ours.norms[0], min(tau, free))
        # The free probe, shortened, is another one.
        if share < 1 and len(s) > 1:
            assert loss < ((phi @ (w_of(s, c, V, 0) * share) - y) ** 2).sum() - 1e-9


def newton(s, c, tau, price, steps):
    path = [price]
    for _ in range(steps):
        a = s**2 * c**2
        N = np.sqrt((a / (s**2 + price) ** 2).sum())
        slope = (a / (s**2 + price) ** 3).sum() / N**3  # of 1/N
        price = price + (1 / tau - 1 / N) / slope
        path.append(price)
    return np.array(path)


@pytest.mark.parametrize("seed", range(30))
def test_newton_rises_to_the_solution_and_never_beyond(seed):
    rng = np.random.default_rng(seed)
    s, c = np.exp(rng.uniform(-4, 3, 6)), rng.normal(size=6)
    tau = float(rng.uniform(0.01, 0.99)) * np.linalg.norm(c / s)
    root = oracles.root_of(lambda z: np.sqrt((s**2 * c**2 / (s**2 + z) ** 2).sum()) - tau, 0, 1e9)
    path = newton(s, c, tau, 0.0, 60)
    rises = np.diff(path)
    assert (rises[: (path < root * (1 - 1e-9)).sum()] > 0).all()
    assert (path <= root * (1 + 1e-9)).all()
    assert path[-1] == pytest.approx(root, rel=1e-8)


def test_from_the_right_newton_may_leave_the_domain():
    s, c = np.array([3.0, 1.0, 0.1]), np.ones(3)
    assert newton(s, c, 0.5, 100.0, 1)[1] < 0


def test_a_target_without_a_part_in_the_features_gets_the_probe_zero():
    phi = np.array([[1.0], [1.0], [-1.0], [-1.0]])
    probe = fit_probes(phi, [[1.0], [-1.0], [1.0], [-1.0]], ridge=0, norm_bound=2, constant=False)
    assert probe.norms[0] == 0
