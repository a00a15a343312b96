"""The inbox: what diners wrote, stored before it is acknowledged, in the order it came; a message without a turn waits."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Instant
from models.notices import notice
from models.upsert import insert


class Message(Base):
    __tablename__ = "messages"
    # An id is never used again, also when the row with the highest one was erased.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (SQLAlchemy's own form)

    id: Mapped[int] = mapped_column(primary_key=True)
    diner_id: Mapped[int] = mapped_column(ForeignKey("diners.id", ondelete="CASCADE"))
    # Unique: Twilio may deliver a message twice, and a replayed webhook still carries a valid signature.
    sid: Mapped[str] = mapped_column(String(64), unique=True)
    text: Mapped[str] = mapped_column(Text)
    is_keyword: Mapped[bool]  # answered without the model, in a turn of its own
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)  # the form as it came, fields unknown to us included
    received_at: Mapped[datetime] = mapped_column(Instant)
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id", ondelete="SET NULL"), index=True)


Index(
    "ix_messages_waiting",
    Message.diner_id,
    Message.id,
    postgresql_where=Message.turn_id.is_(None),
    sqlite_where=Message.turn_id.is_(None),
)


def accept(
    session: Session,
    diner_id: int,
    *,
    sid: str,
    text: str,
    is_keyword: bool,
    payload: dict[str, Any],
    now: datetime,
    process: str,
) -> int | None:
    """Store a message; its id, or None when a message of this `sid` is here already. The processes get `process`'s notice."""
    row = insert(session, Message).values(
        diner_id=diner_id, sid=sid, text=text, is_keyword=is_keyword, payload=payload, received_at=now
    )
    stored = session.execute(
        row.on_conflict_do_nothing(index_elements=["sid"]).returning(Message.id, notice(session, diner_id, process))
    ).scalar()
    return None if stored is None else int(stored)


def waiting_diners(session: Session, limit: int) -> list[int]:
    """Ids of diners with a message that no turn has taken, longest waiting first."""
    waiting = select(Message.diner_id).where(Message.turn_id.is_(None)).group_by(Message.diner_id)
    return list(session.scalars(waiting.order_by(func.min(Message.id)).limit(limit)))
