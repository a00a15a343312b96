"""The way in: a number and its password, or a link that works once; and the way out.

No answer tells whether a number is on a staff.
"""

from urllib.parse import unquote

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask_security import login_user, logout_user
from werkzeug.wrappers import Response as Answer

from handlers.console import known_browser
from handlers.console.accounts import Person
from handlers.console.guesses import Guesses
from handlers.console.here import note_everywhere, now, parts_of, person
from handlers.console.mounted import AT
from handlers.console.passwords import Passwords
from handlers.console.sign_in_form import NO_NUMBER, OR_BY_LINK, form, too_often, typed_address
from models import console_accounts, console_links, staff
from models.database.engine import Database

WRONG = "That number and password don't belong together."
BY_LINK = "by_link_at"  # in the session: when somebody came by a link, who may set a new password


class SigningIn:
    def __init__(self, database: Database, passwords: Passwords, guesses: Guesses) -> None:
        self._database = database
        self._passwords = passwords
        self._guesses = guesses

    def blueprint(self) -> Blueprint:
        routes = Blueprint("signing_in", __name__)
        routes.add_url_rule("/sign-in", view_func=self.page)
        routes.add_url_rule("/sign-in", "by_password", self.by_password, methods=["POST"])
        routes.add_url_rule("/link/<token>", view_func=self.link)
        routes.add_url_rule("/link/<token>", "by_link", self.by_link, methods=["POST"])
        routes.add_url_rule("/sign-out", view_func=self.out, methods=["POST"])
        return routes

    def page(self) -> Response | Answer:
        return redirect(url_for("home.index")) if person() else form()

    def by_password(self) -> Response | Answer:
        address = typed_address()
        if address is None:
            return form(NO_NUMBER, field="number", status=400)
        wait_s = self._guesses.wait_s(console_accounts.known_as(address))
        if wait_s is not None:
            return too_often(wait_s, OR_BY_LINK)
        with self._database.transaction() as tables:
            stored = console_accounts.password_of(tables, address)
        is_theirs = self._passwords.are_same(request.form.get("password", ""), stored)
        if not is_theirs or not self._let_in(address, "password"):
            return form(WRONG, field="password", status=400)
        return redirect(_back(), 303)

    def link(self, token: str) -> str | tuple[str, int]:
        """Opened, and not used: whatever previews a message's links opens them too."""
        with self._database.transaction() as tables:
            is_good = console_links.is_good(tables, token, now())
        if not is_good:
            return render_template("link_over.html"), 410
        return render_template("link.html", token=token)

    def by_link(self, token: str) -> Answer | tuple[str, int]:
        with self._database.transaction() as tables:
            address = console_links.use(tables, token, now())
        if address is None or not self._let_in(address, "link"):
            return render_template("link_over.html"), 410
        session[BY_LINK] = now().timestamp()
        return redirect(url_for("home.index"), 303)

    def out(self) -> Answer:
        known = person()
        if known:
            with self._database.transaction() as tables:
                console_accounts.end(tables, known.fs_uniquifier)
                note_everywhere(tables, known, "console.signed_out")
        _leave()
        flash("You are signed out.")
        return redirect(url_for(".page"), 303)

    def _let_in(self, address: str, way: str) -> bool:
        """Begin a session of theirs, in this browser; False where they work nowhere (any more)."""
        agent = request.headers.get("User-Agent", "")
        with self._database.transaction() as tables:
            posts = staff.posts_of(tables, address)
            if not posts:
                return False
            token = console_accounts.begin(tables, address, agent=agent, now=now())
            known = Person(console_accounts.known_as(address), posts, token)
            note_everywhere(tables, known, "console.signed_in", after={"by": way})
        enter(known)
        known_browser.remember(known.address)
        return True


def enter(known: Person) -> None:
    """From now on this browser is theirs; what was here before was perhaps another's."""
    _leave()
    session.permanent = True
    login_user(known, remember=False)


def _leave() -> None:
    logout_user()
    session.clear()


def _back() -> str:
    """Where they were going, if that is a page of ours."""
    asked = request.form.get("back", "")
    parts = parts_of(asked)
    # As a browser reads it, for which `%2e%2e` leads upwards as well.
    path = unquote(parts.path) if parts and not parts.scheme and not parts.netloc else ""
    is_ours = path.startswith(f"{AT}/") and "//" not in path
    is_level = not {".", ".."} & set(path.split("/"))
    # Browsers read these in ways of their own; a line's end is none of a header's.
    is_plain = all(each.isprintable() and "\\" not in each for each in (asked, path))
    return asked if is_ours and is_level and is_plain else url_for("home.index")
