"""What a call tells its records: its exchanges, in their order, and behind all of them its end.

It waits for nothing; all of it is called under the call's lock.
"""

from conversation.call.actions import Why
from conversation.call.figures import Figures
from conversation.call.records import Records
from conversation.call.talk import Talk


class Telling:
    def __init__(self, records: Records, talk: Talk, figures: Figures) -> None:
        self._records = records
        self._talk = talk
        self._figures = figures
        self._is_done = False

    def go_on(self, now: float, *, is_over: bool = False) -> None:
        """The exchanges that are complete; all of them once the call `is_over`."""
        if not self._is_done:
            for exchange in self._talk.take(now, is_over=is_over):
                self._records.on_exchange(exchange)

    def health(self) -> None:
        """What is to be remembered waits for no answer: its process may be killed meanwhile."""
        if not self._is_done:
            for said in self._talk.health():
                self._records.on_health(said)

    def end(self, why: Why, now: float) -> None:
        """All that is left, and the end; once."""
        self.go_on(now, is_over=True)
        if not self._is_done:
            self._is_done = True
            self._records.on_end(self._figures.over(why, self._talk.after))

    def stop(self) -> None:
        """Whatever comes now is nobody's to hear: another process may have the call."""
        self._is_done = True
