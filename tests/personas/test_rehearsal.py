"""In a sandbox the CFO says how the books are opened; to a real diner, never."""

import pytest

from models.restaurants import Restaurant
from personas.catalogue import PERSONAS
from personas.rehearsal import how_to_open, rehearsed
from personas.rights import Books

HOME = "whatsapp:+14155238886"
KIGALI = Restaurant(
    slug="kigali", number=HOME, name="Inzozi", city="Kigali", country="RW", currency="RWF"
)


def books(*open_to: str) -> Books:
    return Books(frozenset(open_to), HOME)


@pytest.mark.parametrize("open_to", ["whatsapp:+250788000001", "*@valletta"])
def test_closed_books_are_said_to_be_with_the_ways_to_open_them(open_to: str) -> None:
    cfo = rehearsed(PERSONAS, books(open_to))["cfo"]
    ways = how_to_open(KIGALI)
    assert "CFO_NUMBERS=NUMBER@kigali" in ways
    assert "flask --app app staff add NUMBER --role owner --restaurant kigali" in ways
    assert cfo.greeting(KIGALI).endswith(f"_In this sandbox they are opened by {ways}._")
    assert cfo.instructions(KIGALI).endswith(f"how to open them here: {ways}")


@pytest.mark.parametrize("open_to", ["*", "*@kigali"])
def test_open_books_are_said_to_be_open(open_to: str) -> None:
    cfo = rehearsed(PERSONAS, books(open_to))["cfo"]
    assert cfo.greeting(KIGALI).endswith("_In this sandbox they are open to everyone._")
    assert cfo.instructions(KIGALI) == PERSONAS["cfo"].instructions(KIGALI)


def test_who_keeps_no_books_says_nothing_of_them_and_no_real_diner_hears_of_it() -> None:
    personas = rehearsed(PERSONAS, books())
    assert personas["waiter"] is PERSONAS["waiter"]
    assert list(personas) == list(PERSONAS)
    assert "sandbox" not in PERSONAS["cfo"].instructions(KIGALI)
    assert "sandbox" not in PERSONAS["cfo"].greeting(KIGALI)
