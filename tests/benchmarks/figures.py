"""The arithmetic of the benchmarks, and the table they print. It measures nothing."""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

Figures = dict[str, float]

MISSING = "–"


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that so large a share of all values does not exceed; NaN of none."""
    in_order = sorted(values)
    return in_order[max(math.ceil(share * len(in_order)) - 1, 0)] if in_order else math.nan


def medians(runs: Sequence[Figures]) -> Figures:
    """Of each figure, the median of those runs that have it."""
    names = dict.fromkeys(name for run in runs for name in run)
    return {name: median(run[name] for run in runs if name in run) for name in names}


def number(value: float | None) -> str:
    """Three digits, as many as a measurement can tell."""
    if value is None or math.isnan(value):
        return MISSING
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need, the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = []
    for row in (head, ["-" * width for width in widths], *rows):
        first = row[0].ljust(widths[0])
        lines.append(
            "  ".join(
                [
                    first,
                    *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
                ]
            )
        )
    return "\n".join(lines)


def ratio(value: float | None, base: float | None) -> str:
    if value is None or not base or math.isnan(value) or math.isnan(base):
        return MISSING
    return f"{value / base:.2f}"


def as_row(title: str, figures: Mapping[str, float], names: Sequence[str]) -> list[str]:
    return [title, *(number(figures.get(name)) for name in names)]
