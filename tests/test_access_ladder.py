"""The figure of the ladder carries what its sources compute, and refuses what it cannot show."""

import numpy as np
import pytest

from pacdistill import DecisionTree, enumerate_cube, random_tree
from pacdistill.figures import access_ladder
from pacdistill.queries import KeyedFunction


def test_it_carries_weights_labels_and_the_rows_of_its_classes():
    tree, keyed = random_tree(2, 4, np.random.default_rng(0)), KeyedFunction(b"\x01\x02")
    entries = dict.fromkeys(("distiller", "samples", "queries", "error", "low", "high"), 0)
    row = {"class": "keyed", "rung": "queries", "exact": 0, "sources": 5, "more": 1, **entries}
    data = access_ladder({"tree": tree, "keyed": keyed}, 4, [row], name="demo").data
    first, second = data["classes"]
    X = enumerate_cube(4)
    h = np.maximum(X @ np.array(first["weight"]).T + first["bias"], 0)
    assert ((h @ first["readout"] > 0.5) == tree.predict(X)).all()
    assert first["rows"] == []
    assert [int(c) for c in second["labels"]] == keyed.predict(X).tolist()
    assert second["key"] == "0102"
    (shown,) = second["rows"]
    assert shown.keys() == row.keys() - {"class", "more"}
    assert {len(x) for x in data["examples"]} == {4}


@pytest.mark.parametrize(("sources", "d"), [({}, 3), ({"a": DecisionTree.leaf(0)}, 11)])
def test_it_needs_a_source_and_few_bits(sources, d):
    with pytest.raises(ValueError, match="at least one source"):
        access_ladder(sources, d, [], name="demo")
