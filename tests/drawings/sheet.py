"""A sheet to draw a dish on, in flat shapes: made with Pillow, the same each time.

A sheet is 800 wide and 600 high, with (0, 0) in its middle.
"""

import math
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from random import Random

from PIL import Image, ImageColor, ImageDraw, ImageFilter

WIDTH = 640
HEIGHT = 480
DRAWN = 800  # what its width counts as, where it is drawn
SCALE = 2  # drawn larger and sized down: smooth edges
SOFT = 0.4  # pixels: a sharper edge takes more bytes, and nobody sees it
QUALITY = 57
PIXELS = WIDTH * SCALE / DRAWN

Point = tuple[float, float]


class Sheet:
    """`name` decides what chance does on it."""

    def __init__(self, name: str, ground: str) -> None:
        self.ground = ground
        self.chance = Random(name)
        self._middle_y = HEIGHT * SCALE / 2
        self._image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), ground)
        self._pen = ImageDraw.Draw(self._image)

    def jpeg(self) -> bytes:
        small = self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        written = BytesIO()
        small = small.filter(ImageFilter.GaussianBlur(SOFT))
        small.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
        return written.getvalue()

    def raise_middle(self, by: float) -> None:
        """For all that is drawn from now on."""
        self._middle_y -= by * PIXELS

    def shape(self, points: Sequence[Point], colour: str) -> None:
        middle_x = WIDTH * SCALE / 2
        self._pen.polygon(
            [(x * PIXELS + middle_x, y * PIXELS + self._middle_y) for x, y in points], fill=colour
        )

    def oval(
        self, x: float, y: float, wide: float, high: float, colour: str, turn: float = 0
    ) -> None:
        """`wide` and `high` are half of what it measures; `turn`: degrees, clockwise."""
        self.shape(turned(around(wide, high), x, y, turn), colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        self.oval(x, y, radius, radius, colour)

    def ring(self, x: float, y: float, radius: float, width: float, colour: str) -> None:
        outer = turned(around(radius, radius), x, y)
        inner = turned(around(radius - width, radius - width), x, y)
        self.shape([*outer, outer[0], inner[0], *reversed(inner)], colour)

    def box(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        colour: str,
        *,
        turn: float = 0,
        round_: float = 0,
    ) -> None:
        """In the middle of it is (x, y)."""
        self.shape(turned(_rounded(wide, high, round_), x, y, turn), colour)

    def line(self, points: Sequence[Point], width: float, colour: str) -> None:
        """With round ends."""
        for (x, y), (to_x, to_y) in pairwise(points):
            length = math.hypot(to_x - x, to_y - y)
            turn = math.degrees(math.atan2(to_y - y, to_x - x))
            middle = ((x + to_x) / 2, (y + to_y) / 2)
            self.box(*middle, length + width, width, colour, turn=turn, round_=width / 2)

    def blob(self, x: float, y: float, radius: float, colour: str, uneven: float = 0.12) -> None:
        """A lump of something: no two are alike."""
        waves = [(each, self.chance.uniform(0, math.tau)) for each in (2, 3, 5)]
        points = []
        for step in range(48):
            angle = math.tau * step / 48
            swing = sum(math.sin(times * angle + shift) / times for times, shift in waves)
            away = radius * (1 + uneven * swing)
            points.append((x + away * math.cos(angle), y + away * math.sin(angle)))
        self.shape(points, colour)

    def leaf(self, x: float, y: float, length: float, turn: float, colour: str) -> None:
        half = length / 2
        side = [
            (half * math.cos(math.pi * step / 12), length * 0.24 * math.sin(math.pi * step / 12))
            for step in range(13)
        ]
        points = [*side, *((px, -py) for px, py in reversed(side))]
        self.shape(turned(points, x, y, turn), colour)
        vein = turned([(-half * 0.8, 0), (half * 0.75, 0)], x, y, turn)
        self.line(vein, max(2, length * 0.05), lighter(colour, 0.25))

    def scattered(
        self, count: int, radius: float, x: float = 0, y: float = 0, *, flat: float = 1
    ) -> Iterator[Point]:
        """Places for so many things, evenly over a disc, and not in rows."""
        first = self.chance.uniform(0, math.tau)
        for step in range(count):
            away = radius * math.sqrt((step + 0.5) / count)
            angle = first + step * 2.39996 + self.chance.uniform(-0.2, 0.2)
            yield (x + away * math.cos(angle), y + away * math.sin(angle) * flat)


def around(wide: float, high: float, first: float = 0, last: float = 360) -> list[Point]:
    """Points of an oval about (0, 0), from one angle to another."""
    steps = max(12, int(abs(last - first) / 4))
    angles = [math.radians(first + (last - first) * step / steps) for step in range(steps + 1)]
    return [(wide * math.cos(angle), high * math.sin(angle)) for angle in angles]


def turned(points: Sequence[Point], x: float, y: float, turn: float = 0) -> list[Point]:
    """Turned about (0, 0), and then moved there."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    return [(x + px * cos - py * sin, y + px * sin + py * cos) for px, py in points]


def mixed(one: str, other: str, share: float) -> str:
    """`share` of the other colour."""
    channels = zip(ImageColor.getrgb(one), ImageColor.getrgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in channels)


def darker(colour: str, share: float = 0.15) -> str:
    return mixed(colour, "#20140c", share)


def lighter(colour: str, share: float = 0.2) -> str:
    return mixed(colour, "#fffaf0", share)


def _rounded(wide: float, high: float, radius: float) -> list[Point]:
    radius = min(radius, wide / 2, high / 2)
    right, below = wide / 2 - radius, high / 2 - radius
    corners = [(right, below, 0), (-right, below, 90), (-right, -below, 180), (right, -below, 270)]
    return [
        (x + px, y + py)
        for x, y, first in corners
        for px, py in around(radius, radius, first, first + 90)
    ]
