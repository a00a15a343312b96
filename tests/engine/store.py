"""The database of a house, which a test can take away, or let fail where it matters."""

from collections.abc import Callable
from threading import get_ident
from typing import Any

from models.database.absence import DISK_FAULT, UNREACHABLE
from models.database.engine import Database, DatabaseUnavailableError


class Store(Database):
    """The real database, which can be away, or refuse a statement.

    `away_for`: for so many tries; `away_because`: for this reason.
    `refuses`: with what the statement begins that fails, once `lets_through` of them were run.
    `unheard`: what stands in the statement that is committed, though its answer is lost, once; and
    then why. `settle_fails_in`: the disk fails when so many more were settled.
    `meanwhile`: what happens while a statement that begins so is on its way. `ran`: all that were.
    """

    def __init__(self, url: str, *, has_clock: bool = False) -> None:
        super().__init__(url, watch=self._watched, has_clock=has_clock)
        self.is_away = False
        self.away_because: str | None = None
        self.away_for = 0
        self.refuses: str | None = None
        self.lets_through = 0
        self.unheard: tuple[str, str] | None = None
        self.settle_fails_in = -1
        self._loses: dict[int, str] = {}  # by thread
        self.meanwhile: dict[str, Callable[[], object]] = {}
        self.ran: list[str] = []
        self.limits_s: list[float] = []  # of each use

    def take(self, limit_s: float) -> Any:
        self.limits_s.append(limit_s)
        self._reach()
        return super().take(limit_s)

    def give_back(self, kept: Any) -> None:
        super().give_back(kept)
        if why := self._loses.pop(get_ident(), None):
            raise DatabaseUnavailableError(why)

    def settle(self) -> None:
        self.settle_fails_in -= 1
        if self.settle_fails_in == -1:
            raise DatabaseUnavailableError(DISK_FAULT)
        super().settle()

    def _reach(self) -> None:
        if self.away_for:
            self.away_for -= 1
        elif not self.is_away and not self.away_because:
            return
        raise DatabaseUnavailableError(self.away_because or UNREACHABLE)

    def _watched(self, statement: str, _given: object) -> None:
        self.ran.append(statement)
        if self.unheard and self.unheard[0] in statement:
            self._loses[get_ident()] = self.unheard[1]
            self.unheard = None
        if self.refuses is not None and statement.startswith(self.refuses):
            self.lets_through -= 1
            if self.lets_through >= 0:
                return
            raise ArithmeticError(f"refused: {self.refuses}")
        for beginning, happens in self.meanwhile.items():
            if statement.startswith(beginning):
                happens()
