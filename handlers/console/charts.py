"""Charts as shapes: what a number looks like, in units of the drawing that it stands in.

Pure: templates make SVG of them, and tell the same in words or a table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

# Of a drawing, in its own units: it is stretched to the room it has.
HEIGHT = 100.0
SLOT = 10.0  # what a chart's columns have in width, each with its gap
GAP = 2.0
# What is more than nothing is seen.
LEAST = 1.0
SMALLEST = 1e-300  # below it a float has too few digits left to be rounded: as good as nothing


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: of which series, from 0; `place`: at which of its values."""

    kind: int
    place: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Series side by side. `top`: what the whole height stands for; `width`: of the drawing."""

    columns: tuple[Column, ...]
    width: float
    top: float


def columns(*series: Sequence[float | None], least_top: float = 0.0) -> Columns:
    """For each place a column a series; None, and nothing, have none.

    `least_top`: what the height stands for at least, as where a limit is drawn too.
    """
    top = round_up(max([least_top, *(value or 0.0 for each in series for value in each)]))
    each_width = (SLOT - GAP) / max(1, len(series))
    drawn = tuple(
        Column(
            kind,
            place,
            place * SLOT + GAP / 2 + kind * each_width,
            HEIGHT - _height(value, top),
            each_width,
            _height(value, top),
        )
        for kind, values in enumerate(series)
        for place, value in enumerate(values)
        if value
    )
    return Columns(drawn, max(map(len, series), default=0) * SLOT, top)


def at(value: float, top: float) -> float:
    """How far from above a value stands, at most at the bottom."""
    return HEIGHT - _height(value, top)


def share(value: float, of: float) -> float:
    """In percent, for a bar that lies; what is more than nothing is seen."""
    return max(LEAST, min(100.0, value / of * 100)) if value > 0 and of > 0 else 0.0


def round_up(value: float) -> float:
    """To a number that people like on an axis: 1, 2 or 5, and noughts."""
    if value < SMALLEST:
        return 1.0
    unit = 10.0 ** ceil(log10(value) - 1)
    return next(step * unit for step in (1, 2, 5, 10) if step * unit >= value * (1 - 1e-9))


def _height(value: float, top: float) -> float:
    return max(LEAST, min(HEIGHT, value / top * HEIGHT)) if value > 0 else 0.0
