"""A call in the shell: Alice rings Kigali's kitchen, with both ends in the test's hands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread
from typing import Any

from conversation.call.actions import Why
from conversation.call.beginning import Beginning
from conversation.call.limits import CallLimits
from conversation.call.lines import Line
from conversation.call.live import LiveCall
from conversation.call.records import Exchange, Over, Ringing
from conversation.call.sentences import Sentences
from conversation.calling import Calling
from knowledge.clock import Clock
from models.database.engine import Database
from models.diners import Known
from models.restaurants import all_of_them
from models.staff import Roster
from personas.catalogue import PERSONAS
from personas.effects import RememberDiet
from personas.rights import EVERYONE, Books, Rights
from telemetry.metrics import Metrics
from tests.conversation.call.ends import WAIT_S, ModelsLine, Telephone, until

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
ALICE = "whatsapp:+250788000001"


class Kept:
    """What the call told of itself."""

    def __init__(self) -> None:
        self.health: list[RememberDiet] = []
        self.exchanges: list[Exchange] = []
        self.over: list[Over] = []

    def on_health(self, said: RememberDiet) -> None:
        assert not self.over, "the end is told last"
        self.health.append(said)

    def on_exchange(self, exchange: Exchange) -> None:
        assert not self.over, "the end is told last"
        self.exchanges.append(exchange)

    def on_end(self, over: Over) -> None:
        self.over.append(over)


class Call:
    def __init__(self, database: Database, **how: Any) -> None:
        """`how`: `transfer`, `make_line`, `is_whatsapp`, `limits`; and what differs of Alice.

        `after_s`: until each frame is out, to either end.
        """
        with database.transaction() as session:
            restaurant = all_of_them(session)[0]
        self.database = database
        self.kept = Kept()
        self.lines: list[ModelsLine] = []
        self._after_s = how.pop("after_s", 0.0)
        self.telephone = Telephone(self._settles, self._after_s)
        transfer = how.pop("transfer", None)
        is_whatsapp = how.pop("is_whatsapp", transfer is None)
        make_line = how.pop("make_line", self._make_line)
        self._limits = CallLimits(**{"moment_s": 30.0, **how.pop("limits", {})})
        number = restaurant.number
        alice = Known(1, "whatsapp", ALICE, number, "Alice", None, language="en", wrote_at=NOW)
        self.ringing = Ringing(
            "CA1",
            replace(alice, **how),
            restaurant,
            is_whatsapp=is_whatsapp,
            records=self.kept,
            transfer=transfer,
            may_write=transfer is None,
        )
        self.live = self._begin(make_line)
        self._why: list[Why] = []
        self._thread = Thread(target=self._run, daemon=True)

    def _begin(self, make_line: Callable[[], Line]) -> LiveCall:
        clock = Clock(now=lambda: NOW)
        beginning = Beginning(
            self.database,
            PERSONAS,
            Rights(Books(frozenset({EVERYONE}), ""), Roster(self.database)),
            Calling(Metrics(), clock),
            Sentences(self.database, clock.monotonic),
            make_line,
            clock,
            default_persona="waiter",
            model="gpt-realtime-2.1-mini",
            limits=self._limits,
        )
        return beginning.begin(self.ringing)

    def _make_line(self) -> ModelsLine:
        self.lines.append(ModelsLine(self._settles, self._after_s))
        return self.lines[-1]

    def _run(self) -> None:
        self._why.append(self.live.run(self.telephone, "MZ1"))

    @property
    def line(self) -> ModelsLine:
        return self.lines[-1]

    def begin(self) -> None:
        """It rings, the model's session is there, and Twilio connects."""
        self.live.open()
        if self.lines:
            self.line.begin()
        self._thread.start()
        # Its greeting, all of it.
        until(lambda: self.telephone.is_heard and self.telephone.events("media"))

    def say(self, item: str, words: str | None) -> None:
        """The caller, who has heard all that was said to them."""
        self.telephone.play()
        self.line.hear(item, words)

    def answer(self, response: str, words: str) -> None:
        """The model says it, and the caller hears all of it."""
        before = len(self.telephone.events("mark"))
        self.line.answer(response, words)
        until(lambda: len(self.telephone.events("mark")) > before)
        self.telephone.play()

    def begin_to_say(self, response: str, words: str) -> None:
        """The model says what takes a minute, and the caller hears how it begins."""
        before = len(self.telephone.events("media"))
        self.line.respond(response)
        self.line.speak(response, f"item_{response}", words, ms=60_000)
        until(lambda: len(self.telephone.events("media")) > before)

    def join(self) -> None:
        """It is over by itself."""
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive()

    def over(self) -> Why:
        """Why it ended, once it has."""
        until(self._is_over)
        return self._why[0]

    def _is_over(self) -> bool:
        for each in [each for each in self.lines if each.is_closed]:
            each.end("closed")
        return not self._thread.is_alive()

    def _settles(self) -> None:
        """It takes the call's lock, under which whatever belongs together goes out."""
        self.live.is_reached(0)


@contextmanager
def called(database: Database, **how: Any) -> Iterator[Call]:
    """A call that has begun, and ends with the test."""
    call = Call(database, **how)
    call.begin()
    yield call
    call.telephone.hang_up()
    if not call.kept.over:
        call.over()
