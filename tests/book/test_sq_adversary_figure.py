"""The moving figure of chapter 7, played as a reader does, against the library's adversary."""

import json

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.cube import character
from pacdistill.queries import ParityAdversary, parity_queries, walsh_hadamard

pytestmark = pytest.mark.browser
PAGE = "chapters/07-one-inequality"
FIGURE = "#figure-sq-adversary"
BOARDS = [(8, 3), (6, 2), (9, 4)]
SUM, AVERAGE, BIT, BENT, RANDOM = range(5)


class Game:
    """The figure on the page, and the library's adversary beside it."""

    def __init__(self, page, board=0, tolerance=0.2):
        self.page, self.figure = page, page.locator(FIGURE)
        self.figure.locator("select").nth(0).select_option(index=board)
        self.slide(0, tolerance)
        self.d, self.size = BOARDS[board]
        self.adversary = ParityAdversary(self.d, self.size, tolerance)
        X = enumerate_cube(self.d)
        self.chi = np.array([character(X, tuple(V)) for V in self.adversary.subsets])
        self.places = (2 ** (self.d - 1 - self.adversary.subsets)).sum(axis=1)
        self.tolerance = tolerance
        self.check()

    def slide(self, k, value):
        self.figure.locator("input[type=range]").nth(k).fill(str(value))

    def read(self, name):
        return self.figure.get_attribute(f"data-{name}")

    def flags(self, name):
        return np.array([int(v) for v in self.read(name)], dtype=bool)

    def values(self):
        return np.array(json.loads(self.read("values")))

    def check(self):
        """All that the figure says of its state is what the library says."""
        assert (self.read("d"), self.read("size")) == (str(self.d), str(self.size))
        assert self.flags("alive").tolist() == self.adversary.alive.tolist()
        assert int(self.read("queries")) == self.adversary.queries
        assert float(self.read("bound")) == pytest.approx(
            parity_queries(self.d, self.size, self.tolerance)
        )
        c = walsh_hadamard(self.values())[self.places]
        assert json.loads(self.read("coefficients")) == pytest.approx(c.tolist(), abs=1e-12)
        assert float(self.read("energy")) == pytest.approx((c**2).sum())
        assert (c**2).sum() <= 1 + 1e-9
        out = self.figure.locator(".pd-out").count()
        assert out == (~self.adversary.alive).sum()

    def ask(self):
        """Ask what is set; the library's adversary gets the same function."""
        g = self.values()
        self.figure.get_by_role("button", name="Ask", exact=True).click()
        assert np.array_equal(json.loads(self.read("asked")), g)
        answer = self.adversary.answer(lambda X, y: y * g)
        assert float(self.read("value")) == pytest.approx(answer, abs=1e-12)
        self.check()

    def query(self, kind):
        self.figure.locator("select").nth(1).select_option(index=kind)
        self.check()

    def live(self):
        return self.figure.locator(".pd-live").text_content()


@pytest.mark.parametrize(("scheme", "board"), [("http", 0), ("file", 1)])
def test_groups_are_asked_until_one_parity_is_left(open_figures, scheme, board):
    page = open_figures(PAGE, scheme=scheme)
    game = Game(page, board, tolerance=0.3)
    assert f"{len(game.chi)} parities" in game.live()
    for size in (5, 3, 1):
        for _ in range(60):
            game.slide(1, size)
            marked = game.flags("marked")
            expected = np.sign(game.chi[marked].sum(axis=0))
            assert np.array_equal(game.values(), expected)
            before = game.adversary.alive.sum()
            if before <= size:
                break
            game.ask()
            if game.adversary.alive.sum() == before:
                break
    assert game.adversary.alive.sum() == 1
    assert game.adversary.queries > parity_queries(*BOARDS[board], 0.3)
    assert "you are done" in game.live()
    assert game.figure.get_by_role("button", name="Ask", exact=True).is_disabled()
    game.figure.get_by_role("button", name="New game").click()
    game.adversary = ParityAdversary(*BOARDS[board], 0.3)
    game.check()
    assert page.problems == []


def test_every_kind_of_query_on_every_board(open_figures):
    page = open_figures(PAGE)
    for board, (d, _) in enumerate(BOARDS):
        for tolerance in (0.02, 0.35):
            game = Game(page, board, tolerance)
            for kind in (SUM, AVERAGE, BIT, BENT, RANDOM):
                game.query(kind)
                g, c = game.values(), walsh_hadamard(game.values())
                if kind == AVERAGE:
                    marked = game.flags("marked")
                    assert g == pytest.approx(game.chi[marked].mean(axis=0))
                elif kind == BIT:
                    assert np.array_equal(g, character(enumerate_cube(d), (0,)))
                else:
                    assert set(g.tolist()) <= {-1.0, 0.0, 1.0}
                if kind == BENT:  # all coefficients of a size; for odd d, a half of them
                    sizes = set(np.round(np.abs(c), 12).tolist())
                    assert sizes == ({2.0 ** (-d / 2)} if d % 2 == 0 else {0, 2.0 ** (-(d // 2))})
                if game.adversary.alive.sum() > 1:
                    game.ask()
            if (board, tolerance) == (0, 0.02):
                # 0 would rule out all: the adversary committed itself, and stays legal.
                assert any(one.value != 0 for one in game.adversary.history)
    assert page.problems == []


def test_tiles_are_marked_by_keys_and_the_page_is_narrow(open_figures):
    page = open_figures(PAGE, width=390, theme="dark")
    game = Game(page, board=1, tolerance=0.4)
    tiles = game.figure.locator(".pd-parities button")
    assert tiles.count() == 15
    tiles.first.focus()
    for key in ("ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)
    assert np.flatnonzero(game.flags("marked")).tolist() == [0, 6]  # five to a row
    assert tiles.nth(6).get_attribute("aria-pressed") == "true"
    game.check()
    marks = tiles.evaluate_all("all => all.map(e => e.textContent.endsWith('▲'))")
    threatened = np.abs(game.chi @ game.values() / 64) > 0.4
    assert marks == threatened.tolist()
    game.ask()
    assert np.flatnonzero(~game.flags("alive")).tolist() == [0, 6]
    assert "rules out 2" in game.live()
    assert game.figure.locator(".pd-live").get_attribute("role") == "status"
    page.keyboard.press("Tab")  # one stop for all tiles
    assert page.evaluate("!document.activeElement.closest('.pd-parities')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wrong = game.figure.get_attribute("data-alive").replace("1", "0", 1)
    game.figure.evaluate("(e, text) => { e.dataset.alive = text; }", wrong)
    with pytest.raises(AssertionError):
        game.check()
