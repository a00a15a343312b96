"""Opening hours as somebody types them, in the words of a menu's file: read, checked, made rows.

What a line of the table may be, `knowledge.tables.hours` says. Pure.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from knowledge.hours import CLOSED, row_of, spans_in, week_of
from knowledge.hours_in_words import week_text
from knowledge.tables.hours import hours
from knowledge.tables.kind import Numbered, Row
from models.opening_hours import HOUSE, WEEKDAYS

LONGEST = 40  # characters of a part of the day's name
LONGEST_NAME = 80
UNSAFE = frozenset(",;|")  # what parts a dish's list of when it is served


class MistypedError(ValueError):
    """What is wrong, by the field that it stands in."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = dict(faults)


def is_weekly(row: Row) -> bool:
    return row["day"] in WEEKDAYS


def week_typed(rows: Sequence[Row], what: str = HOUSE) -> str:
    """Weekly times as `week_rows` reads them, a line for days that are alike."""
    week: list[str] = []
    for day in WEEKDAYS:
        spans = (f"{row['opens']}-{row['closes']}" for row in rows if _is(row, what, day))
        if of_day := ", ".join(spans):
            week.append(f"{day.capitalize()} {of_day}")
    return "\n".join(week_text(week_of(tuple(week))).split("; ")) if week else ""


def parts_of(rows: Sequence[Row]) -> list[str]:
    """The parts of the day that are on file."""
    return list(dict.fromkeys(row["what"] for row in rows if row["what"] != HOUSE))


def dates_of(rows: Sequence[Row]) -> dict[str, tuple[str, str]]:
    """The house's dates to come and gone: each with its name and its times; no times: closed."""
    told: dict[str, tuple[str, str]] = {}
    for row in sorted(rows, key=lambda each: (each["day"], each["opens"])):
        if row["what"] == HOUSE and not is_weekly(row):
            name, times = told.get(row["day"], (row["name"], ""))
            span = f"{row['opens']}-{row['closes']}" if row["opens"] else ""
            told[row["day"]] = name, ", ".join(filter(None, (times, span)))
    return told


def week_rows(house: str, parts: Sequence[tuple[str, str, str]], today: date) -> list[Row]:
    """All weekly times. `parts`: the field, the name and the times of each part of the day.

    Raises MistypedError.
    """
    faults: dict[str, str] = {}
    rows: list[tuple[str, Row]] = []
    names: set[str] = set()
    if not house.strip():
        faults["house"] = "say when it is open, as Mon-Sat 12:00-22:00"
    for field, name, times in (("house", HOUSE, house), *parts):
        if field != "house" and (fault := _misnamed(name, names)):
            faults[f"name-{field}"] = fault
        if field != "house" and not times.strip():
            faults[f"times-{field}"] = "say when, as 07:00-11:00"
        names.add(name.casefold())
        place = field if field == "house" else f"times-{field}"
        try:
            rows += [(place, row) for row in _weekly(name, times)]
        except ValueError as error:
            faults[place] = str(error)
    return _checked(rows, today, faults)


def date_rows(day: str, name: str, times: str, today: date, weekly: Sequence[Row]) -> list[Row]:
    """The rows of one date; no times: closed. `weekly`: what is on file beside it.

    Raises MistypedError.
    """
    faults: dict[str, str] = {}
    try:
        written = date.fromisoformat(day).isoformat()
    except ValueError:
        faults["day"] = f"{day!r} is no day: write it as 2026-12-25"
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        faults["name"] = f"say what day it is, in {LONGEST_NAME} characters at most"
    spans: tuple[Any, ...] = (CLOSED,)
    try:
        if times.strip():
            spans = spans_in(times)
    except ValueError as error:
        faults["times"] = str(error)
    if faults:
        raise MistypedError(faults)
    rows = [("times", {**row_of(HOUSE, written, span, name.strip())}) for span in spans]
    beside = [("day", row) for row in weekly if is_weekly(row)]
    return _checked([*rows, *beside], today, {}, {"day": "day"})[: len(rows)]


def _weekly(name: str, times: str) -> list[Row]:
    """Raises ValueError."""
    lines = tuple(line.strip() for line in times.replace(";", "\n").splitlines() if line.strip())
    return [
        {**row_of(name, day, span)}
        for day, spans in zip(WEEKDAYS, week_of(lines), strict=True)
        for span in spans
    ]


def _misnamed(name: str, others: set[str]) -> str:
    if not name or len(name) > LONGEST:
        return f"give it a name, of {LONGEST} characters at most"
    if UNSAFE & set(name):
        return "has no comma, semicolon or bar"
    return "is there twice" if name.casefold() in others else ""


def _checked(
    rows: Sequence[tuple[str, Row]],
    today: date,
    faults: dict[str, str],
    of_column: Mapping[str, str] | None = None,
) -> list[Row]:
    """As the table's lines are: each with the field that it was typed in."""
    numbered = [Numbered(line, row) for line, (_, row) in enumerate(rows, 1)]
    for wrong in () if faults else hours(today).check(numbered, {}):
        field = (of_column or {}).get(wrong.column) or rows[wrong.line - 1][0]
        faults.setdefault(field, _without_lines(wrong.message, rows))
    if faults:
        raise MistypedError(faults)
    return [row for _, row in rows]


def _without_lines(message: str, rows: Sequence[tuple[str, Row]]) -> str:
    """A form has no lines: the times of the one that is meant."""
    said, mark, line = message.partition(" by line ")
    if not mark:
        return message
    row = rows[int(line) - 1][1]
    return f"{said}: {row['opens']}-{row['closes']}"


def _is(row: Row, what: str, day: str) -> bool:
    return bool(row["what"] == what and row["day"] == day)
