"""Who runs, in what order: one turn a diner at a time, answered, closed and handed to delivery.

The inbox is the queue: all of this may be killed at any line, and another process goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Event, Lock
from typing import TypeVar

from conversation.ending import Ending
from engine import traces
from engine.answers import Answers
from engine.closing import Closed, Closing
from engine.delivery import Delivery
from engine.lanes import Lanes
from engine.leases import Leases
from engine.patience import patiently, unless_away
from engine.waiting import Waiting
from knowledge.clock import Clock
from models import claiming, counted, diners, turns
from models.database.engine import Database
from models.database.notices import Notice
from models.inbox import Written
from models.tokens import NO_TOKENS, Tokens
from models.turns import Claimed
from telemetry.causes import label_of
from telemetry.logs import about, log
from telemetry.masking import masked
from telemetry.metrics import NO_PERSONA, Metrics
from telemetry.tracing import Span, tracing

T = TypeVar("T")


class Runner:
    """`at_once`: how many diners' turns may run beside each other. `stopping`: set by `stop`.

    `runs_turns`: False for a process that only takes messages in; another one, woken by its
    notice, runs their turns.
    """

    def __init__(
        self,
        database: Database,
        answers: Answers,
        closing: Closing,
        delivery: Delivery,
        waiting: Waiting,
        leases: Leases,
        metrics: Metrics,
        clock: Clock,
        stopping: Event,
        *,
        at_once: int,
        runs_turns: bool,
    ) -> None:
        self.runs_turns = runs_turns
        self._database = database
        self._answers = answers
        self._closing = closing
        self._delivery = delivery
        self._waiting = waiting
        self._leases = leases
        self._metrics = metrics
        self._clock = clock
        self._stopping = stopping
        self._lanes = Lanes("turn", unless_away(self._run_diner), at_once)
        # By diner: turns that began with their message, and have no worker yet.
        self._begun: dict[int, Claimed] = {}
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
        self._answers.note_news(diner_id)
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
        messages = turn.messages
        with (
            tracing.begin("invoke_agent", parent=messages[0].traceparent, others=messages) as span,
            about(turn=turn.id, diner=masked(turn.diner.address)),
        ):
            return self._take(turn, span)

    def _take(self, turn: Claimed, span: Span) -> bool:
        """`span`: of the trace in which its first message came."""
        diner_id = turn.diner.id
        if span.is_recorded:
            traces.turn_begun(span, turn)
        began = self._clock.monotonic()
        with self._leases.holding(turn.lease, turn.lease_until), self._let_go_of(turn):
            messages, closed = self._close_or_release(turn)
        ending = closed.ending
        if span.is_recorded:
            traces.turn_ended(span, turn, closed)
        if not closed.is_ours:
            log.warning("turn.lost")
            self._metrics.turns.labels("lost", ending.persona or NO_PERSONA).inc()
            self._metrics.leases_lost.labels("turn").inc()
            return True
        if turn.diner.channel == diners.WHATSAPP:
            self._delivery.hand_over(diner_id, closed.outgoing)
        for other in closed.others:
            self._delivery.go_on(other)
        self._waiting.end(messages, ending)
        self._tell(turn, messages, ending, self._clock.monotonic() - began)
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
            spoken_to, messages, ending = self._answers.to(turn)
            return messages, self._patiently(self._closing.close, spoken_to, ending)
        except BaseException:
            # A fault of ours: the next attempt may begin at once, and the last one gives up.
            self._patiently(self._release, turn, self._answers.spent_on(turn.diner.id))
            raise
        finally:
            self._answers.end(turn.diner.id)

    def _patiently(self, work: Callable[..., T], *given: object) -> T:
        return patiently(partial(work, *given), self._clock, self._stopping)

    def _release(self, turn: Claimed, spent: Tokens) -> None:
        now = self._clock.steady()
        with self._database.connection() as connection:
            if turns.release(connection, turn, now) and spent != NO_TOKENS:
                diner = turn.diner
                counted.keep_lost(connection, diner.number, diner.persona, spent, now)

    def _tell(
        self, turn: Claimed, messages: Sequence[Written], ending: Ending, seconds: float
    ) -> None:
        """One line a message, or for all that were answered together: the others are of faults."""
        self._metrics.turns.labels(ending.state, ending.persona or NO_PERSONA).inc()
        self._metrics.turn_seconds.observe(seconds)
        if ending.cause:
            self._metrics.unanswered.labels(ending.state, label_of(ending.cause)).inc()
        log.info(
            "turn.ended",
            state=ending.state,
            cause=ending.cause,
            persona=ending.persona,
            sids=[each.sid for each in messages],
            seconds=round(seconds, 3),
        )
