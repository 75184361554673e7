"""Formulas and reductions: their mechanics. The statements are tested in tests/theorems."""

import numpy as np
import pytest

from pacdistill import Clause, DecisionTree, enumerate_cube, parity_tree, random_tree, sample_cube
from pacdistill.queries import KeyedFunction
from pacdistill.reductions import (
    CNF,
    DNF,
    guard,
    hitting_set_sample,
    majority_gadget,
    tree_to_cnf,
    tree_to_dnf,
)


def rng(seed=0):
    return np.random.default_rng(seed)


def random_clauses(d, seed):
    generator = rng(seed)
    clauses = []
    for _ in range(generator.integers(0, 5)):
        bits = generator.permutation(d)[: generator.integers(1, 4)]
        clauses.append(Clause(tuple((int(i), int(generator.integers(2))) for i in bits)))
    return tuple(clauses)


@pytest.mark.parametrize("seed", range(12))
def test_formulas_are_read_literal_by_literal(seed):
    clauses = random_clauses(5, seed)
    for x in enumerate_cube(5):
        holds = [[x[i] == v for i, v in clause.literals] for clause in clauses]
        assert DNF(clauses).predict(x[None, :])[0] == any(map(all, holds))
        assert CNF(clauses).predict(x[None, :])[0] == all(map(any, holds))


def test_empty_formulas_are_constants():
    X = enumerate_cube(2)
    assert DNF(()).predict(X).tolist() == [0] * 4 == CNF((Clause(),)).predict(X).tolist()
    assert CNF(()).predict(X).tolist() == [1] * 4 == DNF((Clause(),)).predict(X).tolist()
    assert [str(DNF(())), str(CNF(())), str(DNF((Clause(),))), str(CNF((Clause(),)))] == list(
        "0110"
    )


@pytest.mark.parametrize("seed", range(12))
def test_a_formula_as_written_is_the_formula(seed):
    clauses = random_clauses(4, seed)
    X = enumerate_cube(4)
    for formula in (DNF(clauses), CNF(clauses)):
        for x, label in zip(X.tolist(), formula.predict(X).tolist(), strict=True):
            names = {f"x{i}": bool(bit) for i, bit in enumerate(x)}
            assert bool(eval(str(formula), {}, names)) == label


@pytest.mark.parametrize("seed", range(12))
def test_a_tree_has_a_term_or_a_clause_for_each_leaf(seed):
    tree = random_tree(4, 9, rng(seed))
    X = sample_cube(500, 9, rng(seed))
    dnf, cnf = tree_to_dnf(tree), tree_to_cnf(tree)
    assert np.array_equal(dnf.predict(X), tree.predict(X))
    assert np.array_equal(cnf.predict(X), tree.predict(X))
    assert len(dnf) + len(cnf) == tree.size
    held = sum(term.holds(X).astype(int) for term in dnf.terms)
    assert np.max(held, initial=0) <= 1


@pytest.mark.parametrize("label", [0, 1])
def test_constant_trees_are_constant_formulas(label):
    X = enumerate_cube(2)
    for formula in (tree_to_dnf(DecisionTree.leaf(label)), tree_to_cnf(DecisionTree.leaf(label))):
        assert formula.predict(X).tolist() == [label] * 4


@pytest.mark.parametrize("seed", range(12))
def test_the_gadgets_compute_what_they_say(seed):
    clauses = random_clauses(4, seed)
    formula = CNF(clauses)
    X = enumerate_cube(6)
    phi, y, z = formula.predict(X), X[:, 4] == 1, X[:, 5] == 1
    assert np.array_equal(guard(formula, 4).predict(X), phi & y)
    expected = (y | (phi == 1)) & (~y | X[:, :4].any(axis=1) | z)
    assert np.array_equal(majority_gadget(formula, 4).predict(X), expected)


def test_old_variables_are_not_new():
    formula = CNF((Clause(((0, 1), (3, 0))), Clause(((2, 1),))))
    with pytest.raises(ValueError, match=r"has the variables \[3\] already"):
        guard(formula, 3)
    with pytest.raises(ValueError, match=r"has the variables \[2, 3\] already"):
        majority_gadget(formula, 2)
    assert len(majority_gadget(formula, 4)) == 3


def test_a_hitting_set_sample_is_or():
    X, y = hitting_set_sample([{0}, [1, 3], (2,)], 4)
    assert X.tolist() == [[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0]]
    assert y.tolist() == [0, 1, 1, 1]


@pytest.mark.parametrize("sets", [[], [set()], [{1}, set()], [{1, 2}, (2, 1)]])
def test_sets_that_cannot_all_be_hit_or_are_none_are_refused(sets):
    with pytest.raises(ValueError, match="distinct and not empty"):
        hitting_set_sample(sets, 4)


@pytest.mark.parametrize("bit", [-1, 4])
def test_bits_that_are_not_there_are_refused(bit):
    with pytest.raises(ValueError, match=rf"bits from 0 to 3, but also \[{bit}\]"):
        hitting_set_sample([{0}, {1, bit}], 4)


# --- the keyed function


def test_a_key_decides_the_function():
    X = sample_cube(4000, 40, rng())
    labels = [KeyedFunction(bytes([k])).predict(X) for k in range(4)]
    assert np.array_equal(labels[0], KeyedFunction(b"\0").predict(X))
    for i in range(4):
        assert abs(labels[i].mean() - 0.5) < 0.05
        for j in range(i):
            assert abs((labels[i] != labels[j]).mean() - 0.5) < 0.05


def test_the_label_depends_on_every_bit_and_on_the_length():
    secret = KeyedFunction(b"key")
    X = sample_cube(400, 9, rng())
    for i in range(9):
        flipped = X.copy()
        flipped[:, i] ^= 1
        assert 0.3 < (secret.predict(flipped) != secret.predict(X)).mean() < 0.7
    longer = np.column_stack([X, np.zeros(len(X), np.uint8)])  # the same packed bytes
    assert 0.3 < (secret.predict(longer) != secret.predict(X)).mean() < 0.7


@pytest.mark.parametrize("key", [b"", b"x" * 65, "text", 7])
def test_what_is_no_key_is_refused(key):
    with pytest.raises(ValueError, match="a key is 1 to 64 bytes"):
        KeyedFunction(key)


def test_parity_has_every_leaf_in_one_of_its_formulas():
    tree = parity_tree((0, 1, 2))
    assert (len(tree_to_dnf(tree)), len(tree_to_cnf(tree))) == (4, 4)
