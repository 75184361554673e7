"""The moving figure of chapter 13, worked as a reader does, against what the library computes."""

import base64
import json

import numpy as np
import pytest
from bookfiles import ROOT

from pacdistill import Clause, DecisionTree, enumerate_cube, parity_tree
from pacdistill.extraction import leaf_shares, probe_basis, twisted_scores
from pacdistill.figures import twisted_board
from pacdistill.networks import ResidualNetwork, load_network

pytestmark = pytest.mark.browser
PAGE = "chapters/13-twisted-probes"
FIGURE = "#figure-board"
D = 10
CUBE = enumerate_cube(D)
SPLIT, ZERO, ONE = DecisionTree.split, DecisionTree.leaf(0), DecisionTree.leaf(1)
ORDINARY = SPLIT(6, SPLIT(1, ZERO, SPLIT(8, ONE, ZERO)), SPLIT(8, SPLIT(4, ZERO, ONE), ONE))
PLANTED = SPLIT(3, parity_tree((0, 5, 7)), ORDINARY)
Y = PLANTED.predict(CUBE)


@pytest.fixture(scope="module")
def bases():
    """What the figure probes, in the order of its menu."""
    trained = load_network(ROOT / "chapters" / "data" / "twisted-board.npz")
    assert (trained.labels(CUBE) == Y).all()
    untrained = ResidualNetwork(D, np.random.default_rng(0), width=16)
    leaves = PLANTED.apply(CUBE)[:, None] == np.flatnonzero(PLANTED.is_leaf)
    features = [trained.activations(CUBE), leaves, CUBE, untrained.activations(CUBE)]
    return [probe_basis(phi.astype(float), ridge=0) for phi in features]


def read(page):
    figure = page.locator(FIGURE)
    names = "features clause scores shares probes taken open bound chosen".split()
    return {name: figure.get_attribute(f"data-{name}") for name in names}


def clause_of(text):
    pairs = (part[1:].split("=") for part in text.split())
    return Clause(tuple((int(i), int(v)) for i, v in pairs))


def grown(chosen):
    """The tree that the reader's choices make, leaves where the function is constant."""
    moves = {clause_of(key): i for key, i in chosen}

    def grow(clause):
        labels = Y[clause.holds(CUBE)]
        if labels.min() == labels.max():
            return DecisionTree.leaf(int(labels[0]))
        i = moves[clause]
        return SPLIT(i, grow(clause.extend(i, 0)), grow(clause.extend(i, 1)))

    return grow(Clause())


def check(page, bases):
    """Scores and shares at the clause that is shown are the library's; so is what is said."""
    shown = read(page)
    clause = clause_of(shown["clause"])
    rows = np.flatnonzero(clause.holds(CUBE))
    free = [i for i in range(D) if i not in clause.variables]
    scores, shares = json.loads(shown["scores"]), json.loads(shown["shares"])
    assert [i for i in range(D) if scores[i] is not None] == free
    expected = twisted_scores(bases[int(shown["features"])], CUBE, Y, rows)
    assert [scores[i] for i in free] == pytest.approx(expected[free].tolist(), abs=2e-4)
    assert shares == pytest.approx(leaf_shares(PLANTED, D, clause).tolist(), abs=1e-12)
    assert int(shown["bound"]) == (PLANTED.size - 1) * D
    texts = page.locator(f"{FIGURE} .pd-number").all_text_contents()
    assert [text == "fixed" for text in texts] == [i not in free for i in range(D)]
    # each choice so far was probed once, and so is the clause that is open now
    decided = [len(clause_of(key)) for key, _ in json.loads(shown["chosen"])]
    here = (
        [len(clause)]
        if clause not in {clause_of(k) for k, _ in json.loads(shown["chosen"])}
        else []
    )
    if shown["open"] != "0":
        assert int(shown["probes"]) == sum(D - k for k in decided + here)
    return shown, scores, free


def press(page, name):
    page.locator(FIGURE).get_by_role("button", name=name, exact=True).click()


def choose(page, i):
    page.locator(f"{FIGURE} .pd-choice").nth(i).click()


def test_best_bits_to_the_end_from_every_kind_of_features(open_figures, bases):
    page = open_figures(PAGE, scheme="file")
    menu = page.locator(f"{FIGURE} select")
    assert menu.locator("option").count() == len(bases)
    for k in range(len(bases)):
        menu.select_option(str(k))
        check(page, bases)
        for _ in range(3):
            shown, scores, free = check(page, bases)
            best = max(free, key=lambda i: scores[i])
            press(page, "Best bit")
            made = json.loads(read(page)["chosen"])[-1]
            assert made[0] == shown["clause"]
            assert scores[made[1]] == pytest.approx(scores[best], abs=1e-9)
        press(page, "Best to the end")
        shown, *_ = check(page, bases)
        tree = grown(json.loads(shown["chosen"]))
        assert tree.equivalent(PLANTED)
        assert (int(shown["taken"]), shown["open"]) == (tree.size, "0")
        said = page.locator(f"{FIGURE} .pd-live").text_content()
        assert f"Done: a tree of {tree.size} leaves" in said
        if k <= 1:  # the trained network and the tree itself lead to a smallest tree
            assert tree.size == PLANTED.size
            assert int(shown["probes"]) <= int(shown["bound"])
    assert page.problems == []


def test_wrong_choices_cost_leaves_and_can_be_undone_by_keyboard(open_figures, bases):
    page = open_figures(PAGE, width=390, theme="dark")
    page.locator(f"{FIGURE} .pd-choice").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")  # x5, which half of the leaves test
    shown, *_ = check(page, bases)
    assert (json.loads(shown["chosen"]), shown["taken"]) == ([["", 5]], "20")
    assert (
        "50 % of the leaves there test: it costs 6 more leaves"
        in page.locator(f"{FIGURE} .pd-live").text_content()
    )
    press(page, "Undo")
    assert read(page)["taken"] == "14"
    choose(page, 2)  # x2 is never tested: everything twice
    shown, *_ = check(page, bases)
    assert shown["taken"] == "28"
    choose(page, 3)
    check(page, bases)
    # back to the root by the drawing, and another choice there: what stood below is gone
    page.locator(f"{FIGURE} .pd-node").first.focus()
    page.keyboard.press("Enter")
    assert check(page, bases)[0]["clause"] == ""
    choose(page, 3)
    shown, *_ = check(page, bases)
    assert (json.loads(shown["chosen"]), shown["taken"]) == ([["", 3]], "14")
    fixed = page.locator(f"{FIGURE} .pd-choice[aria-disabled=true]")
    assert fixed.count() == 1
    fixed.click(force=True)
    assert json.loads(read(page)["chosen"]) == [["", 3]]
    press(page, "Start over")
    assert json.loads(read(page)["chosen"]) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.problems == []


def test_the_page_carries_the_weights_as_they_are():
    network = load_network(ROOT / "chapters" / "data" / "twisted-board.npz")
    data = twisted_board(PLANTED, network, name="board").data
    first = np.frombuffer(base64.b64decode(data["networks"][0][0]["weight"]), dtype="<f4")
    assert (first.reshape(16, D) == network.first.weight.detach().numpy()).all()
    with pytest.raises(ValueError, match="different labels"):
        twisted_board(ORDINARY, network, name="board")
    with pytest.raises(ValueError, match="at most 10 bits"):
        twisted_board(ORDINARY, ResidualNetwork(11, np.random.default_rng(0), width=2), name="b")
