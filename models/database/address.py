"""The database's address as people copy it: what each part of it means here, or why it can't be.

It opens nothing, and no sentence of its shows any part of what it was given but the names of
parameters: what stands anywhere in a mistyped address may be a piece of the password.
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import URL, make_url

from models.database.sqlite_address import YES, backend_of, file_of

ENCODED = "@ is %40, : is %3A, / is %2F, ? is %3F, # is %23, % is %25, a space is %20"
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
# Of other clients (Prisma, asyncpg, node-postgres, JDBC) and of hosts: none changes what is safe.
FOREIGN = frozenset(
    {
        "pool_timeout",
        "prepared_statement_cache_size",
        "prepared_statements",
        "preparethreshold",
        "single_use_connections",
        "socket_timeout",
        "sslaccept",
        "statement_cache_size",
        "supa",
        "uselibpqcompat",
        "workaround",
    }
)
_NO = ("false", "0", "no", "off")
_AUTHORITY = re.compile(
    r"""
    ^(?:(?P<user>[^@]*+)@)?
    (?:\[[0-9a-fA-F:.]+\] | [\w.-]+)?    # `_` is in the names of containers
    (?::(?P<port>[0-9]{0,5}))?
    """,
    re.X | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Address:
    """`url` is what the driver gets.

    `is_pooled`: whether a transaction pooler stands before the server; None: not said.
    `schema`: where the tables are, if not where the user's search path begins.
    `connection_limit`: how many connections there may be at most.
    `ignored`: parameters that mean nothing here.
    """

    url: URL
    is_pooled: bool | None = None
    schema: str | None = None
    connection_limit: int | None = None
    ignored: tuple[str, ...] = ()


def read(address: str) -> Address:
    """Raises ValueError with a sentence on what is wrong."""
    if backend_of(address) == "sqlite":
        file, ignored = file_of(address)
        return Address(URL.create("sqlite", database=file), ignored=ignored)
    address = address.strip()
    _check_encoding(address.partition("://")[2])
    url = make_url(address).set(drivername="postgresql+psycopg")
    return _without_foreign(url)


def _check_encoding(rest: str) -> None:
    """A raw character of these in the password makes a piece of it the host, the port, the name."""
    before_query = rest.partition("?")[0]
    authority, _, name = before_query.partition("/")
    parts = _AUTHORITY.fullmatch(authority)
    is_whole = parts is not None and "@" not in name and "@" not in rest[len(before_query) :]
    if not is_whole or re.search(r"[\s#]|%(?![0-9a-fA-F]{2})", before_query):
        raise ValueError(
            "it can't be taken apart: a character of the user's name or of the password"
            f" (or several) has to be percent-encoded: {ENCODED};"
            " else the host or the port is not one"
        )
    if parts is not None and parts["port"] and not 0 < int(parts["port"]) <= 65535:
        raise ValueError("its port must be one of 1 to 65535")


def _without_foreign(url: URL) -> Address:
    """The address with what libpq knows, and apart what is ours to do; the rest is named."""
    query = dict(url.query)
    of_ours = {name: _one(name, query.pop(name)) for name in list(query) if name in _OURS}
    ignored = tuple(name for name in query if name.lower() in FOREIGN)
    unknown = [name for name in query if name not in ignored and name not in _libpq_knows()]
    if unknown:
        raise ValueError(
            f"it has a parameter that is not known: {', '.join(_shown(each) for each in unknown)};"
            " leave it out"
        )
    kept = {name: value for name, value in query.items() if name not in ignored}
    mode = kept.get("sslmode")
    if mode is not None and mode not in SSL_MODES:
        raise ValueError(f"sslmode must be one of {', '.join(SSL_MODES)}")
    if not str(kept.get("connect_timeout", "0")).isdecimal():
        raise ValueError("connect_timeout must be whole seconds")
    return Address(
        url.set(query=kept),
        is_pooled=_flag("pgbouncer", of_ours.get("pgbouncer")),
        schema=_schema(of_ours.get("schema")),
        connection_limit=_limit(of_ours.get("connection_limit")),
        ignored=ignored,
    )


_OURS = ("pgbouncer", "schema", "connection_limit")


def _libpq_knows() -> set[str]:
    # Where the database is SQLite nobody needs it, and it takes megabytes.
    from psycopg.pq import Conninfo  # noqa: PLC0415

    return {option.keyword.decode() for option in Conninfo.get_defaults()}


def _one(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} stands in it more than once")
    return value


def _shown(name: str) -> str:
    return name if re.fullmatch(r"\w{1,40}", name, re.ASCII) else "one that is no name"


def _flag(name: str, value: str | None) -> bool | None:
    if value is None:
        return None
    if value.lower() not in (*YES, *_NO):
        raise ValueError(f"{name} must be true or false")
    return value.lower() in YES


def _schema(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_$]{0,62}", value):
        raise ValueError("schema must be one name of letters, digits and _")
    return value


def _limit(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isdecimal() or not 0 < int(value) < 10_000:
        raise ValueError("connection_limit must be a number of connections, 1 at least")
    return int(value)
