"""Every address of the console, with what no browser sends: each gets an answer, and never a 5xx.

It goes by the console's own map, and by the fields that a page looks for: a new page is covered by
being there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from flask import Request
from structlog.testing import capture_logs
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule

from handlers.console.application import Parts
from handlers.console.mounted import AT
from handlers.limits import UNLIMITED
from models import console_accounts
from models.database.engine import Database, DatabaseUnavailableError
from models.database.kept import Kept
from models.turns import FAILED
from tests.console.world import (
    GRACE,
    JEAN,
    PASSWORD,
    URL,
    House,
    made,
    opened,
    staffed,
    token_of,
)
from tests.engine.clock import ManualClock
from tests.models.console.world import World
from tests.models.desk import Desk

HOSTILE = [
    "//[/console/",
    "/console/x\r\nSet-Cookie: a=b",
    "9" * 5_000,
    "²",
    "NaN",
    "1e999",
]
# What PostgreSQL takes otherwise than SQLite does.
UNSTORABLE = ["a\0b", str(2**63)]
GOOD = {
    "number": JEAN,
    "role": "waiter",
    "password": PASSWORD,
    "old": PASSWORD,
    "new": PASSWORD,
    "again": PASSWORD,
}
PLACES = {"slug": "kigali", "number": "+250788000012", "filename": "console.css"}
HEADERS = [
    *("HX-Current-URL", "HX-Target", "HX-Prompt", "User-Agent", "Referer", "Origin", "Accept"),
    *("Accept-Language", "Last-Event-ID", "If-None-Match", "If-Modified-Since", "Range"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-CSRFToken"),
]
# These may end a request before a page sees it.
ENDING = ["Authorization", "Cookie", "Host", "Content-Type", "Content-Length"]
PARTS = 3  # so that each ends in time

Values = Mapping[str, str]
NOTHING: dict[str, str] = {}


class Fields(ImmutableMultiDict[str, Any]):
    """What came with a request."""

    looked_for: set[str]

    def __contains__(self, key: object) -> bool:
        self.looked_for.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, type: Any = None) -> Any:  # noqa: A002
        self.looked_for.add(key)
        return super().getlist(key, type)


class Hostile:
    """A stranger, or Grace, before a console that counts no calls and asks for no form token."""

    def __init__(self, parts: Parts, address: str | None) -> None:
        self._parts = parts
        self._address = address
        self.app = made(replace(parts, limits=UNLIMITED))
        self.app.config["WTF_CSRF_ENABLED"] = False
        self._hashed = self.app.extensions["security"].pwd_context.hash(PASSWORD)
        self._has_posted = True
        self.looked_for: set[str] = set()
        fields = type("Heard", (Fields,), {"looked_for": self.looked_for})
        self.app.request_class = type("Heard", (Request,), {"parameter_storage_class": fields})
        self._client = self.app.test_client()

    def sign_in(self) -> None:
        """Anew, since what is tried may end a session, or take somebody off the staff."""
        staffed(self._parts.database)
        with self._parts.database.transaction() as session:
            console_accounts.end_all(session, GRACE)
            console_accounts.set_password(session, JEAN, self._hashed, self._parts.now())
        if self._address:
            path = f"/link/{token_of(self._parts.links.make(self._address))}"
            assert self._client.post(path, base_url=f"{URL}{AT}").status_code == 303
        self._has_posted = False

    def rules(self) -> list[Rule]:
        return sorted(self.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))

    def broken(self, rules: Sequence[Rule], values: Sequence[str]) -> list[str]:
        """What gets a 5xx."""
        return [
            f"{rule.rule}: {places} {fields}"[:300]
            for rule in rules
            for places, fields, answered in self._tried(rule, values)
            if answered >= 500
        ]

    def _tried(self, rule: Rule, values: Sequence[str]) -> Iterator[tuple[Values, Values, int]]:
        if self._has_posted:
            self.sign_in()
        good = self._good(rule)
        if not good:
            yield {}, {}, self.status(rule)
        for value in values:
            for name in rule.arguments:
                yield {name: value}, good, self.status(rule, {name: value}, good)
            if not good:
                continue
            fields = dict.fromkeys(good, value)
            answered = self.status(rule, fields=fields)
            yield {}, fields, answered
            # One field that is refused hides what the others do.
            for name in good if answered >= 400 and len(good) > 1 else ():
                fields = {**good, name: value}
                yield {}, fields, self.status(rule, fields=fields)

    def _good(self, rule: Rule) -> Values:
        """A value for each field that the page looks for; one may be read before the next is."""
        self.looked_for.clear()
        fields: dict[str, str] = {}
        self.status(rule)
        while new := self.looked_for - set(fields):
            fields |= {name: GOOD.get(name, "1") for name in new}
            self.status(rule, fields=fields)
        return fields

    def status(
        self,
        rule: Rule,
        places: Values = NOTHING,
        fields: Values = NOTHING,
        headers: Mapping[str, str] = NOTHING,
    ) -> int:
        values = {**PLACES, **places}
        path = re.sub(
            r"<(?:[^<>:]+:)?(\w+)>", lambda at: quote(values.get(at[1], "1"), safe=""), rule.rule
        )
        query = "&".join(f"{name}={quote(value)}" for name, value in fields.items())
        is_post = "POST" in (rule.methods or ())
        self._has_posted |= is_post
        answer = self._client.open(
            f"{path}?{query}",
            base_url=f"{URL}{AT}",
            method="POST" if is_post else "GET",
            headers=dict(headers),
            data=query if is_post else None,
            content_type="application/x-www-form-urlencoded",
            buffered=True,
        )
        return answer.status_code


def tries_of_headers() -> Iterator[Mapping[str, str]]:
    for value in (*HOSTILE, *UNSTORABLE):
        sent = value.encode().decode("latin-1").replace("\r\n", "")
        yield {"HX-Request": "true", **dict.fromkeys(HEADERS, sent)}
        for name in ENDING:
            yield {name: sent}


@pytest.fixture
def busy(house: House) -> House:
    return made_busy(house)


def made_busy(house: House) -> House:
    """What is asked for is there; a live page ends at once."""
    world = World(Desk(house.database))
    world.ends(world.begins("Fish?", diner=JEAN), "Sorry", state=FAILED, cause="timeout")
    house.stopping.set()
    return house


@pytest.mark.parametrize("part", range(PARTS))
def test_no_field_breaks_a_page(busy: House, part: int) -> None:
    hostile = Hostile(busy.parts, GRACE)
    assert hostile.broken(hostile.rules()[part::PARTS], HOSTILE) == []


def test_no_field_breaks_a_page_on_postgresql(postgresql_url: str, clock: ManualClock) -> None:
    with opened(postgresql_url, clock) as house:
        hostile = Hostile(made_busy(house).parts, GRACE)
        with capture_logs() as lines:
            assert hostile.broken(hostile.rules(), UNSTORABLE) == []
    told = {each["log_level"] for each in lines if each["event"] == "request.unstorable"}
    assert told == {"warning"}
    assert [each for each in lines if "exc_info" in each] == []


def test_no_stranger_breaks_a_page(busy: House) -> None:
    hostile = Hostile(busy.parts, None)
    assert hostile.broken(hostile.rules(), HOSTILE) == []


@pytest.mark.parametrize("address", [GRACE, None])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/<slug>/audit/live"])
def test_no_header_breaks_a_page(busy: House, path: str, address: str | None) -> None:
    hostile = Hostile(busy.parts, address)
    hostile.sign_in()
    for rule in hostile.rules():
        if rule.rule == path:
            for headers in tries_of_headers():
                assert hostile.status(rule, headers=headers) < 500, headers


class Leaving(Database):
    """A database that can't be reached any more once it `is_away`."""

    is_away = False

    def take(self, limit_s: float) -> Kept:
        if self.is_away:
            raise DatabaseUnavailableError("unreachable")
        return super().take(limit_s)


def test_while_the_database_is_away_every_page_says_so(house: House, sqlite_url: str) -> None:
    database = Leaving(sqlite_url)
    house.stopping.set()
    hostile = Hostile(replace(house.parts, database=database), GRACE)
    rules = [rule for rule in hostile.rules() if rule.endpoint != "static"]
    hostile.sign_in()
    database.is_away = True
    assert {rule.rule: hostile.status(rule) for rule in rules} == {rule.rule: 503 for rule in rules}
    database.close()
