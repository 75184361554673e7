"""Figures that move: their text is the same on every machine and carries its own data."""

import base64
import json
import re

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from pacdistill import (
    MovingFigure,
    ResidualNetwork,
    layer_readings,
    random_hard_tree,
    sample_cube,
    tree_explorer,
)


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
    figure = MovingFigure("x", 'says "<b>"', "explorer.js", {"text": "</script><b>"})
    html = figure._repr_html_()
    assert html.count("</script>") == 1
    assert 'aria-label="says &quot;&lt;b&gt;&quot;"' in html
    data = re.search(r"getElementById\('figure-x'\),\n(.*)\);\n</script>", html).group(1)
    assert json.loads(data) == {"text": "</script><b>"}
    assert "text" not in repr(figure)
