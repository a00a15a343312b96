"""Hours, spans and dates as people say them, in six languages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from knowledge.hours import Times, week_of
from knowledge.moments import moment_in
from tests.knowledge.test_moments import HOUSE, NOW, at


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("half past seven", "19:30"),
        ("quarter to nine", "20:45"),
        ("quarter to one", "12:45"),
        ("at 8", "20:00"),
        ("at eight", "20:00"),
        ("eight o'clock", "20:00"),
        ("7:30", "19:30"),
        ("7ish", "19:00"),
        ("around 8", "20:00"),
        ("dinner at half past eight", "20:30"),
        ("today at 8", "20:00"),
        ("this thursday at 8", "20:00"),
        ("tonight 8", "20:00"),
        ("à huit heures", "20:00"),
        ("huit heures et demie", "20:30"),
        ("à 9 heures moins le quart", "20:45"),
        ("alle otto e mezza", "20:30"),
        ("alle nove meno un quarto", "20:45"),
        ("fit-tmienja u nofs", "20:30"),
        ("saa mbili", "20:00"),
        ("saa mbili na nusu usiku", "20:30"),
        ("leo saa tatu kasoro robo usiku", "20:45"),
        ("saa kumi na moja jioni", "17:00"),
        ("saa nane mchana", "14:00"),
        ("saa 2 usiku", "20:00"),
        ("saa mbiri z'ijoro", "20:00"),
        ("saa mbiri n'igice z'ijoro", "20:30"),
        ("saa kumi n'imwe z'umugoroba", "17:00"),
        ("saa nane z'amanywa", "14:00"),
        ("saa 19:00", "19:00"),
        ("lunch at 1", "13:00"),
        ("at 12 at night", "23:59"),
        # The hour that is said is another one, or it stands there that it is.
        ("at 11", "23:00"),
        ("at 10 in the morning", "+10:00"),
        ("saa tatu asubuhi", "+09:00"),
        ("07:30", "+07:30"),
        ("8 am", "+08:00"),
        ("8 tomorrow", "+08:00"),
        ("tomorrow at nine", "+09:00"),
        ("kesho saa mbili usiku", "+20:00"),
        ("tonight at 1", "+01:00"),
        ("at noon", "12:00"),
    ],
)
def test_a_spoken_hour_is_the_next_that_it_can_be(text: str, moment: str) -> None:
    """At eleven in the morning; with a plus, of tomorrow."""
    now = at("2026-11-26 11:00")
    house = replace(HOUSE, house=Times(week_of(("07:00-23:30",))), periods={})
    day = "2026-11-27" if moment.startswith("+") else "2026-11-26"
    assert moment_in(text, now, house) == at(f"{day} {moment.removeprefix('+')}")


def test_a_spoken_hour_is_one_that_the_house_is_open_at() -> None:
    """At half past eleven at night the next half past seven is tomorrow's, and before they open."""
    now = at("2026-11-26 23:30")
    house = replace(HOUSE, house=Times(week_of(("08:00-23:00",))))
    assert moment_in("half past seven", now, house) == at("2026-11-27 19:30")
    assert moment_in("at 9", now, house) == at("2026-11-27 09:00")


@pytest.mark.parametrize("text", ["tonight", "dinner", "illejla", "midnight"])
def test_tonight_lasts_as_long_as_the_day(text: str) -> None:
    now = at("2026-11-26 23:59:30")
    assert moment_in(text, now) == now


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("in half an hour", 30),
        ("in an hour and a half", 90),
        ("in a quarter of an hour", 15),
        ("dans une demi-heure", 30),
        ("dans un quart d'heure", 15),
        ("tra mezz'ora", 30),
        ("fra un'ora", 60),
        ("fi nofs siegħa", 30),
        ("fi sagħtejn", 120),
        ("baada ya nusu saa", 30),
        ("baada ya masaa mawili", 120),
        ("baada ya dakika thelathini", 30),
        ("nyuma y'amasaha abiri", 120),
        ("mu masaha abiri", 120),
    ],
)
def test_a_span_is_so_long_from_now(text: str, minutes: int) -> None:
    assert moment_in(text, NOW) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("31/12 23:00", "2026-12-31 23:00"),
        ("12/31", "2026-12-31 12:30"),
        ("12/31/2026 dinner", "2026-12-31 19:30"),
        ("1/2", "2027-02-01 12:30"),
        ("Nov 27th at 7 pm", "2026-11-27 19:00"),
        ("le 1er décembre", "2026-12-01 12:30"),
    ],
)
def test_a_date_is_read_as_it_is_written(text: str, moment: str) -> None:
    assert moment_in(text, NOW) == at(moment)
