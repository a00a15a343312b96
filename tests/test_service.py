"""What a service says of its settings as it starts, where no setting is wrong."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from knowledge.lexicon import shipped_lexicon
from models import restaurants
from models.database.engine import Database
from service import Service
from settings import Settings
from tests.engine.clock import soon
from tests.engine.world import RESTAURANT


@contextmanager
def started(database_url: str, cfo_numbers: str) -> Iterator[Sequence[Any]]:
    """A service in production, and what it logs."""
    settings = Settings.model_validate(
        {
            "tableside_env": "production",
            "database_url": database_url,
            "openai_api_key": "sk-test",
            "twilio_account_sid": f"AC{'0' * 32}",
            "twilio_auth_token": "token",
            "public_url": "https://tableside.example.com",
            "cfo_numbers": cfo_numbers,
        }
    )
    database = Database(database_url)
    with database.transaction() as session:
        restaurants.store(session, RESTAURANT)
    database.close()
    service = Service(settings)
    with capture_logs() as logged:
        service.start()
        try:
            yield logged
        finally:
            service.stop()


@pytest.mark.parametrize("everyone", ["*", "*@kigali", "+250788000001,*"])
def test_books_that_are_open_to_everyone_are_told_in_production(
    sqlite_url: str, everyone: str
) -> None:
    with started(sqlite_url, everyone) as logged:
        assert soon(lambda: "books.open_to_everyone" in [each["event"] for each in logged])


def test_what_words_are_read_with_is_there_before_the_first_message(sqlite_url: str) -> None:
    shipped_lexicon.cache_clear()
    with started(sqlite_url, ""):
        assert shipped_lexicon.cache_info().currsize == 1


def test_a_restaurant_that_is_not_there_is_named(sqlite_url: str) -> None:
    with started(sqlite_url, "+250788000001@Kigali, +250788000001@kigalli, *@vall") as logged:
        assert soon(lambda: [each.get("slug") for each in logged if each.get("slug")][1:])
    told = {each["slug"]: each["event"] for each in logged if "slug" in each}
    assert told == {"kigalli": "books.of_no_restaurant", "vall": "books.of_no_restaurant"}
