"""What food and drink are served in, and what is sprinkled on them."""

from collections.abc import Sequence

from tests.drawings.sheet import Sheet, around, darker, lighter, mixed, turned

CHINA = "#fbf8f2"
HERB = ("#3f7d3a", "#57963f")
GREENS = ("#4f8f3d", "#6aa84f", "#86bf5f")
CHIP = ("#eec25a", "#e5b146", "#f4d27a")
RICE = ("#fbf6e6", "#f4ecd2", "#efe4c4")
PLANTAIN = ("#e3a73a", "#d8952c", "#edbb58")
Colours = Sequence[str]

TABLE_Y = 120  # where a table seen from the side begins


def plate(sheet: Sheet, radius: float = 236) -> None:
    sheet.disc(8, 14, radius + 4, darker(sheet.ground, 0.16))
    sheet.disc(0, 0, radius, CHINA)
    sheet.disc(0, 0, radius * 0.76, darker(CHINA, 0.06))
    sheet.disc(0, 0, radius * 0.745, lighter(CHINA, 0.5))


def platter(sheet: Sheet, colour: str = CHINA) -> None:
    sheet.oval(8, 14, 332, 212, darker(sheet.ground, 0.16))
    sheet.oval(0, 0, 328, 208, colour)
    sheet.oval(0, 0, 276, 158, darker(colour, 0.06))
    sheet.oval(0, 0, 273, 155, lighter(colour, 0.3))


def board(sheet: Sheet, colour: str = "#c89560") -> None:
    sheet.box(8, 14, 620, 400, darker(sheet.ground, 0.18), round_=46)
    sheet.box(0, 0, 620, 400, colour, round_=46)
    for y in (-120, -40, 50, 130):
        sheet.line([(-285, y), (285, y + 8)], 4, darker(colour, 0.1))


def bowl(sheet: Sheet, content: str, colour: str = "#c2603f", radius: float = 230) -> None:
    sheet.disc(8, 14, radius + 4, darker(sheet.ground, 0.16))
    sheet.disc(0, 0, radius, colour)
    sheet.disc(0, 0, radius - 12, lighter(colour, 0.25))
    sheet.disc(0, 0, radius - 22, darker(colour, 0.25))
    sheet.disc(0, 0, radius - 34, content)
    gleam = [*around(radius - 52, radius - 52, 200, 262)]
    sheet.line(gleam[::3], 8, lighter(content, 0.25))


def dip(sheet: Sheet, x: float, y: float, content: str, radius: float = 62) -> None:
    sheet.disc(x + 4, y + 7, radius + 2, darker(sheet.ground, 0.2))
    sheet.disc(x, y, radius, CHINA)
    sheet.disc(x, y, radius * 0.8, content)
    sheet.disc(x - radius * 0.25, y - radius * 0.25, radius * 0.16, lighter(content, 0.35))


def herbs(
    sheet: Sheet,
    count: int,
    radius: float,
    x: float = 0,
    y: float = 0,
    *,
    size: float = 34,
    colours: Sequence[str] = HERB,
) -> None:
    for at_x, at_y in sheet.scattered(count, radius, x, y):
        colour = sheet.chance.choice(colours)
        sheet.leaf(at_x, at_y, size, sheet.chance.uniform(0, 360), colour)


def crumbs(
    sheet: Sheet,
    count: int,
    radius: float,
    colours: Sequence[str],
    size: float = 5,
    x: float = 0,
    y: float = 0,
) -> None:
    for at_x, at_y in sheet.scattered(count, radius, x, y):
        sheet.disc(at_x, at_y, size, sheet.chance.choice(colours))


def lumps(
    sheet: Sheet,
    count: int,
    radius: float,
    colours: Sequence[str],
    size: float = 34,
    x: float = 0,
    y: float = 0,
) -> None:
    """Pieces of meat, vegetable or fruit."""
    for at_x, at_y in sheet.scattered(count, radius, x, y):
        colour = sheet.chance.choice(colours)
        large = size * sheet.chance.uniform(0.85, 1.15)
        sheet.blob(at_x, at_y + large * 0.12, large, darker(colour, 0.25))
        sheet.blob(at_x, at_y, large * 0.94, colour)
        sheet.blob(at_x - large * 0.2, at_y - large * 0.28, large * 0.36, lighter(colour, 0.22))


def slice_(sheet: Sheet, x: float, y: float, radius: float, skin: str, flesh: str) -> None:
    """A round slice of a fruit, with its segments."""
    sheet.disc(x, y, radius, skin)
    sheet.disc(x, y, radius * 0.86, lighter(flesh, 0.65))
    for turn in range(0, 360, 45):
        wedge = [(0.0, 0.0), *around(radius * 0.74, radius * 0.74, turn + 6, turn + 39)]
        sheet.shape(turned(wedge, x, y), flesh)


def tomato(sheet: Sheet, x: float, y: float, radius: float) -> None:
    sheet.disc(x, y, radius, "#c93a2b")
    sheet.disc(x, y, radius * 0.84, "#e2604a")
    for turn in range(0, 360, 60):
        spot = turned([(radius * 0.5, 0)], x, y, turn)[0]
        sheet.oval(*spot, radius * 0.17, radius * 0.1, "#f3c38b", turn)


def table(sheet: Sheet) -> None:
    """Seen from the side: for glasses, bottles and what is tall."""
    sheet.raise_middle(34)
    sheet.box(0, TABLE_Y + 150, 800, 300, darker(sheet.ground, 0.14))
    sheet.box(0, TABLE_Y + 2, 800, 5, darker(sheet.ground, 0.24))


def shade(sheet: Sheet, x: float, wide: float, y: float = 232) -> None:
    sheet.oval(x, y, wide, wide * 0.13, darker(sheet.ground, 0.34))


def glassy(sheet: Sheet) -> str:
    return mixed(sheet.ground, "#ffffff", 0.6)
