"""A house in Kigali, whole and in process: every part of the engine on a real database.

It stands between three diners who write and a model and a Twilio that do what the test says.
`beside` is another process of the same house.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from threading import Event
from typing import Any

from sqlalchemy import select

from conversation.asking import Asking
from conversation.kitchen import Kitchen
from conversation.opening import Opening
from conversation.people import People
from conversation.picturing import Picturing
from conversation.rollout import Rollout
from conversation.turn import TurnTaker
from conversation.understanding import Understanding
from engine.answers import Answers
from engine.budget import Budget, Limits
from engine.closing import Closing
from engine.delivery import Delivery
from engine.gathering import Gathering
from engine.hands import Hands
from engine.intake import Intake
from engine.leases import Leases
from engine.receipts import Receipts
from engine.runner import Runner
from engine.share import Share
from engine.spending import Spending
from engine.stopping import Stopping
from engine.talk import Talk
from engine.typing import Typing
from engine.upkeep import Upkeep
from engine.waiting import Waiting
from knowledge import costs
from models import claiming, diners, outbox, restaurants, staff
from models.arrival import Taken
from models.bubbles import Bubble
from models.database.engine import Database
from models.diners import Diner
from models.inbox import Incoming, Medium, Message
from models.outbox import Outgoing, Part
from models.turns import Claimed, Turn
from personas.catalogue import PERSONAS
from personas.persona import Persona
from personas.rights import Books, Rights
from telemetry.metrics import Metrics
from tests.engine.clock import WAIT_S, ManualClock, soon
from tests.engine.outside import Model, Twilio
from tests.engine.store import Store
from tests.models.desk import ALICE, BOB, KIGALI

__all__ = ["ALICE", "BOB", "CHARLIE", "KIGALI", "House", "opened"]

CHARLIE = "whatsapp:+35699000003"
LEASE_S = 30.0
TURN_S = 60.0
UNSURE_S = 120.0
NO_LIMITS = Limits()
HANDS_LAST = timedelta(minutes=30)
CALLBACK_URL = "https://inzozi.example/whatsapp/status"
RESTAURANT = {
    "slug": "kigali",
    "name": "Inzozi Kitchen",
    "number": KIGALI,
    "country": "RW",
    "currency": "RWF",
    "locale": "en_RW",
    "timezone": "Africa/Kigali",
    "city": "Kigali",
    "address": "KN 3",
    "hours": "daily",
    "about": "Home cooking.",
}
SIDS = count(1)


class House:
    """`asks`: False where AI_REALTIME_ENABLED is.

    `has_clock`: the time is PostgreSQL's own; without it the test's clock is everybody's.
    """

    def __init__(
        self,
        url: str,
        clock: ManualClock,
        model: Model,
        twilio: Twilio,
        *,
        process: str = "web 1",
        runs_turns: bool = True,
        at_once: int = 4,
        per_second: float = 1e6,
        keep_for: timedelta | None = None,
        asks: bool = True,
        per_minute: int = 0,
        has_clock: bool = False,
        lease_s: float = LEASE_S,
        apart_s: float = 0.0,
        takes: type[TurnTaker] = TurnTaker,
        personas: Mapping[str, Persona] = PERSONAS,
        limits: Limits = NO_LIMITS,
        open_to: frozenset[str] = frozenset(),
        opening: Opening | None = None,
        loads: Callable[[str], bool] = lambda _: True,
        speaks: bool = False,
    ) -> None:
        self.clock = clock
        self.model = model
        self.twilio = twilio
        self.process = process
        self.database = Store(url, has_clock=has_clock)
        self.metrics = Metrics()
        self.eye = Database(
            url, has_clock=has_clock
        )  # sees and writes what no part of the house does
        self._url = url
        self._others: list[House] = []
        given = clock.clock
        client: Any = model
        door: Any = twilio
        self.leases = Leases(self.database, given, lease_s)
        self.waiting = Waiting(self.database, given)
        understanding = Understanding(self.database, given, opening)
        asking = Asking(
            self.database,
            client,
            understanding,
            self.metrics,
            given,
            timeout_s=TURN_S,
            max_output_tokens=600,
        )
        self.directory = directory = restaurants.Directory(self.database, given.monotonic)
        self.spending = Spending(self.database, given, costs.DEFAULT)
        self.budget = Budget(
            self.database, directory, self.spending, given, limits, Books(open_to, KIGALI)
        )
        self.roster = staff.Roster(self.database, given.monotonic)
        rights = Rights(Books(open_to, KIGALI), self.roster)
        self.rollout = rollout = Rollout(self.database, directory, rights, given)
        taker = takes(
            self.database,
            asking if asks else None,
            directory,
            personas,
            rights,
            Kitchen(self.database, given),
            People(self.database, given, rollout.is_unlisted),
            default_persona="waiter",
            picturing=Picturing(self.database, loads, speaks=speaks),
        )
        self.hands = Hands(
            self.database,
            self.metrics,
            given,
            lasts=HANDS_LAST,
            is_left=rollout.is_the_staffs,
            is_unlisted=rollout.is_unlisted,
        )
        self.closing = Closing(self.database, self.leases, self.hands, given)
        self.delivery = Delivery(
            self.database,
            door,
            self.leases,
            self.metrics,
            given,
            callback_url=CALLBACK_URL,
            per_second=per_second,
            at_once=at_once,
            unsure_s=UNSURE_S,
            apart_s=apart_s,
        )
        twilio.senders.append(self.delivery)
        self.typing = Typing(door)
        stopping = Event()
        answers = Answers(
            taker,
            rollout,
            Gathering(self.database, taker, understanding, given, stopping),
            Share(self.database, given, per_minute),
            self.budget,
            self.waiting,
            self.typing,
            given,
            stopping,
        )
        self.runner = Runner(
            self.database,
            answers,
            self.closing,
            self.delivery,
            self.waiting,
            self.leases,
            self.metrics,
            given,
            stopping,
            at_once=at_once,
            runs_turns=runs_turns,
        )
        self.intake = Intake(
            self.database, self.runner, self.leases, self.metrics, given, process=process
        )
        self.talk = Talk(
            self.database, self.intake, self.waiting, taker, given, number=KIGALI, timeout_s=TURN_S
        )
        self.upkeep = Upkeep(
            self.database,
            self.runner,
            self.delivery,
            self.leases,
            self.hands,
            self.budget,
            given,
            process=process,
            keep_for=keep_for,
        )
        self.stopping = Stopping(
            self.runner, self.delivery, self.waiting, self.upkeep, self.leases, self.database, given
        )
        self.receipts = Receipts(
            self.database, self.metrics, self.delivery.alarm, given, self.delivery.go_on
        )

    def beside(self, process: str = "web 2", **options: Any) -> "House":
        """Another process on the same database, with the same model and Twilio."""
        clock = options.pop("clock", self.clock)
        other = House(self._url, clock, self.model, self.twilio, process=process, **options)
        self._others.append(other)
        return other

    def close(self) -> None:
        self.model.close()
        self.twilio.close()
        for each in [*self._others, self]:
            each.database.is_away = False
            assert each.runner.stop(WAIT_S), "a turn hangs"
            assert each.delivery.drain(WAIT_S), "a part hangs"
            each.delivery.close()
            each.database.close()
            each.eye.close()

    # What diners and other processes do.

    def takes_in(
        self,
        text: str,
        diner: str = ALICE,
        *,
        sid: str | None = None,
        channel: str = diners.WHATSAPP,
        media: tuple[Medium, ...] = (),
        quoted_sid: str | None = None,
    ) -> Taken:
        """A message comes in, and its turn is not run yet."""
        return self.intake.take_in(
            Incoming(
                channel=channel,
                address=diner,
                number=KIGALI,
                sid=sid or f"SMin{next(SIDS)}",
                text=text,
                media=media,
                quoted_sid=quoted_sid,
            )
        )

    def hears(
        self,
        text: str,
        diner: str = ALICE,
        *,
        sid: str | None = None,
        media: tuple[Medium, ...] = (),
        quoted_sid: str | None = None,
    ) -> Taken:
        """A message comes in, and whoever answers it is woken."""
        taken = self.takes_in(text, diner, sid=sid, media=media, quoted_sid=quoted_sid)
        self.intake.wake(taken)
        return taken

    def begins(
        self, text: str = "Hello", diner: str = ALICE, *, channel: str = diners.WHATSAPP
    ) -> Claimed:
        """The turn that a message has begun, which nobody runs yet."""
        turn = self.takes_in(text, diner, channel=channel).turn
        assert turn is not None
        return turn

    def owes(self, *texts: str | Bubble, diner: str = ALICE) -> Outgoing | None:
        """Parts are to go out to a diner; the first, claimed, unless others are before it."""
        now = self.clock.now()
        until = self.leases.until(now)
        with self.eye.connection() as connection:
            diner_id = diners.upsert(
                connection,
                channel=diners.WHATSAPP,
                address=diner,
                number=KIGALI,
                profile_name=None,
                now=now,
            )
            known = diners.known(connection, diner_id)
            claimed = [
                outbox.write(
                    connection,
                    known,
                    text if isinstance(text, Bubble) else Bubble(text),
                    turn_id=None,
                    lease=f"{nth} of {len(texts)} to {diner}",
                    now=now,
                    until=until,
                )
                for nth, text in enumerate(texts)
            ]
        return claimed[0]

    def sends(self, *texts: str | Bubble, diner: str = ALICE) -> Outgoing:
        """Parts are to go out to a diner, and their delivery begins."""
        outgoing = self.owes(*texts, diner=diner)
        assert outgoing is not None
        self.delivery.hand_over(outgoing.diner_id, outgoing)
        return outgoing

    def claims(self, diner_id: int, lease: str = "heir") -> Claimed | None:
        """Another process takes this diner's next turn up, and does nothing more about it."""
        now = self.clock.now()
        with self.eye.connection() as connection:
            return claiming.claim(
                connection, diner_id, lease=lease, now=now, until=self.leases.until(now)
            )

    def sweeps_until(self, condition: Callable[[], object]) -> bool:
        """It sweeps, as it does all the time, though no time passes; False when it is in vain."""

        def swept() -> object:
            self.upkeep.sweep()
            return condition()

        return soon(swept)

    def looks_until(self, condition: Callable[[], object]) -> bool:
        """Time passes, and it looks again and again for what may have gone out."""
        for look_s in (2, 8, 20, 30, 60):
            self.clock.passes(look_s)
            self.upkeep.sweep()
            assert self.delivery.drain(WAIT_S), "a part hangs"
        return self.sweeps_until(condition)

    # What came of it.

    def read(self, diner: str = ALICE) -> list[str]:
        """What a diner has got to read, in order."""
        return self.twilio.texts_to(diner)

    def turns(self) -> Sequence[Turn]:
        with self.eye.transaction() as session:
            return session.scalars(select(Turn).order_by(Turn.id)).all()

    def parts(self) -> Sequence[Part]:
        with self.eye.transaction() as session:
            return session.scalars(select(Part).order_by(Part.id)).all()

    def messages(self) -> Sequence[Message]:
        with self.eye.transaction() as session:
            return session.scalars(select(Message).order_by(Message.id)).all()

    def diners(self) -> Sequence[Diner]:
        with self.eye.transaction() as session:
            return session.scalars(select(Diner).order_by(Diner.id)).all()

    def count(self, name: str, **labels: str) -> float:
        """A number of `/metrics`."""
        return self.figure(f"{name}_total", **labels)

    def figure(self, name: str, **labels: str) -> float:
        """As `count`, by a sample's whole name."""
        return self.metrics.registry.get_sample_value(f"tableside_{name}", labels) or 0.0


@contextmanager
def opened(
    url: str, clock: ManualClock | None = None, model: Any = None, **options: Any
) -> Iterator[House]:
    """A house on this database, with its restaurant."""
    house = House(url, clock or ManualClock(), model or Model(), Twilio(), **options)
    with house.eye.transaction() as session:
        restaurants.store(session, RESTAURANT)
    try:
        yield house
    finally:
        house.close()
