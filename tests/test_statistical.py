"""Statistical oracles: expectations by another way, and an adversary that is always legal."""

from itertools import combinations

import numpy as np
import pytest

from pacdistill import enumerate_cube
from pacdistill.cube import character
from pacdistill.queries import ParityAdversary, StatisticalOracle, parity_queries


def rng(seed=0):
    return np.random.default_rng(seed)


def random_query(d, seed):
    """A query that is given by a table of its values at all points and labels."""
    table = rng(seed).uniform(-1, 1, (2, 2**d))

    def query(X, y):
        place = X.astype(int) @ (1 << np.arange(d)[::-1])
        return table[(1 - y) // 2, place]

    return query, table


@pytest.mark.parametrize("seed", range(5))
def test_the_honest_oracle_answers_the_expectation(seed):
    d = 5
    signs = character(enumerate_cube(d), (0, 3))
    query, table = random_query(d, seed)
    expected = np.mean([table[0 if s == 1 else 1, x] for x, s in enumerate(signs)])
    oracle = StatisticalOracle(signs, 0.1)
    assert oracle.answer(query) == pytest.approx(expected)
    shifted = StatisticalOracle(signs, 0.1, error=lambda mean: -0.1 * np.sign(mean))
    assert shifted.answer(query) == pytest.approx(expected - 0.1 * np.sign(expected))
    assert (oracle.queries, shifted.queries) == (1, 1)


@pytest.mark.parametrize("error", [0.11, -0.2, np.nan])
def test_an_oracle_that_would_cheat_is_stopped(error):
    oracle = StatisticalOracle(np.ones(8), 0.1, error=lambda mean: error)
    with pytest.raises(ValueError, match=r"legal within the tolerance 0\.1"):
        oracle.answer(lambda X, y: y)
    assert oracle.queries == 0


@pytest.mark.parametrize("tolerance", [0.02, 0.1, 0.3, 1.0])
@pytest.mark.parametrize(("d", "size"), [(5, 1), (6, 3), (4, 4), (7, 2)])
def test_every_answer_of_the_adversary_is_legal(d, size, tolerance):
    """Its record is checked by honest expectations of each parity, computed one by one."""
    adversary = ParityAdversary(d, size, tolerance)
    assert adversary.subsets.tolist() == [list(s) for s in combinations(range(d), size)]
    parities = [character(enumerate_cube(d), tuple(s)) for s in adversary.subsets.tolist()]
    asked = []
    for seed in range(12):
        query, _ = random_query(d, seed)
        if seed % 3 == 0:  # a query that meets many parities

            def query(X, y, seed=seed):
                return y * np.sign(sum(parities[seed % len(parities) :: 2]) + 0.5)

        value = adversary.answer(query)
        asked.append((query, value))
        assert adversary.alive.any()
        for parity, alive in zip(parities, adversary.alive, strict=True):
            honest = StatisticalOracle(parity, tolerance)
            legal = all(abs(honest.answer(q) - v) <= tolerance + 1e-9 for q, v in asked)
            assert legal == alive
    last = adversary.history[-1]
    assert (
        last.alive
        == adversary.alive.sum()
        == len(parities) - sum(answer.eliminated for answer in adversary.history)
    )
    assert adversary.queries == 12


@pytest.mark.parametrize("tolerance", [0.1, 0.25, 0.5])
def test_an_answer_of_the_rule_eliminates_few(tolerance):
    adversary = ParityAdversary(8, 4, tolerance)
    for seed in range(40):
        before = adversary.alive.sum()
        query, table = random_query(8, seed)
        value = adversary.answer(query)
        if value == pytest.approx(table.mean()):
            assert before - adversary.alive.sum() <= 1 / tolerance**2


def test_the_last_parity_cannot_be_lost():
    adversary = ParityAdversary(3, 2, 0.5)
    for subset in adversary.subsets.tolist():
        value = adversary.answer(lambda X, y, s=tuple(subset): y * character(X, s))
    assert value == 1  # the third is the only one left, so the answer is its own
    assert [answer.alive for answer in adversary.history] == [2, 1, 1]
    parity = character(enumerate_cube(3), tuple(adversary.subsets[adversary.alive][0].tolist()))
    assert adversary.error(parity) == 0
    assert adversary.error(-parity) == 1
    assert adversary.error(np.ones(8)) == 0.5


def test_the_error_is_the_worst_over_those_alive():
    adversary = ParityAdversary(5, 2, 0.3)
    adversary.answer(lambda X, y: y * character(X, (0, 1)))
    signs = rng().choice([-1, 1], 2**5)
    parities = [
        character(enumerate_cube(5), tuple(s)) for s in adversary.subsets[adversary.alive].tolist()
    ]
    assert len(parities) == 9
    assert adversary.error(signs) == pytest.approx(max(np.mean(p != signs) for p in parities))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (lambda X, y: 2 * y, r"values in \[-1, 1\], but h\(x, y\) = 2.0"),
        (lambda X, y: y / 0 * 0 if False else np.full(len(X), np.nan), "nan"),
        (lambda X, y: X, "one value for each of the 16 points"),
        (lambda X, y: 0.5, "one value for each of the 16 points"),
    ],
)
def test_what_is_no_statistical_query_is_refused(query, message):
    adversary = ParityAdversary(4, 2, 0.1)
    for oracle in (adversary, StatisticalOracle(np.ones(16), 0.1)):
        with pytest.raises(ValueError, match=message):
            oracle.answer(query)
        assert oracle.queries == 0
    assert adversary.alive.all()


def test_bits_are_signed_where_a_query_sees_them():
    oracle = StatisticalOracle(character(enumerate_cube(2), (0,)), 0.1)
    assert oracle.answer(lambda X, y: y * (1 - 2 * X[:, 0])) == 1


@pytest.mark.parametrize("tolerance", [0, -0.1, 1.5, np.nan])
def test_tolerances_out_of_range_are_refused(tolerance):
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        ParityAdversary(4, 2, tolerance)
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        StatisticalOracle([1, -1], tolerance)


@pytest.mark.parametrize("size", [0, 5])
def test_parities_that_do_not_exist_are_refused(size):
    with pytest.raises(ValueError, match=f"but size = {size} and d = 4"):
        ParityAdversary(4, size, 0.1)


@pytest.mark.parametrize("signs", [[0, 1], [[1, -1]], [1, np.nan], [1.5, -1.0]])
def test_labels_that_are_no_signs_are_refused(signs):
    with pytest.raises(ValueError, match=r"labels y in \{0, 1\} convert by 1 - 2 y"):
        StatisticalOracle(signs, 0.1)


def test_a_hypothesis_has_a_sign_for_each_point():
    with pytest.raises(ValueError, match="each of the 16 points, but there are 8"):
        ParityAdversary(4, 2, 0.1).error(np.ones(8))
    with pytest.raises(ValueError, match=r"given by 2\^d values"):
        StatisticalOracle([1, 1, -1], 0.1)


def test_the_bound():
    assert parity_queries(4, 2, 0.5) == 5 / 4
    for wrong in [(4, 0, 0.5), (4, 5, 0.5), (4, 4, 0.5), (4, 2, 0), (4, 2, 1.5)]:
        with pytest.raises(ValueError, match="at least two parities"):
            parity_queries(*wrong)
