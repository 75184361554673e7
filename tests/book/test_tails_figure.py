"""The moving figure of the appendix, worked as a reader does, against exact binomial tails."""

from fractions import Fraction
from math import comb, log

import pytest
from scipy.special import rel_entr
from scipy.stats import binom

pytestmark = pytest.mark.browser
PAGE = "chapters/inequalities"
NAMES = ("exact", "markov", "chebyshev", "hoeffding", "chernoff")
START = {"coins": 100, "percent": 50, "threshold": 70, "glue": 0}
GLUE = (1, 2, 10, None)  # coins in a piece; None: all of them


def logarithm(x: Fraction) -> float:
    """ln x, also where x is below the smallest floating-point number."""
    return log(x.numerator) - log(x.denominator)


def expected(coins, percent, threshold, glue):
    """The logarithms of the tail, from integers, and of the bounds for independent coins."""
    piece = GLUE[glue] or coins
    pieces, needed = coins // piece, -(-threshold // piece)
    heads, tails = percent, 100 - percent
    ways = sum(
        comb(pieces, j) * heads**j * tails ** (pieces - j) for j in range(needed, pieces + 1)
    )
    p, q = Fraction(percent, 100), Fraction(threshold, coins)
    found = dict.fromkeys(NAMES, 0.0)
    found["exact"] = logarithm(Fraction(ways, 100**pieces))
    if q > p:
        found["markov"] = logarithm(p / q)
        found["chebyshev"] = min(0.0, logarithm(p * (1 - p) / coins / (q - p) ** 2))
        found["hoeffding"] = -2 * coins * float(q - p) ** 2
        divergence = rel_entr(float(q), float(p)) + rel_entr(float(1 - q), float(1 - p))
        found["chernoff"] = -coins * float(divergence)
    return found


def shown(page):
    figure = page.locator("#figure-tails")
    state = {
        name: int(figure.get_attribute(f"data-{name}"))
        for name in ("coins", "percent", "threshold")
    }
    values = {name: float(figure.get_attribute(f"data-{name}")) for name in NAMES}
    return state, values


def put(page, **settings):
    """Move the sliders and the menu."""
    order = ("coins", "percent", "threshold", "glue")
    for name, value in settings.items():
        control = page.locator("#figure-tails input, #figure-tails select").nth(order.index(name))
        kind = "change" if name == "glue" else "input"
        control.evaluate(
            "(e, [value, kind]) => { e.value = value; e.dispatchEvent(new Event(kind)); }",
            [str(value), kind],
        )


def check(page, glue=0):
    state, values = shown(page)
    truth = expected(**state, glue=glue)
    for name in NAMES:
        assert values[name] == pytest.approx(truth[name], abs=1e-9, rel=1e-12), (name, state)
    return state, values


def test_it_starts_with_the_question_of_the_chapter(open_figures):
    page = open_figures(PAGE, scheme="file")
    state, values = check(page)
    assert state == {name: START[name] for name in state}
    assert values["exact"] == pytest.approx(binom.logsf(69, 100, 0.5), abs=1e-9)
    says = page.locator("#figure-tails .pd-live").text_content()
    assert "at least 70 heads with probability 3.93·10⁻⁵, about once in 25,477 times" in says
    assert "All four inequalities hold." in says
    assert page.problems == []


def test_the_sliders_give_the_tail_and_the_bounds_to_nine_digits(open_figures):
    page = open_figures(PAGE)
    for coins in (10, 400):
        for percent in (1, 50, 99):
            put(page, coins=coins, percent=percent)
            mean = coins * percent // 100
            for threshold in {1, max(1, mean), min(coins, mean + 1), (mean + coins) // 2, coins}:
                put(page, threshold=threshold)
                state, _ = check(page)
                assert (state["coins"], state["threshold"]) == (coins, threshold)


def test_glued_coins_have_another_tail_and_are_said_to_break_the_bounds(open_figures):
    page = open_figures(PAGE)
    three = "Chebyshev, Hoeffding, Chernoff"
    for glue, broken in ((1, "Hoeffding, Chernoff"), (2, three), (3, three)):
        put(page, glue=glue)
        _, values = check(page, glue)
        below = [name for name in NAMES if values[name] < values["exact"] - 1e-9]
        names = [name.capitalize() for name in below]
        assert page.locator("#figure-tails").get_attribute("data-broken") == " ".join(names)
        says = page.locator("#figure-tails .pd-live").text_content()
        assert ", ".join(names) == broken
        assert f"so wrong: {broken}." in says
    put(page, threshold=100)  # all glued, all heads: Markov's inequality is an equality
    _, values = check(page, 3)
    assert values["markov"] == pytest.approx(values["exact"], abs=1e-12)
    verdicts = page.locator("#figure-tails .pd-tails-verdict").all_text_contents()
    assert verdicts == ["", "✓ sharp", "✗ fails", "✗ fails", "✗ fails"]


def test_the_table_shows_what_the_figure_computed(open_figures):
    page = open_figures(PAGE)
    values = page.locator("#figure-tails .pd-tails-value")
    assert values.all_text_contents() == ["3.93·10⁻⁵", "0.714", "0.0625", "3.35·10⁻⁴", "2.67·10⁻⁴"]
    put(page, coins=400, percent=1, threshold=400)  # far below the smallest number
    assert values.nth(0).text_content() == "1.00·10⁻⁸⁰⁰"
    put(page, threshold=1)
    assert values.nth(1).text_content() == "1"


def test_arrow_keys_move_a_slider_and_fewer_coins_keep_the_share(open_figures):
    page = open_figures(PAGE)
    page.locator("#figure-tails input").nth(2).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    state, _ = check(page)
    assert state["threshold"] == 72
    put(page, coins=50)
    state, _ = check(page)
    assert (state["coins"], state["threshold"]) == (50, 36)
    slider = page.locator("#figure-tails input").nth(2)
    assert (slider.get_attribute("max"), slider.input_value()) == ("50", "36")


def test_the_check_can_fail(open_figures):
    page = open_figures(PAGE)
    put(page, glue=1)
    with pytest.raises(AssertionError):
        check(page)  # as if the coins were independent
