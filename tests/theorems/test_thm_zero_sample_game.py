"""Theorem thm-zero-sample-game: the value, its certificates, against exact fractions."""

from fractions import Fraction
from itertools import combinations, permutations, product

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.samples import enumerate_subsets, pareto_frontier, zero_sample_game


def library(errors):
    return zero_sample_game(errors, np.zeros(np.shape(errors)[1], dtype=int))


def solve_square(rows):
    """Solve a square system, given with its right side, by elimination; None if it is singular."""
    rows = [[Fraction(entry) for entry in row] for row in rows]
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for i in range(len(rows)):
            if i != k and rows[i][k]:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def best_vertex(payoff):
    """Return the least w with p on the rows such that each column costs at most w, exactly.

    All vertices of the polytope are tried: p sums to 1, and of the conditions p[g] >= 0 and
    "column x costs at most w" as many are equalities as there are rows.
    """
    k, N = len(payoff), len(payoff[0])
    bounds = [[int(i == g) for i in range(k)] + [0] for g in range(k)]
    costs = [[payoff[g][x] for g in range(k)] + [-1] for x in range(N)]
    best = None
    for tight in combinations(bounds + costs, k):
        found = solve_square([[1] * k + [0, 1], *([*row, 0] for row in tight)])
        if found is None or min(found[:-1]) < 0 or (best is not None and found[-1] >= best[-1]):
            continue
        if all(sum(a * b for a, b in zip(row, found, strict=True)) <= 0 for row in costs):
            best = found
    return best


def both_values(errors):
    """Return the distiller's and the adversary's exact values, each by vertices of its own."""
    legal = [x for x in range(len(errors[0])) if any(row[x] == 0 for row in errors)]
    if not legal:
        return Fraction(0), Fraction(0)
    upper = best_vertex([[row[x] for x in legal] for row in errors])[-1]
    # The adversary maximizes the least error: it minimizes the largest of 1 minus the errors.
    lower = 1 - best_vertex([[1 - row[x] for row in errors] for x in legal])[-1]
    return upper, lower


def classes_up_to_symmetry(N):
    """List all nonempty classes over N points, seen from their source, up to the points' names."""
    cube = [tuple(map(int, row)) for row in enumerate_cube(N)]
    seen, found = set(), []
    for members in product((False, True), repeat=len(cube)):
        chosen = [row for row, member in zip(cube, members, strict=True) if member]
        key = min(
            tuple(sorted(tuple(row[x] for x in order) for row in chosen))
            for order in permutations(range(N))
        )
        if chosen and key not in seen:
            seen.add(key)
            found.append(chosen)
    return found


SMALL = [errors for N in (1, 2, 3) for errors in classes_up_to_symmetry(N)]


def test_the_linear_program_on_all_classes_over_3_points_and_fewer():
    assert len(SMALL) == 3 + 11 + 79
    for errors in SMALL:
        upper, lower = both_values(errors)
        assert upper == lower
        assert library(errors).value == pytest.approx(float(upper), abs=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_the_linear_program_on_random_classes_over_4_and_5_points(seed):
    rng = np.random.default_rng(seed)
    errors = (rng.random((4, rng.integers(4, 6))) < 0.5).astype(int).tolist()
    upper, lower = both_values(errors)
    assert upper == lower
    assert library(errors).value == pytest.approx(float(upper), abs=1e-9)


def mixtures(k, steps):
    for parts in product(range(steps + 1), repeat=k):
        if sum(parts) == steps:
            yield np.array(parts)


def test_for_every_mixture_a_point_mass_is_a_worst_legal_distribution():
    """On grids of whole numbers: a sixth of a unit of weight, a quarter of a unit of mass."""
    for errors in map(np.array, SMALL):
        if len(errors) > 4:
            continue
        legal_points = (errors == 0).any(axis=0)
        legal = [D for D in mixtures(errors.shape[1], 4) if (errors @ D).min() == 0]
        assert bool(legal) == legal_points.any()
        value = library(errors).value
        for p in mixtures(len(errors), 6):
            costs = p @ errors
            worst = max((int(costs @ D) for D in legal), default=0)
            assert worst == 4 * max(costs[legal_points], default=0)
            assert worst / 24 >= value - 1e-9


def test_the_value_is_0_exactly_if_one_concept_is_right_wherever_any_is():
    for errors in map(np.array, SMALL):
        legal = (errors == 0).any(axis=0)
        free = not errors[:, legal].any(axis=1).all()
        assert (library(errors).value < 1e-9) == free


@pytest.mark.parametrize("seed", range(40))
def test_where_somebody_plays_nothing_is_slack(seed):
    rng = np.random.default_rng(seed)
    errors = (rng.random((9, 7)) < 0.5).astype(int)
    errors = np.hstack([errors, np.eye(9, dtype=int)])  # not free: each concept errs alone
    game = library(errors)
    at_point, of_concept = game.distiller @ errors, errors @ game.adversary
    assert at_point[game.legal].max() == pytest.approx(of_concept.min(), abs=1e-9)
    assert of_concept[game.distiller > 1e-9] == pytest.approx(game.value, abs=1e-7)
    assert at_point[game.adversary > 1e-9] == pytest.approx(game.value, abs=1e-7)
    # The mixture itself is not legal, as the value is not 0.
    assert of_concept.min() > 1e-9
    # A mixture that is not optimal leaves a gap.
    assert np.mean(errors, axis=0)[game.legal].max() >= game.value - 1e-9


@pytest.mark.parametrize("N", range(2, 8))
def test_closed_forms(N):
    for k in range(1, N + 1):
        value = library(enumerate_subsets(N, k)).value
        assert value == pytest.approx(k / N if k < N else 0, abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_the_pareto_frontier_has_the_same_value(seed):
    rng = np.random.default_rng(seed)
    errors = (rng.random((12, 5)) < 0.5).astype(int)
    frontier = errors[pareto_frontier(errors, np.zeros(5, dtype=int))]
    assert library(frontier).value == pytest.approx(library(errors).value, abs=1e-9)


def test_without_coins_and_without_legality_it_is_another_number():
    errors = np.array([[1, 0, 1], [0, 1, 1]])
    assert library(errors).value == pytest.approx(1 / 2)
    assert errors[:, :2].max(axis=1).min() == 1  # one concept for sure
    assert best_vertex(errors.tolist())[-1] == 1  # over all points, legal or not
