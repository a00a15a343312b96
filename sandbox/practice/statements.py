"""How the practice CFO writes a profit and loss, in WhatsApp's formatting."""

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


def statement(result: dict[str, Any]) -> str:
    """The summary that `fetch_financials` gave, or why there is none."""
    note = sentence(result.get("note", ""))
    if "figures" not in result:
        return note or f"There are no figures on file for {result['period']['name']}."
    figures = result["figures"]
    margins = result["margins"]
    said = [f"*{result['period']['name']}*"]
    for title, figure, margin in LINES:
        if figure in figures:
            share = f" ({margins[margin]})" if margins.get(margin) else ""
            said.append(f"- *{title}*: {figures[figure]['text']}{share}")
    if net := margins.get("net_margin"):
        said.append(_stands_out(net))
    if note:
        said.append(f"_{note}_")
    return "\n".join(said)


def _stands_out(net: str) -> str:
    if net.startswith("-"):
        return f"The period closed at a loss: a net margin of {net}."
    return f"Of every 100 we sold for, {net.rstrip('%')} stayed as net profit."
