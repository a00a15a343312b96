"""How far the cells of a spreadsheet's parts go, before whoever reads them makes room for them all.

It reads no cell, and only the three kinds of part that say where theirs stand: those of `.xlsx`,
of `.xlsb` (MS-XLSB 2.1.4, records) and of `.ods` (OpenDocument 1.3, 9.1: cells are repeated).
"""

import re
from collections.abc import Callable, Iterator

CONTENT = "content.xml"
_CELL = re.compile(rb"""\sr=["']([A-Za-z]{0,3})(\d{1,7})["']""")
_ROW_RECORD = 0
_CELL_RECORDS = range(1, 12)
_ODS = re.compile(
    rb"<(?:[\w.-]+:)?(?P<kind>table-row|table-cell|covered-table-cell|table)(?=[\s/>])"
    rb"(?P<said>(?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(?P<empty>/?)>"
)
_ROWS = re.compile(rb"""number-rows-repeated\s*=\s*["'](\d+)""")
_COLUMNS = re.compile(rb"""number-columns-repeated\s*=\s*["'](\d+)""")
_VALUE = re.compile(rb"(?:value-type|formula)\s*=")


def last_cell_reader(part: str) -> Callable[[bytes], tuple[int, int]] | None:
    """What reads the last row and column of this part of a file; None where it has no cells.

    They may be of two cells.
    """
    name = part.lower()
    if name == CONTENT:
        return _of_ods
    if "worksheets/" not in name:
        return None
    return {"xml": _of_xlsx, "bin": _of_xlsb}.get(name.rpartition(".")[2])


def _of_xlsx(sheet: bytes) -> tuple[int, int]:
    names = set(_CELL.findall(sheet))
    row = max((int(digits) for _, digits in names), default=0)
    return row, max((_column(letters) for letters, _ in names), default=0)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _of_xlsb(sheet: bytes) -> tuple[int, int]:
    row = column = 0
    for kind, begins in _records(sheet):
        number = int.from_bytes(sheet[begins : begins + 4], "little") + 1
        if kind == _ROW_RECORD:
            row = max(row, number)
        elif kind in _CELL_RECORDS:
            column = max(column, number)
    return row, column


def _records(sheet: bytes) -> Iterator[tuple[int, int]]:
    """The kind of each record, and where what it holds begins."""
    at = 0
    while at < len(sheet):
        kind, at = _number(sheet, at, 2)
        length, at = _number(sheet, at, 4)
        yield kind, at
        at += length


def _number(sheet: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, all but its last with the eighth, and where it ends."""
    number = 0
    for nth, byte in enumerate(sheet[at : at + most]):
        number |= (byte & 0x7F) << 7 * nth
        if byte < 0x80:
            return number, at + nth + 1
    return number, at + most


def _of_ods(content: bytes) -> tuple[int, int]:
    """Of any of its tables; what is repeated and empty, as below every table, takes no room."""
    last_row = last_column = row = column = repeated = 0
    for found in _ODS.finditer(content):
        if found["kind"] == b"table":
            row = repeated = 0
        elif found["kind"] == b"table-row":
            row += repeated
            repeated = _times(_ROWS, found["said"])
            column = 0
        else:
            column += _times(_COLUMNS, found["said"])
            if _VALUE.search(found["said"]) or not found["empty"]:
                last_row = max(last_row, row + repeated)
                last_column = max(last_column, column)
    return last_row, last_column


def _times(repeated: re.Pattern[bytes], said: bytes) -> int:
    found = repeated.search(said)
    return int(found[1]) if found else 1
