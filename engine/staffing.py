"""Who works in a restaurant, and as what: who changes and goes, and what follows from that.

Within the caller's transaction, so that who did it is kept with it; it holds the restaurant, so
that of two owners who go at once one stays. The console takes no house its last owner; the command
line, which can make one, does where it is told so twice.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from models import hands_overdue, staff
from models.diners import WINDOW
from models.restaurants import Restaurant
from models.staff import OWNER, ROLES, Chat, Colleague
from personas.rights import of_roles


class LastOwnerError(Exception):
    """Nobody would be left who may say who works there."""


def member(session: Any, restaurant: Restaurant, address: str) -> Colleague | None:
    """Somebody of its staff, by the spelling that the staff has."""
    members = staff.of_restaurant(session, restaurant.id)
    return next((each for each in members if each.address == address), None)


def change(
    session: Any, restaurant: Restaurant, was: Colleague, roles: Collection[str], name: str
) -> None:
    """Somebody has these roles from now on, and no other.

    Raises LastOwnerError, and has changed nothing then.
    """
    _keep_an_owner(session, restaurant, was, roles)
    staff.add(session, restaurant.id, was.address, roles, None)
    staff.rename(session, restaurant.id, was.address, name)
    gone = was.roles.difference(roles)
    if gone:
        staff.remove(session, restaurant.id, was.address, gone)


def dismiss(session: Any, restaurant: Restaurant, was: Colleague) -> None:
    """Somebody works there no more.

    Raises LastOwnerError, and has changed nothing then.
    """
    _keep_an_owner(session, restaurant, was, ())
    staff.remove(session, restaurant.id, was.address)


def settle(session: Any, restaurant: Restaurant, address: str, now: datetime) -> None:
    """After a change: who may not answer diners any more hands back those whom they have."""
    found = member(session, restaurant, address)
    if found is None or "people" not in of_roles(found.roles):
        hands_overdue.end(session, restaurant, address, now)


def _keep_an_owner(
    session: Any, restaurant: Restaurant, was: Colleague, roles: Collection[str]
) -> None:
    others = [each for each in staff.of_restaurant(session, restaurant.id) if each != was]
    if OWNER in was.roles and OWNER not in roles and not has_owner(others):
        raise LastOwnerError


def has_owner(members: Iterable[Colleague]) -> bool:
    """Whether anybody of them may say who works there."""
    return any(OWNER in each.roles for each in members)


def in_order(roles: Collection[str]) -> list[str]:
    """The widest first."""
    return sorted(roles, key=ROLES.index)


def reach(chat: Chat | None, template: Collection[str], now: datetime, timezone: str) -> str:
    """Whether WhatsApp lets us write to somebody of the staff now, in a sentence.

    `template`: the languages in which they may be called by one.
    """
    if chat is None:
        return "never wrote to us: WhatsApp takes nothing to them before they do"
    if chat.is_silent:
        return "opted out, or out of WhatsApp's reach: nothing is sent to them"
    if chat.is_open(now):
        until = (chat.wrote_at + WINDOW).astimezone(ZoneInfo(timezone))
        zone = " UTC" if timezone == "UTC" else ""
        return f"can be written to until {until.day} {until:%b, %H:%M}{zone}"
    if chat.takes(template):
        return "wrote nothing in 24 hours: is called by a template"
    return "wrote nothing in 24 hours: WhatsApp takes nothing to them before they do"
