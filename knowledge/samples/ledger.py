"""The sample restaurants' books: made up, yet they add up.

Every journal balances, and the same day is always booked the same. It draws on nothing but the
restaurant's slug and the month, so a later run only adds days. It writes to no database.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from knowledge.samples.businesses import BUSINESSES, CHART, KINDS, VAT_RATE
from models.accounts import Kind

BOOKS_FROM = date(2025, 1, 1)
GROWTH_PER_MONTH = 0.003
DAYS_PER_MONTH = 30.4
WEEKDAYS = (0.72, 0.80, 0.88, 0.96, 1.22, 1.32, 1.10)  # Monday to Sunday, 1 on average
DELIVERY_WEEKDAY = 0  # Monday: the suppliers fill the stores
FOOD_COSTS_MORE = 1.06  # than the average share of cost; drinks cost less
# The day of the month a bill comes in; the others come on the last, when its revenue is known.
BILL_DAYS = {"rent": 1, "insurance": 2, "marketing": 8, "utilities": 10, "repairs": 20}
PAY_DAY = 15  # the first half of the wages; the second comes on the last day
SALES = "SAL-"  # so begins the reference of a day's sales
QUARTER_ENDS = (3, 6, 9, 12)  # months: income tax is paid on their last day

Amounts = Mapping[str, Decimal]  # by account, a key of CHART


@dataclass(frozen=True)
class Journal:
    """What was booked together, with as much debit as credit."""

    day: date
    reference: str
    title: str
    debits: Amounts
    credits: Amounts


def sample_journals(slug: str, after: date | None, today: date) -> Iterator[Journal]:
    """The journals of the sample restaurant `slug` from the day after `after` to `today` itself.

    None: from the first day of its books. Raises KeyError if no sample restaurant has that slug.
    """
    first = BOOKS_FROM if after is None else max(BOOKS_FROM, after + timedelta(days=1))
    month = first.replace(day=1)
    while month <= today:
        for journal in _Month(slug, month).journals():
            if first <= journal.day <= today:
                yield journal
        month = (month + timedelta(days=31)).replace(day=1)


def sample_covers(slug: str, after: date | None, today: date) -> dict[date, int]:
    """The guests of each day of the same time."""
    cheque = BUSINESSES[slug].cheque
    covers = {}
    for journal in sample_journals(slug, after, today):
        if journal.reference.startswith(SALES):
            # A stream of its own: what the months draw stays as it is.
            chance = Random(f"{slug} {journal.day}")  # noqa: S311 - as above
            sold = float(journal.credits["food_sales"] + journal.credits["drink_sales"])
            covers[journal.day] = round(sold / cheque * chance.uniform(0.93, 1.07))
    return covers


def sample_kinds() -> dict[str, Kind]:
    """What the accounts of the samples are of, by code."""
    return {CHART[account][0]: kind for account, kind in KINDS.items()}


class _Month:
    """One month's books.

    What it draws, it draws here, in this order: so the month is the same whatever is asked of it.
    """

    def __init__(self, slug: str, first: date) -> None:
        self.slug = slug
        self.first = first
        self.business = BUSINESSES[slug]
        self.season = self.business.seasons[first.month - 1]
        months = (first.year - BOOKS_FROM.year) * 12 + first.month - BOOKS_FROM.month
        self.growth = (1 + GROWTH_PER_MONTH) ** months
        length = monthrange(first.year, first.month)[1]
        self.days = [first.replace(day=number) for number in range(1, length + 1)]
        chance = Random(f"{slug} {first:%Y-%m}")  # noqa: S311 - it makes up sales, not secrets
        self.sales = {day: self._sales(day, chance) for day in self.days}
        self.costs = {day: self._costs(day, chance) for day in self.days}
        self.revenue = sum((_total(sales) for sales in self.sales.values()), Decimal(0))
        self.used = sum((_total(costs) for costs in self.costs.values()), Decimal(0))
        self.payroll = self._payroll()
        self.bills = self._bills(chance)
        self.depreciation = self._amount(self.business.depreciation)
        self.interest = self._amount(self.business.interest)

    def journals(self) -> Iterator[Journal]:
        if self.first == BOOKS_FROM:
            yield self._opening()
        daily = [journal for day in self.days for journal in self._of_day(day)]
        yield from daily
        yield from self._paid_bills()
        yield from self._paid_wages()
        yield from self._month_end(daily)
        if self.first.month in QUARTER_ENDS:
            yield self._income_tax()

    def profit_before_tax(self) -> Decimal:
        return (
            self.revenue
            - self.used
            - _total(self.payroll)
            - _total(self.bills)
            - self.depreciation
            - self.interest
        )

    def _amount(self, amount: Decimal | float) -> Decimal:
        return Decimal(str(amount)).quantize(self.business.step, ROUND_HALF_UP)

    def _sales(self, day: date, chance: Random) -> Amounts:
        usual = self.business.revenue / DAYS_PER_MONTH * self.season * self.growth
        net = self._amount(usual * WEEKDAYS[day.weekday()] * chance.uniform(0.9, 1.1))
        food = self._amount(float(net) * self.business.food_share * chance.uniform(0.97, 1.03))
        return {"food_sales": food, "drink_sales": net - food}

    def _costs(self, day: date, chance: Random) -> Amounts:
        net = float(_total(self.sales[day]))
        share = chance.uniform(0.29, 0.33)
        food = self._amount(float(self.sales[day]["food_sales"]) * share * FOOD_COSTS_MORE)
        return {"food_cost": food, "drink_cost": self._amount(net * share) - food}

    def _payroll(self) -> Amounts:
        # The cook and the head waiter stay all year; the other hands come with the season.
        wages = self._amount(self.business.wages * (0.6 + 0.4 * self.season) * self.growth)
        return {
            "wages": wages,
            "social_security": self._amount(float(wages) * self.business.social_security_rate),
        }

    def _bills(self, chance: Random) -> Amounts:
        business = self.business
        revenue = float(self.revenue)
        utilities = business.utilities * self.growth * (0.7 + 0.3 * self.season)
        bills = {
            "rent": float(business.rent),
            "insurance": float(business.insurance),
            "marketing": business.marketing * self.growth * chance.uniform(0.7, 1.3),
            "utilities": utilities * chance.uniform(0.93, 1.07),
            "repairs": business.repairs * self.growth * chance.uniform(0.4, 1.6),
            "delivery": revenue * business.delivery_share,
            "bank_fees": revenue * business.bank_share,
        }
        return {account: self._amount(amount) for account, amount in bills.items()}

    def _opening(self) -> Journal:
        capital = self._amount(self.business.capital)
        loan = self._amount(self.business.interest * 120)
        stores = self._amount(self.business.revenue * 0.12)
        equipment = self._amount(self.business.depreciation * 60)
        debits = {
            "inventory": stores,
            "equipment": equipment,
            "bank": capital + loan - stores - equipment,
        }
        return Journal(
            self.first, "OPENING", "Opening balances", debits, {"loan": loan, "equity": capital}
        )

    def _of_day(self, day: date) -> Iterator[Journal]:
        sales = self.sales[day]
        costs = self.costs[day]
        vat = self._amount(_total(sales) * VAT_RATE)
        gross = _total(sales) + vat
        cash = self._amount(float(gross) * self.business.cash_share)
        mobile = self._amount(float(gross) * self.business.mobile_share)
        takings = {"cash": cash, "mobile_money": mobile, "bank": gross - cash - mobile}
        yield Journal(day, f"{SALES}{day}", "Sales of the day", takings, {**sales, "vat": vat})
        yield Journal(
            day, f"COG-{day}", "Taken from the stores", costs, {"inventory": _total(costs)}
        )
        if day.weekday() == DELIVERY_WEEKDAY:
            yield self._delivery(day)

    def _delivery(self, day: date) -> Journal:
        # A month's use in equal parts, so that the stores stay about as full as they were.
        deliveries = sum(other.weekday() == DELIVERY_WEEKDAY for other in self.days)
        net = self._amount(self.used / deliveries)
        vat = self._amount(net * VAT_RATE)
        return Journal(
            day,
            f"PUR-{day}",
            "Food and drink from the suppliers",
            {"inventory": net, "vat": vat},
            {"bank": net + vat},
        )

    def _paid_bills(self) -> Iterator[Journal]:
        for account, amount in self.bills.items():
            day = self.days[-1]
            if account in BILL_DAYS:
                day = self.first.replace(day=BILL_DAYS[account])
            code, name, _ = CHART[account]
            reference = f"EXP-{self.first:%Y-%m}-{code}"
            title = f"{name} of the month"
            yield Journal(day, reference, title, {account: amount}, {"bank": amount})

    def _paid_wages(self) -> Iterator[Journal]:
        wages = self.payroll["wages"]
        half = self._amount(wages / 2)
        rest = {**self.payroll, "wages": wages - half}
        for day, number, paid in (
            (self.first.replace(day=PAY_DAY), 1, {"wages": half}),
            (self.days[-1], 2, rest),
        ):
            yield Journal(
                day, f"PAY-{self.first:%Y-%m}-{number}", "Wages", paid, {"bank": _total(paid)}
            )

    def _month_end(self, daily: list[Journal]) -> Iterator[Journal]:
        banked = {
            name: sum((j.debits.get(name, Decimal(0)) for j in daily), Decimal(0))
            for name in ("cash", "mobile_money")
        }
        vat = sum(
            (j.credits.get("vat", Decimal(0)) - j.debits.get("vat", Decimal(0)) for j in daily),
            Decimal(0),
        )
        repaid = {"interest": self.interest, "loan": self._amount(self.business.loan_repayment)}
        worn = self.depreciation
        for name, title, debits, given in (
            ("INT", "Instalment of the bank loan", repaid, {"bank": _total(repaid)}),
            ("VAT", "VAT of the month", {"vat": vat}, {"bank": vat}),
            ("DEP", "Depreciation of the month", {"depreciation": worn}, {"worn": worn}),
            ("BNK", "Takings brought to the bank", {"bank": _total(banked)}, banked),
        ):
            yield Journal(self.days[-1], f"{name}-{self.first:%Y-%m}", title, debits, given)

    def _income_tax(self) -> Journal:
        before = (self.first.replace(month=self.first.month - back) for back in (2, 1))
        profit = self.profit_before_tax() + sum(
            _Month(self.slug, month).profit_before_tax() for month in before
        )
        tax = self._amount(max(float(profit), 0.0) * self.business.income_tax_rate)
        reference = f"TAX-{self.first.year}-Q{self.first.month // 3}"
        return Journal(
            self.days[-1],
            reference,
            "Income tax of the quarter",
            {"income_tax": tax},
            {"bank": tax},
        )


def _total(amounts: Amounts) -> Decimal:
    return sum(amounts.values(), Decimal(0))


def lines_of(journal: Journal) -> Iterator[dict[str, object]]:
    """The journal's lines, debits first, as columns of `ledger_entries` without the restaurant."""
    sides = [(account, amount, Decimal(0)) for account, amount in journal.debits.items()]
    sides += [(account, Decimal(0), amount) for account, amount in journal.credits.items()]
    for number, (account, debit, credit) in enumerate(sides, start=1):
        code, name, section = CHART[account]
        yield {
            "entry_date": journal.day,
            "journal": journal.reference,
            "line": number,
            "account_code": code,
            "account_name": name,
            "section": section,
            "description": journal.title,
            "debit": debit,
            "credit": credit,
        }
