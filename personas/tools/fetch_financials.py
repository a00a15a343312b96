"""The CFO's `fetch_financials`: a period's profit and loss, for those who may see the books."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from knowledge.cautions import cautions, window
from knowledge.compared import pair
from knowledge.period import EXAMPLES, Period, PeriodError, parse_period
from knowledge.ratios import ratios
from knowledge.spans import between
from models.accounts import Kind, kinds_of
from models.books import Found, Step, find, lines_by
from models.ledger import booked_days
from models.restaurants import Restaurant
from personas import figures
from personas.breakdown import parts_of, rows, too_many
from personas.tool import Arguments, Tool, ToolContext

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2099, 12, 31))]


class FetchFinancials(Arguments):
    period: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=100,
            description=f"One period, in the words it was asked for: {EXAMPLES}.",
        ),
    ] = None
    start: Annotated[Day | None, Field(description="Instead of period: its first day.")] = None
    end: Annotated[Day | None, Field(description="Instead of period: its last day.")] = None
    compare_to: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=100,
            description='What to compare it with: "previous" (the period before, of the same'
            ' length), "a year earlier", or any period as above.',
        ),
    ] = None
    by: Annotated[
        Literal["account", "month", "week", "day"] | None,
        Field(description="Break it down: a row for each account, month, week or day."),
    ] = None


@dataclass(frozen=True)
class _Asked:
    """What is to be looked up, and in which part of it something is booked."""

    period: Period
    other: Period | None
    booked: Period  # as far as the books go
    step: Step | None
    notes: tuple[str, ...]


def run(context: ToolContext, arguments: FetchFinancials) -> figures.Json:
    try:
        period = _period(context, arguments)
    except PeriodError as error:
        return {"error": f"period: {error}"}
    with context.database.transaction() as session:
        first, last = booked_days(session, context.restaurant.id)
    told: figures.Json = {
        "period": figures.told_period(period),
        "currency": context.restaurant.currency,
        "books": {
            "first_day": first.isoformat() if first else None,
            "last_entry": last.isoformat() if last else None,
        },
    }
    if first is None or last is None:
        return told | {"note": "Nothing is booked for this restaurant yet: there are no figures."}
    # Zeros for a time before the books began would read as a bad year.
    if period.end < first or period.start > last:
        return told | {"note": f"{_books(first, last)}: there are no figures for this period."}
    try:
        asked = _asked(context, arguments, period, first, last)
    except PeriodError as error:
        return {"error": f"compare_to: {error}"}
    if asked.step and (sentence := too_many(len(parts_of(asked.booked, asked.step)), asked.step)):
        return {"error": f"by: {sentence}"}
    return told | _answer(context, asked, arguments.by)


def _period(context: ToolContext, arguments: FetchFinancials) -> Period:
    start = arguments.start
    end = arguments.end
    if (start is None) != (end is None):
        raise PeriodError("start and end come together: send both, or period alone")
    if arguments.period is None:
        if start is None or end is None:
            raise PeriodError(f"missing: use {EXAMPLES}")
        return between(start, end)
    named = parse_period(arguments.period, context.today, context.restaurant.fiscal_year_start)
    if start is not None and (named.start, named.end) != (start, end):
        raise PeriodError("it is another one than start and end: send one of the two")
    return named


def _asked(
    context: ToolContext, arguments: FetchFinancials, period: Period, first: date, last: date
) -> _Asked:
    notes = [note] if (note := _note_of_books(period, first, last)) else []
    other = None
    if arguments.compare_to is not None:
        both = pair(
            period,
            arguments.compare_to,
            context.today,
            last,
            context.restaurant.fiscal_year_start,
        )
        period = both.period
        other = both.other
        notes += [both.note] if both.note else []
        if other.end < first or other.start > last:
            notes.append(f"{_books(first, last)}: there are no figures for {other.label}.")
            other = None
        elif other.start < first:
            notes.append(f"The books begin on {first}: they have only a part of {other.label}.")
    booked = between(max(period.start, first), min(period.end, last))
    step = None if arguments.by == "account" else arguments.by
    return _Asked(period, other, booked, step, tuple(notes))


def _answer(context: ToolContext, asked: _Asked, by: str | None) -> figures.Json:
    restaurant = context.restaurant
    with context.database.transaction() as session:
        kinds = kinds_of(session, restaurant.id)
        found = find(session, restaurant.id, asked.period.bounds, window(asked.period))
        other = (
            find(session, restaurant.id, asked.other.bounds, window(asked.other))
            if asked.other
            else None
        )
        booked = lines_by(session, restaurant.id, asked.booked.bounds, asked.step)
    told = _told(asked.period, found, kinds, restaurant, asked.notes)
    if by == "account" or (by is None and other is None):
        told["accounts"] = figures.accounts(
            found.result, other.result if other else None, restaurant
        )
    if asked.step:
        told[f"by_{asked.step}"] = rows(parts_of(asked.booked, asked.step), booked, restaurant)
    if other and asked.other:
        told["compared"] = _told(asked.other, other, kinds, restaurant, ()) | {
            "differences": figures.differences(found.result, other.result, restaurant),
            "signs": figures.SIGNS,
        }
    return told


def _told(
    period: Period,
    found: Found,
    kinds: Mapping[str, Kind],
    restaurant: Restaurant,
    notes: Sequence[str],
) -> figures.Json:
    reckoned = ratios(found.result, kinds, found.served)
    told: figures.Json = {
        "period": figures.told_period(period),
        "figures": figures.figures(found.result, restaurant),
        "margins": figures.margins(found.result),
        "ratios": figures.told_ratios(reckoned, found.served, restaurant),
    }
    booked_to = found.result.books_to or period.end
    said = " ".join([*notes, *cautions(period, found.around, booked_to)])
    return told | {"note": said} if said else told


def _books(first: date, last: date) -> str:
    return f"The books run from {first} to {last}"


def _note_of_books(period: Period, first: date, last: date) -> str | None:
    if period.start < first or period.end > last:
        return (
            f"{_books(first, last)}: the figures cover only that part of the period,"
            " and its last bills may be missing."
        )
    if period.end == last:
        return (
            f"{_books(first, last)}: the last month may not be closed yet,"
            " and bills of it may be missing."
        )
    return None


fetch_financials = Tool(
    name="fetch_financials",
    description=(
        "The restaurant's profit and loss for one period, from its ledger: figures, margins,"
        " ratios (food, beverage and prime cost, labour, average cheque), accounts or rows by"
        " month, week or day, beside another period if asked. Its currency and last_entry, the"
        " last day with entries, belong into every answer; assumed and note too, where there."
    ),
    arguments=FetchFinancials,
    run=run,
    needs="books",
)
