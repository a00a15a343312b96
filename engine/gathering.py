"""A turn's messages, whole before they are answered: opened, and with what comes behind them.

WhatsApp sends an album picture by picture, each as a message of its own, and its words with the
first or after the last.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from threading import Event

from conversation.turn import TurnTaker
from conversation.understanding import Findings, Understanding
from engine.patience import patiently
from knowledge.clock import Clock
from models import claiming
from models.database.engine import Database
from models.inbox import Written
from models.tokens import Tokens
from models.turns import Claimed

# Behind a picture, for the next one or for its words: from when it was taken up.
QUIET_S = 1.5
LONGEST_S = 8.0
MOST_PICTURES = 10


class Gathering:
    def __init__(
        self,
        database: Database,
        taker: TurnTaker,
        understanding: Understanding,
        clock: Clock,
        stopping: Event,
    ) -> None:
        self._database = database
        self._taker = taker
        self._understanding = understanding
        self._clock = clock
        self._stopping = stopping

    def whole(self, turn: Claimed) -> tuple[Claimed, Tokens]:
        """The turn with its messages as they are to be read, and with those that belong to them.

        Also what that took of a model. Raises DatabaseUnavailableError.
        """
        findings = Findings()
        since = began = self._clock.monotonic()
        news: Sequence[Written] = turn.messages
        messages = self._understood(turn, news, findings, ())
        is_open = not turn.is_keyword or self._is_read(turn)
        while (
            is_open and _may_go_on(messages, news) and self._clock.monotonic() - began < LONGEST_S
        ):
            quiet_s = QUIET_S - (self._clock.monotonic() - since)
            waits = quiet_s > 0 and any(each.is_picture for m in news for each in m.media)
            if waits and self._clock.wait(self._stopping, quiet_s):
                break
            since = self._clock.monotonic()
            # What fails here may have taken them: the next attempt has them all.
            with self._database.connection() as connection:
                news = claiming.absorb(connection, turn)
            messages = self._understood(turn, news, findings, messages)
        return replace(turn, messages=tuple(messages)), findings.tokens

    def _is_read(self, turn: Claimed) -> bool:
        return patiently(partial(self._taker.is_read, turn), self._clock, self._stopping)

    def _understood(
        self,
        turn: Claimed,
        news: Sequence[Written],
        findings: Findings,
        earlier: Sequence[Written],
    ) -> list[Written]:
        def understood() -> list[Written]:
            if not self._taker.is_read(turn):
                return [*earlier, *news]
            return self._understanding.understood(news, turn.diner, findings, earlier)

        return patiently(understood, self._clock, self._stopping)


def _may_go_on(messages: Sequence[Written], news: Sequence[Written]) -> bool:
    """Whether more may belong to what came last, and there is room for it."""
    is_full = sum(len(each.pictures) for each in messages) >= MOST_PICTURES
    return not is_full and any(each.media for each in news)
