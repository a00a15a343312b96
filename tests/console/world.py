"""The console in process: its restaurants, who works there, and browsers that people sign in with.

Grace owns both restaurants, Jean waits in Kigali, Ada keeps the books there, and Carol reads.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from html import unescape
from threading import Event
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import TestResponse

from engine.drafting import Drafting
from engine.figures import Counting as CountingFigures
from engine.hands import Hands
from engine.in_person import InPerson
from engine.sign_in_links import PATH, SignInLinks
from engine.spending import Spending
from handlers.console.application import Parts, console
from handlers.console.mounted import AT, Mounted
from handlers.counting import Counting, InMemory
from handlers.limits import Limits
from knowledge import costs
from models import audit, restaurants, staff
from models.database.engine import Database
from telemetry.metrics import Metrics
from tests.engine.clock import ManualClock
from tests.engine.world import HANDS_LAST, RESTAURANT

GRACE, JEAN = "whatsapp:+250788000011", "whatsapp:+250788000012"
ADA, CAROL = "whatsapp:+250788000013", "whatsapp:+250788000014"
NOBODY = "whatsapp:+250788000019"
VALLETTA = RESTAURANT | {
    "slug": "valletta", "name": "Il-Merill", "number": "whatsapp:+35620000000", "country": "MT",
    "currency": "EUR", "locale": "en_MT", "timezone": "Europe/Malta", "city": "Valletta",
}  # fmt: skip
STAFF = [
    ("kigali", GRACE, "owner", "Grace"),
    ("valletta", GRACE, "owner", "Grace"),
    ("kigali", JEAN, "waiter", "Jean"),
    ("kigali", ADA, "finance", "Ada"),
    ("kigali", CAROL, "read-only", "Carol"),
]
PASSWORD = "three otters in a teapot"
URL = "https://inzozi.example"
# A password takes as long as a page; what it costs where people sign in is test_signing_in.py's.
CHEAP = {"argon2__memory_cost": 8, "argon2__time_cost": 1}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Guest:
    """A browser: its cookies, and the form token of the page that it saw last."""

    def __init__(self, client: FlaskClient, came_from: str = "192.0.2.1") -> None:
        self._client = client
        self._came_from = {"REMOTE_ADDR": came_from}
        self.token = ""

    def get(self, path: str, **headers: str) -> TestResponse:
        answer = self._client.get(
            f"{AT}{path}",
            base_url=URL,
            headers=headers,
            environ_overrides=self._came_from,
            buffered=True,
        )
        return self._looked_at(answer)

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> TestResponse:
        answer = self._client.post(
            f"{AT}{path}",
            base_url=URL,
            data={"csrf_token": self.token, **fields},
            headers=headers,
            environ_overrides=self._came_from,
        )
        return self._looked_at(answer)

    def follow(self, link: str) -> TestResponse:
        """Open a link from a message, and press its button."""
        path = link.removeprefix(f"{URL}{AT}")
        shown = self.get(path)
        return self.post(path) if shown.status_code == 200 else shown

    def by_password(self, number: str, password: str, **fields: str) -> TestResponse:
        if not self.token:
            self.get("/sign-in")
        return self.post("/sign-in", None, number=number, password=password, **fields)

    def with_cookie(self, value: str) -> "Guest":
        """Whoever has somebody's cookie, as a thief has it."""
        self._client.set_cookie("console", value, domain="inzozi.example", path=AT)
        return self

    def cookie(self) -> Any:
        return self._client.get_cookie("console", domain="inzozi.example", path=AT)

    def _looked_at(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html" and (found := TOKEN.search(answer.text)):
            self.token = unescape(found[1])
        return answer


class Templates(BytecodeCache):
    """What the templates of one console were compiled to, for those of all tests."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if compiled := self._compiled.get(bucket.key):
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = Templates()


def made(parts: Parts, argon2: Mapping[str, int] = CHEAP) -> Flask:
    app = console(parts)
    app.jinja_env.bytecode_cache = TEMPLATES
    app.extensions["security"].pwd_context.update(**argon2)
    return app


class House:
    """The console of one process, on its database and its clock."""

    def __init__(
        self,
        url: str,
        clock: ManualClock,
        secret: str | None = None,
        links: Any = None,
        argon2: Mapping[str, int] = CHEAP,
    ) -> None:
        self.database = Database(url)
        self.clock = clock
        self.delivered: list[int] = []
        self.stopping = Event()
        self.links = links or SignInLinks(self.database, clock.clock, self.delivered.append, URL)
        self.app = Flask("inzozi", static_folder=None)
        self.app.testing = True
        spending = Spending(self.database, clock.clock, costs.DEFAULT)
        hands = Hands(
            self.database,
            Metrics(),
            clock.clock,
            lasts=HANDS_LAST,
            is_left=lambda _diner: False,
            is_unlisted=lambda _diner: False,
        )
        self.in_person = InPerson(self.database, hands, clock.clock, self.delivered.append)
        self.parts = Parts(
            database=self.database,
            now=clock.now,
            secret_key=secret,
            url=URL,
            stopping=self.stopping,
            natively=lambda work: work(),
            limits=Limits(partial(Counting, InMemory(), clock.clock), clock.clock),
            links=self.links,
            counting=CountingFigures(self.database, clock.clock, spending),
            month_budget=Decimal(100),
            in_person=self.in_person,
            drafts=Drafting(self.database, clock.clock, self.delivered.append),
            spending=spending,
            default_persona="waiter",
        )
        mounted = Mounted(partial(made, self.parts, argon2))
        wsgi = DispatcherMiddleware(self.app.wsgi_app, {AT: mounted})
        self.app.wsgi_app = wsgi  # type: ignore[method-assign] # as app.py does

    def guest(self, came_from: str = "192.0.2.1") -> Guest:
        return Guest(self.app.test_client(), came_from)

    def signed_in(self, address: str = GRACE) -> Guest:
        """Somebody who came by a link."""
        guest = self.guest()
        assert guest.follow(self.links.make(address)).status_code == 303
        return guest

    def changes(self, of: str = "") -> list[str]:
        """What was changed in Kigali, newest first; `of`: what it begins with."""
        with self.database.transaction() as session:
            found = audit.latest(session, 1, 100)
        return [each.what for each in found if each.what.startswith(of)]

    def with_password(self, address: str = GRACE) -> Guest:
        guest = self.signed_in(address)
        guest.get("/me")
        assert guest.post("/me/password", new=PASSWORD, again=PASSWORD).status_code == 303
        guest.get("/me")
        return guest


def staffed(database: Database) -> None:
    with database.transaction() as session:
        ids = {each["slug"]: restaurants.store(session, each) for each in (RESTAURANT, VALLETTA)}
        for slug, address, role, name in STAFF:
            staff.add(session, ids[slug], address, [role], name)


@contextmanager
def opened(url: str, clock: ManualClock, argon2: Mapping[str, int] = CHEAP) -> Iterator[House]:
    house = House(url, clock, argon2=argon2)
    staffed(house.database)
    yield house
    house.database.close()


def token_of(link: str) -> str:
    return link.rpartition(PATH)[2]


def hidden(page: str, name: str = "seen") -> str:
    """What its form sends along unseen: the first of its forms that does."""
    return unescape(re.findall(rf'name="{name}" value="([^"]*)"', page)[0])
