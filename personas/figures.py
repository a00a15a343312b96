"""How the books' figures are told to a model: each as a text to copy and a number, with its signs.

It reads no table; what is told of a period is personas/tools/fetch_financials.py's.
"""

from collections.abc import Sequence
from decimal import Decimal

from knowledge.money import plain_number, price_text
from knowledge.ratios import Ratios
from knowledge.spans import Period
from models.covers import Served
from models.ledger import AccountLine, Result, in_reading_order
from models.restaurants import Restaurant

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
MOST_ACCOUNTS = 60  # rows of one answer; the smallest are added up
SIGNS = (
    "this period less the compared one: + is more, of a cost too;"
    " percent is of the compared one, null where that is 0"
)

Json = dict[str, object]


def told_period(period: Period) -> Json:
    told: Json = {
        "name": period.label,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
    }
    return told | {"assumed": period.assumed} if period.assumed else told


def figures(result: Result, restaurant: Restaurant, names: Sequence[str] = FIGURES) -> Json:
    """What each came to, of those that are named."""
    return {name: _told(_amount(result, name), restaurant) for name in names}


def margins(result: Result) -> Json:
    """In percent of the revenue; null where there is none."""
    return {
        margin: _percent(_amount(result, figure), result.revenue)
        for margin, figure in MARGINS.items()
    }


def differences(result: Result, other: Result, restaurant: Restaurant) -> Json:
    """By how much each figure is more than it was in the `other` period."""
    return {
        figure: _difference(_amount(result, figure), _amount(other, figure), restaurant)
        for figure in FIGURES
    }


def accounts(result: Result, other: Result | None, restaurant: Restaurant) -> list[Json]:
    """Each account, beside what it was in the compared period, if there is one."""
    now = _by_account(result)
    then = _by_account(other) if other else {}
    largest = sorted({**then, **now}.values(), key=lambda line: -abs(line.amount))
    rows: list[Json] = []
    for line in in_reading_order(largest[:MOST_ACCOUNTS]):
        key = (line.section, line.code, line.name)
        amount = now[key].amount if key in now else Decimal(0)
        before = then[key].amount if key in then else Decimal(0)
        row: Json = {"section": line.section, "account": f"{line.code} {line.name}"}
        row["text"] = _text(amount, restaurant)
        if other:
            row["compared"] = _text(before, restaurant)
            row["difference"] = _difference(amount, before, restaurant)
        rows.append(row)
    more = len(largest) - len(rows)
    return [*rows, {"account": f"{more} smaller accounts are left out"}] if more else rows


def told_ratios(found: Ratios, served: Served, restaurant: Restaurant) -> Json:
    """Shares in percent, amounts; `left_out` says why one is missing."""
    told: Json = {name: f"{share * 100:.1f}%" for name, share in found.shares.items()}
    for name, amount in found.amounts.items():
        told[f"{name}_amount" if name in told else name] = _text(amount, restaurant)
    if served.covers:
        told["covers"] = served.covers
        told["covers_are_of"] = f"{served.days} days"
    return told | {"left_out": found.left_out} if found.left_out else told


def _by_account(result: Result) -> dict[tuple[str, str, str], AccountLine]:
    return {(line.section, line.code, line.name): line for line in result.lines}


def _difference(amount: Decimal, before: Decimal, restaurant: Restaurant) -> Json:
    more = amount - before
    return {
        "text": _signed(more, _text(abs(more), restaurant)),
        "amount": plain_number(more, restaurant.currency),
        "percent": _signed(more, f"{abs(more / before) * 100:.1f}%") if before else None,
    }


def _signed(amount: Decimal, text: str) -> str:
    return f"{'+' if amount > 0 else '-' if amount < 0 else ''}{text}"


def _told(amount: Decimal, restaurant: Restaurant) -> Json:
    return {
        "text": _text(amount, restaurant),
        "amount": plain_number(amount, restaurant.currency),
    }


def _amount(result: Result, figure: str) -> Decimal:
    amount: Decimal = getattr(result, figure)
    return amount


def _text(amount: Decimal, restaurant: Restaurant) -> str:
    return price_text(amount, restaurant.currency, restaurant.locale)


def _percent(part: Decimal, revenue: Decimal) -> str | None:
    return f"{part / revenue * 100:.1f}%" if revenue else None
