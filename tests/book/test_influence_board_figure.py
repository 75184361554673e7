"""The moving figure of chapter 8, worked as a reader does, against what the library computes."""

import json
from math import ceil, log

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.queries import Junta, influences, junta_queries

pytestmark = pytest.mark.browser
PAGE = "chapters/08-juntas"
FIGURE = "#figure-influences"
D, K, DELTA = 10, 3, 0.01
CUBE = enumerate_cube(D)


def numbers(text):
    return tuple(int(part) for part in text.split(",") if part)


def read(page):
    """What the figure says it shows."""
    names = "variables table labels flips influences read right queries phase known result".split()
    figure = page.locator(FIGURE)
    return {name: figure.get_attribute(f"data-{name}") for name in names}


def check(page):
    """The function, its influences and what is said of them are the library's."""
    shown = read(page)
    h = Junta(numbers(shown["variables"]), tuple(int(c) for c in shown["table"]))
    f = np.array([int(c) for c in shown["labels"]])
    wrong = f != h.predict(CUBE)
    assert wrong.sum() == int(shown["flips"])
    inf = influences(f)
    assert json.loads(shown["influences"]) == pytest.approx(inf.tolist(), abs=0)
    threshold, gap = 2.0**-K, 2.0**-K - 2 * wrong.mean()
    relevant = np.isin(np.arange(D), h.relevant().variables)
    assert numbers(shown["read"]) == tuple(np.flatnonzero(inf > threshold).tolist())
    cells = CUBE[:, list(h.variables)] @ (1 << np.arange(K)[::-1])
    counts = np.bincount(cells, weights=wrong, minlength=2**K).astype(int)
    right = np.array_equal(inf > threshold, relevant) and (2 * counts < 2 ** (D - K)).all()
    assert (shown["right"] == "true") == right
    if gap > 0:  # thm-junta-robust
        assert right
        assert (inf[relevant] >= threshold + gap).all()
        assert (inf[~relevant] <= threshold - gap).all()
    live = page.locator(f"{FIGURE} .pd-live").text_content()
    assert ("nothing is promised" in live) == (gap <= 0)
    assert ("goes astray" in live) == (not right)
    # the drawing: heights of the bars, the pressed buttons, the counts in the cells
    bars = page.locator(f"{FIGURE} .pd-bar")
    heights = bars.evaluate_all("bars => bars.map(bar => Number(bar.getAttribute('height')))")
    assert heights == pytest.approx(np.maximum(1, 166 * inf).tolist())
    filled = bars.evaluate_all("bars => bars.map(bar => bar.classList.contains('pd-relevant'))")
    assert filled == relevant.tolist()
    entries = page.locator(f"{FIGURE} .pd-cells button")
    pressed = entries.evaluate_all("cells => cells.map(cell => cell.getAttribute('aria-pressed'))")
    assert [one == "true" for one in pressed] == [label == 1 for label in h.table]
    if wrong.any():
        texts = entries.all_text_contents()
        assert [int(text.split("\u00d7")[1].split("/")[0]) for text in texts] == counts.tolist()
    return h, f, shown


def set_slider(page, value):
    page.locator(f"{FIGURE} input[type=range]").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }",
        value,
    )


def choose(page, name, label):
    page.locator(f"{FIGURE} .pd-select", has_text=name).locator("select").select_option(label=label)


def press(page, name):
    page.locator(FIGURE).get_by_role("button", name=name, exact=True).click()


def play(page):
    """Let the distiller work to the end, checking each step; what it found, and its queries."""
    for _ in range(400):
        before = read(page)
        if before["phase"] == "done":
            break
        press(page, "Ask until it learns something")
        after = read(page)
        assert set(numbers(before["known"])) <= set(numbers(after["known"]))
    labels = np.array([int(c) for c in after["labels"]])
    known = numbers(after["known"])
    assert (influences(labels)[list(known)] > 0).all()  # what it names is relevant, always
    assert int(after["queries"]) <= junta_queries(D, K, DELTA)
    return Junta(known, tuple(int(c) for c in after["result"])), int(after["queries"])


def test_every_function_of_the_menu_with_and_without_errors(open_figures):
    page = open_figures(PAGE, scheme="file")
    h, _, shown = check(page)
    assert (h, shown["flips"]) == (Junta((1, 4, 6), (0, 1, 0, 1, 0, 0, 1, 1)), "0")
    menu = page.locator(f"{FIGURE} .pd-select", has_text="h is").locator("select")
    for k in range(1, menu.locator("option").count()):
        menu.select_option(str(k))
        for where in ("at random", "where it hurts most"):
            choose(page, "flipped where", where)
            for flips in (0, 32, 60, 64, 128):
                set_slider(page, flips)
                check(page)
        set_slider(page, 0)
        h, *_ = check(page)
        found, _ = play(page)
        assert (found.predict(CUBE) == h.predict(CUBE)).all()
    assert page.problems == []


def test_the_worst_errors_meet_the_bands_and_the_radius(open_figures):
    page = open_figures(PAGE)
    choose(page, "h is", "AND")
    choose(page, "flipped where", "where it hurts most")
    for flips in (4, 32, 60, 64):
        set_slider(page, flips)
        _, f, _ = check(page)
        low, high = np.sort(influences(f))[::-1][[3, 0]]
        assert low == 2 * flips / 2**D  # the bit that takes the place of another
        assert np.sort(influences(f))[::-1][2] == 2.0 ** (1 - K) - 2 * flips / 2**D
        assert high <= 2.0 ** (1 - K)
    choose(page, "flipped where", "at random")
    set_slider(page, 128)
    check(page)
    # The exact distiller finds bits that errors made relevant, or has luck; it is never certain.
    found, _ = play(page)
    assert set(found.variables) <= set(range(D))


def test_the_reader_changes_the_table_and_the_variables_by_keyboard(open_figures):
    page = open_figures(PAGE, width=390, theme="dark")
    first = page.locator(f"{FIGURE} .pd-cells button").first
    first.focus()
    page.keyboard.press("Enter")
    h, *_ = check(page)
    assert h.table == (1, 1, 0, 1, 0, 0, 1, 1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    h, *_ = check(page)
    assert h.table == (1, 1, 0, 0, 0, 0, 1, 1)
    page.locator(f"{FIGURE} .pd-variables button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # x2 takes the place of x1
    h, *_ = check(page)
    assert h.variables == (2, 4, 6)
    set_slider(page, 40)
    check(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # One query after the other: two for a pair, one for a step of the search.
    press(page, "Start over")
    asked = [0]
    while read(page)["phase"] != "done" and len(asked) < 500:
        phase = read(page)["phase"]
        press(page, "Ask")
        asked.append(int(read(page)["queries"]))
        known = len(numbers(read(page)["known"]))
        step = {"pairs": 2, "search": 1, "table": 2**known}[phase]
        assert asked[-1] - asked[-2] == step
    assert asked[-1] <= junta_queries(D, K, DELTA)
    assert ceil(2**K * log(K / DELTA)) == 46
    assert page.problems == []
