"""How far the personas are rolled out: whom they answer, and whether the staff reads it first."""

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from addresses import USER_ID
from handlers.console import live
from handlers.console.here import Here, needs, now
from models import drafts_waiting, rollout
from models.allowed import MAX_NAME
from models.console import reach
from models.database.engine import Database
from setting_values import whatsapp_address

LATELY = timedelta(days=7)
MOST_AT_ONCE = 500
BETWEEN_ENTRIES = re.compile(r"[\n\r,;]+|\s(?=\+)")
BETWEEN_DIGITS = r"[\s().\-/‐-―−]"
# A number, and behind it whose it is.
ENTRY = re.compile(
    rf"(?P<number>{USER_ID.pattern}"
    rf"|(?:(?:whatsapp|tel):\s*+)?\(?\+?\(?\d++(?:{BETWEEN_DIGITS}++\d++)*(?!\w))(?P<name>.*)",
    re.DOTALL,
)
NONE = "Type or paste one number or more, with their country codes."
TOO_MANY = f"That are too many at once: {MOST_AT_ONCE} at most."
TOO_LONG = f"A name has {MAX_NAME} characters at most: “{{}}”."
NO_NUMBER = "That is no WhatsApp number with its country code: “{}”."


class RolloutPages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def blueprint(self) -> Blueprint:
        routes = Blueprint("rollout", __name__, url_prefix="/<slug>/rollout")
        routes.add_url_rule("", view_func=self.index)
        routes.add_url_rule("/live", view_func=self.live)
        for path, view in (
            ("/allow", self.allow),
            ("/disallow", self.disallow),
            ("/limit", self.limit),
            ("/open", self.open_to_all),
            ("/shadow", self.shadow),
            ("/go-live", self.go_live),
        ):
            routes.add_url_rule(path, view_func=view, methods=["POST"])
        return routes

    @needs("staff")
    def index(self, here: Here) -> str:
        return self._page(here)

    @needs("staff")
    def live(self, here: Here) -> Response:
        return live.stream(here, "drafts", lambda: self._drafts(here))

    @needs("staff")
    def allow(self, here: Here) -> Answer | tuple[str, int]:
        """All of them, or none where one is no number."""
        typed = request.form.get("numbers", "")
        entries, fault = entries_in(typed)
        if fault:
            return self._page(here, typed, fault), 400
        with self._database.transaction() as session:
            at = here.restaurant.id
            added = len(rollout.allow(session, at, entries, by=here.address, now=now()))
        known = len(entries) - added
        flash(f"{added} added to the list{f', {known} on it already' if known else ''}. It is on.")
        return _back(here)

    @needs("staff")
    def disallow(self, here: Here) -> Answer:
        address = request.form.get("address", "")
        with self._database.transaction() as session:
            gone = rollout.disallow(
                session, here.restaurant.id, [address], by=here.address, now=now()
            )
        flash("Taken off the list." if gone else "That number is not on the list any more.")
        return _back(here)

    @needs("staff")
    def limit(self, here: Here) -> Answer:
        return self._switch(
            here,
            lambda session, at, **by: rollout.allow(session, at, {}, **by),
            "The list is on: all others are left to the staff.",
        )

    @needs("staff")
    def open_to_all(self, here: Here) -> Answer:
        return self._switch(here, rollout.open_to_all, "Everybody is answered. The list is kept.")

    @needs("staff")
    def shadow(self, here: Here) -> Answer:
        return self._switch(here, rollout.shadow, "Answers go to the staff, as drafts.")

    @needs("staff")
    def go_live(self, here: Here) -> Answer:
        return self._switch(here, rollout.go_live, "Answers go to the diners.")

    def _switch(self, here: Here, switch: Callable[..., object], told: str) -> Answer:
        """To where it is said, not to the other side: of two who press it, both mean the same."""
        with self._database.transaction() as session:
            switch(session, here.restaurant.id, by=here.address, now=now())
        flash(told)
        return _back(here)

    def _page(self, here: Here, typed: str = "", fault: str = "") -> str:
        with self._database.transaction() as session:
            state = rollout.of_restaurant(session, here.restaurant.id)
            wrote = reach.wrote_since(session, here.restaurant, now() - LATELY)
        return render_template(
            "rollout.html",
            state=state,
            wrote=wrote,
            typed=typed,
            fault=fault,
            drafts=self._drafts(here),
            days=LATELY.days,
        )

    def _drafts(self, here: Here) -> str:
        with self._database.transaction() as session:
            waiting = drafts_waiting.waiting(session, here.restaurant)
            outcomes = drafts_waiting.outcomes(session, here.restaurant, now() - LATELY)
        waiting = [each for each in waiting if not each.is_overtaken]
        return render_template("_drafts.html", waiting=waiting, outcomes=outcomes, days=LATELY.days)


def entries_in(typed: str) -> tuple[dict[str, str], str]:
    """The names by address, of what was pasted; or what is wrong with the first that is.

    One a line, or with commas between; behind each may stand whose it is.
    """
    pieces = [each for piece in BETWEEN_ENTRIES.split(typed) if (each := piece.strip())]
    if not pieces:
        return {}, NONE
    if len(pieces) > MOST_AT_ONCE:
        return {}, TOO_MANY
    found: dict[str, str] = {}
    for piece in pieces:
        entry = ENTRY.fullmatch(piece)
        name = " ".join(entry["name"].strip(" \t:=–-<>()\"'").split()) if entry else ""
        try:
            address = whatsapp_address(entry["number"] if entry else piece)
        except ValueError:
            return {}, NO_NUMBER.format(piece[:60])
        if len(name) > MAX_NAME:
            return {}, TOO_LONG.format(name[:60])
        found[address] = name
    return found, ""


def _back(here: Here) -> Answer:
    return redirect(url_for(".index", slug=here.restaurant.slug), 303)
