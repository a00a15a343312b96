"""The ratios of the trade: food cost, beverage cost, labour, prime cost, the average cheque.

Pure. What cannot be reckoned is left out with its reason, and never guessed from an account's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from models.accounts import Kind
from models.covers import Served
from models.ledger import Result, Section


@dataclass(frozen=True)
class Ratios:
    """Shares of 1, and amounts; `left_out` has why one is in neither."""

    shares: dict[str, Decimal] = field(default_factory=dict)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def ratios(result: Result, kinds: Mapping[str, Kind], served: Served) -> Ratios:
    """`kinds`: what accounts are of, by code."""
    found = Ratios()

    def total(section: Section, kind: Kind) -> Decimal | None:
        """None where no account that is booked is of that kind."""
        lines = [
            line
            for line in result.lines
            if line.section == section and kinds.get(line.code) == kind
        ]
        return sum((line.amount for line in lines), Decimal(0)) if lines else None

    of_goods: dict[str, Kind] = {"food_cost": "food", "beverage_cost": "beverage"}
    for name, kind in of_goods.items():
        cost = total("cost_of_goods_sold", kind)
        revenue = total("revenue", kind)
        if cost is None or not revenue:
            found.left_out[name] = f"no cost and revenue of accounts that are marked as {kind}"
        else:
            found.shares[name] = cost / revenue
    labour = total("operating_expense", "labour")
    if labour is None or not result.revenue:
        for name in ("labour", "prime_cost"):
            found.left_out[name] = "no expense of accounts that are marked as labour"
    else:
        prime = result.cost_of_goods_sold + labour
        found.shares["labour"] = labour / result.revenue
        found.shares["prime_cost"] = prime / result.revenue
        found.amounts["prime_cost"] = prime
    if served.covers:
        found.amounts["average_cheque"] = served.revenue / served.covers
    else:
        found.left_out["average_cheque"] = "no covers are kept for this period"
    return found
