"""Who runs, in what order: takes messages in, runs one turn a diner at a time, writes the reply and hands it to delivery.

The inbox is the queue: everything here may be killed at any line, and another process goes on from the tables.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from conversation import keywords
from conversation.delivery import Delivery
from conversation.lanes import Lanes
from conversation.leases import Leases
from conversation.listeners import Listener, Listeners
from conversation.patience import patiently, unless_away
from conversation.sentences import apology
from conversation.turn import Ending, Running, TurnTaker
from models import diners, erasure, inbox, outbox, turns
from models.database import Database, DatabaseUnavailableError
from models.outbox import Outgoing
from models.turns import Claimed, Turn
from telemetry import Metrics, log, masked
from whatsapp.markup import to_whatsapp
from whatsapp.outbound import SendError, TwilioDoor
from whatsapp.split import split

HISTORY_TURNS = 10
# A turn that was begun so often and never ended kills its process: give it up.
MAX_ATTEMPTS = 3
# A turn that another process runs is looked for so often.
LOOK_S = 0.5
# What a notice says of its sender: one that runs turns itself needs no help, one that only accepts does.
RUNS, ACCEPTS = "runs", "accepts"


class Runner:
    """`runs_turns`: False for a process that only takes messages in; another one, woken by its notice, runs their turns."""

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
        runs_turns: bool,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._taker, self._delivery, self._door = database, taker, delivery, door
        self._leases, self._metrics, self._now = leases, metrics, now
        self.runs_turns = runs_turns
        self._process = uuid4().hex  # so that its notices are told from others'
        self._lanes = Lanes("turn", unless_away(self._run_diner), at_once)
        self._running: dict[int, Running] = {}  # by diner
        self._listeners = Listeners()
        self._stopping = Event()

    def receive(
        self, *, channel: str, address: str, number: str, sid: str, text: str, profile_name: str | None, payload: dict[str, Any]
    ) -> tuple[int, int | None]:
        """Store a message in one short transaction; (diner id, message id), the latter None when it was here before.

        `wake` starts the turn: apart, so that a caller can listen first. Raises DatabaseUnavailableError.
        """
        now = self._now()
        is_keyword = keywords.parse(text) is not None
        with self._database.transaction() as session:
            diner_id = diners.upsert(session, channel=channel, address=address, number=number, profile_name=profile_name, now=now)
            message_id = inbox.accept(
                session,
                diner_id,
                sid=sid,
                text=text,
                is_keyword=is_keyword,
                payload=payload,
                now=now,
                process=self._signature,
            )
        self._metrics.messages.labels(channel, "new" if message_id else "duplicate").inc()
        return diner_id, message_id

    def wake(self, diner_id: int) -> None:
        """There is something new for this diner: begin a turn, or let the running one know."""
        if not self.runs_turns:
            return
        if running := self._running.get(diner_id):
            running.wrote_again()
        self._lanes.wake(diner_id)

    def hear(self, sender: str, diner_id: int) -> None:
        """Another process took a message in: its diner's turn may run here, or may have to."""
        if sender.startswith(self._process):
            return
        if sender.endswith(ACCEPTS) or self._lanes.is_busy_with(diner_id):
            self.wake(diner_id)

    def take_up(self, diner_id: int) -> None:
        """The sweep found something of this diner that may be nobody's."""
        if not self._lanes.is_busy_with(diner_id):
            self._lanes.wake(diner_id)

    def listen(self, message_id: int) -> Listener:
        """Hear of the turn that answers a message; to be called before `wake`, and ended by `wait` or `unlisten`."""
        return self._listeners.add(message_id)

    def unlisten(self, message_id: int) -> None:
        self._listeners.remove(message_id)

    def wait(self, message_id: int, listener: Listener, timeout_s: float) -> Ending | None:
        """The ending of the turn that answers a message, whichever process runs it; None when time runs out."""
        until = time.monotonic() + timeout_s
        try:
            while not listener.ended.wait(LOOK_S) and time.monotonic() < until:
                if ending := self._ended_elsewhere(message_id):
                    return ending
            return listener.ending
        finally:
            self.unlisten(message_id)

    def stop(self, grace_s: float) -> None:
        """Claim nothing more, finish what runs and send what is written within the grace time, hand the rest back."""
        self._stopping.set()
        self._lanes.close()
        until = time.monotonic() + grace_s
        is_done = self._lanes.join(grace_s / 2) and self._delivery.drain(max(0.0, until - time.monotonic() - 1))
        if not is_done:
            self._hand_back()
        self._delivery.close()
        self._listeners.end_all(Ending(apology("closed"), None, cause="closed"))

    @property
    def _signature(self) -> str:
        """What this process' notices carry: also one that stops takes messages in to the end, and needs others to run them."""
        runs = self.runs_turns and not self._stopping.is_set()
        return f"{self._process}/{RUNS if runs else ACCEPTS}"

    def _hand_back(self) -> None:
        """Another process takes these up at once; what we may still make of them is void."""
        held = self._leases.all_held()
        log.warning("runner.handed_back", leases=len(held))
        now = self._now()
        try:
            with self._database.transaction() as session:
                turns.hand_back(session, held, now)
                outbox.hand_back(session, held, now)
        except DatabaseUnavailableError:
            log.warning("database.away")  # then the leases run out by themselves

    def _run_diner(self, diner_id: int) -> None:
        """A diner's turns, one after the other, until nothing waits; who writes meanwhile wakes the lane again."""
        while not self._stopping.is_set() and self._run_turn(diner_id):
            pass

    def _run_turn(self, diner_id: int) -> bool:
        """Claim, answer, write, deliver; False when nothing waits for the next turn."""
        running = self._claim(diner_id)
        if running is None:
            return False
        began = time.monotonic()
        with self._leases.held(running.turn.lease, running.turn.lease_until):
            ending = self._answer_or_release(diner_id, running)
            is_ours, ending, outgoing = patiently(lambda: self._write(running.turn, ending), self._stopping)
        if not is_ours:
            log.warning("turn.lost", turn=running.turn.id)
            self._metrics.turns.labels("lost", ending.persona or "keyword").inc()
            return True
        if running.turn.diner.channel == diners.WHATSAPP:
            self._delivery.hand_over(diner_id, outgoing)
        self._listeners.end(running.messages, ending)
        self._tell(running, ending, time.monotonic() - began)
        return running.turn.is_more

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
            running.on_delta = lambda delta: self._listeners.pass_on(running.messages, delta)
        return running

    def _answer_or_release(self, diner_id: int, running: Running) -> Ending:
        try:
            return self._answer(diner_id, running)
        except BaseException:
            # A fault of ours: the next attempt may begin at once, and the last one gives up.
            with self._database.transaction() as session:
                turns.release(session, running.turn, self._now())
            raise

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

    def _show_typing(self, turn: Claimed) -> None:
        """In passing: a turn never waits for it, nor fails with it."""
        if turn.diner.channel == diners.WHATSAPP and turn.attempt == 1 and not turn.is_keyword:
            Thread(target=self._typing, args=(turn.messages[-1].sid,), name="typing", daemon=True).start()

    def _typing(self, sid: str) -> None:
        try:
            self._door.show_typing(sid)
        except SendError as error:
            log.info("typing.failed", detail=str(error))

    def _write(self, turn: Claimed, ending: Ending) -> tuple[bool, Ending, Outgoing | None]:
        """Close the turn, with all that takes effect with it and the reply's parts, in one transaction.

        Whether the turn was still ours, its ending as written, and the first part, if it came claimed.
        """
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
                return False, ending, None
            if ending.forget:
                erased = erasure.forget(session, turn.diner, turn.id)
                ending = replace(ending, reply=keywords.forgotten_text(erased.messages, erased.replies))
            if ending.switch_to:
                diners.set_persona(session, turn.diner.id, ending.switch_to)
            if ending.reset:
                diners.forget_conversation(session, turn.diner.id, turn.id)
            if turn.diner.channel != diners.WHATSAPP:
                if ending.forget:
                    erasure.finish_forgetting(session, turn.diner.id)  # nothing is left to be sent
                return True, ending, None
            bodies, until = split(to_whatsapp(ending.reply)), self._leases.until(now)
            return True, ending, outbox.add(session, turn.diner, turn.id, bodies, lease=uuid4().hex, now=now, until=until)

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

    def _ended_elsewhere(self, message_id: int) -> Ending | None:
        with self._database.transaction() as session:
            turn = turns.of_message(session, message_id)
        if turn is None or turn.state == turns.RUNNING:
            return None
        return _as_ending(turn)


def _as_ending(turn: Turn) -> Ending:
    return Ending(turn.reply or "", turn.persona, cause=turn.cause)
