"""Moments as people name them, in six languages; what is not understood is an error."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import moment_words
from knowledge.hours import Hours, Times, week_of
from knowledge.moments import beginning_in, moment_in
from knowledge.period import parse_period

KIGALI = ZoneInfo("Africa/Kigali")
NOW = datetime(2026, 11, 26, 14, 5, tzinfo=KIGALI)  # a Thursday
HOUSE = Hours(
    KIGALI,
    Times(week_of(("11:00-23:00",))),
    {"Late breakfast": Times(week_of(("11:00-12:00",)))},
    {},
)


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=KIGALI)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-27T19:00", "2026-11-27 19:00"),
        ("2026-11-27 19:00:30", "2026-11-27 19:00:30"),
        ("2026-11-27T17:00:00Z", "2026-11-27 19:00"),
        ("2026-11-27T18:00+01:00", "2026-11-27 19:00"),
        ("2026-11-27", "2026-11-27 12:30"),
        ("2026-11-27 dinner", "2026-11-27 19:30"),
        ("dinner tomorrow", "2026-11-27 19:30"),
        ("Tomorrow, for dinner!", "2026-11-27 19:30"),
        ("the day after tomorrow at noon", "2026-11-28 12:00"),
        ("tonight", "2026-11-26 19:30"),
        ("Sunday lunch", "2026-11-29 13:00"),
        ("lunch on sun", "2026-11-29 13:00"),
        ("friday 20:00", "2026-11-27 20:00"),
        ("dinner at 8", "2026-11-26 20:00"),
        ("tomorrow 7.30 pm", "2026-11-27 19:30"),
        ("7pm", "2026-11-26 19:00"),
        ("12am tomorrow", "2026-11-27 00:00"),
        ("tomorrow at midnight", "2026-11-27 23:59"),
        ("minuit", "2026-11-26 23:59"),
        ("25/12/2026 13:00", "2026-12-25 13:00"),
        ("dinner on 25.12.2026", "2026-12-25 19:30"),
        ("in two hours", "2026-11-26 16:05"),
        ("in 30 minutes", "2026-11-26 14:35"),
        ("dans 2 heures", "2026-11-26 16:05"),
        ("half past seven tonight", "2026-11-26 19:30"),
        ("tomorrow, quarter to 11", "2026-11-27 10:45"),
        ("27 november", "2026-11-27 12:30"),
        ("december 25 at 19:00", "2026-12-25 19:00"),
        ("3 January 2027 brunch", "2027-01-03 11:00"),
        ("1 february", "2027-02-01 12:30"),
        ("demain soir", "2026-11-27 19:30"),
        ("dimanche midi", "2026-11-29 12:00"),
        ("ce soir à 20h30", "2026-11-26 20:30"),
        ("après-demain, petit-déjeuner", "2026-11-28 08:30"),
        ("le 25 décembre à midi", "2026-12-25 12:00"),
        ("domani sera", "2026-11-27 19:30"),
        ("stasera", "2026-11-26 19:30"),
        ("domenica a pranzo", "2026-11-29 13:00"),
        ("alle 20 di venerdì", "2026-11-27 20:00"),
        ("għada filgħaxija", "2026-11-27 19:30"),
        ("il-Ħadd nofsinhar", "2026-11-29 12:00"),
        ("illejla", "2026-11-26 19:30"),
        ("kesho jioni", "2026-11-27 19:30"),
        ("Jumapili, chakula cha mchana", "2026-11-29 13:00"),
        ("ejo nimugoroba", "2026-11-27 19:30"),
        ("ku cyumweru saa sita", "2026-11-29 12:00"),
        ("iri joro", "2026-11-26 19:30"),
        # Where it is that now, it is now; where it is over, it is the next one.
        ("now", "2026-11-26 14:05"),
        ("today", "2026-11-26 14:05"),
        ("lunch", "2026-11-26 14:05"),
        ("breakfast", "2026-11-27 08:30"),
        ("thursday breakfast", "2026-12-03 08:30"),
        ("13:00", "2026-11-27 13:00"),
    ],
)
def test_a_moment_is_read_as_it_is_meant(text: str, moment: str) -> None:
    assert moment_in(text, NOW) == at(moment)


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "after the rain", "weekend", "5", "at", "saa 13", "99:99", "32 november"),
        *("today tomorrow", "2026-13-01", "2026-11-27T25:00", "november", "1" * 100, "now " * 100),
        *("29 february", "1 2 november", "dinner " + "1" * 90),
    ],
)
def test_what_is_no_moment_is_told_with_what_to_send(text: str) -> None:
    with pytest.raises(ValueError, match="2026-11-27T19:00"):
        moment_in(text, NOW)


@pytest.mark.parametrize("text", ["2020-11-27T19:00", "2026-11-20 dinner"])
def test_what_is_past_is_told_with_the_time_that_it_is(text: str) -> None:
    with pytest.raises(ValueError, match="it is 2026-11-26T14:05 now"):
        moment_in(text, NOW)


@given(st.text(max_size=120))
def test_any_text_is_a_moment_or_an_error(text: str) -> None:
    try:
        found = moment_in(text, NOW, HOUSE)
    except ValueError:
        return
    assert found.tzinfo is KIGALI


def test_the_houses_own_periods_and_hours_count() -> None:
    assert moment_in("breakfast tomorrow", NOW, HOUSE) == at("2026-11-27 11:30")
    assert moment_in("tomorrow at 8", NOW, HOUSE) == at("2026-11-27 20:00")
    late = Hours(KIGALI, Times(week_of(("18:00-23:00",))), {}, {})
    assert moment_in("tomorrow", NOW, late) == at("2026-11-27 18:00")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Christmas", "2026-12-25 12:30"),
        ("dinner on Christmas Day", "2026-12-25 19:30"),
        ("on Christmas Eve", "2026-12-24 12:30"),
        ("New Year's Eve 22:00", "2026-12-31 22:00"),
        ("dinner on Feast Day", "2026-12-13 19:30"),
        ("la veille de Noël", "2026-12-24 12:30"),
        ("il-Milied", "2026-12-25 12:30"),
        ("cena di Capodanno", "2027-01-01 19:30"),
        ("Noheli nimugoroba", "2026-12-25 19:30"),
        ("mkesha wa Krismasi, jioni", "2026-12-24 19:30"),
    ],
)
def test_a_date_is_known_by_its_name_and_by_what_the_house_calls_it(text: str, moment: str) -> None:
    names = {date(2026, 12, 25): "Christmas Day", date(2026, 12, 13): "Feast Day"}
    assert moment_in(text, NOW, replace(HOUSE, names=names)) == at(moment)


def test_the_eve_of_a_day_is_not_that_day() -> None:
    with pytest.raises(ValueError, match="feast eve"):
        moment_in("feast eve", NOW, replace(HOUSE, names={date(2026, 12, 13): "Feast Day"}))


def test_months_weekdays_and_numbers_are_those_that_all_else_reads() -> None:
    """A date is told with the words of periods, and a span with those of amounts."""
    for text in ("12 dic 20:00", "12 déc 20:00", "12 December 20:00"):
        assert moment_in(text, NOW).strftime("%m-%dT%H:%M") == "12-12T20:00"
    for text in ("lunedì", "jumatatu", "ku wa mbere", "tnejn", "Mon", "lundi"):
        assert moment_in(text, NOW).weekday() == 0
        assert parse_period(text, NOW.date()).start.weekday() == 0
    assert moment_in("in thirty minutes", NOW) == NOW + timedelta(minutes=30)


@pytest.mark.parametrize("language", moment_words.languages())
def test_every_language_can_say_every_part_of_a_day(language: str) -> None:
    parts = moment_words.meanings(language, "parts")
    assert {"now", "morning", "breakfast", "noon", "lunch", "evening", "dinner"} <= {
        *parts.values()
    }
    assert {*moment_words.meanings(language, "days").values()} == {"0", "1", "2"}
    for words in (*parts, *moment_words.words_for(language, "tonight")):
        assert moment_in(words, NOW) >= NOW


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("friday", "2026-11-27 05:00"),
        ("thursday", "2026-12-03 05:00"),
        ("tomorrow", "2026-11-27 05:00"),
        ("dinner", "2026-11-26 17:00"),
        ("tomorrow lunch", "2026-11-27 11:30"),
        ("18:30", "2026-11-26 18:30"),
        ("09:00", "2026-11-27 09:00"),
        ("at 9", "2026-11-26 21:00"),
        ("31/12", "2026-12-31 05:00"),
        ("2026-12-24", "2026-12-24 05:00"),
    ],
)
def test_a_moment_begins_before_anybody_is_served(text: str, begins: str) -> None:
    assert beginning_in(text, NOW) == at(begins)


@pytest.mark.parametrize("text", ["today", "2026-11-26 11:00", "yesterday"])
def test_what_has_begun_is_no_end_of_anything(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        beginning_in(text, NOW)
