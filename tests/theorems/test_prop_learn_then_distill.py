"""Proposition prop-learn-then-distill: labels of the source make a learner a distiller.

Learners are arbitrary tables from labeled samples to targets, with all probabilities exact: whole
numbers of 4^2, because all masses are quarters and samples have two points.
"""

from itertools import product

import numpy as np
import pytest

CUBE = np.array(list(product((0, 1), repeat=3)))
PAIRS = list(product(range(3), (0, 1)))  # a point and its label
EPS = 1  # in quarters


def quarters(parts):
    return [m for m in product(range(5), repeat=parts) if sum(m) == 4]


def failure(learner, targets, P):
    """How often, in 16ths, the output errs by more than EPS beyond the best target under P."""
    errors = np.array(
        [sum(m for m, (x, y) in zip(P, PAIRS, strict=True) if g[x] != y) for g in targets]
    )
    bad = errors > errors.min() + EPS
    return sum(P[a] * P[b] * int(bad[learner[a, b]]) for a, b in product(range(6), repeat=2))


def labeled(f, D):
    """The distribution of (x, f(x))."""
    return [D[x] if f[x] == y else 0 for x, y in PAIRS]


def has_perfect(targets, f, D):
    return any(sum(D[x] for x in range(3) if f[x] != g[x]) == 0 for g in targets)


def consistent(targets, rng):
    """A learner that fits the sample where a target does, and does anything where none does."""
    table = {}
    for a, b in product(range(6), repeat=2):
        fits = [k for k, g in enumerate(targets) if all(g[x] == y for x, y in (PAIRS[a], PAIRS[b]))]
        table[a, b] = int(rng.choice(fits)) if fits else int(rng.integers(len(targets)))
    return table


def anything(targets, rng):
    return {pair: int(rng.integers(len(targets))) for pair in product(range(6), repeat=2)}


@pytest.fixture(scope="module")
def learners():
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(20):
        targets = CUBE[rng.permutation(8)[: rng.integers(2, 6)]]
        drawn.append((targets, consistent(targets, rng)))
        drawn.append((targets, anything(targets, rng)))
    return drawn


def test_a_realizable_learner_is_a_perfect_distiller_of_all_sources(learners):
    beyond = 0
    for targets, learner in learners:
        promised = max(
            failure(learner, targets, labeled(g, D)) for g in targets for D in quarters(3)
        )
        for f in CUBE:
            for D in quarters(3):
                failed = failure(learner, targets, labeled(f, D))
                if has_perfect(targets, f, D):
                    assert failed <= promised
                else:
                    beyond += failed > promised
    assert beyond > 0  # without a perfect target the promise is broken


def test_the_sources_of_the_first_test_are_not_all_targets(learners):
    """Perfect distillation is asked for sources that equal no target, on part of the points."""
    asked = sum(
        has_perfect(targets, f, D) and not (targets == f).all(axis=1).any()
        for targets, _ in learners
        for f in CUBE
        for D in quarters(3)
    )
    assert asked > 1000


def test_an_agnostic_learner_is_an_agnostic_distiller_of_all_sources(learners):
    for targets, learner in learners[:12]:
        promised = max(failure(learner, targets, P) for P in quarters(6))
        for f in CUBE:
            for D in quarters(3):
                assert failure(learner, targets, labeled(f, D)) <= promised


def test_an_agnostic_promise_that_leaves_out_some_labelings_is_not_enough(learners):
    """If it is given for labels of targets only, as in the realizable case, sources break it."""
    broken = 0
    for targets, learner in learners:
        promised = max(
            failure(learner, targets, labeled(g, D)) for g in targets for D in quarters(3)
        )
        broken += any(
            failure(learner, targets, labeled(f, D)) > promised for f in CUBE for D in quarters(3)
        )
    assert broken > len(learners) // 4


def test_an_improper_learner_gives_no_target():
    """The learner that memorizes is right on its sample, and its output is no half-set."""
    targets = CUBE[CUBE.sum(axis=1) == 1]
    f, sample = np.array([1, 0, 1]), [0, 2]
    memorized = np.zeros(3, dtype=int)
    memorized[sample] = f[sample]
    assert (memorized[sample] == f[sample]).all()
    assert not (targets == memorized).all(axis=1).any()
