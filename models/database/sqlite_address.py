"""Which database an address is of, and of SQLite which file: what it takes no driver to tell.

It opens nothing, and no sentence of its shows any part of what it was given.
"""

import os
import re
from urllib.parse import parse_qs, unquote, urlsplit

EXPECTED = "sqlite:///file.db or postgresql://user:password@host/name"
YES = ("true", "1", "yes", "on")


def backend_of(address: str) -> str:
    """ "sqlite" or "postgresql". Raises ValueError for another one, and for what is no address."""
    scheme, mark, _ = address.strip().partition("://")
    backend = scheme.lower().partition("+")[0]
    if not mark or not re.fullmatch(r"\w[\w+]*", scheme, re.ASCII):
        raise ValueError(f"not a database address: expected {EXPECTED}, without quotes or spaces")
    if backend not in ("postgres", "postgresql", "sqlite"):
        raise ValueError(f"{backend} is not supported: use {EXPECTED}")
    return "sqlite" if backend == "sqlite" else "postgresql"


def file_of(address: str) -> tuple[str, tuple[str, ...]]:
    """The real path of its file, and the parameters that mean nothing here.

    SQLite's log is beside that path, and two links to one file are one lock. Raises ValueError.
    """
    rest = address.strip().partition("://")[2]
    if rest[:1] not in ("", "/"):
        raise ValueError("SQLite's file stands behind three slashes, as in sqlite:///file.db")
    name, _, asked = rest[1:].partition("?")
    file = unquote(name)
    query = parse_qs(asked)
    if query.get("uri", [""])[0].lower() in YES:
        file = unquote(urlsplit(file).path)
    if file in ("", ":memory:") or query.get("mode") == ["memory"]:
        raise ValueError(
            "SQLite in memory forgets everything with each connection:"
            " name a file, as in sqlite:///file.db"
        )
    return os.path.realpath(file), tuple(name for name in query if name != "uri")
