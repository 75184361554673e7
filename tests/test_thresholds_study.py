"""The study of chapter 12: its committed results are its own, and its parts are right."""

import json

import numpy as np
import pytest
import thresholds as study
from harness import RESULTS

from pacdistill import Clause, parity_tree, sample_cube, tree_network
from pacdistill.extraction import extraction_samples

REPORT = json.loads((RESULTS / "thresholds.json").read_text(encoding="utf-8"))
ROWS = REPORT["tables"]["Every network"]


def test_the_committed_results_are_of_these_settings():
    assert REPORT["command"] == study.study().command
    assert REPORT["tables"]["Settings"] == [study.settings()]
    assert [{key: row[key] for key in ("source", "depth", "seed")} for row in ROWS] == study.cases()
    assert REPORT["tables"]["Medians"] == study.summary(ROWS)
    assert all(
        row[name] in (None, *study.SIZES) for row in ROWS for name in row if "enough" in name
    )
    for row in ROWS:
        if row["source"] == "written" and row["R"] >= 0:
            assert row["b"] == round((row["R"] + 2) ** 0.5, 2)
            exact = {"eps": study.EPS, "delta": study.DELTA, "realizable": True}
            given = {"norm": 1.0, "radius": (row["R"] + 2) ** 0.5}
            asked = extraction_samples(100, row["R"] + 1, row["leaves"], **given, **exact)
            assert row["theorem"] == pytest.approx(asked, rel=1e-9)


def test_a_written_network_gives_the_committed_row_again():
    case = {"source": "written", "depth": 2, "seed": 1}
    (stored,) = [row for row in ROWS if case.items() <= row.items()]
    again = case | study.measure(**case)
    assert again.pop("loss over eta") == stored["loss over eta"] == 0
    assert again == pytest.approx({key: stored[key] for key in again}, abs=2e-3)


@pytest.mark.parametrize(("theta", "kept"), [(1e-9, 8), (1 / 128, 16), (0.2, None)])
def test_the_threshold_search_keeps_what_is_represented(theta, kept):
    tree = parity_tree((1, 4, 6))
    X = sample_cube(2_000, 12, np.random.default_rng(0))
    units = tree_network(tree, 12).activations(X).astype(float)
    clauses, probes = study.threshold_search(units, X, 3, theta, 1.0)
    inside = {c for c, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if not leaf}
    assert inside <= set(clauses)
    # with a clause, all that are sums of units: other orders of the same tests
    assert len(clauses) - 1 == kept if kept else len(clauses) > 50
    assert probes >= 24 + 2 * 22
    assert study.threshold_search(0 * units + 1e-9, X, 3, 1e-3, 1.0) == ([Clause()], 24)


def test_the_largest_deviation_is_that_of_many_weights():
    rng = np.random.default_rng(1)
    for sign in (1, -1, 0):
        A = rng.normal(size=(3, 3))
        A = A + A.T if sign == 0 else sign * A @ A.T
        a, c = rng.normal(size=3) * rng.choice([0, 1]), float(rng.normal())
        W = rng.normal(size=(100_000, 3))
        W *= rng.random((len(W), 1)) ** 0.1 / np.linalg.norm(W, axis=1, keepdims=True)
        found = np.abs(np.einsum("ij,jk,ik->i", W, A, W) - 2 * W @ a + c).max()
        stated = study.largest_deviation(A, a, c, 1.0)
        assert 0.97 * stated <= found <= stated + 1e-9


def test_the_fewest_samples_are_the_last_before_a_failure():
    assert study.fewest(lambda n: n >= 177 or n == 88, 44) == 177
    assert study.fewest(lambda n: True, 100) == 125
    assert study.fewest(lambda n: False, 44) is None
