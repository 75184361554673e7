"""The study of chapter 14: its committed results are its own, and its parts are right."""

import json
from functools import partial
from itertools import product

import numpy as np
import pytest
import reproduction
import torch
import zoo
from harness import RESULTS

from pacdistill import Clause, DecisionTree, enumerate_cube, random_tree, sample_cube
from pacdistill.extraction import beam_search, best_trees, probe_basis
from pacdistill.figures import reproduction_plot

REPORT = json.loads((RESULTS / "reproduction.json").read_text(encoding="utf-8"))
TABLES = REPORT["tables"]


def test_the_committed_results_are_of_these_settings():
    assert REPORT["command"] == "python studies/reproduction.py"
    assert TABLES["Settings"] == [reproduction.settings()]
    assert TABLES["Published"] == reproduction.PUBLISHED
    for name, part in reproduction.parts().items():
        rows = TABLES[reproduction.TITLES[name]]
        found = [{key: row[key] for key in part.cases[0]} for row in rows]
        assert [one for k, one in enumerate(found) if one not in found[:k]] == part.cases
    every = TABLES["Every network and search"]
    assert TABLES["The table of [Boi24], and ours"] == reproduction.of_table(every)
    assert TABLES["Ablations at depth 5"] == reproduction.of_ablations(TABLES["Every ablation"])
    for point in reproduction.PUBLISHED:
        of_it = [r for r in every if (r["depth"], r.get("k")) == (point["depth"], point["k"])]
        assert len(of_it) >= 10


def test_a_network_trained_again_gives_the_committed_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(zoo, "ZOO", tmp_path / "zoo")
    reproduction.trained.cache_clear()
    case = {"depth": 2, "seed": 0}
    stored = [row for row in TABLES["Every network and search"] if case.items() <= row.items()]
    assert [case | row for row in reproduction.distill(**case)["rows"]] == stored
    reproduction.trained.cache_clear()


def test_a_written_out_step_is_that_of_the_gradient():
    rng = np.random.default_rng(0)
    network = reproduction.plain_network(6, rng, width=5)
    for linear in reproduction.maps(network):
        torch.nn.init.normal_(linear.weight, std=0.5)
        torch.nn.init.normal_(linear.bias, std=0.5)
    X, y = sample_cube(30, 6, rng), torch.from_numpy(rng.integers(2, size=30)).float()
    loss = torch.nn.functional.binary_cross_entropy_with_logits(
        network(torch.from_numpy(X).float()), y
    )
    loss.backward()
    rates = reproduction.rates(5)
    expected = [
        (m.weight.detach() - fast * m.weight.grad, m.bias.detach() - slow * m.bias.grad)
        for m, (fast, slow) in zip(reproduction.maps(network), rates, strict=True)
    ]
    reproduction.descend(network, 2 * torch.from_numpy(X).float() - 1, y)
    for linear, (weight, bias) in zip(reproduction.maps(network), expected, strict=True):
        torch.testing.assert_close(linear.weight.detach(), weight)
        torch.testing.assert_close(linear.bias.detach(), bias)


def test_everything_holds_the_layers_before_and_after_and_the_output():
    rng = np.random.default_rng(1)
    network, X = reproduction.plain_network(6, rng, width=5), sample_cube(20, 6, rng)
    every = reproduction.everything(network, X)
    layers = network.layers(X)
    assert every.shape == (20, 2 * 4 * 5 + 3)
    np.testing.assert_allclose(every[:, 20:40], np.hstack(layers), rtol=1e-5, atol=1e-9)
    before = np.hsplit(every[:, :20], 4)
    np.testing.assert_allclose(np.maximum(before[0], 0), layers[0], rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(
        layers[1] + np.maximum(before[2], 0), layers[2], rtol=1e-5, atol=1e-9
    )
    np.testing.assert_allclose(every[:, -3], network.logits(X), rtol=1e-5, atol=1e-9)
    assert (every[:, -1] == np.sign(every[:, -2])).all()


@pytest.fixture(scope="module")
def problem():
    """Features that read some clauses of a tree on 6 bits, and its labels."""
    rng = np.random.default_rng(2)
    tree, X = random_tree(3, 6, rng), sample_cube(300, 6, rng)
    holds = np.stack([clause.holds(X) for clause in tree.clauses()], axis=1)
    features = (holds @ rng.normal(size=(holds.shape[1], 5))).astype(np.float32)
    return tree, X, tree.predict(X), features + rng.normal(scale=0.1, size=features.shape)


@pytest.mark.parametrize("k", [4, 10])
def test_the_beam_keeps_what_the_library_keeps(problem, k):
    _, X, _, features = problem
    probes = reproduction.ExactProbes(features, X)
    reproduction.beam(probes.losses, 6, 3, 2 * k)  # another width leaves its probes behind
    kept = reproduction.beam(probes.losses, 6, 3, k)
    library = beam_search(probe_basis(features), X, depth=3, width=k)
    assert reproduction.kept_clauses(kept) == set(library.clauses)
    assert [rows.tolist() for rows in reproduction.by_length(sorted(library.clauses, key=len))[:1]]


def grown(clause, d):
    taken = {i for i, _ in clause}
    return {clause | {(i, v)} for i in range(d) if i not in taken for v in (0, 1)}


def least_errors(clause, known, X, y):
    """By trying everything, without memory."""
    holds = np.array([all(x[i] == v for i, v in clause) for x in X], dtype=bool)
    errors = min(y[holds].sum(), holds.sum() - y[holds].sum())
    for i in range(X.shape[1]):
        halves = [clause | {(i, v)} for v in (0, 1)]
        if i not in {j for j, _ in clause} and all(half in known for half in halves):
            errors = min(errors, sum(least_errors(half, known, X, y) for half in halves))
    return errors


@pytest.mark.parametrize("seed", range(6))
def test_the_best_tree_of_probed_clauses_is_the_best(seed):
    d, rng = 4, np.random.default_rng(seed)
    X = sample_cube(25, d, rng)
    y = rng.integers(2, size=25).astype(np.int8)
    kept, known = [frozenset()], {frozenset()}
    levels_kept = [[frozenset()]]
    for _ in range(2):
        candidates = sorted(set().union(*(grown(c, d) for c in kept)), key=sorted)
        known |= set(candidates)
        kept = [candidates[j] for j in rng.choice(len(candidates), 4, replace=False)]
        levels_kept.append(kept)
    known |= set().union(*(grown(c, d) for c in kept))
    clauses = [[Clause(tuple(sorted(c))) for c in level] for level in levels_kept]
    levels = reproduction.probed([reproduction.EMPTY, *map(reproduction.codes, clauses[1:])], d)
    assert sum(map(len, levels)) == len(known)
    tree, errors = reproduction.tree_of_probed(levels, X, y)
    assert errors == (tree.predict(X) != y).sum() == least_errors(frozenset(), known, X, y)
    # The library's trees, which test bits at kept clauses only, are among these.
    among = best_trees(X, y, [c for level in clauses for c in level], depth=3, max_size=8)[-1]
    assert errors <= among.errors


def test_trained_probes_are_adams():
    rng = np.random.default_rng(3)
    network = reproduction.plain_network(5, rng, width=4)
    for linear in reproduction.maps(network):
        torch.nn.init.normal_(linear.weight, std=0.5)
    everything = partial(reproduction.everything, network)
    probes = reproduction.TrainedProbes(everything, 5, np.random.default_rng(4))
    rows = reproduction.extensions(reproduction.EMPTY, 5)
    targets = [probes._targets(X, rows) for X in probes.bits]
    model = torch.nn.Linear(probes.fitted.shape[1], len(rows))
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    adam = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(101):
        adam.zero_grad()
        torch.nn.functional.mse_loss(model(probes.fitted), targets[0]).backward()
        adam.step()
    with torch.no_grad():
        expected = (model(probes.scored) - targets[1]).square().mean(dim=0)
    found = probes.losses(reproduction.EMPTY, rows)
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-3)
    assert (targets[0] == torch.from_numpy(2.0 * np.stack(
        [probes.bits[0][:, code // 2] == code % 2 for code in rows[:, 0]], axis=1
    ) - 1)).all()  # fmt: skip


def test_the_agreement_of_two_trees_is_exact():
    tree = random_tree(3, 6, np.random.default_rng(5))
    cube = enumerate_cube(6)
    for other in (tree, DecisionTree.leaf(0), random_tree(2, 6, np.random.default_rng(6))):
        listed = (tree.predict(cube) == other.predict(cube)).mean()
        assert reproduction.agreement(tree, other) == listed
    assert len(zoo.inner(tree)) == tree.size - 1
    assert all(reproduction.agreement(*two) <= 1 for two in product([tree], [tree]))


def test_the_figure_refuses_what_it_cannot_show():
    rows = TABLES["Every network and search"]
    with pytest.raises(ValueError, match="width 7"):
        reproduction_plot(rows, [{"depth": 2, "k": 7, "correct": 1.0, "probes": 1}], name="x")
    with pytest.raises(ValueError, match="not 'guess'"):
        reproduction_plot([rows[0] | {"search": "guess"}], [], name="x")
