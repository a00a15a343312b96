"""The operator's pages: is the process alive, can it serve, and its numbers."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from threading import Lock

from flask import Blueprint, Response, jsonify
from prometheus_client import Gauge

from engine.account import Account
from engine.alarm import Alarm
from engine.spending import Spending
from models import lateness, restaurants
from models.database.engine import Database, DatabaseUnavailableError
from models.database.state import OK, State
from realtime.client import RealtimeClient
from telemetry.metrics import Metrics

# Seconds for which a message or a part of a reply may wait while nobody works on it.
MOST_AGE_S = 60.0
NOBODY = {
    "inbox_age_s": (
        "nobody answers: see that a process runs with WEB_RUNS_TURNS=true, or a worker,"
        " and how busy it is"
    ),
    "outbox_lag_s": "nobody sends: see that a process runs that answers, and its log of the outbox",
}


# By restaurant, persona and what it is of.
Sums = defaultdict[tuple[str, str, str], float]


def _now() -> datetime:
    return datetime.now(UTC)


class HealthRoutes:
    """`client` is None where AI_REALTIME_ENABLED is false, `account` where Twilio is a stand-in.

    `voice`: the client for sound, which opens with the first voice note; who is ready needs none.
    `now`: the moment as the leases know it, where the database has no clock of its own.
    """

    def __init__(
        self,
        database: Database,
        client: RealtimeClient | None,
        metrics: Metrics,
        account: Account | None = None,
        alarm: Alarm | None = None,
        now: Callable[[], datetime] = _now,
        spending: Spending | None = None,
        voice: RealtimeClient | None = None,
    ) -> None:
        self._state = State(database, lambda connection: lateness.ages(connection, now()))
        self._client = client
        self._metrics = metrics
        self._account = account
        self._alarm = alarm
        self._database = database
        self._spending = spending
        self._noting = Lock()
        self._voice = voice

    def blueprint(self) -> Blueprint:
        routes = Blueprint("health", __name__)
        routes.add_url_rule("/healthz", view_func=self.healthz)
        routes.add_url_rule("/readyz", view_func=self.readyz)
        routes.add_url_rule("/metrics", view_func=self.metrics)
        return routes

    def healthz(self) -> Response:
        """The process answers. It asks nobody: a database that is away is no reason to restart."""
        return jsonify({"ok": True})

    def readyz(self) -> tuple[Response, int]:
        """Whether messages can be stored and answered, in words; 503 when not."""
        client = self._client
        account = self._account
        sight = self._state.sight()
        late = [NOBODY[name] for name, age in sight.figures.items() if age > MOST_AGE_S]
        is_ready = (
            sight.words == OK
            and (client is None or client.is_ready)
            and (account is None or account.refusal is None)
            and not late
        )
        told = {
            "ok": is_ready,
            "database": sight.words,
            "realtime": client.state() if client else "off: AI_REALTIME_ENABLED is false",
            **sight.figures,
        }
        if account:
            told["twilio"] = account.state()
        if self._alarm and (senders := self._alarm.state()):
            told["senders"] = senders  # others may be well: it is no reason to take messages away
        if late:
            told["late"] = late
        return jsonify(told), 200 if is_ready else 503

    def metrics(self) -> Response:
        for prefix, client in (("", self._client), ("voice_", self._voice)):
            for what, count in (client.counts() if client else {}).items():
                self._metrics.realtime_now.labels(prefix + what).set(count)
        for name, age in self._state.sight().figures.items():
            self._metrics.ages.labels(name.partition("_")[0]).set(age)
        if self._spending:
            with suppress(DatabaseUnavailableError):
                self._note_month(self._spending)
        return Response(self._metrics.render(), mimetype="text/plain; version=0.0.4")

    def _note_month(self, spending: Spending) -> None:
        """What each restaurant's month and day took so far, as `flask cost` shows it."""
        with self._database.transaction() as session:
            every = restaurants.all_of_them(session)
        month: Sums = defaultdict(float)
        today: Sums = defaultdict(float)
        for restaurant in every:
            day = spending.midnight(restaurant).date()
            for line in spending.month(restaurant):
                for what, amount in line.amounts().items():
                    labels = (restaurant.slug, line.persona, what)
                    month[labels] += amount
                    if line.day == day:
                        today[labels] += amount
        with self._noting:
            _set(self._metrics.month, month)
            _set(self._metrics.today, today)


def _set(gauge: Gauge, sums: Sums) -> None:
    """These and no others: what was before may be over."""
    gauge.clear()
    for labels, amount in sums.items():
        gauge.labels(*labels).set(amount)
