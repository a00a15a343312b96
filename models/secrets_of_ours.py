"""What this service made up for itself and all its processes must agree on: the key it signs with.

Whoever can read the database can sign: so could they read all that a signature would open.
"""

import secrets

from sqlalchemy import String, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Base
from models.database.engine import Database
from models.database.statements import Statement

KEY_BYTES = 32


class Secret(Base):
    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(128))


_NAME = bindparam("name", type_=String)
_FIND = Statement(select(Secret.value).where(Secret.name == _NAME))
_MAKE = Statement(
    lambda sql: (
        sql.insert(Secret)
        .values(name=_NAME, value=bindparam("value", type_=String))
        .on_conflict_do_nothing()
    )
)


def signing_key(database: Database) -> str:
    """Made by the first process that asks. Raises DatabaseUnavailableError."""
    name = "signing key"
    with database.connection() as connection:
        row = connection.one(_FIND, name=name)
        if row is None:
            connection.run(_MAKE, name=name, value=secrets.token_urlsafe(KEY_BYTES))
            row = connection.one(_FIND, name=name)  # another process may have been faster
    assert row is not None, "it was just stored"
    return str(row[0])
