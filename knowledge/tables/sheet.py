"""A sheet of a file: rows of cells under a header, from CSV or a spreadsheet, and back.

It knows no column's meaning: `knowledge.tables.cells` reads what stands in a cell.
"""

import csv
import io
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile, is_zipfile

from knowledge.tables.far_cells import last_cell_reader
from knowledge.tables.wrong import TableError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
MOST_ROWS = 500_000
MOST_BYTES = 100_000_000
MOST_UNPACKED = 500_000_000
MOST_CELLS = 50_000_000  # of a sheet from its first cell to its last, the empty ones too
_SEPARATORS = ",;\t|"
# A spreadsheet takes a text that begins so for a formula, and would run it.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 60  # columns of letters

Cell = str | int | float | bool | date | datetime | Decimal | None


@dataclass(frozen=True)
class Sheet:
    """`rows`: each with its line in the file, from 1, and its cells; empty rows are left out."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


def read_sheet(file: Path, name: str | None = None) -> Sheet:
    """The sheet `name` of a spreadsheet, or its first; a CSV has only one.

    A CSV is UTF-8 or UTF-16, separated by what separates its header. Raises TableError.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise TableError(f"{file.name}: is larger than {MOST_BYTES // 1_000_000} MB")
        if file.suffix.lower() in SPREADSHEETS:
            lines = _spreadsheet(file, name)
        elif name is not None:
            raise TableError(f"--sheet: {file.name} is no spreadsheet: it has one table only")
        else:
            lines = _csv(file.name, file.read_bytes())
    except OSError as error:
        raise TableError(f"{file}: {error.strerror}") from None
    filled = [(line, cells) for line, cells in lines if any(not _is_empty(cell) for cell in cells)]
    if not filled:
        raise TableError(f"{file.name}: is empty: its first line names the columns")
    if len(filled) > MOST_ROWS:
        raise TableError(f"{file.name}: has more than {MOST_ROWS:,} rows: split it")
    (_, header), *rows = filled
    return Sheet(tuple("" if each is None else str(each).strip() for each in header), tuple(rows))


def write_sheet(
    file: Path, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """A table as `.xlsx`, or as CSV with any other ending. Raises TableError."""
    try:
        if file.suffix.lower() == ".xlsx":
            _write_xlsx(file, title, header, rows)
        else:
            # The mark in front tells Excel that it is UTF-8.
            file.write_text(csv_text(header, rows), encoding="utf-8-sig", newline="")
    except OSError as error:
        raise TableError(f"{file}: {error.strerror}") from None


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return written.getvalue()


def _csv(name: str, written: bytes) -> list[tuple[int, tuple[Cell, ...]]]:
    text = _decoded(name, written)
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    rest = text[len(first) :].removeprefix("\r").removeprefix("\n")
    skipped = 0
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1:
        separator = first.strip()[-1]  # Excel's own line, which tells the separator
        text, skipped = rest, 1
    else:
        separator = max(_SEPARATORS, key=_outside_quotes(first).count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[tuple[int, tuple[Cell, ...]]] = []
    begins = skipped + 1
    try:
        for cells in reader:
            lines.append((begins, tuple(map(_as_written, cells))))
            begins = skipped + reader.line_num + 1
    except csv.Error as error:
        raise TableError(f"{name}: line {begins}: is no CSV: {error}") from None
    return lines


def _decoded(name: str, written: bytes) -> str:
    if written.startswith(b"PK\x03\x04"):
        raise TableError(f"{name}: is a spreadsheet: let its name end in .xlsx")
    encoding = "utf-16" if written[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = written.decode(encoding)
    except UnicodeDecodeError as error:
        line = written[: error.start].count(b"\n") + 1
        raise TableError(
            f"{name}: line {line}: is not UTF-8: save it as “CSV UTF-8”, or as .xlsx"
        ) from None
    if "\0" in text:
        raise TableError(f"{name}: is no text: save it as “CSV UTF-8”, or as .xlsx")
    return text


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _spreadsheet(file: Path, name: str | None) -> list[tuple[int, tuple[Cell, ...]]]:
    # Only who reads a spreadsheet needs it.
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # noqa: PLC0415

    _check_size(file)
    try:
        book = CalamineWorkbook.from_path(file)
        sheet = book.get_sheet_by_name(_sheet_of(file, book, name))
        lines = sheet.to_python(skip_empty_area=False)
    except PasswordError:
        raise TableError(f"{file.name}: has a password: save it without one") from None
    except CalamineError as error:
        raise TableError(f"{file.name}: is no spreadsheet that can be read: {error}") from None
    return [(line, tuple(map(_as_kept, cells))) for line, cells in enumerate(lines, 1)]


def _check_size(file: Path) -> None:
    """A few bytes may stand for more cells than there is room for, and calamine takes it all.

    An `.xls` is no archive, and has room for 65,536 rows of 256 columns.
    """
    if not is_zipfile(file):
        return
    try:
        with ZipFile(file) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise TableError(
                    f"{file.name}: is larger than {MOST_UNPACKED // 1_000_000} MB unpacked"
                )
            # What is longer than it says it is, calamine would read to its end.
            if broken := parts.testzip():
                raise TableError(
                    f"{file.name}: is no spreadsheet that can be read: {broken} is broken"
                )
            for name in parts.namelist():
                last_cell = last_cell_reader(name)
                row, column = last_cell(parts.read(name)) if last_cell else (0, 0)
                if row * column > MOST_CELLS:
                    raise TableError(
                        f"{file.name}: a sheet goes to row {row:,} and column {column:,}:"
                        " delete what stands far outside its table"
                    )
    except (BadZipFile, RuntimeError, EOFError, zlib.error) as error:
        raise TableError(f"{file.name}: is no spreadsheet that can be read: {error}") from None


def _sheet_of(file: Path, book: "CalamineWorkbook", name: str | None) -> str:
    if not book.sheet_names:
        raise TableError(f"{file.name}: has no sheet")
    if name is not None and name not in book.sheet_names:
        raise TableError(
            f"--sheet: {file.name} has no {name!r}, only {', '.join(book.sheet_names)}"
        )
    return name or book.sheet_names[0]


def _as_written(cell: str) -> Cell:
    text = cell.strip()
    return text[1:] if text.startswith("'") and _looks_like_a_formula(text) else text


def _as_kept(cell: object) -> Cell:
    """A number that is whole as such: a spreadsheet keeps 3000 as 3000.0."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str | int | float | bool | date):
        return cell
    return None if cell is None else str(cell)


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _as_text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case date():
            return cell.isoformat()
        case str():
            return f"'{cell}" if _looks_like_a_formula(cell) else cell
    return str(cell)


def _looks_like_a_formula(text: str) -> bool:
    """Behind the marks, too, which keep it from being one."""
    return text.lstrip("'").startswith(_BEGINS_A_FORMULA)


def _write_xlsx(
    file: Path, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    from xlsxwriter import Workbook  # noqa: PLC0415
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    book = Workbook(str(file), {"default_date_format": "yyyy-mm-dd", "strings_to_urls": False})
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    widths = [len(name) for name in header]
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
    for line, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], len(str(cell)))
            if isinstance(cell, str | bool):
                sheet.write_string(line, column, cell if isinstance(cell, str) else _as_text(cell))
            elif cell is not None:
                sheet.write(line, column, cell)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, _WIDEST) + 2)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(0, str(error)) from None
