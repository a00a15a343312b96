"""One-time links into the console: each names somebody of the staff, works once, and soon ends."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.console_accounts import hash_of, known_as, new_token
from models.database.columns import Address, Base, Instant

LASTS = timedelta(minutes=15)


class ConsoleLink(Base):
    """Its token is in the link alone; here is its hash."""

    __tablename__ = "console_links"
    __table_args__ = (Index(None, "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(Address)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


def make(session: Session, address: str, now: datetime) -> str:
    """A link's token. What is over is swept away."""
    session.execute(delete(ConsoleLink).where(ConsoleLink.expires_at <= now))
    token = new_token()
    session.add(
        ConsoleLink(token_hash=hash_of(token), address=known_as(address), expires_at=now + LASTS)
    )
    return token


def is_good(session: Session, token: str, now: datetime) -> bool:
    """Whether it could be used now. Looking does not use it: previewers of links look."""
    return session.scalar(select(ConsoleLink.id).where(*_is_good(token, now))) is not None


def waits(session: Session, address: str, until: datetime) -> bool:
    """Whether one of theirs is not used yet, and good until then."""
    own = ConsoleLink.address == known_as(address)
    good = (own, ConsoleLink.used_at.is_(None), ConsoleLink.expires_at > until)
    return session.scalar(select(ConsoleLink.id).where(*good).limit(1)) is not None


def use(session: Session, token: str, now: datetime) -> str | None:
    """Whose it is, once: whoever asks second, in this process or another, gets None."""
    spent = update(ConsoleLink).where(*_is_good(token, now)).values(used_at=now)
    return session.scalar(spent.returning(ConsoleLink.address))


def end_all(session: Session, address: str) -> None:
    session.execute(delete(ConsoleLink).where(ConsoleLink.address == known_as(address)))


def _is_good(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        ConsoleLink.token_hash == hash_of(token),
        ConsoleLink.used_at.is_(None),
        ConsoleLink.expires_at > now,
    )
