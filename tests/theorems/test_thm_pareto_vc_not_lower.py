"""Theorem thm-pareto-vc-not-lower: an infinite frontier, and no sample is needed."""

from itertools import chain, combinations
from math import ceil

import numpy as np
import pytest

from pacdistill.samples import pareto_frontier, vc_dimension, zero_sample_game


def subsets(points):
    return list(chain.from_iterable(combinations(points, k) for k in range(len(points) + 1)))


def truncation(N: int, smallest: int = 0, private: bool = True) -> list[frozenset]:
    """The sets S_T for T among N numbers: numbers, and the private point ("w", T)."""
    chosen = [T for T in subsets(range(N)) if len(T) >= smallest]
    return [frozenset([*T, ("w", T)] if private else T) for T in chosen]


def as_class(sets: list[frozenset]) -> np.ndarray:
    points = sorted(set().union(*sets), key=str)
    return np.array([[point in S for point in points] for S in sets], dtype=int)


def undominated(sets: list[frozenset]) -> list[int]:
    return [i for i, S in enumerate(sets) if not any(other < S for other in sets)]


def shatters(sets: list[frozenset], points: tuple) -> bool:
    return len({S & frozenset(points) for S in sets}) == 2 ** len(points)


def chance_of_failure(m: int, eps: float, masses: dict) -> float:
    """How likely the error of g_{z}, z uniform below m, exceeds eps."""
    errors = [masses.get(z, 0) + masses.get(("w", (z,)), 0) for z in range(m)]
    return sum(error > eps for error in errors) / m


@pytest.mark.parametrize("N", [1, 2, 3, 4, 5])
def test_all_targets_are_minimal_and_the_numbers_are_shattered(N):
    sets = truncation(N)
    everything = list(range(len(sets)))
    assert undominated(sets) == everything
    assert shatters(sets, tuple(range(N)))
    table = as_class(sets)
    f = np.zeros(table.shape[1])
    assert pareto_frontier(table, f).tolist() == everything
    assert vc_dimension(table) == N


@pytest.mark.parametrize(("eps", "delta"), [(0.5, 0.5), (0.1, 0.1), (0.3, 0.01), (0.03, 0.4)])
def test_a_random_singleton_is_good_under_every_distribution(eps, delta):
    m = ceil(1 / (eps * delta))
    # The worst that an adversary can do: as many sets as possible with barely more than eps.
    heavy = ceil(1 / eps) - 1
    assert chance_of_failure(m, eps, {z: 1 / heavy for z in range(heavy)}) <= delta
    rng = np.random.default_rng(0)
    for _ in range(200):
        numbers = rng.choice(m, size=min(m, 6), replace=False).tolist()
        points = [*numbers, *(("w", (z,)) for z in numbers)]
        masses = dict(zip(points, rng.dirichlet(np.full(len(points), 0.3)), strict=True))
        assert chance_of_failure(m, eps, masses) <= delta


def test_half_as_many_singletons_are_not_enough():
    m, heavy = ceil(1 / (2 * 0.1 * 0.1)), 9
    assert chance_of_failure(m, 0.1, {z: 1 / heavy for z in range(heavy)}) > 0.1


def test_without_private_points_the_frontier_is_a_single_target():
    sets = truncation(4, private=False)
    assert undominated(sets) == [sets.index(frozenset())]
    sets = truncation(4, smallest=1, private=False)
    assert [len(sets[i]) for i in undominated(sets)] == [1] * 4


def test_without_small_sets_the_frontier_is_as_rich_but_the_game_costs_one_half():
    sets = truncation(6, smallest=3)
    table = as_class(sets)
    assert undominated(sets) == list(range(len(sets)))
    assert vc_dimension(table) == 3
    assert zero_sample_game(table, np.zeros(table.shape[1])).value == pytest.approx(1 / 2)
    everything = as_class(truncation(6))
    f = np.zeros(everything.shape[1])
    assert zero_sample_game(everything, f).value == pytest.approx(1 / 7)
