"""The Pareto frontier: both methods against the definition, and what the function promises."""

import time

import numpy as np
import pytest

import pacdistill.samples.frontier
from pacdistill import enumerate_cube
from pacdistill.figures import frontier_editor
from pacdistill.samples import disagreement_sets, enumerate_subsets, find_shattered, pareto_frontier


def by_definition(concepts, f):
    """The first concept of each disagreement set that contains no other properly."""
    sets = [frozenset(np.flatnonzero(row != f).tolist()) for row in np.asarray(concepts)]
    minimal = {one for one in sets if not any(other < one for other in sets)}
    return sorted(sets.index(one) for one in minimal)


def random_class(rng, most_points):
    """A class with repetitions, of sets of errors that are small, large, or of all sizes."""
    k, N = rng.integers(1, 40), rng.integers(1, most_points + 1)
    f = rng.integers(0, 2, N)
    errors = rng.random((k, N)) < rng.choice([0.1, 0.3, 0.5, 0.9])
    return (f ^ errors)[rng.integers(0, k, k)], f


@pytest.fixture(params=["table", "size"])
def method(request, monkeypatch):
    if request.param == "size":
        monkeypatch.setattr(pacdistill.samples.frontier, "MOST_TABLED_POINTS", 0)
        monkeypatch.setattr(pacdistill.samples.frontier, "_minimal_in_table", None)
    else:
        monkeypatch.setattr(pacdistill.samples.frontier, "_minimal_by_size", None)
    return request.param


def test_is_the_definition_on_1000_random_classes(method):
    rng = np.random.default_rng(0)
    sizes = []
    for _ in range(1_000):
        concepts, f = random_class(rng, most_points=8)
        found = pareto_frontier(concepts, f)
        assert found.tolist() == by_definition(concepts, f)
        sizes.append(len(found))
    assert max(sizes) > 10
    assert min(sizes) == 1


def test_more_than_20_points_are_taken_by_size(monkeypatch):
    monkeypatch.setattr(pacdistill.samples.frontier, "_minimal_in_table", None)
    rng = np.random.default_rng(1)
    for _ in range(100):
        N = int(rng.integers(21, 200))
        small = rng.random((60, N)) < rng.choice([2, 5, 20], size=(60, 1)) / N
        concepts = np.vstack([small, small[:20] | small[20:40]])
        f = rng.integers(0, 2, N)
        found = pareto_frontier(concepts ^ f, f)
        assert found.tolist() == by_definition(concepts ^ f, f)


def test_blocks_of_the_comparison_join(monkeypatch):
    monkeypatch.setattr(pacdistill.samples.frontier, "MOST_TABLED_POINTS", 0)
    concepts, f = random_class(np.random.default_rng(2), 8)
    whole = pareto_frontier(concepts, f)
    monkeypatch.setattr(pacdistill.samples.frontier, "BLOCK", 1)
    assert np.array_equal(pareto_frontier(concepts, f), whole)


@pytest.mark.parametrize("N", [10, 40])
def test_certificates_of_domination_and_of_minimality(N):
    """Each concept is dominated by a member; no member is dominated by another."""
    rng = np.random.default_rng(N)
    concepts, f = rng.integers(0, 2, (500, N)), rng.integers(0, 2, N)
    errors = disagreement_sets(concepts, f).astype(int)
    frontier = pareto_frontier(concepts, f)
    outside = errors[frontier] @ (1 - errors).T  # points in a member's set and not in the other's
    assert (outside == 0).any(axis=0).all()
    assert np.array_equal(np.argwhere(outside[:, frontier] == 0)[:, 0], np.arange(len(frontier)))
    assert (outside[:, frontier].diagonal() == 0).all()


def test_the_first_of_equal_concepts_is_returned_in_increasing_order(method):
    concepts = [[1, 1, 0], [0, 0, 1], [1, 0, 0], [0, 0, 1], [1, 0, 0]]
    assert pareto_frontier(concepts, [0, 0, 0]).tolist() == [1, 2]
    assert pareto_frontier(concepts[::-1], [0, 0, 0]).tolist() == [0, 1]


def test_a_class_that_has_the_source_has_it_alone_on_the_frontier(method):
    cube = enumerate_cube(5)
    for k in (0, 13, 31):
        assert pareto_frontier(cube, cube[k]).tolist() == [k]


@pytest.mark.parametrize("N", [4, 8])
def test_half_sets_dominate_nothing_until_the_source_joins_them(method, N):
    halves = enumerate_subsets(N, N // 2)
    assert pareto_frontier(halves, np.zeros(N)).tolist() == list(range(len(halves)))
    assert pareto_frontier(np.vstack([halves, np.zeros(N)]), np.zeros(N)).tolist() == [len(halves)]
    some = np.vstack([np.eye(N)[0], halves])
    kept = pareto_frontier(some, np.zeros(N))
    assert kept.tolist() == [0, *(1 + np.flatnonzero(halves[:, 0] == 0))]


def test_only_the_disagreement_matters():
    rng = np.random.default_rng(3)
    concepts, f, g = rng.integers(0, 2, (50, 7)), rng.integers(0, 2, 7), rng.integers(0, 2, 7)
    there = pareto_frontier(concepts, f)
    assert np.array_equal(pareto_frontier(concepts ^ g, f ^ g), there)
    assert np.array_equal(disagreement_sets(concepts, f), concepts ^ f)
    assert np.array_equal(pareto_frontier(concepts.astype(bool), f.astype(float)), there)


def test_all_65536_concepts_over_16_points_take_less_than_10_seconds():
    cube = enumerate_cube(16)
    start = time.process_time()
    frontier = pareto_frontier(cube[1:], np.zeros(16))
    assert time.process_time() - start < 10
    assert sorted(cube[1:][frontier].argmax(axis=1)) == list(range(16))
    assert (cube[1:][frontier].sum(axis=1) == 1).all()


@pytest.mark.parametrize(
    ("concepts", "f", "complaint"),
    [
        ([[0, 1]], [0], "a label for each of the 2 points"),
        ([[0, 1]], [[0, 1]], r"its shape is \(1, 2\)"),
        ([[0, 1]], [0, 2], "the label 2 at point 1"),
        ([[0, 2]], [0, 1], "the label 2 at point 1"),
        ([0, 1], [0, 1], "a single concept g is the class"),
        (np.zeros((0, 3)), [0, 0, 0], "at least one of each"),
    ],
)
def test_says_what_is_wrong(concepts, f, complaint):
    with pytest.raises(ValueError, match=complaint):
        pareto_frontier(concepts, f)


def test_says_what_is_too_large(monkeypatch):
    monkeypatch.setattr(pacdistill.samples.frontier, "MOST_PRODUCTS", 10_000)
    pairs = enumerate_subsets(24, 2)
    threes = enumerate_subsets(24, 3)
    assert len(pareto_frontier(pairs, np.zeros(24))) == len(pairs)  # nothing to compare with
    message = (
        r"of 2,300 different disagreement sets on 24 points is too large to finish: it has 276 "
        r"sets of fewer than 3 points"
    )
    with pytest.raises(ValueError, match=message):
        pareto_frontier(np.vstack([pairs, threes[: 2_300 - 276]]), np.zeros(24))


def test_the_limit_as_it_is_refuses_before_the_work():
    """All 27,405 sets of 4 of 30 points, then 200,000 of 10: more than 2^37 products."""
    larger = np.random.default_rng(4).random((200_000, 30)).argsort(axis=1) < 10
    start = time.process_time()
    with pytest.raises(ValueError, match="it has 27,405 sets of fewer than 10 points"):
        pareto_frontier(np.vstack([enumerate_subsets(30, 4), larger]), np.zeros(30))
    assert time.process_time() - start < 10


def test_the_frontier_of_all_sets_above_some_has_the_dimension_of_these():
    """A check that two modules speak of the same class: single points have dimension 1."""
    cube = enumerate_cube(6)[1:]
    kept = cube[pareto_frontier(cube, np.zeros(6))]
    assert len(find_shattered(cube)) >= 5
    assert len(find_shattered(kept)) == 1


# --- the figure that edits a class


def test_the_figure_carries_the_classes_as_they_are():
    figure = frontier_editor({"a": ([[True, False]], [0.0, 1.0]), "b": ([[0]], [1])}, name="demo")
    assert figure.data["classes"] == [
        {"name": "a", "concepts": [[1, 0]], "source": [0, 1]},
        {"name": "b", "concepts": [[0]], "source": [1]},
    ]
    assert figure._repr_html_() == figure._repr_html_()


@pytest.mark.parametrize(
    ("classes", "complaint"),
    [
        ({}, "at least one class"),
        ({"x": (np.zeros((25, 2)), [0, 0])}, "'x' has 25 on 2"),
        ({"x": (np.zeros((2, 9)), np.zeros(9))}, "at most 24 concepts on 8 points"),
        ({"x": ([[0, 1]], [0])}, "a label for each of the 2 points"),
    ],
)
def test_the_figure_says_what_it_does_not_show(classes, complaint):
    with pytest.raises(ValueError, match=complaint):
        frontier_editor(classes, name="demo")
