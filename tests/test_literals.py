"""Questions about raw tables, against comparisons that are written out."""

import copy
import json
import pickle

import numpy as np
import pandas as pd
import pydot
import pytest
from jsonschema import Draft202012Validator

from pacdistill import (
    CallableSource,
    DecisionTree,
    disagreement,
    extract_tree,
    make_literals,
    measure_fidelity,
    random_tree,
)
from pacdistill.tables import RULE_TREE_SCHEMA, Literal, Literals, RuleTree
from pacdistill.tree import find_disagreement

FRAME = pd.DataFrame(
    {
        "age": [37.0, 52.0, np.nan, 18.0, 64.0, 38.0],
        "color": ["red", "blue", "red", None, "green", "blue"],
        "member": [True, False, True, True, False, False],
        "rooms": pd.array([1, 2, None, 4, 2, 1], dtype="Int64"),
        "size": pd.Categorical(["S", "L", "S", "S", "L", "S"]),
        "flag": [0, 1, 1, 0, 1, 0],
        "year": 1999,
    }
)
ZERO, ONE = DecisionTree.leaf(0), DecisionTree.leaf(1)


def by_hand(name, frame):
    """The answers to a question, from its words alone."""
    if name.endswith(" is missing"):
        return frame[name.removesuffix(" is missing")].isna().to_numpy()
    if " <= " in name:
        column, _, value = name.rpartition(" <= ")
        return np.array([not pd.isna(v) and v <= float(value) for v in frame[column]])
    column, _, value = name.rpartition(" = ")
    texts = [str(int(v)) if isinstance(v, (bool, np.bool_)) else str(v) for v in frame[column]]
    return np.array(texts) == value


# --- which questions


def test_the_questions_about_a_frame():
    assert make_literals(FRAME).names == (
        *("age <= 30", "age <= 37", "age <= 40", "age <= 60", "age is missing"),
        *("color = blue", "color = green", "color = red", "color is missing"),
        "member = 1",
        *("rooms <= 1", "rooms <= 3", "rooms is missing"),
        *("size = L", "size = S"),
        "flag = 1",
    )


def test_an_answer_is_what_the_words_say():
    literals = make_literals(FRAME)
    bits = literals.encode(FRAME)
    assert bits.dtype == np.uint8
    assert bits.shape == (6, len(literals))
    for k, name in enumerate(literals.names):
        assert np.array_equal(bits[:, k], by_hand(name, FRAME)), name


def test_an_array_of_objects_and_a_list_ask_the_same_as_a_frame():
    array = np.array(FRAME.astype(object))
    for table in (array, array.tolist()):
        literals = make_literals(table, names=list(FRAME.columns))
        assert literals == make_literals(FRAME)
        assert np.array_equal(literals.encode(table), literals.encode(FRAME))


@pytest.mark.parametrize("scale", [1e-12, 1e-3, 1.0, 1e6, 1e300])
def test_all_neighbors_are_separated_where_there_are_few(scale):
    rng = np.random.default_rng(0)
    for _ in range(30):
        values = np.unique(rng.normal(size=9) * scale)
        bits = make_literals(values[:, None]).encode(values[:, None])
        assert np.array_equal(bits, np.tri(9, 8, -1, dtype=np.uint8) == 0)


def test_neighboring_floats_are_separated():
    values = np.array([[0.1], [np.nextafter(0.1, 1)], [1.0], [np.nextafter(1.0, 2)]])
    assert make_literals(values).encode(values).tolist() == [
        [1, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 0],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "name"),
    [
        (37, 38, "37"),
        (1.25, 3.5, "2"),
        (-0.4, 0.4, "0"),
        (99, 101, "100"),
        (0.8712, 0.8719, "0.8715"),
        (-7, -6, "-7"),
    ],
)
def test_a_cut_is_a_short_number(low, high, name):
    (found,) = make_literals([[low], [high]]).names
    assert found.startswith("x0 <= ")
    value = float(found.removeprefix("x0 <= "))
    assert low <= value < high
    assert len(found.removeprefix("x0 <= ")) <= len(name)


@pytest.mark.parametrize("thresholds", [1, 4, 16])
def test_many_values_are_cut_at_quantiles(thresholds):
    values = np.random.default_rng(0).exponential(size=(5000, 1))
    literals = make_literals(values, thresholds=thresholds)
    shares = literals.encode(values).mean(axis=0)
    assert np.allclose(shares, np.arange(1, thresholds + 1) / (thresholds + 1), atol=0.01)


def test_a_heavy_value_is_cut_off_once():
    values = np.array([0.0] * 900 + list(range(1, 101)))[:, None]
    names = make_literals(values, thresholds=5).names
    assert len(set(names)) == len(names)
    assert names[0] == "x0 <= 0"


def test_the_most_frequent_categories_get_a_question():
    colors = np.array([["a"]] * 3 + [["b"]] * 5 + [["c"]] * 4)
    assert make_literals(colors, max_categories=2).names == ("x0 = b", "x0 = c")


def test_numbers_that_are_categories_in_the_frame_stay_so():
    frame = pd.DataFrame({"zip": pd.Categorical([10, 20, 10]), 7: [1.0, 2.0, 2.0]})
    assert make_literals(frame).names == ("zip = 10", "zip = 20", "x7 <= 1")


# --- encoding another table


def test_a_category_that_was_not_there_and_a_new_missing_entry_answer_no():
    literals = make_literals(FRAME[["age", "size"]].dropna())
    table = pd.DataFrame({"age": [np.nan, 20.0], "size": ["XL", None]})
    assert literals.encode(table)[0].sum() == 0
    assert literals.encode(table)[1, -2:].sum() == 0
    assert literals.encode(table.assign(size=None))[:, -2:].sum() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="age"), r"missing: \['age'\], unexpected: \[\]"),
        (lambda f: f.assign(x=1), r"missing: \[\], unexpected: \['x'\]"),
        (lambda f: f[f.columns[::-1]], "in that order"),
        (lambda f: f.to_numpy()[:, 1:], r"about 7 columns .* has 6"),
        (lambda f: f.assign(age="old"), r"'age' was a column of numbers .* holds 'old'"),
        (lambda f: f.assign(color=3), "'color' was a column of categories .* holds numbers"),
        (lambda f: f.iloc[:0], r"at least one of each, but its shape is \(0, 7\)"),
        (lambda f: f["age"], "a table has rows and columns"),
        (lambda f: f.assign(age=pd.Timestamp("2020-01-01")), "turn dates into numbers"),
    ],
)
def test_another_table_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        make_literals(FRAME).encode(change(FRAME))


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        ([[1, 2], [1, 2]], {}, "every column is constant"),
        ([[1.0], [np.inf]], {}, "'x0' holds an infinite number"),
        ([[1], [2]], {"thresholds": 0}, "thresholds = 0"),
        ([["a"], ["b"]], {"max_categories": 0}, "max_categories = 0"),
        ([[1], [2]], {"names": ["a", "b"]}, "1 columns, but 2 names"),
        ([[1, 2], [2, 1]], {"names": ["a", "a"]}, r"repeated: \['a'\]"),
        ([1, 2], {}, "a table has rows and columns"),
    ],
)
def test_tables_without_questions_are_refused(table, options, message):
    with pytest.raises(ValueError, match=message):
        make_literals(table, **options)


@pytest.mark.parametrize(
    ("column", "test", "value"),
    [(-1, "<=", 1), (0, "<", 1), (0, "<=", "1"), (0, "<=", np.inf), (0, "<=", True), (0, "is", 1),
     (0, "missing", 1), (0.5, "<=", 1), (0, "=", None)],
)  # fmt: skip
def test_what_is_no_literal_is_refused(column, test, value):
    with pytest.raises(ValueError, match="a literal"):
        Literal(column, test, value)


# --- trees of rules

LITERALS = make_literals(FRAME)


def rule_tree(seed=0, depth=4):
    rng = np.random.default_rng(seed)
    return RuleTree.of(random_tree(depth, len(LITERALS), rng), LITERALS)


def rows(n=200, seed=0):
    """A table of rows whose entries are drawn from those of the frame, column by column."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {name: FRAME[name].iloc[rng.integers(0, 6, n)].reset_index(drop=True) for name in FRAME}
    )


def follow(form, names, frame):
    """The labels of a tree of rules, from its stored form and the words of its questions."""
    if "label" in form:
        return np.full(len(frame), form["label"])
    one = by_hand(names[form["variable"]], frame)
    return np.where(
        one, follow(form["if_one"], names, frame), follow(form["if_zero"], names, frame)
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_tree_of_rules_predicts_on_the_raw_table(seed):
    tree, frame = rule_tree(seed), rows()
    expected = follow(tree.to_dict()["tree"], LITERALS.names, frame)
    assert np.array_equal(tree.predict(frame), expected)
    assert np.array_equal(tree.predict(np.array(frame.astype(object))), expected)
    assert np.array_equal(tree.bits.predict(LITERALS.encode(frame)), expected)


def read_text(lines, frame, labels):
    """The labels of nested rules in words."""
    if lines[0].startswith("return "):
        return np.full(len(frame), labels.index(lines[0].removeprefix("return ")))
    split = lines.index("else:")
    inner = [[line[4:] for line in part] for part in (lines[1:split], lines[split + 1 :])]
    yes = by_hand(lines[0].removeprefix("if ").removesuffix(":"), frame)
    return np.where(yes, *(read_text(part, frame, labels) for part in inner))


@pytest.mark.parametrize("seed", range(5))
def test_the_text_of_the_rules_is_the_tree(seed):
    tree, frame, labels = rule_tree(seed), rows(), ["no", "yes"]
    lines = tree.to_text(labels=labels).splitlines()
    assert np.array_equal(read_text(lines, frame, labels), tree.predict(frame))


@pytest.mark.parametrize("seed", range(3))
def test_a_tree_of_rules_is_stored_whole(seed):
    tree = rule_tree(seed)
    Draft202012Validator.check_schema(RULE_TREE_SCHEMA)
    Draft202012Validator(RULE_TREE_SCHEMA).validate(json.loads(tree.to_json()))
    again = RuleTree.from_json(tree.to_json())
    assert again == tree
    assert hash(again) == hash(tree)
    assert again.to_text() == tree.to_text()
    assert np.array_equal(again.predict(rows()), tree.predict(rows()))


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))]
)
def test_a_copy_is_equal(copied):
    again = copied(rule_tree())
    assert type(again) is RuleTree
    assert again == rule_tree()
    assert repr(again) == repr(rule_tree())
    assert again != rule_tree().bits


STORED = rule_tree().to_dict()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"label": 1},
        [],
        STORED | {"note": 1},
        STORED | {"columns": "age"},
        STORED | {"columns": []},
        STORED | {"literals": []},
        STORED | {"literals": [{"column": 0}]},
        STORED | {"literals": [{"column": 0, "test": "<", "value": 1}]},
        STORED | {"tree": {}},
    ],
)
def test_what_is_no_stored_tree_is_refused_by_the_schema_and_the_loader(form):
    assert not Draft202012Validator(RULE_TREE_SCHEMA).is_valid(form)
    with pytest.raises(ValueError, match=r"entries|lists|literal|column"):
        RuleTree.from_dict(form)


@pytest.mark.parametrize(
    "form",
    [
        STORED | {"columns": ["age"]},
        STORED | {"columns": ["a"] * 7},
        STORED | {"literals": STORED["literals"][:1]},
    ],
)
def test_parts_of_a_stored_tree_must_fit_each_other(form):
    with pytest.raises(ValueError, match=r"a literal is about|repeated|tests literal"):
        RuleTree.from_dict(form)


def test_a_tree_of_bits_is_not_read_from_a_tree_of_rules():
    with pytest.raises(ValueError, match=r"RuleTree\.from_dict"):
        DecisionTree.from_dict(STORED)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of pyparsing, by pydot
def test_the_graphviz_text_asks_the_questions():
    quoted = Literals(('the "age"',), (Literal(0, "<=", 37),))
    tree = RuleTree.of(DecisionTree.split(0, ZERO, ONE), quoted)
    (graph,) = pydot.graph_from_dot_data(tree.to_graphviz())
    assert [node.get_label() for node in graph.get_nodes()] == [
        r'"the \"age\" <= 37"',
        '"0"',
        '"1"',
    ]
    assert [edge.get_label() for edge in graph.get_edges()] == ['"no"', '"yes"']


@pytest.mark.parametrize("compare", [disagreement, find_disagreement, DecisionTree.equivalent])
def test_trees_of_rules_are_not_compared_as_trees_of_independent_bits(compare):
    # "age <= 30" implies "age <= 37": these two are the same function, on no cube.
    young = DecisionTree.split(0, ZERO, ONE)
    same = DecisionTree.split(1, ZERO, young)
    assert disagreement(young, same) > 0
    for pair in [(young, same), (same, young)]:
        a, b = (RuleTree.of(tree, LITERALS) for tree in pair)
        assert np.array_equal(a.predict(rows()), b.predict(rows()))
        for one, other in [(a, b), (a, b.bits), (a.bits, b)]:
            with pytest.raises(TypeError, match="age <= 30 implies"):
                compare(one, other)


# --- extraction in terms of a raw table


def planted_source():
    """A source of raw tables that computes a rule and carries its paths."""

    def paths(table):
        frame = table if hasattr(table, "iloc") else pd.DataFrame(table, columns=FRAME.columns)
        young, red = (frame["age"] <= 37).to_numpy(), (frame["color"] == "red").to_numpy()
        member = frame["member"].to_numpy().astype(bool)
        return np.stack([young, young & red, ~young & member], axis=1).astype(np.float32)

    return CallableSource(lambda table: paths(table)[:, 1:].sum(axis=1), paths)


@pytest.mark.parametrize("form", [lambda f: f, lambda f: np.array(f.astype(object))])
@pytest.mark.parametrize("search", ["twisted", "beam"])
def test_a_rule_is_extracted_from_a_source_of_raw_tables(form, search):
    source, table = planted_source(), form(rows(600))
    literals = make_literals(table, names=list(FRAME.columns))
    result = extract_tree(source, table, depth=2, literals=literals, search=search)
    assert result.fidelity.estimate == 1
    assert result.tree.to_text() == (
        "if age <= 37:\n    if color = red:\n        return 1\n    else:\n        return 0\n"
        "else:\n    if member = 1:\n        return 1\n    else:\n        return 0"
    )
    assert all(type(point.tree) is RuleTree for point in result.frontier)
    fresh = form(rows(100, seed=1))
    assert measure_fidelity(result.tree, source, fresh).estimate == 1
    again = extract_tree(source, table, depth=2, literals=literals, search=search, fresh=fresh)
    assert (again.tree, again.samples, again.fidelity.inputs) == (result.tree, 600, 100)
