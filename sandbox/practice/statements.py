"""How the practice CFO writes a profit and loss, in WhatsApp's formatting."""

from collections.abc import Iterator
from typing import Any

from sandbox.practice.words import sentence

# A line's name, its figure in the tool's result, and the margin that stands beside it.
LINES = (
    ("Revenue", "revenue", ""),
    ("Cost of goods sold", "cost_of_goods_sold", ""),
    ("Gross profit", "gross_profit", "gross_margin"),
    ("Operating expenses", "operating_expenses", ""),
    ("EBITDA", "ebitda", "ebitda_margin"),
    ("Net", "net", "net_margin"),
)
RATIOS = {
    "food_cost": "food cost",
    "beverage_cost": "beverage cost",
    "labour": "labour",
    "prime_cost": "prime cost",
    "average_cheque": "average cheque",
}
MOST_ROWS = 40


def statement(result: dict[str, Any], *, by_account: bool = False) -> str:
    """The summary that `fetch_financials` gave, or why there is none."""
    note = sentence(result.get("note", ""))
    if "figures" not in result:
        return note or f"There are no figures on file for {result['period']['name']}."
    figures = result["figures"]
    margins = result["margins"]
    compared = result.get("compared")
    said = [f"*{result['period']['name']}*{_beside(compared)}"]
    for title, figure, margin in LINES:
        if figure in figures:
            share = f" ({margins[margin]})" if margins.get(margin) else ""
            more = _difference(compared, figure)
            said.append(f"- *{title}*: {figures[figure]['text']}{share}{more}")
    said += _account_rows(result) if by_account else _rows(result)
    said += _ratios(result.get("ratios", {}))
    if net := margins.get("net_margin"):
        said.append(_stands_out(net))
    said += [f"_{each}_" for each in (_assumed(result["period"]), note, _books(result)) if each]
    return "\n".join(said)


def account_list(result: dict[str, Any]) -> str:
    """What `list_accounts` gave."""
    accounts = result.get("accounts", [])
    said = [
        f"- {each['code']} {each['name']} ({each['section'].replace('_', ' ')})"
        for each in accounts[:MOST_ROWS]
    ]
    if more := len(accounts) - len(said):
        said.append(f"and {more} more.")
    said.append(sentence(result.get("note", "")))
    said.append(f"_Last entry: {result['last_entry']}_" if result.get("last_entry") else "")
    return "\n".join(filter(None, said))


def _beside(compared: dict[str, Any] | None) -> str:
    return f", compared with *{compared['period']['name']}*" if compared else ""


def _difference(compared: dict[str, Any] | None, figure: str) -> str:
    if not compared:
        return ""
    more = compared["differences"][figure]
    percent = f", {more['percent']}" if more["percent"] else ""
    return f", {more['text']}{percent}"


def _account_rows(result: dict[str, Any]) -> Iterator[str]:
    """A line for each account, and for how many are left out."""
    for row in result.get("accounts", ()):
        more = f", {row['difference']['text']}" if "difference" in row else ""
        yield f"- {row['account']}: {row['text']}{more}" if "text" in row else f"- {row['account']}"


def _rows(result: dict[str, Any]) -> Iterator[str]:
    """A line for each month, week or day, where they were asked for."""
    for key in ("by_month", "by_week", "by_day"):
        for row in result.get(key, ()):
            own = row["figures"]
            yield f"- {row['name']}: {own['revenue']['text']}, net {own['net']['text']}"


def _ratios(ratios: dict[str, Any]) -> Iterator[str]:
    told = [f"{title} {ratios[name]}" for name, title in RATIOS.items() if name in ratios]
    if told:
        line = ", ".join(told)
        yield f"{line[0].upper()}{line[1:]}."


def _stands_out(net: str) -> str:
    if net.startswith("-"):
        return f"The period closed at a loss: a net margin of {net}."
    return f"Of every 100 we sold for, {net.rstrip('%')} stayed as net profit."


def _assumed(period: dict[str, Any]) -> str:
    return f"Read as {period['assumed']}." if period.get("assumed") else ""


def _books(result: dict[str, Any]) -> str:
    last = result.get("books", {}).get("last_entry")
    return f"In {result['currency']}, last entry {last}." if last else ""
