"""What calls tell of themselves is written beside them, in its order, however long that takes.

A call waits for none of it. Where the database is away it is tried again, until the service stops.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from threading import Event

from conversation.call.records import Exchange, Over
from engine.call_messages import CallMessages
from engine.call_turns import CallTurns
from engine.lanes import Lanes
from engine.patience import patiently, unless_away
from knowledge.clock import Clock
from models import call_turns
from models.diners import Known
from personas.effects import RememberDiet
from telemetry.logs import log
from telemetry.metrics import Metrics


class CallRecords:
    """Of one call, as `conversation.call.records.Records` has it. `diner`: as they rang.

    `language`: what we say to them in.
    """

    def __init__(
        self, writer: "CallWriter", call_id: int, sid: str, diner: Known, language: str
    ) -> None:
        self.id = call_id
        self.sid = sid
        self.diner = diner
        self.language = language
        self.began_at: float | None = None  # by the monotonic clock, when its stream came
        self.told: deque[RememberDiet | Exchange | Over] = deque()
        self.is_over = False
        # Of what was written so far.
        self.places = 0
        self.persona: str | None = None
        self._writer = writer

    def on_health(self, said: RememberDiet) -> None:
        self._tell(said)

    def on_exchange(self, exchange: Exchange) -> None:
        self._tell(exchange)

    def on_end(self, over: Over) -> None:
        self._tell(over)

    def _tell(self, what: RememberDiet | Exchange | Over) -> None:
        if self.is_over:
            return
        self.is_over = isinstance(what, Over)
        self.told.append(what)
        self._writer.wake(self)


class CallWriter:
    """`go_on` lets what was written for a diner be sent.

    `kept` hears of each exchange that was written, `ended` of calls that are over.
    """

    def __init__(
        self,
        turns: CallTurns,
        messages: CallMessages,
        metrics: Metrics,
        clock: Clock,
        *,
        go_on: Callable[[int], object],
        kept: Callable[[CallRecords], object],
        ended: Callable[[CallRecords], object],
        at_once: int,
    ) -> None:
        self._turns = turns
        self._messages = messages
        self._metrics = metrics
        self._clock = clock
        self._go_on = go_on
        self._kept = kept
        self._ended = ended
        self._stopped = Event()
        # By themselves, not by the call: one that was begun anew has others.
        self._lanes = Lanes[CallRecords]("call", unless_away(self._write), at_once)

    def begin(self, call_id: int, sid: str, diner: Known, language: str) -> CallRecords:
        return CallRecords(self, call_id, sid, diner, language)

    def wake(self, records: CallRecords) -> None:
        self._lanes.wake(records)

    def finish(self, timeout_s: float) -> int:
        """Wait until all that was told is written, but no longer: of how many calls it is not."""
        self._lanes.join(timeout_s)
        unwritten = self._lanes.busy
        self._stopped.set()
        return unwritten

    def _write(self, records: CallRecords) -> None:
        """Raises DatabaseUnavailableError where the service stops before it is back."""
        while records.told:
            match records.told.popleft():
                case RememberDiet() as said:
                    remember = partial(self._turns.remember, records.id, said)
                    patiently(remember, self._clock, self._stopped)
                case Exchange() as exchange:
                    self._keep(records, exchange)
                case Over() as over:
                    self._end(records, over)

    def _keep(self, records: CallRecords, exchange: Exchange) -> None:
        keep = partial(
            self._turns.keep, records.id, records.diner.number, exchange, before=records.places
        )
        for diner_id in patiently(keep, self._clock, self._stopped):
            self._go_on(diner_id)
        records.places += call_turns.places(exchange.texts)
        records.persona = exchange.persona
        self._kept(records)

    def _end(self, records: CallRecords, over: Over) -> None:
        now = self._clock.monotonic()
        seconds = 0.0 if records.began_at is None else now - records.began_at
        end = partial(
            self._messages.end,
            records.id,
            records.sid,
            why=over.why,
            seconds=round(seconds),
            after=over.after,
            persona=records.persona,
            before=records.places,
        )
        try:
            if diner_id := patiently(end, self._clock, self._stopped):
                self._go_on(diner_id)
            if over.why == "model_away" and records.persona is None:
                self._tell_missed(records)
        finally:
            self._ended(records)
        self._count(over, seconds)

    def _tell_missed(self, records: CallRecords) -> None:
        """They heard a greeting, and that nobody talks to them."""
        missed = partial(self._messages.missed, records.diner, records.language)
        if patiently(missed, self._clock, self._stopped):
            self._go_on(records.diner.id)

    def _count(self, over: Over, seconds: float) -> None:
        metrics = self._metrics
        metrics.calls.labels(over.why).inc()
        metrics.call_talk_seconds.inc(seconds)
        metrics.call_barge_ins.inc(over.barge_ins)
        metrics.call_reopenings.inc(over.reopened)
        if over.first_sound_s is not None:
            metrics.call_first_sound_seconds.observe(over.first_sound_s)
        log.info(
            "call.over",
            why=over.why,
            seconds=round(seconds),
            barge_ins=over.barge_ins,
            reopened=over.reopened,
        )
