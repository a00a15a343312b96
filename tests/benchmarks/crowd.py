"""The diners: they write signed webhooks, and every message is known again by its word.

They write in a loop or at a pace. What is measured is what a user feels, and what is lost,
answered twice, or answered to somebody else is counted.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.model import WORD, Asked
from tests.benchmarks.rest import digits
from tests.benchmarks.wire import Webhooks

# A message that is not answered by then is not waited for any longer; its diner writes again.
PATIENCE_S = 20.0
PAUSE_AFTER_REFUSAL_S = 0.1
LOOK_S = 0.1

# A diner, a text, a number that no other message has: a whole request.
Form = Callable[[str, str, int], bytes]


@dataclass(slots=True)
class Written:
    """One message; moments are monotonic seconds, 0 for what has not happened."""

    diner: str
    word: str
    sent_at: float
    status: int | None = None
    acked_at: float = 0.0
    model_s: float = 0.0
    answered_at: float = 0.0
    answers: int = 0
    is_over: bool = False  # answered, refused or given up: its diner waits for nothing

    @property
    def is_acknowledged(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def ack_s(self) -> float:
        return self.acked_at - self.sent_at

    @property
    def added_s(self) -> float:
        """From the webhook to the reply at the REST API, but for what the model took."""
        return self.answered_at - self.sent_at - self.model_s


@dataclass
class Crowd:
    """Known diners, and all they wrote to the service at `webhooks`."""

    diners: Sequence[str]
    form: Form
    webhooks: Webhooks
    written: dict[str, Written] = field(default_factory=dict)
    mixed_up: int = 0
    _open: dict[str, Written] = field(default_factory=dict)  # by diner, the oldest first
    _next: Callable[[str], object] | None = None

    def on_ended(self, asked: Asked) -> None:
        if written := self.written.get(asked.word):
            written.model_s += asked.ended_at - asked.at

    def on_reply(self, to: str, text: str) -> None:
        found = WORD.search(text)
        written = self.written.get(found[0]) if found else None
        if written is None:
            return
        self.mixed_up += digits(written.diner) != to
        written.answers += 1
        if written.answers == 1:
            written.answered_at = time.monotonic()
            self._over(written)

    def write(self, diner: str, form: Form | None = None) -> Written:
        """`form`: what this message's request is made of, if it is another than theirs."""
        number = next(_numbers)
        written = Written(diner, f"w{number:08}", 0.0)
        self.written[written.word] = written
        self._open[diner] = written
        request = (form or self.form)(
            diner,
            f"What would you have for {written.word} at this time of the day? We are three.",
            number,
        )
        written.sent_at = time.monotonic()

        def answered(status: int | None) -> None:
            written.status = status
            written.acked_at = time.monotonic()
            if not written.is_acknowledged:
                asyncio.get_running_loop().call_later(PAUSE_AFTER_REFUSAL_S, self._over, written)

        self.webhooks.post(request, answered)
        return written

    async def in_a_loop(
        self, size: int, seconds: float, at_start: Callable[[], None], warm_s: float
    ) -> list[Written]:
        """So many diners write again as soon as they are answered.

        `at_start` is called when they are warm. Returns what was answered from then on.
        """
        crowd = random.sample(self.diners, size)
        ends_at = time.monotonic() + warm_s + seconds
        self._next = self.write
        for number, diner in enumerate(crowd):  # not all in one moment
            asyncio.get_running_loop().call_later(number / size, self.write, diner)
        await asyncio.sleep(warm_s)
        at_start()
        started = time.monotonic()
        while (now := time.monotonic()) < ends_at:
            self._give_up(now)
            await asyncio.sleep(min(LOOK_S, ends_at - now))
        return [each for each in self.written.values() if started <= each.answered_at < ends_at]

    async def at_a_pace(self, per_second: float, seconds: float) -> list[Written]:
        """Evenly, each a little early or late, from diners that wait for nothing.

        Returns what they wrote, answered or not.
        """
        self._next = None
        began = time.monotonic()
        wrote = []
        for number in range(int(per_second * seconds)):
            due = began + (number + random.random()) / per_second
            if (pause := due - time.monotonic()) > 0:
                await asyncio.sleep(pause)
            wrote.append(self.write(self._somebody()))
        return wrote

    def stop(self) -> None:
        """Nobody writes again."""
        self._next = None

    async def settle(self, timeout_s: float) -> None:
        """Wait until all that was written is answered, or given up."""
        deadline = time.monotonic() + timeout_s
        while self._open and time.monotonic() < deadline:
            self._give_up(time.monotonic())
            await asyncio.sleep(LOOK_S)

    def unanswered(self) -> list[Written]:
        return list(self._open.values())

    def forget(self) -> None:
        """Of what is over, but for a late answer to it, nothing is wanted any more."""
        self.stop()
        self.written.clear()
        self._open.clear()
        self.mixed_up = 0

    def _somebody(self) -> str:
        # Who writes again before an answer gets one answer to both:
        # that would be another measurement.
        while (diner := random.choice(self.diners)) in self._open:
            pass
        return diner

    def _over(self, written: Written) -> None:
        if written.is_over:
            return
        written.is_over = True
        self._open.pop(written.diner, None)
        if self._next is not None:
            self._next(written.diner)

    def _give_up(self, now: float) -> None:
        for each in list(
            itertools.takewhile(lambda each: now - each.sent_at > PATIENCE_S, self._open.values())
        ):
            self._over(each)


_numbers = itertools.count(1)


def lost(written: Iterable[Written]) -> int:
    return sum(each.is_acknowledged and not each.answers for each in written)


def twice(written: Iterable[Written]) -> int:
    return sum(each.answers > 1 for each in written)
