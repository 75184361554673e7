"""Proposition prop-coins-for-samples: the exact number of samples that replaces all coins."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from math import ceil, log, log1p

import pytest

# Points: a number z, or ("w", T) for a finite set T. A rule maps a sample to the set T of g_T.
Point = int | tuple[str, frozenset]
Rule = Callable[[tuple], frozenset]


def w(*members: int) -> Point:
    return ("w", frozenset(members))


def index(point: Point) -> int:
    """The number of a point of some S_{z}, and -1 for others."""
    if isinstance(point, int):
        return point
    return next(iter(point[1])) if len(point[1]) == 1 else -1


def error(T: frozenset, masses: dict[Point, Fraction]) -> Fraction:
    return sum((p for x, p in masses.items() if x == ("w", T) or x in T), Fraction(0))


def failure(rule: Rule, n: int, eps: Fraction, masses: dict[Point, Fraction]) -> Fraction:
    """How likely the output's error exceeds eps, over all samples of n points."""
    total = Fraction(0)
    for sample in product(masses, repeat=n):
        chance = Fraction(1)
        for x in sample:
            chance *= masses[x]
        total += chance * (error(rule(sample), masses) > eps)
    return total


def after_the_largest(sample: tuple) -> frozenset:
    return frozenset({max((index(x) for x in sample), default=-1) + 1})


def smallest_unseen(sample: tuple) -> frozenset:
    seen = {index(x) for x in sample}
    return frozenset({next(z for z in range(len(sample) + 1) if z not in seen)})


def nothing(sample: tuple) -> frozenset:
    return frozenset()


def a_pair(sample: tuple) -> frozenset:
    return frozenset({0, max((index(x) for x in sample), default=-1) + 1})


def enough(eps: Fraction, delta: Fraction) -> int:
    return ceil(log(1 / delta) / -log1p(-eps))


def adversary(rule: Rule, n: int, eps: Fraction) -> dict[Point, Fraction]:
    """The distribution of the proof against a deterministic rule; some target never errs."""
    T = rule((0,) * n)
    if 0 in T:
        return {0: Fraction(1)}
    mu = eps + Fraction(1, 10**6)
    return {0: 1 - mu, ("w", T): mu}


CASES = [(Fraction(2, 5), Fraction(1, 5)), (Fraction(1, 4), Fraction(2, 5)), (Fraction(1, 3),) * 2]


def distributions(eps: Fraction) -> list[dict[Point, Fraction]]:
    """All masses in steps of 1/6 or of barely more than eps, on five points."""
    points: list[Point] = [0, w(0), 1, w(2), w(1, 2)]
    found = []
    for parts in product(range(7), repeat=4):
        if sum(parts) <= 6:
            masses = [Fraction(k, 6) for k in parts]
            found.append(dict(zip(points, [*masses, 1 - sum(masses)], strict=True)))
    above = eps + Fraction(1, 10**6)
    heavy = int(1 / above)
    found.append({**dict.fromkeys(range(heavy), above), w(7, 8): 1 - heavy * above})
    found.append({**{w(z): above for z in range(heavy)}, 5: 1 - heavy * above})
    return [{x: p for x, p in masses.items() if p} for masses in found]


@pytest.mark.parametrize(("eps", "delta"), CASES)
def test_the_rule_of_the_proof_is_good_under_every_distribution(eps, delta):
    n = enough(eps, delta)
    assert 2 <= n <= 4
    worst = max(failure(after_the_largest, n, eps, masses) for masses in distributions(eps))
    assert delta / 2 < worst <= delta  # the test comes close


@pytest.mark.parametrize(("eps", "delta"), CASES)
@pytest.mark.parametrize("rule", [after_the_largest, smallest_unseen, nothing, a_pair])
def test_no_deterministic_rule_does_with_one_sample_less(eps, delta, rule):
    n = enough(eps, delta) - 1
    assert (1 - eps) ** n > delta >= (1 - eps) ** (n + 1)
    for fewer in range(n + 1):
        assert failure(rule, fewer, eps, adversary(rule, fewer, eps)) > delta


def test_the_adversary_keeps_the_perfect_promise():
    for rule in (after_the_largest, smallest_unseen, nothing, a_pair):
        masses = adversary(rule, 2, Fraction(1, 4))
        assert min(error(frozenset(T), masses) for T in ({}, {1}, {2}, {3})) == 0


def test_another_rule_with_as_many_samples_fails():
    eps, delta = Fraction(1, 4), Fraction(2, 5)
    n = enough(eps, delta)
    worst = max(failure(smallest_unseen, n, eps, masses) for masses in distributions(eps))
    assert worst > delta
