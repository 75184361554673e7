"""The moving figure of chapter 2: its decisions against other ways to decide, and its handling."""

import json
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from pacdistill.figures import shattering_board

pytestmark = pytest.mark.browser
PAGE = "chapters/02-learning"
FIGURE = "#figure-shattering"
SHAPES = ("half-planes", "disks", "rectangles", "intervals", "convex sets")
LABELINGS = {m: list(product((0, 1), repeat=m)) for m in range(1, 6)}


# --- which labelings are realized, decided in another way than in the page


def separable(features, signed):
    """Tell by linear programming whether an affine function of the features has these signs."""
    signs = np.array([1 if label else -1 for label in signed])
    rows = -signs[:, None] * np.column_stack([features, np.ones(len(features))])
    bounds = [(None, None)] * rows.shape[1]
    if features.shape[1] == 3:  # a disk: the square of the distance counts against
        bounds[2] = (None, 0)
    cost = np.zeros(rows.shape[1])
    solution = linprog(cost, A_ub=rows, b_ub=-np.ones(len(rows)), bounds=bounds, method="highs")
    assert solution.status in (0, 2)
    return solution.status == 0


def in_hull(point, corners):
    """Tell whether no direction sees all corners on its left, from a point that is none of them."""
    around = [(x - point[0], y - point[1]) for x, y in corners]
    if (0, 0) in around:
        return True

    def first(v):  # all others are to the left of v, or straight on
        sides = [(v[0] * w[1] - v[1] * w[0], v[0] * w[0] + v[1] * w[1]) for w in around]
        return all(cross > 0 or (cross == 0 and dot > 0) for cross, dot in sides)

    return not any(first(v) for v in around)


def boxes(values):
    """The sets of places that an interval [low, high] can cut out of some numbers."""
    ends = product(values, repeat=2)
    return {tuple(int(low <= v <= high) for v in values) for low, high in ends} | {
        (0,) * len(values)
    }


def realized(shape, points):
    points = np.array(points)
    labelings = LABELINGS[len(points)]
    if shape == "intervals":
        return [labels in boxes(points[:, 0]) for labels in labelings]
    if shape == "rectangles":
        pairs = product(boxes(points[:, 0]), boxes(points[:, 1]))
        cut = {tuple(np.minimum(across, up).tolist()) for across, up in pairs}
        return [labels in cut for labels in labelings]
    if shape == "convex sets":
        return [
            all(
                not any(labels)
                or not in_hull(points[i], [points[j] for j in np.flatnonzero(labels)])
                for i in np.flatnonzero(np.array(labels) == 0)
            )
            for labels in labelings
        ]
    features = (points - points.mean(axis=0)) / 8
    if shape == "disks":
        features = np.column_stack([features, (features**2).sum(axis=1)])
    return [separable(features, labels) for labels in labelings]


def holds(shape, witness, point):
    """Tell, in exact arithmetic, whether the shape that the page draws holds a point."""
    x, y = (Fraction(z) for z in point)
    number = {key: value for key, value in witness.items() if key != "corners"}
    exact = {k: [Fraction(z) for z in np.atleast_1d(v).tolist()] for k, v in number.items()}
    if shape == "half-planes":
        return exact["normal"][0] * x + exact["normal"][1] * y >= exact["offset"][0]
    if shape == "disks":
        (cx, cy), (radius,) = exact["center"], exact["radius"]
        return (x - cx) ** 2 + (y - cy) ** 2 <= radius**2
    if shape == "convex sets":
        return bool(witness["corners"]) and in_hull(point, witness["corners"])
    (left, low), (right, high) = exact["low"], exact["high"]
    return left <= x <= right and (shape == "intervals" or low <= y <= high)


def read(figure):
    points = json.loads(figure.get_attribute("data-points"))
    return points, figure.get_attribute("data-chosen")


def check(figure, truth=None):
    """What the page says at the points that it shows is what the oracle says."""
    seen = {key: figure.get_attribute(f"data-{key}") for key in ("shape", "points", "realized")}
    points = json.loads(seen["points"])
    truth = truth or realized(seen["shape"], points)
    assert [bit == "1" for bit in seen["realized"]] == truth, (seen, truth)
    witnesses = json.loads(figure.get_attribute("data-witnesses"))
    for labels, witness in zip(LABELINGS[len(points)], witnesses, strict=True):
        if witness:
            given = [int(holds(seen["shape"], witness, point)) for point in points]
            assert given == list(labels), (points, labels, witness)
    says = figure.locator(".pd-live").text_content()
    count, total = sum(truth), len(truth)
    if count == total:
        assert f"shattered: {seen['shape']} give all {total} labelings." in says
        assert "not shattered" not in says
    else:
        assert f"not shattered: {seen['shape']} give {count} of {total} labelings." in says
    crosses = figure.locator(".pd-tile.pd-no")
    assert crosses.count() == total - count
    assert figure.locator(".pd-tile").count() == total
    return truth


SPECIAL = {
    "a square and its center": [(8, 4), (32, 4), (32, 28), (8, 28), (20, 16)],
    "on a line": [(0, 0), (10, 5), (20, 10), (30, 15), (40, 20)],
    "almost on a line": [(0, 0), (10, 5), (20, 11), (30, 15), (47, 23)],
    "almost on a line, far apart": [(0, 0), (47, 31), (48, 32), (24, 16), (1, 1)],
    "on a vertical line": [(20, 3), (20, 30), (20, 9), (20, 17), (21, 17)],
    "on a circle": [(25, 16), (20, 21), (15, 16), (20, 11), (24, 19)],
    "almost on a circle": [(25, 16), (20, 21), (15, 16), (20, 11), (24, 18)],
    "two at one place": [(10, 10), (10, 10), (30, 10), (30, 20), (12, 25)],
    "three at one place": [(10, 10), (30, 10), (10, 10), (10, 10), (12, 25)],
    "a diamond": [(24, 2), (46, 16), (24, 30), (2, 16), (24, 16)],
    "a triangle around two": [(0, 0), (48, 0), (24, 32), (24, 10), (25, 11)],
}


@pytest.fixture
def show(new_page):
    """A page with a board of its own, beside the book."""
    page = new_page()

    def note(message):
        page.problems.append(message.text)

    # Here every message is a problem, not only an error or a warning.
    page.on("console", note)

    def one(points):
        text = shattering_board(points, name="board")._repr_html_()
        page.set_content(f"<!doctype html><html lang='en'><title>t</title><main>{text}</main>")
        return page.locator("#figure-board")

    yield one
    page.remove_listener("console", note)
    assert page.problems == []


def check_all(figure):
    """Check each shape with each number of points; return how often each shape shatters."""
    shattered = dict.fromkeys(SHAPES, 0)
    for k, shape in enumerate(SHAPES):
        figure.locator("select").select_option(str(k))
        figure.locator("input").fill("5")
        points, _ = read(figure)
        truth = realized(shape, points)
        for m in range(5, 0, -1):
            figure.locator("input").fill(str(m))
            if all(check(figure, truth)):
                shattered[shape] = max(m, shattered[shape])
            # The first m - 1 points get a labeling if some shape gives it, and any to point m.
            truth = [one or other for one, other in zip(truth[::2], truth[1::2], strict=True)]
    return shattered


@pytest.mark.parametrize("case", SPECIAL)
def test_decisions_at_special_positions(show, case):
    check_all(show(SPECIAL[case]))


def test_decisions_at_random_positions_and_no_class_exceeds_its_vc_dimension(show):
    rng = np.random.default_rng(0)
    most = dict.fromkeys(SHAPES, 0)
    for size in ((49, 33), (7, 7), (4, 4)) * 2:
        points = [tuple(int(z) for z in rng.integers(size)) for _ in range(5)]
        for shape, m in check_all(show(points)).items():
            most[shape] = max(most[shape], m)
    assert most["half-planes"] == most["disks"] == 3
    assert most["intervals"] == 2
    assert most["rectangles"] in (3, 4)


def test_a_diamond_is_shattered_by_rectangles_and_a_pentagon_by_convex_sets(show):
    diamond = check_all(show(SPECIAL["a diamond"]))
    assert diamond == dict(zip(SHAPES, (3, 3, 4, 2, 4), strict=True))
    pentagon = check_all(show([(24, 30), (42, 20), (36, 3), (12, 3), (6, 20)]))
    assert pentagon["convex sets"] == 5


def test_the_check_notices_a_wrong_shape_and_a_moved_point(show):
    figure = show(SPECIAL["a diamond"])
    with pytest.raises(AssertionError):
        check(figure, realized("rectangles", SPECIAL["a diamond"][:4]))
    with pytest.raises(AssertionError):
        check(figure, realized("half-planes", [(0, 0), (10, 0), (20, 0), (30, 0)]))


# --- the figure in its page


def test_a_dragged_point_moves_and_the_answer_with_it(open_figures):
    page = open_figures(PAGE, scheme="file")
    figure = page.locator(FIGURE)
    check(figure)
    before, label = read(figure)
    dot = figure.locator(".pd-point .pd-dot").first
    dot.scroll_into_view_if_needed()
    box = dot.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    unit = figure.locator(".pd-board svg").bounding_box()["width"] / 52
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x + step * unit, y - step * unit / 2)
        check(figure)
    page.mouse.up()
    after, same = read(figure)
    assert after[1:] == before[1:]
    assert np.abs(np.array(after[0]) - before[0] - [8, 4]).max() <= 1
    assert same == label  # a drag is no click
    dot.click()
    assert read(figure) == (after, str(1 - int(label[0])) + label[1:])
    assert page.problems == []


def test_a_touch_drags_a_point_and_does_not_scroll_the_page(open_figures):
    page = open_figures(PAGE, width=390)
    figure = page.locator(FIGURE)
    dot = figure.locator(".pd-point .pd-dot").nth(1)
    dot.scroll_into_view_if_needed()
    box = dot.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before, _ = read(figure)
    scrolled = page.evaluate("scrollY")
    touch = page.context.new_cdp_session(page)
    for kind, step in (("touchStart", 0), *(("touchMove", 8 * k) for k in range(1, 6))):
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x - step, "y": y - step}]},
        )
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    touch.detach()
    after, _ = read(figure)
    assert after[1] != before[1]
    assert page.evaluate("scrollY") == scrolled
    check(figure)


def test_keys_move_a_point_and_stay_on_the_grid(open_figures):
    page = open_figures(PAGE)
    figure = page.locator(FIGURE)
    before, label = read(figure)
    point = figure.locator(".pd-point").nth(2)
    point.focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowDown", "Shift+ArrowUp"):
        page.keyboard.press(key)
    after, _ = read(figure)
    assert after[2] == [before[2][0] - 2, before[2][1] + 3]
    check(figure)
    for _ in range(20):
        page.keyboard.press("Shift+ArrowRight")
    assert read(figure)[0][2][0] == 48
    page.keyboard.press("Enter")
    assert read(figure)[1] == label[:2] + str(1 - int(label[2])) + label[3:]
    page.keyboard.press("Space")
    assert read(figure)[1] == label


def test_tiles_choose_a_labeling_and_the_drawing_shows_its_shape_or_the_obstacle(open_figures):
    page = open_figures(PAGE)
    figure = page.locator(FIGURE)
    truth = check(figure)
    assert not all(truth)  # the figure begins with a question
    for k, labels in enumerate(LABELINGS[4]):
        figure.locator(".pd-tile").nth(k).click()
        assert read(figure)[1] == "".join(map(str, labels))
        assert figure.locator(".pd-shape").count() == int(truth[k])
        assert (figure.locator(".pd-obstacle").count() > 0) == (not truth[k])
        verdict = figure.locator(".pd-verdict").text_content()
        assert ("There is a half-plane" if truth[k] else "No half-plane does it") in verdict
        name = figure.locator(".pd-tile").nth(k).get_attribute("aria-label")
        assert name.endswith(": realized" if truth[k] else ": not realized")
    figure.locator(".pd-tile").first.click()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    assert read(figure)[1] == "0100"


def test_the_button_walks_over_the_unrealized_labelings(open_figures):
    page = open_figures(PAGE)
    figure = page.locator(FIGURE)
    button = figure.get_by_role("button", name="Next unrealized labeling")
    truth = check(figure)
    seen = set()
    for _ in range(truth.count(False)):
        button.click()
        seen.add(int(read(figure)[1], 2))
    assert seen == {k for k, there in enumerate(truth) if not there}
    figure.locator("input").fill("2")
    check(figure)
    assert button.is_disabled()
