"""Those who wait for the reply to a message: the HTTP API and the command line.

A diner on WhatsApp is no listener.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event

from conversation.turn import Ending
from models.inbox import Written
from realtime.client import Delta


@dataclass(slots=True)
class Listener:
    """Waits for one message's reply: the pieces as they come, then None; then `ending` says how the
    turn ended.
    """

    pieces: SimpleQueue[Delta | None] = field(default_factory=SimpleQueue)
    ended: Event = field(default_factory=Event)
    ending: Ending | None = None

    def end(self, ending: Ending) -> None:
        self.ending = ending
        self.pieces.put(None)
        self.ended.set()


class Listeners:
    """By message.

    What reaches a listener is what the turn with their message came to, and nothing else.
    """

    def __init__(self) -> None:
        self._by_message: dict[int, Listener] = {}

    def add(self, message_id: int) -> Listener:
        listener = self._by_message[message_id] = Listener()
        return listener

    def remove(self, message_id: int) -> None:
        self._by_message.pop(message_id, None)

    def pass_on(self, messages: Sequence[Written], delta: Delta) -> None:
        for message in messages:
            if listener := self._by_message.get(message.id):
                listener.pieces.put(delta)

    def end(self, messages: Sequence[Written], ending: Ending) -> None:
        for message in messages:
            if listener := self._by_message.get(message.id):
                listener.end(ending)

    def end_all(self, ending: Ending) -> None:
        for listener in list(self._by_message.values()):
            listener.end(ending)
