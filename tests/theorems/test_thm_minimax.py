"""Theorem thm-minimax: with dice it does not matter who moves first, and weights find the value."""

from math import log, sqrt

import numpy as np
import oracles
import pytest


def first_mover(A):
    """The least v that the row player who moves first can promise, by linear programming."""
    k, m = A.shape
    return oracles.linear_program(
        np.append(np.zeros(k), 1),
        A_ub=np.column_stack([A.T, -np.ones(m)]),
        b_ub=np.zeros(m),
        A_eq=[np.append(np.ones(k), 0)],
        b_eq=[1],
        free=np.arange(k + 1) == k,
    )


def weights(A, rounds, eta, *, answer=np.argmax, sign=-1):
    w, mixtures, counts = np.ones(len(A)), np.zeros(len(A)), np.zeros(A.shape[1])
    for _ in range(rounds):
        p = w / w.sum()
        j = int(answer(p @ A))
        w = p * np.exp(sign * eta * A[:, j])
        mixtures += p
        counts[j] += 1
    return mixtures / rounds, counts / rounds


@pytest.mark.parametrize("seed", range(20))
def test_both_orders_have_the_same_value(seed):
    """A maximum over q is a minimum for the game with the players exchanged."""
    rng = np.random.default_rng(seed)
    A = rng.normal(size=rng.integers(1, 8, size=2))
    if seed % 2:
        A = rng.integers(0, 2, size=A.shape).astype(float)
    assert first_mover(A) == pytest.approx(-first_mover(-A.T), abs=1e-9)


@pytest.mark.parametrize(("rounds", "eta"), [(1, 1.0), (10, 0.5), (100, 3.0), (400, None)])
@pytest.mark.parametrize("seed", range(8))
def test_the_weights_keep_their_promise(seed, rounds, eta):
    rng = np.random.default_rng(seed)
    A = rng.uniform(size=(int(rng.integers(2, 9)), int(rng.integers(1, 9))))
    if seed % 2:
        A = A.round()  # games of 0 and 1 are the worst
    k = len(A)
    step = sqrt(8 * log(k) / rounds) if eta is None else eta
    p, q = weights(A, rounds, step)
    promised, enforced = (p @ A).max(), (A @ q).min()
    assert p.sum() == pytest.approx(1)
    assert q.sum() == pytest.approx(1)
    assert enforced - 1e-9 <= first_mover(A) <= promised + 1e-9
    gap = log(k) / (step * rounds) + step / 8
    assert promised - enforced <= gap + 1e-9
    if eta is None:
        assert gap == pytest.approx(sqrt(log(k) / (2 * rounds)))


def test_the_gap_is_of_the_stated_order():
    """Where a player meets fair coins nobody does much better than sqrt(ln k / (2T))."""
    k, rounds = 2, 400
    eta = sqrt(8 * log(k) / rounds)
    p, q = weights(np.eye(2), rounds, eta)
    assert (p @ np.eye(2)).max() - (np.eye(2) @ q).min() <= sqrt(log(k) / (2 * rounds))
    # After one round the certificate of a pure answer is far off: T is needed.
    p, q = weights(np.eye(2), 1, eta)
    assert (p @ np.eye(2)).max() - (np.eye(2) @ q).min() == 0.5


@pytest.mark.parametrize("wrong", [{"sign": 1}, {"answer": np.argmin}])
def test_a_wrong_sign_or_a_wrong_answer_is_caught(wrong):
    A = np.random.default_rng(0).uniform(size=(5, 6))
    eta = sqrt(8 * log(5) / 2000)
    bound = sqrt(log(5) / 4000)
    p, q = weights(A, 2000, eta)
    assert (p @ A).max() - (A @ q).min() <= bound
    p, q = weights(A, 2000, eta, **wrong)
    assert (p @ A).max() - (A @ q).min() > bound


def test_entries_beyond_the_unit_interval_are_caught():
    A = 40 * np.random.default_rng(1).uniform(size=(5, 6))
    p, q = weights(A, 200, sqrt(8 * log(5) / 200))
    assert (p @ A).max() - (A @ q).min() > sqrt(log(5) / 400)


def test_without_dice_it_matters_who_moves_first():
    pennies = np.eye(2)
    assert pennies.max(axis=1).min() == 1 > 0 == pennies.min(axis=0).max()
    assert first_mover(pennies) == pytest.approx(0.5)


def test_infinite_games_may_have_no_value():
    """Whoever names the larger number wins: every mixture loses to a number that is large enough.

    For the first 50 numbers the geometric mixture is followed; its rest is 2^-50.
    """
    p = 0.5 ** np.arange(1, 51)
    larger = np.array([p[:j].sum() for j in range(50)])  # the column player names j
    assert larger[-1] > 1 - 1e-12
    assert 1 - larger[-1] < 1e-12  # and the other way round: the row player names 49
