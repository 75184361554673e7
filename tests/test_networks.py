"""Networks: written down from a tree, trained, saved and loaded."""

import itertools
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import torch

from pacdistill import (
    Clause,
    DecisionTree,
    Phase,
    enumerate_cube,
    parity_tree,
    random_hard_tree,
    random_tree,
    sample_cube,
    train_network,
    tree_network,
)
from pacdistill.cube import check_cube
from pacdistill.networks import ResidualNetwork, dnf_network, load_network, save_network
from pacdistill.reductions import DNF

FIRST_BIT = DecisionTree.split(0, DecisionTree.leaf(0), DecisionTree.leaf(1))
SHORT = [Phase(0.4, 60), Phase(0.5, 57)]


def train(seed=0, d=6, target=FIRST_BIT.predict, **options):
    options = {"width": 5, "blocks": 1, "curriculum": SHORT, "batch": 16} | options
    return train_network(target, d, np.random.default_rng(seed), **options)


def network_of(d, seed=0, **shape):
    return ResidualNetwork(d, np.random.default_rng(seed), **shape)


def weights(network):
    return {name: value.numpy() for name, value in network.state_dict().items()}


def same_weights(a, b):
    a, b = weights(a), weights(b)
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def trees(d):
    rng = np.random.default_rng(0)
    yield from (DecisionTree.leaf(0), DecisionTree.leaf(1), FIRST_BIT, parity_tree((3, 1, 0)))
    yield DecisionTree.split(2, DecisionTree.leaf(1), DecisionTree.leaf(1))
    yield random_hard_tree(3, d, rng, parity=2)
    yield from (random_tree(4, d, rng) for _ in range(25))


# --- tree_network


def test_a_tree_network_is_its_tree_at_every_point():
    X = enumerate_cube(8)
    for tree in trees(8):
        network = tree_network(tree, 8)
        assert np.array_equal(network.labels(X), tree.predict(X))
        assert np.array_equal(network.logits(X), tree.predict(X) - 0.5)


def test_the_units_of_a_tree_network_are_the_clauses_of_its_nodes():
    X = enumerate_cube(8)
    for tree in trees(8):
        indicators = [[all(x[i] == v for i, v in c.literals) for c in tree.clauses()] for x in X]
        (layer,) = tree_network(tree, 8).layers(X)
        assert layer.tolist() == indicators
        assert np.array_equal(tree_network(tree, 8).activations(X), layer)


def test_a_tree_network_may_have_more_bits_than_the_tree():
    X = sample_cube(50, 70, np.random.default_rng(0))
    assert np.array_equal(tree_network(FIRST_BIT, 70).labels(X), X[:, 0])
    assert tree_network(FIRST_BIT, 1).labels(np.array([[0], [1]], np.uint8)).tolist() == [0, 1]


def test_a_tree_network_needs_the_bits_of_the_tree():
    with pytest.raises(ValueError, match="the tree tests bit 3, but there are only d = 3"):
        tree_network(parity_tree((0, 3)), 3)


# --- dnf_network


def random_dnf(d, rng):
    terms = []
    for _ in range(rng.integers(0, 6)):
        bits = rng.permutation(d)[: rng.integers(0, 4)]
        terms.append(Clause(tuple((int(i), int(rng.integers(2))) for i in bits)))
    return DNF(tuple(terms))


def test_a_dnf_network_counts_the_terms_that_hold():
    X = enumerate_cube(8)
    sizes = set()
    for seed in range(30):
        formula = random_dnf(8, np.random.default_rng(seed))
        sizes.add(len(formula))
        network = dnf_network(formula, 8)
        held = sum((term.holds(X).astype(int) for term in formula.terms), np.zeros(len(X)))
        assert np.array_equal(network.logits(X), held - 0.5)
        assert np.array_equal(network.labels(X), formula.predict(X))
        assert np.array_equal(network.labels(X), held > 0)
    assert 0 in sizes


def test_a_dnf_network_needs_the_bits_of_the_formula():
    with pytest.raises(ValueError, match="the formula has bit 3, but there are only d = 3"):
        dnf_network(DNF((Clause(()), Clause(((0, 1), (3, 0))))), 3)


# --- what every network returns


def test_shapes_and_types_of_what_a_network_returns():
    X = sample_cube(7, 6, np.random.default_rng(0))
    network = network_of(6, width=5, blocks=3)
    assert [layer.shape for layer in network.layers(X)] == [(7, 5)] * 4
    assert {layer.dtype for layer in network.layers(X)} == {np.dtype(np.float32)}
    assert (network.logits(X).shape, network.logits(X).dtype) == ((7,), np.float32)
    assert (network.labels(X).shape, network.labels(X).dtype) == ((7,), np.int8)


def test_a_single_point_has_one_label_and_one_row_of_activations():
    X = np.ones((1, 6), np.uint8)
    network = network_of(6, width=1, blocks=0)
    assert network.labels(X).shape == (1,)
    assert network.activations(X).shape == (1, 1)


def test_activations_are_the_last_hidden_layer():
    X = sample_cube(7, 6, np.random.default_rng(0))
    network = network_of(6, width=5, blocks=2)
    assert np.array_equal(network.activations(X), network.layers(X)[-1])
    assert not np.array_equal(network.layers(X)[-1], network.layers(X)[0])


@pytest.mark.parametrize("blocks", [0, 1, 3])
def test_the_layers_follow_their_formula(blocks):
    X = sample_cube(40, 9, np.random.default_rng(1))
    network = network_of(9, width=7, blocks=blocks)
    w = {name: value.astype(np.float64) for name, value in weights(network).items()}
    h = np.maximum((2.0 * X - 1) @ w["first.weight"].T + w["first.bias"], 0)
    expected = [h]
    for k in range(blocks):
        h = h + np.maximum(h @ w[f"blocks.{k}.weight"].T + w[f"blocks.{k}.bias"], 0)
        expected.append(h)
    layers = network.layers(X)
    assert len(layers) == blocks + 1
    for layer, formula in zip(layers, expected, strict=True):
        np.testing.assert_allclose(layer, formula, atol=1e-5)
    logits = h @ w["readout.weight"][0] + w["readout.bias"][0]
    np.testing.assert_allclose(network.logits(X), logits, atol=1e-5)
    assert np.array_equal(network.labels(X), network.logits(X) > 0)


def test_the_logit_zero_has_the_label_0():
    network = network_of(3, width=2, blocks=0)
    with torch.no_grad():
        network.readout.weight.zero_()
        network.readout.bias.zero_()
    assert network.labels(np.eye(3, dtype=np.uint8)).tolist() == [0, 0, 0]


def test_forward_and_logits_agree():
    X = sample_cube(7, 6, np.random.default_rng(0))
    network = network_of(6, width=5)
    logits = network(torch.from_numpy(X).float())
    assert logits.requires_grad
    assert np.array_equal(logits.detach().numpy(), network.logits(X))


@pytest.mark.parametrize("dtype", [bool, np.int64, np.float64])
def test_a_network_takes_bits_of_any_type(dtype):
    X = sample_cube(7, 6, np.random.default_rng(0))
    network = network_of(6, width=5)
    assert np.array_equal(network.logits(X.astype(dtype)), network.logits(X))


def test_to_ask_a_network_does_not_change_the_inputs():
    X = sample_cube(7, 6, np.random.default_rng(0))
    before = X.copy()
    network_of(6, width=5).layers(X)
    assert np.array_equal(X, before)


@pytest.mark.parametrize("view", ["read-only", "rows reversed", "bits reversed"])
def test_a_network_takes_any_table_that_check_cube_passes(view):
    X = sample_cube(7, 6, np.random.default_rng(0))
    table = {"read-only": X.copy(), "rows reversed": X[::-1], "bits reversed": X[:, ::-1]}[view]
    table.flags.writeable = view != "read-only"
    network = network_of(6, width=5)
    assert np.array_equal(network.logits(check_cube(table)), network.logits(table.copy()))


@pytest.mark.parametrize(("d", "width", "blocks"), [(0, 4, 1), (4, 0, 1), (4, 4, -1)])
def test_a_network_has_bits_units_and_no_negative_number_of_blocks(d, width, blocks):
    with pytest.raises(ValueError, match=f"d = {d}, width = {width}, blocks = {blocks}"):
        network_of(d, width=width, blocks=blocks)


def test_the_generator_decides_the_first_weights():
    assert same_weights(network_of(6, seed=1), network_of(6, seed=1))
    assert not same_weights(network_of(6, seed=1), network_of(6, seed=2))
    rng = np.random.default_rng(1)
    assert not same_weights(ResidualNetwork(6, rng), ResidualNetwork(6, rng))


def test_the_first_weights_are_those_of_torch_and_the_same_on_every_processor():
    """torch's own differ in the last digit where its kernels round once or twice."""
    network = ResidualNetwork(10, np.random.default_rng(3), width=16, blocks=1)
    maps = [network.first, *network.blocks, network.readout]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(np.random.default_rng(3).integers(2**31)))
        theirs = [torch.nn.Linear(*shape) for shape in ((10, 16), (16, 16), (16, 1))]
    digits = 0
    for ours, other in zip(maps, theirs, strict=True):
        for one, two in ((ours.weight, other.weight), (ours.bias, other.bias)):
            torch.testing.assert_close(one, two, rtol=0, atol=1e-7)
            digits += int(one.detach().numpy().view(np.uint32).sum(dtype=np.uint64))
    assert digits == 956_856_701_167


def test_a_new_network_leaves_the_global_randomness_as_it_was():
    before = torch.get_rng_state()
    network_of(6)
    assert torch.equal(torch.get_rng_state(), before)


# --- train_network


def test_training_learns_a_tree(trained):
    X = sample_cube(20_000, trained.d, np.random.default_rng(99))
    assert trained.secret.depth == 3
    agreement = (trained.training.network.labels(X) == trained.secret.predict(X)).mean()
    assert agreement > 0.9995
    assert trained.training.accuracy[0] < 0.95 < 0.999 < trained.training.accuracy[-1]


def test_the_seed_decides_the_weights():
    assert same_weights(train(seed=1).network, train(seed=1).network)
    assert np.array_equal(train(seed=1).accuracy, train(seed=1).accuracy)
    assert not same_weights(train(seed=1).network, train(seed=2).network)


def test_training_does_not_depend_on_the_global_seed_of_torch():
    found = []
    for seed in (0, 1):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            found.append(train().network)
    assert same_weights(*found)


def test_training_leaves_the_global_randomness_as_it_was():
    before, numpy_before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    train()
    assert torch.equal(torch.get_rng_state(), before)
    assert np.array_equal(np.random.get_state()[1], numpy_before)  # noqa: NPY002


def test_training_leaves_the_number_of_threads_as_it_was():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        train()
        assert torch.get_num_threads() == 2
        with pytest.raises(ValueError, match="labels must have shape"):
            train(target=lambda X: X[:, :1])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("use", ["train", "tree_network"])
def test_the_default_type_of_torch_does_not_matter(use):
    torch.set_default_dtype(torch.float64)
    try:
        network = train().network if use == "train" else tree_network(FIRST_BIT, 6)
        assert network.labels(np.eye(6, dtype=np.uint8)).shape == (6,)
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize(
    ("steps", "records"), [([1], 0), ([49], 0), ([50], 1), ([99], 1), ([30, 30], 1), ([60, 57], 2)]
)
def test_the_accuracy_is_recorded_every_50_batches(steps, records):
    training = train(curriculum=[Phase(0.5, s) for s in steps])
    assert training.accuracy.shape == (records,)
    assert ((training.accuracy >= 0) & (training.accuracy <= 1)).all()


def test_the_record_is_the_accuracy_before_the_update():
    # A rate so small that no logit changes sign: the record is the accuracy of the first weights.
    seen = []

    def target(X):
        seen.append(X)
        return X[:, 0]

    training = train(target=target, learning_rate=1e-12, curriculum=[Phase(0.5, 100)])
    hits = [(training.network.labels(X) == X[:, 0]).mean() for X in seen]
    np.testing.assert_allclose(training.accuracy, np.reshape(hits, (2, 50)).mean(axis=1))


def test_training_sees_as_many_fresh_examples_as_it_says():
    batches = []

    def target(X):
        batches.append(X.copy())
        return X[:, 0]

    training = train(target=target, d=40, curriculum=SHORT, batch=16)
    assert {X.shape for X in batches} == {(16, 40)}
    assert training.examples == sum(len(X) for X in batches) == 117 * 16
    assert len(np.unique(np.vstack(batches), axis=0)) == training.examples


def test_every_phase_draws_from_its_own_distribution():
    means = []

    def target(X):
        means.append(X.mean())
        return X[:, 0]

    train(target=target, d=50, curriculum=[Phase(0.2, 20), Phase(0.7, 30)], batch=64)
    assert np.abs(np.array(means[:20]) - 0.2).max() < 0.05
    assert np.abs(np.array(means[20:]) - 0.7).max() < 0.05
    assert len(means) == 50


def test_the_network_has_the_given_shape():
    training = train(d=9, width=3, blocks=4)
    assert isinstance(training.network, ResidualNetwork)
    assert [layer.shape for layer in training.network.layers(np.zeros((2, 9), np.uint8))] == [
        (2, 3)
    ] * 5


def test_the_training_keeps_its_curriculum_and_is_frozen():
    training = train(curriculum=SHORT)
    assert training.curriculum == tuple(SHORT)
    with pytest.raises(FrozenInstanceError):
        training.examples = 0
    with pytest.raises(FrozenInstanceError):
        training.curriculum[0].bias = 0.1


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float64])
def test_the_target_may_return_labels_of_any_type(dtype):
    assert same_weights(train(target=lambda X: X[:, 0].astype(dtype)).network, train().network)


def test_training_starts_from_weights_drawn_by_its_generator():
    first = [train(seed=s, learning_rate=1e-12, curriculum=[Phase(0.5, 1)]) for s in range(3)]
    for a, b in itertools.combinations(first, 2):
        assert (
            np.abs(weights(a.network)["first.weight"] - weights(b.network)["first.weight"]).max()
            > 0.1
        )


@pytest.mark.parametrize(
    "options",
    [
        {"curriculum": []},
        {"batch": 0},
        {"batch": -3},
        {"sparsity": -0.1},
    ],
)
def test_training_takes_a_phase_and_an_example(options):
    with pytest.raises(ValueError, match="at least one phase, batch >= 1 and sparsity >= 0, but"):
        train(**options)


def test_sparsity_leaves_the_bits_that_matter():
    secret = parity_tree((3, 17))
    network = train_network(
        secret.predict,
        40,
        np.random.default_rng(0),
        width=8,
        curriculum=[Phase(0.3, 150), Phase(0.5, 250)],
        learning_rate=1e-2,
        sparsity=0.5,
    ).network
    weights = network.first.weight.detach().abs().max(dim=0).values.numpy()
    assert set(np.flatnonzero(weights)) == {3, 17}
    X = sample_cube(500, 40, np.random.default_rng(1))
    assert np.array_equal(network.labels(X), secret.predict(X))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"d": 0}, "d >= 1"),
        ({"width": 0}, "width >= 1"),
        ({"blocks": -1}, "blocks >= 0"),
        ({"learning_rate": -1.0}, "learning rate"),
    ],
)
def test_numbers_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        train(**options)


@pytest.mark.parametrize(("bias", "steps"), [(1.5, 3), (-0.1, 3), (float("nan"), 3), (0.5, 0)])
def test_a_phase_out_of_range_cannot_be_made(bias, steps):
    with pytest.raises(ValueError, match="a phase has a probability"):
        Phase(bias, steps)


def test_labels_of_a_wrong_shape_are_refused():
    with pytest.raises(ValueError, match="labels must have shape"):
        train(target=lambda X: X[:, :1])


# --- save_network and load_network


@pytest.mark.parametrize(("d", "width", "blocks"), [(1, 1, 0), (6, 5, 1), (3, 4, 12)])
def test_a_network_is_loaded_bit_for_bit(tmp_path, d, width, blocks):
    network = network_of(d, width=width, blocks=blocks)
    save_network(network, tmp_path / "network.npz")
    again = load_network(tmp_path / "network.npz")
    X = sample_cube(30, d, np.random.default_rng(0))
    assert same_weights(again, network)
    assert np.array_equal(again.logits(X), network.logits(X))


def test_a_trained_network_is_loaded_bit_for_bit(tmp_path, trained):
    path = str(tmp_path / "network.npz")
    save_network(trained.training.network, path)
    assert same_weights(load_network(path), trained.training.network)


def test_a_saved_network_holds_plain_arrays(tmp_path):
    save_network(network_of(3, width=2, blocks=1), tmp_path / "network.npz")
    with np.load(tmp_path / "network.npz", allow_pickle=False) as arrays:
        shapes = {name: arrays[name].shape for name in arrays.files}
    assert shapes == {
        "first.weight": (2, 3),
        "first.bias": (2,),
        "blocks.0.weight": (2, 2),
        "blocks.0.bias": (2,),
        "readout.weight": (1, 2),
        "readout.bias": (1,),
    }


def test_to_load_needs_no_randomness(tmp_path):
    save_network(network_of(3, width=2), tmp_path / "network.npz")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        a = load_network(tmp_path / "network.npz")
        b = load_network(tmp_path / "network.npz")
    assert same_weights(a, b)


def test_an_array_that_is_missing_is_named(tmp_path):
    path = tmp_path / "network.npz"
    arrays = weights(network_of(3, width=2))
    del arrays["readout.bias"]
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match=r"(?s)no network that save_network wrote.*readout\.bias"):
        load_network(path)


def test_arrays_of_shapes_that_do_not_fit_are_refused(tmp_path):
    path = tmp_path / "network.npz"
    np.savez(path, **weights(network_of(3, width=2)) | {"readout.weight": np.zeros((1, 5))})
    with pytest.raises(ValueError, match=r"(?s)no network .*readout\.weight"):
        load_network(path)


def test_a_network_that_cannot_be_loaded_is_not_saved(tmp_path):
    with pytest.raises(ValueError, match=r"a ResidualNetwork is saved.*_ClauseNetwork"):
        save_network(tree_network(FIRST_BIT, 2), tmp_path / "network.npz")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_logit_that_is_not_finite_has_no_label(bad):
    network = network_of(3, width=2)
    with torch.no_grad():
        network.readout.bias.fill_(bad)
    with pytest.raises(ValueError, match=r"logits must be finite, but logits\[0\]"):
        network.labels(np.zeros((2, 3), np.uint8))


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_network(tmp_path / "nothing.npz")


def test_a_network_is_loaded_from_the_path_to_which_it_was_saved(tmp_path):
    network = network_of(3, width=2)
    save_network(network, tmp_path / "network")
    assert same_weights(load_network(tmp_path / "network"), network)


@pytest.mark.parametrize("content", ["other arrays", "a tree network", "npy", "empty", "text"])
def test_a_file_that_is_no_network_is_refused_in_words(tmp_path, content):
    path = tmp_path / "file.npz"
    if content == "other arrays":
        np.savez(path, a=np.zeros(3))
    elif content == "a tree network":
        np.savez(path, **weights(tree_network(FIRST_BIT, 2)))
    elif content == "npy":
        with path.open("wb") as file:
            np.save(file, np.zeros(3))
    else:
        path.write_text("hello" if content == "text" else "", encoding="utf-8")
    with pytest.raises(ValueError, match="network"):
        load_network(path)
