"""Desserts and breakfast's sweet things, and fruit."""

from tests.drawings.sheet import Sheet, around, darker, lighter, turned
from tests.drawings.tableware import (
    Colours,
    board,
    bowl,
    crumbs,
    glassy,
    herbs,
    lumps,
    plate,
    shade,
    slice_,
    table,
)

VANILLA = "#fbf0cf"


def scoop(sheet: Sheet, x: float, y: float, radius: float, colour: str) -> None:
    sheet.blob(x + 2, y + 8, radius, darker(colour, 0.25), 0.06)
    sheet.blob(x, y, radius, colour, 0.06)
    sheet.blob(x - radius * 0.25, y - radius * 0.3, radius * 0.45, lighter(colour, 0.4), 0.1)


def sorbet(sheet: Sheet, colour: str) -> None:
    """Three scoops in a glass, from the side."""
    table(sheet)
    shade(sheet, 0, 130)
    for x, y, tint in (
        (-66, -12, colour),
        (66, -12, darker(colour, 0.08)),
        (0, -84, lighter(colour, 0.12)),
    ):
        scoop(sheet, x, y, 84, tint)
    glass = glassy(sheet)
    sheet.shape([(-156, 0), (156, 0), (96, 126), (-96, 126)], glass)
    sheet.shape([(-142, 8), (142, 8), (90, 112), (-90, 112)], lighter(colour, 0.35))
    sheet.box(0, 164, 26, 84, glass)
    sheet.oval(0, 220, 92, 15, glass)
    sheet.line([(-112, 22), (-78, 92)], 9, "#ffffff")
    sheet.leaf(28, -158, 70, -50, "#57963f")
    sheet.leaf(-14, -160, 62, -130, "#3f7d3a")


def with_ice_cream(sheet: Sheet, pieces: Colours, sauce: str, ice: str = VANILLA) -> None:
    plate(sheet, 248)
    for turn in (200, 250, 300):
        sheet.line(turned(around(120, 60, 0, 150), 10, 40, turn)[::3], 9, sauce)
    lumps(sheet, 8, 96, pieces, 43, -56, 30)
    scoop(sheet, 92, -36, 80, ice)
    sheet.line([(58, -70), (96, -92), (128, -62)], 11, sauce)
    sheet.leaf(140, -104, 62, -40, "#57963f")


def cake(sheet: Sheet, sponge: str, icing: str, *, layers: int = 3, topping: Colours = ()) -> None:
    """A slice from the side."""
    table(sheet)
    shade(sheet, 0, 280)
    sheet.oval(0, 208, 280, 30, "#fbf8f2")
    top = [(-210, -24), (210, -70), (226, -24), (-190, 24)]
    high = 176 / layers
    for nth in range(layers):
        y = 24 + nth * high
        sheet.shape(
            [(-190, y), (226, y - 48), (226, y + high - 48), (-190, y + high)],
            sponge if nth % 2 == 0 else lighter(sponge, 0.12),
        )
        sheet.line([(-186, y + high - 4), (222, y + high - 52)], 9, icing)
    sheet.shape([(-210, -24), (-190, 24), (-190, 200), (-206, 160)], darker(sponge, 0.2))
    sheet.shape(top, icing)
    sheet.line([(-188, 26), (226, -22)], 20, icing)
    for nth, colour in enumerate([*topping, *topping]):
        sheet.blob(-130 + nth * 62, -30 - nth * 7, 24, darker(colour, 0.2))
        sheet.blob(-132 + nth * 62, -35 - nth * 7, 22, colour)


def loaf(sheet: Sheet, crust: str, crumb: str) -> None:
    """A loaf with slices cut off, from the side."""
    table(sheet)
    shade(sheet, 0, 290)
    sheet.box(0, 208, 560, 30, "#b98450", round_=15)
    sheet.box(-62, 110, 330, 176, darker(crust, 0.2), round_=62)
    sheet.box(-66, 104, 322, 168, crust, round_=60)
    sheet.line([(-180, 56), (60, 50)], 14, lighter(crust, 0.25))
    for x in (110, 164, 218):
        sheet.box(x + 6, 118, 50, 160, darker(crust, 0.1), turn=9, round_=22)
        sheet.box(x, 120, 42, 148, crumb, turn=9, round_=18)
        crumbs(sheet, 7, 40, (darker(crumb, 0.25),), 4, x, 120)


def mousse(sheet: Sheet, colour: str, top: str) -> None:
    """In a glass, from the side."""
    table(sheet)
    shade(sheet, 0, 140)
    glass = glassy(sheet)
    sheet.box(0, 96, 250, 268, glass, round_=34)
    sheet.box(0, 116, 222, 206, colour, round_=26)
    sheet.box(0, 150, 222, 138, darker(colour, 0.22), round_=26)
    for x, y, radius in ((-56, 6, 56), (56, 6, 56), (0, -24, 62)):
        sheet.disc(x, y, radius, top)
    sheet.disc(-14, -44, 22, lighter(top, 0.5))
    crumbs(sheet, 14, 62, ("#3c2417", "#5a3521"), 6, 0, -18)
    sheet.line([(-92, 60), (-92, 190)], 10, lighter(colour, 0.35))
    sheet.leaf(50, -84, 60, -50, "#57963f")


def pancakes(sheet: Sheet, colour: str, syrup: str) -> None:
    """A stack, from the side."""
    table(sheet)
    shade(sheet, 0, 280)
    sheet.oval(0, 208, 280, 30, "#fbf8f2")
    for nth in range(5):
        y = 184 - nth * 44
        sheet.box(0, y + 5, 380 - nth * 8, 42, darker(colour, 0.3), round_=21)
        sheet.box(0, y, 378 - nth * 8, 36, colour, round_=18)
        sheet.box(0, y - 6, 350 - nth * 8, 16, lighter(colour, 0.3), round_=8)
    sheet.oval(0, -10, 150, 26, syrup)
    for x, long in ((-120, 70), (-50, 120), (40, 86), (110, 140)):
        sheet.line([(x, -4), (x, -4 + long)], 22, syrup)
    for nth in range(4):
        sheet.oval(-66 + nth * 44, -28 - (nth % 2) * 10, 34, 18, "#f3e3a6", nth * 11)
        sheet.oval(-66 + nth * 44, -30 - (nth % 2) * 10, 20, 9, "#e2c878", nth * 11)


def doughnuts(
    sheet: Sheet, colour: str, count: int, *, ring: bool = False, sugar: bool = True
) -> None:
    plate(sheet, 248)
    for at_x, at_y in sheet.scattered(count, 100 if count < 5 else 128):
        size = 84 if count < 5 else 64
        sheet.blob(at_x + 3, at_y + 9, size, darker(colour, 0.35), 0.05)
        sheet.blob(at_x, at_y, size, colour, 0.05)
        sheet.blob(at_x - size * 0.2, at_y - size * 0.25, size * 0.5, lighter(colour, 0.2), 0.08)
        if sugar:
            crumbs(sheet, 16, size * 0.7, ("#fdf6e4", "#f6e8c4"), 4, at_x, at_y)
        if ring:
            sheet.disc(at_x, at_y, size * 0.4, darker(colour, 0.35))
            sheet.disc(at_x, at_y + 3, size * 0.36, lighter("#fbf8f2", 0.5))


def tubes(sheet: Sheet, shell: str, cream: str, tip: str) -> None:
    """Cannoli."""
    plate(sheet, 250)
    for y, turn in ((-76, -10), (10, 6), (98, -6)):
        for at in (-144, 144):
            x, at_y = turned([(at, 0)], 0, y, turn)[0]
            sheet.blob(x, at_y, 40, cream, 0.1)
            crumbs(sheet, 7, 26, (tip,), 5, x, at_y)
        sheet.box(2, y + 7, 270, 74, darker(shell, 0.35), turn=turn, round_=16)
        sheet.box(0, y, 268, 68, shell, turn=turn, round_=16)
        for shift in (-90, -30, 30, 90):
            x, at_y = turned([(shift, -4)], 0, y, turn)[0]
            sheet.oval(x, at_y, 17, 11, darker(shell, 0.2), turn)


def bars(sheet: Sheet, colour: str, bits: Colours, count: int = 6) -> None:
    """Brittle, halva, biscuits that are long."""
    board(sheet)
    for nth in range(count):
        x = (nth % 3 - 1) * 170
        y = (nth // 3 - 0.5) * 150 if count > 3 else 0
        turn = sheet.chance.uniform(-9, 9)
        sheet.box(x + 3, y + 10, 142, 108, darker(colour, 0.35), turn=turn, round_=18)
        sheet.box(x, y, 142, 104, colour, turn=turn, round_=18)
        for at_x, at_y in sheet.scattered(13, 46, x, y):
            tint = sheet.chance.choice(bits)
            sheet.oval(at_x, at_y, 13, 9, darker(tint, 0.2), at_x % 180)
            sheet.oval(at_x, at_y - 2, 12, 8, tint, at_x % 180)


def figure(sheet: Sheet, colour: str, icing: str) -> None:
    """A biscuit in the shape of a fish, iced."""
    plate(sheet, 250)
    for grown, tint in ((1.0, darker(colour, 0.3)), (0.96, colour), (0.82, icing)):
        tail = [(96, 0), (190, -82), (164, 0), (190, 82)]
        sheet.shape([(x * grown - 20, y * grown) for x, y in tail], tint)
        sheet.oval(-26, 0, 142 * grown, 92 * grown, tint)
    sheet.disc(-104, -22, 15, "#2a2320")
    for x in (-40, 10, 60):
        sheet.line(turned(around(38, 60, -60, 60), x - 40, 0)[::3], 7, darker(icing, 0.25))
    sheet.oval(-20, -4, 25, 17, "#d7344f")


def dome(sheet: Sheet, icing: str, drizzle: str, bits: Colours) -> None:
    """Prinjolata: a white dome with chocolate, nuts and cherries."""
    board(sheet)
    sheet.disc(4, 10, 166, darker(icing, 0.25))
    sheet.disc(0, 0, 165, icing)
    sheet.disc(-20, -24, 120, lighter(icing, 0.6))
    for nth in range(7):
        turn = nth * 51
        sheet.line(turned([(0, 0), (70, 26), (140, 6)], 0, 0, turn), 10, drizzle)
    lumps(sheet, 13, 128, bits, 19)


def pudding(sheet: Sheet, colour: str, bits: Colours) -> None:
    plate(sheet, 246)
    for y in (-56, 74):
        sheet.box(4, y + 12, 284, 112, darker(colour, 0.4), turn=-4, round_=20)
        sheet.box(0, y, 284, 106, colour, turn=-4, round_=20)
        sheet.box(0, y - 10, 250, 60, lighter(colour, 0.16), turn=-4, round_=20)
        lumps(sheet, 9, 84, bits, 12, 0, y)
    crumbs(sheet, 40, 150, ("#fdf6e4",), 4)


def fruit(sheet: Sheet, pieces: Colours, *, in_bowl: bool = False) -> None:
    if in_bowl:
        bowl(sheet, lighter(pieces[0], 0.2), "#6d8b5a")
        lumps(sheet, 24, 160, pieces, 37)
        herbs(sheet, 4, 60, size=40)
        return
    plate(sheet, 256)
    for nth, (skin, flesh) in enumerate(
        (("#e58a2b", "#f6b25c"), ("#7fae3c", "#c8dd7f"), ("#c8372a", "#ef6f5e"))
    ):
        for step in range(3):
            x, y = turned([(144, 0)], 0, 0, nth * 120 + step * 34)[0]
            slice_(sheet, x, y, 54, skin, flesh)
    lumps(sheet, 10, 70, pieces, 37)
    herbs(sheet, 3, 30, size=40)


def rounds(sheet: Sheet, colour: str, syrup: str) -> None:
    """Slices of pineapple, grilled."""
    plate(sheet, 252)
    for x, y in ((-72, -58), (78, -40), (-8, 72)):
        sheet.disc(x + 3, y + 9, 92, darker(colour, 0.35))
        sheet.disc(x, y, 91, colour)
        sheet.disc(x, y, 74, lighter(colour, 0.25))
        for turn in range(0, 360, 30):
            ends = turned([(38, 0), (70, 0)], x, y, turn)
            sheet.line(ends, 4, darker(colour, 0.12))
        for shift in (-34, 0, 34):
            sheet.line([(x - 66, y + shift - 22), (x + 66, y + shift + 22)], 7, darker(colour, 0.4))
        sheet.disc(x, y, 29, darker(colour, 0.2))
        sheet.disc(x, y + 2, 26, lighter("#fbf8f2", 0.5))
    sheet.line(around(210, 190, 40, 120)[::3], 10, syrup)
    herbs(sheet, 4, 30, 128, 118, size=42)
