"""Theorem thm-dnf-cnf-tree: a DNF of t terms and a CNF of c clauses make a tree of that size."""

from itertools import product
from math import comb, floor, log, log2

import numpy as np
import pytest

from pacdistill import Clause, enumerate_cube, random_tree
from pacdistill.reductions import (
    CNF,
    DNF,
    formulas_to_tree,
    formulas_tree_leaves,
    tree_to_cnf,
    tree_to_dnf,
)

TERMS = [
    Clause(tuple((i, v) for i, v in enumerate(row) if v is not None))
    for row in product((None, 0, 1), repeat=3)
]
X3 = enumerate_cube(3)


def stated(d, t, c):
    """K, m and the bound on the leaves, as in the statement."""
    w = floor(log2(t + c) + 1e-12)
    K, m = floor(w * log(t)) + floor(w * log(c)) + 1, min(d, t + c - 1)
    return K, m, sum(comb(m, i) for i in range(K + 1))


def good_answers(tree, dnf, cnf):
    """For each leaf the good answers on its path, replayed by the rules of the proof."""
    ones = [dict(term.literals) for term in dnf.terms]
    zeros = [{i: 1 - v for i, v in clause.literals} for clause in cnf.clauses]
    counts = []

    def walk(node, path, good):
        alive = [
            [cube for cube in cubes if all(path.get(i, v) == v for i, v in cube.items())]
            for cubes in (ones, zeros)
        ]
        if tree.variable[node] < 0:
            assert not alive[tree.label[node]]
            counts.append(good)
            return
        i = int(tree.variable[node])
        length = min(sum(j not in path for j in cube) for cube in (*alive[0], *alive[1]))
        # Some shortest cube was tested where it rules out its share of the other kind.
        values = [
            cube[i]
            for mine, others in ((0, 1), (1, 0))
            for cube in alive[mine]
            if i in cube
            and sum(j not in path for j in cube) == length
            and sum(o.get(i, cube[i]) != cube[i] for o in alive[others]) * length
            >= len(alive[others])
        ]
        assert values
        for v in (0, 1):
            walk(int(tree.children[node, v]), {**path, i: v}, good + (v == values[0]))

    walk(0, {}, 0)
    return counts


def formulas_of(function, rng):
    """A DNF and a CNF of a function of 3 bits, of random implicants in random order."""
    formulas = []
    for values in (function, 1 - function):
        left, chosen = values.astype(bool).copy(), []
        for k in rng.permutation(len(TERMS)):
            held = TERMS[k].holds(X3)
            if not (held & (values == 0)).any() and (held & left).any():
                chosen.append(TERMS[k])
                left &= ~held
        formulas.append(chosen)
    negated = [Clause(tuple((i, 1 - v) for i, v in c.literals)) for c in formulas[1]]
    return DNF(tuple(formulas[0])), CNF(tuple(negated))


def test_every_function_of_3_bits_from_several_pairs_of_formulas():
    rng = np.random.default_rng(0)
    for number in range(1, 255):
        function = (number >> np.arange(8) & 1).astype(np.int8)
        for _ in range(3):
            dnf, cnf = formulas_of(function, rng)
            assert np.array_equal(dnf.predict(X3), function)
            assert np.array_equal(cnf.predict(X3), function)
            tree = formulas_to_tree(dnf, cnf)
            K, m, bound = stated(3, len(dnf), len(cnf))
            assert np.array_equal(tree.predict(X3), function)
            assert tree.depth <= m
            assert tree.size <= bound == formulas_tree_leaves(3, len(dnf), len(cnf))
            assert max(good_answers(tree, dnf, cnf)) <= K


@pytest.mark.parametrize("seed", range(12))
def test_formulas_of_trees_on_many_bits(seed):
    source = random_tree(2 + seed % 5, 500, np.random.default_rng(seed))
    dnf, cnf = tree_to_dnf(source), tree_to_cnf(source)
    tree = formulas_to_tree(dnf, cnf)
    assert tree.equivalent(source)
    K, m, bound = stated(len(source.variables), len(dnf), len(cnf))
    assert tree.depth <= m
    assert tree.size <= bound
    assert max(good_answers(tree, dnf, cnf)) <= K


def test_the_bound_is_quasi_polynomial_and_far_below_all_words():
    for j in (8, 10, 12, 14):
        N = 2 ** (j + 1)
        K, m, bound = stated(10**6, N // 2, N // 2)
        assert bound <= N**K
        assert bound.bit_length() < m
        assert K <= 2 * log2(N) ** 2


def test_with_a_constant_less_it_is_false_and_d_alone_is_no_bound():
    """The function x0 needs one good answer and 2 leaves; K - 1 = 0 would allow one leaf."""
    literal = (Clause(((0, 1),)),)
    tree = formulas_to_tree(DNF(literal), CNF(literal))
    K, m, bound = stated(1, 1, 1)
    assert (K, m, bound, tree.size) == (1, 1, 2, 2)
    assert sum(comb(m, i) for i in range(K)) < tree.size
    # x0 and x1 has d = 2 and t + c = 3; a tree of depth t + c - 2 = 1 computes it nowhere.
    both = DNF((Clause(((0, 1), (1, 1))),)), CNF((*literal, Clause(((1, 1),))))
    assert formulas_to_tree(*both).depth == 2


def test_formulas_of_different_functions_are_refused():
    one, other = DNF((Clause(((0, 1),)),)), CNF((Clause(((1, 1),)),))
    with pytest.raises(ValueError, match="the formulas differ"):
        formulas_to_tree(one, other)
    with pytest.raises(ValueError, match="the formulas differ"):
        formulas_to_tree(DNF(()), CNF(()))
    with pytest.raises(ValueError, match="at least one term"):
        formulas_tree_leaves(3, 0, 1)
