"""Fish and what else comes out of the water.

Each function is one kind, and its colours make the dish.
"""

from tests.drawings.sheet import Sheet, around, darker, lighter, turned
from tests.drawings.tableware import (
    GREENS,
    Colours,
    bowl,
    crumbs,
    dip,
    herbs,
    lumps,
    plate,
    platter,
    slice_,
    tomato,
)


def fish(sheet: Sheet, scale: str, *, count: int = 1, salt: bool = False) -> None:
    """Whole fish on a platter."""
    platter(sheet)
    if salt:
        crumbs(sheet, 160, 250, ("#ffffff", "#efeae0"), 8)
    size = 1.0 if count == 1 else 0.62
    for nth in range(count):
        _one_fish(sheet, scale, 0, (nth - (count - 1) / 2) * 112, size)
    for x in (-220, 214):
        slice_(sheet, x, 104 if x > 0 else -100, 38, "#e9c63f", "#f5df83")
    herbs(sheet, 5, 34, 206, -88, size=42)


def _one_fish(sheet: Sheet, scale: str, x: float, y: float, size: float) -> None:
    tail = [(150, 0), (246, -66), (222, 0), (246, 66)]
    fin = [(-40, -70), (30, -128), (76, -58)]
    for part in (tail, fin):
        sheet.shape([(x + px * size, y + py * size) for px, py in part], darker(scale, 0.25))
    sheet.oval(x, y + 6 * size, 186 * size, 82 * size, darker(scale, 0.35))
    sheet.oval(x, y, 184 * size, 80 * size, scale)
    sheet.oval(x, y + 28 * size, 150 * size, 40 * size, lighter(scale, 0.25))
    for shift in (-40, 10, 60, 110):
        cut = [(x + (shift - 12) * size, y - 52 * size), (x + (shift + 12) * size, y + 34 * size)]
        sheet.line(cut, 9 * size, darker(scale, 0.4))
    gill = turned(around(44 * size, 60 * size, -70, 70), x - 128 * size, y)
    sheet.line(gill, 5 * size, darker(scale, 0.4))
    sheet.disc(x - 138 * size, y - 18 * size, 13 * size, "#fdf6e8")
    sheet.disc(x - 138 * size, y - 18 * size, 7 * size, "#2a2320")


def little_fish(sheet: Sheet, scale: str, sauce: str = "") -> None:
    """Many small ones, crisp or in a sauce."""
    plate(sheet, 248)
    if sauce:
        sheet.blob(0, 4, 168, sauce, 0.08)
    for at_x, at_y in sheet.scattered(26, 150):
        turn = sheet.chance.uniform(-40, 40)
        shade_ = sheet.chance.choice((scale, lighter(scale, 0.15), darker(scale, 0.12)))
        tail = turned([(32, 0), (54, -14), (54, 14)], at_x, at_y, turn)
        sheet.shape(tail, darker(shade_, 0.2))
        sheet.oval(at_x, at_y + 3, 42, 14, darker(shade_, 0.3), turn)
        sheet.oval(at_x, at_y, 41, 12, shade_, turn)
        sheet.disc(*turned([(-30, -2)], at_x, at_y, turn)[0], 2.6, "#2a2320")
    if sauce:
        for x, y in ((-60, -110), (96, 84), (0, 130)):
            tomato(sheet, x, y, 30)
    else:
        slice_(sheet, 150, 110, 42, "#e9c63f", "#f5df83")
    herbs(sheet, 5, 110, size=28)


def fillet(sheet: Sheet, flesh: str, sauce: str, *, side: Colours = GREENS) -> None:
    plate(sheet, 250)
    sheet.blob(20, 14, 164, sauce, 0.08)
    sheet.oval(26, 4, 146, 74, darker(flesh, 0.3), -14)
    sheet.oval(24, -4, 144, 70, flesh, -14)
    for shift in (-84, -42, 0, 42, 84):
        ends = turned([(shift - 12, -36), (shift + 12, 36)], 24, -4, -14)
        sheet.line(ends, 6, darker(flesh, 0.2))
    lumps(sheet, 7, 52, side, 24, -132, 92)
    slice_(sheet, 146, 104, 42, "#e9c63f", "#f5df83")
    herbs(sheet, 4, 40, 30, -10, size=32)


def prawns(sheet: Sheet, shell: str, sauce: str) -> None:
    bowl(sheet, sauce, "#4f7c8a")
    for at_x, at_y in sheet.scattered(9, 128):
        turn = sheet.chance.uniform(0, 360)
        curl = turned(around(36, 36, 30, 290), at_x, at_y, turn)
        sheet.line(curl, 27, darker(shell, 0.2))
        sheet.line(curl, 21, shell)
        for angle in (80, 130, 180, 230):
            rib = turned(around(36, 36, angle, angle + 1)[:1], at_x, at_y, turn)[0]
            sheet.disc(*rib, 6, lighter(shell, 0.4))
    herbs(sheet, 8, 140, size=26)


def tentacles(sheet: Sheet, flesh: str, sauce: str) -> None:
    """Octopus, squid."""
    bowl(sheet, sauce, "#3f4b52")
    for nth in range(5):
        turn = nth * 72 + sheet.chance.uniform(-10, 10)
        x, y = turned([(78, 0)], 0, 0, turn)[0]
        arm = turned(around(52, 40, 160, 440), x, y, turn)
        sheet.line(arm, 29, darker(flesh, 0.25))
        sheet.line(arm, 23, flesh)
        for at_x, at_y in arm[::6]:
            sheet.disc(at_x, at_y, 6, lighter(flesh, 0.45))
    herbs(sheet, 7, 120, size=28)


def snails(sheet: Sheet, shell: str) -> None:
    plate(sheet, 244)
    for at_x, at_y in sheet.scattered(11, 140):
        for radius, colour in ((41, darker(shell, 0.3)), (37, shell), (23, darker(shell, 0.2))):
            sheet.disc(at_x, at_y, radius, colour)
        sheet.disc(at_x + 3, at_y + 2, 14, lighter(shell, 0.25))
        sheet.disc(at_x + 4, at_y + 2, 5, darker(shell, 0.35))
    dip(sheet, 0, 0, "#7fae5c", 56)
