"""The money by our own count: free messages and budgets that are used up, prices that are old."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from addresses import SCHEME
from engine.doctor.finding import LIMIT_S, Finding, ok, warn, wrong
from engine.doctor.menus import has_zone
from engine.spending import Spending
from knowledge.costs import AS_OF, BY_MODEL, Prices
from models import restaurants
from models.database.engine import Database
from models.restaurants import Restaurant

NEARLY = Decimal("0.8")
A_YEAR = timedelta(days=365)
PAY = (
    "See that a way to pay is on file in Twilio's console: without one, WhatsApp takes messages"
    " beyond the free ones and delivers none."
)


@dataclass(frozen=True, slots=True)
class Counted:
    """`prices`: as they are counted by. `has_own`: PRICES is set. `budget`: 0 where there is none.

    `model`: whose prices they are to be.
    """

    prices: Prices
    has_own: bool
    budget: Decimal
    model: str


def look(
    database: Database, spending: Spending, counted: Counted, today: date
) -> Iterator[Finding]:
    """Raises DatabaseUnavailableError."""
    with database.transaction(LIMIT_S) as session:
        found = [
            each for each in restaurants.all_of_them(session) if each.number.startswith(SCHEME)
        ]
    for each in filter(has_zone, found):  # a month is one of somewhere
        yield _free(each, spending, counted.prices)
        if counted.budget:
            yield _budget(each, spending.this_month(each), counted.budget)
    yield _prices(counted, today)


def _free(restaurant: Restaurant, spending: Spending, prices: Prices) -> Finding:
    free = int(prices.free_messages)
    sent = sum(line.use.messages_out for line in spending.month(restaurant))
    told = f"{restaurant.name} has sent {sent:,} of {free:,} messages that WhatsApp gives a month"
    if sent >= free:
        price = prices.whatsapp_in(restaurant.country)
        return warn("costs.free", f"{told}: each more costs {price} US dollars.", PAY)
    if sent >= NEARLY * free:
        return warn("costs.free", f"{told}.", PAY)
    return ok("costs.free", f"{told}.")


def _budget(restaurant: Restaurant, spent: Decimal, budget: Decimal) -> Finding:
    told = f"{restaurant.name} has spent {spent:.2f} of its month's {budget:.2f} US dollars"
    raise_it = "Raise RESTAURANT_MONTHLY_BUDGET, or wait for the next month."
    if spent >= budget:
        return wrong("costs.budget", f"{told}: no persona answers its diners.", raise_it)
    if spent >= NEARLY * budget:
        return warn("costs.budget", f"{told}.", raise_it)
    return ok("costs.budget", f"{told}.")


def _prices(counted: Counted, today: date) -> Finding:
    if counted.has_own:
        return ok("costs.prices", "It is counted by the prices in PRICES.")
    what_to_do = "Set PRICES by OpenAI's and Twilio's lists (docs/operations.md)."
    if counted.model not in BY_MODEL:
        return warn(
            "costs.prices", f"No price of {counted.model} is known: another's count.", what_to_do
        )
    if today > AS_OF + A_YEAR:
        return warn("costs.prices", f"It is counted by prices of {AS_OF:%B %Y}.", what_to_do)
    return ok("costs.prices", f"It is counted by the prices of {AS_OF:%B %Y}.")
