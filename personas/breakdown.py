"""A period's result in rows: a month, a week or a day each. Together they are the whole period's.

It runs no query: what was booked is given.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from knowledge.spans import DAY, Period, around, between, one_day, week_of
from models.books import Step
from models.ledger import AccountLine, Result
from models.restaurants import Restaurant
from personas import figures

MOST_ROWS: Mapping[Step, int] = {"month": 36, "week": 53, "day": 31}
WIDER: Mapping[Step, str] = {"month": "for fewer months", "week": "by month", "day": "by week"}
COLUMNS = (
    *("revenue", "cost_of_goods_sold", "gross_profit"),
    *("operating_expenses", "ebitda", "net"),
)


def parts_of(period: Period, step: Step) -> list[Period]:
    """Its months, weeks or days; the first and the last one as far as it has them."""
    return list(_parts(period, step))


def too_many(count: int, step: Step) -> str | None:
    """What to ask instead, if these are more rows than fit into an answer."""
    if count <= MOST_ROWS[step]:
        return None
    return (
        f"{count} {step}s are too many rows, {MOST_ROWS[step]} at most:"
        f" ask {WIDER[step]} or for a shorter period"
    )


def rows(
    parts: Sequence[Period],
    booked: Mapping[date, Sequence[AccountLine]],
    restaurant: Restaurant,
) -> list[figures.Json]:
    """`booked`: the lines within `parts`, by their day or by the first day of their month."""
    starts = [part.start for part in parts]
    lines: list[list[AccountLine]] = [[] for _ in parts]
    for day, found in booked.items():
        lines[max(bisect_right(starts, day) - 1, 0)] += found
    return [
        figures.told_period(part)
        | {"figures": figures.figures(Result(tuple(own)), restaurant, COLUMNS)}
        for part, own in zip(parts, lines, strict=True)
    ]


def _parts(period: Period, step: Step) -> Iterator[Period]:
    start = period.start
    while start <= period.end:
        whole = {"month": around(start, 1), "week": week_of(start), "day": one_day(start)}[step]
        yield between(start, min(whole.end, period.end))
        start = whole.end + DAY
