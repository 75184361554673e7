"""The figure of binomial tails: what it carries, and where it cannot start."""

import pytest

from pacdistill.figures import tail_explorer


def test_it_carries_where_it_starts_and_says_so():
    figure = tail_explorer(coins=40, percent=25, threshold=20, name="demo")
    assert [figure.data[key] for key in ("coins", "percent", "threshold")] == [40, 25, 20]
    assert "40 coins show at least 20 heads" in figure.label
    text = figure._repr_html_()
    assert 'id="figure-demo"' in text
    assert "pd-tails-plot" in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"coins": 0},
        {"coins": 15},
        {"coins": 410},
        {"percent": 0},
        {"percent": 100},
        {"threshold": 0},
        {"threshold": 101},
        {"coins": 10, "threshold": 11},
    ],
)
def test_it_refuses_what_its_sliders_cannot_show(wrong):
    with pytest.raises(ValueError, match=f"{next(reversed(wrong))} = "):
        tail_explorer(**wrong, name="demo")
