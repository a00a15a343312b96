"""What concerns the person alone: their password, and the browsers that they are signed in with."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from handlers.console import passwords
from handlers.console.accounts import Person
from handlers.console.here import note_everywhere, now, signed_in, to_sign_in
from handlers.console.passwords import Passwords
from handlers.console.signing_in import BY_LINK, enter
from handlers.limits import PASSWORD_BY_PERSON, Limits
from models import console_accounts, console_links
from models.database.engine import Database

# For so long after a link, a password may be set by whoever forgot theirs.
LINK_VOUCHES = timedelta(minutes=15)
NOT_THE_OLD = "That is not your password of now."
NOT_TWICE = "The two are not the same."


class MePages:
    def __init__(self, database: Database, passwords: Passwords, limits: Limits) -> None:
        self._database = database
        self._passwords = passwords
        self._limits = limits

    def blueprint(self) -> Blueprint:
        routes = Blueprint("me", __name__, url_prefix="/me")
        routes.add_url_rule("", view_func=self.index)
        routes.add_url_rule("/password", view_func=self.set_password, methods=["POST"])
        routes.add_url_rule("/sessions/<int:session_id>/end", view_func=self.end, methods=["POST"])
        routes.add_url_rule("/sessions/end", view_func=self.end_others, methods=["POST"])
        return routes

    @signed_in
    def index(self, person: Person) -> str:
        return self._page(person)

    @signed_in
    def set_password(self, person: Person) -> Response | tuple[str, int]:
        """Whatever else lets somebody in as them ends: it may be a stranger's.

        This browser gets a new token, so that a copy of its cookie is worth nothing either.
        """
        with self._database.transaction() as tables:
            stored = console_accounts.password_of(tables, person.address)
        if stored and not _came_by_link():
            self._limits.check(PASSWORD_BY_PERSON, person.address)
            if not self._passwords.are_same(request.form.get("old", ""), stored):
                return self._page(person, NOT_THE_OLD, "old"), 400
        new = request.form.get("new", "")
        if new != request.form.get("again", ""):
            return self._page(person, NOT_TWICE, "again"), 400
        fault, typed = passwords.faults(new, person)
        if fault:
            return self._page(person, fault, "new"), 400
        token = self._keep(person, self._passwords.hashed(typed))
        if token is None:
            return to_sign_in()
        enter(Person(person.address, person.posts, token))
        flash("Your password is set. Every other browser is signed out.")
        return redirect(url_for(".index"), 303)

    @signed_in
    def end(self, person: Person, *, session_id: int) -> Response:
        with self._database.transaction() as tables:
            if not console_accounts.end_by_id(tables, person.address, session_id):
                abort(404)
            note_everywhere(tables, person, "console.session_ended")
        flash("That browser is signed out.")
        return redirect(url_for(".index"), 303)

    @signed_in
    def end_others(self, person: Person) -> Response:
        with self._database.transaction() as tables:
            console_accounts.end_all(tables, person.address, but=person.fs_uniquifier)
            note_everywhere(tables, person, "console.other_sessions_ended")
        flash("Every other browser is signed out.")
        return redirect(url_for(".index"), 303)

    def _keep(self, person: Person, hashed: str) -> str | None:
        """Their session's new token; None, and nothing is kept, where it just got another."""
        with self._database.transaction() as tables:
            token = console_accounts.renew(tables, person.fs_uniquifier)
            if token is None:
                return None
            console_accounts.set_password(tables, person.address, hashed, now())
            console_accounts.end_all(tables, person.address, but=token)
            console_links.end_all(tables, person.address)
            note_everywhere(tables, person, "console.password_set")
        return token

    def _page(self, person: Person, fault: str = "", field: str = "") -> str:
        with self._database.transaction() as tables:
            sessions = console_accounts.sessions_of(tables, person.address, now())
            has_password = console_accounts.password_of(tables, person.address) is not None
        return render_template(
            "me.html",
            sessions=sessions,
            own=console_accounts.hash_of(person.fs_uniquifier),
            has_password=has_password,
            asks_old=has_password and not _came_by_link(),
            fault=fault,
            field=field,
        )


def _came_by_link() -> bool:
    """Lately, with this browser: their number has just vouched for them."""
    came = session.get(BY_LINK)
    return isinstance(came, float) and now().timestamp() - came < LINK_VOUCHES.total_seconds()
