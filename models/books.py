"""What the books have of a period: its result, its covers, its lines in parts. It owns no table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from models.covers import Served, served
from models.ledger import (
    AccountLine,
    ProfitAndLoss,
    lines_by_day,
    lines_by_month,
    profit_and_loss,
)

Step = Literal["month", "week", "day"]
Days = tuple[date, date]  # from the first to the last, both included
LinesBy = Mapping[date, Sequence[AccountLine]]


@dataclass(frozen=True)
class Found:
    """What a period came to; `around`: the lines of each month of the time about it."""

    result: ProfitAndLoss
    served: Served
    around: LinesBy


def find(session: Session, restaurant_id: int, days: Days, around: Days) -> Found:
    """Of these days, and of each month of the time `around` them."""
    return Found(
        profit_and_loss(session, restaurant_id, *days),
        served(session, restaurant_id, *days),
        lines_by_month(session, restaurant_id, *around),
    )


def lines_by(session: Session, restaurant_id: int, days: Days, step: Step | None) -> LinesBy:
    """By the first day of a month, or by the day they were booked on; none without a step."""
    if step is None:
        return {}
    lines = lines_by_month if step == "month" else lines_by_day
    return lines(session, restaurant_id, *days)
