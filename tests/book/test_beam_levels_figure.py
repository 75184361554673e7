"""The moving figure of chapter 12, worked as a reader does, against the library's search."""

import numpy as np
import pytest

from pacdistill import Clause, enumerate_cube, random_tree, tree_network
from pacdistill.extraction import beam_search, best_trees, clause_scores, probe_basis
from pacdistill.figures import beam_levels
from pacdistill.figures.beam_levels import _code

pytestmark = pytest.mark.browser
PAGE = "chapters/12-extraction"
FIGURE = "#figure-beam"
WIDTHS = [2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 256, 512, 1024]


@pytest.fixture(scope="module")
def network():
    """The secret, its labels and the basis, made as in the chapter."""
    rng, d, units, noise = np.random.default_rng(11), 10, 16, 0.3
    trees = [random_tree(depth, d, rng) for depth in (4, 3, 3)]
    cube = enumerate_cube(d)
    nodes = np.hstack([tree_network(t, d).activations(cube)[:, 1:] for t in trees])
    mixed = nodes.astype(float) @ rng.normal(size=(nodes.shape[1], units))
    phi = mixed + noise * rng.normal(size=mixed.shape)
    return trees[0], trees[0].predict(cube), probe_basis(phi, ridge=0)


def by_threshold(basis, theta):
    """The kept clauses and the probes of the threshold search."""
    cube, level, kept, probes = enumerate_cube(10), [Clause()], {Clause()}, 0
    for length in (1, 2, 3):
        found = {}
        for clause in level:
            scores, _ = clause_scores(basis, cube, np.flatnonzero(clause.holds(cube)))
            for i in set(range(10)) - set(clause.variables):
                found |= {clause.extend(i, v): scores[v, i] for v in (0, 1)}
        share = 2.0**-length
        level = [c for c, z in found.items() if (1 - z) * share * (1 - share) <= theta]
        kept, probes = kept | set(level), probes + len(found)
    return kept, probes


def read(page):
    figure = page.locator(FIGURE)
    return {
        key: figure.get_attribute(f"data-{key}")
        for key in "rule width theta kept probes errors leaves lost".split()
    }


def check(page, network, kept, probes=None):
    """What is shown is what the library keeps, and the best tree of it."""
    tree, y, _ = network
    shown, cube = read(page), enumerate_cube(10)
    assert {int(code) for code in shown["kept"].split(",")} == {_code(c) for c in kept}
    best = best_trees(cube, y, kept, depth=4, max_size=16)[-1]
    assert (int(shown["errors"]), int(shown["leaves"])) == (best.errors, best.size)
    inside = {c for c, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if not leaf}
    lost = len(inside - set(kept))
    assert int(shown["lost"]) == lost
    live = page.locator(f"{FIGURE} .pd-live").text_content()
    assert ("makes no error" in live) == (best.errors == 0)
    assert (f"All {len(inside)} tests of the secret are kept" in live) == (lost == 0)
    rows = page.locator(f"{FIGURE} tbody tr")
    texts = rows.all_text_contents()
    assert len(texts) == len(inside)
    assert sum("kept" not in text for text in texts) + sum("never" in t for t in texts) >= lost
    filled = page.locator(f"{FIGURE} .pd-own").count()
    assert filled == len(inside) - lost - 1  # the empty clause has no diamond
    if probes is not None:
        assert int(shown["probes"]) == probes
    return shown


def move(page, index, value):
    page.locator(f"{FIGURE} input[type=range]").nth(index).evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }",
        value,
    )


def test_the_beam_keeps_what_the_library_keeps(open_figures, network):
    page = open_figures(PAGE, scheme="file")
    for k in (3, 0, 1, 5, 8, 11, 16):
        if k != 3:
            move(page, 0, k)
        found = beam_search(network[2], enumerate_cube(10), depth=4, width=WIDTHS[k])
        shown = check(page, network, found.clauses)
        assert (shown["rule"], int(shown["width"])) == ("beam", WIDTHS[k])
        assert int(shown["probes"]) <= found.probes  # the library counts some clauses twice
    assert page.problems == []
    assert page.foreign == []


def test_the_threshold_by_keyboard_on_a_narrow_screen(open_figures, network):
    page = open_figures(PAGE, width=390, theme="dark")
    menu = page.locator(f"{FIGURE} select")
    menu.focus()
    page.keyboard.press("ArrowDown")
    menu.select_option("1")
    for k in (8, 0, 3, 5, 40):
        move(page, 1, k)
        shown = check(page, network, *by_threshold(network[2], k / 320))
        assert shown["rule"] == "threshold"
    page.locator(f"{FIGURE} input[type=range]").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    check(page, network, *by_threshold(network[2], 39 / 320))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.problems == []


def test_what_cannot_be_shown_is_refused(network):
    tree, y, _ = network
    with pytest.raises(ValueError, match="3 to 10 bits"):
        beam_levels(probe_basis(np.eye(12)[:, :3], ridge=0), y[:12], tree, name="demo")
