"""`/metrics`: the numbers of every process, for whoever has METRICS_TOKEN, or is on this machine.

The figures that are so for all processes are read as they are asked for.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

from flask import Blueprint, Response, jsonify, request
from prometheus_client import Gauge

from engine.numbers import Numbers
from engine.spending import Spending
from handlers.bearer import CHALLENGE, Bearers
from handlers.this_machine import is_own
from models import dead_letters, lateness, restaurants
from models.database.engine import Database, DatabaseUnavailableError
from models.database.state import OK, State
from models.database.statements import Connection
from telemetry.exposition import merged
from telemetry.metrics import Common

FORMAT = "text/plain; version=0.0.4"
FOR_BEARERS = "This needs the header Authorization: Bearer <METRICS_TOKEN>."
FOR_THIS_MACHINE = (
    "METRICS_TOKEN is not set: without it, only this machine may read this, by localhost or a"
    " loopback address, and through no proxy, tunnel or web page."
)
LETTERS = ("turns_dead", "turns_failed", "parts_failed")
Sums = defaultdict[tuple[str, str, str], float]


def _now() -> datetime:
    return datetime.now(UTC)


class MetricsRoutes:
    """`token`: the bearer that callers need; of several, with commas between, any.

    Without one, this machine alone may call, in production too.

    `now`: the moment as the leases know it, where the database has no clock of its own.
    `month_budget`: what a restaurant may take a month, in US dollars; 0 is no limit.
    """

    def __init__(
        self,
        database: Database,
        numbers: Numbers,
        spending: Spending,
        *,
        token: str | None = None,
        now: Callable[[], datetime] = _now,
        month_budget: Decimal = Decimal(0),
    ) -> None:
        def figures(connection: Connection) -> dict[str, float]:
            return {**lateness.ages(connection, now()), **dead_letters.counts(connection)}

        self._state = State(database, figures)
        self._database = database
        self._numbers = numbers
        self._spending = spending
        self._bearers = Bearers(token) if token else None
        self._month_budget = float(month_budget)

    def blueprint(self) -> Blueprint:
        routes = Blueprint("metrics", __name__)
        routes.add_url_rule("/metrics", view_func=self.metrics)
        return routes

    def metrics(self) -> Response | tuple[Response, int, Mapping[str, str]]:
        if refusal := self._refusal():
            return jsonify({"error": refusal, "details": []}), 401, CHALLENGE
        common = Common()
        self._note(common)
        return Response(merged([self._numbers.of_all(), common.render()]), mimetype=FORMAT)

    def _refusal(self) -> str | None:
        """Why this caller may not read them; None for one who may."""
        if self._bearers is None:
            return None if is_own(request) else FOR_THIS_MACHINE
        return None if self._bearers.admit(request) else FOR_BEARERS

    def _note(self, common: Common) -> None:
        common.budget.set(self._month_budget)
        sight = self._state.sight()
        common.database_up.set(sight.words == OK)
        for name, figure in sight.figures.items():
            if name in LETTERS:
                common.dead_letters.labels(name).set(figure)
            else:
                common.ages.labels(name.partition("_")[0]).set(figure)
        if sight.words == OK:
            with suppress(DatabaseUnavailableError):
                self._note_money(common)

    def _note_money(self, common: Common) -> None:
        """What each restaurant's month and day took so far, as `flask cost` shows it."""
        with self._database.transaction() as session:
            every = restaurants.all_of_them(session)
        month: Sums = defaultdict(float)
        today: Sums = defaultdict(float)
        for restaurant in every:
            day = self._spending.midnight(restaurant).date()
            for line in self._spending.month(restaurant):
                for what, amount in line.amounts().items():
                    labels = (restaurant.slug, line.persona, what)
                    month[labels] += amount
                    if line.day == day:
                        today[labels] += amount
        _set(common.month, month)
        _set(common.today, today)


def _set(gauge: Gauge, sums: Sums) -> None:
    for labels, amount in sums.items():
        gauge.labels(*labels).set(amount)
