"""The calls of one process, each in the test's hands, beside a house that is whole."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from threading import Event, Thread
from typing import Any

from sqlalchemy import select, update

from conversation.call.actions import Why
from conversation.call.records import Exchange, Over, Ringing, Stream
from engine.call_tokens import CallTokens
from engine.call_turns import CallTurns
from engine.calls import Calls
from engine.picking_up import Connect
from models.calls import PhoneCall
from models.diners import Diner
from models.restaurants import Restaurant
from models.tokens import Tokens
from tests.engine.clock import WAIT_S
from tests.engine.world import ALICE, KIGALI, House
from whatsapp.ringing import Ring

PHONE, PUBLIC = "+250788999000", "+250252000100"
PLAIN = KIGALI.removeprefix("whatsapp:")
FISH = Exchange(("Any fish?",), "Tilapia.", "waiter", tokens=Tokens(9, 0, 4))
SIDS = count(1)
HUNG_UP = Over("hung_up")
SHORT_S = 0.05
AGES = timedelta(hours=30)


@dataclass(eq=False)
class Talk:
    """A call that is made live: it goes on until the test, or whoever stops it, ends it."""

    ringing: Ringing
    did: list[str] = field(default_factory=list)
    over: Over = HUNG_UP
    is_broken: bool = False
    is_there: bool = True  # the model
    ends: Event = field(default_factory=Event)
    stuck: Event | None = None  # a stream that takes nothing, until then

    def open(self) -> None:
        self.did.append("open")

    def is_reached(self, within_s: float) -> bool:
        return self.is_there

    def run(self, _: Stream, _sid: str) -> Why:
        assert self.ends.wait(WAIT_S)
        if self.is_broken:
            raise ArithmeticError("broken")
        self.ringing.records.on_end(self.over)
        return self.over.why

    def stop(self, why: Why = "stopping") -> None:
        if self.stuck:
            self.stuck.wait(3 * WAIT_S)
        self.did.append("stop")
        self.over = Over(why)
        self.ends.set()

    def abandon(self) -> None:
        self.did.append("abandon")
        self.ends.set()


class Switchboard:
    """The calls of one process, and what it had made of them."""

    def __init__(self, house: House, **options: Any) -> None:
        self.house = house
        self.talks: list[Talk] = []
        self.put_through: list[tuple[str, str]] = []
        self.is_away = False
        self.is_refused = False  # its calls, by the model
        self.meanwhile: list[Callable[[], object]] = []  # happens once a call is being decided
        given: dict[str, Any] = {
            "process": house.process,
            "most": 2,
            "is_enabled": True,
            "begin": self.begin,
        }
        self.calls = Calls(
            house.database,
            house.directory,
            house.rollout,
            house.budget,
            CallTurns(house.database, house.hands, house.clock.clock),
            CallTokens(house.database, "a key of the tests"),
            house.metrics,
            house.clock.clock,
            is_away=self.looks_away,
            put_through=lambda sid, phone: self.put_through.append((sid, phone)),
            go_on=house.delivery.go_on,
            **(given | options),
        )

    def looks_away(self) -> bool:
        while self.meanwhile:
            self.meanwhile.pop()()
        return self.is_away

    def begin(self, ringing: Ringing) -> Talk:
        self.talks.append(Talk(ringing, is_there=not self.is_refused))
        return self.talks[-1]

    def rings(self, sid: str = "", **ring: Any) -> Any:
        given: dict[str, Any] = {
            "address": ALICE,
            "number": PLAIN,
            "is_whatsapp": False,
            "from_name": None,
        }
        return self.calls.ring(Ring(sid or f"CA{next(SIDS)}", **(given | ring)))

    def takes(self, sid: str = "CA1", **ring: Any) -> Any:
        """It rings, and its stream comes."""
        connect = self.rings(sid, **ring)
        assert isinstance(connect, Connect)
        return self.calls.take(connect.token, sid, f"MZ of {sid}")

    def runs(self, sid: str = "CA1", **ring: Any) -> Thread:
        """A call under way, on a thread of its own."""
        live = self.takes(sid, **ring)
        thread = Thread(target=run_quietly, args=(live,), daemon=True)
        thread.start()
        return thread

    @property
    def rows(self) -> list[tuple[str, str | None]]:
        """Each call's state, and why it ended."""
        with self.house.eye.transaction() as session:
            found = session.scalars(select(PhoneCall).order_by(PhoneCall.id))
            return [(each.state, each.why) for each in found]

    def row(self) -> PhoneCall:
        with self.house.eye.transaction() as session:
            return session.scalars(select(PhoneCall)).one()

    def is_over(self) -> bool:
        return all(state == "over" for state, _ in self.rows)


def run_quietly(live: Any) -> None:
    with suppress(ArithmeticError):
        live.run(None, "MZ1")


def sets(house: House, **columns: Any) -> None:
    """Of the restaurant."""
    with house.eye.transaction() as session:
        session.execute(update(Restaurant).values(columns))
    house.clock.passes(2)  # as long as it is known without a look


def writes(house: House, text: str = "Hello", **diner: Any) -> Diner:
    """A diner wrote, and was answered."""
    house.hears(text)
    assert house.sweeps_until(house.read)
    if diner:
        with house.eye.transaction() as session:
            session.execute(update(Diner).values(diner))
    return house.diners()[0]
