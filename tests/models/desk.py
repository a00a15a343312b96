"""The inbox, the turns and the outbox as a process uses them: each call is one short transaction.

Moments are seconds after noon, which the test names: no clock runs here.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import text as sql_text

from models import attended, claiming, diners, history, outbox, receipts, sending, turn_end, turns
from models.arrival import Taken, store
from models.bubbles import Bubble
from models.database import notices
from models.database.engine import Database
from models.database.statements import Connection
from models.diners import Diner, Known
from models.history import Exchange
from models.inbox import Incoming
from models.outbox import Outgoing, Part
from models.tool_calls import Call, bound
from models.turns import Claimed, Result
from whatsapp.statuses import RANKS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE_S = 30
WAIT_S = 10
KIGALI = "whatsapp:+14155238886"
ALICE, BOB, CHARLIE = "whatsapp:+250788000001", "whatsapp:+250788000002", "whatsapp:+35699000003"


def moment(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def eventually(condition: Callable[[], bool]) -> bool:
    """Wait until the condition holds; False when it does not in time."""
    deadline = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def waits_for_a_lock(desk: "Desk", other: "Future[Any]") -> bool:
    """Wait until the other process stands before a lock of PostgreSQL's, or is done."""
    query = sql_text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND"
        " wait_event_type = 'Lock'"
    )

    def is_there() -> bool:
        with desk.database.transaction() as session:
            return other.done() or session.scalar(query) == 1

    return eventually(is_there)


class Desk:
    """`lease_s`: for how long what is claimed here is held."""

    def __init__(self, database: Database, lease_s: float = LEASE_S) -> None:
        self.database = database
        self._lease_s = lease_s
        self._numbers = count(1)

    def write(self, *texts: str, diner: str = ALICE, at: float = 0) -> int:
        """A diner writes these messages; what begins with a slash is a keyword.

        Returns the diner's id.
        """
        for text in texts:
            assert self.deliver(f"SM{next(self._numbers)}", text, diner=diner, at=at)
        return self.arrive(diner, at=at)

    def arrive(
        self, diner: str = ALICE, *, name: str | None = None, number: str = KIGALI, at: float = 0
    ) -> int:
        with self.database.alone() as connection:
            return diners.upsert(
                connection,
                channel=diners.WHATSAPP,
                address=diner,
                number=number,
                profile_name=name,
                now=moment(at),
            )

    def deliver(
        self,
        sid: str,
        text: str,
        *,
        diner: str = ALICE,
        at: float = 0,
        quoted_sid: str | None = None,
    ) -> int | None:
        """A webhook comes in, perhaps not for the first time, and its turn is left to others.

        Returns the message's id.
        """
        taken = self.take_in(sid, text, diner=diner, may_begin=False, at=at, quoted_sid=quoted_sid)
        return taken.message_id

    def take_in(
        self,
        sid: str,
        text: str,
        *,
        diner: str = ALICE,
        lease: str = "first",
        may_begin: bool = True,
        at: float = 0,
        within: Connection | None = None,
        user_id: str | None = None,
        quoted_sid: str | None = None,
    ) -> Taken:
        """A webhook comes in, and its turn begins with it where nothing stands before it."""
        form = {"Body": text}
        incoming = Incoming(
            diners.WHATSAPP,
            diner,
            KIGALI,
            sid,
            text,
            form=form,
            user_id=user_id,
            quoted_sid=quoted_sid,
        )
        with nullcontext(within) if within else self.database.alone() as connection:
            return store(
                connection,
                incoming,
                is_keyword=text.startswith("/"),
                notice_from=notices.sender("web", runs_turns=True),
                may_begin=may_begin,
                lease=lease,
                now=moment(at),
                until=moment(at + self._lease_s),
            )

    def known(self, diner_id: int) -> Known:
        with self.database.alone() as connection:
            return diners.known(connection, diner_id)

    def diner(self, diner_id: int) -> Diner:
        with self.database.transaction() as session:
            return session.get_one(Diner, diner_id)

    def claim(
        self,
        diner_id: int,
        lease: str = "first",
        *,
        at: float = 0,
        may_run_alone: Callable[[], bool] = lambda: True,
    ) -> Claimed | None:
        with self.database.connection() as connection:
            return claiming.claim(
                connection,
                diner_id,
                lease=lease,
                now=moment(at),
                until=moment(at + self._lease_s),
                may_run_alone=may_run_alone,
            )

    def claimed(self, diner_id: int, lease: str = "first", *, at: float = 0) -> Claimed:
        turn = self.claim(diner_id, lease, at=at)
        assert turn is not None
        return turn

    def absorb(self, turn: Claimed, deletion: str = "") -> list[str]:
        with self.database.connection() as connection:
            return [message.text for message in claiming.absorb(connection, turn, deletion)]

    def end(
        self,
        turn: Claimed,
        reply: str = "Yes.",
        *,
        state: str = turns.DONE,
        persona: str | None = "waiter",
        at: float = 0,
    ) -> bool:
        with self.database.alone() as connection:
            return turns.end(connection, turn, Result(state, persona, reply), moment(at))

    def talk(
        self, *words: str, reply: str = "Yes.", diner: str = ALICE, persona: str | None = "waiter"
    ) -> Claimed:
        """A whole turn."""
        turn = self.claimed(self.write(*words, diner=diner))
        assert self.end(turn, reply, persona=persona)
        return turn

    def renew(self, *leases: str, at: float = 0) -> set[str]:
        """A process's heartbeat; the leases that it still holds."""
        with self.database.connection() as connection:
            return attended.renew(connection, list(leases), moment(at), moment(at + self._lease_s))

    def hand_back(self, *leases: str, at: float = 0) -> None:
        """A process stops, and could not finish these."""
        with self.database.connection() as connection:
            attended.hand_back(connection, list(leases), moment(at), maybe_sent=leases)

    def history(self, diner_id: int, persona: str = "waiter", limit: int = 10) -> list[Exchange]:
        with self.database.alone() as connection:
            diner = diners.known(connection, diner_id)
            return history.exchanges(connection, diner, persona, limit)

    def reply(
        self, *bodies: str | Bubble, diner: str = ALICE, lease: str = "sender", at: float = 0
    ) -> Outgoing | None:
        """A turn ends with these parts; the first one, if it comes claimed."""
        _, part = self.close(
            self.claimed(self.write("Hi", diner=diner)), bodies, lease=lease, at=at
        )
        return part

    def close(
        self,
        turn: Claimed,
        bodies: Sequence[str | Bubble],
        calls: Sequence[Call] = (),
        *,
        lease: str = "sender",
        at: float = 0,
    ) -> tuple[bool, Outgoing | None]:
        result, now, until = (
            Result(turns.DONE, "waiter", "Yes."),
            moment(at),
            moment(at + self._lease_s),
        )
        with self.database.connection() as connection:
            return turn_end.write(
                connection,
                turn,
                result,
                [body if isinstance(body, Bubble) else Bubble(body) for body in bodies],
                bound(calls),
                lease=lease,
                now=now,
                until=until,
            )

    def say(self, text: str, *, diner: str = ALICE, at: float = 0) -> Outgoing | None:
        """Somebody says this to a diner, without a turn."""
        known = self.known(self.arrive(diner, at=at))
        with self.database.connection() as connection:
            return outbox.write(
                connection,
                known,
                Bubble(text),
                turn_id=None,
                lease="staff",
                now=moment(at),
                until=moment(at + self._lease_s),
            )

    def take(self, diner_id: int, lease: str = "sender", *, at: float = 0) -> Outgoing | None:
        """Claim the diner's next part."""
        with self.database.alone() as connection:
            return sending.claim(
                connection, diner_id, lease=lease, now=moment(at), until=moment(at + self._lease_s)
            )

    def taken(self, diner_id: int, lease: str = "sender", *, at: float = 0) -> Outgoing:
        part = self.take(diner_id, lease, at=at)
        assert part is not None
        return part

    def sent(self, part: Outgoing, sid: str, *, at: float = 0) -> bool:
        with self.database.alone() as connection:
            return sending.mark_sent(connection, part, sid, moment(at))

    def try_later(
        self, part: Outgoing, *, maybe: bool = False, pause_s: float = 0, at: float = 0
    ) -> None:
        with self.database.alone() as connection:
            sending.try_later(
                connection, part, maybe_sent=maybe, not_before=moment(at + pause_s), now=moment(at)
            )

    def once_more(self, part: Outgoing, *, at: float = 0) -> None:
        """It did not arrive, and is to go out once more."""
        with self.database.alone() as connection:
            receipts.send_once_more(connection, part.id, not_before=moment(at), now=moment(at))

    def fail(self, part: Outgoing, code: int | None, *, at: float = 0) -> None:
        with self.database.alone() as connection:
            sending.mark_failed(connection, part, code, moment(at))

    def progress(
        self,
        sid: str,
        status: str,
        *,
        part_id: int | None = None,
        code: int | None = None,
        at: float = 0,
    ) -> bool:
        with self.database.alone() as connection:
            moved = receipts.move_forward(
                connection,
                sid=sid,
                part_id=part_id,
                status=status,
                rank=RANKS[status],
                error_code=code,
                now=moment(at),
            )
        return moved is not None

    def part(self, part_id: int) -> Part:
        with self.database.transaction() as session:
            return session.get_one(Part, part_id)
