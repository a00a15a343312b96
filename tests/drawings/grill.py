"""What is grilled, roasted or fried: meat, and what goes with it.

Each function is one kind, and its colours make the dish.
"""

from tests.drawings.sheet import Sheet, around, darker, lighter, turned
from tests.drawings.tableware import (
    CHIP,
    GREENS,
    Colours,
    board,
    dip,
    herbs,
    lumps,
    plate,
    platter,
    shade,
    slice_,
    table,
)


def skewers(
    sheet: Sheet, chunks: Colours, *, between: Colours = ("#c8402f", "#5f9a48", "#efe3cf")
) -> None:
    platter(sheet, "#3b3f42")
    for row, y in enumerate((-92, -6, 80)):
        tilt = -6
        for at, colour in ((-300, "#d9b27c"), (300, "#c99c62")):
            ends = turned([(0, 0), (at, 0)], 0, y, tilt)
            sheet.line(ends, 8, colour)
        for nth in range(7):
            x, at_y = turned([((nth - 3) * 62, 0)], 0, y, tilt)[0]
            if nth % 2:
                colour = between[(nth + row) % len(between)]
                sheet.box(x, at_y, 24, 58, darker(colour, 0.2), turn=tilt, round_=11)
                sheet.box(x, at_y - 3, 22, 52, colour, turn=tilt, round_=11)
            else:
                _chunk(sheet, x, at_y, sheet.chance.choice(chunks))
    slice_(sheet, 226, 120, 42, "#cfd75a", "#e4e98a")
    herbs(sheet, 4, 26, -226, -104, size=44)


def _chunk(sheet: Sheet, x: float, y: float, colour: str) -> None:
    sheet.blob(x, y + 5, 39, darker(colour, 0.4), 0.08)
    sheet.blob(x, y, 37, colour, 0.08)
    for shift in (-12, 6):
        sheet.line([(x + shift - 8, y - 14), (x + shift + 8, y + 16)], 5, darker(colour, 0.35))


def steak(sheet: Sheet, meat: str, sauce: str = "", *, side: Colours = CHIP) -> None:
    plate(sheet, 250)
    if side:
        sticks(sheet, side, 20, -104, 36, 88)
    if sauce:
        sheet.blob(64, 8, 132, sauce, 0.1)
    sheet.blob(62, 6, 108, darker(meat, 0.35), 0.14)
    sheet.blob(60, 0, 104, meat, 0.14)
    for shift in (-54, -18, 18, 54):
        sheet.line([(60 + shift - 26, -42), (60 + shift + 26, 42)], 8, darker(meat, 0.4))
    herbs(sheet, 5, 40, -70, -128, size=44)


def sticks(sheet: Sheet, colours: Colours, count: int, x: float, y: float, radius: float) -> None:
    """Chips, in a heap."""
    for at_x, at_y in reversed(list(sheet.scattered(count, radius, x, y))):
        colour = sheet.chance.choice(colours)
        turn = sheet.chance.uniform(0, 180)
        sheet.box(at_x + 2, at_y + 5, 96, 21, darker(colour, 0.28), turn=turn, round_=6)
        sheet.box(at_x, at_y, 96, 19, colour, turn=turn, round_=6)


def chips(sheet: Sheet, colours: Colours = CHIP) -> None:
    plate(sheet, 240)
    sticks(sheet, colours, 44, -14, 0, 128)
    dip(sheet, 168, 96, "#c8372a", 58)


def ribs(sheet: Sheet, meat: str) -> None:
    board(sheet)
    for nth in range(6):
        x = -200 + nth * 72
        sheet.box(x, -118, 22, 70, "#f4ead8", round_=11)
        sheet.box(x, 8, 66, 214, darker(meat, 0.3), round_=26)
        sheet.box(x, 2, 60, 206, meat, round_=24)
        sheet.line([(x - 14, -60), (x - 14, 50)], 9, lighter(meat, 0.28))
    dip(sheet, 236, 92, darker(meat, 0.2), 54)
    herbs(sheet, 4, 30, 232, -120, size=40)


def chops(sheet: Sheet, meat: Colours, count: int = 12, *, side: Colours = ()) -> None:
    """Grilled pieces on a board."""
    board(sheet)
    lumps(sheet, count, 150, meat, 48, -90 if side else 0, 0)
    if side:
        sticks(sheet, side, 18, 186, 10, 74)
    herbs(sheet, 6, 150, size=34)
    slice_(sheet, -246, 134, 40, "#cfd75a", "#e4e98a")


def bird(sheet: Sheet, skin: str, *, side: Colours = (), sauce: str = "") -> None:
    """Chicken: a breast and a leg with its bone."""
    plate(sheet, 254)
    if sauce:
        sheet.blob(10, 6, 172, sauce, 0.08)
    if side:
        lumps(sheet, 9, 66, side, 30, -130, 74)
    sheet.line([(80, 60), (176, 118)], 24, "#ecdcbc")
    sheet.disc(182, 112, 17, "#ecdcbc")
    sheet.disc(172, 132, 17, "#ecdcbc")
    for x, y, wide, high, turn in ((-26, -28, 128, 92, -18), (72, 46, 92, 60, 34)):
        sheet.oval(x + 3, y + 8, wide, high, darker(skin, 0.35), turn)
        sheet.oval(x, y, wide, high, skin, turn)
        sheet.oval(x - 18, y - 20, wide * 0.55, high * 0.4, lighter(skin, 0.25), turn)
    herbs(sheet, 5, 80, 110, -96, size=40)


def wings(sheet: Sheet, skin: str, sauce: str) -> None:
    plate(sheet, 248)
    for at_x, at_y in sheet.scattered(9, 140):
        turn = sheet.chance.uniform(0, 360)
        bone = turned([(0, 0), (62, 0)], at_x, at_y, turn)
        sheet.line(bone, 13, "#ecdcbc")
        sheet.oval(at_x + 2, at_y + 6, 54, 31, darker(skin, 0.35), turn)
        sheet.oval(at_x, at_y, 52, 29, skin, turn)
        sheet.oval(at_x - 6, at_y - 8, 24, 9, lighter(skin, 0.3), turn)
    dip(sheet, 0, 0, sauce, 60)


def sausages(sheet: Sheet, meat: str, *, side: Colours = ()) -> None:
    plate(sheet, 252)
    if side:
        lumps(sheet, 8, 60, side, 30, -128, 92)
    for nth, y in enumerate((-70, 0, 70)):
        curve = [(x, y - 26 + 26 * ((x - 30) / 150) ** 2 + nth * 6) for x in range(-110, 171, 14)]
        sheet.line([(x, at_y + 6) for x, at_y in curve], 54, darker(meat, 0.35))
        sheet.line(curve, 49, meat)
        for x, at_y in curve[3:-2:4]:
            sheet.line([(x - 8, at_y - 14), (x + 8, at_y + 14)], 6, darker(meat, 0.35))
    herbs(sheet, 4, 30, 120, 142, size=38)


def burger(sheet: Sheet, patty: str, filling: str) -> None:
    """From the side, with chips."""
    table(sheet)
    shade(sheet, 0, 290)
    sheet.oval(0, 214, 286, 30, "#fbf8f2")
    for nth in range(9):
        x = 112 + nth * 17
        sheet.box(
            x, 160 - (nth * 37) % 30, 19, 120, CHIP[nth % 3], turn=(nth * 23) % 30 - 15, round_=5
        )
    sheet.box(-72, 178, 300, 56, "#d9964a", round_=26)
    sheet.box(-72, 144, 324, 40, darker(patty, 0.2), round_=20)
    sheet.box(-72, 138, 320, 36, patty, round_=18)
    for nth in range(9):
        sheet.disc(-216 + nth * 36, 114, 22, GREENS[nth % 3])
    sheet.box(-72, 98, 306, 24, filling, round_=12)
    dome = [*around(158, 138, 180, 360), (158, 14), (-158, 14)]
    sheet.shape(turned(dome, -72, 76), "#d9964a")
    sheet.shape(turned([*around(120, 92, 190, 300)], -72, 62), "#e8b06a")
    for x, y in ((-150, 20), (-108, -18), (-60, -34), (-12, -20), (30, 16), (-82, 12), (-34, 16)):
        sheet.oval(x, y, 9, 5, "#fbeccb", (x * 7) % 90)
