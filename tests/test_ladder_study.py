"""The study of the ladder: its committed results are its own, and its parts are right."""

import json

import ladder
import numpy as np
import pytest
from harness import RESULTS

from pacdistill import CallableSource, DecisionTree, parity_tree, sample_cube
from pacdistill.queries import KeyedFunction

REPORT = json.loads((RESULTS / "ladder.json").read_text(encoding="utf-8"))


def test_the_committed_results_are_of_these_settings():
    rows = REPORT["tables"]["Every source"]
    cases = [{key: row[key] for key in ("name", "seed", "distiller")} for row in rows]
    assert cases == ladder.cases()
    assert REPORT["tables"]["Ladder"] == ladder.summary(rows)
    assert REPORT["command"] == "python studies/ladder.py"
    (settings,) = REPORT["tables"]["Settings"]
    assert settings == ladder.settings()
    assert settings["seeds"] >= 5
    assert all(row["queries"] <= settings["budget"] for row in rows)
    assert all(row["samples"] in (0, settings["samples"]) for row in rows)


@pytest.mark.parametrize("distiller", ["reading", "CART", "junta"])
def test_a_case_of_the_keyed_class_gives_the_committed_row_again(distiller):
    (stored,) = [
        row
        for row in REPORT["tables"]["Every source"]
        if (row["name"], row["seed"], row["distiller"]) == ("keyed", 0, distiller)
    ]
    case = {"name": "keyed", "seed": 0, "distiller": distiller}
    assert case | ladder.climb(**case) == stored


def test_elimination_solves_what_can_be_solved():
    rng = np.random.default_rng(0)
    X, secret = sample_cube(60, 20, rng), rng.integers(2, size=21)
    y = (X @ secret[:-1] + secret[-1]) % 2

    def answer(labels):
        source = CallableSource(lambda Z: labels, np.asarray)
        return ladder.elimination(ladder.Problem(source, None, None, 0, 0), X, rng)

    found = answer(y)
    assert list(found.bits) == np.flatnonzero(secret[:-1]).tolist()
    Z = sample_cube(60, 20, rng)
    assert (found.predict(Z) == (Z @ secret[:-1] + secret[-1]) % 2).all()
    y[7] ^= 1
    assert answer(y).predict is None


def test_exactness_is_judged_on_all_settings_of_the_bits_in_play():
    tree = parity_tree((3, 70))
    p = ladder.Problem(None, tree, tree, 2, 2)
    right = ladder.Found(tree.predict, bits=(3, 70))
    wrong = ladder.Found(lambda Z: Z[:, 3] ^ Z[:, 70] ^ (Z[:, :5].sum(axis=1) == 5), bits=range(5))
    assert ladder.exact(right, p)
    assert not ladder.exact(wrong, p)
    assert not ladder.exact(ladder.Found(DecisionTree.leaf(0).predict), p)
    keyed = ladder.Keyed(b"1")
    p = ladder.Problem(keyed, keyed.function, None, 2, 2)
    assert ladder.exact(ladder.Found(KeyedFunction(b"1").predict, key=b"1"), p)
    assert not ladder.exact(ladder.Found(KeyedFunction(b"2").predict, key=b"2"), p)
