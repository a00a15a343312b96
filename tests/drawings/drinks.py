"""What is drunk: cups from above, glasses and bottles from the side."""

from tests.drawings.sheet import Sheet, around, darker, lighter, mixed, turned
from tests.drawings.tableware import CHINA, glassy, shade, slice_, table

BEAN = "#5b3420"


def cup(
    sheet: Sheet,
    content: str,
    art: str = "",
    *,
    small: bool = False,
    china: str = CHINA,
    beans: bool = True,
) -> None:
    """From above, on its saucer. `art`: none, heart, leaf, dot or foam."""
    radius = 104.0 if small else 142.0
    sheet.disc(8, 14, 226, darker(sheet.ground, 0.16))
    sheet.disc(0, 0, 222, china)
    sheet.disc(0, 0, 164, darker(china, 0.07))
    sheet.box(radius + 30, -40, 112, 40, darker(china, 0.26), turn=-22, round_=20)
    sheet.box(radius + 28, -46, 112, 34, lighter(china, 0.5), turn=-22, round_=17)
    sheet.disc(4, 8, radius + 12, darker(china, 0.2))
    sheet.disc(0, 0, radius + 10, lighter(china, 0.5))
    sheet.disc(0, 0, radius - 4, darker(content, 0.25))
    sheet.disc(0, 3, radius - 9, content)
    milk = "#f6e3c4"
    match art:
        case "heart":
            for x in (-27, 27):
                sheet.disc(x, -18, 37, milk)
            sheet.shape([(-61, -4), (61, -4), (0, 74)], milk)
        case "leaf":
            for nth in range(5):
                wide = 66.0 - nth * 10
                sheet.line(around(wide, wide * 0.7, 20, 160)[::2], 9, milk)
                sheet.line(
                    turned(around(wide, wide * 0.6, 200, 340), 0, 60 - nth * 26)[::2], 8, milk
                )
            sheet.line([(0, -84), (0, 92)], 8, milk)
        case "foam":
            sheet.blob(0, 2, radius * 0.78, milk, 0.05)
            for at_x, at_y in sheet.scattered(26, radius * 0.6):
                sheet.disc(at_x, at_y, 4, mixed(milk, content, 0.45))
        case "dot":
            sheet.blob(0, 2, radius * 0.42, milk, 0.08)
        case _:
            sheet.line(around(radius - 30, radius - 30, 205, 262)[::2], 8, lighter(content, 0.3))
    for x, y, turn in () if not beans else ((-176, 136, 20), (-206, 96, 70), (-150, 172, -30)):
        _bean(sheet, x, y, turn)


def _bean(sheet: Sheet, x: float, y: float, turn: float) -> None:
    sheet.oval(x, y, 24, 16, BEAN, turn)
    sheet.line(turned([(-18, 0), (18, 0)], x, y, turn), 4, lighter(BEAN, 0.25))


def tea(sheet: Sheet, content: str, leaf: str = "", *, lemon: bool = False) -> None:
    """In a glass cup, from above."""
    glass = glassy(sheet)
    sheet.disc(8, 14, 206, darker(sheet.ground, 0.16))
    sheet.disc(0, 0, 202, CHINA)
    sheet.disc(0, 0, 150, darker(CHINA, 0.07))
    sheet.box(182, 0, 96, 36, darker(glass, 0.12), turn=20, round_=18)
    sheet.disc(0, 0, 142, lighter(glass, 0.4))
    sheet.disc(0, 0, 126, darker(content, 0.2))
    sheet.disc(0, 3, 121, content)
    sheet.line(around(98, 98, 200, 262)[::2], 9, lighter(content, 0.4))
    if lemon:
        slice_(sheet, 26, 24, 54, "#e9c63f", "#f5df83")
    if leaf:
        for turn in (20, 140, 260):
            x, y = turned([(38, 0)], -24, -14, turn)[0]
            sheet.leaf(x, y, 74, turn, leaf)


def pot(sheet: Sheet, colour: str, *, press: str = "") -> None:
    """A teapot with a cup, or with `press` a French press of that content; from the side."""
    table(sheet)
    shade(sheet, -40, 240)
    if press:
        glass = glassy(sheet)
        sheet.box(-70, 92, 196, 270, glass, round_=20)
        sheet.box(-70, 134, 176, 176, press, round_=16)
        for y in (-38, 34, 216):
            sheet.box(-70, y, 206, 15, colour)
        sheet.oval(-70, -50, 84, 28, colour)
        sheet.line([(-70, -60), (-70, -132)], 11, colour)
        sheet.disc(-70, -144, 21, colour)
        sheet.line([(36, -10), (86, 10), (86, 160), (36, 180)], 20, darker(colour, 0.1))
    else:
        sheet.line([(-214, 20), (-262, -56)], 36, colour)
        sheet.line(turned(around(64, 74, -80, 80), 66, 92)[::2], 24, colour)
        sheet.oval(-72, 106, 162, 124, darker(colour, 0.15))
        sheet.oval(-76, 100, 158, 120, colour)
        sheet.oval(-110, 56, 62, 38, lighter(colour, 0.28))
        sheet.oval(-72, -12, 82, 22, darker(colour, 0.25))
        sheet.disc(-72, -40, 22, darker(colour, 0.1))
    shade(sheet, 222, 100)
    sheet.shape([(150, 128), (294, 128), (268, 226), (176, 226)], CHINA)
    sheet.oval(222, 128, 72, 14, darker(press or "#b5793f", 0.1))
    sheet.line(turned(around(26, 32, -80, 80), 284, 166)[::2], 12, CHINA)


def tall(
    sheet: Sheet,
    content: str,
    *,
    top: str = "",
    ice: bool = False,
    fruit: tuple[str, str] | None = None,
    leaf: bool = False,
    straw: str = "",
    foam: bool = False,
) -> None:
    """A tall glass. `top`: the colour of its upper layer; `fruit`: skin and flesh of a slice."""
    table(sheet)
    shade(sheet, 0, 110)
    if straw:
        sheet.line([(10, 120), (96, -230)], 17, straw)
    glass = glassy(sheet)
    sheet.shape([(-116, -170), (116, -170), (84, 234), (-84, 234)], glass)
    sheet.shape([(-104, -112), (104, -112), (77, 222), (-77, 222)], content)
    if top:
        for nth in range(6):
            y = -112 + nth * 22
            wide = 104 - nth * 1.8
            sheet.box(0, y + 11, wide * 2, 24, mixed(top, content, nth / 6))
    sheet.oval(0, -112, 104, 15, lighter(top or content, 0.25))
    if ice:
        for x, y, turn in ((-40, -86, 16), (44, -70, -20), (-10, -20, 40)):
            cube = mixed(top or content, "#ffffff", 0.5)
            sheet.box(x, y, 68, 62, cube, turn=turn, round_=10)
            sheet.box(x - 5, y - 6, 46, 40, lighter(cube, 0.4), turn=turn, round_=8)
    if foam:
        for x in (-66, -22, 24, 68):
            sheet.disc(x, -124, 37, "#fdf6e6")
    if fruit:
        slice_(sheet, 112, -150, 60, *fruit)
    if leaf:
        for x, turn in ((-58, -120), (-24, -70), (-84, -160)):
            sheet.leaf(x, -158, 78, turn, "#57963f")
    sheet.line([(-78, -90), (-58, 180)], 11, lighter(content, 0.4))


def tumbler(
    sheet: Sheet, content: str, *, ice: bool = True, peel: str = "", small: bool = False
) -> None:
    table(sheet)
    grown = 0.84 if small else 1.1
    shade(sheet, 0, 150 * grown)
    glass = glassy(sheet)
    base = 234
    high = (300 if small else 260) * grown
    wide = (96 if small else 142) * grown
    sheet.shape(
        [(-wide, base - high), (wide, base - high), (wide * 0.86, base), (-wide * 0.86, base)],
        glass,
    )
    level = base - high * 0.62
    sheet.shape(
        [
            (-wide * 0.9, level),
            (wide * 0.9, level),
            (wide * 0.8, base - 20),
            (-wide * 0.8, base - 20),
        ],
        content,
    )
    sheet.oval(0, level, wide * 0.9, 13, lighter(content, 0.25))
    if ice:
        for x, y, turn in ((-44, level - 4, 14), (42, level + 16, -22)):
            sheet.box(x, y, 82, 76, mixed(content, "#ffffff", 0.55), turn=turn, round_=12)
            sheet.box(x - 6, y - 8, 52, 46, mixed(content, "#ffffff", 0.8), turn=turn, round_=10)
    if peel:
        sheet.line(turned(around(34, 34, 60, 300), wide * 0.8, base - high)[::2], 15, peel)
    sheet.line([(-wide * 0.72, level + 24), (-wide * 0.66, base - 44)], 10, lighter(content, 0.4))


def wine(
    sheet: Sheet, content: str, bottle_: str = "", *, label: str = "#f3e8d0", bubbles: bool = False
) -> None:
    """A glass, and where it is told of what colour, the bottle beside it."""
    table(sheet)
    x = 120 if bottle_ else 0
    if bottle_:
        shade(sheet, -120, 96)
        shape = [
            (-62, 0),
            (-62, -150),
            (-24, -232),
            (-24, -330),
            (24, -330),
            (24, -232),
            (62, -150),
            (62, 0),
        ]
        sheet.shape(turned([(px * 1.25, py * 1.25) for px, py in shape], -120, 234), bottle_)
        sheet.box(-120, -156, 62, 60, darker(content, 0.2), round_=6)
        sheet.box(-120, 110, 156, 128, label, round_=8)
        sheet.box(-120, 84, 112, 15, darker(content, 0.1), round_=7)
        for y in (116, 138):
            sheet.box(-120, y, 86, 8, darker(label, 0.3), round_=4)
        sheet.line([(-176, 40), (-176, 208)], 9, lighter(bottle_, 0.25))
    shade(sheet, x, 92)
    glass = glassy(sheet)
    body = [*around(116, 156, 0, 180)]
    sheet.shape([(x - 96, -148), (x + 96, -148), (x + 116, -46), (x - 116, -46)], glass)
    sheet.shape(turned(body, x, -46), glass)
    sheet.shape(turned(around(103, 142, 0, 180), x, -46), content)
    sheet.oval(x, -46, 103, 15, lighter(content, 0.22))
    sheet.box(x, 158, 15, 130, glass)
    sheet.oval(x, 224, 84, 14, glass)
    if bubbles:
        for px, py in sheet.scattered(16, 66, x, 10):
            sheet.disc(px, py, 6, lighter(content, 0.5))
    sheet.line([(x - 82, -20), (x - 64, 40)], 10, lighter(content, 0.45))


def beer(sheet: Sheet, bottle_: str, label: str, content: str, *, large: bool = False) -> None:
    table(sheet)
    grown = 1.12 if large else 0.92
    shade(sheet, -120, 92)
    shape = [
        (-60, 0),
        (-60, -200),
        (-26, -268),
        (-22, -352),
        (22, -352),
        (26, -268),
        (60, -200),
        (60, 0),
    ]
    sheet.shape(turned([(px * grown, py * grown) for px, py in shape], -120, 234), bottle_)
    sheet.box(-120, 234 - 356 * grown, 54 * grown, 24, darker(label, 0.1), round_=7)
    sheet.box(-120, 234 - 104 * grown, 122 * grown, 112 * grown, label, round_=10)
    sheet.oval(-120, 234 - 104 * grown, 46 * grown, 30 * grown, lighter(label, 0.75))
    sheet.box(-120, 234 - 104 * grown, 60 * grown, 13, darker(label, 0.3), round_=6)
    sheet.line([(-172, 60), (-172, 210)], 9, lighter(bottle_, 0.28))
    shade(sheet, 130, 100)
    glass = glassy(sheet)
    sheet.shape([(28, -90), (232, -90), (206, 234), (54, 234)], glass)
    sheet.shape([(40, -54), (220, -54), (197, 220), (63, 220)], content)
    for px, py in sheet.scattered(14, 76, 130, 100):
        sheet.disc(px, py, 5, lighter(content, 0.4))
    for x in (58, 104, 152, 202):
        sheet.disc(x, -66, 35, "#fdf8ea")
    sheet.box(130, -58, 172, 40, "#fdf8ea", round_=16)
    sheet.line([(74, 0), (86, 178)], 10, lighter(content, 0.45))


def bottle(
    sheet: Sheet, content: str, label: str, *, glass_too: bool = True, bubbles: bool = False
) -> None:
    """Water and soft drinks."""
    table(sheet)
    x = -100 if glass_too else 0
    shade(sheet, x, 92)
    shape = [
        (-66, 0),
        (-66, -150),
        (-60, -200),
        (-26, -262),
        (-26, -312),
        (26, -312),
        (26, -262),
        (60, -200),
        (66, -150),
        (66, 0),
    ]
    sheet.shape(turned([(px * 1.18, py * 1.18) for px, py in shape], x, 234), content)
    sheet.box(x, -142, 74, 38, label, round_=8)
    sheet.box(x, 98, 156, 92, label)
    sheet.oval(x, 98, 40, 25, lighter(label, 0.7))
    for px, py in sheet.scattered(12 if bubbles else 0, 52, x, 0):
        sheet.disc(px, py, 6, lighter(content, 0.5))
    sheet.line([(x - 58, 20), (x - 58, 208)], 10, lighter(content, 0.4))
    if not glass_too:
        return
    shade(sheet, 130, 92)
    glass = glassy(sheet)
    sheet.shape([(46, -40), (214, -40), (196, 234), (64, 234)], glass)
    sheet.shape([(56, 6), (204, 6), (188, 222), (72, 222)], lighter(content, 0.18))
    sheet.oval(130, 6, 74, 12, lighter(content, 0.4))
    for cube_x, y, turn in ((104, 30, 18), (156, 44, -16)):
        sheet.box(cube_x, y, 56, 50, mixed(content, "#ffffff", 0.65), turn=turn, round_=9)


def jug(sheet: Sheet, content: str, colour: str = CHINA) -> None:
    table(sheet)
    shade(sheet, -60, 150)
    sheet.line(turned(around(70, 86, -80, 80), 30, 70)[::2], 24, darker(colour, 0.1))
    sheet.shape(
        [
            (-190, -120),
            (56, -120),
            (40, 20),
            (66, 130),
            (40, 234),
            (-160, 234),
            (-186, 130),
            (-160, 20),
        ],
        colour,
    )
    sheet.shape([(-190, -120), (-232, -146), (-150, -120)], colour)
    sheet.oval(-66, -120, 122, 20, content)
    sheet.line([(-140, -60), (-146, 190)], 12, lighter(colour, 0.7))
    shade(sheet, 200, 84)
    sheet.shape([(130, 54), (270, 54), (254, 234), (146, 234)], glassy(sheet))
    sheet.shape([(138, 90), (262, 90), (248, 224), (152, 224)], content)


def margarita(sheet: Sheet, content: str, fruit: tuple[str, str]) -> None:
    table(sheet)
    shade(sheet, 0, 100)
    glass = glassy(sheet)
    sheet.shape([(-190, -130), (190, -130), (96, 20), (0, 56), (-96, 20)], glass)
    sheet.shape([(-164, -106), (164, -106), (86, 12), (0, 44), (-86, 12)], content)
    for nth in range(24):
        sheet.disc(-186 + nth * 16.2, -134 - (nth % 2) * 5, 9, "#ffffff")
    sheet.box(0, 134, 17, 180, glass)
    sheet.oval(0, 224, 96, 15, glass)
    slice_(sheet, 150, -146, 56, *fruit)
    sheet.line([(-126, -86), (-72, -8)], 10, lighter(content, 0.45))
