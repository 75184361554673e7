"""The moving figure of chapter 1, worked as a reader does, against what the library computes."""

import re
from pathlib import Path

import bookfiles
import numpy as np
import pytest

from pacdistill import CallableSource, Clause, extract_tree, sample_cube
from pacdistill.figures import layer_readings
from pacdistill.networks import load_network

pytestmark = pytest.mark.browser
PAGE = "chapters/01-open-the-box"
DATA = Path(bookfiles.ROOT) / "chapters" / "data"


@pytest.fixture(scope="module")
def network():
    return load_network(DATA / "open-the-box.npz")


@pytest.fixture(scope="module")
def inputs():
    return sample_cube(5_000, 100, np.random.default_rng(1))


@pytest.fixture(scope="module")
def tree(network, inputs):
    return extract_tree(network, inputs, depth=5, fresh=inputs[:100]).tree


def read_bits(page):
    cells = page.locator("#figure-explorer .pd-bits button")
    return np.array([[int(text) for text in cells.all_text_contents()]], dtype=np.uint8)


def check(page, network, tree):
    """The figure's answers and its lit path are the library's, at the input that it shows."""
    x = read_bits(page)
    assert x.shape == (1, 100)
    figure = page.locator("#figure-explorer")
    logit = float(figure.get_attribute("data-logit"))
    assert logit == pytest.approx(float(network.logits(x)[0]), abs=1e-3)
    assert int(figure.get_attribute("data-network")) == network.labels(x)[0]
    assert int(figure.get_attribute("data-tree")) == tree.predict(x)[0]
    nodes = page.locator("#figure-explorer .pd-node")
    lit = [k for k, node in enumerate(nodes.all()) if "pd-on" in node.get_attribute("class")]
    assert lit == [k for k, clause in enumerate(tree.clauses()) if clause.holds(x)[0]]
    says = page.locator("#figure-explorer .pd-live").text_content()
    assert f"The network says {network.labels(x)[0]}" in says
    assert f"the tree says {tree.predict(x)[0]}" in says


def test_clicks_on_bits_move_the_path_and_both_answers(open_figures, network, tree):
    page = open_figures(PAGE, scheme="file")
    check(page, network, tree)
    before = read_bits(page)
    cells = page.locator("#figure-explorer .pd-bits button")
    for i in (int(tree.variable[0]), 0, *tree.variables[:3]):
        cells.nth(i).click()
        check(page, network, tree)
    assert (read_bits(page) != before).sum() >= 3
    assert page.problems == []


def test_arrow_keys_walk_over_bits_and_space_flips(open_figures, network, tree):
    page = open_figures(PAGE)
    before = read_bits(page)
    page.locator("#figure-explorer .pd-bits button").first.focus()
    for key in ("ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)
    changed = np.flatnonzero((read_bits(page) != before)[0])
    assert changed.tolist() == [11]
    check(page, network, tree)


def test_arrow_keys_walk_over_nodes_and_enter_flips_the_tested_bit(open_figures, network, tree):
    page = open_figures(PAGE)
    figure = page.locator("#figure-explorer")
    before = read_bits(page)
    page.locator("#figure-explorer .pd-node").first.focus()
    page.keyboard.press("ArrowRight")
    child = tree.children[0, before[0, tree.variable[0]]]
    assert int(figure.get_attribute("data-chosen")) == child
    page.keyboard.press("Enter")
    changed = np.flatnonzero((read_bits(page) != before)[0])
    assert changed.tolist() == [tree.variable[child]]
    page.keyboard.press("ArrowLeft")
    assert int(figure.get_attribute("data-chosen")) == 0
    check(page, network, tree)


def test_a_chosen_node_shows_its_clause_and_how_well_each_layer_reads_it(
    open_figures, network, tree, inputs
):
    page = open_figures(PAGE)
    readings = layer_readings(tree, network, inputs)
    for node in (1, 4, len(tree.variable) - 1):
        page.locator("#figure-explorer .pd-node").nth(node).click()
        info = page.locator("#figure-explorer .pd-info")
        clause = re.search(r"reached if ((?:x\d+=[01] ?)+)", info.text_content()).group(1)
        literals = re.findall(r"x(\d+)=([01])", clause)
        assert Clause(tuple((int(i), int(v)) for i, v in literals)) == tree.clauses()[node]
        shown = [float(row.text_content()[-4:]) for row in info.locator(".pd-reading").all()]
        assert shown == pytest.approx(readings[:, node], abs=0.0051)


def test_the_buttons_draw_inputs_and_compare(open_figures, network, tree):
    page = open_figures(PAGE)
    before = read_bits(page)
    page.get_by_role("button", name="Random input", exact=True).click()
    assert 25 < (read_bits(page) != before).sum() < 75
    check(page, network, tree)
    page.get_by_role("button", name="Compare on 1,000 random inputs").click()
    assert "they agree on 1000." in page.locator("#figure-explorer .pd-live").text_content()


def test_the_check_can_fail(open_figures, network, tree):
    """Another network or another tree is noticed."""
    page = open_figures(PAGE)
    other = load_network(DATA / "ordinary-tree.npz")
    with pytest.raises(AssertionError):
        check(page, other, tree)
    wrong = CallableSource(lambda Z: 1 - network.labels(Z), network.activations)
    with pytest.raises(AssertionError):
        check(
            page,
            network,
            extract_tree(wrong, sample_cube(2000, 100, np.random.default_rng(3)), depth=5).tree,
        )
