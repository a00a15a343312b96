"""A Markdown table as a list, since no phone is wide enough for one. It knows no other Markdown."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from whatsapp.spans import BLOCK, BREAK

_EMPTY_CELL = "–"
_BETWEEN = " · "
_NUMBERS = ("", "#", "no", "nr", "n°", "nº", "№")  # what a column of numbers is called
_NUMBERED = re.compile(r"\A[ \t]*+\|?+[ \t]*+[0-9]{1,3}[.)]?[ \t]*+\|[ \t]*+[^\s|]")
_LONGEST_NAME = 24  # of a column whose cells have its name before them


def is_delimiter(line: str) -> bool:
    """Whether this stands between a table's header and its rows: `|:---|---:|`."""
    cells = _cells(line)
    return "|" in line and all(cell.strip(":") and not cell.strip(":-") for cell in cells)


def title_of(header: str, rows: Sequence[str]) -> str:
    """What stands above the list: the columns' names, but for those that stand in its lines."""
    names = _names(header, rows)
    if _are_told(names) and rows:
        return names[0]
    return (": " if len(names) == 2 else _BETWEEN).join(filter(None, names))


def items_of(header: str, rows: Sequence[str]) -> Iterator[str]:
    """A line for each row: "- Tea: hot", or "- Tea · Small: RWF 500 · Large: RWF 800".

    Numbered ones where the first column has numbers.
    """
    names = _names(header, rows)
    is_numbered = _is_numbered(header, rows)
    for row in rows:
        mark = "-"
        cells = _cells(row)
        if is_numbered:
            number, *cells = cells
            mark = f"{number.rstrip('.)')}."
        if len(names) == 2 == len(cells):
            told = ": ".join(filter(None, (cells[0].removesuffix(":"), cells[1])))
        elif _are_told(names):
            told = _BETWEEN.join(_named(names, cells))
        else:
            told = _BETWEEN.join(cell or _EMPTY_CELL for cell in cells)
        if told:
            yield f"{mark} {told}"


def _names(header: str, rows: Sequence[str]) -> list[str]:
    names = _cells(header)
    return names[1:] if _is_numbered(header, rows) else names


def _is_numbered(header: str, rows: Sequence[str]) -> bool:
    first, *others = _cells(header)
    name = first.strip("*_. ").casefold()
    return bool(others and rows) and name in _NUMBERS and all(map(_NUMBERED.match, rows))


def _are_told(names: Sequence[str]) -> bool:
    return len(names) > 2 and all(0 < len(name) <= _LONGEST_NAME for name in names[1:])


def _named(names: Sequence[str], cells: Sequence[str]) -> Iterator[str]:
    first, *others = cells
    if first:
        yield first
    for name, cell in zip_longest(names[1:], others, fillvalue=""):
        if cell:
            yield f"{name}: {cell}" if name else cell


def _cells(line: str) -> list[str]:
    bare = line.strip()
    inner = bare.removeprefix("|").removesuffix("|") if bare != "|" else ""
    return [_in_a_line(cell) for cell in inner.split("|")]


def _in_a_line(cell: str) -> str:
    if BLOCK in cell:
        cell = cell.replace(f"{BLOCK}- ", BREAK).replace(BLOCK, BREAK)
    return ", ".join(filter(None, (each.strip() for each in cell.split(BREAK))))
