"""Figures: no text of a drawn tree hides another, and what moves carries its own data."""

import base64
import json
import re

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from sklearn.linear_model import LinearRegression

from pacdistill import DecisionTree, plot_tree, random_hard_tree, random_tree, sample_cube
from pacdistill.drawing import describe_tree
from pacdistill.figures import MovingFigure, layer_readings, shattering_board, tree_explorer
from pacdistill.networks import ResidualNetwork
from pacdistill.tables import Literal, Literals, RuleTree


@pytest.fixture(scope="module")
def setting():
    rng = np.random.default_rng(0)
    tree = random_hard_tree(3, 12, rng)
    return tree, ResidualNetwork(12, rng, width=5, blocks=1), sample_cube(300, 12, rng)


def test_a_reading_is_the_share_of_the_variance_that_a_linear_fit_explains(setting):
    tree, network, X = setting
    readings = layer_readings(tree, network, X)
    assert readings.shape == (2, len(tree.variable))
    assert np.array_equal(readings[:, 0], [0, 0])
    for k, phi in enumerate(network.layers(X)):
        for node, clause in enumerate(tree.clauses()[1:], start=1):
            truth = LinearRegression().fit(phi, clause.holds(X)).score(phi, clause.holds(X))
            assert readings[k, node] == pytest.approx(truth, abs=1e-3)


def test_an_explorer_carries_the_tree_and_the_weights(setting):
    tree, network, X = setting
    figure = tree_explorer(tree, network, X, name="demo")
    data = figure.data
    assert data["variable"] == tree.variable.tolist()
    assert data["bits"] == X[0].tolist()
    assert data["readings"] == layer_readings(tree, network, X).round(2).tolist()
    first = np.frombuffer(base64.b64decode(data["weights"][0]), "<f4").reshape(5, 12)
    assert np.array_equal(first, network.first.weight.detach().numpy())
    assert [len(data["weights"]), len(data["biases"])] == [3, 3]


def test_the_html_is_the_same_each_time_asks_no_host_and_names_the_figure(setting):
    tree, network, X = setting
    text = tree_explorer(tree, network, X, name="demo")._repr_html_()
    assert text == tree_explorer(tree, network, X, name="demo")._repr_html_()
    assert 'id="figure-demo"' in text
    assert set(re.findall(r"https?://[^\s\"']+", text)) == {"http://www.w3.org/2000/svg"}
    assert "<noscript>" in text


def test_data_cannot_end_the_script_and_stay_out_of_the_repr():
    figure = MovingFigure("x", 'says "<b>"', "explorer", {"text": "</script><b>"})
    html = figure._repr_html_()
    assert html.count("</script>") == 1
    assert 'aria-label="says &quot;&lt;b&gt;&quot;"' in html
    data = re.search(r"getElementById\('figure-x'\),\n(.*),\n\(\(\) => ", html).group(1)
    assert json.loads(data) == {"text": "</script><b>"}
    assert "text" not in repr(figure)


def test_a_figure_in_several_parts_carries_each_once_and_in_order():
    parts = ("reduction_objects", "reduction_map")
    html = MovingFigure("x", "", "reduction_web", {}, parts=parts)._repr_html_()
    places = [html.index(text) for text in ("const drawTree =", "const drawMap =", "page.drawMap(")]
    assert places[2] < places[1] < places[0]  # the last part wraps what is given before it
    assert all(html.count(text) == 1 for text in ("const drawTree =", "const drawMap ="))
    assert "const drawMap =" not in MovingFigure("x", "", "reduction_web", {})._repr_html_()


BOARD = [(8, 8), (40, 8), (36, 26), (12, 26), (24, 16)]


@pytest.mark.parametrize(
    ("points", "shape", "message"),
    [
        (BOARD, "circles", "the shapes are half-planes, .*convex sets, but the shape is 'circles'"),
        (BOARD[:4], "disks", "the figure has 5 points"),
        ([*BOARD[:4], (49, 3)], "disks", "0 <= x <= 48 and 0 <= y <= 32"),
        ([*BOARD[:4], (3, -1)], "disks", "0 <= x <= 48 and 0 <= y <= 32"),
    ],
)
def test_a_board_refuses_other_shapes_and_points_off_its_grid(points, shape, message):
    assert shattering_board(BOARD, name="demo").data["points"] == BOARD
    with pytest.raises(ValueError, match=message):
        shattering_board(points, shape=shape, name="demo")


# --- a drawn tree


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def drawn(depth, *, named):
    """A complete tree of 2^depth leaves, and the same with short and long names for its tests."""
    rng = np.random.default_rng(depth)
    tree = random_hard_tree(depth, 70, rng) if depth else DecisionTree.leaf(1)
    names = ("age", "x", "mean fractal dimension error of the third cell", "$ earned in a $ year")
    literals = [Literal(int(i % 4), "<=", round(rng.normal(), 3)) for i in range(70)]
    return RuleTree.of(tree, Literals(names, tuple(literals))) if named else tree


def boxes(ax):
    """The extents of all texts with their grounds, in pixels: an array of shape (texts, 2, 2)."""
    ax.figure.canvas.draw()
    return np.array([text.get_bbox_patch().get_window_extent() for text in ax.texts]).reshape(
        -1, 2, 2
    )


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("depth", [0, 1, 2, 4, 6])
def test_no_text_hides_another_or_leaves_the_figure(depth, named):
    ax = plot_tree(drawn(depth, named=named), labels=("benign", "malignant"))
    extents = boxes(ax)
    assert len(extents) == 3 * (2**depth - 1) + 2**depth  # a test and two answers; the leaves
    for k, (low, high) in enumerate(extents):
        others = np.delete(extents, k, axis=0)
        assert not ((others[:, 0] < high) & (low < others[:, 1])).all(axis=1).any()
    assert (extents[:, 0] >= 0).all()
    assert (extents[:, 1] <= ax.figure.bbox.size).all()


def test_the_check_sees_texts_that_hide_each_other():
    ax = plot_tree(drawn(4, named=True), ax=plt.figure(figsize=(2, 2)).add_subplot())
    extents = boxes(ax)
    assert ((extents[1:, 0] < extents[0, 1]) & (extents[0, 0] < extents[1:, 1])).all(axis=1).any()


def test_the_leaves_stand_in_the_order_of_the_text():
    for seed in range(8):
        tree = random_tree(4, 9, np.random.default_rng(seed))
        for one in (tree, RuleTree.of(tree, drawn(2, named=True).literals)):
            ax = plot_tree(one, labels=("leaf 0", "leaf 1"))
            leaves = [text for text in ax.texts if text.get_text().startswith("leaf")]
            leaves.sort(key=lambda text: text.get_position()[1])  # the axis points down
            told = re.findall(r"return (\d)", one.to_text())
            assert [text.get_text()[-1] for text in leaves] == told


def relative_luminance(color):
    channels = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_texts_contrast_with_their_ground_and_lines_with_light_and_dark_pages():
    ax = plot_tree(drawn(2, named=True))

    def contrast(a, b):
        light, dark = sorted([relative_luminance(a), relative_luminance(b)], reverse=True)
        return (light + 0.05) / (dark + 0.05)

    for text in ax.texts:
        ground = text.get_bbox_patch().get_facecolor()
        assert ground[3] == 1
        assert contrast(text.get_color(), to_hex(ground)) >= 4.5
    for line in ax.lines:
        assert min(contrast(line.get_color(), page) for page in ("#ffffff", "#121212")) >= 3


def test_an_edge_is_dashed_where_the_answer_is_no_and_leaves_differ_in_shape():
    ax = plot_tree(RuleTree.of(drawn(1, named=False), drawn(1, named=True).literals))
    styles = {line.get_linestyle() for line in ax.lines}
    shapes = {t.get_text(): type(t.get_bbox_patch().get_boxstyle()).__name__ for t in ax.texts}
    assert styles == {"-", "--"}
    assert (shapes["0"], shapes["1"]) == ("Square", "Round")


def test_a_tree_is_described_in_words():
    tree = RuleTree.of(drawn(2, named=False), drawn(2, named=True).literals)
    text = describe_tree(tree, labels=("no", "yes"))
    assert "depth 2 with 4 leaves, of which 2 return yes and 2 return no" in text
    assert tree.question(int(tree.variable[0]))[0] in text
    assert describe_tree(DecisionTree.leaf(0)).endswith("It tests nothing.")
