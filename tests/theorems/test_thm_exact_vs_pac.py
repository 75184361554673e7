"""Theorem thm-exact-vs-pac: the best constant decides satisfiability; almost the best is a vote."""

from itertools import combinations, product
from math import ceil, exp, log

import numpy as np
import pytest
from scipy.stats import binom

from pacdistill import Clause, enumerate_cube
from pacdistill.reductions import CNF, majority_gadget


def clauses_on(n):
    return [
        Clause(tuple((i, v) for i, v in enumerate(row) if v is not None))
        for row in product((None, 0, 1), repeat=n)
    ]


def satisfying(cnf, n):
    return sum(
        all(any(x[i] == v for i, v in clause.literals) for clause in cnf.clauses)
        for x in product((0, 1), repeat=n)
    )


def check(phi, n):
    """Count the ones of the gadget and of the formula that the theorem writes; find the best."""
    f = majority_gadget(phi, n)
    assert len(f.clauses) == len(phi.clauses) + 1
    X = enumerate_cube(n + 2)
    x, y, z = X[:, :n], X[:, n].astype(bool), X[:, n + 1].astype(bool)
    value = phi.predict(x).astype(bool)
    by_hand = (y | value) & (~y | x.any(axis=1) | z)
    assert np.array_equal(f.predict(X), by_hand)
    number = satisfying(phi, n)
    ones = int(by_hand.sum())
    assert ones == 2 ** (n + 1) - 1 + 2 * number
    assert 2 * ones != 2 ** (n + 2)
    assert (2 * ones > 2 ** (n + 2)) == (number > 0)
    return number


@pytest.mark.parametrize(("n", "most"), [(1, 3), (2, 3), (3, 2)])
def test_all_small_formulas(n, most):
    numbers = {
        check(CNF(clauses), n)
        for count in range(most + 1)
        for clauses in combinations(clauses_on(n), count)
    }
    assert {0, 2 ** (n - 1), 2**n} <= numbers


@pytest.mark.parametrize("seed", range(25))
def test_larger_formulas(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 9))
    rows = [rng.choice(n, 3, replace=False) for _ in range(int(rng.integers(1, 6 * n)))]
    check(CNF(tuple(Clause(tuple((int(i), int(rng.integers(2))) for i in r)) for r in rows)), n)


def test_without_the_second_factor_an_unsatisfiable_formula_is_a_tie():
    phi = CNF(tuple(Clause(((0, v),)) for v in (0, 1)))
    first = CNF(tuple(clause.extend(1, 1) for clause in phi.clauses))
    assert 2 * first.predict(enumerate_cube(2)).sum() == 4


def test_the_search_of_part_2_finds_a_point_and_is_never_wrong():
    """With an oracle that lies with probability at most 1/(4n + 4), as after the repetitions."""
    rng = np.random.default_rng(0)
    n, found = 5, 0
    X = enumerate_cube(n)
    runs = 600
    for _ in range(runs):
        rows = [rng.choice(n, 3, replace=False) for _ in range(int(rng.integers(3, 40)))]
        phi = CNF(tuple(Clause(tuple((int(i), int(rng.integers(2))) for i in r)) for r in rows))
        values = phi.predict(X).astype(bool)

        def oracle(where, values=values):
            return bool((values & where).any()) ^ (rng.random() < 1 / (4 * n + 4))

        where = np.ones(len(X), dtype=bool)
        says = oracle(where)
        for i in range(n):
            zero = where & (X[:, i] == 0)
            where = zero if oracle(zero) else where & (X[:, i] == 1)
        says = says and bool(values[where][0])
        assert where.sum() == 1
        assert not says or values.any()
        found += says or not values.any()
    assert found >= 0.75 * runs


def test_the_repetitions_of_part_2_suffice():
    for n in (1, 3, 10, 100):
        N = ceil(18 * log(4 * n + 4))
        assert exp(-2 * N / 36) <= 1 / (4 * (n + 1))
        assert binom.cdf(N // 2, N, 2 / 3) <= 1 / (4 * (n + 1))


GRID = [(eps, delta) for eps in (0.5, 0.2, 0.05) for delta in (0.2, 0.05, 0.001)]


@pytest.mark.parametrize(("eps", "delta"), GRID)
def test_the_vote_suffices(eps, delta):
    """The failure, computed exactly, for each share of ones that is off by more than eps."""
    n = ceil(2 / eps**2 * log(1 / delta))
    for p in np.linspace(0.5 + eps / 2 + 1e-9, 1, 25):
        assert binom.cdf(n // 2, n, p) <= delta  # ties count as wrong
    few = ceil(n / 25)
    assert binom.cdf(few // 2, few, 0.5 + eps / 2 + 1e-9) > delta or few < 5
