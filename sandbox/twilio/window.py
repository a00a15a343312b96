"""WhatsApp's window: for 24 hours from a diner's last message a restaurant may write as it likes.

Outside it only templates arrive. It knows no messages.
"""

from collections.abc import Callable

from sandbox.twilio.chats import Chat

WINDOW_S = 24 * 3600
OUTSIDE = 63016


class Windows:
    """Of every chat, from any thread: each step is one of a dictionary's own."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends: dict[Chat, float] = {}

    def open(self, chat: Chat) -> None:
        """The diner wrote."""
        self._ends[chat] = self._clock() + WINDOW_S

    def close(self, chat: Chat) -> None:
        """As if 24 hours had passed."""
        self._ends[chat] = self._clock()

    def is_open(self, chat: Chat) -> bool:
        """So it is too for who never wrote: what was before this process, nobody here knows."""
        return self._clock() < self._ends.get(chat, float("inf"))
