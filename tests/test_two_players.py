"""The figure of two players: it carries the classes themselves, and refuses what it cannot show."""

import base64

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.figures import two_players
from pacdistill.samples import enumerate_subsets


def decoded(text, N):
    """The class that a figure carries: the concepts whose bits are set."""
    there = np.unpackbits(np.frombuffer(base64.b64decode(text), np.uint8), bitorder="little")
    numbers = np.flatnonzero(there)
    return numbers[:, None] >> np.arange(N) & 1


@pytest.mark.parametrize("N", [1, 2, 3, 5, 16])
def test_the_figure_carries_each_class_once_whatever_its_order(N):
    rng = np.random.default_rng(N)
    random = rng.integers(0, 2, size=(20, N))
    classes = {"cube": enumerate_cube(N), "half": enumerate_subsets(N, N // 2), "some": random}
    f = rng.integers(0, 2, size=N)
    figure = two_players(classes, f, eps=0.1, name="demo")
    assert (figure.data["source"], figure.data["eps"]) == (f.tolist(), 0.1)
    assert [entry["name"] for entry in figure.data["classes"]] == list(classes)
    for entry, concepts in zip(figure.data["classes"], classes.values(), strict=True):
        members = decoded(entry["members"], N)
        assert {tuple(g) for g in members.tolist()} == {tuple(g) for g in concepts.tolist()}
        assert len(members) == len(np.unique(concepts, axis=0))


def test_booleans_are_labels_and_the_html_is_the_same_each_time():
    classes = {"pair": [[True, False], [False, False]]}
    first, second = (two_players(classes, f, eps=0.1, name="a") for f in ([True, False], [1, 0]))
    assert first._repr_html_() == second._repr_html_()
    assert 'id="figure-a"' in first._repr_html_()


@pytest.mark.parametrize(
    ("classes", "f", "says"),
    [
        ({}, [0, 1], "`classes` is empty"),
        ({"a": [[0, 2]]}, [0, 1], "labels 0 and 1"),
        ({"a": [[0, 1]]}, [0, 1, 1], "a label for each of the 2 points"),
        ({"a": [[0, 1]], "b": [[0, 1, 1]]}, [0, 1], "a label for each of the 3 points"),
        ({"a": [[0, 1]]}, [0, 5], "labels 0 and 1"),
        ({"a": [[0] * 17]}, [0] * 17, "at most 16 points, not 17"),
    ],
)
def test_what_is_malformed_is_refused(classes, f, says):
    with pytest.raises(ValueError, match=says):
        two_players(classes, f, eps=0.1, name="demo")
