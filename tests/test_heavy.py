"""The mechanics of the hunt for large Fourier coefficients."""

import numpy as np
import pytest

from pacdistill import enumerate_cube, parity_tree, sample_cube
from pacdistill.cube import character
from pacdistill.queries import QueryBudgetError, heavy_coefficients, heavy_pairs
from pacdistill.queries.heavy import PIECE, _characters

PARITY = parity_tree((0, 2)).predict


def hunt(**options):
    defaults = {"threshold": 0.9, "pairs": 200}
    return heavy_coefficients(PARITY, 4, np.random.default_rng(0), **defaults | options)


def test_the_default_number_of_pairs_is_the_theorems():
    found = hunt(pairs=None, delta=0.2)
    m = heavy_pairs(4, 0.9, 0.2)
    samples = found.queries - 2 * 4 * m
    assert samples == int(np.ceil(2 / (0.9 / 4) ** 2 * np.log(8 / (0.2 * 0.81))))


def test_a_level_of_many_pairs_is_asked_in_pieces():
    largest = 0

    def labels(X):
        nonlocal largest
        largest = max(largest, len(X))
        return PARITY(X)

    found = heavy_coefficients(
        labels, 4, np.random.default_rng(0), threshold=0.9, pairs=PIECE + 10, accuracy=1.0
    )
    assert found.subsets == ((0, 2),)
    assert largest == PIECE


def test_where_nothing_is_large_nothing_more_is_asked_and_the_label_is_0():
    rng = np.random.default_rng(0)
    found = heavy_coefficients(
        lambda X: rng.integers(2, size=len(X)), 4, rng, threshold=0.9, pairs=200
    )
    assert found.subsets == ()
    assert found.queries == 2 * 4 * 200
    assert not found.predict(enumerate_cube(4)).any()


@pytest.mark.parametrize(
    "options",
    [{"threshold": 0}, {"threshold": 1.1}, {"pairs": 0}, {"delta": 0}, {"accuracy": 0}],
)
def test_numbers_out_of_range(options):
    with pytest.raises(ValueError, match="the search needs"):
        hunt(**options)


def test_labels_are_checked():
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        heavy_coefficients(
            lambda X: np.full(len(X), 2), 4, np.random.default_rng(0), threshold=0.9, pairs=20
        )


def test_a_budget_is_kept_and_what_looked_heavy_is_told():
    needed = hunt().queries
    assert hunt(max_queries=needed).subsets == ((0, 2),)
    with pytest.raises(QueryBudgetError) as caught:
        hunt(max_queries=needed - 1)
    assert caught.value.found == ((0, 2),)  # only its coefficient was missing
    with pytest.raises(QueryBudgetError) as caught:
        hunt(max_queries=2 * 2 * 200)  # two levels of four
    assert caught.value.found == ((0,),)
    assert caught.value.queries == 2 * 2 * 200


def test_characters_of_many_sets_are_those_of_each():
    rng = np.random.default_rng(3)
    X, rows = sample_cube(50, 300, rng), sample_cube(6, 300, rng)
    sets = [tuple(np.flatnonzero(row).tolist()) for row in rows]
    assert _characters(X, rows).T.tolist() == [character(X, V).tolist() for V in sets]
