"""Opening hours as a table: what a weekday has, and what a date has in its place."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from knowledge.hours import Span, spans_in
from knowledge.tables import cells
from knowledge.tables.kind import A_YEAR, Column, Key, Kind, Numbered, Row, misdated
from knowledge.tables.menu import text_column
from knowledge.tables.sheet import Cell
from knowledge.tables.wrong import Wrong
from knowledge.words import plain_digits
from models.opening_hours import WEEKDAYS

_CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})(?::00)?")


KEY = ("what", "day", "opens")


def hours(today: date) -> Kind:
    def faults(rows: Sequence[Numbered], there: Mapping[Key, Row]) -> Iterable[Wrong]:
        yield from _faults(rows)
        yield from misdated(rows, there, "day", "day", today + 2 * A_YEAR)

    return Kind(
        name="hours",
        columns=(
            Column("day", _day, _same, is_needed=True, other_names=("date", "weekday")),
            Column("opens", _clock, _same, is_needed=True, other_names=("from",)),
            Column("closes", _clock, _same, is_needed=True, other_names=("to",)),
            text_column("what", also="period"),
            text_column("name", also="holiday"),
        ),
        shape=_Hours,
        key=KEY,
        check=faults,
    )


class _Hours(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    what: Annotated[str, StringConstraints(max_length=40)] = ""
    day: str
    opens: str = ""
    closes: str = ""
    name: Annotated[str, StringConstraints(max_length=80)] = ""


def _day(cell: Cell, _currency: str) -> str:
    """A weekday's first three letters, or a date."""
    written = cells.text(cell).casefold()
    if written[:3] in WEEKDAYS and written.isalpha():
        return written[:3]
    try:
        return cells.day(cell).isoformat()
    except ValueError:
        raise ValueError(
            f"{cells.text(cell)!r} is neither a weekday nor a day as 2026-12-25"
        ) from None


def _clock(cell: Cell, _currency: str) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%H:%M}"
    written = plain_digits(cells.text(cell))
    if not written:
        return ""
    found = _CLOCK.fullmatch(written)
    if found is None or int(found[2]) > 59 or int(found[1]) * 60 + int(found[2]) > 24 * 60:
        raise ValueError(f"{written!r} is no time: write it as 07:00")
    return f"{int(found[1]):02}:{found[2]}"


def _faults(rows: Sequence[Numbered]) -> Iterable[Wrong]:
    if not any(each.row["what"] == "" and each.row["day"] in WEEKDAYS for each in rows):
        yield Wrong(1, "day", "no weekday says when the house opens: its rows leave `what` empty")
    closed = {(row.row["what"], row.row["day"]) for row in rows if not row.row["opens"]}
    for each in rows:
        row = each.row
        if bool(row["opens"]) != bool(row["closes"]):
            yield Wrong(each.line, "closes", "write both, or none on a date that is closed")
        elif row["opens"]:
            if (row["what"], row["day"]) in closed:
                yield Wrong(each.line, "opens", f"{row['day']} is closed by another line")
            if row["opens"] == row["closes"]:
                whole = "it closes when it opens: write 00:00 and 24:00 for a whole day"
                yield Wrong(each.line, "closes", whole)
            yield from _unread(each)
        elif row["day"] in WEEKDAYS:
            yield Wrong(each.line, "opens", "a weekday that is closed has no line")
    yield from _overlapping(rows)


def _overlapping(rows: Sequence[Numbered]) -> Iterable[Wrong]:
    """Of one day alone: what goes on after midnight may meet the next day's."""
    spans: dict[tuple[str, str], list[tuple[Span, int]]] = {}
    for each in rows:
        row = each.row
        with suppress(ValueError):
            (span,) = spans_in(f"{row['opens']}-{row['closes']}")
            spans.setdefault((row["what"], row["day"]), []).append((span, each.line))
    for (_, day), of_day in spans.items():
        for (earlier, first), (later, line) in pairwise(sorted(of_day)):
            if later.opens < earlier.closes:
                yield Wrong(line, "opens", f"{day} is open then already by line {first}")


def _unread(each: Numbered) -> Iterable[Wrong]:
    try:
        spans_in(f"{each.row['opens']}-{each.row['closes']}")
    except ValueError as error:
        yield Wrong(each.line, "opens", str(error))


def _same(value: object) -> Cell:
    return str(value)
