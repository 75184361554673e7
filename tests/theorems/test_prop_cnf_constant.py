"""Proposition prop-cnf-constant: constant is unsatisfiable; almost constant takes few labels."""

from itertools import combinations, product
from math import ceil, log, log1p

import numpy as np
import pytest
from scipy.stats import binom

from pacdistill import Clause, enumerate_cube
from pacdistill.reductions import CNF, guard

CLAUSES = [
    Clause(tuple((i, v) for i, v in enumerate(row) if v is not None))
    for row in product((None, 0, 1), repeat=2)
]


def satisfying(cnf, d):
    """The satisfying points, by hand."""
    return sum(
        all(any(x[i] == v for i, v in clause.literals) for clause in cnf.clauses)
        for x in product((0, 1), repeat=d)
    )


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
def test_the_guarded_formula_is_constant_exactly_if_unsatisfiable(count):
    X = enumerate_cube(3)
    for clauses in combinations(CLAUSES, count):
        phi = CNF(clauses)
        values = guard(phi, 2).predict(X)
        assert values.sum() == satisfying(phi, 2)
        assert (len(set(values.tolist())) == 1) == (satisfying(phi, 2) == 0)


def test_without_the_guard_a_formula_may_be_constant_and_satisfiable():
    assert set(CNF(()).predict(enumerate_cube(2)).tolist()) == {1}


GRID = [(eps, delta) for eps in (0.5, 0.3, 0.1, 0.01) for delta in (0.3, 0.05, 1e-4)]


@pytest.mark.parametrize(("eps", "delta"), GRID)
def test_the_samples_suffice_and_the_lower_bound_is_below_them(eps, delta):
    enough = ceil(log(1 / delta) / eps)
    for p in np.linspace(eps, 1, 20):
        assert binom.pmf(0, enough, p) <= delta
    lower = log((1 - delta) / delta) / -log1p(-eps)
    assert lower <= enough
    # The best test: answer 0 on zeros only, with a coin; its two failures by a small program.
    for n in range(ceil(lower)):
        same = (1 - eps) ** n
        # It answers 0 with probability q on zeros: fails with 1 - q and with q (1 - eps)^n.
        assert min(max(1 - q, q * same) for q in np.linspace(0, 1, 2001)) > delta - 1e-3


@pytest.mark.parametrize(("eps", "delta"), [pair for pair in GRID if pair[0] < 0.5])
def test_equal_labels_tell_constants_with_one_sample_more(eps, delta):
    n = ceil(log(1 / delta) / eps)
    worst = max(p ** (n + 1) + (1 - p) ** (n + 1) for p in np.linspace(eps, 1 - eps, 101))
    assert worst <= delta


def test_with_half_the_samples_or_without_the_extra_one_it_fails():
    eps, delta = 0.01, 0.05
    assert (1 - eps) ** (ceil(log(1 / delta) / eps) // 2) > delta
    n = ceil(log(1 / 0.3) / 0.5)  # 3 labels do for 0, but 2 (1/2)^3 = 1/4: one less would not do
    assert 2 * 0.5 ** (n - 1) > 0.3 >= 0.5 ** (n - 1)
