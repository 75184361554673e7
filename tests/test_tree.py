"""Decision trees, against a slow evaluator of nested tuples and loops over the cube."""

import copy
import itertools
import json
import pickle
import time
import tracemalloc
from dataclasses import FrozenInstanceError
from fractions import Fraction

import numpy as np
import pydot
import pytest
from jsonschema import Draft202012Validator

from pacdistill import Clause, DecisionTree, disagreement, enumerate_cube, parity_tree, sample_cube
from pacdistill.tree import TREE_SCHEMA, find_disagreement

ZERO, ONE = DecisionTree.leaf(0), DecisionTree.leaf(1)


# A plain tree is a label or a tuple (variable, if_zero, if_one): the form of the oracles here.


def random_plain(d, depth, rng, used=()):
    """A plain tree of any shape; a split may be idle (two equal subtrees)."""
    if len(used) == depth or rng.random() < 0.2:
        return int(rng.integers(2))
    variable = int(rng.choice([i for i in range(d) if i not in used]))
    used = (*used, variable)
    return (variable, *(random_plain(d, depth, rng, used) for _ in range(2)))


def build(plain):
    if isinstance(plain, tuple):
        return DecisionTree.split(plain[0], build(plain[1]), build(plain[2]))
    return DecisionTree.leaf(plain)


def evaluate(plain, x):
    while isinstance(plain, tuple):
        plain = plain[1 + int(x[plain[0]])]
    return plain


def as_plain(form):
    """The plain tree of what `to_dict` returns."""
    if "label" in form:
        return form["label"]
    return (form["variable"], as_plain(form["if_zero"]), as_plain(form["if_one"]))


def plain_leaves(plain):
    return sum(map(plain_leaves, plain[1:])) if isinstance(plain, tuple) else 1


def plain_depth(plain):
    return 1 + max(map(plain_depth, plain[1:])) if isinstance(plain, tuple) else 0


def plain_variables(plain):
    if not isinstance(plain, tuple):
        return set()
    return {plain[0]} | plain_variables(plain[1]) | plain_variables(plain[2])


def random_plains(count, d, depth, seed=0):
    rng = np.random.default_rng(seed)
    return [random_plain(d, depth, rng) for _ in range(count)]


PLAINS = [0, 1, (2, 0, 1), (2, 1, 1), *random_plains(40, d=6, depth=4)]


# --- what a tree computes


def test_predict_follows_the_path_at_every_point():
    X = enumerate_cube(6)
    for plain in PLAINS:
        labels = build(plain).predict(X)
        assert labels.dtype == np.int8
        assert labels.tolist() == [evaluate(plain, x) for x in X]


def test_predict_needs_no_more_bits_than_the_tree_tests():
    assert build((0, 0, 1)).predict([[0], [1]]).tolist() == [0, 1]
    assert ONE.predict([[0]]).tolist() == [1]


def test_bits_that_the_tree_does_not_test_do_not_matter():
    tree, rng = build((1, 0, (0, 1, 0))), np.random.default_rng(0)
    X = sample_cube(50, 9, rng)
    assert np.array_equal(tree.predict(X), tree.predict(X[:, :2]))


@pytest.mark.parametrize("convert", [np.ndarray.tolist, lambda X: X.astype(bool), np.float64])
def test_predict_takes_any_table_of_bits(convert):
    X = enumerate_cube(3)
    tree = build((0, (2, 0, 1), (1, 1, 0)))
    assert np.array_equal(tree.predict(convert(X)), tree.predict(X))


def test_a_tree_needs_its_bits():
    tree = build((0, 0, (4, 0, 1)))
    with pytest.raises(ValueError, match="the tree tests bit 4, but X has the bits 0 to 3"):
        tree.predict(np.zeros((2, 4), np.uint8))
    with pytest.raises(ValueError, match="the tree tests bit 4"):
        tree.apply(np.zeros((2, 1), np.uint8))


@pytest.mark.parametrize("X", [[[0, 2]], [0, 1], [[0.5, 1]], np.zeros((0, 2))])
def test_predict_takes_points_of_the_cube_only(X):
    for tree in (ONE, build((0, 0, 1))):
        with pytest.raises(ValueError, match="X must"):
            tree.predict(X)


def test_a_million_points_of_a_hundred_bits_take_less_than_five_seconds():
    rng = np.random.default_rng(0)
    bits = rng.permutation(100)

    def complete(node, depth):
        if depth == 0:
            return int(rng.integers(2))
        return (
            int(bits[node]),
            complete(2 * node + 1, depth - 1),
            complete(2 * node + 2, depth - 1),
        )

    plain = complete(0, 6)
    tree = build(plain)
    X = rng.integers(0, 2, size=(1_000_000, 100), dtype=np.uint8)
    start = time.perf_counter()
    labels = tree.predict(X)
    assert time.perf_counter() - start < 5
    rows = range(0, 1_000_000, 9973)
    assert [labels[k] for k in rows] == [evaluate(plain, X[k]) for k in rows]


# --- nodes and clauses


def test_a_point_satisfies_the_clause_of_one_leaf_the_one_of_apply():
    X = enumerate_cube(6)
    for plain in PLAINS:
        tree = build(plain)
        clauses = tree.clauses()
        leaves = np.flatnonzero(tree.is_leaf)
        held = np.stack([clauses[leaf].holds(X) for leaf in leaves], axis=1)
        assert (held.sum(axis=1) == 1).all()
        assert np.array_equal(leaves[held.argmax(axis=1)], tree.apply(X))


def test_the_clause_of_a_child_is_its_parents_and_one_literal():
    for plain in PLAINS:
        tree = build(plain)
        clauses = tree.clauses()
        assert clauses[0] == Clause()
        for node in np.flatnonzero(~tree.is_leaf):
            for value in (0, 1):
                child = clauses[tree.children[node, value]]
                assert child == clauses[node].extend(tree.variable[node], value)


def test_size_depth_and_variables_are_those_of_the_paths():
    for plain in PLAINS:
        tree = build(plain)
        assert tree.size == plain_leaves(plain)
        assert tree.depth == plain_depth(plain)
        assert tree.variables == tuple(sorted(plain_variables(plain)))
        assert {type(i) for i in tree.variables} <= {int}
        assert repr(tree) == f"DecisionTree(depth={plain_depth(plain)}, size={plain_leaves(plain)})"


def test_nodes_stand_in_preorder():
    tree = build((5, (3, 0, 1), 1))
    assert tree.variable.tolist() == [5, 3, -1, -1, -1]
    assert tree.children.tolist() == [[1, 4], [2, 3], [2, 2], [3, 3], [4, 4]]
    assert tree.label.tolist() == [-1, -1, 0, 1, 1]
    assert tree.is_leaf.tolist() == [False, False, True, True, True]


# --- immutability


def test_the_arrays_are_read_only():
    tree = build((5, (3, 0, 1), 1))
    for array in (tree.variable, tree.children, tree.label):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_fields_are_frozen():
    with pytest.raises(FrozenInstanceError):
        build((5, 0, 1)).label = np.array([0])


def test_the_arrays_are_copies_of_what_was_given():
    given = [np.array([0, -1, -1]), np.array([[1, 2], [1, 1], [2, 2]]), np.array([-1, 0, 1])]
    given = [a.astype(t) for a, t in zip(given, (np.int32, np.int32, np.int8), strict=True)]
    tree = DecisionTree(*given)
    given[2][:] = [-1, 1, 1]
    assert tree == build((0, 0, 1))
    assert all(array.flags.writeable for array in given)


def test_split_leaves_its_subtrees_as_they_were():
    tree = build((1, 0, 1))
    DecisionTree.split(0, tree, tree)
    assert tree == build((1, 0, 1))


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))]
)
def test_a_copy_is_equal(again):
    tree = build((5, (3, 0, 1), 1))
    assert again(tree) == tree


@pytest.mark.parametrize("again", [copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))])
def test_the_arrays_of_a_copy_are_read_only(again):
    assert not again(build((5, 0, 1))).label.flags.writeable


# --- equality and equivalence


def test_trees_are_equal_if_and_only_if_they_are_built_alike():
    plains = list(dict.fromkeys(random_plains(60, d=3, depth=2, seed=1)))
    for a, b in itertools.product(plains, repeat=2):
        assert (build(a) == build(b)) == (a == b)
    assert len({build(plain) for plain in plains}) == len(plains)
    assert all(hash(build(plain)) == hash(build(plain)) for plain in plains)


def test_a_tree_is_equal_to_trees_only():
    assert ONE != 1
    assert ONE != {"label": 1}
    assert (ONE == None) is False  # noqa: E711


def test_equivalent_trees_need_not_be_equal():
    a, b = build((0, (1, 0, 1), (1, 1, 0))), build((1, (0, 0, 1), (0, 1, 0)))
    assert a != b
    assert a.equivalent(b)
    assert build((7, 1, 1)).equivalent(ONE)


def test_equivalent_means_equal_labels_at_every_point():
    X = enumerate_cube(4)
    plains = random_plains(60, d=4, depth=2, seed=2)
    verdicts = set()
    for a, b in itertools.combinations(plains, 2):
        same = all(evaluate(a, x) == evaluate(b, x) for x in X) if a != b else True
        assert build(a).equivalent(build(b)) == same
        verdicts.add((same, a == b))
    assert (True, False) in verdicts  # some equivalent pairs were not built alike


# --- disagreement


def test_disagreement_is_the_exact_fraction_of_the_cube():
    X = enumerate_cube(7)
    plains = random_plains(60, d=7, depth=5, seed=3)
    tables = [np.array([evaluate(plain, x) for x in X]) for plain in plains]
    trees = [build(plain) for plain in plains]
    values = set()
    for i, j in itertools.islice(itertools.product(range(60), repeat=2), 0, None, 7):  # 515 pairs
        found = disagreement(trees[i], trees[j])
        assert isinstance(found, Fraction)
        assert found == Fraction(int((tables[i] != tables[j]).sum()), 128)
        values.add(found)
    assert len(values) > 20


def test_disagreement_of_deep_trees_is_exact():
    # Two chains of 140 tests that differ at one point of {0,1}^140: no int64 or int8 holds it.
    def chain(last):
        tree = DecisionTree.leaf(last)
        for i in range(140):
            tree = DecisionTree.split(i, ZERO, tree)
        return tree

    assert disagreement(chain(0), chain(1)) == Fraction(1, 2**140)
    assert not chain(0).equivalent(chain(1))


def test_parities_of_different_bits_disagree_on_half_the_cube():
    assert disagreement(parity_tree((0, 1, 2)), parity_tree((2, 90))) == Fraction(1, 2)
    assert disagreement(parity_tree((0, 1, 2)), parity_tree((2, 0, 1))) == 0


def test_disagreement_is_symmetric():
    plains = random_plains(20, d=5, depth=4, seed=4)
    for a, b in itertools.combinations(map(build, plains), 2):
        assert disagreement(a, b) == disagreement(b, a)


def test_a_clause_of_disagreement_is_one_of_disagreement_everywhere():
    X = enumerate_cube(6)
    found_some = 0
    for a, b in itertools.combinations(random_plains(25, d=6, depth=4, seed=5), 2):
        clause = find_disagreement(build(a), build(b))
        points = X if clause is None else X[clause.holds(X)]
        differ = [evaluate(a, x) != evaluate(b, x) for x in points]
        assert len(points) > 0
        assert not any(differ) if clause is None else all(differ)
        found_some += clause is not None
    assert 50 < found_some


def test_equivalent_trees_have_no_clause_of_disagreement():
    assert find_disagreement(build((0, (1, 0, 1), (1, 1, 0))), parity_tree((1, 0))) is None
    assert find_disagreement(ONE, ONE) is None
    assert find_disagreement(ONE, ZERO) == Clause()


def test_the_cost_of_disagreement_is_the_same_for_any_number_of_bits():
    a, b = build((2**31 - 1, 0, 1)), build((1_000_000, 0, 1))
    tracemalloc.start()
    found = disagreement(a, b)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == Fraction(1, 2)
    assert peak < 1_000_000


# --- forms


def text_of(plain, indent=""):
    if not isinstance(plain, tuple):
        return f"{indent}return {plain}\n"
    variable, if_zero, if_one = plain
    deeper = indent + "    "
    return (
        f"{indent}if x{variable} = 0:\n{text_of(if_zero, deeper)}"
        f"{indent}else:\n{text_of(if_one, deeper)}"
    )


def dict_of(plain):
    if not isinstance(plain, tuple):
        return {"label": plain}
    variable, if_zero, if_one = plain
    return {"variable": variable, "if_zero": dict_of(if_zero), "if_one": dict_of(if_one)}


def test_the_text_is_the_nested_rules():
    for plain in PLAINS:
        assert build(plain).to_text() + "\n" == text_of(plain)


def test_the_text_is_a_program_that_computes_the_tree():
    X = enumerate_cube(6)
    for plain in PLAINS[:15]:
        body = build(plain).to_text().replace(" = ", " == ").replace("\n", "\n    ")
        scope = {}
        exec(f"def f({', '.join(f'x{i}' for i in range(6))}):\n    {body}", scope)
        assert [scope["f"](*x) for x in X.tolist()] == [evaluate(plain, x) for x in X]


def test_the_dictionary_holds_the_tree_in_plain_numbers():
    for plain in PLAINS:
        form = build(plain).to_dict()
        assert form == dict_of(plain)
        assert json.loads(json.dumps(form)) == form


def test_a_tree_is_read_back_from_its_dictionary():
    for plain in PLAINS:
        assert as_plain(DecisionTree.from_dict(dict_of(plain)).to_dict()) == plain


def test_a_tree_grows_from_the_root_down():
    asked = []

    def look(plain):
        asked.append(plain)
        return plain

    for plain in PLAINS:
        asked.clear()
        assert DecisionTree.grow(plain, look) == build(plain)
        assert asked[0] == plain
        assert len(asked) == len(build(plain).variable)  # each node once
    with pytest.raises(ValueError, match="bit 3 is tested again"):
        DecisionTree.grow((3, 0, (3, 0, 1)), look)


def test_a_tree_is_read_back_from_its_json():
    for plain in PLAINS:
        text = build(plain).to_json()
        assert "\n" not in text
        assert json.loads(text) == dict_of(plain)
        assert DecisionTree.from_json(text) == build(plain)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of pyparsing, by pydot
def test_the_graphviz_text_is_the_tree():
    for plain in PLAINS[:16]:  # the parser is slow
        (graph,) = pydot.graph_from_dot_data(build(plain).to_graphviz())
        label = {node.get_name(): node.get_label().strip('"') for node in graph.get_nodes()}
        box = {node.get_name() for node in graph.get_nodes() if node.get_shape() == "box"}
        below = {name: {} for name in label}
        for edge in graph.get_edges():
            bit = edge.get_label().strip('"')
            assert (edge.get_style() == "dashed") == (bit == "0")
            assert bit not in below[edge.get_source()]
            below[edge.get_source()][bit] = edge.get_destination()

        def read(name, label=label, box=box, below=below):
            assert (name in box) == (not below[name])
            if not below[name]:
                return int(label[name])
            return (int(label[name].removeprefix("x")), *(read(below[name][b]) for b in "01"))

        (root,) = set(label) - {child for children in below.values() for child in children.values()}
        assert read(root) == plain


# --- what is no tree


@pytest.mark.parametrize("label", [0, 1, True, np.int64(1), np.uint8(0), np.bool_(True), 1.0])
def test_a_label_may_be_of_any_type_that_holds_0_and_1(label):
    leaf = DecisionTree.leaf(label)
    assert leaf == (ONE if label else ZERO)
    assert type(leaf.to_dict()["label"]) is int


@pytest.mark.parametrize("label", [2, -1, 3, 127, -128, np.int8(2)])
def test_a_label_is_0_or_1(label):
    with pytest.raises(ValueError, match=f"needs label 0 or 1 .* has label {label}"):
        DecisionTree.leaf(label)


@pytest.mark.parametrize("label", [256, 257, -255, 0.7, 1.9])
def test_a_label_that_is_cast_to_0_or_1_is_refused(label):
    with pytest.raises(ValueError, match="label"):
        DecisionTree.leaf(label)
    with pytest.raises(ValueError, match="label"):
        DecisionTree.from_dict({"label": label})


@pytest.mark.parametrize("variable", [-1, -2, -100])
def test_a_variable_is_not_negative(variable):
    with pytest.raises(ValueError, match=r"variable >= 0|needs label 0 or 1"):
        DecisionTree.split(variable, ZERO, ONE)


@pytest.mark.parametrize("variable", [2**32 + 3, 1.5])
def test_a_variable_that_is_cast_to_another_is_refused(variable):
    with pytest.raises(ValueError, match="variable"):
        DecisionTree.split(variable, ZERO, ONE)


@pytest.mark.parametrize("plain", [(3, (3, 0, 1), 1), (3, 0, (3, 0, 1)), (3, (1, 0, (3, 1, 0)), 0)])
def test_no_path_tests_a_bit_twice(plain):
    with pytest.raises(ValueError, match=r"bit 3 is tested again below .*x3="):
        build(plain)


def test_different_paths_may_test_the_same_bit():
    assert build((0, (3, 0, 1), (3, 1, 0))).variables == (0, 3)


BRANCH = [[1, 2], [1, 1], [2, 2]]


@pytest.mark.parametrize(
    ("variable", "children", "label", "message"),
    [
        ([], np.zeros((0, 2)), [], "N >= 1 nodes"),
        ([], [], [], "N >= 1 nodes"),
        ([-1], [[0, 0]], [1, 1], "arrays of shapes"),
        ([-1], [[0, 0, 0]], [1], "arrays of shapes"),
        ([-1], [0, 0], [1], "arrays of shapes"),
        ([-1, -1], [[0, 0]], [1, 1], "arrays of shapes"),
        ([-1], [[0, 0]], [-1], "label 0 or 1"),
        ([-1], [[0, 1]], [1], "itself as both children"),
        ([0, -1, -1], [[1, 2], [1, 1], [1, 2]], [-1, 0, 1], "itself as both children"),
        ([0, -1, -1], BRANCH, [0, 0, 1], "its label must be -1"),
        ([0, -1, -1], BRANCH, [-1, 0, 2], "label 0 or 1"),
        ([0, -1, -1], [[2, 1], [1, 1], [2, 2]], [-1, 0, 1], "preorder"),
        ([0, -1], [[1, 1], [1, 1]], [-1, 0], "preorder"),
        ([0, -1], [[0, 1], [1, 1]], [-1, 0], "preorder"),
        ([0, -1, -1], [[1, 3], [1, 1], [2, 2]], [-1, 0, 1], "preorder"),
        ([0, -1, -1], [[1, -1], [1, 1], [2, 2]], [-1, 0, 1], "preorder"),
        ([-1, -1], [[0, 0], [1, 1]], [0, 1], "only 1 of 2 nodes hang on the root"),
    ],
)
def test_arrays_that_are_no_tree_are_refused(variable, children, label, message):
    with pytest.raises(ValueError, match=message):
        DecisionTree(np.array(variable), np.array(children), np.array(label))


@pytest.mark.parametrize("variable", [[[-1]], -1])
def test_variables_of_a_wrong_shape_are_refused(variable):
    with pytest.raises(ValueError, match="arrays of shapes"):
        DecisionTree(np.array(variable), np.array([[0, 0]]), np.array([1]))


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"label": 0, "note": "extra"},
        {"label": 0, "variable": 0, "if_zero": {"label": 0}, "if_one": {"label": 1}},
        {"variable": 0, "if_zero": {"label": 0}},
        {"variable": 0, "if_zero": {"label": 0}, "if_one": {}},
        {"variable": 0, "if_zero": {"label": 0}, "if_one": {"label": 1}, "note": "extra"},
        {"Label": 0},
        {0: 1},
    ],
)
def test_a_node_has_the_entries_of_a_leaf_or_of_a_test_and_no_others(form):
    with pytest.raises(ValueError, match=r"a node is .* but one has the entries"):
        DecisionTree.from_dict(form)


@pytest.mark.parametrize("label", [2, -1])
def test_a_label_that_is_read_is_0_or_1(label):
    with pytest.raises(ValueError, match="label 0 or 1"):
        DecisionTree.from_dict({"label": label})


def test_a_dictionary_that_tests_a_bit_twice_is_refused():
    with pytest.raises(ValueError, match="bit 3 is tested again"):
        DecisionTree.from_dict(dict_of((3, 0, (3, 0, 1))))


@pytest.mark.parametrize("text", ["", "{", "return 1", '{"label": 2}', "[]", '["label", 0]', "{}"])
def test_text_that_is_no_tree_is_refused(text):
    with pytest.raises(ValueError, match=r"Expecting|a node is|label 0 or 1"):
        DecisionTree.from_json(text)


@pytest.mark.parametrize(
    "text",
    [
        "3",
        "null",
        '["label"]',
        '{"label": null}',
        '{"variable": 0, "if_zero": 1, "if_one": {"label": 1}}',
        '{"variable": null, "if_zero": {"label": 0}, "if_one": {"label": 1}}',
    ],
)
def test_json_that_is_no_tree_is_refused(text):
    with pytest.raises(ValueError, match=r"a node is|label|variable"):
        DecisionTree.from_json(text)


def test_the_schema_is_one_and_describes_every_tree():
    Draft202012Validator.check_schema(TREE_SCHEMA)
    validator = Draft202012Validator(TREE_SCHEMA)
    for plain in PLAINS:
        validator.validate(build(plain).to_dict())


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"label": 2},
        {"label": 0, "note": "extra"},
        {"variable": -1, "if_zero": {"label": 0}, "if_one": {"label": 1}},
        {"variable": 0.5, "if_zero": {"label": 0}, "if_one": {"label": 1}},
        {"variable": 0, "if_zero": {"label": 0}, "if_one": {}},
    ],
)
def test_what_the_schema_refuses_the_loader_refuses(form):
    assert not Draft202012Validator(TREE_SCHEMA).is_valid(form)
    with pytest.raises(ValueError, match=r"node|label|variable"):
        DecisionTree.from_dict(form)


def test_the_labels_may_have_names():
    tree = build((2, 0, 1))
    assert tree.to_text(labels=["bad", "good"]) == (
        "if x2 = 0:\n    return bad\nelse:\n    return good"
    )
    assert 'label="say \\"no\\""' in tree.to_graphviz(labels=['say "no"', "a\\b"])
    assert 'label="a\\\\b"' in tree.to_graphviz(labels=['say "no"', "a\\b"])


def test_a_chain_of_four_hundred_tests_takes_less_than_ten_seconds():
    # It took 36 s while each of depth, predict and split walked all paths again.
    start = time.perf_counter()
    chain = ZERO
    for i in range(400):
        chain = DecisionTree.split(i, ONE, chain)
    assert chain.depth == 400
    assert chain.predict(np.tri(401, 400, -1, dtype=np.uint8)).tolist() == [1] * 400 + [0]
    assert len(chain.clauses()[-1]) == 400
    assert time.perf_counter() - start < 10


def test_any_two_trees_make_a_split():
    for plain in random_plains(30, d=6, depth=4, seed=6):
        tree = DecisionTree.split(9, build(plain), ONE)
        assert as_plain(tree.to_dict()) == (9, plain, 1)
