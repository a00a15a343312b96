"""Bread, pastry, pasta, eggs and cheese.

Each function is one kind, and its colours make the dish.
"""

from tests.drawings.sheet import Sheet, around, darker, lighter, mixed, turned
from tests.drawings.tableware import Colours, board, bowl, crumbs, dip, herbs, lumps, plate

CHINA_BLUE = "#5d86a6"


def rolled(sheet: Sheet, wrap: str, filling: Colours, count: int = 2) -> None:
    """Rolls seen from the side, cut open at the end: rolex, beef olives, sausage rolls."""
    board(sheet)
    for nth in range(count):
        y = (nth - (count - 1) / 2) * (330 / count)
        high = min(118, 270 / count)
        sheet.box(-18, y + 9, 440, high, darker(wrap, 0.3), turn=-5, round_=high / 2)
        sheet.box(-18, y, 440, high - 8, wrap, turn=-5, round_=high / 2)
        for shift in (-130, -60, 10, 80):
            x, at_y = turned([(shift, 0)], -18, y, -5)[0]
            sheet.blob(x, at_y, high * 0.2, darker(wrap, 0.16), 0.3)
        x, at_y = turned([(196, 0)], -18, y, -5)[0]
        sheet.oval(x, at_y, high * 0.36, high * 0.46, lighter(wrap, 0.3))
        lumps(sheet, 7, high * 0.26, filling, high * 0.12, x, at_y)
    herbs(sheet, 3, 26, 250, -140, size=38)


def bread(sheet: Sheet, crust: str, *, ring: bool = False, filling: Colours = ()) -> None:
    """A round loaf, or a ring; `filling`: what is on it, as on a pizza."""
    board(sheet, "#b98450")
    sheet.disc(6, 10, 186, darker(crust, 0.4))
    sheet.disc(0, 0, 184, crust)
    sheet.disc(-6, -8, 160, lighter(crust, 0.14))
    if filling:
        sheet.disc(0, 0, 148, lighter(crust, 0.45))
        lumps(sheet, 20, 126, filling, 24)
        herbs(sheet, 8, 120, size=30)
    else:
        for turn in (-24, 22):
            for shift in (-60, 0, 60):
                cut = turned([(-94, shift), (94, shift)], 0, 0, turn)
                sheet.line(cut, 8, darker(crust, 0.22))
        crumbs(sheet, 60, 150, ("#f7ead0", darker(crust, 0.2)), 4)
    if ring:
        sheet.disc(0, 0, 48, darker(crust, 0.35))
        sheet.disc(2, 3, 42, "#b98450")


def flatbreads(sheet: Sheet, colour: str) -> None:
    plate(sheet, 244)
    for x, y, radius in ((24, 18, 160), (-16, -14, 158)):
        sheet.disc(x + 3, y + 7, radius, darker(colour, 0.3))
        sheet.blob(x, y, radius, colour, 0.03)
        for at_x, at_y in sheet.scattered(16, radius * 0.86, x, y):
            sheet.blob(at_x, at_y, sheet.chance.uniform(8, 22), darker(colour, 0.22), 0.25)


def toast(sheet: Sheet, spread: str, bits: Colours, bread: str = "#c98f4e") -> None:
    """Two slices of bread with something on them."""
    board(sheet)
    for x, turn in ((-128, -8), (136, 7)):
        sheet.box(x + 4, 10, 218, 268, darker(bread, 0.35), turn=turn, round_=70)
        sheet.box(x, 0, 218, 268, bread, turn=turn, round_=70)
        sheet.box(x, 0, 188, 238, lighter(bread, 0.55), turn=turn, round_=58)
        sheet.blob(x, 2, 94, spread, 0.14)
        lumps(sheet, 9, 68, bits, 20, x, 2)
        herbs(sheet, 3, 60, x, 2, size=26)


def pastries(
    sheet: Sheet, crust: str, filling: str, *, corners: int, count: int = 3, sauce: str = ""
) -> None:
    """Sambusa have three corners, pastizzi and imqaret four, and what is round has many."""
    plate(sheet, 250)
    for at_x, at_y in sheet.scattered(count, 96 if count < 5 else 126):
        turn = sheet.chance.uniform(0, 360)
        size = 92 if count < 4 else 66
        for grown, colour in (
            (1.0, darker(crust, 0.35)),
            (0.95, crust),
            (0.7, lighter(crust, 0.25)),
        ):
            points = around(size * grown, size * grown * (0.62 if corners == 4 else 1))
            if corners < 9:
                points = [
                    turned([(size * grown, 0)], 0, 0, 360 / corners * each)[0]
                    for each in range(corners)
                ]
                points = [(x, y * (0.66 if corners == 4 else 1)) for x, y in points]
            sheet.shape(turned(points, at_x + 2, at_y + (8 if grown == 1 else 0), turn), colour)
        sheet.oval(at_x, at_y, size * 0.36, size * 0.14, filling, turn)
        for shift in (-0.26, 0.26):
            fold = turned(
                [(-size * 0.4, size * shift), (size * 0.4, size * shift)], at_x, at_y, turn
            )
            sheet.line(fold, 4, darker(crust, 0.2))
    if sauce:
        dip(sheet, 186, 128, sauce, 56)


def pasta(sheet: Sheet, sauce: str, bits: Colours, *, kind: str = "long") -> None:
    """`kind`: long, short, or parcels."""
    bowl(sheet, mixed("#f0d48c", sauce, 0.35), CHINA_BLUE)
    strand = "#f0d183"
    for at_x, at_y in sheet.scattered({"long": 34, "short": 46, "parcels": 15}[kind], 150):
        turn = sheet.chance.uniform(0, 360)
        if kind == "long":
            curl = turned(around(62, 40, 0, 250), at_x, at_y, turn)[::3]
            sheet.line(curl, 10, darker(strand, 0.22))
            sheet.line(curl, 7, strand)
        elif kind == "short":
            sheet.box(at_x, at_y + 4, 60, 24, darker(strand, 0.3), turn=turn, round_=8)
            sheet.box(at_x, at_y, 58, 20, strand, turn=turn, round_=8)
            end = turned([(25, 0)], at_x, at_y, turn)[0]
            sheet.oval(*end, 5, 9, darker(strand, 0.35), turn)
        else:
            sheet.box(at_x, at_y + 5, 88, 88, darker(strand, 0.3), turn=turn, round_=10)
            sheet.box(at_x, at_y, 86, 86, lighter(strand, 0.2), turn=turn, round_=10)
            sheet.disc(at_x, at_y, 25, lighter(strand, 0.5))
    sheet.blob(0, 0, 78, sauce, 0.16)
    lumps(sheet, 9, 84, bits, 22)
    herbs(sheet, 5, 70, size=30)


def baked(sheet: Sheet, crust: str, filling: str, bits: Colours, *, cut: bool = True) -> None:
    """A pie or something baked in a dish, with a slice beside it where it is `cut`."""
    sheet.disc(-46, 12, 214, darker(sheet.ground, 0.16))
    sheet.disc(-54, 0, 210, "#8f4f33")
    sheet.disc(-54, 0, 192, darker(crust, 0.3))
    sheet.disc(-54, -3, 188, crust)
    for at_x, at_y in sheet.scattered(26, 160, -54, -3):
        sheet.blob(
            at_x, at_y, 20, sheet.chance.choice((lighter(crust, 0.2), darker(crust, 0.14))), 0.2
        )
    if cut:
        gap = [(-54.0, 0.0), *turned(around(190, 190, -26, 26), -54, 0)]
        sheet.shape(gap, darker("#8f4f33", 0.25))
        piece = [(0.0, 0.0), *around(190, 190, -26, 26)]
        sheet.shape(turned(piece, 110, 56, 8), filling)
        sheet.shape(turned([(x, y * 0.94 - 12) for x, y in piece], 110, 52, 8), crust)
        lumps(sheet, 6, 44, bits, 16, 240, 78)


def eggs(sheet: Sheet, *, beside: Colours = (), sauce: str = "") -> None:
    """Two fried eggs, and what comes with them."""
    plate(sheet, 252)
    if sauce:
        sheet.blob(0, 4, 174, sauce, 0.08)
    for x, y in ((-62, -40), (42, 30)):
        sheet.blob(x, y, 84, "#fffdf7", 0.14)
        sheet.disc(x + 2, y + 4, 36, "#e39a25")
        sheet.disc(x, y, 34, "#f4b63a")
        sheet.disc(x - 10, y - 12, 10, "#fbdc91")
    if beside:
        lumps(sheet, 10, 78, beside, 29, 118, -96)
        lumps(sheet, 6, 52, tuple(reversed(beside)), 29, -104, 108)
    herbs(sheet, 4, 70, size=26)


def omelette(sheet: Sheet, egg: str, bits: Colours, *, thin: bool = False) -> None:
    plate(sheet, 248)
    sheet.disc(3, 8, 166, darker(egg, 0.25))
    sheet.blob(0, 0, 165, egg, 0.05)
    sheet.blob(-10, -10, 130, lighter(egg, 0.2), 0.07)
    if thin:
        for nth in range(30):
            turn = sheet.chance.uniform(0, 360)
            strand = turned(around(70, 46, 0, 190), nth * 7 - 105, (nth * 53) % 160 - 80, turn)
            sheet.line(strand[::3], 5, darker(egg, 0.16))
    lumps(sheet, 12, 124, bits, 20)
    herbs(sheet, 5, 100, size=26)


def cheeses(sheet: Sheet, colour: str, *, pepper: bool = False) -> None:
    board(sheet)
    for x, y in ((-150, -46), (10, 24), (164, -40)):
        sheet.disc(x + 4, y + 12, 78, darker(colour, 0.35))
        sheet.disc(x, y + 6, 77, darker(colour, 0.14))
        sheet.disc(x, y, 75, colour)
        for radius in (60, 44, 28):
            sheet.ring(x, y, radius, 4, darker(colour, 0.08))
        if pepper:
            crumbs(sheet, 60, 68, ("#3a322c", "#6b5b4d"), 5, x, y)
    herbs(sheet, 5, 60, -16, -136, size=40)
