"""What each process counts, as it told last: so whichever is asked can answer for all.

A process is known here by what it writes now and then; nothing on the way of a message does.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import LargeBinary, String, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Base, Instant
from models.database.spelling import Spelling
from models.database.statements import Connection, Statement

# Who has not told for so long is gone. What it counted stands for a while longer: whoever reads
# `/metrics` now and then is to see it once more.
GONE_AFTER = timedelta(seconds=20)
FORGOTTEN_AFTER = timedelta(minutes=5)


class Told(Base):
    __tablename__ = "process_numbers"

    process: Mapped[str] = mapped_column(String(64), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(Instant)
    # In Prometheus' text format.
    numbers: Mapped[bytes] = mapped_column(LargeBinary)


class Numbers(NamedTuple):
    """`is_gone`: its process tells nothing any more."""

    numbers: bytes
    is_gone: bool


_PROCESS = bindparam("process", type_=String)


@Statement
def _tell(sql: Spelling) -> Any:
    row = sql.insert(Told).values(
        process=_PROCESS, told_at=sql.now, numbers=bindparam("numbers", type_=LargeBinary)
    )
    fresh = {"told_at": row.excluded.told_at, "numbers": row.excluded.numbers}
    return row.on_conflict_do_update(index_elements=["process"], set_=fresh)


_LET_GO = Statement(lambda sql: delete(Told).where(Told.told_at < sql.moment("before")))
_OTHERS = Statement(
    lambda sql: (
        select(Told.numbers, Told.told_at < sql.moment("gone"))
        .where(Told.process != _PROCESS, Told.told_at >= sql.moment("before"))
        .order_by(Told.process)
    )
)


def tell(connection: Connection, process: str, numbers: bytes, now: datetime) -> None:
    """These are this process' numbers by now. Whoever is forgotten goes."""
    connection.run(_tell, process=process, numbers=numbers, now=now)
    connection.run(_LET_GO, before=now - FORGOTTEN_AFTER, now=now)


def of_others(connection: Connection, process: str, now: datetime) -> list[Numbers]:
    """What the other processes told last."""
    before, gone = now - FORGOTTEN_AFTER, now - GONE_AFTER
    rows = connection.all(_OTHERS, process=process, before=before, gone=gone, now=now)
    return [Numbers(bytes(numbers), bool(is_gone)) for numbers, is_gone in rows]
