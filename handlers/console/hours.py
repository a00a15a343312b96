"""When the house is open: weekly, the parts of its day, and dates that are otherwise.

They are typed in the words of a menu's file, and shown as they were understood.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handlers.console.here import Here, needs, now
from handlers.console.menu import MEANWHILE
from knowledge import hours_typed
from knowledge.hours import week_of
from knowledge.hours_typed import MistypedError, is_weekly
from knowledge.tables.kind import Row
from knowledge.tables.one_row import mark_of
from models import menu, opening_hours, restaurants
from models.database.engine import Database
from models.opening_hours import HOUSE, WEEKDAYS

MOST_PARTS = 20
LONGEST = 2_000  # characters of what is typed in one field
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Part = tuple[str, str, str]  # its field, its name, its times


class HoursPages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def blueprint(self) -> Blueprint:
        routes = Blueprint("hours", __name__, url_prefix="/<slug>/hours")
        routes.add_url_rule("", view_func=self.index)
        routes.add_url_rule("", view_func=self.save, methods=["POST"])
        routes.add_url_rule("/date", view_func=self.save_date, methods=["POST"])
        routes.add_url_rule("/date/remove", view_func=self.remove_date, methods=["POST"])
        return routes

    @needs("menu")
    def index(self, here: Here) -> str:
        return self._page(here)

    @needs("prices")
    def save(self, here: Here) -> Any:
        """All weekly times. A part of the day whose name and times are empty goes."""
        house = request.form.get("house", "")[:LONGEST]
        typed = _parts_typed()
        parts = [each for each in typed if any(each[1:])]
        with self._database.transaction() as session:
            restaurants.hold(session, here.restaurant.id)
            rows = opening_hours.rows_of(session, here.restaurant.id)
            faults = {}
            try:
                weekly = hours_typed.week_rows(house, parts, _today(here))
                faults = _missed(session, here, {name for _, name, _ in parts})
            except MistypedError as error:
                faults = error.faults
            if request.form.get("seen") != _mark(rows):
                faults = {"": MEANWHILE}
            if not faults:
                _store_week(session, here, rows, weekly)
        if faults:
            return self._page(here, house, typed, faults), _status(faults)
        return _saved(here)

    @needs("prices")
    def save_date(self, here: Here) -> Any:
        """A date that is new, or is otherwise; `seen` is how the form showed it."""
        typed = {
            name: request.form.get(name, "")[:LONGEST].strip() for name in ("day", "name", "times")
        }
        with self._database.transaction() as session:
            restaurants.hold(session, here.restaurant.id)
            rows = opening_hours.rows_of(session, here.restaurant.id)
            try:
                fresh = hours_typed.date_rows(**typed, today=_today(here), weekly=rows)
                faults = _seen(rows, fresh[0]["day"])
            except MistypedError as error:
                faults = error.faults
            if not faults:
                _store_date(session, here, rows, fresh[0]["day"], fresh)
        if faults:
            return self._page(here, faults=faults, date_typed=typed), _status(faults)
        return _saved(here)

    @needs("prices")
    def remove_date(self, here: Here) -> Response:
        """Twice is as once: its weekday's hours hold again."""
        day = request.form.get("day", "")
        with self._database.transaction() as session:
            restaurants.hold(session, here.restaurant.id)
            rows = opening_hours.rows_of(session, here.restaurant.id)
            if day in hours_typed.dates_of(rows):
                _store_date(session, here, rows, day, [])
        return _saved(here)

    def _page(
        self,
        here: Here,
        house: str | None = None,
        parts: Sequence[Part] | None = None,
        faults: Mapping[str, str] | None = None,
        date_typed: Mapping[str, str] | None = None,
    ) -> str:
        with self._database.transaction() as session:
            rows = opening_hours.rows_of(session, here.restaurant.id)
        if house is None or parts is None:
            house = hours_typed.week_typed(rows)
            names = hours_typed.parts_of(rows)
            parts = [
                (f"{n}", each, hours_typed.week_typed(rows, each)) for n, each in enumerate(names)
            ]
        dates = hours_typed.dates_of(rows)
        today = _today(here).isoformat()
        return render_template(
            "hours.html",
            house=house,
            parts=[*parts, *([(f"{len(parts)}", "", "")] if len(parts) < MOST_PARTS else [])],
            week=_week(rows),
            dates={day: told for day, told in dates.items() if day >= today},
            gone=len([day for day in dates if day < today]),
            seen=_mark(rows),
            faults=faults or {},
            date_typed=date_typed,
            in_words=here.restaurant.hours,
        )


def _parts_typed() -> list[Part]:
    """Each part of the form, up to its last one that says something."""
    typed = [
        (
            f"{nth}",
            request.form.get(f"name-{nth}", "")[:LONGEST].strip(),
            request.form.get(f"times-{nth}", "")[:LONGEST].strip(),
        )
        for nth in range(MOST_PARTS)
    ]
    while typed and not any(typed[-1][1:]):
        typed.pop()
    return typed


def _missed(session: Any, here: Here, names: set[str]) -> dict[str, str]:
    """The dishes that are served in a part of the day which would be gone."""
    missed: dict[str, list[str]] = {}
    for item in menu.available_items(session, here.restaurant.id):
        for each in item.served or ():
            if each not in names and not _is_times(each):
                missed.setdefault(each, []).append(item.name)
    told = [f"{part}: {_some(dishes)}" for part, dishes in missed.items()]
    if not told:
        return {}
    return {"": f"Dishes are served in what would be gone. Change them first: {'; '.join(told)}."}


def _is_times(written: str) -> bool:
    try:
        week_of((written,))
    except ValueError:
        return False
    return True


def _some(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _store_week(session: Any, here: Here, rows: Sequence[Row], weekly: Sequence[Row]) -> None:
    parts = {row["what"] for row in weekly}
    dates = [row for row in rows if not is_weekly(row) and row["what"] in parts]
    before, after = (_in_words(each) for each in (rows, weekly))
    opening_hours.store(session, here.restaurant.id, [*weekly, *dates])
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if changed:
        was, is_now = ({name: of.get(name, "") for name in changed} for of in (before, after))
        here.note(session, "hours.changed", before=was, after=is_now)


def _store_date(
    session: Any, here: Here, rows: Sequence[Row], day: str, fresh: Sequence[Row]
) -> None:
    others = [row for row in rows if not (row["what"] == HOUSE and row["day"] == day)]
    opening_hours.store(session, here.restaurant.id, [*others, *fresh])
    before, after = (
        {"name": of[day][0], "hours": of[day][1] or "closed"} if day in of else None
        for of in (hours_typed.dates_of(rows), hours_typed.dates_of(fresh))
    )
    if before != after:
        here.note(session, "hours.date_changed", day, before=before, after=after)


def _in_words(rows: Sequence[Row]) -> dict[str, str]:
    names = [HOUSE, *hours_typed.parts_of(rows)]
    return {
        name or "open": hours_typed.week_typed(rows, name).replace("\n", "; ") for name in names
    }


def _seen(rows: Sequence[Row], day: str) -> dict[str, str]:
    known = hours_typed.dates_of(rows).get(day)
    seen = request.form.get("seen")
    if seen is None:
        return {"day": "It is in the list already: change it there."} if known else {}
    return {} if known and seen == " ".join(known) else {"": MEANWHILE}


def _week(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Each weekday with when the house is open on it."""
    told = []
    for name, day in zip(DAYS, WEEKDAYS, strict=True):
        spans = sorted(
            f"{row['opens']}–{row['closes']}"
            for row in rows
            if row["what"] == HOUSE and row["day"] == day
        )
        told.append((name, ", ".join(spans)))
    return told


def _mark(rows: Sequence[Row]) -> str:
    weekly = [{**row} for row in rows if is_weekly(row)]
    return mark_of(sorted(weekly, key=lambda row: (row["what"], row["day"], row["opens"])))


def _status(faults: Mapping[str, str]) -> int:
    return 409 if faults.get("") == MEANWHILE else 400


def _today(here: Here) -> date:
    return now().astimezone(ZoneInfo(here.restaurant.timezone)).date()


def _saved(here: Here) -> Response:
    flash("Saved. The waiter knows it from the next message on.")
    return redirect(url_for(".index", slug=here.restaurant.slug), 303)
