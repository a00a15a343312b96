"""What was written between diners and restaurants: messages with their status, and their media.

It posts nothing; `exchange.py` takes messages in and on their way.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from sandbox.twilio.messages import INBOUND, OUTBOUND, Medium, Message

Chat = tuple[str, str]  # the diner's address and the restaurant's


class Chats:
    """Whoever reads or changes something holds `changed`, which wakes who waits for a change."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.changed = threading.Condition()
        # Counts every change: a phone asks what came after the revision that it has seen.
        self.revision = 0
        # Chats that are on a phone: there, a message is read once the chat is opened, not before.
        self.on_phone: set[Chat] = set()
        self._clock = clock
        self._messages: dict[str, Message] = {}
        self._chats: defaultdict[Chat, list[Message]] = defaultdict(list)
        self._media: dict[str, Medium] = {}

    def keep(self, message: Message) -> None:
        """A new message, with its status as it is."""
        self._messages[message.sid] = message
        self._chats[message.chat].append(message)
        self.put_media(message, message.media)
        self.move(message, message.status)

    def put_media(self, message: Message, media: tuple[Medium, ...]) -> None:
        message.media = media
        self._media.update({medium.sid: medium for medium in media})

    def touch(self, message: Message) -> None:
        """Something of it but its status has changed: a phone is to see it anew."""
        self.revision += 1
        message.revision = self.revision
        self.changed.notify_all()

    def move(self, message: Message, status: str) -> None:
        message.status = status
        message.history.append((status, self._clock()))
        self.touch(message)

    def read_by_restaurant(self, chat: Chat) -> None:
        # Reading one message of a chat reads those before it, as in WhatsApp.
        for message in self._chats[chat]:
            if message.direction == INBOUND and message.status in {"sending", "sent"}:
                self.move(message, "read")

    def open(self, chat: Chat) -> list[Message]:
        """A diner looks at a chat: the messages that they had not seen before."""
        unseen = [
            message
            for message in self._chats[chat]
            if message.direction == OUTBOUND and not message.seen
        ]
        for message in unseen:
            message.seen = True
        return unseen

    def since(self, chat: Chat, revision: int) -> list[Message]:
        """What was written or changed in a chat after that revision, oldest first."""
        # A page older than this process has a revision from the one before: it gets everything.
        after = revision if revision <= self.revision else 0
        return [message for message in self._chats[chat] if message.revision > after]

    def message(self, sid: str | None) -> Message | None:
        return self._messages.get(sid or "")

    def messages(self) -> list[Message]:
        """All messages, oldest first."""
        return list(self._messages.values())

    def medium(self, sid: str) -> Medium | None:
        return self._media.get(sid)


def counts_of(messages: Sequence[Message]) -> dict[str, object]:
    """How many stand where, and what the webhooks and the status callbacks came to."""
    inbound = [message for message in messages if message.direction == INBOUND]
    outbound = [message for message in messages if message.direction == OUTBOUND]
    return {
        "inbound": dict(Counter(message.status for message in inbound)),
        "outbound": dict(Counter(message.status for message in outbound)),
        "webhooks": _tally(inbound),
        "status_callbacks": _tally(outbound),
    }


def _tally(messages: Sequence[Message]) -> dict[str, int]:
    answers = [answer.ok for message in messages for answer in message.answers]
    return {"accepted": sum(answers), "failed": len(answers) - sum(answers)}
