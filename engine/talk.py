"""Conversations without WhatsApp: what `/ai` and the command line stand on.

Each sender has one of their own.
"""

import math
import re
from uuid import uuid4

from conversation.turn import TurnTaker
from engine.intake import WEBHOOK_LIMIT_S, Intake
from engine.waiting import Answer, Awaited, Waiting, answer_of
from knowledge.clock import Clock
from knowledge.notes import as_typed
from models import diners, history, inbox, kept
from models.database.columns import storable
from models.database.engine import Database
from models.diners import Known
from models.inbox import Incoming
from realtime.client import Delta

DEFAULT_SENDER = "default"
MAX_TEXT = 4_000  # characters
# Made anew for each thing that is said: who does not know it can't guess it.
_TICKET = re.compile("AI[0-9a-f]{32}")


class UnknownPersonaError(ValueError):
    """The message names the personas there are."""


class UnknownTicketError(LookupError):
    """Nothing was said under this ticket, or it was erased since."""


class Said:
    """Something was said: the pieces of its reply as they come (None ends them), and the answer.

    `ticket`: what its answer is asked for by later, in whatever process.
    """

    def __init__(
        self,
        waiting: Waiting,
        clock: Clock,
        sender: str,
        ticket: str,
        awaited: Awaited,
        timeout_s: float,
    ) -> None:
        self.sender = sender
        self.ticket = ticket
        self._waiting = waiting
        self._clock = clock
        self._awaited = awaited
        self._until = clock.monotonic() + timeout_s

    def next_piece(self, timeout_s: float) -> Delta | None:
        """The next piece of the reply, None after the last one.

        Raises Empty when nothing comes in time, and DatabaseUnavailableError.
        """
        return self._waiting.next_piece(self._awaited, timeout_s)

    @property
    def is_overdue(self) -> bool:
        return self._clock.monotonic() >= self._until

    def leave(self) -> None:
        """Nobody waits any more; the turn goes on."""
        self._waiting.leave(self._awaited)

    def wait(self, at_most_s: float = math.inf) -> Answer | None:
        """The answer; None when that took too long. Raises DatabaseUnavailableError."""
        left_s = max(0.0, self._until - self._clock.monotonic())
        return self._waiting.wait(self._awaited, min(left_s, at_most_s))


class Talk:
    """`number`: the address of the restaurant that these conversations are with.

    `timeout_s`: how long to wait for a reply.
    """

    def __init__(
        self,
        database: Database,
        intake: Intake,
        waiting: Waiting,
        taker: TurnTaker,
        clock: Clock,
        *,
        number: str,
        timeout_s: float,
    ) -> None:
        self._database = database
        self._intake = intake
        self._waiting = waiting
        self._taker = taker
        self._clock = clock
        self._number = number
        self._timeout_s = timeout_s

    def say(self, sender: str, text: str) -> Said:
        """Say something as `sender`; its turn starts at once. Raises DatabaseUnavailableError."""
        ticket = f"AI{uuid4().hex}"
        incoming = Incoming(
            channel=diners.API,
            address=sender,
            number=self._number,
            sid=ticket,
            text=as_typed(storable(text)),
        )
        taken = self._intake.take_in(incoming)
        awaited = self._waiting.add(taken.message_id or self._id_of(ticket))
        said = Said(self._waiting, self._clock, sender, ticket, awaited, self._timeout_s)
        self._intake.wake(taken)
        return said

    def _id_of(self, ticket: str) -> int:
        """Of what was stored at a first try, though nobody heard so."""
        with self._database.alone(WEBHOOK_LIMIT_S) as connection:
            message_id = inbox.id_of(connection, ticket)
        assert message_id is not None, "a ticket is new, or known"
        return message_id

    def answer(self, ticket: str) -> tuple[Answer, str] | None:
        """The answer to what was said, and the persona its sender talks to now; None: not yet.

        Raises UnknownTicketError and DatabaseUnavailableError.
        """
        if not _TICKET.fullmatch(ticket):
            raise UnknownTicketError(ticket)
        with self._database.alone(WEBHOOK_LIMIT_S) as connection:
            outcome = history.of_sid(connection, ticket)
        if outcome is None:
            raise UnknownTicketError(ticket)
        answer = answer_of(outcome)
        return (answer, self._taker.persona_of(outcome.persona)) if answer else None

    def persona(self, sender: str) -> str:
        """The key of the persona that this sender talks to."""
        address = storable(sender)
        with self._database.alone(WEBHOOK_LIMIT_S) as connection:
            diner = diners.find(
                connection, channel=diners.API, address=address, number=self._number
            )
        if diner is None:
            return self._taker.persona_of(None)
        return self._taker.persona_of(diner.persona, self._taker.personas_for(diner))

    def set_persona(self, sender: str, key: str) -> None:
        """Switch this sender to a persona, without a word.

        Raises UnknownPersonaError for one that they may not talk to, too.
        """
        nobody_yet = Known(0, diners.API, storable(sender), self._number, None, None)
        known = self._taker.personas_for(nobody_yet)
        if key not in known:
            raise UnknownPersonaError(f"The personas are {', '.join(known)}.")
        with self._database.connection(WEBHOOK_LIMIT_S) as connection:
            diner_id = diners.upsert(
                connection,
                channel=diners.API,
                address=sender,
                number=self._number,
                profile_name=None,
                now=self._clock.now(),
            )
            kept.set_persona(connection, diner_id, key)
        self._database.settle()
