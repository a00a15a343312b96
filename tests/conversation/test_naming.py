"""The staff names a conversation: by its number, by a telephone number, however it is written."""

from datetime import timedelta

import pytest

from conversation.keywords import DONE, TAKE, TO, Keyword
from conversation.naming import NO_FILES, USAGE, Named, Naming, NotNamedError
from knowledge.clock import Clock
from models import diners
from models.database.engine import Database
from models.diners import WINDOW, Known
from models.restaurants import Restaurant
from tests.conversation.world import ALICE, KIGALI, NOW

JEAN = "whatsapp:+250788000002"


def arrives(database: Database, address: str, ago: timedelta = timedelta()) -> int:
    with database.connection() as connection:
        return diners.upsert(
            connection,
            channel=diners.WHATSAPP,
            address=address,
            number=KIGALI,
            profile_name=None,
            now=NOW - ago,
        )


def named(
    database: Database, restaurant: Restaurant, rest: str, *, word: str = TO, by: str = JEAN
) -> Named:
    member = Known(arrives(database, by), diners.WHATSAPP, by, KIGALI, None, None)
    return Naming(database, Clock(now=lambda: NOW)).named(Keyword(word, rest), member, restaurant)


@pytest.mark.parametrize(
    ("by", "who", "written"),
    [
        (JEAN, "whatsapp:+250788000007", "0788 000 007"),
        (JEAN, "whatsapp:+250788000007", "788000007"),
        ("whatsapp:+35679000001", "whatsapp:+35679000007", "7900 0007"),
        ("whatsapp:+390612345678", "whatsapp:+390698765432", "06 9876 5432"),
        ("whatsapp:+447700900001", "whatsapp:+447700900007", "(07700) 900-007"),
        ("whatsapp:+14155550101", "whatsapp:+14155550107", "415 555 0107"),
        ("whatsapp:+14155550101", "whatsapp:+250788000007", "+250 788 000 007"),
    ],
)
def test_a_number_is_written_as_it_is_dialled_at_home(
    database: Database, kigali: Restaurant, by: str, who: str, written: str
) -> None:
    diner_id = arrives(database, who)
    found = named(database, kigali, f"{written} 2 tables are free", by=by)
    assert (found.chat.id, found.words, found.is_sure) == (diner_id, "2 tables are free", True)


@pytest.mark.parametrize(
    "written", ["RW.teta", "whatsapp:RW.teta", "WhatsApp:RW.teta", "RW.teta:", "whatsapp:RW.teta,"]
)
def test_who_shows_no_number_is_named_by_their_id(
    database: Database, kigali: Restaurant, written: str
) -> None:
    diner_id = arrives(database, "whatsapp:RW.teta")
    found = named(database, kigali, f"{written} 2 tables are free")
    assert (found.chat.id, found.words) == (diner_id, "2 tables are free")


def test_a_number_that_may_be_two_peoples_is_nobodys(
    database: Database, kigali: Restaurant
) -> None:
    arrives(database, "whatsapp:+2578800000")
    arrives(database, "whatsapp:+25078800000")
    with pytest.raises(NotNamedError, match="Nobody of this number"):
        named(database, kigali, "078800000 Hello")


@pytest.mark.parametrize("word", [TO, TAKE, DONE])
def test_what_names_nobody_is_told_how_to(
    database: Database, kigali: Restaurant, word: str
) -> None:
    with pytest.raises(NotNamedError) as told:
        named(database, kigali, "hello", word=word)
    assert str(told.value) == USAGE[word]


def test_a_file_alone_is_no_words(database: Database, kigali: Restaurant) -> None:
    diner_id = arrives(database, ALICE)
    with pytest.raises(NotNamedError, match=NO_FILES):
        named(database, kigali, f"{diner_id}!\n[sent a video, which can't be opened here]")


def test_it_may_be_taken_without_a_mark_and_said_to_with_one(
    database: Database, kigali: Restaurant
) -> None:
    diner_id = arrives(database, ALICE)
    assert named(database, kigali, str(diner_id), word=TAKE).chat.id == diner_id
    assert named(database, kigali, f"*{diner_id}*! Hello").words == "Hello"
    with pytest.raises(NotNamedError, match=f"write /to {diner_id}!"):
        named(database, kigali, f"{diner_id} Hello")


def test_who_wrote_a_day_ago_cannot_be_written_to(database: Database, kigali: Restaurant) -> None:
    diner_id = arrives(database, ALICE, WINDOW)
    with pytest.raises(NotNamedError, match="24 hours"):
        named(database, kigali, f"{diner_id}! Hello")
    assert named(database, kigali, str(diner_id), word=DONE).chat.id == diner_id
