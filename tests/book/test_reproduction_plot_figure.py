"""The moving figure of chapter 14, worked as a reader does, against the rows of the study."""

import json

import numpy as np
import pytest
from bookfiles import ROOT

pytestmark = pytest.mark.browser
PAGE = "chapters/14-reproduction"
FIGURE = "#figure-reproduction"
TABLES = json.loads((ROOT / "studies/results/reproduction.json").read_text(encoding="utf-8"))[
    "tables"
]
ROWS, PUBLISHED = TABLES["Every network and search"], TABLES["Published"]


def read(page):
    names = "depth measure search mean least most exact probes published".split()
    figure = page.locator(FIGURE)
    return {name: figure.get_attribute(f"data-{name}") for name in names}


def check(page):
    """What is told of the chosen search is what the study says."""
    shown = read(page)
    depth, search = int(shown["depth"]), shown["search"]
    beam = search.isdigit()
    rows = [
        r
        for r in ROWS
        if r["depth"] == depth and (r.get("k") == int(search) if beam else r["search"] == search)
    ]
    correct = [r["correct"] for r in rows]
    assert len(rows) == 10
    assert float(shown["mean"]) == pytest.approx(np.mean(correct))
    assert (float(shown["least"]), float(shown["most"])) == (min(correct), max(correct))
    assert int(shown["exact"]) == sum(r["exact"] for r in rows)
    assert float(shown["probes"]) == pytest.approx(np.mean([r["probes"] for r in rows]))
    points = [p for p in PUBLISHED if beam and (p["depth"], p["k"]) == (depth, int(search))]
    expected = ",".join(f"{p['correct']:g},{p['probes']}" for p in points)
    assert shown["published"] == expected
    live = page.locator(f"{FIGURE} .pd-live").text_content()
    assert f"exact {shown['exact']} times" in live
    assert ("published" in live) == bool(points)
    return shown


def heights(page):
    """The dots, from left to right, as parts of the height of the drawing."""
    circles = page.locator(f"{FIGURE} .pd-dot")
    return circles.evaluate_all("all => all.map(one => Number(one.getAttribute('cy')))")


def test_every_depth_and_search(open_figures):
    page = open_figures(PAGE, scheme="file")
    for depth in ("2", "3", "4", "5"):
        page.locator(f"{FIGURE} select").first.select_option(label=depth)
        buttons = page.locator(f"{FIGURE} .pd-widths button")
        widths = [p for p in PUBLISHED if p["depth"] == int(depth)]
        assert buttons.count() == len(widths) + 2
        for j in range(buttons.count()):
            buttons.nth(j).click()
            shown = check(page)
            assert shown["depth"] == depth
            assert buttons.nth(j).get_attribute("aria-pressed") == "true"
        # A dot for every network and search, a diamond for every published value.
        assert len(heights(page)) == 10 * buttons.count()
        assert page.locator(f"{FIGURE} .pd-published").count() == len(widths)
        exact = sum(r["exact"] for r in ROWS if r["depth"] == int(depth))
        assert page.locator(f"{FIGURE} .pd-dot.pd-exact").count() == exact
        page.locator(f"{FIGURE} select").nth(1).select_option("1")
        first = next(r for r in ROWS if r["depth"] == int(depth))
        share = (np.log10(first["probes"]) - 1.5) / 4.5
        assert 205 - share * 193 == pytest.approx(heights(page)[0])
        page.locator(f"{FIGURE} select").nth(1).select_option("0")
    assert page.problems == []


def test_the_keyboard_and_the_table_on_a_phone_in_the_dark(open_figures):
    page = open_figures(PAGE, width=390, theme="dark")
    page.locator(f"{FIGURE} .pd-widths button").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert check(page)["search"] == "200"
    page.locator(f"{FIGURE} summary").focus()
    page.keyboard.press("Enter")
    lines = page.locator(f"{FIGURE} tbody tr")
    assert lines.count() == 8
    cells = lines.nth(3).locator("td").all_text_contents()
    assert cells[0] == "1.00"
    assert cells[5] == "131,455"
    assert cells[4] == f"{read(page)['exact']} of 10"
    page.locator(f"{FIGURE} .pd-column").nth(6).hover()
    assert check(page)["search"] == "twisted"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.problems == []
