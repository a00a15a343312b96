"""Who changed what in a restaurant, newest first. What is new appears by itself."""

from flask import Blueprint, Response, render_template

from handlers.console import live
from handlers.console.here import Here, asked_id, needs
from models import audit, staff
from models.database.engine import Database

PER_PAGE = 50


class AuditPages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def blueprint(self) -> Blueprint:
        routes = Blueprint("audit", __name__, url_prefix="/<slug>/audit")
        routes.add_url_rule("", view_func=self.index)
        routes.add_url_rule("/live", view_func=self.live)
        return routes

    @needs("staff")
    def index(self, here: Here) -> str:
        before = asked_id("before")
        fragment, more = self._changes(here, before)
        return render_template("audit.html", fragment=fragment, more=more, is_first=before is None)

    @needs("staff")
    def live(self, here: Here) -> Response:
        return live.stream(here, "changes", lambda: self._changes(here)[0])

    def _changes(self, here: Here, before: int | None = None) -> tuple[str, int | None]:
        """A page of them, and the id that the next page comes before, if there is one."""
        with self._database.transaction() as session:
            changes = audit.latest(session, here.restaurant.id, PER_PAGE + 1, before_id=before)
            members = staff.of_restaurant(session, here.restaurant.id)
        names = {each.address: each.name for each in members if each.name}
        shown = changes[:PER_PAGE]
        more = shown[-1].id if len(changes) > PER_PAGE else None
        return render_template("_changes.html", changes=shown, names=names), more
