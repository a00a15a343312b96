"""Whose books a diner may see, as CFO_NUMBERS says it, and what the roles of the staff allow."""

from typing import get_args

import pytest

from models import restaurants, staff
from models.database.engine import Database
from models.diners import Known
from models.restaurants import Restaurant
from models.staff import ROLES, Roster
from personas.rights import RIGHTS_OF, Books, Right, Rights
from tests.engine.world import RESTAURANT

HOME, AWAY = "whatsapp:+14155238886", "whatsapp:+35620000000"
OWNER, PARTNER = "whatsapp:+250788000001", "whatsapp:+35699000003"
KIGALI = Restaurant(slug="kigali", number=HOME)
VALLETTA = Restaurant(slug="valletta", number=AWAY)


def open_to(entries: str, address: str) -> set[str]:
    """The restaurants whose books this address sees."""
    books = Books(frozenset(entries.split()), HOME)
    return {
        restaurant.slug
        for restaurant in (KIGALI, VALLETTA)
        if books.are_open(Known(1, "whatsapp", address, restaurant.number, None, None), restaurant)
    }


@pytest.mark.parametrize(
    ("entries", "slugs"),
    [
        ("", set()),
        (OWNER, {"kigali"}),
        (f"{OWNER}@valletta", {"valletta"}),
        (f"{OWNER}@kigali", {"kigali"}),
        (f"{OWNER} {OWNER}@valletta", {"kigali", "valletta"}),
        (f"{OWNER}@nowhere", set()),
        (PARTNER, set()),
        (f"{PARTNER}@kigali", set()),
        ("*", {"kigali", "valletta"}),
        ("*@valletta", {"valletta"}),
        (f"{OWNER} *@valletta", {"kigali", "valletta"}),
    ],
)
def test_a_number_opens_the_books_it_is_named_for(entries: str, slugs: set[str]) -> None:
    assert open_to(entries, OWNER) == slugs


@pytest.mark.parametrize(
    ("named", "writes"),
    [
        ("whatsapp:+525512345678", "whatsapp:+5215512345678"),
        ("whatsapp:+5215512345678", "whatsapp:+525512345678"),
        ("whatsapp:+551187654321", "whatsapp:+5511987654321"),
        ("whatsapp:+5491123456789", "whatsapp:+541123456789"),
    ],
)
def test_an_owner_with_two_numbers_is_known_by_either(named: str, writes: str) -> None:
    assert open_to(named, writes) == {"kigali"}
    assert open_to(f"{named}@valletta", writes) == {"valletta"}


@pytest.mark.parametrize("entry", [OWNER, "whatsapp:RW.teta"])
def test_an_owner_with_a_user_name_is_known_by_number_and_by_id(entry: str) -> None:
    books = Books(frozenset({entry}), HOME)
    owner = Known(1, "whatsapp", OWNER, HOME, None, None, user_id="whatsapp:RW.teta")
    assert books.are_open(owner, KIGALI)
    assert not books.are_open(owner, VALLETTA)


def test_an_address_of_the_http_api_may_be_spelled_as_people_do() -> None:
    assert open_to(OWNER, "WhatsApp:00250 788 000 001") == {"kigali"}
    assert open_to(OWNER, "default") == set()


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("owner", set(get_args(Right))),
        ("finance", {"books", "figures"}),
        ("manager", {"menu", "prices", "people", "conversations", "figures", "repairs"}),
        ("staff", {"menu", "people", "conversations", "figures", "repairs"}),
        ("waiter", {"people", "conversations"}),
        ("kitchen", {"menu"}),
        ("read-only", {"conversations", "figures"}),
    ],
)
def test_a_role_allows_what_it_is_for_in_its_own_restaurant(
    database_url: str, role: str, rights: set[Right]
) -> None:
    database = Database(database_url)
    with database.transaction() as session:
        restaurants.store(session, RESTAURANT)
        restaurants.store(session, RESTAURANT | {"slug": "valletta", "number": AWAY})
        kigali, valletta = restaurants.all_of_them(session)
        staff.add(session, kigali.id, OWNER, [role], None)
    granted = Rights(Books(frozenset({PARTNER}), HOME), Roster(database))
    member, stranger, named = (
        Known(1, "whatsapp", address, kigali.number, None, None)
        for address in (OWNER, "whatsapp:+250788000009", PARTNER)
    )
    assert granted.of(member, kigali) == rights
    assert granted.of(member, valletta) == set()
    assert granted.of(stranger, kigali) == set()
    assert granted.of(named, kigali) == {"books"}
    database.close()


def test_every_role_allows_something() -> None:
    assert set(RIGHTS_OF) == set(ROLES)
