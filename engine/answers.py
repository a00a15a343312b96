"""What a turn comes to: silence, a word of the staff's, a sentence of ours, or a persona's answer.

It writes nothing and sends nothing: what takes effect stands in the ending.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Event
from typing import NamedTuple, TypeVar

from conversation.ending import Ending, given_up
from conversation.opting import silence
from conversation.rollout import Rollout
from conversation.running import NEWS_S, Running
from conversation.turn import TurnTaker
from engine.budget import Budget
from engine.gathering import Gathering
from engine.patience import patiently
from engine.share import Share
from engine.typing import Typing
from engine.waiting import Waiting
from knowledge.clock import Clock
from knowledge.notes import is_quiet
from models import diners
from models.diners import Known
from models.inbox import Written
from models.tokens import NO_TOKENS, Tokens
from models.turns import Claimed

# A turn that broke off so often, or so often ended its process while it ran alone: give it up.
MAX_ATTEMPTS = 3
T = TypeVar("T")
_Came = tuple[list[Written], Ending]  # the messages that are answered, and with what


class Answered(NamedTuple):
    """`turn`: in the language that its diner reads. `messages`: all that it answers."""

    turn: Claimed
    messages: list[Written]
    ending: Ending


class Answers:
    def __init__(
        self,
        taker: TurnTaker,
        rollout: Rollout,
        gathering: Gathering,
        share: Share,
        budget: Budget,
        waiting: Waiting,
        typing: Typing,
        clock: Clock,
        stopping: Event,
    ) -> None:
        self._taker = taker
        self._rollout = rollout
        self._gathering = gathering
        self._share = share
        self._budget = budget
        self._waiting = waiting
        self._typing = typing
        self._clock = clock
        self._stopping = stopping
        self._running: dict[int, Running] = {}  # by diner

    def to(self, claimed: Claimed) -> Answered:
        """What a claimed turn comes to, which runs until `end`. Raises DatabaseUnavailableError."""
        turn = claimed
        if claimed.attempt > MAX_ATTEMPTS:  # nor is its text read for its language
            messages = list(turn.messages)
            ending = given_up(turn)
        else:
            turn = self._spoken_to(claimed)
            messages, ending = self._answer(turn, claimed.diner)
        if claimed.attempt > MAX_ATTEMPTS + 1:
            ending = self._patiently(self._rollout.silenced, turn, ending)
        else:  # what fails may be to read this very text
            ending = self._patiently(self._rollout.instead, turn, messages, ending)
            now = self._clock.now()
            ending = self._patiently(self._taker.heeding, claimed, messages, ending, now)
        return Answered(turn, messages, ending)

    def note_news(self, diner_id: int) -> None:
        """There is something new for this diner: their turn that runs, if one does, is told."""
        if running := self._running.get(diner_id):
            running.note_news(self._clock.monotonic())

    def spent_on(self, diner_id: int) -> Tokens:
        """What their turn that runs, or broke off, took of a model so far."""
        running = self._running.get(diner_id)
        return running.tokens if running else NO_TOKENS

    def end(self, diner_id: int) -> None:
        """Their turn is closed, or was let go of."""
        self._running.pop(diner_id, None)

    def _spoken_to(self, turn: Claimed) -> Claimed:
        """The turn with the language that its diner is to read."""
        return self._patiently(self._taker.spoken_to, turn)

    def _answer(self, turn: Claimed, diner: Known) -> _Came:
        """`diner`: as they were when it was claimed."""
        if ending := self._patiently(self._silence, turn):
            return list(turn.messages), ending
        if not turn.diner.is_in_hands and (left := self._patiently(self._rollout.left, turn)):
            return list(turn.messages), left
        hushed = self._patiently(self._hush, turn)
        if turn.diner.is_in_hands:
            return self._held(turn, diner, hushed)
        if hushed:
            return list(turn.messages), hushed
        self._show_typing(turn)
        turn, tokens = self._gathering.whole(turn)
        return self._ask(turn, diner, tokens)

    def _silence(self, turn: Claimed) -> Ending | None:
        """A word of the staff's, of whoever stopped, opts them in again: others wait for it."""
        ending = silence(turn)
        return None if ending is None or self._taker.is_the_staffs(turn) else ending

    def _hush(self, turn: Claimed) -> Ending | None:
        """The staff's own words are never too many: others wait for what they say.

        What nobody expects an answer to is not worth the sentence that says so.
        """
        ending = self._share.hush(turn) or self._budget.hush(turn)
        if ending is None or self._taker.is_the_staffs(turn):
            return None
        is_unasked = all(is_quiet(each.text) for each in turn.messages)
        return Ending((), turn.diner.persona) if ending.bubbles and is_unasked else ending

    def _held(self, turn: Claimed, diner: Known, hushed: Ending | None) -> _Came:
        """The staff reads it; what is for us all the same is answered."""
        tokens = NO_TOKENS
        is_left = self._patiently(self._rollout.is_left, turn)
        if not (hushed or is_left):  # beyond that, the staff reads the words alone
            turn, tokens = self._gathering.whole(turn)
        hold = partial(self._taker.hold, is_left=is_left)
        if ending := self._patiently(hold, turn) or hushed:
            return list(turn.messages), replace(ending, tokens=tokens)
        self._show_typing(turn)
        return self._ask(turn, diner, tokens)

    def _ask(self, turn: Claimed, diner: Known, tokens: Tokens) -> _Came:
        """`tokens`: what it took to read its messages whole."""
        has_files = _has_files(turn)
        if has_files and self._patiently(self._taker.is_read, turn):
            turn = self._spoken_to(replace(turn, diner=diner))  # by all its words
        running = self._patiently(self._prepare, turn, has_files)
        running.spend(tokens)
        self._running[turn.diner.id] = running
        ending = self._taker.take(running)
        return running.messages, ending

    def _prepare(self, turn: Claimed, has_files: bool) -> Running:
        prepare = partial(self._taker.prepare, turn, news_until=self._clock.monotonic() + NEWS_S)
        if turn.diner.channel == diners.API:
            return prepare(on_delta=self._waiting.pass_on)
        if has_files or not self._shows_typing(turn):  # for files it was shown already
            return prepare()
        return prepare(on_wait=partial(self._typing.begin, turn.messages[-1].sid))

    def _show_typing(self, turn: Claimed) -> None:
        """At once where files are opened, which takes more than a moment."""
        if not _has_files(turn) or not self._shows_typing(turn):
            return
        if self._patiently(self._taker.is_read, turn):
            self._typing.begin(turn.messages[-1].sid)

    def _shows_typing(self, turn: Claimed) -> bool:
        """Once per turn, on its first attempt, to whoever may read the answer."""
        is_first = turn.diner.channel == diners.WHATSAPP and turn.attempt == 1 and not turn.losses
        return is_first and not self._patiently(self._rollout.is_shadowed, turn.diner)

    def _patiently(self, work: Callable[..., T], *given: object) -> T:
        return patiently(partial(work, *given), self._clock, self._stopping)


def _has_files(turn: Claimed) -> bool:
    return any(each.media for each in turn.messages)
