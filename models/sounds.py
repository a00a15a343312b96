"""The fixed sentences of calls as the model has spoken them: kept by voice and by their words.

None of them holds what anybody was told. Who speaks them, and when one is played, stands elsewhere.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database.columns import Base, Instant


class Sound(Base):
    __tablename__ = "sounds"

    voice: Mapped[str] = mapped_column(String(32), primary_key=True)
    # Of the words: a sentence that is said otherwise is another one.
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)  # bare µ-law of 8 kHz
    made_at: Mapped[datetime] = mapped_column(Instant)


def of(session: Session, voice: str, texts: Collection[str]) -> Mapping[str, bytes]:
    """By text, those of them that were made in this voice."""
    digests = {_digest(text): text for text in texts}
    found = select(Sound.digest, Sound.content).where(
        Sound.voice == voice, Sound.digest.in_(digests)
    )
    return {digests[digest]: bytes(content) for digest, content in session.execute(found)}


def missing(session: Session, voice: str, texts: Collection[str]) -> list[str]:
    """Those of them that nobody made in this voice yet."""
    found = select(Sound.digest).where(Sound.voice == voice)
    made = set(session.scalars(found))
    return [text for text in texts if _digest(text) not in made]


def keep(session: Session, voice: str, text: str, content: bytes, now: datetime) -> None:
    """In the place of the one that there was."""
    session.merge(Sound(voice=voice, digest=_digest(text), content=content, made_at=now))


def forget_others(session: Session, texts: Collection[str]) -> None:
    """Of what nobody says any more, no voice's is kept."""
    session.execute(delete(Sound).where(Sound.digest.not_in(map(_digest, texts))))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
