"""The sample world that the personas' tests read: both restaurants, loaded once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

import models.turns  # noqa: F401 (its table, which others refer to)
from knowledge.seed import seed
from models.database.columns import Base
from models.database.engine import Database
from models.diners import WHATSAPP, Known
from models.restaurants import Restaurant, all_of_them
from personas.rights import Right
from personas.tool import ToolContext

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def sample_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Read only: the tests share it."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('personas') / 'samples.db'}")
    Base.metadata.create_all(database.engine)
    seed(database, today=TODAY, kigali_number="whatsapp:+14155238886")
    yield database
    database.close()


@pytest.fixture(scope="session")
def kigali(sample_database: Database) -> ToolContext:
    """The Kigali restaurant, as its owner sees it."""
    with sample_database.transaction() as session:
        restaurant = all_of_them(session)[0]
    return as_seen_by_the_owner(sample_database, restaurant)


@pytest.fixture(scope="session")
def valletta(sample_database: Database) -> ToolContext:
    """The Valletta restaurant, as its owner sees it."""
    with sample_database.transaction() as session:
        restaurant = all_of_them(session)[1]
    return as_seen_by_the_owner(sample_database, restaurant)


@pytest.fixture(scope="session")
def diner_in_kigali(kigali: ToolContext) -> ToolContext:
    """The Kigali restaurant, as a diner sees it: the books are closed."""
    return replace(kigali, rights=frozenset())


def as_seen_by_the_owner(database: Database, restaurant: Restaurant) -> ToolContext:
    owner = Known(1, WHATSAPP, "whatsapp:+250788000001", restaurant.number, "Alice", None)
    noon = datetime.combine(TODAY, time(12), ZoneInfo(restaurant.timezone))
    rights: frozenset[Right] = frozenset({"books"})
    return ToolContext(database, restaurant, owner, 1, "call_1", rights, noon)
