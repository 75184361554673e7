"""Juntas and their distillers: exact, counted, within the bound, and honest where they fail."""

import numpy as np
import pytest

from pacdistill import enumerate_cube, parity_tree, random_tree
from pacdistill.queries import (
    Junta,
    QueryBudgetError,
    distill_junta,
    distill_near_junta,
    junta_queries,
    juntas,
    near_junta_queries,
    random_junta,
)


def rng(seed=0):
    return np.random.default_rng(seed)


class Spy:
    """A label function that counts the inputs it is asked for."""

    def __init__(self, labels):
        self.labels, self.queries, self.largest = labels, 0, 0

    def __call__(self, X):
        assert X.dtype == np.uint8
        self.queries += len(X)
        self.largest = max(self.largest, X.size)
        return self.labels(X)


@pytest.mark.parametrize("k", range(4))
def test_a_junta_is_its_table(k):
    table = tuple(rng(k).integers(2, size=2**k).tolist())
    junta = Junta(tuple(range(1, k + 1)), table)
    X = enumerate_cube(5)
    expected = [table[int("0" + "".join(map(str, x[1 : k + 1])), 2)] for x in X.tolist()]
    assert junta.predict(X).tolist() == expected
    assert junta.tree().predict(X).tolist() == expected
    assert junta.relevant().predict(X).tolist() == expected


def test_relevant_variables_are_those_that_matter():
    assert Junta((2, 5, 9), (0, 1, 1, 0, 0, 1, 1, 0)).relevant() == Junta((5, 9), (0, 1, 1, 0))
    assert Junta((2, 5), (1, 1, 1, 1)).relevant() == Junta((), (1,))


@pytest.mark.parametrize(
    ("variables", "table", "message"),
    [
        ((3, 1), (0, 1, 1, 0), "increasing order, not"),
        ((1, 1), (0, 1, 1, 0), "increasing order, not"),
        ((-1,), (0, 1), "increasing order, not"),
        ((1, 2), (0, 1), "there are 2 variables and 2 labels"),
        (tuple(range(21)), (0, 1), "k at most 20, but there are 21"),
        ((1,), (0, 2), "labels must be 0 or 1"),
        ((1,), (0, 0.5), "labels must be 0 or 1"),
    ],
)
def test_what_is_no_junta_is_refused(variables, table, message):
    with pytest.raises(ValueError, match=message):
        Junta(variables, table)


def test_a_missing_bit_is_said():
    with pytest.raises(ValueError, match="reads bit 4, but X has the bits 0 to 2"):
        Junta((4,), (0, 1)).predict(np.zeros((1, 3), np.uint8))


@pytest.mark.parametrize("k", range(6))
def test_random_juntas_depend_on_all_their_bits(k):
    for seed in range(20):
        junta = random_junta(30, k, rng(seed))
        assert len(junta.variables) == k == len(junta.relevant().variables)


SECRETS = [
    *(random_junta(60, k, rng(seed)) for k in range(6) for seed in range(4)),
    Junta((0, 7, 59), tuple(parity_tree((0, 1, 2)).predict(enumerate_cube(3)).tolist())),
    Junta((1, 2, 3, 4), (0,) * 15 + (1,)),
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_junta_is_found_within_the_bound(secret):
    k = len(secret.variables)
    labels = Spy(secret.predict)
    found = distill_junta(labels, 60, k, rng(1), delta=0.001)
    assert found.junta == secret
    assert found.queries == labels.queries <= found.bound == junta_queries(60, k, 0.001)


@pytest.mark.parametrize("k", [0, 1, 3])
def test_a_junta_of_fewer_bits_than_allowed_is_found_too(k):
    secret = random_junta(40, k, rng(k))
    found = distill_junta(secret.predict, 40, 4, rng(), delta=0.001)
    assert found.junta == secret
    assert found.queries <= found.bound


@pytest.mark.parametrize("seed", range(12))
def test_one_bit_too_many_is_always_noticed(seed):
    secret = random_junta(25, 4, rng(seed))
    with pytest.raises(ValueError, match="depends on more than k = 3 variables") as caught:
        # delta is large, so that few pairs are drawn: what is not found here is found in the table
        distill_junta(secret.predict, 25, 3, rng(seed), delta=0.9)
    assert str(list(secret.variables)) in str(caught.value)


@pytest.mark.parametrize("limit", [1, 60 * 7, 2**26])
def test_large_batches_are_cut(monkeypatch, limit):
    monkeypatch.setattr(juntas, "LARGEST_QUERY", limit)
    secret = random_junta(60, 3, rng(5))
    labels = Spy(secret.predict)
    assert distill_junta(labels, 60, 3, rng(1)).junta == secret
    assert labels.largest <= 2 * max(limit, 8 * 60)


def noisy(secret, mask_bits):
    """The junta with the other label where the named bits are all 1."""
    return lambda X: secret.predict(X) ^ X[:, mask_bits].all(axis=1)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_a_near_junta_is_found_at_its_price(k):
    for seed in range(3):
        secret = random_junta(20, k, rng(seed))
        others = np.setdiff1d(np.arange(20), secret.variables)[: k + 3]
        labels = Spy(noisy(secret, others))
        distance = 2.0 ** -len(others)
        found = distill_near_junta(labels, 20, k, rng(1), distance=distance)
        assert found.junta == secret
        assert found.queries == labels.queries <= found.bound
        assert found.bound == near_junta_queries(20, k, distance, 0.01)


def test_a_junta_of_fewer_bits_than_allowed_is_near_too():
    secret = random_junta(20, 1, rng(3))
    found = distill_near_junta(secret.predict, 20, 3, rng(), distance=0.01)
    assert found.junta == secret


def test_cells_are_counted_alike_in_pieces(monkeypatch):
    secret = random_junta(20, 3, rng(1))
    whole = distill_near_junta(secret.predict, 20, 3, rng(), distance=0.02)
    monkeypatch.setattr(juntas, "LARGEST_QUERY", 20 * 37)
    pieces = distill_near_junta(secret.predict, 20, 3, rng(), distance=0.02)
    assert (whole.junta, whole.queries) == (pieces.junta, pieces.queries) == (secret, whole.queries)


def test_what_is_no_near_junta_is_refused():
    parity = parity_tree(tuple(range(6))).predict
    with pytest.raises(ValueError, match="influences of 6 variables"):
        distill_near_junta(parity, 20, 3, rng(), distance=0.01)

    # Each of five bits changes their majority at 3/8 of the points, which is below 2^-1, and both
    # labels are equally frequent.
    def majority(X):
        return X[:, :5].sum(axis=1) > 2

    with pytest.raises(ValueError, match=r"is not within 0\.1 of a junta of 1 bits"):
        distill_near_junta(majority, 20, 1, rng(), distance=0.1)


def test_budgets_are_kept_and_what_was_found_is_told():
    secret = random_junta(60, 4, rng(2))
    needed = distill_junta(secret.predict, 60, 4, rng(1)).queries
    assert distill_junta(secret.predict, 60, 4, rng(1), max_queries=needed).junta == secret
    for budget in (0, needed // 2, needed - 1):
        labels = Spy(secret.predict)
        with pytest.raises(QueryBudgetError) as caught:
            distill_junta(labels, 60, 4, rng(1), max_queries=budget)
        assert caught.value.queries == labels.queries <= budget
        assert set(caught.value.found) <= set(secret.variables)
    assert caught.value.found == secret.variables  # only the table was missing
    bound = near_junta_queries(60, 4, 0.01, 0.01)
    with pytest.raises(QueryBudgetError) as caught:
        distill_near_junta(secret.predict, 60, 4, rng(1), distance=0.01, max_queries=bound // 2)
    assert caught.value.found == ()
    pairs = juntas.near_junta_samples(60, 4, 0.01, 0.01)[0]
    with pytest.raises(QueryBudgetError) as caught:
        distill_near_junta(secret.predict, 60, 4, rng(1), distance=0.01, max_queries=pairs * 61)
    assert caught.value.found == secret.variables


@pytest.mark.parametrize("k", [-1, 11, 21])
def test_a_size_that_does_not_fit_is_refused(k):
    d = 10 if k < 21 else 30
    with pytest.raises(ValueError, match=f"but k = {k} and d = {d}"):
        random_junta(d, k, rng())
    with pytest.raises(ValueError, match=f"but k = {k} and d = {d}"):
        distill_junta(random_tree(2, d, rng()).predict, d, k, rng())
    with pytest.raises(ValueError, match=f"but k = {k} and d = {d}"):
        distill_near_junta(random_tree(2, d, rng()).predict, d, k, rng(), distance=0.0)


@pytest.mark.parametrize("distill", [distill_junta, distill_near_junta])
def test_a_function_that_is_not_boolean_is_refused(distill):
    options = {"distance": 0.01} if distill is distill_near_junta else {}
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        distill(lambda X: X.sum(axis=1) / 2, 10, 2, rng(), **options)
    with pytest.raises(ValueError, match="labels must have shape"):
        distill(lambda X: X[:3, 0], 10, 2, rng(), **options)


@pytest.mark.parametrize("distance", [-0.1, 0.125, 0.5])
def test_a_distance_at_which_the_theorem_is_silent_is_refused(distance):
    with pytest.raises(ValueError, match=r"0 <= distance < 2\^-\(k\+1\)"):
        distill_near_junta(lambda X: X[:, 0], 10, 2, rng(), distance=distance)


@pytest.mark.parametrize("delta", [0, 1, -0.5])
def test_a_delta_that_is_no_probability_is_refused(delta):
    with pytest.raises(ValueError, match="0 < delta < 1"):
        distill_junta(lambda X: X[:, 0], 10, 2, rng(), delta=delta)


def test_the_seed_decides():
    secret = random_junta(40, 4, rng(2))
    first = distill_junta(secret.predict, 40, 4, rng(1))
    assert first == distill_junta(secret.predict, 40, 4, rng(1))
    assert len({distill_junta(secret.predict, 40, 4, rng(s)).queries for s in range(9)}) > 1
