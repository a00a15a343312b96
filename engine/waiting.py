"""The callers who wait for the answer to a message: the HTTP API's and the command line's.

A diner on WhatsApp is none of them: what they get to read is the delivery's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event

from conversation.ending import Ending
from knowledge.clock import Clock
from models import history
from models.database.engine import Database
from models.history import Outcome
from models.inbox import Written
from realtime.client import Delta

# A turn that another process runs is looked for so often.
LOOK_S = 0.25
# What `/forget` leaves of itself.
ERASED = "Erased: nothing of this conversation is kept any more."


@dataclass(frozen=True, slots=True)
class Answer:
    """How the turn with a message ended; `cause` says why `reply` is no answer but a sentence."""

    reply: str
    cause: str | None = None


@dataclass(slots=True)
class Awaited:
    """The answer to one message: its pieces as they come, then None; then the whole."""

    message_id: int
    pieces: SimpleQueue[Delta | None] = field(default_factory=SimpleQueue)
    ended: Event = field(default_factory=Event)
    answer: Answer | None = None

    def end(self, answer: Answer) -> None:
        self.answer = answer
        self.pieces.put(None)
        self.ended.set()


class Waiting:
    """By message: what is passed on is what the turn with that message came to, nothing else."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._by_message: dict[int, Awaited] = {}

    def add(self, message_id: int) -> Awaited:
        """To be called before the message's turn is woken, and ended by `wait` or `leave`."""
        awaited = self._by_message[message_id] = Awaited(message_id)
        return awaited

    def leave(self, awaited: Awaited) -> None:
        """Nobody waits any more; the turn goes on."""
        self._by_message.pop(awaited.message_id, None)

    def wait(self, awaited: Awaited, timeout_s: float) -> Answer | None:
        """The answer, whichever process makes it; None when time runs out.

        Raises DatabaseUnavailableError.
        """
        until = self._clock.monotonic() + timeout_s
        try:
            while not self._clock.wait(awaited.ended, LOOK_S) and self._clock.monotonic() < until:
                if answer := self._ended_elsewhere(awaited.message_id):
                    return answer
            return awaited.answer or self._ended_elsewhere(awaited.message_id)
        finally:
            self.leave(awaited)

    def next_piece(self, awaited: Awaited, timeout_s: float) -> Delta | None:
        """The next piece, None after the last one; a turn that another process runs has none.

        Raises Empty when nothing comes in time, and DatabaseUnavailableError.
        """
        until = self._clock.monotonic() + timeout_s
        while True:
            try:
                return awaited.pieces.get(timeout=min(LOOK_S, timeout_s))
            except Empty:
                if answer := self._ended_elsewhere(awaited.message_id):
                    awaited.end(answer)
                elif self._clock.monotonic() >= until:
                    raise

    def pass_on(self, messages: Sequence[Written], delta: Delta) -> None:
        for message in messages:
            if awaited := self._by_message.get(message.id):
                awaited.pieces.put(delta)

    def end(self, messages: Sequence[Written], ending: Ending) -> None:
        if not self._by_message:
            return
        answer = Answer(ending.text, ending.cause)
        for message in messages:
            if awaited := self._by_message.get(message.id):
                awaited.end(answer)

    def end_all(self, answer: Answer) -> None:
        for awaited in list(self._by_message.values()):
            awaited.end(answer)

    def _ended_elsewhere(self, message_id: int) -> Answer | None:
        with self._database.alone() as connection:
            outcome = history.of_message(connection, message_id)
        return answer_of(outcome)


def answer_of(outcome: Outcome | None) -> Answer | None:
    """What became of a message that there was, as its sender gets to read it; None: not yet."""
    if outcome is None:
        return Answer(ERASED)
    return Answer(outcome.reply or "", outcome.cause) if outcome.is_final else None
