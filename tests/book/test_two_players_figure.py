"""The moving figure of chapter 3, worked as a reader does, against what the library computes."""

import re
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy.stats import binomtest

from pacdistill import enumerate_cube
from pacdistill.samples import enumerate_subsets, erm, pareto_frontier

pytestmark = pytest.mark.browser
PAGE = "chapters/03-distilling"
FIGURE = "#figure-two-players"
N, EPS = 16, 1 / 8
CROSS = "\N{MULTIPLICATION SIGN}"
POINTS = np.arange(N)
SPANS = [(POINTS >= a) & (POINTS < b) for a in range(17) for b in range(17)]
CLASSES = {
    "intervals": np.unique(SPANS, axis=0).astype(np.uint8),
    "thresholds": np.array([POINTS >= t for t in range(17)], dtype=np.uint8),
    "singletons": enumerate_subsets(N, 1),
    "half-sets": enumerate_subsets(N, 8),
    "all functions": enumerate_cube(N),
}


def state(page):
    """What the figure says of itself, as numbers and arrays."""
    raw = page.locator(FIGURE).evaluate("e => ({...e.dataset})")
    concepts = {
        key: np.array([int(c) for c in raw[key]]) for key in ("source", "learner", "distiller")
    }
    numbers = {
        key: float(raw[key])
        for key in ("fit", "best", "frontier", "learnerError", "distillerError", "leastError")
    }
    tally = {key: int(raw[key]) for key in ("rounds", "learnerFailed", "distillerFailed")}
    mass = np.array([int(m) for m in raw["mass"].split(",")])
    sample = np.array([int(x) for x in raw["sample"].split(",") if x], dtype=int)
    return {"class": raw["class"], "mass": mass, "sample": sample} | concepts | numbers | tally


def check(page):
    """Both players play by the rules, and all errors are exact."""
    now = state(page)
    targets, f, x = CLASSES[now["class"]], now["source"], now["sample"]
    D = now["mass"] / now["mass"].sum()
    assert (now["mass"][x] > 0).all()
    frontier = targets[pareto_frontier(targets, f)]
    assert now["frontier"] == len(frontier)
    for player, candidates, count in [("learner", targets, "fit"), ("distiller", frontier, "best")]:
        g = now[player]
        assert (candidates == g).all(axis=1).any()  # it plays by its class
        wrong = (candidates[:, x] != f[x]).sum(axis=1)
        least = (candidates[int(erm(candidates, x, f[x]))][x] != f[x]).sum()
        assert (g[x] != f[x]).sum() == least == wrong.min()
        assert now[count] == (wrong == least).sum()
        assert now[f"{player}Error"] == pytest.approx(D @ (g != f), abs=1e-12)
    assert now["leastError"] == pytest.approx(((targets != f) @ D).min(), abs=1e-12)
    # What a reader sees is what the figure says of itself.
    lines = page.locator(f"{FIGURE} .pd-line")
    shown = [lines.nth(k).locator("> *").all_text_contents() for k in range(5)]
    assert [int(text) for text in shown[0]] == f.tolist()
    assert [int(text) for text in shown[1]] == now["mass"].tolist()
    assert [int(text.strip() or 0) for text in shown[2]] == np.bincount(x, minlength=N).tolist()
    for texts, g in zip(shown[3:], (now["learner"], now["distiller"]), strict=True):
        marks = {True: {True: CROSS, False: "·"}, False: {True: "", False: ""}}
        expected = [f"{g[i]}{marks[bool(g[i] != f[i])][bool(now['mass'][i])]}" for i in range(N)]
        assert [text.strip() for text in texts] == expected
    says = page.locator(f"{FIGURE} .pd-says").text_content()
    told = re.search(r"errs with probability ([.\d]+); .* with ([.\d]+)\.", says)
    errors = [now["learnerError"], now["distillerError"]]
    assert [float(text) for text in told.groups()] == pytest.approx(errors, abs=0.0051)
    return now


def press(page, name):
    page.locator(FIGURE).get_by_role("button", name=name, exact=True).click()


def choose(page, name):
    options = page.locator(f"{FIGURE} select option").all_text_contents()
    counts = [f"{title} ({len(targets):,})" for title, targets in CLASSES.items()]
    assert options == counts
    page.locator(f"{FIGURE} select").select_option(index=list(CLASSES).index(name))


def test_samples_are_drawn_and_both_play_by_the_rules(open_figures):
    page = open_figures(PAGE, scheme="file")
    now = check(page)
    assert (now["class"], len(now["sample"])) == ("intervals", 4)
    for k in range(5, 9):
        press(page, "Draw a sample")
        assert len(check(page)["sample"]) == k
    press(page, "Draw 8")
    assert len(check(page)["sample"]) == 16
    press(page, "New round")
    now = check(page)
    assert (len(now["sample"]), now["fit"]) == (0, len(CLASSES["intervals"]))
    assert page.problems == []


@pytest.mark.parametrize("name", CLASSES)
def test_each_class_with_a_target_and_with_a_random_source(open_figures, name):
    page = open_figures(PAGE)
    choose(page, name)
    for source in ("f = 0", "f = a target", "f at random"):
        press(page, source)
        check(page)
        press(page, "Adversary picks D")
        press(page, "Draw 8")
        now = check(page)
        assert now["class"] == name
        assert now["leastError"] == 0  # the adversary plays the perfect game
        if source == "f = a target":
            assert now["distillerError"] == 0
    press(page, "D uniform")
    assert (check(page)["mass"] == 1).all()


def test_the_source_and_the_distribution_are_changed_by_clicks_and_keys(open_figures):
    page = open_figures(PAGE)
    before = check(page)
    page.locator(f"{FIGURE} .pd-line").nth(0).locator("button").nth(3).click()
    now = check(page)
    assert np.flatnonzero(now["source"] != before["source"]).tolist() == [3]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    now = check(page)
    assert np.flatnonzero(now["source"] != before["source"]).tolist() == [3, 4]
    masses = page.locator(f"{FIGURE} .pd-line").nth(1).locator("button")
    for expected in (2, 4, 0, 1, 2):
        masses.nth(0).click()
        now = check(page)
        assert now["mass"].tolist() == [expected] + [1] * 15
        assert len(now["sample"]) == 0
    for i in range(1, N):
        for _ in range(3):
            masses.nth(i).click()
    masses.nth(0).click()
    masses.nth(0).click()  # the last mass cannot be taken away
    assert check(page)["mass"].tolist() == [1] + [0] * 15
    assert page.problems == []


def half_set_failure(n):
    """The chance that a random half-set off n uniform draws from 8 of 16 points errs too much."""
    law = [Fraction(1)] + [Fraction(0)] * n  # of the number of different points
    for _ in range(n):
        law = [
            law[s] * Fraction(s, 8) + (law[s - 1] * Fraction(9 - s, 8) if s else 0)
            for s in range(n + 1)
        ]
    return sum(
        seen * Fraction(comb(8, k) * comb(8 - s, 8 - s - k), comb(16 - s, 8 - s))
        for s, seen in enumerate(law[:9])
        for k in range(9 - s)
        if k / 8 > EPS
    )


@pytest.mark.parametrize("n", [8, 16])
def test_on_half_sets_both_players_fail_as_often_as_is_computed(open_figures, n):
    page = open_figures(PAGE)
    choose(page, "half-sets")
    press(page, "f = 0")
    press(page, "Adversary picks D")
    for _ in range(n // 8):
        press(page, "Draw 8")
    for _ in range(4):
        press(page, "Play 100 rounds")
    now = check(page)
    assert now["rounds"] == 400
    for player in ("learner", "distiller"):
        assert binomtest(now[f"{player}Failed"], 400, float(half_set_failure(n))).pvalue > 1e-4
    cells = page.locator(f"{FIGURE} tbody td").all_text_contents()
    assert f"{now['learnerFailed']} of 400" in cells
    assert f"{now['distillerFailed']} of 400" in cells


def test_a_distiller_whose_source_is_a_target_never_fails(open_figures):
    page = open_figures(PAGE)
    press(page, "Play 100 rounds")
    now = check(page)
    assert (now["rounds"], now["distillerFailed"]) == (100, 0)
    assert now["learnerFailed"] > 10
    press(page, "Draw a sample")
    assert check(page)["rounds"] == 0  # another length, another count


def test_the_check_can_fail(open_figures):
    """A concept that is not of the class, or an error that is not its own, is noticed."""
    page = open_figures(PAGE)
    for key, value in [("learner", "0101010101010101"), ("learnerError", "0.99"), ("fit", "3")]:
        before = page.locator(FIGURE).evaluate(f"e => e.dataset.{key}")
        page.locator(FIGURE).evaluate(f"e => {{ e.dataset.{key} = '{value}'; }}")
        with pytest.raises(AssertionError):
            check(page)
        page.locator(FIGURE).evaluate(f"e => {{ e.dataset.{key} = '{before}'; }}")
    check(page)
