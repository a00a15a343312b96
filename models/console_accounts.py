"""Who may sign in to the console: their password, if they set one, and their sessions.

Whose number is on the staff is `models.staff`'s to say: an account alone opens nothing.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Index, String, Text, and_, delete, not_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from addresses import other_spelling
from models.database.columns import Address, Base, Instant
from models.database.upsert import upsert

# A session ends so long after its last request, and so long after it began whatever comes.
IDLE = timedelta(hours=12)
LASTS = timedelta(days=7)
# `seen_at` is written at most so often.
SEEN_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
MAX_AGENT = 200  # characters of what a browser calls itself


class ConsoleAccount(Base):
    """One person, whatever the restaurants they work for."""

    __tablename__ = "console_accounts"

    address: Mapped[str] = mapped_column(Address, primary_key=True)  # as `known_as` spells it
    password: Mapped[str | None] = mapped_column(Text)  # its argon2 hash; none: links alone
    changed_at: Mapped[datetime] = mapped_column(Instant)


class ConsoleSession(Base):
    """A browser that somebody signed in with. Its token is the browser's; here is its hash."""

    __tablename__ = "console_sessions"
    __table_args__ = (Index(None, "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(Address)
    agent: Mapped[str] = mapped_column(String(MAX_AGENT))
    began_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)


def known_as(address: str) -> str:
    """The one spelling of an address that accounts go by, where a country has two for a number."""
    other = other_spelling(address)
    return min(address, other, key=len) if other else address


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a token. It has 256 bits of chance: a plain hash gives nothing away."""
    return sha256(token.encode()).hexdigest()


def begin(session: Session, address: str, *, agent: str, now: datetime) -> str:
    """Somebody has shown who they are, with this browser. Returns their session's token."""
    token = new_token()
    session.execute(delete(ConsoleSession).where(not_(and_(*_lasts(now)))))
    session.add(
        ConsoleSession(
            token_hash=hash_of(token),
            address=known_as(address),
            agent=agent[:MAX_AGENT],
            began_at=now,
            seen_at=now,
        )
    )
    return token


def session_of(session: Session, token: str, now: datetime) -> ConsoleSession | None:
    """The session of this token, while it lasts."""
    own = ConsoleSession.token_hash == hash_of(token)
    return session.scalar(select(ConsoleSession).where(own, *_lasts(now)))


def note_seen(session: Session, found: ConsoleSession, now: datetime) -> None:
    """Somebody did something with it, which is written once a minute."""
    if now - found.seen_at >= SEEN_EVERY:
        own = ConsoleSession.id == found.id
        session.execute(update(ConsoleSession).where(own).values(seen_at=now))


def sessions_of(session: Session, address: str, now: datetime) -> Sequence[ConsoleSession]:
    """Those that last, the latest seen first."""
    own = ConsoleSession.address == known_as(address)
    theirs = select(ConsoleSession).where(own, *_lasts(now))
    return session.scalars(theirs.order_by(ConsoleSession.seen_at.desc())).all()


def renew(session: Session, token: str) -> str | None:
    """A session's new token; whoever has the old one is out. None where it was renewed before."""
    new = new_token()
    own = ConsoleSession.token_hash == hash_of(token)
    renewed = update(ConsoleSession).where(own).values(token_hash=hash_of(new))
    return new if session.scalar(renewed.returning(ConsoleSession.id)) else None


def end(session: Session, token: str) -> None:
    session.execute(delete(ConsoleSession).where(ConsoleSession.token_hash == hash_of(token)))


def end_by_id(session: Session, address: str, session_id: int) -> bool:
    """One of somebody's own; False where it is none of theirs, or over."""
    gone = delete(ConsoleSession).where(
        ConsoleSession.id == session_id, ConsoleSession.address == known_as(address)
    )
    return session.scalar(gone.returning(ConsoleSession.id)) is not None


def end_all(session: Session, address: str, *, but: str = "") -> None:
    """Every session of somebody's, but the one of this token."""
    session.execute(
        delete(ConsoleSession).where(
            ConsoleSession.address == known_as(address),
            ConsoleSession.token_hash != hash_of(but),
        )
    )


def password_of(session: Session, address: str) -> str | None:
    """Its hash; None where they never set one."""
    own = ConsoleAccount.address == known_as(address)
    return session.scalar(select(ConsoleAccount.password).where(own))


def set_password(session: Session, address: str, password: str, now: datetime) -> None:
    """`password`: its hash."""
    row = {"address": known_as(address), "password": password, "changed_at": now}
    upsert(session, ConsoleAccount, ["address"], [row])


def forget(session: Session, address: str) -> None:
    """Whoever is on nobody's staff any more."""
    end_all(session, address)
    session.execute(delete(ConsoleAccount).where(ConsoleAccount.address == known_as(address)))


def _lasts(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (ConsoleSession.seen_at >= now - IDLE, ConsoleSession.began_at >= now - LASTS)
