"""Drawings of things: one function each, in the order of `kiosk.flow.views.Picture`."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.flow.views import Picture
from screens.widgets.pen import Pen, Point, arc, rounded

# --- parts that several drawings share --------------------------------------------------------------------------------


def social_card(pen: Pen, x: float, y: float, width: float = 60, *, line: str = "primary") -> None:
    """A social security card: band, chip, name lines. `x`, `y` is its lower left corner."""
    height = width * 0.63
    pen.panel(x, y, width, height, width * 0.07, "surface", line)
    band: list[Point] = [
        (x, y + height * 0.74),
        *arc(x + width * 0.07, y + height - width * 0.07, width * 0.07, 180, 90, 6),
        *arc(x + width * 0.93, y + height - width * 0.07, width * 0.07, 90, 0, 6),
        (x + width, y + height * 0.74),
    ]
    pen.shape(band, "primary", "primary", 0.8)
    pen.panel(x + width * 0.1, y + height * 0.34, width * 0.2, height * 0.26, 1.5, "accent_tint", "accent", 1.8)
    pen.line([(x + width * 0.1, y + height * 0.47), (x + width * 0.3, y + height * 0.47)], "accent", 1.2)
    pen.line([(x + width * 0.42, y + height * 0.55), (x + width * 0.86, y + height * 0.55)], "primary", 1.8)
    pen.line([(x + width * 0.42, y + height * 0.4), (x + width * 0.74, y + height * 0.4)], "primary", 1.8)
    pen.line([(x + width * 0.1, y + height * 0.17), (x + width * 0.62, y + height * 0.17)], "primary", 1.8)


def identity_card(pen: Pen, x: float, y: float, width: float = 60) -> None:
    """A resident identity card: lines at the left, portrait at the right."""
    height = width * 0.63
    pen.panel(x, y, width, height, width * 0.07)
    pen.panel(x + width * 0.64, y + height * 0.28, width * 0.27, height * 0.56, 2, "tint", "primary", 1.6)
    pen.dot(x + width * 0.775, y + height * 0.65, width * 0.065, "primary")
    pen.shape(
        [
            *arc(x + width * 0.775, y + height * 0.31, width * 0.1, 0, 180, 16),
        ],
        "primary",
        "primary",
        0.6,
    )
    for row, part in ((0.76, 0.5), (0.6, 0.36), (0.44, 0.46)):
        pen.line([(x + width * 0.1, y + height * row), (x + width * (0.1 + part), y + height * row)], "primary", 1.8)
    pen.line([(x + width * 0.1, y + height * 0.15), (x + width * 0.9, y + height * 0.15)], "accent", 2)


def phone(pen: Pen, x: float, y: float, height: float = 62) -> None:
    width = height * 0.52
    pen.panel(x, y, width, height, height * 0.085, "primary", "primary")
    pen.panel(x + width * 0.08, y + height * 0.06, width * 0.84, height * 0.88, height * 0.05, "surface", None)
    pen.line([(x + width * 0.4, y + height * 0.965), (x + width * 0.6, y + height * 0.965)], "surface", 1.2)


def code(pen: Pen, x: float, y: float, side: float) -> None:
    """A two-dimensional code, only meant: three corners and some modules."""
    cell = side / 7
    for column, row in ((0, 0), (0, 4), (4, 4)):
        pen.panel(
            x + column * cell + cell * 0.2,
            y + row * cell + cell * 0.2,
            cell * 2.6,
            cell * 2.6,
            0.6,
            None,
            "ink",
            cell * 0.5,
        )
        pen.square(x + (column + 1) * cell, y + (row + 1) * cell, cell, "ink")
    for column, row in ((4, 0), (6, 0), (5, 1), (4, 2), (6, 2), (3.2, 3.2), (5.4, 3), (3.2, 5.6), (1, 3.2)):
        pen.square(x + column * cell, y + row * cell, cell * 0.9, "ink")


def badge(pen: Pen, x: float, y: float, radius: float, sign: str) -> None:
    """A disc in the accent with a sign in it: `?`, `!` or a tick."""
    pen.disc(x, y, radius, "surface", "accent", 2.8)
    if sign == "?":
        question_mark(pen, x, y, radius, "accent")
    elif sign == "!":
        pen.line([(x, y + radius * 0.5), (x, y - radius * 0.1)], "accent", 3)
        pen.dot(x, y - radius * 0.48, radius * 0.15, "accent")
    else:
        tick(pen, x, y, radius * 0.62, "accent", 3)


def question_mark(pen: Pen, x: float, y: float, radius: float, line: str, width: float = 3) -> None:
    bow = arc(x, y + radius * 0.26, radius * 0.32, 170, -60, 16)
    pen.line([*bow, (x, y - radius * 0.16)], line, width)
    pen.dot(x, y - radius * 0.5, radius * 0.14, line)


def tick(pen: Pen, x: float, y: float, size: float, line: str, width: float) -> None:
    pen.line(
        [(x - size * 0.72, y + size * 0.02), (x - size * 0.18, y - size * 0.55), (x + size * 0.75, y + size * 0.58)],
        line,
        width,
    )


def yuan(pen: Pen, x: float, y: float, size: float, line: str = "accent", width: float = 2.6) -> None:
    pen.line([(x - size * 0.5, y + size * 0.75), (x, y + size * 0.12), (x + size * 0.5, y + size * 0.75)], line, width)
    pen.line([(x, y + size * 0.12), (x, y - size * 0.75)], line, width)
    for row in (0.05, -0.3):
        pen.line([(x - size * 0.45, y + size * row), (x + size * 0.45, y + size * row)], line, width)


def bust(pen: Pen, x: float, y: float, size: float, fill: str = "tint") -> None:
    """Head and shoulders."""
    shoulders = [*arc(x, y - size * 0.5, size * 0.62, 0, 180, 24)]
    pen.shape(shoulders, fill)
    pen.disc(x, y + size * 0.45, size * 0.34, "accent_tint")


# --- the drawings ----------------------------------------------------------------------------------------------------


def card(pen: Pen) -> None:
    social_card(pen, 10, 25, 80)


def id_card(pen: Pen) -> None:
    identity_card(pen, 10, 25, 80)


def card_lost(pen: Pen) -> None:
    outline = rounded(8, 30, 72, 46, 6)
    pen.shape(outline, "tint", None)
    for index in range(0, len(outline), 1):
        start, end = outline[index], outline[(index + 1) % len(outline)]
        if abs(start[0] - end[0]) + abs(start[1] - end[1]) > 12:
            pen.dashes(start, end)
        else:
            pen.line([start, end])
    pen.panel(16, 46, 15, 12, 1.5, None, "primary", 1.8)
    pen.line([(40, 56), (70, 56)], "primary", 1.8)
    pen.line([(40, 47), (56, 47)], "primary", 1.8)
    badge(pen, 74, 32, 19, "?")


def card_damaged(pen: Pen) -> None:
    """A card broken in two: each half a little turned away."""
    crack: list[Point] = [(52, 78), (45, 66), (54, 56), (46, 45), (53, 30)]
    pen.turn(4, 30, 50)
    left = [*rounded(8, 30, 20, 46, 6)[8:27], *reversed([(x - 3, y - 1) for x, y in crack])]
    pen.shape([(10 + 4, 76), *left[9:18], *[(x - 3, max(30, min(76, y))) for x, y in reversed(crack)]], "surface")
    pen.panel(15, 46, 15, 12, 1.5, "accent_tint", "accent", 1.8)
    pen.line([(15, 37), (36, 37)], "primary", 1.8)
    pen.turn(-6, 70, 50)
    right_corners = rounded(60, 30, 32, 46, 6)
    pen.shape(
        [*[(x + 4, max(30, min(76, y))) for x, y in crack], *right_corners[27:], *right_corners[:9]],
        "surface",
    )
    pen.line([(63, 58), (84, 58)], "primary", 1.8)
    pen.line([(63, 48), (78, 48)], "primary", 1.8)
    pen.straight()
    for start, end in (((50, 92), (50, 84)), ((37, 90), (41, 83)), ((63, 90), (59, 83))):
        pen.line([start, end], "accent", 3)
    pen.line([(50, 24), (50, 16)], "accent", 3)


def phone_alone(pen: Pen) -> None:
    phone(pen, 29, 10, 80)
    for row in range(2):
        for column in range(2):
            pen.panel(37 + column * 14, 58 - row * 15, 11, 11, 2.5, "tint", "primary", 1.6)
    pen.panel(37, 22, 25, 8, 3, "accent_tint", "accent", 1.8)


def office(pen: Pen) -> None:
    pen.panel(20, 10, 60, 62, 2)
    pen.line([(50, 72), (50, 92)])
    pen.shape([(50, 92), (68, 87), (50, 81)], "accent", "accent", 1.6)
    for row in range(3):
        for column in range(3):
            if not (row == 2 and column == 1):
                pen.panel(27 + column * 17, 54 - row * 16.5, 11, 10, 1, "tint", "primary", 1.8)
    pen.panel(43, 10, 14, 20, 1, "primary", "primary", 1.8)
    pen.line([(8, 10), (92, 10)])


def bank(pen: Pen) -> None:
    pen.shape([(10, 62), (50, 88), (90, 62)], "tint")
    yuan(pen, 50, 71, 7, "primary", 2)
    for x in (18, 38, 54, 74):
        pen.panel(x, 24, 8, 34, 0.5)
    pen.panel(12, 14, 76, 8, 1, "tint")
    pen.line([(10, 60), (90, 60)])


def courier(pen: Pen) -> None:
    pen.panel(6, 30, 54, 42, 4, "tint")
    pen.shape([(60, 30), (60, 62), (76, 62), (92, 46), (92, 30)])
    pen.shape([(66, 46), (66, 56), (74, 56), (83, 46)], "tint", "primary", 1.8)
    for x in (24, 74):
        pen.disc(x, 27, 10)
        pen.dot(x, 27, 3.2)
    pen.panel(22, 42, 22, 18, 2, "accent_tint", "accent", 2)
    pen.line([(33, 42), (33, 60)], "accent", 2)


def receipt(pen: Pen) -> None:
    teeth: list[Point] = [(24 + index * 52 / 8, 12 if index % 2 else 18) for index in range(9)]
    pen.shape([(24, 90), *teeth, (76, 90)])
    for row, end, colour in ((78, 66, "primary"), (67, 66, "primary"), (56, 54, "primary")):
        pen.line([(34, row), (end, row)], colour, 2)
    pen.line([(34, 44), (66, 44)], "primary", 1.2)
    yuan(pen, 40, 32, 6, "accent", 2.2)
    pen.line([(52, 32), (66, 32)], "accent", 2.6)


def certificate(pen: Pen) -> None:
    pen.panel(10, 24, 80, 60, 3)
    pen.panel(16, 30, 68, 48, 1.5, None, "primary", 1.2)
    for row, start, end in ((68, 34, 66), (58, 26, 74), (49, 26, 60)):
        pen.line([(start, row), (end, row)], "primary", 2)
    pen.shape([(62, 36), (58, 12), (67, 18), (76, 12), (72, 36)], "accent_tint", "accent", 2)
    pen.disc(67, 38, 11, "accent_tint", "accent", 2.4)
    tick(pen, 67, 38, 6, "accent", 2.4)


def clock(pen: Pen) -> None:
    pen.disc(50, 50, 38)
    for angle in range(0, 360, 30):
        inner, outer = arc(50, 50, 30, angle, angle, 1)[0], arc(50, 50, 33, angle, angle, 1)[0]
        pen.line([inner, outer], "primary", 1.6)
    pen.line([(50, 50), (50, 74)], "primary", 3.2)
    pen.line([(50, 50), (66, 42)], "accent", 3.2)
    pen.dot(50, 50, 3.4)


def money(pen: Pen) -> None:
    pen.panel(6, 38, 76, 42, 4, "tint")
    pen.disc(44, 59, 12, "surface", "primary", 2)
    pen.line([(14, 70), (22, 70)], "primary", 2)
    pen.line([(66, 48), (74, 48)], "primary", 2)
    pen.disc(70, 34, 22, "surface", "accent", 2.8)
    yuan(pen, 70, 34, 12, "accent", 3)


def shield(pen: Pen) -> None:
    outline: list[Point] = [(50, 92), (66, 84), (84, 80), (84, 52), (78, 34), (66, 20), (50, 10)]
    mirror = [(100 - x, y) for x, y in reversed(outline[1:-1])]
    pen.shape([*outline, *mirror], "tint")
    tick(pen, 50, 52, 22, "accent", 5)


def person(pen: Pen) -> None:
    shoulders = [(18, 12), *arc(50, 16, 32, 180, 0, 28), (82, 12)]
    pen.shape(shoulders, "tint")
    pen.disc(50, 68, 19, "accent_tint")


def tick_disc(pen: Pen) -> None:
    pen.disc(50, 50, 38, "good_tint", "good", 3)
    tick(pen, 50, 50, 24, "good", 6)


def warning(pen: Pen) -> None:
    outline = [*arc(50, 82, 6, 150, 30, 8), *arc(88, 20, 6, 30, -90, 8), *arc(12, 20, 6, 270, 150, 8)]
    pen.shape(outline, "warning_tint", "warning", 3)
    pen.line([(50, 62), (50, 40)], "warning", 5)
    pen.dot(50, 27, 3.6, "warning")


def help_bubble(pen: Pen) -> None:
    outline = rounded(10, 30, 80, 58, 18)
    pen.shape([*outline[:27], (26, 30), (24, 10), (46, 30), *outline[27:]], "tint")
    question_mark(pen, 50, 59, 26, "accent", 5)


def staff(pen: Pen) -> None:
    shoulders = [(16, 10), *arc(50, 14, 34, 180, 0, 28), (84, 10)]
    pen.shape(shoulders, "tint")
    pen.disc(50, 68, 18, "accent_tint")
    pen.line(arc(50, 70, 23, 0, 180, 24), "primary", 2.6)
    for x in (27, 73):
        pen.panel(x - 4, 60, 8, 14, 3, "primary", "primary", 1)
    pen.line([(73, 60), (70, 52), (60, 50)], "primary", 2)
    pen.dot(58, 50, 2.6, "accent")
    pen.panel(56, 18, 16, 12, 1.5, "surface", "accent", 2)


def globe(pen: Pen) -> None:
    pen.disc(50, 50, 38, "tint")
    pen.line([(12, 50), (88, 50)], "primary", 2)
    pen.line([(50, 12), (50, 88)], "primary", 2)
    for squeeze in (0.45, -0.45):
        pen.line([(50 + (x - 50) * squeeze, y) for x, y in arc(50, 50, 38, -90, 90, 24)], "primary", 2)
    for y in (31, 69):
        pen.line([(18, y), (82, y)], "primary", 2)


def calendar(pen: Pen) -> None:
    pen.panel(14, 12, 72, 68, 5)
    pen.shape(
        [(14, 62), *rounded(14, 12, 72, 68, 5)[9:18][:1], (14, 75), (19, 80), (81, 80), (86, 75), (86, 62)],
        "primary",
        "primary",
        1,
    )
    for x in (32, 68):
        pen.line([(x, 74), (x, 90)], "primary", 4)
    for row in range(2):
        for column in range(4):
            if (row, column) != (1, 2):
                pen.panel(22 + column * 15, 44 - row * 18, 9, 9, 1, "tint", "primary", 1.2)
    pen.disc(56.5, 30.5, 9, "accent_tint", "accent", 2.4)
    tick(pen, 56.5, 30.5, 5, "accent", 2.4)


def printer(pen: Pen) -> None:
    pen.panel(28, 58, 44, 30, 2, "surface")
    pen.panel(10, 28, 80, 38, 6, "tint")
    pen.panel(26, 8, 48, 34, 2)
    pen.line([(34, 32), (66, 32)], "primary", 2)
    pen.line([(34, 23), (56, 23)], "primary", 2)
    pen.dot(80, 56, 3, "accent")


def network(pen: Pen) -> None:
    for radius in (18, 32, 46):
        pen.line(arc(50, 22, radius, 45, 135, 20), "primary", 4)
    pen.dot(50, 22, 6, "primary")
    badge(pen, 76, 24, 16, "!")


def tools(pen: Pen) -> None:
    pen.turn(45)
    pen.panel(45, 8, 10, 50, 4, "tint")
    pen.shape(
        [
            *arc(50, 74, 18, 235, 115, 4),
            *arc(50, 74, 18, 110, 108, 1),
            (43, 76),
            (57, 76),
            *arc(50, 74, 18, 65, -55, 10),
        ],
        "tint",
    )
    pen.turn(-45)
    pen.panel(43, 54, 14, 36, 5, "accent_tint", "accent")
    pen.panel(47.5, 18, 5, 36, 1, "surface")
    pen.shape([(46, 18), (54, 18), (52.5, 8), (47.5, 8)])
    pen.straight()


OBJECT_DRAWINGS: dict[Picture, Callable[[Pen], None]] = {
    Picture.CARD_LOST: card_lost,
    Picture.CARD_DAMAGED: card_damaged,
    Picture.CARD: card,
    Picture.ID_CARD: id_card,
    Picture.PHONE: phone_alone,
    Picture.OFFICE: office,
    Picture.COURIER: courier,
    Picture.RECEIPT: receipt,
    Picture.CERTIFICATE: certificate,
    Picture.CLOCK: clock,
    Picture.MONEY: money,
    Picture.SHIELD: shield,
    Picture.PERSON: person,
    Picture.TICK: tick_disc,
    Picture.WARNING: warning,
    Picture.HELP: help_bubble,
    Picture.STAFF: staff,
    Picture.GLOBE: globe,
    Picture.CALENDAR: calendar,
    Picture.BANK: bank,
    Picture.PRINTER: printer,
    Picture.NETWORK: network,
    Picture.TOOLS: tools,
}
