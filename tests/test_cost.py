"""The cost meter: it counts what its functions are asked for, and stands costs beside bounds."""

import numpy as np
import pytest

from pacdistill.samples import CostMeter


def test_nothing_is_counted_before_anything_is_asked():
    meter = CostMeter()
    meter.count_samples(lambda n: np.zeros(n))
    meter.count_queries(len)
    assert (meter.samples, meter.queries, meter.probes) == (0, 0, 0)


def test_samples_add_up_over_calls_and_the_points_are_those_drawn():
    meter = CostMeter()
    draw = meter.count_samples(lambda n: np.arange(n))
    for n in (3, 0, 10):
        assert np.array_equal(draw(n), np.arange(n))
    assert (meter.samples, meter.queries) == (13, 0)


@pytest.mark.parametrize(
    ("asked", "rows"),
    [(np.zeros((7, 3), dtype=np.uint8), 7), (np.arange(4), 4), ([], 0), ([[0, 1], [1, 1]], 2)],
)
def test_a_query_counts_the_rows_that_are_asked_for(asked, rows):
    meter = CostMeter(queries=1)
    ask = meter.count_queries(lambda X: [sum(np.atleast_1d(x)) for x in X])
    assert len(ask(asked)) == rows
    assert (meter.samples, meter.queries) == (0, 1 + rows)


def test_two_functions_share_a_meter_and_two_meters_share_nothing():
    meter, other = CostMeter(), CostMeter()
    first, second = meter.count_queries(np.asarray), meter.count_queries(np.asarray)
    first([1, 2])
    second([3])
    other.count_queries(np.asarray)([4])
    assert (meter.queries, other.queries) == (3, 1)


def test_a_draw_that_fails_is_paid_for():
    meter = CostMeter()

    def refuse(n):
        raise RuntimeError("no more samples")

    with pytest.raises(RuntimeError, match="no more samples"):
        meter.count_samples(refuse)(5)
    assert meter.samples == 5


def test_the_table_names_each_cost_once_beside_its_bounds():
    meter = CostMeter(samples=1234, queries=20, probes=7)
    lines = meter.compare(samples=(1_000, 2_120.5), queries=30, probes=(0, 7)).splitlines()
    assert [line.split() for line in lines] == [
        ["cost", "measured", "lower", "bound", "upper", "bound"],
        ["samples", "1,234", "1,000", "2,120.5"],
        ["queries", "20", "-", "30"],
        ["probes", "7", "0", "7"],
    ]
    assert len({len(line) for line in lines}) == 1


def test_the_table_shows_the_costs_of_the_moment():
    meter = CostMeter()
    draw = meter.count_samples(np.zeros)
    draw(1)
    before = meter.compare(samples=5)
    draw(1)
    assert [before.split()[-3], meter.compare(samples=5).split()[-3]] == ["1", "2"]


@pytest.mark.parametrize("name", ["time", "sample", "compare", "count_samples"])
def test_a_cost_that_is_not_counted_is_refused(name):
    with pytest.raises(ValueError, match=f"no '{name}'"):
        CostMeter().compare(**{name: 3})
