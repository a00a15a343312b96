"""The restaurants as every turn needs them: by number, known for a second, then seen to change."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from knowledge.hours import hours_of
from knowledge.hours_in_words import hours_text
from models import opening_hours
from models.database.engine import Database, DatabaseUnavailableError
from models.database.fresh import FRESH_S
from models.restaurants import (
    OURS_FRESH_S,
    Directory,
    Restaurant,
    by_number,
    rung,
    set_number,
    set_telephones,
    slugs_by_number,
    store,
)
from tests.models.desk import KIGALI, Desk, waits_for_a_lock


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def known(desk: Desk, clock: Clock) -> Directory:
    """A directory, on a database with one restaurant."""
    rename(desk, "Inzozi Kitchen")
    return Directory(desk.database, clock)


def rename(desk: Desk, name: str) -> None:
    words = dict.fromkeys(("slug", "locale", "city", "address", "hours", "about"), "x")
    with desk.database.transaction() as session:
        found = session.query(Restaurant).one_or_none()
        if found is None:
            found = Restaurant(
                number=KIGALI, country="RW", currency="RWF", timezone="Africa/Kigali", **words
            )
            session.add(found)
        found.name = name


def name_of(known: Directory) -> str | None:
    found = known.by_number(KIGALI)
    return found.name if found else None


def test_a_restaurant_is_found_by_its_number(known: Directory) -> None:
    assert name_of(known) == "Inzozi Kitchen"
    assert known.by_number("whatsapp:+1") is None


def test_a_change_is_seen_after_a_second(known: Directory, desk: Desk, clock: Clock) -> None:
    name_of(known)
    rename(desk, "Inzozi Garden")
    assert name_of(known) == "Inzozi Kitchen"
    clock.now += FRESH_S
    assert name_of(known) == "Inzozi Garden"


def test_hours_are_known_with_the_restaurant_and_seen_to_change(
    known: Directory, desk: Desk, clock: Clock
) -> None:
    assert hours_known(known) is None
    open_until(desk, "23:00")
    assert hours_known(known) is None
    clock.now += FRESH_S
    assert hours_known(known) == "Open every day 07:00-23:00"
    open_until(desk, "24:00")
    clock.now += FRESH_S
    assert hours_known(known) == "Open every day 07:00-24:00"


def test_hours_that_stay_are_read_from_their_rows_once(
    known: Directory, desk: Desk, clock: Clock
) -> None:
    open_until(desk, "23:00")
    first = known.by_number(KIGALI)
    clock.now += FRESH_S
    second = known.by_number(KIGALI)
    assert first is not None
    assert second is not None
    assert first is not second
    assert hours_of(first) is hours_of(second)


def hours_known(known: Directory) -> str | None:
    """By what a turn holds, with no session; None where there are none as data."""
    found = known.by_number(KIGALI)
    assert found is not None
    return hours_text(found) if hours_of(found) else None


def open_until(desk: Desk, closes: str) -> None:
    row = {"what": "", "opens": "07:00", "closes": closes, "name": ""}
    with desk.database.transaction() as session:
        restaurant_id = session.query(Restaurant.id).scalar()
        rows = [row | {"day": day} for day in opening_hours.WEEKDAYS]
        opening_hours.store(session, restaurant_id, rows)


def test_hours_that_somebody_wrote_by_hand_stop_no_turn(known: Directory, desk: Desk) -> None:
    open_until(desk, "23:00")
    with desk.database.transaction() as session:
        session.execute(
            text("UPDATE opening_hours SET closes = 'xx:yy' WHERE day IN ('mon', 'tue')")
        )
        session.execute(text("UPDATE opening_hours SET day = '2026-99-99' WHERE day = 'wed'"))
    assert hours_known(known) == "Open Thu-Sun 07:00-23:00"


def test_what_are_no_hours_the_table_takes_not(desk: Desk, known: Directory) -> None:
    open_until(desk, "23:00")
    for change in ("day = 'someday'", "opens = 'noon'", "closes = ''"):
        with pytest.raises(IntegrityError), desk.database.transaction() as session:
            session.execute(text(f"UPDATE opening_hours SET {change}"))


def test_a_new_one_is_seen_after_a_second(desk: Desk, clock: Clock) -> None:
    known = Directory(desk.database, clock)
    assert name_of(known) is None
    rename(desk, "Inzozi Kitchen")
    clock.now += FRESH_S
    assert name_of(known) == "Inzozi Kitchen"


def test_while_the_database_is_away_it_is_known_as_before(clock: Clock, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    rename(Desk(database), "Inzozi Kitchen")
    directory = Directory(database, clock)
    assert (name_of(directory), directory.has(KIGALI)) == ("Inzozi Kitchen", True)
    with database.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE restaurants RENAME TO gone")
    clock.now += OURS_FRESH_S
    assert (name_of(directory), directory.has(KIGALI)) == ("Inzozi Kitchen", True)
    with pytest.raises(DatabaseUnavailableError):
        directory.by_number("whatsapp:+1")
    database.close()


def test_while_one_reads_again_the_others_do_not_wait(postgresql_desk: Desk, clock: Clock) -> None:
    rename(postgresql_desk, "Inzozi Kitchen")
    directory = Directory(postgresql_desk.database, clock)
    name_of(directory)
    clock.now += FRESH_S
    with ThreadPoolExecutor(1) as threads, postgresql_desk.database.transaction() as session:
        session.execute(text("LOCK TABLE restaurants"))
        reading = threads.submit(name_of, directory)
        assert waits_for_a_lock(postgresql_desk, reading)
        assert name_of(directory) == "Inzozi Kitchen"
        assert not reading.done()
        session.rollback()
        assert reading.result(10) == "Inzozi Kitchen"


def test_a_number_of_ours_is_known_for_a_minute(known: Directory, desk: Desk, clock: Clock) -> None:
    assert (known.has(KIGALI), known.has("whatsapp:+1")) == (True, False)
    with desk.database.transaction() as session:
        set_number(session, "x", "whatsapp:+1")
    assert (known.has(KIGALI), known.has("whatsapp:+1")) == (True, False)
    clock.now += OURS_FRESH_S
    assert (known.has(KIGALI), known.has("whatsapp:+1")) == (False, True)


def test_a_restaurant_is_stored_once_by_its_slug(desk: Desk) -> None:
    card = dict.fromkeys(
        ("country", "currency", "locale", "timezone", "city", "address", "hours", "about"), "-"
    )
    card |= {"slug": "kigali", "number": KIGALI, "name": "Inzozi Kitchen"}
    with desk.database.transaction() as session:
        first = store(session, card)
        assert store(session, card | {"name": "Inzozi Garden"}) == first
    with desk.database.transaction() as session:
        found = by_number(session, KIGALI)
        assert found is not None
        assert (found.id, found.name) == (first, "Inzozi Garden")


def test_a_number_can_move_on(known: Directory, desk: Desk) -> None:
    with desk.database.transaction() as session:
        set_number(session, "x", "none:x")
        assert slugs_by_number(session) == {"none:x": "x"}


def test_a_number_for_calls_goes_before_anothers_for_whatsapp_by_telephone_alone(
    desk: Desk,
) -> None:
    card = dict.fromkeys(("locale", "city", "address", "hours", "about", "timezone"), "x")
    card |= {"country": "RW", "currency": "RWF", "name": "x"}
    with desk.database.transaction() as session:
        for slug, number in (("a", "whatsapp:+250788000001"), ("b", "whatsapp:+250788000002")):
            store(session, {**card, "slug": slug, "number": number})
        set_telephones(session, "b", calls_number="+250788000001")
    rings = {
        "+250788000001": "b",
        "whatsapp:+250788000001": "a",
        "+250788000002": "b",
        "whatsapp:+250788000002": "b",
        "+250788000003": None,
    }
    with desk.database.transaction() as session:
        found = {number: rung(session, number) for number in rings}
    assert {number: each and each.slug for number, each in found.items()} == rings
