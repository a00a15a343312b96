"""The world of the tests of what is said: one restaurant, one diner, and a scripted model."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from conversation.asking import Asking
from conversation.ending import Ending
from conversation.kitchen import Kitchen
from conversation.people import People
from conversation.turn import TurnTaker
from conversation.understanding import Understanding
from conversation.voice import Voice
from knowledge.clock import Clock
from models.database.engine import Database
from models.diners import Known
from models.inbox import Written
from models.restaurants import Directory, Restaurant
from models.staff import Roster
from models.tokens import Tokens
from models.turns import Claimed
from personas.catalogue import PERSONAS
from personas.persona import Persona
from personas.rights import Books, Rights
from realtime.client import Delta, RealtimeError
from realtime.events import FunctionCall
from realtime.outcomes import Reply
from realtime.request import Request
from telemetry.metrics import Metrics

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
ALICE = "whatsapp:+250788000001"
KIGALI = "whatsapp:+1"


class Model:
    """In the client's place: gives a script's replies, one an asking, and keeps what was asked."""

    def __init__(self, *script: Reply | RealtimeError | Callable[[], Reply]) -> None:
        self.asked: list[dict[str, Any]] = []
        self.efforts: list[str | None] = []
        self._script = list(script)
        self._pieces: list[Sequence[str]] = []

    def ask(
        self, request: Request, *, on_delta: Callable[[Delta], None] | None = None, **_: Any
    ) -> "Model":
        """Whoever listens hears the pieces at once."""
        self.efforts.append(request.effort)
        self.asked.append(json.loads(json.dumps(request.as_response())))
        for piece in self._pieces.pop(0) if self._pieces else ():
            if on_delta is not None:
                on_delta(Delta(piece))
        return self

    def shows(self, *pieces: Sequence[str]) -> "Model":
        """What comes early of each reply of the script."""
        self._pieces = list(pieces)
        return self

    def wait(self, _: float) -> bool:
        return True

    def result(self) -> Reply:
        step = self._script.pop(0)
        if isinstance(step, RealtimeError):
            raise step
        return step if isinstance(step, Reply) else step()

    def withdraw(self) -> bool:
        return False


def says(text: str) -> Reply:
    return Reply(text, (), Tokens(10, 5, 2), "completed")


def calls(name: str, **arguments: Any) -> Reply:
    return Reply(
        "", (FunctionCall("call_1", name, json.dumps(arguments)),), Tokens(10, 5, 2), "completed"
    )


def open_restaurant(database: Database) -> Restaurant:
    """It answers on the number of `turn`, with an empty menu."""
    restaurant = Restaurant(
        slug="kigali", name="Inzozi Kitchen", number=KIGALI, country="RW", currency="RWF",
        locale="en_RW", timezone="Africa/Kigali", city="Kigali", address="KN 3", hours="daily",
        about="Home cooking.",
    )  # fmt: skip
    with database.transaction() as session:
        session.add(restaurant)
    return restaurant


def turn(*texts: str, is_keyword: bool = False, **diner: Any) -> Claimed:
    """Alice's turn with these messages; `diner`: what is different about her."""
    alice = Known(7, "whatsapp", ALICE, KIGALI, "Alice", None)
    messages = tuple(Written(n, f"SM{n}", text, is_keyword) for n, text in enumerate(texts))
    return Claimed(42, "lease", NOW, 1, replace(alice, **diner), messages)


def taker(
    database: Database,
    model: Any,
    books_open_to: frozenset[str] = frozenset(),
    metrics: Metrics | None = None,
    *,
    home: str = KIGALI,
    max_output_tokens: int = 600,
    personas: Mapping[str, Persona] = PERSONAS,
    voice: Voice | None = None,
) -> TurnTaker:
    """With no model, AI_REALTIME_ENABLED is false."""
    understanding = Understanding(database, Clock(now=lambda: NOW))
    asking = model and Asking(
        database,
        model,
        understanding,
        metrics or Metrics(),
        Clock(now=lambda: NOW),
        timeout_s=5,
        max_output_tokens=max_output_tokens,
    )
    directory = Directory(database)
    roster = Roster(database)
    rights = Rights(Books(books_open_to, home), roster)
    kitchen = Kitchen(database, Clock(now=lambda: NOW))
    people = People(database, Clock(now=lambda: NOW), lambda _diner: False)
    return TurnTaker(
        database,
        asking,
        directory,
        personas,
        rights,
        kitchen,
        people,
        voice,
        default_persona="waiter",
    )


def taken(taker: TurnTaker, turn: Claimed) -> Ending:
    return taker.take(taker.prepare(turn))
