"""The moving figure of chapter 11, worked as a reader does, against what the library computes."""

import json
from itertools import combinations, product

import numpy as np
import pytest

from pacdistill import Clause, enumerate_cube, random_tree
from pacdistill.extraction import fit_probes, measure_representation, packing_bound
from pacdistill.figures import probe_spectrum
from pacdistill.networks import ResidualNetwork, load_network

pytestmark = pytest.mark.browser
PAGE = "chapters/11-linear-representation"
FIGURE = "#figure-spectrum"
D = 10
X = enumerate_cube(D)


@pytest.fixture(scope="module")
def data():
    """What the page was given: the networks' weights, as it rounds them."""
    from bookfiles import ROOT

    networks = {
        "trained": load_network(ROOT / "chapters" / "data" / "representation.npz"),
        "untrained": ResidualNetwork(D, np.random.default_rng(1001), width=16),
    }
    tree = random_tree(3, D, np.random.default_rng(39))
    return probe_spectrum(tree, networks, name="spectrum").data


def activations(data, chosen):
    place = data["features"][chosen]
    maps = data["networks"][place["network"]]
    h = X.astype(float) if len(maps) == 1 else 2.0 * X - 1
    for level, one in enumerate(maps[: place["layer"] + 1]):
        step = np.maximum(h @ np.array(one["weight"]).T + one["bias"], 0)
        h = h + step if level else step
    return h


def read(page):
    names = "features clause bound radius energies shares loss needed norm represented count most"
    figure = page.locator(FIGURE)
    shown = {name: figure.get_attribute(f"data-{name}") for name in names.split()}
    return {
        name: text if name == "needed" and text == "Infinity" else json.loads(text)
        for name, text in shown.items()
    }


def check(page, data, *, count=False):
    """The probe, its loss, the spectrum and what is said of them are the library's."""
    shown = read(page)
    phi = activations(data, shown["features"])
    clause = Clause(tuple((i, v) for i, v in shown["clause"]))
    k = len(clause)
    radius = np.sqrt(phi.var(axis=0).sum())
    assert shown["radius"] == pytest.approx(radius, rel=1e-6)
    tau = shown["bound"] / radius
    found = measure_representation(phi, X, [clause], ridge=0, norm_bound=tau)
    assert shown["loss"] == pytest.approx(found.losses[0], rel=1e-6, abs=1e-9)
    assert shown["norm"] == pytest.approx(found.norms[0], rel=1e-5)
    energies = np.linalg.eigvalsh(np.cov(phi.T, bias=True).reshape(phi.shape[1], -1))[::-1]
    assert shown["energies"] == pytest.approx(energies[: len(shown["energies"])], rel=1e-6)
    fits = measure_representation(phi, X, [clause], ridge=0).fits
    assert sum(shown["shares"][:-1]) == pytest.approx(fits[0], abs=1e-6)
    assert sum(shown["shares"]) == pytest.approx(1)
    allowed = 4.0**-k / 4
    assert shown["represented"] == (shown["loss"] <= allowed * (1 + 1e-9))
    if shown["needed"] == "Infinity":
        assert found.fits.max() <= fits[0] + 1e-9
        assert (1 - fits[0]) * (2.0**-k - 4.0**-k) > allowed * (1 - 1e-6)
    else:
        at = measure_representation(phi, X, [clause], ridge=0, norm_bound=shown["needed"] / radius)
        assert at.losses[0] == pytest.approx(allowed, rel=1e-5)
    assert shown["most"] == pytest.approx(packing_bound(k, shown["bound"], 1))
    assert shown["count"] <= shown["most"]
    live = page.locator(f"{FIGURE} .pd-live").text_content()
    assert ("not represented" in live) == (not shown["represented"])
    assert ("No norm is enough" in live) == (shown["needed"] == "Infinity")
    if count:
        every = [
            Clause(tuple(zip(V, values, strict=True)))
            for V in combinations(range(D), k)
            for values in product((0, 1), repeat=k)
        ]
        targets = np.stack([one.holds(X) for one in every], axis=1).astype(float)
        probes = fit_probes(phi, targets, ridge=0, norm_bound=tau)
        losses = ((probes.predict(phi) - targets) ** 2).mean(axis=0)
        low, high = ((losses <= allowed * scale).sum() for scale in (1 - 1e-6, 1 + 1e-6))
        assert low <= shown["count"] <= high
    return shown


def set_slider(page, value):
    page.locator(f"{FIGURE} input[type=range]").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }",
        value,
    )


def select(page, name):
    return page.locator(f"{FIGURE} .pd-select", has_text=name).locator("select")


def test_every_place_and_kind_of_clause(open_figures, data):
    page = open_figures(PAGE, scheme="file")
    first = check(page, data, count=True)
    assert not first["represented"]  # the reader has something to do
    places = select(page, "activations of").locator("option").count()
    clauses = select(page, "clause").locator("option").count()
    assert (places, clauses) == (7, len(data["clauses"]) + 3)
    for place in range(places):
        select(page, "activations of").select_option(str(place))
        for number, level in zip(range(place % 2, clauses, 2), np.linspace(-1, 2, 7), strict=False):
            select(page, "clause").select_option(str(number))
            set_slider(page, round(float(level), 2))
            check(page, data, count=number == 4)
    # in the network that is written down, each clause of the tree is a unit
    select(page, "activations of").select_option("0")
    set_slider(page, 2.5)
    for number in range(len(data["clauses"])):
        select(page, "clause").select_option(str(number))
        assert check(page, data)["loss"] < 1e-12
    assert page.problems == []


def test_a_reader_with_a_keyboard_in_the_dark(open_figures, data):
    page = open_figures(PAGE, width=390, theme="dark")
    select(page, "clause").select_option(str(len(data["clauses"]) + 1))  # random, 2 literals
    before = check(page, data)
    button = page.locator(FIGURE).get_by_role("button", name="Another random clause")
    button.focus()
    page.keyboard.press("Enter")
    after = check(page, data, count=True)
    assert after["clause"] != before["clause"]
    assert len(after["clause"]) == 2
    slider = page.locator(f"{FIGURE} input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert check(page, data)["bound"] == pytest.approx(after["bound"] * 10**0.01)
    heights = page.locator(f"{FIGURE} .pd-share").evaluate_all(
        "bars => bars.map(bar => Number(bar.getAttribute('height')))"
    )
    shares = np.array(read(page)["shares"][:-1])
    assert heights == pytest.approx(np.maximum(0.8, 145 * shares).tolist())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.problems == []
