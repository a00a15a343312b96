"""The database of a house, which a test can take away, or let fail where it matters."""

from collections.abc import Callable
from typing import Any

from models.database.absence import UNREACHABLE
from models.database.engine import Database, DatabaseUnavailableError


class Store(Database):
    """The real database, which can be away, or refuse a statement.

    `away_for`: for so many tries; `away_because`: for this reason.
    `refuses`: with what the statement begins that fails, once `lets_through` of them were run.
    `meanwhile`: what happens while a statement that begins so is on its way. `ran`: all that were.
    """

    def __init__(self, url: str, *, has_clock: bool = False) -> None:
        super().__init__(url, watch=self._watched, has_clock=has_clock)
        self.is_away = False
        self.away_because: str | None = None
        self.away_for = 0
        self.refuses: str | None = None
        self.lets_through = 0
        self.meanwhile: dict[str, Callable[[], object]] = {}
        self.ran: list[str] = []

    def take(self, limit_s: float) -> Any:
        self._reach()
        return super().take(limit_s)

    def _reach(self) -> None:
        if self.away_for:
            self.away_for -= 1
        elif not self.is_away and not self.away_because:
            return
        raise DatabaseUnavailableError(self.away_because or UNREACHABLE)

    def _watched(self, statement: str, _given: object) -> None:
        self.ran.append(statement)
        if self.refuses is not None and statement.startswith(self.refuses):
            self.lets_through -= 1
            if self.lets_through >= 0:
                return
            raise ArithmeticError(f"refused: {self.refuses}")
        for beginning, happens in self.meanwhile.items():
            if statement.startswith(beginning):
                happens()
