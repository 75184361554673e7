"""The moving figure of chapter 5, worked as a reader does, against what the library computes."""

import numpy as np
import pytest

from pacdistill.samples import disagreement_sets, enumerate_subsets, erm_samples, pareto_frontier

pytestmark = pytest.mark.browser
PAGE = "chapters/05-pareto-frontier"
FIGURE = "#figure-frontier"
CELLS = f"{FIGURE} .pd-errors button"


def read_class(page):
    """The class and the source that the figure says it shows."""
    figure = page.locator(FIGURE)
    rows = figure.get_attribute("data-concepts").split(",")
    table = np.array([[int(label) for label in row] for row in rows])
    return table, np.array([int(label) for label in figure.get_attribute("data-source")])


def check(page, frontier=pareto_frontier, samples=erm_samples):
    """All that the figure shows is what the library computes for the class that it shows."""
    figure = page.locator(FIGURE)
    concepts, f = read_class(page)
    k, N = concepts.shape
    errors = disagreement_sets(concepts, f)

    # the table: a row for f, then the errors, and the button that removes at the end of each row
    texts = np.array(page.locator(CELLS).all_text_contents()).reshape(k + 1, N + 1)
    assert [int(text) for text in texts[0, :-1]] == f.tolist()
    assert np.array_equal(texts[1:, :-1] == "\u00d7", errors == 1)
    pressed = page.locator(CELLS).evaluate_all(
        "cells => cells.map(cell => cell.getAttribute('aria-pressed'))"
    )
    shown = np.array(pressed).reshape(k + 1, N + 1)[1:, :-1]
    assert np.array_equal(shown == "true", errors == 1)

    # the frontier, and who dominates whom
    expected = frontier(concepts, f).tolist()
    assert [int(g) for g in figure.get_attribute("data-frontier").split(",")] == expected
    for g, by in enumerate(figure.get_attribute("data-dominator").split(",")):
        assert int(by) in expected
        assert (errors[int(by)] <= errors[g]).all()
    sides = page.locator(f"{FIGURE} .pd-errors .pd-side").all_text_contents()
    statuses = sides[-2 * k + 1 :: 2]
    assert [g for g, status in enumerate(statuses) if status == "★ frontier"] == expected

    # the drawing: a mark for each different set, the frontier's ones filled, and the steps
    different, first = np.unique(errors, axis=0, return_index=True)
    first = np.sort(first)
    marks = page.locator(f"{FIGURE} .pd-set")
    assert marks.all_text_contents() == [f"g{g}" for g in first]
    minimal = page.locator(f"{FIGURE} .pd-minimal").all_text_contents()
    assert minimal == [f"g{g}" for g in expected]
    inside = (different[:, None] <= different[None]).all(axis=2) & ~np.eye(
        len(different), dtype=bool
    )
    between = (inside[:, :, None] & inside[None]).any(axis=1)
    assert page.locator(f"{FIGURE} .pd-above").count() == (inside & ~between).sum()

    # the sample sizes
    eps, delta = (float(figure.get_attribute(f"data-{name}")) for name in ("eps", "delta"))
    cells = page.locator(f"{FIGURE} .pd-samples td").all_text_contents()
    numbers = [int(text.replace(",", "")) for text in cells]
    sizes = (len(first), len(expected))
    assert numbers == [
        0 if size == 1 else samples(size, eps, delta, agnostic=agnostic)
        for agnostic in (False, True)
        for size in sizes
    ]
    kept = [
        int(figure.get_attribute(f"data-{kind}-{of}"))
        for kind in ("perfect", "agnostic")
        for of in "gp"
    ]
    assert kept == numbers
    says = page.locator(f"{FIGURE} .pd-live").text_content()
    every = 1 < sizes[1] == sizes[0]
    names = ", ".join(f"g{g}" for g in expected)
    assert (
        "all on the frontier:" if every else f"{len(expected)} on the frontier: {names}."
    ) in says
    return concepts, f, expected


def test_every_class_of_the_menu(open_figures):
    page = open_figures(PAGE, scheme="file")
    concepts, f, frontier = check(page)
    assert (len(concepts), f.tolist(), frontier) == (12, [0, 0, 1, 1, 0, 0], [2, 6, 10])
    menu = page.locator(f"{FIGURE} select")
    for k in range(menu.locator("option").count()):
        menu.select_option(str(k))
        check(page)
    assert page.problems == []


def test_half_sets_are_all_on_the_frontier_until_f_is_added(open_figures):
    page = open_figures(PAGE)
    page.locator(f"{FIGURE} select").select_option(label="half-sets of 6 points")
    concepts, _, frontier = check(page)
    assert np.array_equal(concepts, enumerate_subsets(6, 3))
    assert frontier == list(range(20))
    assert "knowing f discards nothing" in page.locator(f"{FIGURE} .pd-live").text_content()
    page.get_by_role("button", name="Add f itself").click()
    assert check(page)[2] == [20]
    assert "no sample is needed" in page.locator(f"{FIGURE} .pd-live").text_content()
    page.get_by_role("button", name="remove g20").click()
    assert check(page)[2] == list(range(20))


def test_clicks_change_labels_and_the_source(open_figures):
    page = open_figures(PAGE)
    before, f, _ = check(page)
    page.get_by_role("button", name="g2 at point 4").click()
    after, _, _ = check(page)
    assert np.argwhere(before != after).tolist() == [[2, 4]]
    page.get_by_role("button", name="f at point 0").click()
    _, changed, _ = check(page)
    assert np.flatnonzero(changed != f).tolist() == [0]
    page.get_by_role("button", name="flip f everywhere").click()
    assert check(page)[1].tolist() == (1 - changed).tolist()


def test_arrow_keys_walk_over_the_table_and_space_changes_a_point(open_figures):
    page = open_figures(PAGE)
    before, _, _ = check(page)
    page.locator(CELLS).first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Space"):
        page.keyboard.press(key)
    after, _, _ = check(page)
    assert np.argwhere(before != after).tolist() == [[1, 1]]


def test_concepts_are_removed_by_keys_down_to_one_and_added_up_to_24(open_figures):
    page = open_figures(PAGE)
    page.get_by_role("button", name="remove g11").focus()
    for left in range(11, 0, -1):
        page.keyboard.press("Enter")
        assert len(read_class(page)[0]) == left
    check(page)
    assert page.get_by_role("button", name="remove g0").is_disabled()
    add = page.get_by_role("button", name="Add a concept that always errs")
    for _ in range(23):
        add.click()
    concepts, f, _ = check(page)
    assert (concepts[1:] == 1 - f).all()
    assert len(concepts) == 24
    assert add.is_disabled()


def test_the_drawing_is_walked_by_arrow_keys_and_tells_what_a_concept_dominates(open_figures):
    page = open_figures(PAGE)
    figure = page.locator(FIGURE)
    concepts, f, _ = check(page)
    errors = disagreement_sets(concepts, f)
    assert figure.get_attribute("data-chosen") == "2"
    page.locator(f"{FIGURE} .pd-chosen").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
        g = int(figure.get_attribute("data-chosen"))
        about = page.locator(f"{FIGURE} .pd-about").text_content()
        points = ", ".join(map(str, np.flatnonzero(errors[g])))
        above = [h for h in range(12) if h != g and (errors[g] <= errors[h]).all()]
        names = ", ".join(f"g{h}" for h in above)
        assert about == f"g{g} errs on {{{points}}}; " + (
            f"it dominates {names}." if above else "it dominates no other."
        )
        assert page.evaluate("document.activeElement.textContent") == f"g{g}"
    page.locator(f"{FIGURE} .pd-set").nth(5).click()
    assert figure.get_attribute("data-chosen") == "5"


def test_sliders_and_random_classes(open_figures):
    page = open_figures(PAGE)
    seen = set()
    for slider, key in ((0, "ArrowRight"), (1, "ArrowLeft"), (0, "Home"), (1, "End")):
        page.locator(f"{FIGURE} input[type=range]").nth(slider).focus()
        page.keyboard.press(key)
        figure = page.locator(FIGURE)
        seen.add((figure.get_attribute("data-eps"), figure.get_attribute("data-delta")))
        page.get_by_role("button", name="Random class").click()
        check(page)
    assert seen == {("0.05", "0.05"), ("0.05", "0.1"), ("0.5", "0.1"), ("0.5", "0.001")}


def test_the_check_can_fail(open_figures):
    page = open_figures(PAGE)
    for wrong in (
        {"frontier": lambda concepts, f: pareto_frontier(concepts, f)[1:]},
        {"samples": lambda size, *rest, agnostic: erm_samples(size + 1, *rest, agnostic=agnostic)},
    ):
        with pytest.raises(AssertionError):
            check(page, **wrong)
