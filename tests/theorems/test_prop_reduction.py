"""Proposition prop-reduction: a reduction carries distillers back, and reductions compose."""

from itertools import product

import numpy as np
import pytest

POINTS, IMAGES = 2, 3
OURS = np.array(list(product((0, 1), repeat=POINTS)))
THEIRS = np.array(list(product((0, 1), repeat=IMAGES)))


def masks(of):
    """All nonempty classes of the given functions, as lists of rows."""
    return [of[[k for k in range(len(of)) if m >> k & 1]] for m in range(1, 2 ** len(of))]


def is_reduction(f, targets, image, mapped, E, *, back=True, lost=True):
    """The definition for one source, with or without its conditions 2 and 3."""
    ours, theirs = targets != f, mapped[:, E] != f
    below = (ours[:, None] <= theirs[None]).all(axis=2)
    above = (theirs[None] <= ours[:, None]).all(axis=2)
    return (
        (image[E] == f).all()
        and (below.any(axis=0).all() or not back)
        and (above.any(axis=1).all() or not lost)
    )


def carried_error(f, targets, mapped, E, D, eps):
    """The worst excess of what comes back, if each answer within eps of the best may be given."""
    ours, theirs = (targets != f) @ D, (mapped[:, E] != f) @ D
    inside = ((targets != f)[:, None] <= (mapped[:, E] != f)[None]).all(axis=2)
    worst = 0.0
    for g in np.flatnonzero(theirs <= theirs.min() + eps + 1e-12):
        choices = np.flatnonzero(inside[:, g])
        answer = choices[0] if len(choices) else ours.argmax()  # no way back: the worst
        worst = max(worst, ours[answer] - ours.min())
    return worst


def distributions():
    return [np.array([p, 1 - p]) for p in (0, 0.2, 0.5, 0.9, 1)]


def violations(eps, **conditions):
    """Count reductions on 2 points, to all classes on 3, that carry an answer back too badly."""
    count = checked = 0
    for E in product(range(IMAGES), repeat=POINTS):
        E = np.array(E)
        for image in THEIRS:
            f = image[E]
            for targets in masks(OURS):
                for mapped in masks(THEIRS)[:: 1 if len(targets) == 1 else 7]:
                    if not is_reduction(f, targets, image, mapped, E, **conditions):
                        continue
                    checked += 1
                    count += any(
                        carried_error(f, targets, mapped, E, D, eps) > eps + 1e-9
                        for D in distributions()
                    )
                    if checked >= 3000:
                        return count, checked
    return count, checked


@pytest.mark.parametrize("eps", [0.0, 0.15])
def test_an_answer_within_eps_comes_back_within_eps(eps):
    count, checked = violations(eps)
    assert count == 0
    assert checked >= 1000


@pytest.mark.parametrize("dropped", ["back", "lost"])
def test_without_the_second_or_the_third_condition_it_fails(dropped):
    assert violations(0.15, **{dropped: False})[0] > 0


def test_compositions_are_reductions():
    rng = np.random.default_rng(0)
    found = 0
    while found < 200:
        E2, E1 = rng.integers(0, 3, 2), rng.integers(0, 4, 3)
        last = rng.integers(0, 2, 4)
        middle, f = last[E1], last[E1][E2]
        G2 = rng.integers(0, 2, (rng.integers(1, 4), 2))
        G1 = rng.integers(0, 2, (rng.integers(1, 5), 3))
        G0 = rng.integers(0, 2, (rng.integers(1, 6), 4))
        if is_reduction(f, G2, middle, G1, E2) and is_reduction(middle, G1, last, G0, E1):
            found += 1
            assert is_reduction(f, G2, last, G0, E1[E2])
