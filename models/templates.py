"""The templates that WhatsApp has seen: what may be said outside a diner's 24 hours, by purpose.

Their texts are files in `templates/`; here stands which content at Twilio has which, and whether
WhatsApp has approved it. It asks nobody.
"""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Base, Instant

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
