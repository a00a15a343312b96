"""The CFO's `fetch_financials`: a period's profit and loss, for those who may see the books."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from knowledge.money import plain_number, price_text
from knowledge.period import EXAMPLES, Period, PeriodError, parse_period
from models.ledger import ProfitAndLoss, profit_and_loss
from models.restaurants import Restaurant
from personas.tool import Arguments, Tool, ToolContext

MARGINS = {"gross_margin": "gross_profit", "ebitda_margin": "ebitda", "net_margin": "net"}
FIGURES = (
    "revenue",
    "cost_of_goods_sold",
    "gross_profit",
    "operating_expenses",
    "ebitda",
    "depreciation",
    "interest",
    "income_tax",
    "net",
)


class FetchFinancials(Arguments):
    period: Annotated[
        str, Field(min_length=1, max_length=60, description=f"One period: {EXAMPLES}.")
    ]


def run(context: ToolContext, arguments: FetchFinancials) -> dict[str, object]:
    try:
        period = parse_period(arguments.period, context.today, context.restaurant.fiscal_year_start)
    except PeriodError as error:
        return {"error": f"period: {error}"}
    with context.database.transaction() as session:
        result = profit_and_loss(session, context.restaurant.id, period.start, period.end)
    answer: dict[str, object] = {
        "period": {
            "name": period.label,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
        },
        "currency": context.restaurant.currency,
    }
    note = _note(period, result.books_from, result.books_to)
    # Zeros for a time before the books began would read as a bad year.
    if _overlaps(period, result):
        answer |= _statement(result, context.restaurant)
    return answer | {"note": note} if note else answer


def _statement(result: ProfitAndLoss, restaurant: Restaurant) -> dict[str, object]:
    amounts: dict[str, Decimal] = {figure: getattr(result, figure) for figure in FIGURES}
    return {
        "figures": {
            figure: {
                "text": _text(amount, restaurant),
                "amount": plain_number(amount, restaurant.currency),
            }
            for figure, amount in amounts.items()
        },
        "margins": {
            margin: _percent(amounts[figure], result.revenue) for margin, figure in MARGINS.items()
        },
        "accounts": [
            {
                "section": line.section,
                "account": f"{line.code} {line.name}",
                "text": _text(line.amount, restaurant),
            }
            for line in result.lines
        ],
    }


def _text(amount: Decimal, restaurant: Restaurant) -> str:
    return price_text(amount, restaurant.currency, restaurant.locale)


def _percent(part: Decimal, revenue: Decimal) -> str | None:
    return f"{part / revenue * 100:.1f}%" if revenue else None


def _overlaps(period: Period, result: ProfitAndLoss) -> bool:
    if result.books_from is None or result.books_to is None:
        return False
    return period.start <= result.books_to and period.end >= result.books_from


def _note(period: Period, books_from: date | None, books_to: date | None) -> str | None:
    if books_from is None or books_to is None:
        return "Nothing is booked for this restaurant yet: there are no figures."
    books = f"The books run from {books_from} to {books_to}"
    if period.end < books_from or period.start > books_to:
        return f"{books}: there are no figures for this period."
    if period.start < books_from or period.end > books_to:
        return (
            f"{books}: the figures cover only that part of the period,"
            " and its last bills may be missing."
        )
    if period.end == books_to:
        return f"{books}: the last month may not be closed yet, and bills of it may be missing."
    return None


fetch_financials = Tool(
    name="fetch_financials",
    description=(
        "The restaurant's profit and loss for one period, summed up from its ledger,"
        " with margins and accounts."
    ),
    arguments=FetchFinancials,
    run=run,
    needs="books",
)
