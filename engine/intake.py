"""How a message is taken in: stored before it is acknowledged, and its turn begun where it may.

It answers nothing: the turn is the runner's.
"""

from functools import partial

from conversation import keywords
from engine.leases import Leases
from engine.patience import once_more
from engine.runner import Runner
from knowledge.clock import Clock
from models import arrival, identities
from models.arrival import Taken
from models.database import notices
from models.database.engine import Database, DatabaseUnavailableError
from models.inbox import Incoming
from telemetry.logs import log
from telemetry.metrics import Metrics
from whatsapp import wordless

# How long a webhook waits for the database: Twilio waits 15 s, and does not come again by itself.
WEBHOOK_LIMIT_S = 2.0


class Intake:
    """`process` is this one's name, by which others tell its notices from their own."""

    def __init__(
        self,
        database: Database,
        runner: Runner,
        leases: Leases,
        metrics: Metrics,
        clock: Clock,
        *,
        process: str,
    ) -> None:
        self._database = database
        self._runner = runner
        self._leases = leases
        self._metrics = metrics
        self._clock = clock
        self._process = process

    def take_in(self, incoming: Incoming) -> Taken:
        """Store a message, and begin its turn where nothing stands before it, in one transaction.

        `wake` starts the turn: apart, so that a caller can acknowledge, or begin to wait, first.
        Raises DatabaseUnavailableError.
        """
        taken = once_more(partial(self._store, incoming))
        if taken.turn:
            self._runner.expect(taken.turn)
        outcome = "new" if taken.message_id else "duplicate"
        self._metrics.messages.labels(incoming.channel, outcome).inc()
        return taken

    def wake(self, taken: Taken) -> None:
        """A message was stored: run the turn that it began, or let the running one know."""
        if taken.message_id is None:
            return
        if taken.to_unite is not None:
            self._unite(taken.diner_id, taken.to_unite)
        if taken.turn is not None:
            self._runner.run(taken.turn)
        else:
            self._runner.wake(taken.diner_id)

    def _store(self, incoming: Incoming) -> Taken:
        now = self._clock.steady()
        # Also a process that stops takes messages in to the end, and needs others to run them.
        notice_from = notices.sender(self._process, runs_turns=self._runner.takes_turns)
        is_keyword = not incoming.is_readable or _is_keyword(incoming)
        with self._leases.claiming() as lease:
            with self._database.alone(WEBHOOK_LIMIT_S) as connection:
                taken = arrival.store(
                    connection,
                    incoming,
                    is_keyword=is_keyword,
                    notice_from=notice_from,
                    may_begin=self._runner.has_room,
                    lease=lease,
                    now=now,
                    until=self._leases.until(now),
                )
            self._database.settle()  # whoever acknowledges it may keep the promise
        return taken

    def _unite(self, diner_id: int, incoming: Incoming) -> None:
        """What fails here, the next message brings again."""
        try:
            identities.unite(self._database, diner_id, incoming)
        except DatabaseUnavailableError as error:
            log.warning("database.away", why=str(error))


def _is_keyword(incoming: Incoming) -> bool:
    keyword = keywords.parse(incoming.text)
    if keyword is None or keyword.word not in keywords.FOR_GOOD:
        return keyword is not None
    return not wordless.forwarded(incoming.form)  # these may be somebody else's words
