"""The templates that WhatsApp has seen: what may be said outside a diner's 24 hours, by purpose.

Their texts are files in `templates/`; here stands which content at Twilio has which, and whether
WhatsApp has approved it. It asks nobody.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Integer,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    case,
    delete,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database.columns import Base, Instant
from models.database.spelling import Spelling, fixed
from models.database.statements import Connection, Statement
from models.diners import Diner
from models.staff import ENGLISH

# What something is said for. What has none of these is an answer.
LATE_ANSWER, STAFF_CALLED, STAFF_NOTICE = "late_answer", "staff_called", "staff_notice"
BUDGET = "budget"
PURPOSES = (LATE_ANSWER, STAFF_CALLED, STAFF_NOTICE, BUDGET)


class Template(Base):
    """One text in one language, as WhatsApp was asked for it; what was changed is another."""

    __tablename__ = "templates"
    __table_args__ = (UniqueConstraint("purpose", "language", "digest"),)

    sid: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(80))  # WhatsApp's name for it
    body: Mapped[str] = mapped_column(Text)
    # As WhatsApp calls it: received, pending, approved, rejected, paused, disabled.
    state: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(Text)  # why it was rejected
    created_at: Mapped[datetime] = mapped_column(Instant)


APPROVED = "approved"


class Approved(NamedTuple):
    """What may be said: the content's SID, and its text with the place for the words."""

    sid: str
    body: str


@Statement
def _approved(_: Spelling) -> Any:
    diner_id = bindparam("diner_id", type_=Integer)
    language = select(Diner.language).where(Diner.id == diner_id).scalar_subquery()
    is_theirs = case((Template.language == language, 0), else_=1)
    return (
        select(Template.sid, Template.body)
        .where(
            Template.purpose == bindparam("purpose", type_=String),
            Template.state == fixed(APPROVED),
            Template.language.in_([language, ENGLISH]),
        )
        .order_by(is_theirs, Template.created_at.desc())
        .limit(1)
    )


def approved(connection: Connection, purpose: str, diner_id: int) -> Approved | None:
    """What may be said to this diner for this purpose: in their language, else in English."""
    row = connection.one(_approved, purpose=purpose, diner_id=diner_id)
    return Approved(*row) if row else None


def languages(session: Session, purpose: str) -> frozenset[str]:
    """In which something may be said for this purpose."""
    there = select(Template.language).where(Template.purpose == purpose, Template.state == APPROVED)
    return frozenset(session.scalars(there))


UNSUBMITTED = "unsubmitted"  # WhatsApp was not asked yet


class Kept(NamedTuple):
    """A text, as it was asked for: which content at Twilio it is."""

    sid: str
    purpose: str
    language: str
    digest: str


def every(session: Session) -> list[Kept]:
    """Oldest first."""
    columns = (Template.sid, Template.purpose, Template.language, Template.digest)
    return [Kept(*row) for row in session.execute(select(*columns).order_by(Template.created_at))]


def keep(session: Session, kept: Kept, *, name: str, body: str, now: datetime) -> None:
    """A content was made of a text, and WhatsApp is to be asked for it."""
    row = Template(**kept._asdict(), name=name, body=body, state=UNSUBMITTED, created_at=now)
    session.merge(row)


def note(session: Session, sid: str, state: str, reason: str) -> None:
    """What WhatsApp says of it."""
    session.execute(
        update(Template).where(Template.sid == sid).values(state=state, reason=reason or None)
    )


def forget(session: Session, sid: str) -> None:
    session.execute(delete(Template).where(Template.sid == sid))
