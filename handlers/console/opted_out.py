"""Who gets no messages, since when, and what would bring them back: they alone can."""

from datetime import datetime

from flask import Blueprint, render_template, request

from handlers.console.here import Here, needs
from models.console.opted_out import PER_PAGE, opted_out
from models.database.columns import is_id
from models.database.engine import Database


class OptedOutPages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def blueprint(self) -> Blueprint:
        routes = Blueprint("opted_out", __name__, url_prefix="/<slug>/opted-out")
        routes.add_url_rule("", view_func=self.index)
        return routes

    @needs("people")
    def index(self, here: Here) -> str:
        after = _after(request.args.get("after", ""))
        with self._database.transaction() as session:
            found = opted_out(session, here.restaurant, after=after, most=PER_PAGE + 1)
        shown = found[:PER_PAGE]
        more = f"{shown[-1].at.isoformat()}_{shown[-1].id}" if len(found) > PER_PAGE else None
        return render_template("opted_out.html", shown=shown, more=more, is_first=after is None)


def _after(told: str) -> tuple[datetime, int] | None:
    """What the page before ended with; what is none begins anew."""
    moment, _, diner_id = told.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (at, int(diner_id)) if at.tzinfo and is_id(int(diner_id)) else None
    except ValueError:
        return None
