"""What the books' ratios are reckoned with, as tables: guests by day, and what accounts are of."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from knowledge.tables import cells
from knowledge.tables.kind import A_YEAR, Column, Kind, misdated
from knowledge.tables.menu import text_column
from models import accounts

MOST_COVERS = 1_000_000  # of a day


class _Covers(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    day: date
    covers: Annotated[int, Field(ge=0, le=MOST_COVERS)]


class _Account(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    account_code: Annotated[str, StringConstraints(min_length=1, max_length=16)]
    kind: accounts.Kind


def _same(value: Any) -> Any:
    return value


def covers(today: date) -> Kind:
    return Kind(
        name="covers",
        columns=(
            Column(
                "day",
                lambda cell, _currency: cells.day(cell),
                _same,
                other_names=("date",),
                is_needed=True,
            ),
            Column(
                "covers",
                lambda cell, _currency: cells.whole(cell),
                _same,
                other_names=("guests",),
                is_needed=True,
            ),
        ),
        shape=_Covers,
        key=("day",),
        is_whole=False,
        check=lambda rows, there: misdated(rows, there, "day", "day", today + A_YEAR),
    )


ACCOUNTS = Kind(
    name="accounts",
    columns=(
        text_column("account_code", is_needed=True, also="code"),
        text_column("kind", is_needed=True),
    ),
    shape=_Account,
    key=("account_code",),
    is_whole=False,
)
