"""What the model has spoken is found by its words and its voice, and goes when nobody says it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from models import sounds
from models.database.engine import Database

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
HELLO, GOODBYE = "Hello!", "Goodbye!"


@pytest.fixture
def kept(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    with database.transaction() as session:
        sounds.keep(session, "marin", HELLO, b"\x01\xff", NOW)
    yield database
    database.close()


def found(database: Database, voice: str = "marin") -> dict[str, bytes]:
    with database.transaction() as session:
        return dict(sounds.of(session, voice, [HELLO, GOODBYE]))


def test_it_is_found_by_its_words_in_its_own_voice(kept: Database) -> None:
    assert found(kept) == {HELLO: b"\x01\xff"}
    assert found(kept, "cedar") == {}


def test_what_is_missing_is_told(kept: Database) -> None:
    with kept.transaction() as session:
        assert sounds.missing(session, "marin", [HELLO, GOODBYE]) == [GOODBYE]
        assert sounds.missing(session, "cedar", [HELLO, GOODBYE]) == [HELLO, GOODBYE]


def test_the_same_again_takes_its_place(kept: Database) -> None:
    with kept.transaction() as session:
        sounds.keep(session, "marin", HELLO, b"\x02", NOW)
    assert found(kept) == {HELLO: b"\x02"}


def test_what_nobody_says_any_more_goes(kept: Database) -> None:
    with kept.transaction() as session:
        sounds.keep(session, "marin", GOODBYE, b"\x03", NOW)
        sounds.forget_others(session, [GOODBYE])
    assert found(kept) == {GOODBYE: b"\x03"}
