"""Who changed what in a restaurant, newest first."""

from flask import Blueprint, render_template, request

from handlers.console.here import Here, needs
from models import audit, staff
from models.database.engine import Database

PER_PAGE = 50


class AuditPages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def blueprint(self) -> Blueprint:
        routes = Blueprint("audit", __name__, url_prefix="/<slug>/audit")
        routes.add_url_rule("", view_func=self.index)
        return routes

    @needs("staff")
    def index(self, here: Here) -> str:
        before = request.args.get("before", type=int)
        with self._database.transaction() as session:
            changes = audit.latest(session, here.restaurant.id, PER_PAGE + 1, before_id=before)
            members = staff.of_restaurant(session, here.restaurant.id)
        names = {each.address: each.name for each in members if each.name}
        more = changes[PER_PAGE - 1].id if len(changes) > PER_PAGE else None
        return render_template(
            "audit.html", changes=changes[:PER_PAGE], names=names, more=more, is_first=not before
        )
