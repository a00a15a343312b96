"""What an operator sees of the outbox and does about it: parts that did not arrive, or not yet.

`number` is a restaurant's, whose diners' alone are meant; None: everybody's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from models.database.columns import is_id
from models.diners import Diner, of_number
from models.outbox import DROPPED, FAILED, HAS_FAILED, IS_TRIED_AGAIN, MAYBE, WAITING, Part

_HAS_TROUBLE = or_(HAS_FAILED, IS_TRIED_AGAIN)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A part that failed, or that is tried again. `code`: Twilio's, None where it told none."""

    part_id: int
    state: str
    code: int | None
    attempts: int
    address: str
    since: datetime
    diner_id: int
    name: str | None
    wrote_at: datetime  # the diner, last

    @property
    def may_have_arrived(self) -> bool:
        """Twilio is asked before it is sent again."""
        return self.state == MAYBE


def undelivered(
    session: Session, number: str | None = None, most: int | None = None
) -> list[Undelivered]:
    """Oldest first. `most`: of what failed, and of what is tried again, the latest so many."""
    # Each by its index.
    return sorted(
        (
            *_listed(session, HAS_FAILED, number, most),
            *_listed(session, IS_TRIED_AGAIN, number, most),
        ),
        key=lambda part: part.part_id,
    )


def _listed(
    session: Session, which: Any, number: str | None, most: int | None
) -> list[Undelivered]:
    rows = session.execute(
        select(
            Part.id,
            Part.state,
            Part.error_code,
            Part.attempts,
            Diner.address,
            Part.created_at,
            Diner.id,
            Diner.profile_name,
            Diner.last_message_at,
        )
        .join(Diner, Diner.id == Part.diner_id)
        .where(which, *of_number(number))
        # Added to: else a database may walk the table in this order, past the index of these few.
        .order_by((Part.id + 0).desc())
        .limit(most)
    )
    return [Undelivered(*row) for row in rows]


def retry(
    session: Session, part_ids: Collection[int] | None = None, number: str | None = None
) -> list[int]:
    """Let these parts, or all for None, go out at once.

    What may be out already is looked for at Twilio first. Returns the ids of those that have a
    trouble.
    """
    has_failed = Part.state == FAILED
    named = [] if part_ids is None else [_is_named(part_ids)]
    tried = session.execute(
        update(Part)
        .where(_HAS_TROUBLE, *named, *_written_to(number))
        .values(
            state=case((has_failed, WAITING), else_=Part.state),
            not_before=Part.created_at,  # long ago, by whatever clock
            # It is tried for another day, as what goes out once more.
            retried_at=case((has_failed, datetime.now(UTC)), else_=Part.retried_at),
            error_code=case((has_failed, None), else_=Part.error_code),
            first_tried_at=case((has_failed, None), else_=Part.first_tried_at),
            resends=case((has_failed, Part.resends + 1), else_=Part.resends),
        )
        .returning(Part.id)
    )
    return sorted(tried.scalars())


def drop(session: Session, part_ids: Collection[int], number: str | None = None) -> list[int]:
    """Let these go that failed, or wait after a refusal. Returns the ids of those that do."""
    is_out = or_(Part.state == FAILED, Part.state == WAITING)
    dropped = session.execute(
        update(Part)
        .where(_HAS_TROUBLE, is_out, _is_named(part_ids), *_written_to(number))
        .values(state=DROPPED)
        .returning(Part.id)
    )
    return sorted(dropped.scalars())


def diners_of(session: Session, part_ids: Collection[int]) -> list[int]:
    """To whom these parts go, each once."""
    found = select(Part.diner_id).where(Part.id.in_(part_ids)).distinct()
    return sorted(session.scalars(found))


def _is_named(part_ids: Collection[int]) -> Any:
    return Part.id.in_([each for each in part_ids if is_id(each)])


def _written_to(number: str | None) -> list[Any]:
    return [] if number is None else [Part.diner_id.in_(select(Diner.id).where(*of_number(number)))]
