"""Who works in a restaurant, and as what: they come, change and go, and get a link to sign in.

The last owner stays one: somebody must be able to say who works there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import staffing
from engine.sign_in_links import SignInLinks
from engine.staffing import LastOwnerError
from handlers.console.here import Here, needs, now
from models import restaurants, staff, templates
from models.database.engine import Database
from models.staff import MAX_NAME, ROLES, Colleague
from setting_values import cleaned, whatsapp_address

# What each role is, where one is given: `personas.rights` has what it allows.
ROLES_TOLD = {
    "owner": "everything, and alone says who works here",
    "finance": "the books and the figures; no conversations",
    "manager": "the menu with its prices, conversations, answering diners, figures",
    "staff": "the same without prices",
    "waiter": "conversations, answering diners",
    "kitchen": "the menu: what is sold out",
    "read-only": "reads conversations and figures, changes nothing",
}
NO_NUMBER = "That is no WhatsApp number with its country code, such as +250 788 123 456."
NO_ROLE = "Say what they are: one role or more."
TOO_LONG = f"A name has {MAX_NAME} characters at most."
IS_THERE = "This number is on the staff already: open it in the list above."
LAST_OWNER = "An owner must stay: make somebody else one first."
GONE = "That number is not on the staff any more."


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form, and what is wrong with which field of it."""

    number: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()

    def fault(self, field: str) -> str:
        return dict(self.faults).get(field, "")


class PeoplePages:
    def __init__(self, database: Database, links: SignInLinks) -> None:
        self._database = database
        self._links = links

    def blueprint(self) -> Blueprint:
        routes = Blueprint("people", __name__, url_prefix="/<slug>/people")
        routes.add_url_rule("", view_func=self.index)
        routes.add_url_rule("", view_func=self.add, methods=["POST"])
        routes.add_url_rule("/<number>", view_func=self.one)
        routes.add_url_rule("/<number>", view_func=self.change, methods=["POST"])
        routes.add_url_rule("/<number>/remove", view_func=self.remove, methods=["POST"])
        routes.add_url_rule("/<number>/link", view_func=self.send_link, methods=["POST"])
        return routes

    @needs("staff")
    def index(self, here: Here) -> str:
        return self._list(here, Typed())

    @needs("staff")
    def add(self, here: Here) -> Response | tuple[str, int]:
        """Twice the same is once: a button may be pressed so."""
        typed = _typed(asks_number=True)
        if typed.faults:
            return self._list(here, typed), 400
        address = whatsapp_address(typed.number)
        with self._database.transaction() as session:
            restaurants.hold(session, here.restaurant.id)
            known = {
                spelling: each
                for each in staff.of_restaurant(session, here.restaurant.id)
                for spelling in each.addresses
            }.get(address)
            if known is None:
                staff.add(session, here.restaurant.id, address, typed.roles, typed.name)
                after = {"roles": ", ".join(typed.roles), "name": typed.name}
                here.note(session, "staff.added", address, after=after)
        if known and (known.roles, known.name) != (frozenset(typed.roles), typed.name):
            faulty = Typed(typed.number, typed.name, typed.roles, (("number", IS_THERE),))
            return self._list(here, faulty), 400
        flash(f"{typed.name or typed.number} is on the staff.")
        return _to_one(here, known.address if known else address)

    @needs("staff")
    def one(self, here: Here, number: str) -> Response | str:
        found = self._found(here, number)
        if found is None:
            return _to_list(here, GONE)
        return self._page(here, found, Typed("", found.name, tuple(found.roles)))

    @needs("staff")
    def change(self, here: Here, number: str) -> Response | tuple[str, int]:
        typed = _typed()
        with self._database.transaction() as session:
            restaurants.hold(session, here.restaurant.id)
            was = staffing.member(session, here.restaurant, _address(number))
            is_as_shown = was is not None and request.form.get("was") == _mark(was)
            if was and is_as_shown and not typed.faults:
                try:
                    self._change(session, here, was, typed)
                except LastOwnerError:
                    typed = Typed("", typed.name, typed.roles, (("roles", LAST_OWNER),))
        if was is None:
            return _to_list(here, GONE)
        if typed.faults:
            return self._page(here, was, typed), 400
        if not is_as_shown:
            return self._page(here, was, typed, is_stale=True), 409
        flash("Saved.")
        return _to_one(here, was.address) if _stays(here, was, typed.roles) else _out()

    @needs("staff")
    def remove(self, here: Here, number: str) -> Response | tuple[str, int]:
        """Their sessions end, and whom they had is handed back."""
        is_last = False
        with self._database.transaction() as session:
            restaurants.hold(session, here.restaurant.id)
            was = staffing.member(session, here.restaurant, _address(number))
            if was:
                try:
                    staffing.dismiss(session, here.restaurant, was)
                    self._settled(session, here, was, "staff.removed")
                except LastOwnerError:
                    is_last = True
        if was is None:
            return _to_list(here, GONE)
        if is_last:
            typed = Typed("", was.name, tuple(was.roles), (("remove", LAST_OWNER),))
            return self._page(here, was, typed), 400
        told = f"{was.name or _number(was.address)} is not on the staff any more."
        if was.address == here.address:
            flash(told)
            return _out()
        return _to_list(here, told)

    @needs("staff")
    def send_link(self, here: Here, number: str) -> Response:
        """To their own chat, so that nobody else can come in with it."""
        found = self._found(here, number)
        if found is None:
            return _to_list(here, GONE)
        if self._links.send(found.address, here.address):
            flash(
                "A link goes to their WhatsApp chat, or waits there. It works once, for 15 minutes."
            )
        else:
            flash("Nothing was sent: they write any message to the restaurant first.")
        return _to_one(here, found.address)

    def _change(self, session: Any, here: Here, was: Colleague, typed: Typed) -> None:
        staffing.change(session, here.restaurant, was, typed.roles, typed.name)
        after = {"roles": ", ".join(typed.roles), "name": typed.name}
        if after != _told(was):
            self._settled(session, here, was, "staff.changed", after)

    def _settled(
        self,
        session: Any,
        here: Here,
        was: Colleague,
        what: str,
        after: dict[str, str] | None = None,
    ) -> None:
        staffing.settle(session, here.restaurant, was.address, now())
        here.note(session, what, was.address, before=_told(was), after=after)

    def _found(self, here: Here, number: str) -> Colleague | None:
        with self._database.transaction() as session:
            return staffing.member(session, here.restaurant, _address(number))

    def _reaches(self, here: Here, members: Sequence[Colleague]) -> dict[str, str]:
        """Whether WhatsApp lets us write to each of them now, by address."""
        with self._database.transaction() as session:
            template = templates.languages(session, templates.STAFF_CALLED)
            chats = staff.chats(session, here.restaurant, members)
        zone = here.restaurant.timezone
        return {
            each.address: staffing.reach(chats.get(each.address), template, now(), zone)
            for each in members
        }

    def _list(self, here: Here, typed: Typed) -> str:
        with self._database.transaction() as session:
            members = staff.of_restaurant(session, here.restaurant.id)
        reaches = self._reaches(here, members)
        return render_template(
            "people.html", members=members, reaches=reaches, typed=typed, roles=ROLES_TOLD
        )

    def _page(self, here: Here, found: Colleague, typed: Typed, *, is_stale: bool = False) -> str:
        return render_template(
            "one_of_the_people.html",
            found=found,
            reach=self._reaches(here, [found])[found.address],
            typed=typed,
            roles=ROLES_TOLD,
            was=_mark(found),
            is_stale=is_stale,
        )


def _typed(*, asks_number: bool = False) -> Typed:
    number = cleaned(request.form.get("number", ""))[:100]
    name = " ".join(cleaned(request.form.get("name", "")).split())
    given = set(request.form.getlist("role"))
    faults = []
    if asks_number:
        try:
            whatsapp_address(number)
        except ValueError:
            faults.append(("number", NO_NUMBER))
    if len(name) > MAX_NAME:
        faults.append(("name", TOO_LONG))
    if not given or not given.issubset(ROLES):
        faults.append(("roles", NO_ROLE))
    roles = tuple(staffing.in_order(given.intersection(ROLES)))
    return Typed(number, name, roles, tuple(faults))


def _told(of: Colleague) -> dict[str, str]:
    return {"roles": ", ".join(staffing.in_order(of.roles)), "name": of.name}


def _mark(of: Colleague) -> str:
    """What a form showed, so that nobody overwrites what they did not see."""
    return "|".join(_told(of).values())


def _address(number: str) -> str:
    return f"whatsapp:{number}"


def _number(address: str) -> str:
    return address.removeprefix("whatsapp:")


def _stays(here: Here, was: Colleague, roles: Sequence[str]) -> bool:
    """Whether whoever made the change may still look at this page."""
    return was.address != here.address or "owner" in roles


def _to_one(here: Here, address: str) -> Response:
    return redirect(url_for(".one", slug=here.restaurant.slug, number=_number(address)), 303)


def _to_list(here: Here, told: str) -> Response:
    flash(told)
    return redirect(url_for(".index", slug=here.restaurant.slug), 303)


def _out() -> Response:
    return redirect(url_for("home.index"), 303)
