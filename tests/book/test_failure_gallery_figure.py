"""The moving figure of chapter 16, worked as a reader does, against the rows of its study."""

import json

import pytest
from bookfiles import ROOT

from pacdistill.figures.failure_gallery import MODES

pytestmark = pytest.mark.browser
PAGE = "chapters/16-when-it-fails"
FIGURE = "#figure-failures"
ROWS = json.loads((ROOT / "studies/results/failures-rows.json").read_text(encoding="utf-8"))


def check(page):
    """What is shown at this mode and level is what the study measured."""
    figure = page.locator(FIGURE)
    shown = {
        name: figure.get_attribute(f"data-{name}")
        for name in "mode level networks exact refused predicted observed alarms any".split()
    }
    group = [
        row
        for row in ROWS["spoiled"]
        if row["mode"] == shown["mode"] and row["level"] == float(shown["level"])
    ]
    seen = [row for row in group if "refused" not in row]
    assert len(seen) == int(shown["networks"])
    assert len(group) - len(seen) == int(shown["refused"])
    assert sum(row["exact"] for row in seen) == int(shown["exact"])
    predicted = sum(row["predicted"] for row in group) / len(group)
    assert float(shown["predicted"]) == pytest.approx(predicted, abs=1e-4)
    names = figure.locator(".pd-check").all_text_contents()
    counts = [sum(name in row["alarms"] for row in seen) for name in names]
    assert json.loads(shown["alarms"]) == counts
    assert sum(bool(row["alarms"]) for row in seen) == int(shown["any"])
    states = figure.locator(".pd-state").all_text_contents()
    live = figure.locator(".pd-live").text_content()
    if seen:
        observed = sum(row["observed"] for row in seen) / len(seen)
        assert float(shown["observed"]) == pytest.approx(observed, abs=1e-4)
        words = [f"alarm at {count} of {len(seen)}" if count else "quiet" for count in counts]
        assert states == words
        assert f"right for {shown['exact']} of {len(seen)} networks" in live
    else:
        assert set(states) == {"not asked"}
        assert "refuses" in live
    # the drawing: a dot for each network of the mode, filled if its tree is right
    everything = [row for row in ROWS["spoiled"] if row["mode"] == shown["mode"]]
    for name, exact in (("pd-right", True), ("pd-wrong", False)):
        wanted = [row["observed"] for row in everything if row.get("exact") is exact]
        heights = figure.locator(f"[role=img] .{name}").evaluate_all(
            "dots => dots.map(dot => (170 - Number(dot.getAttribute('cy'))) / 158)"
        )
        assert sorted(heights) == pytest.approx(sorted(wanted), abs=1e-3)
    return shown


def test_every_level_of_every_failure_by_keyboard(open_figures):
    page = open_figures(PAGE, width=390, theme="dark")
    menu, slider = (page.locator(f"{FIGURE} {tag}") for tag in ("select", "input"))
    visited, silent = set(), set()
    for k in range(len(MODES)):
        menu.select_option(str(k))
        slider.focus()
        page.keyboard.press("Home")
        for _ in range(int(slider.get_attribute("max")) + 1):
            shown = check(page)
            visited.add((shown["mode"], float(shown["level"])))
            wrong = int(shown["exact"]) < int(shown["networks"])
            if wrong and shown["any"] == "0":
                silent.add(shown["mode"])
                assert "no alarm at all" in page.locator(FIGURE).text_content()
            page.keyboard.press("ArrowRight")
    assert visited == {(row["mode"], row["level"]) for row in ROWS["spoiled"]}
    assert silent == {"distribution"}  # the text says that it is the only one
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.problems == []
    assert page.foreign == []


def test_it_works_from_the_disk_and_starts_with_a_failure(open_figures):
    page = open_figures(PAGE, scheme="file")
    shown = check(page)
    assert shown["mode"] == "representation"
    assert int(shown["exact"]) < int(shown["networks"])
    assert page.problems == []
