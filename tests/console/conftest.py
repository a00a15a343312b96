"""A console in process, on SQLite or on either database; and a service with a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from handlers.cli.stock import staff_the_phone
from models.database.engine import Database
from tests.conftest import SEEDED
from tests.console.browsing import WIDTHS, Served
from tests.console.browsing import opened as opened_page
from tests.console.world import House, opened
from tests.engine.clock import ManualClock
from tests.engine.conftest import plain_log
from tests.postgres import Cluster
from tests.scenarios.phones import browsing
from tests.scenarios.world import running_practice

__all__ = ["any_house", "browser", "clock", "house", "page", "plain_log", "served"]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def house(sqlite_url: str, clock: ManualClock) -> Iterator[House]:
    with opened(sqlite_url, clock) as house:
        yield house


@pytest.fixture
def any_house(database_url: str, clock: ManualClock) -> Iterator[House]:
    """On SQLite, and on PostgreSQL."""
    with opened(database_url, clock) as house:
        yield house


@pytest.fixture(scope="session")
def served(seeded_postgres: Cluster, database_names: Iterator[str]) -> Iterator[Served]:
    """What `make run` starts, for all tests in a browser: each has its own people and diners."""
    url = seeded_postgres.create_database(next(database_names), template=SEEDED)
    database = Database(url)
    staff_the_phone(database, is_real=False)
    with running_practice(url) as practice:
        yield Served(practice, database)
    database.close()


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    with browsing(chromium_path) as browser:
        yield browser


@pytest.fixture(params=list(WIDTHS.values()), ids=list(WIDTHS))
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A fresh browser's page, once as narrow as a phone, once as wide as a laptop."""
    with opened_page(browser, request.param) as page:
        yield page
