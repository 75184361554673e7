"""Proposition prop-composition: two distillers in a row err by 2 eps1 + eps2 beyond the best.

Distillers are arbitrary tables from samples to targets, masses are quarters, all is exact.
"""

from itertools import product

import numpy as np
import pytest

CUBE = np.array(list(product((0, 1), repeat=3)))
MASSES = np.array([m for m in product(range(5), repeat=3) if sum(m) == 4])
# errors[D, a, b]: how many quarters of the mass of D functions a and b differ on
ERRORS = np.einsum("dx,abx->dab", MASSES, CUBE[:, None] != CUBE[None, :])


def worst_excess(*, inside):
    """The largest of (err_f(h) - inf err_f - eps2) / eps1 over all f, g, h, D and classes."""
    worst = -np.inf
    for bits in range(1, 256):
        members = [k for k in range(8) if bits >> k & 1]
        to_class = ERRORS[:, :, members]
        best = to_class.min(axis=2)
        for g in members if inside else range(8):
            second = to_class[:, g, :] - best[:, g, None]  # eps2 that each h uses, per D
            for f in range(8):
                first = ERRORS[:, f, g]  # eps1
                base = 0 if inside else best[:, f, None]
                excess = to_class[:, f, :] - base - second
                assert (excess[first == 0] <= 0).all()
                used = first > 0
                if used.any():
                    worst = max(worst, (excess[used] / first[used, None]).max())
    return worst


def test_the_excess_is_at_most_twice_the_first_error_and_twice_is_reached():
    assert worst_excess(inside=False) == 2


def test_if_the_first_output_is_a_target_of_the_second_the_errors_add():
    assert worst_excess(inside=True) == 1


SAMPLES = list(product(range(3), repeat=2))


def chances(D):
    return np.array([D[a] * D[b] for a, b in SAMPLES]) / 16


@pytest.fixture(scope="module")
def pairs():
    """Two tables, three classes and a source each, with A perfect for some D."""
    rng = np.random.default_rng(0)
    drawn = []
    while len(drawn) < 3000:
        G = rng.permutation(8)[: rng.integers(2, 4)]
        H = rng.permutation(8)[: rng.integers(2, 4)]
        f, D = int(rng.integers(8)), int(rng.integers(len(MASSES)))
        if ERRORS[D, f, G].min() == 0:
            A = rng.choice(G, size=len(SAMPLES))
            B = rng.choice(H, size=(8, len(SAMPLES)))  # for every source
            drawn.append((f, D, G, H, A, B, int(rng.integers(0, 3)), int(rng.integers(0, 2))))
    return drawn


def failures(f, D, G, H, A, B, eps1, eps2, factor=2):
    """delta1, delta2, and the failure of B after A with a new sample and with the same."""
    p = chances(MASSES[D])
    delta1 = p @ (ERRORS[D, f, A] > eps1)
    bad = {
        g: ERRORS[D, g, B[g]] > ERRORS[D, g, H].min() + eps2 for g in G
    }  # for each g, over samples
    delta2 = max(p @ bad[g] for g in G)
    limit = ERRORS[D, f, H].min() + factor * eps1 + eps2
    wrong = np.array([ERRORS[D, f, B[g]] > limit for g in A])  # rows: S1, columns: S2
    return delta1, delta2, p @ wrong @ p, p @ np.diag(wrong)


def test_failures_add_at_most_for_arbitrary_distillers(pairs):
    for pair in pairs:
        delta1, delta2, composed, _ = failures(*pair)
        assert composed <= delta1 + delta2 + 1e-12


def test_with_one_sample_for_both_they_may_not(pairs):
    found = [failures(*pair) for pair in pairs]
    assert any(reused > delta1 + delta2 + 1e-9 for delta1, delta2, _, reused in found)


def test_with_the_factor_1_they_may_not(pairs):
    found = [failures(*pair, factor=1) for pair in pairs]
    assert any(composed > delta1 + delta2 + 1e-9 for delta1, delta2, composed, _ in found)


def test_a_perfect_second_distiller_suffices_if_its_class_holds_the_first(pairs):
    checked = 0
    for f, D, G, _, A, _, eps1, eps2 in pairs[:1000]:
        rng = np.random.default_rng(checked)
        H = np.union1d(G, rng.permutation(8)[:1])
        B = rng.choice(H, size=(8, len(SAMPLES)))
        p = chances(MASSES[D])
        delta1 = p @ (ERRORS[D, f, A] > eps1)
        delta2 = max(p @ (ERRORS[D, g, B[g]] > eps2) for g in G)  # the benchmark is 0
        wrong = np.array([ERRORS[D, f, B[g]] > eps1 + eps2 for g in A])
        assert p @ wrong @ p <= delta1 + delta2 + 1e-12
        checked += 1
