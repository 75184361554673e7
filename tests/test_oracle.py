"""Membership queries are checked and counted, and none is asked beyond the budget."""

import numpy as np
import pytest

from pacdistill.queries import MembershipOracle, QueryBudgetError


def spy(calls):
    def labels(X):
        assert X.dtype == np.uint8
        calls.append(len(X))
        return X[:, 0]

    return labels


def test_queries_are_counted_up_to_the_budget_and_not_asked_beyond():
    calls = []
    ask = MembershipOracle(spy(calls), max_queries=5)
    assert ask([[1], [0]]).tolist() == [1, 0]
    ask([[1], [1], [1]])
    with pytest.raises(QueryBudgetError, match="5 are spent and 1 more are asked for") as caught:
        ask([[0]])
    assert calls == [2, 3]
    assert (caught.value.queries, caught.value.allowed, caught.value.refused) == (5, 5, 1)
    assert caught.value.found is None
    assert ask.queries == 5


def test_without_a_budget_nothing_is_refused():
    ask = MembershipOracle(spy([]))
    for _ in range(3):
        ask(np.zeros((1000, 2), np.uint8))
    assert ask.queries == 3000


def test_what_is_wrong_is_refused():
    with pytest.raises(ValueError, match="not negative, but max_queries = -1"):
        MembershipOracle(spy([]), max_queries=-1)
    with pytest.raises(ValueError, match="must hold only 0 and 1"):
        MembershipOracle(spy([]))([[2]])
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        MembershipOracle(lambda X: X.sum(axis=1))([[1, 1]])
    with pytest.raises(ValueError, match="labels must have shape"):
        MembershipOracle(lambda X: X)([[1, 1]])
