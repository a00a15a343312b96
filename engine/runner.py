"""Who runs, in what order: takes messages in, runs one turn a diner at a time, writes the reply and
hands it to delivery.

The inbox is the queue: everything here may be killed at any line, and another process goes on from
the tables.
"""

import time
from _thread import start_new_thread
from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import Any
from uuid import uuid4

from conversation import keywords
from conversation.sentences import apology
from conversation.turn import Ending, Running, TurnTaker
from engine.closing import Closing
from engine.delivery import Delivery
from engine.lanes import Lanes
from engine.leases import Leases
from engine.patience import patiently, unless_away
from engine.waiting import Listener, Listeners
from models import diners, turns, upkeep
from models.database.engine import Database, DatabaseUnavailableError
from models.intake import Taken, take_in
from models.restaurants import Directory
from models.turns import Claimed, Exchange, Outcome
from telemetry.logs import log
from telemetry.masking import masked
from telemetry.metrics import Metrics
from whatsapp.outbound import SendError, TwilioDoor

HISTORY_TURNS = 10
# A turn that was begun so often and never ended kills its process: give it up.
MAX_ATTEMPTS = 3
# A turn that another process runs is looked for so often.
LOOK_S = 0.5
# What a notice says of its sender: one that runs turns itself needs no help, one that only accepts
# does.
RUNS, ACCEPTS = "runs", "accepts"


class Runner:
    """`runs_turns`: False for a process that only takes messages in; another one, woken by its
    notice, runs their turns.
    """

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
        self._database = database
        self._taker = taker
        self._delivery = delivery
        self._door = door
        self._leases = leases
        self._metrics = metrics
        self._now = now
        self.runs_turns = runs_turns
        self._process = uuid4().hex  # so that its notices are told from others'
        self._lanes = Lanes("turn", unless_away(self._run_diner), at_once)
        self._closing = Closing(database, leases, now)
        self._restaurants = Directory(database)
        self._begun: dict[
            int, Claimed
        ] = {}  # by diner: turns that began with their message, and have no worker yet
        self._running: dict[int, Running] = {}  # by diner
        self._listeners = Listeners()
        self._stopping = Event()

    def receive(
        self,
        *,
        channel: str,
        address: str,
        number: str,
        sid: str,
        text: str,
        profile_name: str | None,
        payload: dict[str, Any],
    ) -> Taken:
        """Store a message in one short transaction, which also begins its turn where nothing stands
        before it.

        `wake` starts the turn: apart, so that a caller can listen first. Raises
        DatabaseUnavailableError.
        """
        now = self._now()
        with self._database.alone() as connection:
            taken = take_in(
                connection,
                channel=channel,
                address=address,
                number=number,
                profile_name=profile_name,
                sid=sid,
                text=text,
                is_keyword=keywords.parse(text) is not None,
                payload=payload,
                process=self._signature,
                may_begin=self._takes_turns and self._lanes.has_room,
                lease=uuid4().hex,
                now=now,
                until=self._leases.until(now),
            )
        if taken.turn:
            # At once: whoever wakes this diner next finds it here.
            self._begun[taken.diner_id] = taken.turn
        self._metrics.messages.labels(channel, "new" if taken.message_id else "duplicate").inc()
        return taken

    def wake(self, taken: Taken) -> None:
        """A message was stored: run the turn that it began, or let the running one know."""
        turn = taken.turn
        if turn is None:
            self.wake_diner(taken.diner_id)
            return
        if self._begun.get(taken.diner_id) is turn:
            self._leases.hold(turn.lease, turn.lease_until)
        if not self._lanes.wake(taken.diner_id):  # stopped meanwhile
            self._hand_back_begun()

    def wake_diner(self, diner_id: int) -> None:
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
            self.wake_diner(diner_id)

    def take_up(self, diner_id: int) -> None:
        """The sweep found something of this diner that may be nobody's."""
        if not self._lanes.is_busy_with(diner_id):
            self._lanes.wake(diner_id)

    def listen(self, message_id: int) -> Listener:
        """Hear of the turn that answers a message; to be called before `wake`, and ended by `wait`
        or `unlisten`.
        """
        return self._listeners.add(message_id)

    def unlisten(self, message_id: int) -> None:
        self._listeners.remove(message_id)

    def wait(self, message_id: int, listener: Listener, timeout_s: float) -> Ending | None:
        """The ending of the turn that answers a message, whichever process runs it; None when time
        runs out.
        """
        until = time.monotonic() + timeout_s
        try:
            while not listener.ended.wait(LOOK_S) and time.monotonic() < until:
                if ending := self._ended_elsewhere(message_id):
                    return ending
            return listener.ending
        finally:
            self.unlisten(message_id)

    def stop(self, grace_s: float) -> None:
        """Claim nothing more, finish what runs and send what is written within the grace time, hand
        the rest back.
        """
        self._stopping.set()
        self._lanes.close()
        until = time.monotonic() + grace_s
        is_done = self._lanes.join(grace_s / 2) and self._delivery.drain(
            max(0.0, until - time.monotonic() - 1)
        )
        if not is_done:
            self._hand_back(self._leases.all_held())
        self._hand_back_begun()
        self._delivery.close()
        self._listeners.end_all(Ending(apology("closed"), None, cause="closed"))

    @property
    def _takes_turns(self) -> bool:
        return self.runs_turns and not self._stopping.is_set()

    @property
    def _signature(self) -> str:
        """What this process' notices carry: also one that stops takes messages in to the end, and
        needs others to run them.
        """
        return f"{self._process}/{RUNS if self._takes_turns else ACCEPTS}"

    def _hand_back_begun(self) -> None:
        """Turns that began with their message, and that no worker will take up any more."""
        begun, self._begun = list(self._begun.values()), {}
        if begun:
            self._hand_back([turn.lease for turn in begun])

    def _hand_back(self, held: list[str]) -> None:
        """Another process takes these up at once; what we may still make of them is void."""
        log.warning("runner.handed_back", leases=len(held))
        now = self._now()
        try:
            with self._database.connection() as connection:
                upkeep.hand_back(connection, held, now)
        except DatabaseUnavailableError:
            log.warning("database.away")  # then the leases run out by themselves

    def _run_diner(self, diner_id: int) -> None:
        """A diner's turns, one after the other, until nothing waits; who writes meanwhile wakes the
        lane again.
        """
        while not self._stopping.is_set() and self._run_turn(diner_id):
            pass

    def _run_turn(self, diner_id: int) -> bool:
        """Claim, answer, write, deliver; False when nothing waits for the next turn."""
        turn = self._begun.pop(diner_id, None) or self._claim(diner_id)
        if turn is None:
            return False
        began = time.monotonic()
        with self._leases.held(turn.lease, turn.lease_until):
            running, ending = self._answer_or_release(turn)
            is_ours, ending, outgoing = patiently(
                lambda: self._closing.close(turn, ending), self._stopping
            )
        if not is_ours:
            log.warning("turn.lost", turn=turn.id)
            self._metrics.turns.labels("lost", ending.persona or "keyword").inc()
            return True
        if turn.diner.channel == diners.WHATSAPP:
            self._delivery.hand_over(diner_id, outgoing)
        self._listeners.end(running.messages, ending)
        self._tell(running, ending, time.monotonic() - began)
        return turn.is_more

    def _claim(self, diner_id: int) -> Claimed | None:
        now = self._now()
        with self._database.connection() as connection:
            return turns.claim(
                connection, diner_id, lease=uuid4().hex, now=now, until=self._leases.until(now)
            )

    def _prepared(self, turn: Claimed) -> Running:
        """The turn, with all that is known before it is answered."""
        restaurant = self._restaurants.by_number(turn.diner.number)
        history: list[Exchange] = []
        if not turn.is_keyword:
            persona = self._taker.persona_of(turn.diner.persona)
            with self._database.alone() as connection:
                history = turns.history(connection, turn.diner, persona, HISTORY_TURNS)
        running = Running(turn, restaurant, history)
        if turn.diner.channel == diners.API:
            running.on_delta = lambda delta: self._listeners.pass_on(running.messages, delta)
        elif turn.attempt == 1:
            running.on_wait = lambda: start_new_thread(self._show_typing, (turn.messages[-1].sid,))
        return running

    def _answer_or_release(self, turn: Claimed) -> tuple[Running, Ending]:
        try:
            running = patiently(lambda: self._prepared(turn), self._stopping)
            return running, self._answer(running)
        except BaseException:
            # A fault of ours: the next attempt may begin at once, and the last one gives up.
            with self._database.alone() as connection:
                turns.release(connection, turn, self._now())
            raise

    def _answer(self, running: Running) -> Ending:
        turn = running.turn
        if turn.attempt > MAX_ATTEMPTS:
            return Ending(apology("failed"), turn.diner.persona, cause="gave_up", is_dead=True)
        self._running[turn.diner.id] = running
        try:
            return self._taker.take(running)
        finally:
            del self._running[turn.diner.id]

    def _show_typing(self, sid: str) -> None:
        """In passing: a turn never waits for it, nor fails with it."""
        try:
            self._door.show_typing(sid)
        except SendError as error:
            log.info("typing.failed", detail=str(error))
        except Exception:  # noqa: BLE001 (nobody else hears of what happens on a thread of its own)
            log.exception("typing.failed")

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
        with self._database.alone() as connection:
            turn = turns.of_message(connection, message_id)
        if turn is None or turn.state == turns.RUNNING:
            return None
        return _as_ending(turn)


def _as_ending(turn: Outcome) -> Ending:
    return Ending(turn.reply or "", turn.persona, cause=turn.cause)
