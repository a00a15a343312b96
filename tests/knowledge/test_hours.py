"""A house is open when its clock says so: over midnight, on holidays, where summer time begins."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.hours import (
    DAY_MINUTES,
    Hours,
    Opening,
    Span,
    Times,
    end_of_service,
    opening,
    spans_in,
    week_of,
)
from knowledge.hours_in_words import day_text, opening_text, week_text

KIGALI = ZoneInfo("Africa/Kigali")
MALTA = ZoneInfo("Europe/Malta")
LATE = ("Mon-Thu, Sun 07:00-23:00", "Fri-Sat 07:00-02:00")
CHRISTMAS = date(2026, 12, 25)


def house(
    *weekly: str,
    zone: ZoneInfo = KIGALI,
    dates: dict[date, str] | None = None,
    **periods: str,
) -> Hours:
    """On a date of `dates` other hours, or none."""
    other = {day: spans_in(times) if times else () for day, times in (dates or {}).items()}
    return Hours(
        zone,
        Times(week_of(weekly), other),
        {name: Times(week_of((times,))) for name, times in periods.items()},
        {CHRISTMAS: "Christmas Day"},
    )


def at(written: str, zone: ZoneInfo = KIGALI) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=zone)


# 26 November 2026 is a Thursday.
@pytest.mark.parametrize(
    ("moment", "is_open", "until"),
    [
        ("2026-11-26 06:59", False, "2026-11-26 07:00"),
        ("2026-11-26 07:00", True, "2026-11-26 23:00"),
        ("2026-11-26 23:00", False, "2026-11-27 07:00"),
        ("2026-11-27 23:30", True, "2026-11-28 02:00"),
        ("2026-11-28 01:59", True, "2026-11-28 02:00"),
        ("2026-11-28 02:00", False, "2026-11-28 07:00"),
        ("2026-11-29 01:00", True, "2026-11-29 02:00"),  # Saturday's night
        ("2026-11-30 01:00", False, "2026-11-30 07:00"),  # Sunday's is over
    ],
)
def test_a_house_is_open_over_midnight(moment: str, is_open: bool, until: str) -> None:
    assert opening(house(*LATE), at(moment)) == Opening(is_open, at(until))


def test_a_house_closes_between_lunch_and_dinner() -> None:
    valletta = house("Tue-Sun 12:00-15:00, 18:30-22:30", zone=MALTA)
    assert opening(valletta, at("2026-11-26 16:00", MALTA)).until == at("2026-11-26 18:30", MALTA)
    assert opening(valletta, at("2026-11-29 23:00", MALTA)).until == at("2026-12-01 12:00", MALTA)


def test_a_date_has_hours_of_its_own() -> None:
    closed = house("07:00-23:00", dates={CHRISTMAS: ""})
    assert opening(closed, at("2026-12-25 12:00")) == Opening(False, at("2026-12-26 07:00"))
    short = house("07:00-23:00", dates={CHRISTMAS: "12:00-16:00"})
    assert opening(short, at("2026-12-25 12:00")) == Opening(True, at("2026-12-25 16:00"))


def test_the_night_before_a_holiday_lasts_into_it() -> None:
    closed = house("18:00-02:00", dates={CHRISTMAS: ""})
    assert opening(closed, at("2026-12-25 01:30")) == Opening(True, at("2026-12-25 02:00"))


def test_hours_that_follow_each_other_are_one() -> None:
    assert opening(house("00:00-12:00, 12:00-24:00"), at("2026-11-26 03:00")) == Opening(True, None)
    friday = house("Fri 20:00-24:00", "Sat 00:00-03:00")
    assert opening(friday, at("2026-11-27 21:00")).until == at("2026-11-28 03:00")


def test_a_house_that_never_opens_is_closed() -> None:
    assert opening(house(), at("2026-11-26 12:00")) == Opening(False, None)


def test_the_clocks_on_the_wall_count_where_summer_time_begins_and_ends() -> None:
    bar = house("20:00-04:00", zone=MALTA)
    # On 28 March 2027 the clock goes from 02:00 to 03:00, on 31 October from 03:00 to 02:00.
    spring = at("2027-03-27 23:00", MALTA)
    autumn = at("2027-10-30 23:00", MALTA)
    assert opening(bar, spring).until == at("2027-03-28 04:00", MALTA)
    assert _hours_between(spring, opening(bar, spring)) == 4
    assert opening(bar, autumn).until == at("2027-10-31 04:00", MALTA)
    assert _hours_between(autumn, opening(bar, autumn)) == 6


def _hours_between(moment: datetime, found: Opening) -> float:
    assert found.until is not None
    return (found.until.astimezone(UTC) - moment.astimezone(UTC)) / timedelta(hours=1)


MINUTES = st.integers(0, DAY_MINUTES - 1)
MOMENTS = st.integers(0, 1_000_000).map(
    lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@st.composite
def houses(draw: st.DrawFn) -> Hours:
    spans = st.builds(
        lambda opens, lasts: Span(opens, opens + lasts), MINUTES, st.integers(1, DAY_MINUTES)
    )
    days = st.lists(spans, max_size=3).map(lambda found: tuple(sorted(found)))
    week = tuple(draw(st.lists(days, min_size=7, max_size=7)))
    dates = draw(st.dictionaries(st.dates(date(2026, 3, 1), date(2028, 1, 1)), days, max_size=5))
    return Hours(draw(st.sampled_from([KIGALI, MALTA])), Times(week, dates), {}, {})


@given(houses(), MOMENTS)
def test_it_stays_as_it_is_until_then_and_changes_then(hours: Hours, moment: datetime) -> None:
    found = opening(hours, moment)
    if found.until is None:
        return
    assert found.until > moment
    assert opening(hours, found.until).is_open is not found.is_open
    just_before = found.until.astimezone(UTC) - timedelta(seconds=1)
    assert opening(hours, max(moment, just_before)).is_open is found.is_open
    halfway = moment + (found.until.astimezone(UTC) - moment) / 2
    assert opening(hours, halfway).is_open is found.is_open


@given(st.lists(MINUTES, min_size=2, max_size=2, unique=True), MOMENTS)
def test_every_day_alike_is_read_off_the_clock(times: list[int], moment: datetime) -> None:
    opens, closes = times
    hours = house(f"{_clock(opens)}-{_clock(closes)}")
    local = moment.astimezone(KIGALI)
    minute = local.hour * 60 + local.minute
    is_open = opens <= minute < closes if opens < closes else not closes <= minute < opens
    assert opening(hours, moment).is_open is is_open


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@given(houses())
def test_a_week_in_words_is_the_same_week(hours: Hours) -> None:
    """Of spans that the words can say: no longer than a day, and each beginning once."""
    week = tuple(
        tuple({span.opens: span for span in spans if span.closes < DAY_MINUTES}.values())
        for spans in hours.house.week
    )
    assert week_of(tuple(week_text(week).split("; ")) if week_text(week) else ()) == week


@pytest.mark.parametrize(
    "written",
    ["", "Mon", "Mun 10:00-11:00", "10:00", "10:60-11:00", "25:00-26:00", "10:00-11:00 late"],
)
def test_what_is_no_times_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="no times of a week"):
        week_of((written,))


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-26 10:00", "2026-11-26 23:00"),
        ("2026-11-27 15:00", "2026-11-28 02:00"),
        ("2026-11-28 01:00", "2026-11-28 02:00"),
        ("2026-11-28 02:30", "2026-11-29 02:00"),
        ("2026-11-26 23:30", "2026-11-28 02:00"),  # closed: the next day's
    ],
)
def test_a_service_ends_as_the_house_closes_for_the_last_time(moment: str, end: str) -> None:
    assert end_of_service(house(*LATE), at(moment)) == at(end)


def test_a_persona_is_told_the_day_the_time_and_whether_it_is_open() -> None:
    hours = house(*LATE, breakfast="07:00-11:00", grill="12:00-22:30")
    assert day_text(at("2026-11-26 08:30"), hours) == (
        "Today is Thursday, 26 November 2026. It is 08:30. The house is open until 23:00."
        " Today: breakfast 07:00-11:00 (now), grill 12:00-22:30."
    )
    assert "The house is closed until 07:00 tomorrow." in day_text(at("2026-11-26 23:30"), hours)
    assert "The house is open until 02:00." in day_text(at("2026-11-27 23:30"), hours)
    assert day_text(at("2026-11-26 08:30"), None) == (
        "Today is Thursday, 26 November 2026. It is 08:30."
    )


def test_a_persona_is_told_a_holiday_by_its_name() -> None:
    hours = house("07:00-23:00", dates={CHRISTMAS: "12:00-16:00"}, grill="12:00-22:30")
    assert day_text(at("2026-12-25 11:00"), hours).endswith(
        " It is Christmas Day: 12:00-16:00. The house is closed until 12:00."
        " Today: grill 12:00-16:00."
    )
    closed = house("07:00-23:00", dates={CHRISTMAS: ""}, grill="12:00-22:30")
    assert day_text(at("2026-12-25 11:00"), closed).endswith(
        " It is Christmas Day: closed. The house is closed until 07:00 tomorrow."
    )


def test_a_persona_is_told_the_holidays_that_come() -> None:
    hours = house("07:00-23:00", dates={CHRISTMAS: "", date(2027, 4, 7): ""})
    assert day_text(at("2026-11-26 08:30"), hours).endswith(
        " Other hours: Fri 25 December (Christmas Day) closed."
    )


def test_two_houses_at_one_moment_are_told_their_own_times() -> None:
    noon = datetime(2026, 11, 26, 12, tzinfo=UTC)
    told = [
        day_text(noon.astimezone(zone), house("08:00-23:00", zone=zone)) for zone in (KIGALI, MALTA)
    ]
    assert ["14:00" in told[0], "13:00" in told[1]] == [True, True]


def test_when_it_opens_again_is_told_by_its_day() -> None:
    valletta = house("Tue-Sun 08:00-23:00", zone=MALTA)
    told = opening_text(valletta, at("2026-11-29 23:30", MALTA))
    assert told == "closed until 08:00 on Tuesday, 1 December"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("2026-12-25 23:30", "closed until 08:00 on Saturday, 26 December"),
        ("2026-12-25 06:00", "closed until 08:00"),
        ("2026-12-25 12:00", "open until 23:00"),
        ("2026-11-24 23:30", "closed until 08:00 tomorrow"),
    ],
)
def test_of_another_day_tomorrow_is_told_by_its_date(asked: str, told: str) -> None:
    valletta = house("Mon-Sun 08:00-23:00", zone=MALTA)
    now = at("2026-11-24 12:00", MALTA)
    assert opening_text(valletta, at(asked, MALTA), now) == told
