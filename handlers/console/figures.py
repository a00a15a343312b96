"""Today and a month of a restaurant in figures, with charts; money where the books may be seen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, jsonify, render_template, request
from werkzeug.wrappers import Response

from engine.figures import TODAY_FRESH_S, Counting, Figures, Percentiles
from handlers.console import charts, live
from handlers.console.here import Here, needs, now
from handlers.months import month_of
from knowledge.costs import Line, summed
from models.meter import NOBODYS
from whatsapp.errors import remedy

# Nobody looks further back in one step than a month, and no restaurant had us before.
FIRST_MONTH = date(2026, 1, 1)
# So soon an answer is to be there, see docs/alerts.yml.
SOON_S = 5.0
# Of a persona's amounts, what whoever may not see the books sees.
FOR_ALL = ("turns", "messages_in", "messages_out")
ARRIVED, LOST = ("delivered", "read"), ("failed", "undelivered")


@dataclass(frozen=True, slots=True)
class Told:
    """Figures as a page tells them: with their sums, and money where it may be seen.

    `before`: the sum of as many days of the month before.
    """

    figures: Figures
    messages_in: int
    messages_out: int
    personas: tuple[Line, ...]  # a sum each
    usd: Decimal | None  # None for whoever may not see the books
    before: Line | None = None

    @property
    def arrived(self) -> float | None:
        """Of those whose end is known, in percent."""
        ends: Counter[str] = Counter()
        for each in self.figures.delivered:
            # What was refused did not arrive, whatever was done about it since.
            is_lost = each.end == "dropped" and each.code is not None
            ends["failed" if is_lost else each.end] += each.messages
        arrived = sum(ends[end] for end in ARRIVED)
        known = arrived + sum(ends[end] for end in LOST)
        return arrived / known * 100 if known else None


class FiguresPages:
    """`month_budget`: in US dollars; 0 is no limit."""

    def __init__(self, counting: Counting, month_budget: Decimal) -> None:
        self._counting = counting
        self._month_budget = month_budget

    def blueprint(self) -> Blueprint:
        routes = Blueprint("figures", __name__, url_prefix="/<slug>")
        routes.add_url_rule("/figures", view_func=self.index)
        routes.add_url_rule("/figures/live", view_func=self.live)
        routes.add_url_rule("/figures.json", view_func=self.as_json)
        return routes

    @needs("figures")
    def index(self, here: Here) -> str:
        month = _month(here)
        following = _next(month)
        return render_template(
            "figures.html",
            month=month,
            earlier=_before(month) if month > FIRST_MONTH else None,
            later=following if following <= _this_month(here) else None,
            fragment=self._fragment(here, month),
        )

    @needs("figures")
    def live(self, here: Here) -> Response:
        month = _month(here)
        # What is counted stands for some seconds, whatever is written meanwhile.
        return live.stream(
            here, "figures", lambda: self._fragment(here, month), render_s=TODAY_FRESH_S
        )

    @needs("figures")
    def as_json(self, here: Here) -> Response:
        month = _month(here)
        whole = {"month": _as_json(self._month(here, month))}
        if month == _this_month(here):
            whole["today"] = _as_json(self._today(here))
        return jsonify(whole)

    def _fragment(self, here: Here, month: date) -> str:
        is_this = month == _this_month(here)
        of_month = self._month(here, month)
        return render_template(
            "_figures.html",
            today=self._today(here) if is_this else None,
            month=of_month,
            is_this=is_this,
            budget=self._month_budget if is_this and of_month.usd is not None else None,
            charts=charts,
            soon_s=SOON_S,
            remedy=remedy,
        )

    def _today(self, here: Here) -> Told:
        return _told(self._counting.today(here.restaurant), here)

    def _month(self, here: Here, month: date) -> Told:
        figures = self._counting.month(here.restaurant, month)
        first = _before(month)
        last = min(first + (figures.last - month), month - timedelta(days=1))
        before = self._counting.sums(here.restaurant, first, last)
        return replace(_told(figures, here), before=before)


def _told(figures: Figures, here: Here) -> Told:
    by_persona: dict[str, list[Line]] = {}
    for line in figures.lines:
        by_persona.setdefault(line.persona, []).append(line)
    # What no persona answered comes last.
    keys = sorted(by_persona, key=lambda key: (key == NOBODYS, key))
    return Told(
        figures,
        sum(each.messages_in for each in figures.slots),
        sum(each.messages_out for each in figures.slots),
        tuple(summed(by_persona[key], key) for key in keys),
        summed(figures.lines).usd if here.may("books") else None,
    )


def _month(here: Here) -> date:
    """The one that was asked for, or this one; 404 for one that is none, or not there."""
    asked = request.args.get("month")
    if asked is None:
        return _this_month(here)
    month = month_of(asked) or date.min
    return month if FIRST_MONTH <= month <= _this_month(here) else abort(404)


def _this_month(here: Here) -> date:
    return now().astimezone(ZoneInfo(here.restaurant.timezone)).date().replace(day=1)


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _as_json(told: Told) -> dict[str, Any]:
    figures = told.figures
    shown: dict[str, Any] = {
        "first": figures.first.isoformat(),
        "last": figures.last.isoformat(),
        "messages_in": told.messages_in,
        "messages_out": told.messages_out,
        "answered_s": _percentiles(figures.answered),
        "sent_s": _percentiles(figures.sent),
        "slots": [
            {
                "begins": each.begins.isoformat(),
                "messages_in": each.messages_in,
                "messages_out": each.messages_out,
            }
            for each in figures.slots
        ],
        "deliveries": _rows(figures.delivered),
        "dishes": _rows(figures.dishes),
        "hand_overs": figures.hand_overs,
        "opt_outs": figures.opt_outs,
        "personas": [_persona(each, shows_money=told.usd is not None) for each in told.personas],
    }
    if told.usd is not None:
        shown["us_dollars"] = float(told.usd)
    return shown


def _percentiles(of: Percentiles) -> Mapping[str, float | int | None]:
    return {"p50": of.p50, "p95": of.p95, "answers": of.answers}


def _rows(of: Sequence[Any]) -> list[dict[str, Any]]:
    return [{field.name: getattr(each, field.name) for field in fields(each)} for each in of]


def _persona(of: Line, *, shows_money: bool) -> dict[str, Any]:
    """Tokens and sound are what one pays for."""
    amounts = of.amounts()
    shown = amounts if shows_money else {name: amounts[name] for name in FOR_ALL}
    return {"persona": of.persona or None, **shown}
