"""Charts stay within their drawings, whatever the numbers are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.console import charts

NUMBERS = st.one_of(st.none(), st.floats(0, 1e12), st.integers(0, 10**9))


@given(st.lists(st.lists(NUMBERS, max_size=40), max_size=3))
def test_columns_stay_within_their_drawing(series: list[list[float | None]]) -> None:
    drawn = charts.columns(*series)
    for each in drawn.columns:
        assert 0 <= each.x <= each.x + each.width <= drawn.width
        assert each.y >= 0
        assert each.y + each.height == pytest.approx(charts.HEIGHT)
        assert each.height >= charts.LEAST
    assert len(drawn.columns) == sum(bool(value) for values in series for value in values)


def test_the_highest_column_is_below_a_round_top_and_the_others_as_high_as_they_are() -> None:
    drawn = charts.columns([0, 40, 150])
    assert drawn.top == 200
    assert [(each.place, each.height) for each in drawn.columns] == [(1, 20.0), (2, 75.0)]


def test_series_stand_side_by_side() -> None:
    first, second = charts.columns([10], [5]).columns
    assert first.x + first.width == second.x


def test_a_line_stands_where_its_value_does() -> None:
    assert charts.columns([1.0], least_top=10).top == 10
    assert charts.at(5, 10) == 50


@pytest.mark.parametrize(
    ("value", "of", "percent"),
    [(0, 10, 0), (5, 10, 50), (1, 1e9, charts.LEAST), (20, 10, 100), (5, 0, 0)],
)
def test_a_bar_is_as_long_as_its_share_and_seen(value: float, of: float, percent: float) -> None:
    assert charts.share(value, of) == percent


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (0.3, 0.5), (1, 1), (1.2, 2), (3, 5), (7, 10), (101, 200)]
)
def test_an_axis_ends_at_a_round_number(value: float, top: float) -> None:
    assert charts.round_up(value) == pytest.approx(top)
