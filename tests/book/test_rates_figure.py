"""The moving figure of chapter 6, worked as a reader does, against the library and scipy."""

import json
import re
from math import ceil, log, log1p

import bookfiles
import nbformat
import pytest
from scipy.stats import binom

from pacdistill.samples import coin_samples, erm_samples

pytestmark = pytest.mark.browser
PAGE = "chapters/06-price-of-imperfection"
FIGURE = "#figure-rates"
DELTAS = (0.01, 0.05, 0.1, 0.2)


def wrong_side(n, eps):
    tail = binom.sf(n // 2, n, (1 - eps) / 2)
    return tail + (binom.pmf(n // 2, n, (1 - eps) / 2) / 2 if n % 2 == 0 else 0)


def state(page):
    return page.evaluate(f"() => ({{...document.querySelector('{FIGURE}').dataset}})")


def sliders(page):
    return page.locator(f"{FIGURE} input[type=range]")


def move(page, which, value):
    """Set a slider as a browser does when it is dragged."""
    sliders(page).nth(which).evaluate(
        "(e, value) => { e.value = value; e.dispatchEvent(new Event('input')); }", value
    )


def check(page):
    """Every number that the figure states is the library's or scipy's; returns its state."""
    seen = state(page)
    eps, delta = float(seen["eps"]), float(seen["delta"])
    coin, rare, agnostic = (int(seen[name]) for name in ("coin", "rare", "agnostic"))
    assert (coin, seen["coinLow"], seen["coinHigh"]) == (1, "1", "1")
    assert rare == ceil(log(1 / (2 * delta)) / -log1p(-eps))
    assert float(seen["rareLow"]) == pytest.approx((1 - eps) / eps * log(1 / (2 * delta)))
    assert int(seen["rareHigh"]) == erm_samples(2, eps, delta)
    assert agnostic % 2 == 1
    assert wrong_side(agnostic, eps) <= delta < wrong_side(agnostic - 2, eps)
    assert float(seen["agnosticLow"]) == pytest.approx(coin_samples(eps, delta))
    assert int(seen["agnosticHigh"]) == erm_samples(2, eps, delta, agnostic=True)
    says = page.locator(f"{FIGURE} .pd-live").text_content()
    assert f"{coin} if perfect, {rare:,} if perfect but rare, {agnostic:,} if agnostic" in says
    assert [
        text.split()[2] for text in page.locator(f"{FIGURE} .pd-needs").all_text_contents()
    ] == [
        "1",
        f"{rare:,}",
        f"{agnostic:,}",
    ]
    n, heavy = int(seen["tosses"]), int(seen["heavy"])
    assert 0 <= heavy <= n
    assert float(seen["wrong"]) == pytest.approx(wrong_side(n, eps), abs=1e-9)
    lead = 2 * heavy - n
    assert seen["side"] == ("right" if lead > 0 else "wrong" if lead < 0 else "tie")
    return seen


def height(path, x):
    """The y of a polyline "M... L..." at one of its x."""
    found = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)
    return next(float(y) for at, y in found if abs(float(at) - x) < 0.2)


def test_the_sliders_move_all_numbers(open_figures):
    page = open_figures(PAGE, scheme="file")
    assert (float(check(page)["eps"]), float(check(page)["delta"])) == (1 / 16, 0.05)
    for k in (6, 11, 24):
        for choice, delta in enumerate(DELTAS):
            move(page, 0, k)
            move(page, 1, choice)
            seen = check(page)
            assert (float(seen["eps"]), float(seen["delta"])) == (
                pytest.approx(2 ** (-k / 4)),
                delta,
            )
    assert page.problems == []


def test_the_curves_and_the_marks_are_drawn_at_these_numbers(open_figures):
    page = open_figures(PAGE)
    move(page, 1, 0)
    move(page, 0, 12)
    seen = check(page)
    dots = page.locator(f"{FIGURE} .pd-panel >> nth=0").locator("circle.pd-dot")
    for name, dot in zip(("coin", "rare", "agnostic"), dots.all(), strict=True):
        x, y = float(dot.get_attribute("cx")), float(dot.get_attribute("cy"))
        assert y == pytest.approx(240 - 45 * log(int(seen[name]), 10), abs=0.01)
        path = page.locator(f"{FIGURE} .pd-panel >> nth=0").locator(f"path.pd-exact.pd-{name}")
        assert height(path.first.get_attribute("d"), x) == pytest.approx(y, abs=0.06)
    measured = page.locator(f"{FIGURE} path.pd-measured")
    assert measured.count() == int(seen["measured"]) == 15


def test_the_measured_intervals_hold_the_exact_numbers():
    stored = nbformat.read(bookfiles.ROOT / f"{PAGE}.ipynb", as_version=4)
    page = next(
        output["data"]["text/html"]
        for cell in stored.cells
        for output in cell.get("outputs", [])
        if "figure-rates" in output.get("data", {}).get("text/html", "")
    )
    rows = json.loads(re.search(r'"measured":(\[\[.*?\]\])', page)[1])
    assert len(rows) == 60
    for name, eps, delta, low, high in rows:
        if name == "agnostic":  # enough at the upper end, and not below the lower one
            assert wrong_side(high, eps) <= delta < wrong_side(low - 2, eps)
        elif name == "rare":
            assert low <= ceil(log(1 / (2 * delta)) / -log1p(-eps)) <= high
        else:
            assert (low, high) == (1, 1)


def test_play_tosses_as_often_as_needed_and_the_wrong_side_becomes_rare(open_figures):
    page = open_figures(PAGE)
    for k, choice in ((8, 3), (16, 1), (24, 0)):
        move(page, 0, k)
        move(page, 1, choice)
        assert check(page)["tosses"] == "0"
        page.get_by_role("button", name="Play the third one").click()
        seen = check(page)
        assert seen["tosses"] == seen["agnostic"]
        assert seen["playing"] == "no"
        assert float(seen["wrong"]) <= float(seen["delta"])
        # Five standard deviations: the tosses are those of this coin.
        n, eps = int(seen["tosses"]), float(seen["eps"])
        assert abs(int(seen["heavy"]) - n * (1 + eps) / 2) < 2.5 * n**0.5
        tally = page.locator(f"{FIGURE} .pd-tally").text_content()
        assert f"{n:,} tosses: {int(seen['heavy']):,} a" in tally
        assert f"{float(seen['wrong']):.3f}" in tally
    page.get_by_role("button", name="Start over").click()
    assert check(page)["tosses"] == "0"
    assert page.problems == []


def test_the_keyboard_moves_sliders_and_tosses(open_figures):
    page = open_figures(PAGE)
    sliders(page).first.focus()
    page.keyboard.press("ArrowRight")
    assert float(check(page)["eps"]) == pytest.approx(2 ** (-17 / 4))
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert check(page)["delta"] == "0.01"
    page.get_by_role("button", name="One toss").focus()
    for count in (1, 2, 3):
        page.keyboard.press("Enter" if count < 3 else "Space")
        assert int(check(page)["tosses"]) == count


def test_the_check_can_fail(open_figures):
    page = open_figures(PAGE)
    for key, value in (("agnostic", 693), ("rareHigh", 58), ("wrong", 0.4), ("agnosticLow", 138)):
        before = state(page)[key]
        page.evaluate(f"() => {{ document.querySelector('{FIGURE}').dataset.{key} = {value}; }}")
        with pytest.raises(AssertionError):
            check(page)
        page.evaluate(f"() => {{ document.querySelector('{FIGURE}').dataset.{key} = '{before}'; }}")
        check(page)
