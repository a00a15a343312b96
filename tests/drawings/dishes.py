"""What comes in a bowl or in a heap: soups, stews, rice, greens, salads.

Each function is one kind, and its colours make the dish.
"""

from collections.abc import Sequence

from tests.drawings.sheet import Sheet, around, darker, lighter, turned
from tests.drawings.tableware import (
    GREENS,
    Colours,
    board,
    bowl,
    crumbs,
    dip,
    herbs,
    lumps,
    plate,
    platter,
    tomato,
)


def soup(sheet: Sheet, content: str, bits: Colours = (), *, cream: bool = False) -> None:
    bowl(sheet, content, sheet.chance.choice(("#c2603f", "#4f7c8a", "#6d8b5a", "#b98a4a")))
    if bits:
        lumps(sheet, 13, 150, bits, 25)
    if cream:
        for radius in (104, 62, 24):
            sheet.line(around(radius, radius, 20 + radius, 290 + radius), 11, "#fdf3dc")
    herbs(sheet, 5, 60, size=36)


def stew(
    sheet: Sheet, sauce: str, pieces: Colours, *, beside: Colours = (), size: float = 40
) -> None:
    """Pieces in a sauce; `beside`: a mound of rice, or of what else comes with it."""
    if not beside:
        bowl(sheet, sauce, sheet.chance.choice(("#3f4b52", "#8a5a3c", "#5f6f4f")))
        lumps(sheet, 15, 150, pieces, size)
        herbs(sheet, 8, 130, size=28)
        return
    plate(sheet, 250)
    sheet.blob(66, 8, 126, darker(sauce, 0.12))
    sheet.blob(66, 4, 120, sauce)
    lumps(sheet, 9, 88, pieces, size * 0.9, 66, 4)
    mound(sheet, beside, -98, 6, 92)
    herbs(sheet, 6, 84, 66, 4, size=26)


def mound(sheet: Sheet, grains: Colours, x: float, y: float, radius: float) -> None:
    sheet.blob(x + 3, y + 7, radius, darker(grains[-1], 0.22), 0.06)
    sheet.blob(x, y, radius, grains[0], 0.06)
    for at_x, at_y in sheet.scattered(int(radius * 1.5), radius * 0.92, x, y):
        turn = sheet.chance.uniform(0, 180)
        sheet.oval(at_x, at_y, 8, 3.6, sheet.chance.choice(grains[1:]), turn)


def rice(sheet: Sheet, grains: Colours, bits: Colours = ()) -> None:
    plate(sheet, 240)
    mound(sheet, grains, 0, 0, 150)
    if bits:
        lumps(sheet, 9, 110, bits, 24)
    herbs(sheet, 4, 60, size=30)


def dough(sheet: Sheet, colour: str, *, beside: str = "", bits: Colours = ()) -> None:
    """Ugali, a smooth dome; `beside`: the sauce or the greens that it comes with."""
    plate(sheet, 250)
    x = -80.0 if beside else 0.0
    radius = 104.0 if beside else 140.0
    sheet.disc(x + 3, 8, radius, darker(colour, 0.24))
    sheet.disc(x, 0, radius, colour)
    sheet.disc(x - radius * 0.1, -radius * 0.12, radius * 0.78, lighter(colour, 0.35))
    sheet.line(turned(around(radius * 0.6, radius * 0.6, 200, 270), x, 0), 10, "#fffdf6")
    if beside:
        sheet.blob(100, 6, 100, darker(beside, 0.15))
        lumps(
            sheet, 16, 82, bits or (beside, lighter(beside, 0.12), darker(beside, 0.1)), 22, 100, 6
        )


def salad(sheet: Sheet, bits: Colours, *, leaves: Colours = GREENS, dressing: str = "") -> None:
    bowl(sheet, leaves[0], "#d9c4a0")
    for at_x, at_y in sheet.scattered(26, 165):
        turn = sheet.chance.uniform(0, 360)
        sheet.leaf(at_x, at_y, 100, turn, sheet.chance.choice(leaves))
    lumps(sheet, 12, 130, bits, 25)
    if dressing:
        dip(sheet, 214, 150, dressing, 52)


def tomatoes(sheet: Sheet, bits: Colours, *, cheese: bool = False) -> None:
    """A salad of tomatoes and onion."""
    plate(sheet, 246)
    for at_x, at_y in sheet.scattered(12, 146):
        tomato(sheet, at_x, at_y, 46)
    for at_x, at_y in sheet.scattered(7, 140):
        sheet.ring(at_x, at_y, 34, 6, sheet.chance.choice(("#b06a9a", "#e7cfe0")))
    if cheese:
        lumps(sheet, 6, 110, ("#fffdf4", "#f7efdc"), 34)
    herbs(sheet, 12, 150, size=32, colours=bits)


def greens(sheet: Sheet, colour: str, bits: Colours = ()) -> None:
    """Leaves that were cooked."""
    bowl(sheet, darker(colour, 0.2), "#8a5a3c")
    shades = (colour, lighter(colour, 0.14), darker(colour, 0.14))
    for at_x, at_y in sheet.scattered(44, 172):
        sheet.blob(at_x, at_y, 31, sheet.chance.choice(shades), 0.3)
    if bits:
        lumps(sheet, 9, 120, bits, 27)


def pieces(
    sheet: Sheet, colours: Colours, count: int = 12, *, sauce: str = "", size: float = 42
) -> None:
    """Roast potatoes, fritters, meatballs: a heap of the same on a plate."""
    plate(sheet, 244)
    if sauce:
        sheet.blob(0, 4, 168, sauce, 0.07)
    lumps(sheet, count, 132, colours, size)
    herbs(sheet, 5, 120, size=30)


def slices(sheet: Sheet, colours: Colours, *, dark: float = 0.25) -> None:
    """Plantain, aubergine, fruit: long slices, fanned out."""
    plate(sheet, 246)
    for row, count in ((-74, 4), (4, 5), (84, 4)):
        for nth in range(count):
            x = (nth - (count - 1) / 2) * 78
            colour = colours[(nth + row) % len(colours)]
            sheet.oval(x + 2, row + 6, 33, 56, darker(colour, 0.35), 24)
            sheet.oval(x, row, 32, 54, colour, 24)
            sheet.oval(x, row, 20, 38, lighter(colour, 0.2), 24)
            for shift in (-16, 10):
                seed = turned([(-10, shift), (10, shift)], x, row, 24)
                sheet.line(seed, 5, darker(colour, dark))


def beans(sheet: Sheet, sauce: str, colours: Colours) -> None:
    bowl(sheet, sauce, "#8a5a3c")
    for at_x, at_y in sheet.scattered(70, 176):
        colour = sheet.chance.choice(colours)
        turn = sheet.chance.uniform(0, 180)
        sheet.oval(at_x + 1, at_y + 4, 22, 14, darker(colour, 0.35), turn)
        sheet.oval(at_x, at_y, 21, 13, colour, turn)
        sheet.oval(at_x - 5, at_y - 4, 7, 3.5, lighter(colour, 0.4), turn)
    herbs(sheet, 4, 50, size=32)


def stuffed(
    sheet: Sheet, skin: str, filling: Colours, *, long: bool = False, count: int = 3
) -> None:
    """Aubergine, marrows, squid: halves with something in them."""
    platter(sheet)
    for nth in range(count):
        x = (nth - (count - 1) / 2) * 160
        wide, high, turn = (58, 122, 10) if long else (72, 74, 0)
        sheet.oval(x + 3, 8, wide + 6, high + 6, darker(skin, 0.35), turn)
        sheet.oval(x, 0, wide + 5, high + 5, skin, turn)
        sheet.oval(x, 0, wide - 8, high - 10, darker(filling[0], 0.2), turn)
        reach = min(wide, high) * 0.62
        for part in (-1, 0, 1) if long else (0,):
            at = turned([(0, part * 62)], x, 0, turn)[0]
            lumps(sheet, 7, reach * 0.9, filling, 17, *at)
    herbs(sheet, 6, 190, size=30)


def platter_of_all(sheet: Sheet, groups: Sequence[Colours]) -> None:
    """Different things, side by side."""
    board(sheet)
    for nth, group in enumerate(groups):
        x = (nth % 3 - 1) * 184
        y = (nth // 3 - 0.5) * 166 if len(groups) > 3 else 0
        lumps(sheet, 8, 62, group, 33, x, y)
    herbs(sheet, 6, 190, size=30)


def dipped(sheet: Sheet, content: str, chips_: Colours) -> None:
    """A bowl of a dip, with what one dips around it."""
    plate(sheet, 254)
    for nth in range(12):
        x, y = turned([(176, 0)], 0, 0, nth * 30)[0]
        colour = chips_[nth % len(chips_)]
        sheet.disc(x + 2, y + 6, 46, darker(colour, 0.3))
        sheet.disc(x, y, 45, colour)
        crumbs(sheet, 5, 26, (darker(colour, 0.3),), 4, x, y)
    dip(sheet, 0, 0, content, 132)
    herbs(sheet, 3, 30, size=36)


def nuts(sheet: Sheet, colours: Colours) -> None:
    bowl(sheet, darker(colours[0], 0.3), "#6d8b5a")
    for at_x, at_y in sheet.scattered(80, 180):
        colour = sheet.chance.choice(colours)
        turn = sheet.chance.uniform(0, 180)
        for shift in (-9, 9):
            x, y = turned([(shift, 0)], at_x, at_y, turn)[0]
            sheet.oval(x, y + 3, 17, 13, darker(colour, 0.3), turn)
            sheet.oval(x, y, 16, 12, colour, turn)


def sauce_bowl(sheet: Sheet, content: str, bits: Colours) -> None:
    bowl(sheet, content, "#4f4a45", 190)
    crumbs(sheet, 46, 134, bits, 9)
    sheet.leaf(-196, 178, 130, -24, "#c8322a")
    sheet.leaf(210, 186, 120, 200, "#4f8f3d")
