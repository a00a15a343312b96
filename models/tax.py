"""Tax and accounting rules, each with the authority and the statute or standard it stands in.

It never ranks by a topic's words: that is `knowledge.tax_search`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, String, Text, delete, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database.columns import Base
from models.database.upsert import Row, upsert


class TaxRule(Base):
    __tablename__ = "tax_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    jurisdiction: Mapped[str] = mapped_column(String(8), index=True)  # as RW, US-GAAP
    topic: Mapped[str] = mapped_column(String(120))
    rule: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(String(160))
    citation: Mapped[str] = mapped_column(String(300))
    keywords: Mapped[list[str]] = mapped_column(JSON)
    source_url: Mapped[str] = mapped_column(String(500))
    checked_on: Mapped[date] = mapped_column(Date)
    # The first and the last day that it holds on; null: since before anybody asks, until further
    # notice.
    effective_from: Mapped[date | None] = mapped_column(Date)
    effective_to: Mapped[date | None] = mapped_column(Date)
    # It could not be read at its source: who quotes it says so.
    unverified: Mapped[bool] = mapped_column(default=False, server_default=false())


def rules_of(session: Session, jurisdiction: str) -> list[TaxRule]:
    """The rules of a jurisdiction, by its code, in the order of their file."""
    query = select(TaxRule).where(TaxRule.jurisdiction == jurisdiction).order_by(TaxRule.id)
    return list(session.scalars(query))


def topics_of(session: Session, jurisdiction: str) -> list[str]:
    """The topics there are rules on in a jurisdiction, by name; none in an unknown one."""
    query = select(TaxRule.topic).where(TaxRule.jurisdiction == jurisdiction)
    return sorted(set(session.scalars(query)))


def store(session: Session, rules: Sequence[Row]) -> None:
    """Add `rules`, and bring those up to date that are there by their slug."""
    upsert(session, TaxRule, ["slug"], rules)


def rows(session: Session) -> list[dict[str, Any]]:
    """All rules as `store` takes them."""
    own = [column for column in TaxRule.__table__.c if column.key != "id"]
    query = select(*own).order_by(TaxRule.jurisdiction, TaxRule.id)
    return [dict(row) for row in session.execute(query).mappings()]


def remove(session: Session, slugs: Sequence[str]) -> None:
    session.execute(delete(TaxRule).where(TaxRule.slug.in_(slugs)))
