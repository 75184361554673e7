"""The zero-sample game: optimal mixtures with their certificates, degenerate games, wrong input."""

import time

import numpy as np
import pytest

from pacdistill.figures import zero_game
from pacdistill.samples import enumerate_subsets, zero_sample_game


def solve(errors):
    """Solve the game of a source 0, whose class is where it disagrees."""
    return zero_sample_game(errors, np.zeros(np.shape(errors)[1], dtype=int))


def is_free(errors):
    """Tell whether some concept is right wherever any is."""
    legal = (errors == 0).any(axis=0)
    return not errors[:, legal].any(axis=1).all()


def check_distiller(errors, game):
    legal = (errors == 0).any(axis=0)
    assert np.array_equal(game.legal, legal)
    assert game.distiller.shape == (len(errors),)
    assert game.distiller.min() >= 0
    assert game.distiller.sum() == pytest.approx(1)
    promised = (game.distiller @ errors)[legal].max() if legal.any() else 0.0
    assert game.value == pytest.approx(promised, abs=1e-9)


def check_adversary(errors, game):
    legal = (errors == 0).any(axis=0)
    assert game.adversary.shape == legal.shape
    assert game.adversary.min() >= 0
    assert not game.adversary[~legal].any()
    assert game.adversary.sum() == pytest.approx(float(legal.any()))
    assert (errors @ game.adversary).min() == pytest.approx(game.value, abs=1e-7)


@pytest.mark.parametrize("seed", range(200))
def test_two_mixtures_prove_the_value_of_a_random_game(seed):
    rng = np.random.default_rng(seed)
    k, N = rng.integers(2, 30, size=2)
    errors = (rng.random((k, N)) < rng.uniform(0.2, 0.8)).astype(int)
    if is_free(errors):  # give each concept a point where it alone errs
        errors = np.hstack([errors, np.eye(k, dtype=int)])
    game = solve(errors)
    check_distiller(errors, game)
    check_adversary(errors, game)
    assert game.value >= 1 / k - 1e-9


def test_the_certificates_can_fail():
    errors = enumerate_subsets(4, 2)
    game = solve(errors)
    game.distiller[:] = np.eye(6)[0]
    with pytest.raises(AssertionError):
        check_distiller(errors, game)
    game.adversary[:] = np.eye(4)[0]
    with pytest.raises(AssertionError):
        check_adversary(errors, game)


@pytest.mark.parametrize(
    ("errors", "value"),
    [
        ([[1]], 0.0),  # no legal point
        ([[1, 1, 1], [1, 1, 1]], 0.0),
        ([[0]], 0.0),
        ([[0, 1, 0, 1]], 0.0),  # one concept is right wherever any is
        ([[0], [1], [1]], 0.0),  # one point
        ([[1, 0, 0], [0, 1, 1], [0, 0, 0]], 0.0),  # the source is in the class
        ([[1, 0], [0, 1]], 0.5),
        ([[1, 0], [1, 0], [0, 1]], 0.5),  # equal concepts
        ([[1, 1, 0], [0, 0, 1]], 0.5),  # equal points
        ([[1, 0, 1], [0, 1, 1]], 0.5),  # a point where nobody is right
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], 1 / 3),  # wrong everywhere
    ],
)
def test_degenerate_games(errors, value):
    game = solve(errors)
    check_distiller(np.array(errors), game)
    assert game.value == pytest.approx(value, abs=1e-9)
    if value > 0 or not game.legal.any():
        check_adversary(np.array(errors), game)


@pytest.mark.parametrize("errors", [[[1, 0], [0, 0]], [[0, 1, 0, 1]], [[0], [1]]])
def test_a_free_game_has_an_optimal_adversary_too(errors):
    game = solve(errors)
    check_adversary(np.array(errors), game)


@pytest.mark.parametrize("seed", range(30))
def test_the_value_does_not_depend_on_names_on_copies_or_on_which_label_is_called_1(seed):
    rng = np.random.default_rng(seed)
    concepts = rng.integers(0, 2, size=(7, 6))
    f = rng.integers(0, 2, size=6)
    game = zero_sample_game(concepts, f)
    rows, columns = rng.permutation(7), rng.permutation(6)
    moved = zero_sample_game(concepts[rows][:, columns], f[columns])
    copied = zero_sample_game(np.vstack([concepts, concepts[:3]]), f)
    twice = zero_sample_game(np.hstack([concepts, concepts[:, :2]]), np.append(f, f[:2]))
    flip = rng.integers(0, 2, size=6)
    flipped = zero_sample_game(concepts ^ flip, f ^ flip)
    assert np.array_equal(moved.legal, game.legal[columns])
    for other in (moved, copied, twice, flipped):
        assert other.value == pytest.approx(game.value, abs=1e-9)


def test_the_arguments_may_be_of_any_type_and_are_left_alone():
    concepts, f = np.array([[True, False], [False, True]]), [0.0, 0.0]
    assert zero_sample_game(concepts, f).value == pytest.approx(0.5)
    assert concepts.tolist() == [[True, False], [False, True]]


@pytest.mark.parametrize(
    ("concepts", "f", "complaint"),
    [
        ([[0, 2]], [0, 0], "concept 0 has the label 2 at point 1"),
        ([0, 1], [0, 0], r"g\[None, :\]"),
        (np.zeros((0, 3)), [0, 0, 0], r"its shape is \(0, 3\)"),
        ([[0, 1]], [0], "a label for each of the 2 points"),
        ([[0, 1]], [0, -1], "the label -1 at point 1"),
    ],
)
def test_malformed_games_are_refused(concepts, f, complaint):
    with pytest.raises(ValueError, match=complaint):
        zero_sample_game(concepts, f)


def test_two_thousand_concepts_on_two_hundred_points_take_a_few_seconds():
    errors = np.random.default_rng(0).integers(0, 2, size=(2_000, 200))
    start = time.process_time()
    game = solve(errors)
    assert time.process_time() - start < 20  # under a second where this was written
    check_distiller(errors, game)
    check_adversary(errors, game)
    assert 0.3 < game.value < 0.5


def test_the_moving_figure_carries_disagreements():
    figure = zero_game(
        {"a": ([[1, 0, 1]], [1, 1, 1]), "b": (enumerate_subsets(4, 2), np.zeros(4))}, name="demo"
    )
    assert figure.data["games"][0] == {"title": "a", "errors": [[0, 1, 0]]}
    assert figure.data["games"][1]["errors"] == enumerate_subsets(4, 2).tolist()
    assert 'id="figure-demo"' in figure._repr_html_()
    assert "://" not in figure._repr_html_().replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize(
    ("games", "complaint"),
    [
        ({}, "needs a game"),
        ({"wide": (np.eye(7), np.zeros(7))}, "'wide' has 7 and 7"),
        ({"bad": ([[0, 3]], [0, 0])}, "the label 3"),
    ],
)
def test_the_moving_figure_refuses(games, complaint):
    with pytest.raises(ValueError, match=complaint):
        zero_game(games, name="demo")
