"""The moving figure of chapter 9, climbed as a reader does, against what the library computes."""

import json
from pathlib import Path

import bookfiles
import numpy as np
import pytest

from pacdistill import parity_tree, random_hard_tree, random_tree, tree_network
from pacdistill.queries import KeyedFunction, random_junta

pytestmark = pytest.mark.browser
PAGE, FIGURE, D = "chapters/09-ladder-of-access", "#figure-access-ladder", 8
RUNGS = ["examples", "queries", "activations", "weights"]
SOURCES = {
    "keyed": KeyedFunction(bytes.fromhex("0123456789abcdef")),
    "hard tree": random_hard_tree(3, D, np.random.default_rng(2), parity=2),
    "random tree": random_tree(3, D, np.random.default_rng(4)),
    "parity": parity_tree((1, 4, 6)),
    "junta": random_junta(D, 3, np.random.default_rng(1)).tree(),
}
RESULTS = Path(bookfiles.ROOT) / "studies" / "results" / "ladder.json"
ROWS = json.loads(RESULTS.read_text(encoding="utf-8"))["tables"]["Ladder"]


def state(page):
    return page.locator(FIGURE).evaluate("e => ({...e.dataset})")


def rung(page, name):
    page.locator(f"{FIGURE} .pd-ladder button").filter(has_text=name).click()


def choose(page, kind):
    page.locator(f"{FIGURE} select").select_option(label=kind)


def lines(page, place):
    table = page.locator(f"{FIGURE} {place} tbody tr")
    return [row.locator("th, td").all_text_contents() for row in table.all()]


def check(page):
    """What the figure shows is the source's, at the rung and class that it is at."""
    now = state(page)
    source = SOURCES[now["class"]]
    if now["rung"] == "examples":
        rows = lines(page, ".pd-view")
        X = np.array([[int(c) for c in x] for x, _ in rows], dtype=np.uint8)
        assert source.predict(X).tolist() == [int(y) for _, y in rows]
        assert len(rows) == min(8, int(now["drawn"]))
    else:
        x = np.array([[int(c) for c in now["bits"]]], dtype=np.uint8)
        assert int(now["label"]) == source.predict(x)[0]
        assert f"the label is {now['label']}" in page.locator(f"{FIGURE} .pd-live").text_content()
        if not isinstance(source, KeyedFunction):
            values = tree_network(source, D).activations(x)[0]
            assert [float(u) for u in now["units"].split(",")] == values.tolist()
            clauses = source.clauses()
            if now["rung"] == "activations":
                shown = page.locator(f"{FIGURE} .pd-unit span").all_text_contents()
                assert [float(u) for u in shown] == values.tolist()
            if now["rung"] == "weights":
                rows = lines(page, ".pd-view")
                says = [" ".join(f"x{i}={v}" for i, v in sorted(c.literals)) for c in clauses]
                assert [row[2] for row in rows] == [text or "always" for text in says]
                assert [row[4] == "+1" for row in rows] == (source.label == 1).tolist()
        elif now["rung"] == "weights":
            assert page.locator(f"{FIGURE} .pd-key").text_content() == source.key.hex()
    expected = [
        [row["distiller"], f"{row['samples']:,}", f"{row['queries']:,}", f"{row['error']:.4f}"]
        for row in ROWS
        if (row["class"], row["rung"]) == (now["class"], now["rung"])
    ]
    assert [row[:4] for row in lines(page, ".pd-costs")] == expected


def test_every_rung_of_every_class(open_figures):
    page = open_figures(PAGE)
    assert state(page)["rung"] == "examples"
    for kind in SOURCES:
        choose(page, kind)
        for name in RUNGS:
            rung(page, name)
            assert (state(page)["class"], state(page)["rung"]) == (kind, name)
            check(page)
    assert page.problems == []


def test_flips_find_the_bits_that_matter(open_figures):
    page = open_figures(PAGE, scheme="file")
    choose(page, "parity")
    rung(page, "queries")
    for i in range(D):
        page.locator(f"{FIGURE} .pd-flips button").nth(i).click()
        check(page)
    assert state(page)["found"] == "1,4,6"
    assert int(state(page)["asked"]) == D + 1
    choose(page, "junta")  # has a memory of its own
    assert state(page)["found"] == ""
    rung(page, "examples")
    before = int(state(page)["drawn"])
    page.get_by_role("button", name="Draw an example").click()
    assert int(state(page)["drawn"]) == before + 1
    check(page)


def test_the_keyboard_climbs_and_flips_on_a_narrow_page(open_figures):
    page = open_figures(PAGE, theme="dark", width=390)
    page.locator(f"{FIGURE} .pd-ladder button[tabindex='0']").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert state(page)["rung"] == "queries"
    page.locator(f"{FIGURE} .pd-flips button").first.focus()
    before = state(page)["bits"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    after = state(page)["bits"]
    assert [i for i in range(D) if before[i] != after[i]] == [1]
    check(page)
    box = page.locator(FIGURE).bounding_box()
    assert box["width"] <= 390


def test_the_check_can_fail(open_figures, monkeypatch):
    page = open_figures(PAGE)
    choose(page, "hard tree")
    rung(page, "weights")
    monkeypatch.setitem(SOURCES, "hard tree", SOURCES["random tree"])
    with pytest.raises(AssertionError):
        check(page)
