"""Conversations without WhatsApp: what `/ai` and the command line stand on.

Each sender has one of their own.
"""

import time
from datetime import UTC, datetime
from queue import SimpleQueue
from uuid import uuid4

from conversation.turn import Ending, TurnTaker
from engine.runner import Runner
from engine.waiting import Listener
from models import diners
from models.database.engine import Database
from realtime.client import Delta

DEFAULT_SENDER = "default"
MAX_TEXT = 4_000  # characters


class UnknownPersonaError(ValueError):
    """The message names the personas there are."""


class Said:
    """Something was said: the pieces of its reply as they come (None ends them), and the ending."""

    def __init__(
        self, runner: Runner, sender: str, message_id: int, listener: Listener, timeout_s: float
    ) -> None:
        self.sender = sender
        self._runner = runner
        self._message_id = message_id
        self._listener = listener
        self._until = time.monotonic() + timeout_s

    @property
    def pieces(self) -> "SimpleQueue[Delta | None]":
        return self._listener.pieces

    @property
    def is_overdue(self) -> bool:
        return time.monotonic() >= self._until

    def leave(self) -> None:
        """Nobody waits any more; the turn goes on."""
        self._runner.unlisten(self._message_id)

    def wait(self) -> Ending | None:
        """How the turn ended; None when that took too long. Raises DatabaseUnavailableError."""
        return self._runner.wait(
            self._message_id, self._listener, max(0.0, self._until - time.monotonic())
        )


class Talk:
    """`number`: the address of the restaurant that these conversations are with; `timeout_s`: how
    long to wait for a reply.
    """

    def __init__(
        self, database: Database, runner: Runner, taker: TurnTaker, *, number: str, timeout_s: float
    ) -> None:
        self._database = database
        self._runner = runner
        self._taker = taker
        self._number = number
        self._timeout_s = timeout_s

    def say(self, sender: str, text: str) -> Said:
        """Say something as `sender`; its turn starts at once. Raises DatabaseUnavailableError."""
        taken = self._runner.receive(
            channel=diners.API,
            address=sender,
            number=self._number,
            sid=f"AI{uuid4().hex}",
            text=text.replace("\x00", ""),
            profile_name=None,
            payload={},
        )
        assert taken.message_id is not None, "a new sid can't be known"
        said = Said(
            self._runner,
            sender,
            taken.message_id,
            self._runner.listen(taken.message_id),
            self._timeout_s,
        )
        self._runner.wake(taken)
        return said

    def persona(self, sender: str) -> str:
        """The key of the persona that this sender talks to."""
        with self._database.alone() as connection:
            diner = diners.find(connection, channel=diners.API, address=sender, number=self._number)
        return self._taker.persona_of(diner.persona if diner else None)

    def set_persona(self, sender: str, key: str) -> None:
        """Switch this sender to a persona, without a word. Raises UnknownPersonaError."""
        known = self._taker.personas
        if key not in known:
            raise UnknownPersonaError(f"The personas are {', '.join(known)}.")
        with self._database.connection() as connection:
            diner_id = diners.upsert(
                connection,
                channel=diners.API,
                address=sender,
                number=self._number,
                profile_name=None,
                now=datetime.now(UTC),
            )
            diners.set_persona(connection, diner_id, key)
