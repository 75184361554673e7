"""The moving figure of chapter 15, worked as a reader does, against what the library computes."""

import json
import re

import bookfiles
import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from pacdistill.tables import RuleTree

pytestmark = pytest.mark.browser
PAGE = "chapters/15-real-data"
FIGURE = "#figure-frontier"
DATA = bookfiles.ROOT / "chapters" / "data"
KEPT = json.loads((DATA / "real-trees.json").read_text(encoding="utf-8"))
COLUMNS = {"visits": ("visits", 1), "flights": ("arrival", 15)}


@pytest.fixture(scope="module", params=["visits", "flights"])
def case(request):
    """The trees, the test rows, the network's labels there, and the true ones."""
    found = KEPT[request.param]
    form = {"columns": found["columns"], "literals": found["literals"]}
    trees = [RuleTree.from_dict({**form, "tree": tree}) for tree in found["trees"]]
    table = pd.read_csv(DATA / f"{request.param}.csv.gz").iloc[found["rows"]]
    target, least = COLUMNS[request.param]
    truth = (table[target] >= least).to_numpy()
    table = table[list(found["columns"])]
    return request.param, trees, table, np.array(list(found["network"]), dtype=int), truth


def slide(page, k):
    page.locator(f"{FIGURE} input[type=range]").evaluate(
        "(slider, k) => { slider.value = k; slider.dispatchEvent(new Event('input')); }", k
    )


def check(page, case):
    """The tree that is drawn, and all numbers beside it, are the library's."""
    _, trees, table, network, truth = case
    figure = page.locator(FIGURE)
    says = {name: figure.get_attribute(f"data-{name}") for name in ("size", "agree", "right")}
    tree = next(one for one in trees if one.size == int(says["size"]))
    predicted = tree.predict(table)
    agree = int((predicted == network).sum())
    assert (agree, int((predicted == truth).sum())) == (int(says["agree"]), int(says["right"]))
    wide = binomtest(agree, len(table)).proportion_ci(1 - 0.05 / len(trees), method="exact")
    for name, limit in (("low", wide.low), ("high", wide.high)):
        assert float(figure.get_attribute(f"data-{name}")) == pytest.approx(limit, abs=6e-5)
    live = page.locator(f"{FIGURE} .pd-live").text_content()
    said = [float(number) for number in re.findall(r"[0-9.]+(?= %)", live)]
    parts = agree / len(table), wide.low, wide.high, (predicted == truth).mean()
    expected = [100 * float(part) for part in (*parts, (network == truth).mean())]
    assert said == pytest.approx(expected, abs=0.0551)
    # the tree, line by line: yes before no
    texts, facts = (
        page.locator(f"{FIGURE} .pd-line .{one}").all_text_contents()
        for one in ("pd-text", "pd-facts")
    )
    clauses, bits, expected = tree.clauses(), tree.literals.encode(table), []

    def walk(node):
        expected.append(node)
        for value in (1, 0):
            if not tree.is_leaf[node]:
                walk(tree.children[node, value])

    walk(0)
    assert len(texts) == len(expected)
    for node, text, fact in zip(expected, texts, facts, strict=True):
        inside = clauses[node].holds(bits)
        shown = [float(number) for number in re.findall(r"[0-9.]+(?= %)", fact)]
        assert shown[0] == pytest.approx(100 * inside.mean(), abs=0.0501)
        if tree.is_leaf[node] and inside.any():
            same = (predicted == network)[inside].mean()
            assert shown[1] == pytest.approx(100 * same, abs=0.0501)
        if not tree.is_leaf[node]:
            assert f"{tree.question(int(tree.variable[node]))[0]} ?" in text
    return tree, predicted


def test_every_size_and_some_rows(open_figures, case):
    page = open_figures(PAGE, scheme="file")
    name, trees, table, network, _ = case
    chosen = list(KEPT).index(name)
    page.locator(f"{FIGURE} select").select_option(str(chosen))
    assert int(page.locator(FIGURE).get_attribute("data-size")) >= 8  # where it starts
    for k in {0, 1, 4, len(trees) // 2, len(trees) - 1}:
        slide(page, k)
        tree, _ = check(page, case)
        assert tree.size == trees[k].size
    slide(page, 4)
    tree, predicted = check(page, case)
    bits = tree.literals.encode(table)
    figure = page.locator(FIGURE)
    for k in range(3):
        figure.get_by_role("button", name=re.compile("Send (one of|another)")).click()
        assert int(figure.get_attribute("data-row")) == k
        shown = [int(node) for node in figure.get_attribute("data-path").split(",")]
        assert shown == [j for j, c in enumerate(tree.clauses()) if c.holds(bits[k : k + 1])[0]]
        assert int(figure.get_attribute("data-says")) == predicted[k]
        assert int(figure.get_attribute("data-network")) == network[k]
    figure.get_by_role("button", name="Send one on which they differ").click()
    k = int(figure.get_attribute("data-row"))
    apart = np.flatnonzero(predicted[:40] != network[:40])
    assert (k in apart) if len(apart) else (k == -1)
    told = page.locator(f"{FIGURE} .pd-told").text_content()
    assert ("agrees with the network on all 40" in told) == (len(apart) == 0)
    assert page.problems == []


def test_by_keyboard_on_a_narrow_dark_page(open_figures):
    page = open_figures(PAGE, width=390, theme="dark")
    figure = page.locator(FIGURE)
    before = int(figure.get_attribute("data-size"))
    page.locator(f"{FIGURE} input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    assert int(figure.get_attribute("data-size")) > before
    page.keyboard.press("Tab")  # to the tree, which scrolls
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert figure.get_attribute("data-row") == "0"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.problems == []
