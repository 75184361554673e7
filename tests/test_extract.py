"""From a network to a tree: exact on networks that carry one, and honest about what it saw."""

import copy
import pickle
import time
from dataclasses import FrozenInstanceError, asdict, replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import beta, binomtest

from pacdistill import (
    CallableSource,
    DecisionTree,
    disagreement,
    enumerate_cube,
    extract_tree,
    measure_fidelity,
    parity_tree,
    random_hard_tree,
    random_tree,
    sample_cube,
    tree_network,
)
from pacdistill.extraction import Extraction

ZERO, ONE = DecisionTree.leaf(0), DecisionTree.leaf(1)
SECRET = DecisionTree.split(2, DecisionTree.split(0, ZERO, ONE), DecisionTree.split(4, ONE, ZERO))


class Spy:
    """A source that writes down what it is asked."""

    def __init__(self, source):
        self.source, self.asked = source, []

    def labels(self, X):
        self.asked.append(("labels", X.copy()))
        return self.source.labels(X)

    def activations(self, X):
        self.asked.append(("activations", X.copy()))
        return self.source.activations(X)

    def methods(self):
        return [method for method, _ in self.asked]


def sample(n=500, d=8, seed=0):
    return sample_cube(n, d, np.random.default_rng(seed))


def source_of(tree=SECRET, d=8):
    return tree_network(tree, d)


# --- exact on networks that are trees


def secrets(d):
    rng = np.random.default_rng(0)
    yield from (random_tree(depth, d, rng) for depth in (1, 2, 3, 4) for _ in range(6))
    yield random_hard_tree(3, d, rng)
    yield random_hard_tree(3, d, rng, parity=2)
    yield parity_tree((1, 6, 3))
    yield SECRET


@pytest.mark.parametrize("search", ["twisted", "beam"])
def test_a_tree_that_was_written_down_as_a_network_is_found(search):
    d = 15
    for k, secret in enumerate(secrets(d)):
        depth = max(secret.depth, 1)
        X = sample(1500, d, seed=k)
        result = extract_tree(tree_network(secret, d), X, depth=depth, search=search)
        assert disagreement(result.tree, secret) == 0
        assert result.tree.size <= secret.size
        assert result.tree.depth <= depth
        assert result.fidelity.estimate == 1
        assert result.frontier[-1].errors == 0


def test_a_parity_of_five_bits_is_found_by_the_twisted_search():
    secret = parity_tree((1, 5, 9, 14, 22))
    result = extract_tree(tree_network(secret, 30), sample(3000, 30), depth=5)
    assert result.tree.equivalent(secret)


@pytest.mark.parametrize("search", ["twisted", "beam"])
def test_a_trained_network_is_read_exactly(trained, search):
    X = sample(4000, trained.d, seed=5)
    result = extract_tree(trained.training.network, X, depth=3, search=search)
    assert result.tree.equivalent(trained.secret)
    assert result.fidelity.estimate == 1


@pytest.mark.parametrize("search", ["twisted", "beam"])
def test_more_depth_than_the_tree_has_does_no_harm(search):
    result = extract_tree(source_of(), sample(1000), depth=6, search=search, beam=50)
    assert result.tree.equivalent(SECRET)
    assert result.tree.size == 4


def test_the_whole_cube_with_every_label_right_gives_the_function():
    d = 6
    for secret in (random_tree(4, d, np.random.default_rng(k)) for k in range(5)):
        X = np.repeat(enumerate_cube(d), 3, axis=0)
        result = extract_tree(tree_network(secret, d), X, depth=4, fresh=enumerate_cube(d))
        assert result.tree.equivalent(secret)


@pytest.mark.parametrize("search", ["twisted", "beam"])
def test_activations_that_say_nothing_still_give_a_tree_with_honest_fidelity(search):
    X = sample(2000, 8)
    noise = np.random.default_rng(1).normal(size=(8, 3))
    source = CallableSource(parity_tree(tuple(range(8))).predict, lambda X: np.sin(9 * X @ noise))
    result = extract_tree(source, X, depth=3, search=search, confidence=0.9999)
    assert result.tree.depth <= 3
    assert disagreement(result.tree, parity_tree(tuple(range(8)))) == Fraction(1, 2)
    assert result.frontier[-1].errors < 800  # better than a coin on the inputs that it saw
    assert result.fidelity.low < 0.5 < result.fidelity.high


# --- the answer


def test_the_tree_is_the_last_of_the_frontier_and_has_its_errors():
    X = sample(1000)
    noisy = np.random.default_rng(2).random(256) < 0.05
    code = 2 ** np.arange(8)
    source = CallableSource(
        lambda X: SECRET.predict(X) ^ noisy[X @ code].astype(np.int8), lambda X: X
    )
    result = extract_tree(source, X, depth=3)
    assert result.tree == result.frontier[-1].tree
    assert len(result.frontier) > 2
    for point in result.frontier:
        wrong = point.tree.predict(X[:800]) != source.labels(X[:800])
        assert int(wrong.sum()) == point.errors
    assert result.frontier[-1].errors == min(point.errors for point in result.frontier)


@pytest.mark.parametrize("search", ["twisted", "beam"])
def test_the_same_inputs_give_the_same_answer(search):
    def run():
        result = extract_tree(source_of(), sample(), depth=3, search=search)
        return result.tree, result.fidelity, result.frontier, result.probes, result.samples

    assert run() == run()


def test_the_order_of_the_samples_does_not_change_the_function():
    X = sample(1000)
    order = np.random.default_rng(3).permutation(800)
    shuffled = np.vstack([X[:800][order], X[800:]])
    a, b = (extract_tree(source_of(), table, depth=3) for table in (X, shuffled))
    assert a.tree.equivalent(b.tree)
    assert a.fidelity == b.fidelity


@pytest.mark.parametrize("max_size", [1, 2, 3, 4, 5])
def test_the_tree_has_at_most_max_size_leaves(max_size):
    result = extract_tree(source_of(), sample(), depth=3, max_size=max_size)
    assert result.tree.size <= max_size
    assert (disagreement(result.tree, SECRET) == 0) == (max_size >= 4)


def test_the_default_size_is_that_of_a_complete_tree():
    secret = parity_tree((0, 1, 2, 3))
    result = extract_tree(tree_network(secret, 8), sample(1500), depth=4)
    assert result.tree.size == 16


def test_the_answer_is_frozen():
    result = extract_tree(source_of(), sample(), depth=2)
    for name in ("tree", "fidelity", "frontier", "probes", "samples", "seconds"):
        with pytest.raises(FrozenInstanceError):
            setattr(result, name, None)
    with pytest.raises(FrozenInstanceError):
        result.fidelity.estimate = 1.0
    with pytest.raises(FrozenInstanceError):
        result.seconds.labels = 0.0
    assert isinstance(result.frontier, tuple)


STAGES = ["labels", "activations", "factorization", "search", "dynamic_program", "fidelity"]


def test_every_stage_has_its_time():
    for search in ("twisted", "beam"):
        source = source_of()
        apart = CallableSource(source.labels, source.activations)
        seconds = extract_tree(apart, sample(), depth=3, search=search).seconds
        assert list(asdict(seconds)) == STAGES
        assert all(0 < spent < 60 for spent in asdict(seconds).values())
        # A source that answers both at once is asked for both at once.
        seconds = extract_tree(source, sample(), depth=3, search=search).seconds
        assert seconds.labels == 0 < seconds.activations


def test_the_time_of_a_slow_source_is_that_of_its_stages():
    def slow(function):
        def wait(X):
            time.sleep(0.05)
            return function(X)

        return wait

    source = CallableSource(slow(SECRET.predict), slow(lambda X: X))
    seconds = extract_tree(source, sample(), depth=2).seconds
    assert min(seconds.labels, seconds.activations, seconds.fidelity) >= 0.045


def test_the_text_says_what_was_found():
    text = str(extract_tree(source_of(), sample(), depth=3))
    for part in (
        "4 leaves",
        "depth 2",
        "1.0000 of 100 fresh inputs",
        "95%",
        "400 samples",
        "probes",
    ):
        assert part in text


@pytest.mark.parametrize(("confidence", "text"), [(0.999, "99.9%"), (0.995, "99.5%")])
def test_the_text_names_the_confidence(confidence, text):
    assert f"({text} interval" in str(
        extract_tree(source_of(), sample(), depth=2, confidence=confidence)
    )


@pytest.mark.parametrize("again", [copy.deepcopy, lambda r: pickle.loads(pickle.dumps(r))])
def test_an_answer_can_be_copied_and_pickled(again):
    result = extract_tree(source_of(), sample(), depth=2)
    assert again(result) == result


# --- what the source is asked


def test_the_search_sees_all_but_the_last_fifth():
    for n in (500, 502, 504):
        spy, X = Spy(source_of()), sample(n)
        result = extract_tree(spy, X, depth=2)
        # The first rows of each are asked about again, on their own; see `read_labels`.
        assert spy.methods() == ["labels"] * 2 + ["activations"] * 2 + ["labels"] * 2
        for (_, asked), expected in zip(
            spy.asked[::2], (X[:-100], X[:-100], X[-100:]), strict=True
        ):
            assert np.array_equal(asked, expected)
        assert (result.samples, result.fidelity.inputs) == (n - 100, 100)


def test_with_fresh_inputs_the_search_sees_all_of_x():
    spy, X, fresh = Spy(source_of()), sample(100), sample(70, seed=9)
    result = extract_tree(spy, X, depth=2, fresh=fresh)
    assert spy.methods() == ["labels"] * 2 + ["activations"] * 2 + ["labels"] * 2
    for (_, asked), expected in zip(spy.asked[::2], (X, X, fresh), strict=True):
        assert np.array_equal(asked, expected)
    assert (result.samples, result.fidelity.inputs) == (100, 70)


@pytest.mark.parametrize("search", ["twisted", "beam"])
def test_no_question_is_asked_off_the_given_inputs(search):
    d = 12
    spy, X = Spy(tree_network(random_hard_tree(3, d, np.random.default_rng(4)), d)), sample(600, d)
    extract_tree(spy, X, depth=4, search=search)
    given = {row.tobytes() for row in X}
    asked = {row.tobytes() for _, table in spy.asked for row in table}
    assert asked == given
    assert spy.methods().count("activations") == 2
    assert spy.methods().count("labels") == 4


def test_held_out_labels_do_not_change_the_tree():
    X = sample(500)
    row_of = {
        row.tobytes(): k for k, row in enumerate(sample_cube(500, 40, np.random.default_rng(1)))
    }
    X = np.array([np.frombuffer(key, np.uint8) for key in row_of])

    def labels(X, flip):
        late = np.array([row_of[row.tobytes()] >= 400 for row in X])
        return np.where(late & flip, 1 - X[:, 0], X[:, 0])

    results = [
        extract_tree(CallableSource(lambda X, f=flip: labels(X, f), lambda X: X), X, depth=2)
        for flip in (False, True)
    ]
    assert results[0].tree == results[1].tree
    assert results[0].frontier == results[1].frontier
    assert [r.fidelity.estimate for r in results] == [1, 0]


def test_the_inputs_are_not_changed():
    X, fresh = sample(), sample(50, seed=1)
    before = X.copy(), fresh.copy()
    extract_tree(source_of(), X, depth=3, fresh=fresh)
    assert np.array_equal(X, before[0])
    assert np.array_equal(fresh, before[1])


@pytest.mark.parametrize("label", [0, 1])
def test_constant_labels_give_the_constant_tree_without_activations(label):
    spy = Spy(source_of(DecisionTree.leaf(label)))
    for search in ("twisted", "beam"):
        result = extract_tree(spy, sample(), depth=3, search=search)
        assert result.tree == DecisionTree.leaf(label)
        assert result.probes == 0
        assert [(p.size, p.errors) for p in result.frontier] == [(1, 0)]
        spent = {stage for stage, seconds in asdict(result.seconds).items() if seconds > 0}
        assert spent == {"labels", "dynamic_program", "fidelity"}
    assert set(spy.methods()) == {"labels"}


# --- strange but lawful inputs


@pytest.mark.parametrize(
    "convert",
    [np.ndarray.tolist, lambda X: X.astype(bool), lambda X: X.astype(float), np.asfortranarray],
)
def test_inputs_of_any_type_give_the_same_tree(convert):
    X = sample()
    expected = extract_tree(source_of(), X, depth=2)
    result = extract_tree(source_of(), convert(X), depth=2, fresh=convert(X[-100:]))
    assert result.tree.equivalent(expected.tree)


def test_the_source_always_gets_a_uint8_table():
    spy = Spy(source_of())
    extract_tree(spy, sample().tolist(), depth=2, fresh=sample(9).astype(bool))
    assert {X.dtype for _, X in spy.asked} == {np.dtype(np.uint8)}


LABELS = [
    *(lambda y, t=t: y.astype(t) for t in (bool, np.uint8, np.int64, np.float32, object)),
    np.ndarray.tolist,
    torch.tensor,
    pd.Series,
]
ACTIVATIONS = [
    *(lambda A, t=t: A.astype(t) for t in (bool, np.uint8, np.int64, np.float16, np.float64)),
    np.asfortranarray,
    np.ndarray.tolist,
    torch.tensor,
    pd.DataFrame,
]


@pytest.mark.parametrize(
    ("labels_as", "activations_as"),
    [(form, np.asarray) for form in LABELS] + [(np.asarray, form) for form in ACTIVATIONS],
)
@pytest.mark.parametrize(("search", "depth"), [("twisted", 3), ("twisted", None), ("beam", 3)])
def test_answers_of_any_type_give_the_tree(labels_as, activations_as, search, depth):
    # A parity of three bits, and no label is counted: without the activations it is not found.
    secret = parity_tree((1, 4, 6))
    network = tree_network(secret, 8)
    source = CallableSource(
        lambda X: labels_as(network.labels(X)), lambda X: activations_as(network.activations(X))
    )
    result = extract_tree(source, sample(), depth=depth, search=search, counted=0, beam=12)
    assert result.tree.equivalent(secret)


@pytest.mark.parametrize("batch", [1, 3, 399, 400, 10**9])
@pytest.mark.parametrize("in_file", [True, False])
def test_the_batch_and_the_place_of_the_activations_do_not_matter(batch, in_file, tmp_path):
    expected = extract_tree(source_of(), sample(), depth=3, counted=0)
    spy = Spy(source_of())
    folder = tmp_path if in_file else None
    found = extract_tree(spy, sample(), depth=3, counted=0, batch=batch, folder=folder)
    assert replace(found, seconds=expected.seconds) == expected
    assert max(len(X) for _, X in spy.asked) == min(batch, 400)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("norm_bound", [0.01, 1.0, 100.0])
@pytest.mark.parametrize(("search", "depth"), [("twisted", 3), ("twisted", None), ("beam", 3)])
def test_norm_bounded_probes_find_the_tree(norm_bound, search, depth):
    secret = parity_tree((1, 4, 6))
    options = {"depth": depth, "search": search, "counted": 0, "beam": 12}
    result = extract_tree(tree_network(secret, 8), sample(), norm_bound=norm_bound, **options)
    assert result.tree.equivalent(secret)


def test_one_bit():
    source = CallableSource(lambda X: 1 - X[:, 0], lambda X: X)
    X = np.tile([[0], [1]], (20, 1))
    for search in ("twisted", "beam"):
        result = extract_tree(source, X, depth=1, search=search)
        assert result.tree == DecisionTree.split(0, ONE, ZERO)


def test_a_single_row_has_constant_labels():
    row = np.ones((1, 8), np.uint8)
    result = extract_tree(source_of(), row, depth=2, fresh=row)
    assert result.tree == DecisionTree.leaf(int(SECRET.predict(row)[0]))
    assert (result.samples, result.fidelity.inputs) == (1, 1)


def test_five_rows_are_enough_to_hold_one_out():
    result = extract_tree(source_of(ONE), sample(5), depth=2)
    assert (result.samples, result.fidelity.inputs) == (4, 1)


@pytest.mark.parametrize("search", ["twisted", "beam"])
def test_constant_columns_and_repeated_rows(search):
    X = sample(60, 8)[np.random.default_rng(5).integers(0, 60, 400)]
    X[:, 5], X[:, 7] = 0, 1
    result = extract_tree(source_of(), X, depth=3, search=search)
    assert result.fidelity.estimate == 1


def test_contradictory_labels_are_decided_by_the_majority():
    # All rows are alike, but the source is not a function of the input.
    X = np.ones((50, 3), np.uint8)
    source = CallableSource(lambda X: np.arange(len(X)) % 3 == 0, lambda X: X)
    for search in ("twisted", "beam"):
        result = extract_tree(source, X, depth=2, search=search)
        assert result.tree == ZERO
        assert result.frontier[-1].errors == 14


@pytest.mark.parametrize("search", ["twisted", "beam"])
def test_a_dead_layer_is_no_crash(search):
    source = CallableSource(SECRET.predict, lambda X: np.zeros((len(X), 4)))
    result = extract_tree(source, sample(), depth=2, search=search, beam=16)
    assert result.tree.equivalent(SECRET)  # by counting labels and a beam of all bits


@pytest.mark.parametrize("search", ["twisted", "beam"])
def test_a_depth_of_all_bits(search):
    X = np.repeat(enumerate_cube(3), 10, axis=0)
    secret = parity_tree((0, 1, 2))
    source = CallableSource(secret.predict, lambda X: X)
    result = extract_tree(source, X, depth=3, search=search, fresh=X)
    assert result.tree.equivalent(secret)


# --- what is refused


@pytest.mark.parametrize("depth", [0, -1, 9])
def test_the_depth_is_from_1_to_the_number_of_bits(depth):
    with pytest.raises(ValueError, match=f"from 1 to d = 8, but depth = {depth}"):
        extract_tree(source_of(), sample(), depth=depth)


@pytest.mark.parametrize("search", ["twisted", "beam"])
@pytest.mark.parametrize("beam", [0, -1])
def test_a_beam_keeps_a_clause(search, beam):
    with pytest.raises(ValueError, match=f"at least 1 clause of each length, but beam = {beam}"):
        extract_tree(source_of(), sample(), depth=2, search=search, beam=beam)


@pytest.mark.parametrize("confidence", [0, 1, -0.1, 95, float("nan")])
def test_a_confidence_is_strictly_between_0_and_1(confidence):
    with pytest.raises(ValueError, match="confidence is strictly between 0 and 1"):
        extract_tree(source_of(), sample(), depth=2, confidence=confidence)
    with pytest.raises(ValueError, match="confidence is strictly between 0 and 1"):
        measure_fidelity(SECRET, source_of(), sample(), confidence=confidence)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        *(({"max_size": s}, f"at least 1 leaf, but max_size = {s}") for s in (0, -1)),
        ({"confidence": 95}, "confidence is strictly between 0 and 1"),
        ({"ridge": -1e-4}, "ridge must be at least 0"),
        ({"ridge": np.inf}, "ridge must be at least 0 and finite"),
        ({"depth": 0}, "depth = 0"),
        ({"depth": None, "search": "beam"}, "the beam needs a depth"),
        ({"beam": 0}, "beam = 0"),
        ({"beam": 17}, "beam = 17 is more than the 16 clauses"),
        ({"search": "Beam"}, "search is 'twisted' or 'beam', not 'Beam'"),
        ({"fresh": [[2] * 8]}, "fresh must hold only 0 and 1"),
        ({"fresh": []}, "fresh must be a table"),
        *(({"counted": k}, f"but counted = {k}") for k in (-1, 3, 0.5, None)),
        *(({"batch": k}, f"but batch = {k}") for k in (0, -1)),
        *(({"max_seconds": s}, f"above 0, but it is {s}") for s in (0, -1.0, float("nan"))),
        *(({"norm_bound": b}, f"and finite, but it is {b}") for b in (0, -1.0, float("nan"))),
    ],
)
def test_an_argument_out_of_range_is_refused_before_the_source_is_asked(option, message):
    spy = Spy(source_of())
    with pytest.raises(ValueError, match=message):
        extract_tree(spy, sample(), **({"depth": 2} | option))
    assert not spy.asked


@pytest.mark.parametrize("name", ["depth", "beam", "max_size", "batch"])
@pytest.mark.parametrize("value", [2.0, "2"])
def test_a_number_that_counts_is_whole(name, value):
    spy = Spy(source_of())
    with pytest.raises(TypeError, match=f"{name} counts something and is an integer, not"):
        extract_tree(spy, sample(), **({"depth": 2} | {name: value}))
    assert not spy.asked


class LabelsOnly:
    def labels(self, X):
        return X[:, 0]


class Arrays(LabelsOnly):
    activations = np.zeros((500, 3))


@pytest.mark.parametrize("source", [LabelsOnly(), Arrays()])
def test_a_source_has_two_methods(source):
    with pytest.raises(TypeError, match=f"{type(source).__name__} has no activations; wrap two"):
        extract_tree(source, sample(), depth=2)


def test_there_is_a_sample_for_each_clause():
    X = sample(7)
    with pytest.raises(ValueError, match=r"fewer than one of 7 samples \(n / 2\^depth = 0.88\)"):
        extract_tree(source_of(), X, depth=3, fresh=X)
    assert extract_tree(CallableSource(SECRET.predict, lambda X: X[:, :3]), X, depth=2, fresh=X)


@pytest.mark.parametrize("in_file", [True, False])
def test_the_number_of_activations_is_the_same_for_all_rows(in_file, tmp_path):
    X = np.vstack([sample(200), np.ones((200, 8), np.uint8)])
    source = CallableSource(SECRET.predict, lambda X: X[:, : 5 + int(X.all())])
    with pytest.raises(ValueError, match=r"5 activations for the first rows, but 6 for .* 200 on"):
        extract_tree(source, X, depth=2, batch=200, fresh=X, folder=tmp_path if in_file else None)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("failing", ["labels", "activations"])
def test_an_error_of_the_source_is_passed_on_and_no_file_is_left(failing, tmp_path):
    def fail(X):
        if X.all():
            raise ZeroDivisionError("of the source")
        return X

    X = np.vstack([sample(200), np.ones((200, 8), np.uint8)])
    functions = {"labels": SECRET.predict, "activations": lambda X: X} | {failing: fail}
    if failing == "labels":
        functions["labels"] = lambda X: fail(X)[:, 0]
    with pytest.raises(ZeroDivisionError, match="of the source"):
        extract_tree(
            CallableSource(functions["labels"], functions["activations"]),
            X,
            depth=2,
            batch=100,
            fresh=X,
            folder=tmp_path,
        )
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        extract_tree(source_of(), sample(), depth=2, folder=tmp_path / "nowhere")


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_fewer_than_five_rows_need_fresh_ones(n):
    with pytest.raises(ValueError, match=f"{n} inputs are too few .*at least 5, or others as"):
        extract_tree(source_of(), sample(n), depth=2)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.zeros(8), "X must be a table"),
        (np.zeros((0, 8)), "X must have a row"),
        (np.full((10, 8), 2), "X must hold only 0 and 1"),
        (np.full((10, 8), np.nan), "X must hold only 0 and 1"),
        (2 * np.eye(8, dtype=int) - 1, "X must hold only 0 and 1.*bits in {-1, .1} convert"),
        (np.eye(8, dtype=int) * 256, "X must hold only 0 and 1"),
        (np.eye(8).astype(str), "X must hold only 0 and 1"),
        (np.zeros((10, 8, 1)), "X must be a table"),
        ("abc", "X must be a table"),
    ],
)
def test_inputs_are_points_of_the_cube(X, message):
    with pytest.raises(ValueError, match=message):
        extract_tree(source_of(), X, depth=2)
    with pytest.raises(ValueError, match=message.replace("X", "fresh")):
        extract_tree(source_of(), sample(), depth=2, fresh=X)


def test_fresh_inputs_have_the_bits_of_x():
    with pytest.raises(ValueError, match="X has 8 bits but fresh has 7"):
        extract_tree(source_of(), sample(), depth=2, fresh=sample(10, 7))


def test_there_are_more_samples_than_activations():
    source = CallableSource(SECRET.predict, lambda X: np.hstack([X, 1 - X]))
    X = sample(50)
    with pytest.raises(ValueError, match="17 samples are too few to probe 16 features"):
        extract_tree(source, X[:17], depth=2, fresh=X)
    assert extract_tree(source, X[:18], depth=2, fresh=X).samples == 18


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (lambda X: X[1:, 0], "must have shape"),
        (lambda X: X[:, :1], "must have shape"),
        (lambda X: X[:, 0] * 2, r"labels\[\d+\] = 2"),
        (lambda X: X[:, 0] * 2.0 - 1, r"labels\[\d+\] = -1.0"),
        (lambda X: X[:, 0] * 0.8 + 0.1, r"labels\[0\] = 0.[19].* a probability p gives p > 0.5"),
        (lambda X: X[:, 0].astype(str), r"labels must be 0 or 1"),
        (lambda X: None, "must have shape"),
        (lambda X: X[:, 0] * np.nan, r"labels\[0\] = nan"),
    ],
)
def test_wrong_labels_of_the_source_are_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        extract_tree(CallableSource(labels, lambda X: X), sample(), depth=2)


@pytest.mark.parametrize(
    ("activations", "message"),
    [
        (lambda X: X[:, 0], "must have shape"),
        (lambda X: X[1:], "must have shape"),
        (lambda X: X[:, :0], "must have shape"),
        (lambda X: None, "must have shape"),
        (lambda X: X * 1j, "activations are real numbers"),
        (lambda X: X[:, :, None], "must have shape"),
        (lambda X: np.where(X, np.nan, 1.0), r"activations must be finite.* = nan"),
        (lambda X: np.where(X, 1.0, np.inf), r"activations must be finite.* = inf"),
    ],
)
def test_wrong_activations_of_the_source_are_refused(activations, message):
    with pytest.raises(ValueError, match=message):
        extract_tree(CallableSource(SECRET.predict, activations), sample(), depth=2)


# --- measure_fidelity


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize(("agree", "n"), [(0, 10), (1, 10), (7, 10), (10, 10), (480, 500), (1, 1)])
def test_the_interval_is_that_of_clopper_and_pearson(agree, n, confidence):
    # The first bit of the first `agree` rows is 0; the tree says 0 everywhere.
    X = np.zeros((n, 2), np.uint8)
    X[agree:, 0] = 1
    source = CallableSource(lambda X: X[:, 0], lambda X: X)
    fidelity = measure_fidelity(ZERO, source, X, confidence=confidence)
    interval = binomtest(agree, n).proportion_ci(confidence, method="exact")
    assert fidelity.estimate == agree / n
    assert (fidelity.low, fidelity.high) == (interval.low, interval.high)
    tail = (1 - confidence) / 2
    low = beta.ppf(tail, agree, n - agree + 1) if agree else 0
    high = beta.ppf(1 - tail, agree + 1, n - agree) if agree < n else 1
    assert (fidelity.low, fidelity.high) == (pytest.approx(low), pytest.approx(high))
    assert (fidelity.inputs, fidelity.confidence) == (n, confidence)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    # A tree that agrees with the source on 3/4 of the cube; 400 samples of 60 points.
    tree, rng = (
        DecisionTree.split(0, ZERO, DecisionTree.split(1, ZERO, ONE)),
        np.random.default_rng(6),
    )
    source = CallableSource(tree.predict, lambda X: X)
    held = 0
    for _ in range(400):
        fidelity = measure_fidelity(ZERO, source, sample_cube(60, 2, rng), confidence=0.9)
        held += fidelity.low <= 0.75 <= fidelity.high
    assert 0.88 < held / 400 < 0.98


def test_the_fidelity_of_an_extraction_is_measured_with_its_confidence():
    X, fresh = sample(), sample(200, seed=7)
    source = CallableSource(parity_tree((0, 1, 2)).predict, lambda X: X)
    result = extract_tree(source, X, depth=2, fresh=fresh, confidence=0.8)
    assert result.fidelity == measure_fidelity(result.tree, source, fresh, confidence=0.8)
    assert result.fidelity.confidence == 0.8
    assert 0 < result.fidelity.low < result.fidelity.estimate < result.fidelity.high < 1


def test_the_default_confidence_is_95_percent():
    assert extract_tree(source_of(), sample(), depth=2).fidelity.confidence == 0.95
    assert measure_fidelity(SECRET, source_of(), sample()).confidence == 0.95


def test_the_fidelity_needs_the_labels_only():
    spy, X = Spy(source_of()), sample(30)
    measure_fidelity(SECRET, spy, X)
    assert spy.methods() == ["labels"] * 2
    assert np.array_equal(spy.asked[0][1], X)


def test_a_bar_may_be_shown(capsys):
    shown = extract_tree(source_of(), sample(), depth=3, search="beam", beam=5, progress=True)
    assert isinstance(shown, Extraction)
    assert "beam" in capsys.readouterr().err
    extract_tree(source_of(), sample(), depth=3, search="beam", beam=5)
    assert capsys.readouterr().err == ""
