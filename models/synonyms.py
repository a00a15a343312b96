"""What diners call things, a language each: the words behind `knowledge.lexicon`.

A row is everywhere's or one restaurant's. It never reads a diner's words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    String,
    Text,
    UniqueConstraint,
    and_,
    delete,
    false,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database.columns import Base

EVERYWHERE = ""  # in the place of a restaurant's slug
LANGUAGE = "[a-z]{2,3}|elsewhere"  # a pattern of its code
LONGEST = 80  # characters of a word or a meaning
MOST_AT_ONCE = 500  # parameters of a statement


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
    # away, and a later load of the files does not bring it back.
    means: Mapped[str | None] = mapped_column(Text)
    # By an operator's command: the files that come with the service leave it as it is.
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())


@dataclass(frozen=True)
class Said:
    """A row as it is shown: `restaurant` is a slug, or EVERYWHERE."""

    restaurant: str
    language: str
    word: str
    means: tuple[str, ...]


Shipped = tuple[str, str, Sequence[str]]  # language, word, what it means


def version(session: Session) -> tuple[int, int]:
    """Another one after every change."""
    count, highest = session.execute(select(func.count(), func.max(Synonym.id))).one()
    return count, highest or 0


def words_of(session: Session, restaurant: str) -> list[Said]:
    """The words of a restaurant; its own in the place of everywhere's."""
    query = (
        select(*Synonym.__table__.c)
        .where(Synonym.restaurant.in_([EVERYWHERE, restaurant]))
        .order_by(Synonym.restaurant, Synonym.id)
    )
    rows = {(row.language, row.word): row for row in session.execute(query)}
    return [
        Said(row.restaurant, row.language, row.word, _parts(row.means))
        for row in rows.values()
        if row.means is not None
    ]


def rows(session: Session) -> list[Said]:
    """All that mean something, everywhere's and each restaurant's own."""
    query = select(*Synonym.__table__.c).where(Synonym.means.is_not(None))
    return [
        Said(row.restaurant, row.language, row.word, _parts(row.means))
        for row in session.execute(query.order_by(Synonym.restaurant, Synonym.language, Synonym.id))
    ]


def put(session: Session, restaurant: str, language: str, word: str, means: Sequence[str]) -> None:
    """Let a word mean this, whatever it meant."""
    _replace(session, restaurant, language, word, ", ".join(means))


def remove(session: Session, restaurant: str, language: str, word: str) -> bool:
    """Let a word mean nothing known; False, if it did not."""
    found = session.scalar(select(Synonym).where(_is(restaurant, language, word)))
    if found is None or found.means is None:
        return False
    if found.by_hand:
        session.delete(found)
    else:
        _replace(session, restaurant, language, word, None)
    return True


def store_shipped(session: Session, words: Iterable[Shipped]) -> None:
    """Make `words` everywhere's, but for those that an operator has changed."""
    wanted = {(language, word): ", ".join(means) for language, word, means in words}
    query = select(*Synonym.__table__.c).where(Synonym.restaurant == EVERYWHERE)
    there = {(row.language, row.word): row for row in session.execute(query)}
    stale = [
        row.id for key, row in there.items() if not row.by_hand and wanted.get(key) != row.means
    ]
    for at in range(0, len(stale), MOST_AT_ONCE):
        session.execute(delete(Synonym).where(Synonym.id.in_(stale[at : at + MOST_AT_ONCE])))
    gone = set(stale)
    kept = {key for key, row in there.items() if row.id not in gone}
    fresh = [
        {
            "restaurant": EVERYWHERE,
            "language": language,
            "word": word,
            "means": means,
            "by_hand": False,
        }
        for (language, word), means in wanted.items()
        if (language, word) not in kept
    ]
    if fresh:
        session.execute(insert(Synonym), fresh)


def _replace(
    session: Session, restaurant: str, language: str, word: str, means: str | None
) -> None:
    session.execute(delete(Synonym).where(_is(restaurant, language, word)))
    session.add(
        Synonym(restaurant=restaurant, language=language, word=word, means=means, by_hand=True)
    )
    session.flush()


def _is(restaurant: str, language: str, word: str) -> ColumnElement[bool]:
    return and_(
        Synonym.restaurant == restaurant, Synonym.language == language, Synonym.word == word
    )


def _parts(means: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in means.split(",") if part.strip())
