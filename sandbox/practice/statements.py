"""How the practice CFO writes a profit and loss, in WhatsApp's formatting."""

from typing import Any

from sandbox.practice.words import first_of, sentence

# A line's name, the names that a tool may give it, and the margin that stands beside it.
LINES = (
    ("Revenue", ("revenue", "sales", "turnover"), ""),
    ("Cost of goods sold", ("cost_of_goods_sold", "cogs"), ""),
    ("Gross profit", ("gross_profit",), "gross_margin"),
    ("Operating expenses", ("operating_expenses", "opex"), ""),
    ("EBITDA", ("ebitda",), "ebitda_margin"),
    ("Net", ("net", "net_profit", "net_income"), "net_margin"),
)


def statement(result: dict[str, Any]) -> str:
    """The summary that `fetch_financials` gave, or why there is none."""
    figures = next(
        (
            result[name]
            for name in ("figures", "summary", "profit_and_loss")
            if isinstance(result.get(name), dict)
        ),
        result,
    )
    margins = result["margins"] if isinstance(result.get("margins"), dict) else result
    lines = [line for line in (_line(figures, margins, *spec) for spec in LINES) if line]
    note = sentence(first_of(result, "note"))
    if not lines:
        return note or f"There are no figures on file for {_period(result)}."
    said = [
        f"*{_period(result)}*",
        *(f"- {line}" for line in lines),
        _stands_out(margins),
        f"_{note}_" if note else "",
    ]
    return "\n".join(line for line in said if line)


def _line(
    figures: dict[str, Any],
    margins: dict[str, Any],
    title: str,
    names: tuple[str, ...],
    margin: str,
) -> str:
    figure = next((figures[name] for name in names if figures.get(name) is not None), None)
    if figure is None:
        return ""
    text = (
        first_of(figure, "text", "formatted", "amount") if isinstance(figure, dict) else str(figure)
    )
    share = f" ({margins[margin]})" if margins.get(margin) else ""
    return f"*{title}*: {text}{share}"


def _period(result: dict[str, Any]) -> str:
    period = result.get("period")
    return (
        first_of(period, "name", "label", "start")
        if isinstance(period, dict)
        else str(period or "this period")
    )


def _stands_out(margins: dict[str, Any]) -> str:
    net = str(margins.get("net_margin") or "")
    if not net:
        return ""
    if net.startswith(("-", "−", "(")):
        return f"The period closed at a loss: a net margin of {net}."
    return f"Of every 100 we sold for, {net.rstrip('%')} stayed as net profit."
