"""The figure of the three rates takes the measured intervals as they are, and refuses others."""

import pytest

from pacdistill.figures import rate_explorer
from pacdistill.samples import SampleComplexity


def interval(low: int, high: int) -> SampleComplexity:
    return SampleComplexity(low=low, high=high, failures={}, trials=10)


def test_the_measured_intervals_are_the_data():
    measured = {("rare", 1 / 8, 0.1): interval(10, 15), ("coin", 1 / 4, 0.05): interval(1, 1)}
    data = rate_explorer(measured, name="r", eps=1 / 4, delta=0.1).data
    assert data["measured"] == [["coin", 1 / 4, 0.05, 1, 1], ["rare", 1 / 8, 0.1, 10, 15]]
    assert (data["deltas"], data["eps"], data["delta"]) == ([0.05, 0.1], 1 / 4, 0.1)


@pytest.mark.parametrize(
    ("key", "arguments", "complaint"),
    [
        (("die", 1 / 4, 0.05), {}, r"\['die'\] was measured"),
        (("coin", 1 / 4, 0.1), {}, "delta has to be one of those measured"),
        (("coin", 1 / 4, 0.3), {"delta": 0.3}, "between 0 and 1/4"),
        (("coin", 1 / 4, 0.05), {"eps": 1 / 2}, "1/64 <= eps"),
        (("coin", 1 / 4, 0.05), {"eps": 1 / 65}, "1/64 <= eps"),
    ],
)
def test_what_it_cannot_show_is_refused(key, arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        rate_explorer({key: interval(1, 1)}, name="r", **arguments)
