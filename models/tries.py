"""How often somebody tried to sign in of late, counted by all processes together.

A key says what is counted: tries at one account, or from one address of the internet.
"""

from datetime import datetime, timedelta

from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database.columns import Base, Instant

# So long a try counts.
WITHIN = timedelta(minutes=15)
MAX_KEY = 200  # characters


class Try(Base):
    __tablename__ = "tries"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(MAX_KEY))
    at: Mapped[datetime] = mapped_column(Instant)


def note(session: Session, keys: list[str], now: datetime) -> None:
    """Before it is known whether it succeeds: of many at once none is left out of the count."""
    session.execute(delete(Try).where(Try.at <= now - WITHIN))
    session.add_all(Try(key=key[:MAX_KEY], at=now) for key in keys)


def count(session: Session, key: str, now: datetime) -> int:
    """With the one just noted, if that transaction is over."""
    lately = select(func.count()).where(Try.key == key[:MAX_KEY], Try.at > now - WITHIN)
    return session.scalar(lately) or 0


def forget(session: Session, key: str) -> None:
    """Whoever succeeded has a clean slate."""
    session.execute(delete(Try).where(Try.key == key[:MAX_KEY]))
