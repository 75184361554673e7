"""The moving figure of chapter 4, played as a reader does, against the library's solution."""

import json
from itertools import pairwise

import numpy as np
import pytest

from pacdistill.samples import zero_sample_game

pytestmark = pytest.mark.browser
PAGE = "chapters/04-zero-samples"
FIGURE = "#figure-zero-game"
GAMES = 6


def read(page, name):
    return np.array(json.loads(page.locator(FIGURE).get_attribute(f"data-{name}")), dtype=float)


def press(page, *names):
    for name in names:
        page.locator(FIGURE).get_by_role("button", name=name, exact=True).click()


def cells(page):
    return page.locator(f"{FIGURE} tbody button")


def shown(page):
    """Read the table that a reader sees."""
    errors = read(page, "errors")
    marks = [text == "✗" for text in cells(page).all_text_contents()]
    assert marks == (errors.ravel() == 1).tolist()
    return errors.astype(int)


def check(page):
    """What the figure says of its mixtures and of the value is what the library computes."""
    errors = shown(page)
    p, q = read(page, "p"), read(page, "q")
    legal = (errors == 0).any(axis=0)
    for mixture, total in ((p, 1), (q, float(legal.any()))):
        assert mixture.min() >= 0
        assert mixture.sum() == pytest.approx(total)
    assert not q[~legal].any()
    upper = (p @ errors)[legal].max() if legal.any() else 0
    lower = (errors @ q).min()
    value = zero_sample_game(errors, np.zeros(errors.shape[1])).value
    assert read(page, "upper") == pytest.approx(upper, abs=1e-9)
    assert read(page, "lower") == pytest.approx(lower, abs=1e-9)
    assert read(page, "value") == pytest.approx(value, abs=1e-7)
    assert read(page, "legal").astype(bool).tolist() == legal.tolist()
    return upper, lower, value


def check_solution(page):
    """The two mixtures that the figure calls optimal prove each other optimal."""
    press(page, "Optimal distiller", "Optimal adversary")
    upper, lower, value = check(page)
    assert upper == pytest.approx(lower, abs=1e-9)
    assert upper == pytest.approx(value, abs=1e-7)


def set_table(page, errors):
    now = shown(page)
    different = np.flatnonzero(now != errors).tolist()
    cells(page).evaluate_all("(all, some) => some.forEach(k => all[k].click())", different)
    assert np.array_equal(shown(page), errors)


def test_every_game_of_the_list_is_solved(open_figures):
    page = open_figures(PAGE, scheme="file")
    options = page.locator(f"{FIGURE} option")
    assert options.count() == GAMES
    values = []
    for game in range(GAMES):
        page.locator(f"{FIGURE} select").select_option(index=game)
        check(page)
        check_solution(page)
        values.append(float(read(page, "value")))
    assert values == pytest.approx([2 / 5, 1 / 5, 1 / 2, 0, 2 / 3, 1 / 6])
    assert page.problems == []


@pytest.mark.parametrize("seed", range(4))
def test_tables_that_the_reader_makes_are_solved(open_figures, seed):
    page = open_figures(PAGE)
    page.locator(f"{FIGURE} select").select_option(index=GAMES - 1)
    rng = np.random.default_rng(seed)
    for _ in range(2):
        set_table(page, (rng.random((6, 6)) < rng.uniform(0.3, 0.8)).astype(int))
        check(page)
        check_solution(page)


def test_weights_move_with_the_keyboard_and_keep_their_sum(open_figures):
    page = open_figures(PAGE)
    sliders = page.locator(f"{FIGURE} input[type=range]")
    assert sliders.count() == 10
    before = read(page, "p")
    sliders.nth(1).focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    after = read(page, "p")
    assert after[1] == pytest.approx(0.25)
    others = [0, 2, 3, 4]
    assert after[others] / after[others].sum() == pytest.approx(before[others] / 0.8)
    check(page)
    sliders.nth(7).focus()
    page.keyboard.press("End")
    assert read(page, "q") == pytest.approx([0, 0, 1, 0, 0])
    check(page)
    page.keyboard.press("Home")  # the others had nothing: they share evenly
    assert read(page, "q") == pytest.approx([0.25, 0.25, 0, 0.25, 0.25])
    check(page)


def test_best_replies(open_figures):
    page = open_figures(PAGE)
    errors = shown(page)
    press(page, "Adversary's best reply")
    reply = read(page, "q")
    gains = read(page, "p") @ errors
    assert sorted(reply) == [0, 0, 0, 0, 1]
    assert gains[reply.argmax()] == pytest.approx(gains.max())
    press(page, "Distiller's best reply")
    pays = errors @ read(page, "q")
    assert pays[read(page, "p").argmax()] == pays.min() == 0
    # Each reply to a concept or a point for sure moves: without coins there is no rest.
    seen = []
    for _ in range(4):
        press(page, "Adversary's best reply")
        press(page, "Distiller's best reply")
        seen.append(int(read(page, "p").argmax()))
        check(page)
    assert all(a != b for a, b in pairwise(seen))
    press(page, "Optimal distiller", "Optimal adversary")
    press(page, "Distiller's best reply")
    assert read(page, "lower") == pytest.approx(2 / 5)
    press(page, "Even weights")
    assert read(page, "p") == pytest.approx(np.full(5, 0.2))


def test_a_point_where_nobody_is_right_is_not_legal(open_figures):
    page = open_figures(PAGE)
    errors = shown(page)
    assert errors[:, 4].tolist() == [0, 1, 1, 0, 0]
    errors[:, 4] = 1
    for cell in (4, 19, 24):
        cells(page).nth(cell).click()
    assert np.array_equal(shown(page), errors)
    upper, _, value = check(page)
    assert (value, upper) == (pytest.approx(1 / 2, abs=1 / 2), read(page, "upper"))
    assert page.locator(f"{FIGURE} input[type=range]").nth(9).is_disabled()
    assert "not legal" in page.locator(f"{FIGURE} tfoot").text_content()
    check_solution(page)
    set_table(page, np.ones((5, 5), dtype=int))
    assert check(page) == (0, 0, 0)
    assert "no point is legal" in page.locator(f"{FIGURE} .pd-live").text_content()
    press(page, "Adversary's best reply", "Optimal adversary", "Even weights")
    check(page)
    assert page.problems == []


def test_arrow_keys_walk_over_the_table_and_space_marks(open_figures):
    page = open_figures(PAGE)
    before = shown(page)
    cells(page).first.focus()
    for key in ("ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)
    changed = np.argwhere(shown(page) != before)
    assert changed.tolist() == [[1, 1]]
    check(page)


def test_the_sentence_says_the_numbers(open_figures):
    page = open_figures(PAGE)
    live = page.locator(f"{FIGURE} .pd-live")
    assert live.get_attribute("role") == "status"
    assert "at most 3/5" in live.text_content()
    assert "at least 1/5" in live.text_content()
    assert "value 2/5" in live.text_content()
    press(page, "Optimal distiller", "Optimal adversary")
    assert "meet" in live.text_content()


def test_the_check_can_fail(open_figures):
    page = open_figures(PAGE)
    for name, wrong in (("value", "0.4001"), ("p", "[1,0,0,0,0]"), ("q", "[0.5,0,0,0,0]")):
        right = page.locator(FIGURE).get_attribute(f"data-{name}")
        setter = "(e, [name, text]) => { e.dataset[name] = text; }"
        page.locator(FIGURE).evaluate(setter, [name, wrong])
        with pytest.raises(AssertionError):
            check(page)
        page.locator(FIGURE).evaluate(setter, [name, right])
        check(page)
