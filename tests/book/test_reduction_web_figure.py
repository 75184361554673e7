"""The moving figure of chapter 10: what the browser computes on each edge is what Python does."""

from itertools import product

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.figures import reduction_web

pytestmark = pytest.mark.browser
PAGE = "chapters/10-web-of-reductions"
EDGES = reduction_web(name="web").data["edges"]
ANOTHER = "#figure-web .pd-buttons button >> nth=0"
LEAVE_OUT = "#figure-web .pd-buttons button >> nth=1"
RUNNING = [k for k, edge in enumerate(EDGES, start=1) if edge["examples"]]


def holds(literals, x):
    return [x[i] == v for i, v in literals]


def value(thing, x, out=-1):
    """The value of an object of the figure at a point, with one of its parts left out."""
    kind = thing["kind"]
    if kind == "junta":
        row = enumerate_cube(len(thing["variables"])) == [x[i] for i in thing["variables"]]
        return thing["table"][int(np.flatnonzero(row.all(axis=1))[0])]
    if kind == "parity":
        return sum(x[i] for i in thing["variables"]) % 2
    if kind == "or":
        return int(any(x))
    if kind == "tree":
        node, leaves = 0, [k for k, i in enumerate(thing["variable"]) if i < 0]
        while thing["variable"][node] >= 0:
            node = thing["children"][node][x[thing["variable"][node]]]
        turned = out >= 0 and leaves[out] == node
        return 1 - thing["label"][node] if turned else thing["label"][node]
    if kind == "network":
        units = np.maximum(np.array(thing["weight"]) @ x + thing["bias"], 0)
        units[[out] if out >= 0 else []] = 0
        return int(units @ thing["readout"] + thing["shift"] > 0)
    parts = [part for k, part in enumerate(thing["parts"]) if k != out]
    if kind == "dnf":
        return int(any(all(holds(part, x)) for part in parts))
    if kind == "cnf":
        return int(all(any(holds(part, x)) for part in parts))
    assert kind == "polynomial"
    return sum(c * (-1) ** sum(x[i] for i in V) for c, V in parts) / thing["denominator"]


def text(values):
    return "".join(str(int(v)) if v in (0, 1) else "*" for v in values)


def state(page):
    return page.evaluate(
        "({...document.getElementById('figure-web').dataset, "
        "live: document.querySelector('#figure-web .pd-live').textContent})"
    )


def check(page, edge, example, out):
    """The state of the figure is what Python computes from the same objects."""
    shown, mode = state(page), EDGES[edge - 1]["mode"]
    assert (shown["edge"], shown["example"], shown["out"]) == (str(edge), str(example), str(out))
    pair = EDGES[edge - 1]["examples"][example - 1]
    source, target = pair["source"], pair["target"]
    d = target.get("d") or source.get("d") or 4
    points = source.get("points") or list(product((0, 1), repeat=d))
    assert shown["points"] == str(len(points))
    live = shown["live"]
    if mode == "vote":
        theirs = [value(source, x) for x in points]
        assert shown["source"] == text(theirs)
        errors = sum(v != int(shown["vote"]) for v in theirs)
        assert f"It errs on {errors} of {len(points)} points" in live
        assert f"the best constant errs on {min(sum(theirs), len(points) - sum(theirs))}" in live
        return errors
    ours = [value(target, x, out) for x in points]
    assert shown["target"] == text(ours)
    if mode == "count":
        n = d - 2
        phi = sum(value(source, x) for x in product((0, 1), repeat=n))
        assert (shown["phi"], shown["ones"]) == (str(phi), str(sum(ours)))
        assert (sum(ours) == 2 ** (n + 1) - 1 + 2 * phi) == (out < 0)
        return 0
    theirs = [value(source, x) for x in points]
    assert shown["source"] == text(theirs)
    differ = sum(a != b for a, b in zip(theirs, ours, strict=True))
    assert shown["differ"] == str(differ)
    assert ("equal at all" in live) == (differ == 0)
    if mode == "sample":
        assert int(shown["least"]) + 1 == sum(i < 0 for i in target["variable"])
    return differ


def choose(page, edge):
    page.locator("#figure-web .pd-badge").nth(edge - 1).click()


@pytest.mark.parametrize(("scheme", "width"), [("http", 1280), ("file", 390)])
def test_all_examples_of_all_edges_are_equal_to_their_sources(open_figures, scheme, width):
    page = open_figures(PAGE, scheme=scheme, width=width)
    assert page.locator("#figure-web .pd-badge").count() == len(EDGES)
    assert page.locator(ANOTHER).text_content() == "Another example"
    assert page.locator(LEAVE_OUT).text_content() == "Leave a part out"
    for edge, given in enumerate(EDGES, start=1):
        choose(page, edge)
        if not given["examples"]:
            assert given["kind"] in ("cited", "open")
            assert "nothing to run" in state(page)["live"]
            assert not page.locator(ANOTHER).is_visible()
            continue
        for example in range(1, len(given["examples"]) + 1):
            differ = check(page, edge, example, -1)
            assert differ == 0 or given["mode"] == "vote"
            page.locator(ANOTHER).dispatch_event("click")
        check(page, edge, 1, -1)  # around again
    assert page.problems == []


def test_a_part_left_out_is_noticed_where_it_matters(open_figures):
    page = open_figures(PAGE)
    noticed = 0
    for edge in RUNNING:
        if EDGES[edge - 1]["mode"] not in ("equal", "count"):
            continue
        choose(page, edge)
        for out in (0, 1):
            page.locator(LEAVE_OUT).dispatch_event("click")
            noticed += check(page, edge, 1, out) > 0
    assert noticed >= 8
    with pytest.raises(AssertionError):  # the check can fail
        check(page, RUNNING[-1], 2, 0)
    assert page.problems == []


def test_keys_walk_over_the_edges_and_the_list_and_the_points_work(open_page):
    page = open_page(PAGE)
    figure = page.locator("#figure-web")
    badges = figure.locator(".pd-badge")
    badges.first.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert state(page)["edge"] == "3"
    assert badges.nth(2).get_attribute("aria-pressed") == "true"
    edges = figure.locator(".pd-select select")
    edges.select_option(index=6)
    check(page, 7, 1, -1)
    # A point shows which terms hold there.
    target = EDGES[6]["examples"][0]["source"]
    figure.locator(".pd-points button").nth(9).focus()
    page.keyboard.press("Enter")
    x = enumerate_cube(4)[9]
    spoken = [all(holds(part, x)) for part in target["parts"]]
    marked = figure.locator(".pd-sides > div").first.locator("li")
    assert ["pd-on" in (li.get_attribute("class") or "") for li in marked.all()] == spoken
    # Each link leads to a label of the book.
    for edge in (1, 3, 8, 9, 10, 12, 13, 14):
        edges.select_option(index=edge - 1)
        link = figure.locator(".pd-panel a").get_attribute("href")
        assert page.locator(f"[id='{link.removeprefix('#')}']").count() == 1
    assert page.problems == []
