"""How far a restaurant has rolled its personas out: its list of numbers, and its shadow mode.

The console and the command line change it here. A running service knows within a second.
"""

from collections.abc import Collection
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
    session: Session,
    restaurant_id: int,
    addresses: Collection[str],
    *,
    by: str,
    now: datetime,
    name: str = "",
) -> list[str]:
    """Put these on the list, which is on from now on; those that were not on it before.

    `by`: the address of who says so, or the command line. `name`: of these, also of those that
    were on it; empty: as they are called. Without an address the list goes on as it stands: then
    the staff alone is answered, where nobody is on it.
    """
    known = _known(session, restaurant_id, addresses)
    added = [each for each in dict.fromkeys(addresses) if each not in known]
    rows = [
        {"restaurant_id": restaurant_id, "address": each, "name": name, "added_at": now}
        for each in added
    ]
    add_missing(session, Allowed, rows)
    for each in added:
        _note(session, restaurant_id, "allowed", by, now, subject=each)
    if name:
        _rename(session, restaurant_id, known.values(), name, by, now)
    _switch(session, restaurant_id, "limited", by, now, is_limited=True)
    return added


def disallow(
    session: Session, restaurant_id: int, addresses: Collection[str], *, by: str, now: datetime
) -> list[str]:
    """Take these off the list; those that were on it. An empty list stays on."""
    known = _known(session, restaurant_id, addresses)
    gone = delete(Allowed).where(
        Allowed.restaurant_id == restaurant_id, Allowed.address.in_(set(known.values()))
    )
    session.execute(gone)
    for each in known:
        _note(session, restaurant_id, "disallowed", by, now, subject=each)
    return [each for each in addresses if each in known]


def open_to_all(session: Session, restaurant_id: int, *, by: str, now: datetime) -> None:
    """Everybody is answered; the list is kept for another time."""
    _switch(session, restaurant_id, "opened", by, now, is_limited=False)


def shadow(session: Session, restaurant_id: int, *, by: str, now: datetime) -> None:
    """From now on what a persona answers goes to the staff, as drafts."""
    _switch(session, restaurant_id, "shadowed", by, now, is_shadowed=True)


def go_live(session: Session, restaurant_id: int, *, by: str, now: datetime) -> None:
    """From now on what a persona answers goes to the diner. Drafts that wait stay."""
    _switch(session, restaurant_id, "went_live", by, now, is_shadowed=False)


def _rename(
    session: Session,
    restaurant_id: int,
    addresses: Collection[str],
    name: str,
    by: str,
    now: datetime,
) -> None:
    others = (
        Allowed.restaurant_id == restaurant_id,
        Allowed.address.in_(set(addresses)),
        Allowed.name != name,
    )
    renamed = update(Allowed).where(*others).values(name=name).returning(Allowed.address)
    for each in session.scalars(renamed).all():
        _note(session, restaurant_id, "renamed", by, now, subject=each)


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


def _known(session: Session, restaurant_id: int, addresses: Collection[str]) -> dict[str, str]:
    """Those of them that are on the list, each with the spelling in which it stands there."""
    spellings = {each: {each, other_spelling(each) or each} for each in addresses}
    found = set(
        session.scalars(
            select(Allowed.address).where(
                Allowed.restaurant_id == restaurant_id,
                Allowed.address.in_(set().union(*spellings.values())),
            )
        )
    )
    return {each: next(iter(own & found)) for each, own in spellings.items() if own & found}
