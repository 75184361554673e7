"""Corollary cor-code-of-the-source: learn the source from labels, then distill what was learned."""

from itertools import product

import numpy as np

CUBE = np.array(list(product((0, 1), repeat=3)))
MASSES = np.array([m for m in product(range(5), repeat=3) if sum(m) == 4])
ERRORS = np.einsum("dx,abx->dab", MASSES, CUBE[:, None] != CUBE[None, :])  # in quarters
SAMPLES = np.array(list(product(range(3), repeat=2)))


def test_the_failures_and_errors_add_as_stated_for_arbitrary_learners_and_distillers():
    rng = np.random.default_rng(0)
    first, second = SAMPLES.T
    p = MASSES[:, first] * MASSES[:, second] / 16  # of each sample, for each D
    broken = 0
    for _ in range(300):
        F, G = (rng.permutation(8)[: rng.integers(2, 4)] for _ in range(2))
        learn = rng.choice(F, size=(3, 3, 2, 2))  # from two points and their labels
        distill = rng.choice(G, size=(8, len(SAMPLES)))
        eps1, eps2 = rng.integers(0, 3, size=2)
        best = ERRORS[:, :, G].min(axis=2)
        delta2 = np.max(
            [(p * (ERRORS[:, f, distill[f]] > best[:, f, None] + eps2)).sum(axis=1) for f in F],
            axis=0,
        )
        for f in F:
            guess = learn[first, second, CUBE[f][first], CUBE[f][second]]
            delta1 = (p * (ERRORS[:, f, guess] > eps1)).sum(axis=1)
            errors = ERRORS[:, f, :][:, distill[guess]]  # D, first sample, second sample
            failed = {
                factor: np.einsum(
                    "dst,ds,dt->d", errors > best[:, f, None, None] + factor * eps1 + eps2, p, p
                )
                for factor in (1, 2)
            }
            assert (failed[2] <= delta1 + delta2 + 1e-12).all()
            broken += (failed[1] > delta1 + delta2 + 1e-9).any()
    assert broken > 0  # the factor 2 is needed here too
