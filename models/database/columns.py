"""The base of every table, and its money and instants, alike on PostgreSQL and SQLite.

It owns no table and runs no query.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, MetaData, Numeric, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

CENT = Decimal("0.01")


class Base(DeclarativeBase):
    # Named constraints, so that a migration can find one again on either database.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Money(TypeDecorator[Decimal]):
    """An exact amount in the restaurant's currency, two decimals: NUMERIC(14, 2).

    SQLite has no decimal type: there the column has NUMERIC affinity, and a sum of cents, quantized
    on the way out, is exact up to 10^13.
    """

    impl = Numeric(14, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Numeric(14, 2, asdecimal=False))
        return dialect.type_descriptor(Numeric(14, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | float | None:
        if value is None:
            return None
        return float(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: object, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(str(value)).quantize(CENT)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, always with its time zone, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs its time zone")
        return value if value.tzinfo is UTC else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def storable(text: str) -> str:
    """`text` as PostgreSQL takes it: without NUL, and without half a character (by `\\ud800`)."""
    text = text.replace("\x00", "")
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


MAX_INTEGER = 2**31 - 1  # what an INTEGER column holds


def is_id(number: int) -> bool:
    """Whether a row can have it: another one PostgreSQL would refuse to look for."""
    return 0 < number <= MAX_INTEGER


# A WhatsApp address is opaque: `whatsapp:+250788123456`, or `whatsapp:CC.ID` without a number.
ADDRESS_LENGTH = 128
Address = String(ADDRESS_LENGTH)
