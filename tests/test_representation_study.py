"""The study of chapter 11: its parts against the library, and that its results are its own."""

import json

import numpy as np
import pytest
import representation as study
from harness import DATA, RESULTS

from pacdistill import Phase, enumerate_cube, random_tree, train_network
from pacdistill.extraction import fit_probes, measure_representation, packing_bound
from pacdistill.networks import ResidualNetwork
from pacdistill.queries import walsh_hadamard


@pytest.fixture(scope="module")
def stored():
    return json.loads((RESULTS / "representation-rows.json").read_text(encoding="utf-8"))


def test_all_clauses_of_6_bits_are_probed_as_by_the_library():
    X = enumerate_cube(6)
    features = ResidualNetwork(6, np.random.default_rng(0), width=20).layers(X)[1]
    spectrum, moments = study.read_cube(features, 6)
    exact = walsh_hadamard((features - features.mean(axis=0)).T.astype(float))
    for V, number in study.low_sets(6, 3).items():
        column = sum(1 << (5 - i) for i in V)
        assert np.allclose(moments[:, number], exact[:, column], atol=1e-6)
    for k in study.LENGTHS:
        clauses, *_ = study.expansion(6, k)
        products, fits = study.probe_all(spectrum, moments, k, 6)
        assert np.allclose(
            measure_representation(features, X, clauses, ridge=0).fits, fits, atol=1e-5
        )
        finite = np.flatnonzero(np.isfinite(products))
        assert len(finite) > 0 or k > 1
        allowed = 4.0**-k / 4
        variance = 2.0**-k - 4.0**-k
        assert ((1 - fits) * variance <= allowed).sum() == len(finite)
        for j in finite[:3]:
            target = clauses[j].holds(X)[:, None].astype(float)
            bound = products[j] / spectrum.radius
            probe = fit_probes(features, target, ridge=0, norm_bound=bound)
            loss = ((probe.predict(features) - target) ** 2).mean()
            assert loss == pytest.approx(allowed, rel=1e-5)
            assert probe.norms[0] == pytest.approx(bound, rel=1e-5)


def test_it_teaches_as_train_network_does(monkeypatch):
    monkeypatch.setattr(study, "BATCH", 32)
    tree, phases = random_tree(2, 5, np.random.default_rng(0)), ((0.4, 30), (0.5, 20))
    weights = {
        step: network.first.weight.detach().clone()
        for step, network in study.teach(tree, 5, 3, phases, [0, 30, 50])
    }
    assert list(weights) == [0, 30, 50]
    result = train_network(
        tree.predict,
        5,
        np.random.default_rng(3),
        width=study.WIDTH,
        curriculum=[Phase(*phase) for phase in phases],
        batch=32,
    )
    assert (result.network.first.weight == weights[50]).all()
    assert not (weights[0] == weights[30]).all()


@pytest.mark.parametrize("d", [5, 16, 100])
def test_the_cheapest_characters(d):
    assert study.best_characters(d, 1) == pytest.approx([0.5])
    assert study.characters_cost(d, 1) == pytest.approx(d**0.5 / 4)
    for k in (2, 3):
        kept = 1 - study.best_characters(d, k)
        count = np.array([k, 1] if k == 2 else [3, 3, 1])
        assert (count * kept**2).sum() == pytest.approx(1 / 4)
        assert packing_bound(k, study.characters_cost(d, k), 1) >= 2**k * study.comb(d, k)


def test_the_committed_results_are_those_of_the_settings(stored):
    report = json.loads((RESULTS / "representation.json").read_text(encoding="utf-8"))
    assert report["command"] == study.study().command
    tables = study.study().tables
    assert list(report["tables"]) == list(tables)
    for (title, table), (name, part) in zip(
        tables.items(), study.study().parts.items(), strict=True
    ):
        assert table.parts == [name]
        rows = stored[name]
        assert [{key: row[key] for key in part.cases[0]} for row in rows] == part.cases
        assert report["tables"][title] == json.loads(json.dumps(table.make(rows)))
    for row in stored["teaching"]:
        places = [(look["step"], look["layer"]) for look in row["looks"]]
        assert places == [(step, layer) for step in study.TIMES for layer in (1, 2, 3)]
    looks = [look for row in stored["teaching"] for look in row["looks"]]
    looks += stored["fixed"] + [l for row in stored["large"] for l in row["trained"]]  # noqa: E741
    for look in looks:
        for k in study.LENGTHS:
            for count, b in zip(look.get(str(k), {}).get("counts", []), study.GRID, strict=False):
                assert count <= packing_bound(k, b, 1)  # lem-packing
            slack = look.get(str(k), {}).get("slack")
            if slack and "probes" in slack:
                factors = [slack[name] for name in ("sign patterns", "probes", "energy elsewhere")]
                assert np.prod(factors) == pytest.approx(slack["bound / count"], rel=0.01)
                assert slack["bound / count"] >= 0.999


def agree(new, old, tolerance):
    """Two looks say the same, up to rounding and clauses on the border."""
    assert new["B"] == pytest.approx(old["B"], rel=tolerance)
    for k in study.LENGTHS:
        if str(k) not in old:
            continue
        mine, kept = new[str(k)], old[str(k)]
        for name in ("own", "kin", "others"):
            assert mine[name] == kept[name]
            assert abs(mine[f"{name} represented"] - kept[f"{name} represented"]) <= 1
        assert mine["own fit"] == pytest.approx(kept["own fit"], rel=tolerance)
        middle = mine["others fit, quartiles"]
        assert middle == pytest.approx(kept["others fit, quartiles"], rel=tolerance)


def test_some_rows_come_out_again(stored):
    by_case = {(row["features"], row["seed"]): row for row in stored["fixed"]}
    for features, seed in (("explicit", 3), ("64 random ReLU units", 1)):
        agree(study.fixed(features=features, seed=seed), by_case[features, seed], 1e-3)
    again = study.fixed(features="characters", seed=0)
    assert again == {key: by_case["characters", 0][key] for key in again}
    row = next(r for r in stored["teaching"] if r["kind"].startswith("parity") and r["seed"] == 2)
    tree, cube = study.plant(row["kind"], 2), enumerate_cube(study.D)
    # Two looks at a network: before it is taught, and after 50 steps, when machines still agree.
    for step, network in study.teach(tree, study.D, 2, study.KINDS[row["kind"]], [0, 50]):
        look = next(l for l in row["looks"] if (l["step"], l["layer"]) == (step, 1))  # noqa: E741
        agree(study.describe(network.layers(cube)[0], tree, full=False), look, 0.02)
        if step == 50:
            break


def test_the_small_network_is_stored():
    from pacdistill.networks import load_network

    network = load_network(DATA / "representation.npz")
    cube, tree = enumerate_cube(10), study.small_tree()
    assert network.first.weight.shape == (16, 10)
    assert (network.labels(cube) == tree.predict(cube)).all()
