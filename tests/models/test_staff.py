"""The staff: who has which roles where, by any address they are known by, seen after a second."""

import pytest

from models import restaurants, staff
from models.database.engine import Database, DatabaseUnavailableError
from models.database.fresh import FRESH_S
from models.diners import API, Known
from models.restaurants import Restaurant
from models.staff import Roster
from tests.engine.world import RESTAURANT
from tests.models.desk import ALICE, BOB, KIGALI, Desk, moment

VALLETTA = "whatsapp:+35699112233"
LONG, SHORT = "whatsapp:+5215512345678", "whatsapp:+525512345678"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def houses(desk: Desk) -> tuple[Restaurant, Restaurant]:
    """Two restaurants."""
    away = RESTAURANT | {"slug": "valletta", "number": VALLETTA}
    with desk.database.transaction() as session:
        restaurants.store(session, RESTAURANT)
        restaurants.store(session, away)
        kigali, valletta = restaurants.all_of_them(session)
    return kigali, valletta


def known(address: str, user_id: str | None = None) -> Known:
    return Known(1, "whatsapp", address, KIGALI, None, None, user_id=user_id)


def put(desk: Desk, where: Restaurant, address: str, *roles: str, name: str | None = None) -> None:
    with desk.database.transaction() as session:
        staff.add(session, where.id, address, roles, name)


def taken_away(desk: Desk, where: Restaurant, address: str, *roles: str) -> list[str]:
    with desk.database.transaction() as session:
        return staff.remove(session, where.id, address, roles)


def roles(desk: Desk, diner: Known, where: Restaurant) -> set[str]:
    return set(Roster(desk.database).roles_of(diner, where))


def test_somebody_has_their_roles_in_their_own_restaurant(
    desk: Desk, houses: tuple[Restaurant, Restaurant]
) -> None:
    kigali, valletta = houses
    put(desk, kigali, ALICE, "waiter")
    put(desk, kigali, ALICE, "kitchen", "waiter")
    put(desk, valletta, BOB, "owner")
    assert roles(desk, known(ALICE), kigali) == {"waiter", "kitchen"}
    assert roles(desk, known(ALICE), valletta) == set()
    assert roles(desk, known(BOB), kigali) == set()
    assert taken_away(desk, kigali, ALICE, "waiter", "owner") == ["waiter"]
    assert roles(desk, known(ALICE), kigali) == {"kitchen"}
    assert taken_away(desk, kigali, ALICE) == ["kitchen"]
    assert taken_away(desk, kigali, ALICE) == []


@pytest.mark.parametrize(("added", "writes"), [(LONG, SHORT), (SHORT, LONG)])
def test_who_has_two_numbers_is_one_colleague(
    desk: Desk, houses: tuple[Restaurant, Restaurant], added: str, writes: str
) -> None:
    kigali, _ = houses
    put(desk, kigali, added, "manager", name="Ana")
    put(desk, kigali, writes, "owner")
    assert roles(desk, known(writes), kigali) == {"manager", "owner"}
    with desk.database.transaction() as session:
        (ana,) = staff.of_restaurant(session, kigali.id)
    assert (ana.address, ana.name) == (added, "Ana")
    assert taken_away(desk, kigali, writes) == ["owner", "manager"]


def test_who_shows_a_user_name_is_known_by_id_and_by_number(
    desk: Desk, houses: tuple[Restaurant, Restaurant]
) -> None:
    kigali, _ = houses
    put(desk, kigali, "whatsapp:RW.teta", "owner")
    assert roles(desk, known("whatsapp:RW.teta"), kigali) == {"owner"}
    assert roles(desk, known(ALICE, user_id="whatsapp:RW.teta"), kigali) == {"owner"}
    assert roles(desk, known(ALICE, user_id="whatsapp:RW.other"), kigali) == set()


def test_a_new_name_is_that_of_every_role(
    desk: Desk, houses: tuple[Restaurant, Restaurant]
) -> None:
    kigali, _ = houses
    put(desk, kigali, ALICE, "waiter", name="Jean")
    put(desk, kigali, ALICE, "owner", name="Jean Bosco")
    put(desk, kigali, ALICE, "finance")
    with desk.database.transaction() as session:
        (jean,) = staff.of_restaurant(session, kigali.id)
    assert (jean.name, set(jean.roles)) == ("Jean Bosco", {"waiter", "owner", "finance"})


def test_it_is_known_when_each_last_wrote_to_that_restaurant(
    desk: Desk, houses: tuple[Restaurant, Restaurant]
) -> None:
    kigali, valletta = houses
    put(desk, kigali, LONG, "owner")
    put(desk, kigali, BOB, "waiter")
    desk.arrive(SHORT, at=5)
    desk.arrive(BOB, number=VALLETTA, at=9)
    with desk.database.transaction() as session:
        members = staff.of_restaurant(session, kigali.id)
        found = staff.chats(session, kigali, members)
        assert {who: chat.wrote_at for who, chat in found.items()} == {LONG: moment(5)}
        assert staff.chats(session, valletta, []) == {}


def test_a_change_is_seen_after_a_second(desk: Desk, houses: tuple[Restaurant, Restaurant]) -> None:
    kigali, _ = houses
    clock = Clock()
    roster = Roster(desk.database, clock)
    assert roster.roles_of(known(ALICE), kigali) == frozenset()
    put(desk, kigali, ALICE, "owner")
    assert roster.roles_of(known(ALICE), kigali) == frozenset()
    clock.now += FRESH_S
    assert roster.roles_of(known(ALICE), kigali) == {"owner"}


def test_however_many_ask_it_is_read_once_a_second(database_url: str) -> None:
    sent: list[str] = []
    database = Database(database_url, watch=lambda text, _: sent.append(text))
    clock = Clock()
    roster = Roster(database, clock)
    kigali = Restaurant(id=1)
    for _ in range(50):
        roster.roles_of(known(ALICE), kigali)
    read_once = len(sent)
    clock.now += FRESH_S
    for _ in range(50):
        roster.roles_of(known(ALICE), kigali)
    database.close()
    assert len(sent) == 2 * read_once


def test_while_the_database_is_away_it_is_known_as_before(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    desk = Desk(database)
    with database.transaction() as session:
        restaurants.store(session, RESTAURANT)
        (kigali,) = restaurants.all_of_them(session)
    put(desk, kigali, ALICE, "owner")
    clock = Clock()
    roster = Roster(database, clock)
    assert roster.roles_of(known(ALICE), kigali) == {"owner"}
    with database.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE staff RENAME TO gone")
    clock.now += FRESH_S
    assert roster.roles_of(known(ALICE), kigali) == {"owner"}
    with pytest.raises(DatabaseUnavailableError):
        Roster(database).roles_of(known(ALICE), kigali)
    database.close()


def test_the_channel_does_not_matter(desk: Desk, houses: tuple[Restaurant, Restaurant]) -> None:
    """As with CFO_NUMBERS: whoever speaks for others over the HTTP API has its token."""
    kigali, _ = houses
    put(desk, kigali, ALICE, "owner")
    assert roles(desk, Known(1, API, "WhatsApp:00250 788 000 001", KIGALI, None, None), kigali)
