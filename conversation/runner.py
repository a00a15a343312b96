"""Who runs, in what order: takes messages in, runs one turn a diner at a time, writes the reply, and takes up what died.

The inbox is the queue: everything here may be killed at any line, and another process goes on from the tables.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from conversation import keywords
from conversation.delivery import Delivery
from conversation.lanes import Lanes
from conversation.leases import Leases
from conversation.sentences import apology
from conversation.turn import Ending, Running, TurnTaker
from models import diners, inbox, outbox, turns
from models.database import Database
from models.outbox import Outgoing
from models.turns import Claimed, Turn
from realtime.client import Delta
from telemetry import Metrics, log, masked
from whatsapp.markup import to_whatsapp
from whatsapp.outbound import SendError, TwilioDoor
from whatsapp.split import split

HISTORY_TURNS = 10
# A turn that was begun so often and never ended kills its process: give it up.
MAX_ATTEMPTS = 3
SWEEP_S = 1.0
SWEPT_AT_ONCE = 500
# A turn that another process runs is looked for so often.
LOOK_S = 0.5


@dataclass(slots=True)
class Listener:
    """Somebody waits for the reply to one message: the pieces, then None; the ended turn stands in `turn`."""

    pieces: SimpleQueue[Delta | None] = field(default_factory=SimpleQueue)
    ended: Event = field(default_factory=Event)
    turn: Ending | None = None

    def end(self, ending: Ending) -> None:
        self.turn = ending
        self.pieces.put(None)
        self.ended.set()


class Runner:
    def __init__(
        self,
        database: Database,
        taker: TurnTaker,
        delivery: Delivery,
        door: TwilioDoor,
        leases: Leases,
        metrics: Metrics,
        *,
        at_once: int,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._taker, self._delivery, self._door = database, taker, delivery, door
        self._leases, self._metrics, self._now = leases, metrics, now
        self._lanes = Lanes("turn", self._run_diner, at_once)
        self._running: dict[int, Running] = {}  # by diner
        self._listeners: dict[int, Listener] = {}  # by message
        self._stopping = Event()
        self._threads: list[Thread] = []

    def start(self, *, sweeps: bool = True) -> None:
        """Begin to renew what is held, and to sweep up what nobody works on."""
        self._threads = [Thread(target=self._beat, name="heartbeat", daemon=True)]
        if sweeps:
            self._threads.append(Thread(target=self._sweep, name="sweep", daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self, grace_s: float) -> None:
        """Claim nothing more, finish what runs and send what is written within the grace time, hand the rest back."""
        until = time.monotonic() + grace_s
        self._stopping.set()
        self._lanes.close()
        is_done = self._lanes.join(grace_s / 2)
        is_done &= self._delivery.lanes.join(max(0.1, until - time.monotonic() - grace_s / 4) if is_done else 0.1)
        if not is_done:
            self._hand_back()
        self._delivery.lanes.close()
        for listener in list(self._listeners.values()):
            listener.end(Ending(apology("closed"), None, cause="closed"))
        for thread in self._threads:
            thread.join(max(0.1, until - time.monotonic()))

    def receive(
        self, *, channel: str, address: str, number: str, sid: str, text: str, profile_name: str | None, payload: dict[str, Any]
    ) -> tuple[int, int | None]:
        """Store a message in one short transaction; (diner id, message id), the latter None when it was here before.

        `wake` starts the turn: apart, so that a caller can acknowledge, or listen, first.
        """
        now = self._now()
        is_keyword = keywords.parse(text) is not None
        with self._database.transaction() as session:
            diner_id = diners.upsert(session, channel=channel, address=address, number=number, profile_name=profile_name, now=now)
            message_id = inbox.accept(session, diner_id, sid=sid, text=text, is_keyword=is_keyword, payload=payload, now=now)
        self._metrics.messages.labels(channel, "new" if message_id else "duplicate").inc()
        return diner_id, message_id

    def wake(self, diner_id: int) -> None:
        """There is something new for this diner: begin a turn, or let the running one know."""
        running = self._running.get(diner_id)
        if running is not None:
            running.wrote_again()
        self._lanes.wake(diner_id)

    def listen(self, message_id: int) -> Listener:
        """Hear of the turn that answers a message; to be called before `wake`."""
        listener = self._listeners[message_id] = Listener()
        return listener

    def wait(self, message_id: int, listener: Listener, timeout_s: float) -> Ending | None:
        """The ending of the turn that answers a message, whichever process runs it; None when time runs out."""
        until = time.monotonic() + timeout_s
        try:
            while not listener.ended.wait(LOOK_S) and time.monotonic() < until:
                if ending := self._ended_elsewhere(message_id):
                    return ending
            return listener.turn
        finally:
            self._listeners.pop(message_id, None)

    def _ended_elsewhere(self, message_id: int) -> Ending | None:
        with self._database.transaction() as session:
            turn = turns.of_message(session, message_id)
        if turn is None or turn.state == turns.RUNNING:
            return None
        return _as_ending(turn)

    def _run_diner(self, diner_id: int) -> None:
        """A diner's turns, one after the other, until nothing waits."""
        while not self._stopping.is_set() and self._run_turn(diner_id):
            pass

    def _run_turn(self, diner_id: int) -> bool:
        """Claim, answer, write, deliver; False when there was nothing to claim."""
        running = self._claim(diner_id)
        if running is None:
            return False
        began = time.monotonic()
        with self._leases.held(running.turn.lease, running.turn.lease_until):
            ending = self._answer(diner_id, running)
            is_ours, outgoing = self._write(running.turn, ending)
        if not is_ours:
            log.warning("turn.lost", turn=running.turn.id)
            return True
        if running.turn.diner.channel == diners.WHATSAPP:
            self._delivery.hand_over(diner_id, outgoing)
        for message in running.messages:
            if listener := self._listeners.get(message.id):
                listener.end(ending)
        self._tell(running, ending, time.monotonic() - began)
        return True

    def _answer(self, diner_id: int, running: Running) -> Ending:
        turn = running.turn
        if turn.attempt > MAX_ATTEMPTS:
            return Ending(apology("failed"), turn.diner.persona, cause="gave_up", is_dead=True)
        self._show_typing(turn)
        self._running[diner_id] = running
        try:
            return self._taker.take(running)
        finally:
            del self._running[diner_id]

    def _tell(self, running: Running, ending: Ending, seconds: float) -> None:
        self._metrics.turns.labels(ending.state, ending.persona or "keyword").inc()
        self._metrics.turn_seconds.observe(seconds)
        log.info(
            "turn.ended",
            turn=running.turn.id,
            diner=masked(running.turn.diner.address),
            state=ending.state,
            cause=ending.cause,
            messages=len(running.messages),
            seconds=round(seconds, 3),
        )

    def _claim(self, diner_id: int) -> Running | None:
        now = self._now()
        with self._database.transaction() as session:
            turn = turns.claim(session, diner_id, lease=uuid4().hex, now=now, until=self._leases.until(now))
            if turn is None:
                return None
            persona = self._taker.persona_of(turn.diner.persona)
            history = [] if turn.is_keyword else turns.history(session, turn.diner, persona, HISTORY_TURNS)
        running = Running(turn, history)
        if turn.diner.channel == diners.API:
            running.on_delta = lambda delta: self._pass_on(running, delta)
        return running

    def _write(self, turn: Claimed, ending: Ending) -> tuple[bool, Outgoing | None]:
        """Close the turn, with all that takes effect with it and the reply's parts, in one transaction."""
        now = self._now()
        with self._database.transaction() as session:
            is_ours = turns.end(
                session,
                turn,
                state=ending.state,
                persona=ending.persona,
                reply=ending.reply,
                now=now,
                cause=ending.cause,
                tokens=ending.tokens,
            )
            if not is_ours:
                return False, None
            if ending.switch_to:
                diners.set_persona(session, turn.diner.id, ending.switch_to)
            if ending.forget:
                diners.forget_conversation(session, turn.diner.id, turn.id)
            if turn.diner.channel != diners.WHATSAPP:
                return True, None
            bodies = split(to_whatsapp(ending.reply))
            return True, outbox.add(
                session, turn.diner, turn.id, bodies, lease=uuid4().hex, now=now, until=self._leases.until(now)
            )

    def _show_typing(self, turn: Claimed) -> None:
        """In passing: a turn never waits for it, nor fails with it."""
        if turn.diner.channel == diners.WHATSAPP and turn.attempt == 1 and not turn.is_keyword:
            Thread(target=self._typing, args=(turn.messages[-1].sid,), name="typing", daemon=True).start()

    def _typing(self, sid: str) -> None:
        try:
            self._door.show_typing(sid)
        except SendError as error:
            log.info("typing.failed", detail=str(error))

    def _pass_on(self, running: Running, delta: Delta) -> None:
        for message in running.messages:
            if listener := self._listeners.get(message.id):
                listener.pieces.put(delta)

    def _hand_back(self) -> None:
        """Another process takes these up at once; what we may still make of them is void."""
        held = self._leases.all_held()
        log.warning("runner.handed_back", leases=len(held))
        now = self._now()
        with self._database.transaction() as session:
            turns.hand_back(session, held, now)
            outbox.hand_back(session, held, now)

    def _sweep(self) -> None:
        """Take up what no process works on: messages that wait, turns and parts whose process died, parts that are due again."""
        while not self._stopping.wait(SWEEP_S):
            try:
                now = self._now()
                with self._database.transaction() as session:
                    to_run = {*inbox.waiting_diners(session, SWEPT_AT_ONCE), *turns.expired_diners(session, now, SWEPT_AT_ONCE)}
                    to_send = outbox.due_diners(session, now, SWEPT_AT_ONCE)
            except Exception:  # noqa: BLE001 (the sweep must live)
                log.exception("sweep.failed")  # the database may be away: the next round tries again
                continue
            for diner_id in to_run:
                if not self._lanes.is_busy_with(diner_id):
                    self._lanes.wake(diner_id)
            for diner_id in to_send:
                if not self._delivery.lanes.is_busy_with(diner_id):
                    self._delivery.lanes.wake(diner_id)

    def _beat(self) -> None:
        """Renew what is held, three times within a lease."""
        while not self._stopping.wait(self._leases.lasts.total_seconds() / 3):
            self._renew()

    def _renew(self) -> None:
        held = self._leases.all_held()
        if not held:
            return
        until = self._leases.until(self._now())
        try:
            with self._database.transaction() as session:
                turns.renew(session, held, until)
                outbox.renew(session, held, until)
        except Exception:  # noqa: BLE001 (the heartbeat must live)
            log.exception("heartbeat.failed")  # what runs out meanwhile is caught by its lease
        else:
            self._leases.renewed(held, until)


def _as_ending(turn: Turn) -> Ending:
    return Ending(turn.reply or "", turn.persona, cause=turn.cause)
