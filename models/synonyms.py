"""What an operator changed of what diners call things, a language each.

A row is everywhere's or one restaurant's. The words that come with the service are below them, in
`knowledge.lexicon_on_file`, and never in this table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    String,
    Text,
    UniqueConstraint,
    and_,
    delete,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database.columns import Base

EVERYWHERE = ""  # in the place of a restaurant's slug
LANGUAGE = "[a-z]{2,3}|elsewhere"  # a pattern of its code
LONGEST = 80  # characters of a word or a meaning


class Synonym(Base):
    __tablename__ = "synonyms"
    # An id is never given twice, so the highest one and their number tell of every change.
    __table_args__ = (
        UniqueConstraint("restaurant", "language", "word"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    restaurant: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(16))
    word: Mapped[str] = mapped_column(String(80))
    # Its meanings with commas between; none: it says nothing of what is wanted. Null: it was taken
    # away, whatever it means below.
    means: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True)
class Said:
    """A word and what it means. `restaurant` is a slug, or EVERYWHERE; null: it was taken away."""

    restaurant: str
    language: str
    word: str
    means: tuple[str, ...] | None


def version(session: Session) -> tuple[int, int]:
    """Another one after every change."""
    count, highest = session.execute(select(func.count(), func.max(Synonym.id))).one()
    return count, highest or 0


def rows(session: Session, restaurant: str | None = None) -> list[Said]:
    """Everywhere's, then those of each restaurant, or of this one."""
    query = select(*Synonym.__table__.c).order_by(Synonym.restaurant, Synonym.language, Synonym.id)
    if restaurant is not None:
        query = query.where(Synonym.restaurant.in_([EVERYWHERE, restaurant]))
    return [
        Said(row.restaurant, row.language, row.word, _parts(row.means))
        for row in session.execute(query)
    ]


def put(
    session: Session, restaurant: str, language: str, word: str, means: Sequence[str] | None
) -> None:
    """Let a word mean this, whatever it meant; None: it is not known."""
    drop(session, restaurant, language, word)
    joined = None if means is None else ", ".join(means)
    session.add(Synonym(restaurant=restaurant, language=language, word=word, means=joined))
    session.flush()


def drop(session: Session, restaurant: str, language: str, word: str) -> None:
    """Let a word mean what it means below."""
    session.execute(delete(Synonym).where(_is(restaurant, language, word)))


def _is(restaurant: str, language: str, word: str) -> ColumnElement[bool]:
    return and_(
        Synonym.restaurant == restaurant, Synonym.language == language, Synonym.word == word
    )


def _parts(means: str | None) -> tuple[str, ...] | None:
    if means is None:
        return None
    return tuple(part.strip() for part in means.split(",") if part.strip())
