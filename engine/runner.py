"""Who runs, in what order: one turn a diner at a time, answered, closed and handed to delivery.

The inbox is the queue: all of this may be killed at any line, and another process goes on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Event, Lock
from typing import TypeVar

from conversation.ending import Ending, given_up
from conversation.opting import silence
from conversation.running import NEWS_S, Running
from conversation.turn import TurnTaker
from conversation.understanding import Understanding
from engine.budget import Budget
from engine.closing import Closed, Closing
from engine.delivery import Delivery
from engine.gathering import Gathering
from engine.lanes import Lanes
from engine.leases import Leases
from engine.patience import patiently, unless_away
from engine.share import Share
from engine.typing import Typing
from engine.waiting import Waiting
from knowledge.clock import Clock
from knowledge.notes import is_quiet
from models import claiming, counted, diners, turns
from models.database.engine import Database
from models.database.notices import Notice
from models.diners import Known
from models.inbox import Written
from models.tokens import NO_TOKENS
from models.turns import Claimed
from telemetry.logs import log
from telemetry.masking import masked
from telemetry.metrics import Metrics

# A turn that broke off so often, or so often ended its process while it ran alone: give it up.
MAX_ATTEMPTS = 3
T = TypeVar("T")


class Runner:
    """`at_once`: how many diners' turns may run beside each other.

    `runs_turns`: False for a process that only takes messages in; another one, woken by its
    notice, runs their turns.
    """

    def __init__(
        self,
        database: Database,
        taker: TurnTaker,
        understanding: Understanding,
        closing: Closing,
        delivery: Delivery,
        waiting: Waiting,
        typing: Typing,
        leases: Leases,
        share: Share,
        budget: Budget,
        metrics: Metrics,
        clock: Clock,
        *,
        at_once: int,
        runs_turns: bool,
    ) -> None:
        self.runs_turns = runs_turns
        self._database = database
        self._taker = taker
        self._closing = closing
        self._delivery = delivery
        self._waiting = waiting
        self._typing = typing
        self._leases = leases
        self._share = share
        self._budget = budget
        self._metrics = metrics
        self._clock = clock
        self._stopping = Event()
        self._gathering = Gathering(database, taker, understanding, clock, self._stopping)
        self._lanes = Lanes("turn", unless_away(self._run_diner), at_once)
        # By diner: turns that began with their message, and have no worker yet.
        self._begun: dict[int, Claimed] = {}
        self._running: dict[int, Running] = {}  # by diner
        # Held while a turn runs that may end its process: one by one they tell which does.
        self._alone = Lock()

    @property
    def takes_turns(self) -> bool:
        return self.runs_turns and not self._stopping.is_set()

    @property
    def has_room(self) -> bool:
        """Whether one more diner's turn would run at once."""
        return self.takes_turns and self._lanes.has_room

    def expect(self, turn: Claimed) -> None:
        """A turn began with its message: whoever wakes this diner next finds it here."""
        self._begun[turn.diner.id] = turn

    def run(self, turn: Claimed) -> None:
        """Run a turn that was expected, if nobody has meanwhile."""
        if self._begun.get(turn.diner.id) is turn:
            self._leases.hold(turn.lease, turn.lease_until)
        if not self._lanes.wake(turn.diner.id):  # stopped meanwhile
            self.hand_back_expected()

    def wake(self, diner_id: int) -> None:
        """There is something new for this diner: begin a turn, or let the running one know."""
        if not self.runs_turns:
            return
        if running := self._running.get(diner_id):
            running.note_news(self._clock.monotonic())
        self._lanes.wake(diner_id)

    def heed(self, notice: Notice) -> None:
        """Another process took a message in: its diner's turn may run here, or may have to."""
        if not notice.runs_turns or self._lanes.is_busy_with(notice.diner_id):
            self.wake(notice.diner_id)

    def take_up(self, diner_id: int) -> None:
        """The sweep found something of this diner that may be nobody's."""
        if not self._lanes.is_busy_with(diner_id):
            self._lanes.wake(diner_id)

    def stop(self, timeout_s: float) -> bool:
        """Begin nothing more; True when all that ran has ended within this time."""
        self._stopping.set()
        self._lanes.close()
        return self._lanes.join(timeout_s)

    def hand_back_expected(self) -> None:
        """Turns that began with their message, and that no worker will take up any more."""
        expected, self._begun = list(self._begun.values()), {}
        self._leases.hand_back([turn.lease for turn in expected])

    def _run_diner(self, diner_id: int) -> None:
        """A diner's turns, one by one, until none waits; who writes meanwhile wakes us again."""
        while not self._stopping.is_set() and self._run_turn(diner_id):
            pass

    def _run_turn(self, diner_id: int) -> bool:
        """Claim, answer, write, deliver; False when nothing waits for the next turn."""
        turn = self._begun.pop(diner_id, None) or self._claim(diner_id)
        if turn is None:
            return False
        began = self._clock.monotonic()
        with self._leases.holding(turn.lease, turn.lease_until), self._let_go_of(turn):
            messages, closed = self._close_or_release(turn)
        ending = closed.ending
        if not closed.is_ours:
            log.warning("turn.lost", turn=turn.id)
            self._metrics.turns.labels("lost", ending.persona or "keyword").inc()
            return True
        if turn.diner.channel == diners.WHATSAPP:
            self._delivery.hand_over(diner_id, closed.outgoing)
        for other in closed.others:
            self._delivery.go_on(other)
        self._waiting.end(messages, ending)
        self._tell(turn, len(messages), ending, self._clock.monotonic() - began)
        return turn.is_more

    def _claim(self, diner_id: int) -> Claimed | None:
        is_alone = False

        def may_run_alone() -> bool:
            nonlocal is_alone
            is_alone = self._alone.acquire(blocking=False)
            return is_alone

        turn = None
        try:
            turn = self._claimed(diner_id, may_run_alone)
        finally:
            if is_alone and turn is None:
                self._alone.release()
        return turn

    def _claimed(self, diner_id: int, may_run_alone: Callable[[], bool]) -> Claimed | None:
        now = self._clock.steady()
        with self._leases.claiming() as lease, self._database.connection() as connection:
            return claiming.claim(
                connection,
                diner_id,
                lease=lease,
                now=now,
                until=self._leases.until(now),
                may_run_alone=may_run_alone,
            )

    @contextmanager
    def _let_go_of(self, turn: Claimed) -> Iterator[None]:
        """After a turn that ran alone, the next one may; a sweep finds it."""
        try:
            yield
        finally:
            if turn.is_suspect:
                self._alone.release()

    def _close_or_release(self, turn: Claimed) -> tuple[list[Written], Closed]:
        """What the turn came to, with the messages that it answers."""
        try:
            spoken_to = self._spoken_to(turn)
            messages, ending = self._answer(spoken_to, turn.diner)
            if turn.attempt <= MAX_ATTEMPTS + 1:  # what fails may be to read this very text
                ending = self._taker.heeding(turn, messages, ending, self._clock.now())
            return messages, self._patiently(self._closing.close, spoken_to, ending)
        except BaseException:
            # A fault of ours: the next attempt may begin at once, and the last one gives up.
            self._patiently(self._release, turn, self._running.get(turn.diner.id))
            raise
        finally:
            self._running.pop(turn.diner.id, None)

    def _patiently(self, work: Callable[..., T], *given: object) -> T:
        return patiently(partial(work, *given), self._clock, self._stopping)

    def _spoken_to(self, turn: Claimed) -> Claimed:
        """The turn with the language that its diner is to read."""
        if turn.attempt > MAX_ATTEMPTS:
            return turn  # nor is this text read for it
        return self._patiently(self._taker.spoken_to, turn)

    def _release(self, turn: Claimed, running: Running | None) -> None:
        now = self._clock.steady()
        with self._database.connection() as connection:
            if turns.release(connection, turn, now) and running:
                diner = turn.diner
                counted.keep_lost(connection, diner.number, diner.persona, running.tokens, now)

    def _answer(self, turn: Claimed, diner: Known) -> tuple[list[Written], Ending]:
        """`diner`: as they were when it was claimed."""
        if turn.attempt > MAX_ATTEMPTS:
            return list(turn.messages), given_up(turn)
        if ending := patiently(partial(self._silence, turn), self._clock, self._stopping):
            return list(turn.messages), ending
        is_held, tokens = turn.diner.is_in_hands, NO_TOKENS
        hushed = self._patiently(self._hush, turn)
        if is_held and not hushed:  # beyond that, the staff reads the words alone
            turn, tokens = self._gathering.whole(turn)
        if is_held and (ending := self._patiently(self._taker.hold, turn)):
            return list(turn.messages), replace(ending, tokens=tokens)
        if hushed:
            return list(turn.messages), replace(hushed, tokens=tokens)
        has_files = any(each.media for each in turn.messages)
        brings_files = has_files and self._patiently(self._taker.is_read, turn)
        if brings_files and _shows_typing(turn):
            self._typing.begin(turn.messages[-1].sid)  # to open them takes more than a moment
        if not is_held:
            turn, tokens = self._gathering.whole(turn)
        if brings_files:
            turn = self._spoken_to(replace(turn, diner=diner))  # by all its words
        running = self._patiently(self._prepare, turn)
        running.tokens = tokens
        self._running[turn.diner.id] = running
        ending = self._taker.take(running)
        return running.messages, ending

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

    def _prepare(self, turn: Claimed) -> Running:
        prepare = partial(self._taker.prepare, turn, news_until=self._clock.monotonic() + NEWS_S)
        if turn.diner.channel == diners.API:
            return prepare(on_delta=self._waiting.pass_on)
        was_shown = any(each.media for each in turn.messages)
        if was_shown or not _shows_typing(turn):
            return prepare()
        return prepare(on_wait=partial(self._typing.begin, turn.messages[-1].sid))

    def _tell(self, turn: Claimed, messages: int, ending: Ending, seconds: float) -> None:
        self._metrics.turns.labels(ending.state, ending.persona or "keyword").inc()
        self._metrics.turn_seconds.observe(seconds)
        log.info(
            "turn.ended",
            turn=turn.id,
            diner=masked(turn.diner.address),
            state=ending.state,
            cause=ending.cause,
            messages=messages,
            seconds=round(seconds, 3),
        )


def _shows_typing(turn: Claimed) -> bool:
    """Once per turn, on its first attempt."""
    return turn.diner.channel == diners.WHATSAPP and turn.attempt == 1 and not turn.losses
