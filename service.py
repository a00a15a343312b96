"""The one place that wires: settings in, everything that runs out, each part with what it needs.

Making a service starts nothing and asks nobody: `start` and `stop` follow the process.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Lock
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import answering
import calling
import delivering
import doors
from conversation.call.sentences import Sentences
from conversation.calling import OnCall
from conversation.rollout import Rollout
from engine.account import Account
from engine.answers import Answers
from engine.approving import Approving
from engine.closing import Closing
from engine.delivery import Delivery
from engine.drafting import Drafting
from engine.figures import Counting
from engine.gathering import Gathering
from engine.hands import Hands
from engine.in_person import InPerson
from engine.intake import Intake
from engine.leases import Leases
from engine.receipts import Receipts
from engine.runner import Runner
from engine.share import Share
from engine.sign_in_links import SignInLinks
from engine.spending import Spending
from engine.stopping import Stopping
from engine.talk import Talk
from engine.typing import Typing
from engine.upkeep import Upkeep
from engine.waiting import Waiting
from knowledge import costs
from knowledge.clock import Clock
from knowledge.warming import warm
from models import restaurants, staff
from models.database.settling import Natively, quietly
from personas.catalogue import FOR_EVERYONE, PERSONAS
from personas.rights import Books, Rights, warn_of
from settings import Settings
from telemetry.logs import log
from telemetry.metrics import Metrics
from telemetry.tracing import tracing
from whatsapp.aside import Aside

# How long a caller of /ai/say waits beyond a turn's own time: for the same sender's turns before.
PATIENCE_S = 15


def _at_once(work: Callable[[], Any]) -> Any:
    return work()


class Service:
    """`runs_turns`: False for a process that only takes messages in; None: as WEB_RUNS_TURNS says.

    `on_call` hears of each call of a tool. Raises SettingsError for settings that don't fit.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        runs_turns: bool | None = None,
        clock: Clock | None = None,
        on_call: OnCall | None = None,
    ) -> None:
        settings.check_persona(FOR_EVERYONE)
        settings.check_prices(costs.is_price, costs.NAMES)
        self.settings = settings
        self._clock = clock or Clock()
        self.metrics = Metrics()
        self.outside = doors.outside(settings, self.metrics, self._clock)
        self.database = self.outside.database
        self._know()
        self._runs_turns = settings.web_runs_turns if runs_turns is None else runs_turns
        process = uuid4().hex
        leases = Leases(self.database, self._clock, settings.lease_s)
        waiting = Waiting(self.database, self._clock)
        rollout = Rollout(self.database, self.directory, self._rights, self._clock)
        hands = Hands(
            self.database,
            self.metrics,
            self._clock,
            lasts=timedelta(minutes=settings.human_hands_minutes),
            is_left=rollout.is_the_staffs,
            is_unlisted=rollout.is_unlisted,
        )
        aside = Aside()
        self.voices = answering.voices(settings, self.outside, aside, self._clock)
        understanding = answering.understanding(self.outside, aside, self._clock)
        taker = answering.taker(
            settings,
            self.outside,
            aside,
            understanding,
            self.directory,
            self._rights,
            self.metrics,
            self._clock,
            on_call,
        )
        delivery = delivering.delivery(settings, self.outside, leases, self.metrics, self._clock)
        stopping = Event()
        answers = Answers(
            taker,
            rollout,
            Gathering(self.database, taker, understanding, self._clock, stopping),
            Share(self.database, self._clock, settings.diner_turns_per_minute),
            self._budget,
            waiting,
            Typing(self.outside.twilio),
            self._clock,
            stopping,
        )
        runner = Runner(
            self.database,
            answers,
            Closing(self.database, leases, hands, self._clock),
            delivery,
            waiting,
            leases,
            self.metrics,
            self._clock,
            stopping,
            at_once=settings.turns_at_once,
            runs_turns=self._runs_turns,
        )
        go_on = delivery.go_on if runner.runs_turns else lambda _: None
        self._send(delivery, hands, go_on)
        self.calls = calling.calls(
            settings,
            self.outside,
            taker,
            self.directory,
            self._rights,
            rollout,
            self._budget,
            hands,
            self.sentences,
            self.metrics,
            self._clock,
            on_call,
            process=process,
            go_on=go_on,
        )
        self.intake = Intake(
            self.database, runner, leases, self.metrics, self._clock, process=process
        )
        self.talk = Talk(
            self.database,
            self.intake,
            waiting,
            taker,
            self._clock,
            number=settings.twilio_whatsapp_number,
            timeout_s=settings.turn_timeout_s + PATIENCE_S,
        )
        self.numbers = delivering.numbers(
            self.outside, delivery.alarm, self.metrics, self._clock, process=process[:8]
        )
        self._upkeep = Upkeep(
            self.database,
            runner,
            delivery,
            leases,
            hands,
            self._budget,
            self._clock,
            process=process,
            keep_for=timedelta(days=settings.retention_days) if settings.retention_days else None,
            first_look=partial(
                warn_of, self._books, self.database, is_production=settings.is_production
            ),
        )
        self._stopping = Stopping(
            runner, delivery, waiting, self._upkeep, leases, self.database, self._clock
        )

    def _know(self) -> None:
        """Make what commands and pages ask, beside the turns."""
        settings = self.settings
        door = self.outside.twilio
        # The service is about to end: whoever watches a page waits for nothing new.
        self.stopping = Event()
        self._lock = Lock()
        self.natively: Natively = _at_once
        # Where Twilio is a stand-in, its key is its own.
        self.account = None if settings.twilio_is_stand_in else Account(door, self._clock)
        self.approving = Approving(self.database, door.content, self._clock)
        self.sentences = Sentences(self.database, self._clock.monotonic)
        self.directory = restaurants.Directory(self.database, self._clock.monotonic)
        self.metrics.expect_turns_of(PERSONAS)
        prices = costs.prices_of(settings.openai_realtime_model, settings.prices or {})
        self.spending = Spending(self.database, self._clock, prices)
        self.counting = Counting(self.database, self._clock, self.spending)
        self._books = Books(settings.books_open_to, settings.twilio_whatsapp_number)
        self._budget = answering.budget(
            settings, self.database, self.directory, self.spending, self._books, self._clock
        )
        roster = staff.Roster(self.database, self._clock.monotonic)
        self._rights = Rights(self._books, roster)

    def now(self) -> datetime:
        """As the leases know it, where the database has no clock of its own."""
        return self._clock.steady()

    @property
    def url(self) -> str:
        """Where it is reached."""
        return self.settings.public_url or self.settings.local_url

    @property
    def model_host(self) -> str | None:
        """Where diners' words go to; None where a stand-in answers, or nobody."""
        settings = self.settings
        if settings.openai_is_stand_in or not settings.ai_realtime_enabled:
            return None
        return urlsplit(settings.openai_realtime_endpoint).hostname

    def start(self, *, sweeps: bool = True, natively: Natively = _at_once) -> None:
        """Keep what runs alive from now on; a process that serves also sweeps inbox and outbox.

        It also finds out whether its keys are taken, in passing: a command learns that by using
        them.
        `natively` runs what would hold up everything on a thread of the system's own,
        where threads are greenlets.
        """
        if not tracing.is_on:
            tracing.start(doors.collector(self.settings))
        if sweeps and self._runs_turns:
            warm()
        if self.outside.sandbox:
            self.outside.sandbox.start()
        if self.outside.sandbox and sweeps:
            log.info("sandbox.started", url=self.outside.sandbox.twilio_url)
        self.natively = quietly(natively)
        self._upkeep.start(sweeps=sweeps, natively=self.natively)
        if sweeps:
            self.numbers.start()
            self.calls.start()
        if sweeps and self.account:
            self.account.start()
        if sweeps and self.outside.client and self._runs_turns:
            self.outside.client.open()

    @contextmanager
    def running(self) -> Iterator[None]:
        """For the time of one command: its turns' leases are kept alive, and all ends with it."""
        try:
            self.start(sweeps=False)
            yield
        finally:
            self.stop()

    def stop(self) -> None:
        """Finish or hand back what runs, send what is written, within GRACE_S; then hang up.

        A second call does nothing.
        """
        with self._lock:
            was_stopped = self.stopping.is_set()
            self.stopping.set()
        if was_stopped:
            return
        began = self._clock.monotonic()
        self.links.finish(self.settings.grace_s / 8)
        if self.account:
            self.account.stop()
        # Goodbye takes some seconds, and none where nobody calls; the rest is the turns'.
        self.calls.stop(self.settings.grace_s / 2)
        self._stopping.stop(self.settings.grace_s - (self._clock.monotonic() - began))
        for client in filter(None, (self.outside.client, self.outside.voice_client)):
            client.close()
        tracing.stop(self.settings.grace_s - (self._clock.monotonic() - began))
        if self.outside.sandbox:
            self.outside.sandbox.close()
        self.numbers.stop()
        self.database.close()

    def _send(self, delivery: Delivery, hands: Hands, go_on: Callable[[int], None]) -> None:
        """Make what has something sent, beside the turns. Where only others send, it is swept."""
        self.receipts = Receipts(
            self.database, self.metrics, delivery.alarm, self._clock, go_on=go_on
        )
        self.in_person = InPerson(self.database, hands, self._clock, go_on)
        self.drafts = Drafting(self.database, self._clock, go_on)
        self.links = SignInLinks(self.database, self._clock, go_on, self.url)
