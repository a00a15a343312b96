"""The engine's house, for the ways into it: what a route needs is a part of that house."""

from tests.engine.conftest import (
    any_house,
    clock,
    emptied_postgresql_url,
    house,
    houses_postgresql_url,
    plain_log,
)

__all__ = [
    "any_house",
    "clock",
    "emptied_postgresql_url",
    "house",
    "houses_postgresql_url",
    "plain_log",
]
