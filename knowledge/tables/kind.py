"""A kind of table that people keep: its columns, and what a file of it would change.

It plans and writes nothing: what is there, and how it is stored, the kind's `models` know.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from knowledge.tables.sheet import Cell, Sheet
from knowledge.tables.wrong import TableError, Wrong, all_of

Row = dict[str, Any]  # a row's values by the fields of its kind's shape
Key = tuple[Any, ...]

# A day beyond these is a slip in its year; plans are made for a year, and holidays for two.
EARLIEST = date(2000, 1, 1)
A_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Column:
    """One column of the header. `read` makes the value of a cell, in the money of a currency.

    `is_needed`: a file without the column is refused; any other column that is left out leaves
    what is on file as it is.
    """

    name: str
    read: Callable[[Cell, str], object]
    write: Callable[[Any], Cell]
    field: str = ""  # of the shape, if it is not the column's name
    other_names: tuple[str, ...] = ()
    is_needed: bool = False
    is_kept: bool = True  # else it is only checked

    @property
    def of_field(self) -> str:
        return self.field or self.name


@dataclass(frozen=True)
class Kind:
    """`key`: the fields that name a row. `is_whole`: a row that the file leaves out goes.

    What is not `is_on_file` has gone before. `part_of`: the field of what several rows make up.
    `complete` fills in what a row's other values and the rows on file tell; `check` finds what only
    all rows together show.
    """

    name: str
    columns: tuple[Column, ...]
    shape: type[BaseModel]
    key: tuple[str, ...]
    is_whole: bool = True
    part_of: str = ""
    is_on_file: Callable[[Row], bool] = lambda _row: True
    complete: Callable[[Row, Mapping[Key, Row]], None] = lambda _values, _there: None
    check: Callable[[Sequence["Numbered"], Mapping[Key, Row]], Iterable[Wrong]] = (
        lambda _rows, _there: ()
    )

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.kept_columns]

    @property
    def kept_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_kept)

    def key_of(self, row: Row) -> Key:
        return tuple(row[name] for name in self.key)

    def cells(self, row: Row) -> list[Cell]:
        return [column.write(row.get(column.of_field)) for column in self.kept_columns]

    def differences(self, before: Row, after: Row) -> list[tuple[str, Cell, Cell]]:
        """The columns that differ: each with its cell before and after."""
        pairs = zip(self.kept_columns, self.cells(before), self.cells(after), strict=True)
        return [(column.name, was, now) for column, was, now in pairs if was != now]


@dataclass(frozen=True)
class Numbered:
    """A row with its line in the file."""

    line: int
    row: Row


@dataclass
class Plan:
    """What a file changes: rows that come, that change (before and after), that go."""

    rows: list[Row] = field(default_factory=list)  # all of the file's
    added: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, Row]] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)
    others: list[Row] = field(default_factory=list)  # on file, and not in the file: they stay
    same: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.gone)


def planned(
    kind: Kind,
    name: str,
    sheet: Sheet,
    there: Mapping[Key, Row],
    *,
    currency: str = "",
    keeps_others: bool = False,
    passed: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Plan:
    """What the file `name` would change of the rows that are `there`, by their keys.

    A file with a header alone would take everything away, and is refused.
    `passed` goes over the rows, and may show how far it is. Raises TableError, with every fault.
    """
    columns = _columns_of(kind, name, sheet.header)
    if kind.is_whole and not sheet.rows and not keeps_others:
        raise TableError(f"{name}: has a header and no row: all that is on file would go")
    faults: list[Wrong] = []
    rows: list[Numbered] = []
    spoilt: set[Any] = set()
    for line, cells in passed(sheet.rows):
        values: Row = {}
        row = _read(kind, columns, line, cells, there, currency, values, faults)
        if row is not None:
            rows.append(Numbered(line, row))
        else:
            spoilt.add(values.get(kind.part_of))
    # What a line with a fault is a part of can't be told wrong or right.
    checked = [each for each in rows if not kind.part_of or each.row[kind.part_of] not in spoilt]
    faults += _twice(kind, rows)
    faults += kind.check(checked, there)
    if faults:
        raise all_of(name, faults)
    return _compared(kind, rows, there, keeps_others)


def misdated(
    rows: Sequence[Numbered], there: Mapping[Key, Row], field: str, column: str, latest: date
) -> Iterable[Wrong]:
    """The days, dates or as text, whose year is a slip: before 2000, or later than `latest`.

    What is on file may stand in the file again, and be set off on its own day.
    """
    known = {str(row[field]) for row in there.values()}
    for each in rows:
        written = str(each.row[field])
        if written in known or not written[:1].isdigit():  # a weekday
            continue
        if date.fromisoformat(written) < EARLIEST:
            yield Wrong(each.line, column, f"{written} is before 2000: is its year right?")
        if date.fromisoformat(written) > latest:
            yield Wrong(each.line, column, f"{written} is after {latest}: is its year right?")


def _columns_of(kind: Kind, name: str, header: Sequence[str]) -> list[Column | None]:
    """The column that each place of the header names; none for one without a name."""
    known = {
        _plain(each): column
        for column in kind.columns
        for each in (column.name, *column.other_names)
    }
    columns: list[Column | None] = []
    wrong = []
    for place, title in enumerate(header):
        column = known.get(_plain(title))
        if column is None and title:
            near = get_close_matches(_plain(title), known, 1)
            meant = f"; did you mean {known[near[0]].name}?" if near else ""
            wrong.append(f"column {title!r} is not known{meant}")
        elif column is not None and column in columns:
            wrong.append(f"column {title!r} is there twice, again in place {place + 1}")
        columns.append(column)
    missing = [each.name for each in kind.columns if each.is_needed and each not in columns]
    wrong += [f"column {each!r} is missing" for each in missing]
    if wrong:
        there = f"the columns of {kind.name} are {', '.join(kind.header)}"
        raise TableError(f"{name}: line 1: {'; '.join(wrong)} ({there})")
    return columns


def _plain(title: str) -> str:
    return "_".join(title.casefold().replace("-", " ").replace("_", " ").split())


def _read(
    kind: Kind,
    columns: Sequence[Column | None],
    line: int,
    cells: Sequence[Cell],
    there: Mapping[Key, Row],
    currency: str,
    values: Row,
    faults: list[Wrong],
) -> Row | None:
    wrong = []
    for place, cell in enumerate(cells):
        column = columns[place] if place < len(columns) else None
        if column is None:
            if cell not in (None, ""):
                wrong.append(Wrong(line, "", f"{cell!r} stands in no column of the header"))
            continue
        try:
            value = column.read(cell, currency)
            if column.is_kept:
                values[column.of_field] = value
        except ValueError as error:
            wrong.append(Wrong(line, column.name, str(error)))
    if not wrong:
        kind.complete(values, there)
    known = there.get(tuple(values.get(each) for each in kind.key), {})
    try:
        row = kind.shape.model_validate(known | values)
        if not wrong:
            return row.model_dump()
    except ValidationError as error:
        found = _told(kind, line, error)
        # Of what a cell that can't be read is missing in, nothing is said.
        was_read = {each.name for each in kind.columns if each.of_field in values}
        wrong += [each for each in found if each.column in was_read] if wrong else found
    faults += wrong
    return None


def _told(kind: Kind, line: int, error: ValidationError) -> list[Wrong]:
    names = {column.of_field: column.name for column in kind.columns}
    return [
        Wrong(
            line,
            ".".join(names.get(str(step), str(step)) for step in one["loc"][:1]),
            _SENTENCES.get(one["type"], one["msg"]).removeprefix("Value error, "),
        )
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]


# Of what the shapes' library says of a text, by its names of faults.
_SENTENCES = {"string_too_short": "is empty", "string_pattern_mismatch": "is none that there is"}


def _twice(kind: Kind, rows: Sequence[Numbered]) -> list[Wrong]:
    first: dict[Key, int] = {}
    faults = []
    for each in rows:
        key = kind.key_of(each.row)
        line = first.setdefault(key, each.line)
        if line != each.line:
            named = " ".join(map(str, key))
            faults.append(Wrong(each.line, kind.key[-1], f"{named} stands in line {line} already"))
    return faults


def _compared(
    kind: Kind, rows: Sequence[Numbered], there: Mapping[Key, Row], keeps_others: bool
) -> Plan:
    plan = Plan(rows=[each.row for each in rows])
    for row in plan.rows:
        before = there.get(kind.key_of(row))
        if before is None:
            plan.added.append(row)
        elif kind.cells(before) != kind.cells(row):
            plan.changed.append((before, row))
        else:
            plan.same += 1
    named = {kind.key_of(row) for row in plan.rows}
    others = [row for key, row in there.items() if key not in named]
    if kind.is_whole and not keeps_others:
        plan.gone = [row for row in others if kind.is_on_file(row)]
    else:
        plan.others = others
    return plan
