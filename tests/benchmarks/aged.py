"""A restaurant's database after a year: known diners, and all that was ever stored of them.

All of it is finished and delivered. It fills a migrated database with the sample restaurants in
it, through the driver, since a million rows take the ORM minutes.
"""

import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg import sql
from sqlalchemy import inspect

from models.database.engine import Database
from models.database.opening import driver_url
from models.diners import WHATSAPP, Diner
from models.inbox import Message
from models.outbox import SENT, Part
from models.tool_calls import ToolCall
from models.turns import DONE, Turn
from sandbox.twilio.webhooks import inbound_fields
from tests.scenarios.world import ACCOUNT_SID, KIGALI
from whatsapp.statuses import RANKS

ROWS = 1_000_000  # messages, turns and parts together
YEAR = timedelta(days=365)
LEASED = timedelta(seconds=30)
MODEL = timedelta(seconds=2)
PERSONA = "waiter"
DISH = "Goat brochette"
SEED = 7

PHRASES = (
    "a table tonight",
    "goat brochettes",
    "with roast plantain",
    "the cassava leaves",
    "is there something without peanuts",
    "for the three of us",
    "how much would it be",
    "a pot of ginger tea",
    "grilled to order",
    "in twenty minutes",
    "thank you",
)
MESSAGE_PHRASES, REPLY_PHRASES = (1, 6), (4, 20)

# What is written of each table; a later column must have a default.
COLUMNS = {
    "diners": (
        "id channel address number profile_name"
        " forgotten_turn_id is_forgotten created_at last_message_at"
    ),
    "turns": (
        "id diner_id state persona reply lease lease_until attempts started_at ended_at"
        " input_tokens cached_tokens output_tokens"
    ),
    "tool_calls": "turn_id place tool arguments result took_ms is_error missed dishes",
    "messages": "id diner_id sid text is_keyword payload received_at turn_id",
    "outbox": (
        "id diner_id turn_id number body state sid delivery delivery_rank attempts"
        " not_before lease lease_until first_tried_at created_at updated_at"
    ),
}

Row = tuple[object, ...]


def fill(url: str, diners: Sequence[str], rows: int = ROWS) -> None:
    """`diners` write to the restaurant in Kigali, each as often as the next, in random order."""
    columns = {table: names.split() for table, names in COLUMNS.items()}
    if missing := _unknown_columns(url, columns):
        raise RuntimeError(f"tests/benchmarks/aged.py knows nothing of {', '.join(missing)}")
    past = _Past(rows // 3, len(diners))
    tables = {
        Diner.__tablename__: _diner_rows(past, diners),
        Turn.__tablename__: _turn_rows(past),
        ToolCall.__tablename__: _call_rows(past),
        Message.__tablename__: _message_rows(past, diners),
        Part.__tablename__: _part_rows(past),
    }
    parsed = driver_url(url)
    if parsed.get_backend_name() == "sqlite":
        _fill_sqlite(str(parsed.database), columns, tables)
    else:
        _fill_postgresql(url, columns, tables)


def _unknown_columns(url: str, known: dict[str, list[str]]) -> list[str]:
    """Columns that must be written, and are not."""
    database = Database(url)
    try:
        looked = inspect(database.engine)
        found = [(table, column) for table in known for column in looked.get_columns(table)]
    finally:
        database.close()
    return [
        f"{table}.{column['name']}"
        for table, column in found
        if column["name"] not in known[table]
        and not column["nullable"]
        and column["default"] is None
    ]


class _Past:
    """The year's exchanges, the same each time: number, diner, moment, and 32 digits of its own."""

    def __init__(self, exchanges: int, diners: int) -> None:
        self.ended = datetime.now(UTC)
        self.began = self.ended - YEAR
        self._exchanges = exchanges
        self._diners = diners

    def __iter__(self) -> Iterator[tuple[int, int, datetime, str]]:
        chance = random.Random(SEED)
        step = YEAR / (self._exchanges + 1)
        for number in range(1, self._exchanges + 1):
            yield (
                number,
                chance.randint(1, self._diners),
                self.began + number * step,
                f"{chance.getrandbits(128):032x}",
            )


def _diner_rows(past: _Past, diners: Sequence[str]) -> Iterator[Row]:
    for number, address in enumerate(diners, 1):
        yield number, WHATSAPP, address, KIGALI, "Guest", 0, False, past.began, past.ended


def _turn_rows(past: _Past) -> Iterator[Row]:
    said = _speech(REPLY_PHRASES)
    for number, diner, at, lease in past:
        yield (
            number,
            diner,
            DONE,
            PERSONA,
            next(said),
            lease,
            at + LEASED,
            1,
            at,
            at + MODEL,
            1_800,
            1_536,
            60,
        )


def _call_rows(past: _Past) -> Iterator[Row]:
    """Two turns in three look something up, one in ten what is not on the menu."""
    found = json.dumps({"items": [{"item_id": 1, "name": DISH, "price": "RWF 9,000"}], "found": 1})
    for number, *_ in past:
        if number % 3:
            words = PHRASES[number % len(PHRASES)]
            missed = None if number % 10 else json.dumps([["dish", words]])
            query = json.dumps({"query": words})
            yield number, 1, "lookup_menu", query, found, 12, False, missed, "[1]"


def _message_rows(past: _Past, diners: Sequence[str]) -> Iterator[Row]:
    said = _speech(MESSAGE_PHRASES)
    form = json.dumps(
        inbound_fields(ACCOUNT_SID, "@SID@", "whatsapp:+@DINER@", KIGALI, "@TEXT@", "Guest", ())
    )
    for number, diner, at, digits in past:
        sid, text = f"SM{digits}", next(said)
        own = (
            form.replace("@SID@", sid)
            .replace("@TEXT@", text)
            .replace("@DINER@", diners[diner - 1].rpartition("+")[2])
        )
        yield number, diner, sid, text, False, own, at, number


def _part_rows(past: _Past) -> Iterator[Row]:
    said = _speech(REPLY_PHRASES)
    read = RANKS["read"]
    for number, diner, at, digits in past:
        sent_at, until, sid = at + MODEL, at + MODEL + LEASED, f"SM{digits[::-1]}"
        yield (
            number,
            diner,
            number,
            0,
            next(said),
            SENT,
            sid,
            "read",
            read,
            1,
            sent_at,
            digits,
            until,
            sent_at,
            sent_at,
            until,
        )


def _speech(length: tuple[int, int]) -> Iterator[str]:
    chance = random.Random(SEED)
    while True:
        yield " ".join(chance.choices(PHRASES, k=chance.randint(*length)))


def _fill_sqlite(
    file: str, columns: dict[str, list[str]], tables: dict[str, Iterator[Row]]
) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for table, rows in tables.items():
            holes = ", ".join("?" * len(columns[table]))
            statement = f"INSERT INTO {table} ({', '.join(columns[table])}) VALUES ({holes})"
            connection.executemany(statement, (_for_sqlite(row) for row in rows))


def _for_sqlite(row: Row) -> Row:
    """SQLAlchemy's own form of a moment."""
    return tuple(
        f"{each:%Y-%m-%d %H:%M:%S.%f}" if isinstance(each, datetime) else each for each in row
    )


def _fill_postgresql(
    url: str, columns: dict[str, list[str]], tables: dict[str, Iterator[Row]]
) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for table, rows in tables.items():
            names = sql.SQL(", ").join(map(sql.Identifier, columns[table]))
            copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
            with connection.cursor() as cursor, cursor.copy(copy) as copying:
                for row in rows:
                    copying.write_row(row)
            if "id" not in columns[table]:
                continue
            sequence = sql.SQL(
                "SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))"
            )
            connection.execute(sequence.format(sql.Literal(table), sql.Identifier(table)))
        # As autovacuum would have done long ago.
        connection.execute("VACUUM ANALYZE")
