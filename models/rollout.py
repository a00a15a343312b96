"""How far a restaurant has rolled its personas out: its list of numbers, and its shadow mode.

The console and the command line change it here. A running service knows within a second.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from addresses import other_spelling
from models import audit
from models.allowed import Allowed
from models.database.upsert import add_missing
from models.restaurants import Restaurant


@dataclass(frozen=True, slots=True)
class Rollout:
    """`is_limited`: only the numbers of the list, and the staff, are answered by a persona.

    `is_shadowed`: what a persona answers goes to the staff, as drafts.
    """

    is_limited: bool
    is_shadowed: bool
    numbers: tuple[Allowed, ...]  # kept while the list is off, too


def of_restaurant(session: Session, restaurant_id: int) -> Rollout:
    """Its numbers in the order in which they came."""
    switches = session.execute(
        select(Restaurant.is_limited, Restaurant.is_shadowed).where(Restaurant.id == restaurant_id)
    ).one()
    numbers = session.scalars(
        select(Allowed).where(Allowed.restaurant_id == restaurant_id).order_by(Allowed.id)
    )
    return Rollout(*switches, tuple(numbers))


def allow(
    session: Session, restaurant_id: int, names: Mapping[str, str], *, by: str, now: datetime
) -> list[str]:
    """Put these on the list, which is on from now on; those that were not on it before.

    `names`: by address, also of those that were on it; empty: as they are called. `by`: the
    address of who says so, or the command line. Without an address the list goes on as it stands:
    then the staff alone is answered, where nobody is on it.
    """
    known = _known(session, restaurant_id, names)
    added: dict[str, str] = {}
    for each, name in names.items():
        if (row := known.get(each)) is None:
            other = other_spelling(each)
            at = other if other in added else each
            added[at] = name or added.get(at, "")
        elif name and name != row.name:
            row.name = name
            _note(session, restaurant_id, "renamed", by, now, subject=row.address)
    rows = [
        {"restaurant_id": restaurant_id, "address": each, "name": name, "added_at": now}
        for each, name in added.items()
    ]
    add_missing(session, Allowed, rows)
    for each in added:
        _note(session, restaurant_id, "allowed", by, now, subject=each)
    _switch(session, restaurant_id, "limited", by, now, is_limited=True)
    return list(added)


def disallow(
    session: Session, restaurant_id: int, addresses: Collection[str], *, by: str, now: datetime
) -> list[str]:
    """Take these off the list; those that were on it. An empty list stays on."""
    known = _known(session, restaurant_id, addresses)
    gone = [row.id for row in known.values()]
    session.execute(delete(Allowed).where(Allowed.id.in_(gone)))
    for each in known:
        _note(session, restaurant_id, "disallowed", by, now, subject=each)
    return list(known)


def open_to_all(session: Session, restaurant_id: int, *, by: str, now: datetime) -> None:
    """Everybody is answered; the list is kept for another time."""
    _switch(session, restaurant_id, "opened", by, now, is_limited=False)


def shadow(session: Session, restaurant_id: int, *, by: str, now: datetime) -> None:
    """From now on what a persona answers goes to the staff, as drafts."""
    _switch(session, restaurant_id, "shadowed", by, now, is_shadowed=True)


def go_live(session: Session, restaurant_id: int, *, by: str, now: datetime) -> None:
    """From now on what a persona answers goes to the diner. Drafts that wait stay."""
    _switch(session, restaurant_id, "went_live", by, now, is_shadowed=False)


def _switch(
    session: Session, restaurant_id: int, what: str, by: str, now: datetime, **switch: bool
) -> None:
    ((name, is_on),) = switch.items()
    column = getattr(Restaurant, name)
    here = Restaurant.id == restaurant_id
    was_on = session.scalar(select(column).where(here).with_for_update())
    if was_on == is_on:
        return
    session.execute(update(Restaurant).where(here).values(switch))
    _note(session, restaurant_id, what, by, now, before={name: was_on}, after={name: is_on})


def _note(
    session: Session, restaurant_id: int, what: str, by: str, now: datetime, **more: Any
) -> None:
    audit.note(session, at=now, restaurant_id=restaurant_id, by=by, what=f"rollout.{what}", **more)


def _known(session: Session, restaurant_id: int, addresses: Collection[str]) -> dict[str, Allowed]:
    """Those of them that are on the list, in whichever spelling; held."""
    spellings = {each: (each, other_spelling(each) or each) for each in addresses}
    listed = (
        select(Allowed)
        .where(
            Allowed.restaurant_id == restaurant_id,
            Allowed.address.in_(set().union(*spellings.values())),
        )
        .order_by(Allowed.id)
        .with_for_update()
    )
    found = {row.address: row for row in session.scalars(listed)}
    return {
        each: row
        for each, (own, other) in spellings.items()
        if (row := found.get(own) or found.get(other))
    }
