"""What is wrong with a table that somebody wants to load: all of it at once, by line and column."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_TOLD = 200  # of one file's faults


@dataclass(frozen=True, order=True)
class Wrong:
    """`line` is the file's, from 1; `column` as its header names it, none for a whole line."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.message}"


class TableError(ValueError):
    """A file that cannot be loaded, or written; the message says what to mend, and where.

    `faults`: the same one by one, where they are of lines.
    """

    def __init__(self, message: str, faults: Sequence[Wrong] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


def all_of(name: str, faults: list[Wrong]) -> TableError:
    """One error for every fault of the file `name`, in the order of its lines."""
    faults = sorted(faults)
    told = [f"{name}: {fault}" for fault in faults[:MOST_TOLD]]
    more = len(faults) - MOST_TOLD
    lines = [*told, *([f"... and {more} more."] if more > 0 else [])]
    return TableError("\n".join(lines), faults)
