"""Drawings of the work at the printer: open it, put the roll in, take a jam out, close it."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.flow.views import Picture
from screens.widgets.pen import Pen, Point, arc


def _body(pen: Pen) -> None:
    """The printer from the side: a box with a tray for the roll and a slot at the left."""
    pen.panel(12, 8, 76, 40, 6, "tint")
    pen.dot(76, 18, 3, "accent")


def _roll(pen: Pen, x: float, y: float, radius: float) -> None:
    pen.disc(x, y, radius, "surface", "primary")
    pen.disc(x, y, radius * 0.62, None, "line", 1.4)
    pen.disc(x, y, radius * 0.3, "tint", "primary", 2)


def _open_cover(pen: Pen) -> None:
    """Hinged at the right, standing up."""
    pen.turn(-62, 86, 50)
    pen.panel(16, 48, 71, 9, 4, "surface")
    pen.straight()


def printer_open(pen: Pen) -> None:
    """The cover is swung up."""
    _open_cover(pen)
    _body(pen)
    pen.panel(26, 28, 50, 20, 3, "paper", "primary", 2)
    pen.arrow((26, 58), (44, 84))


def paper_roll(pen: Pen) -> None:
    """The roll goes in from above, its end comes out towards the person."""
    _open_cover(pen)
    _body(pen)
    pen.panel(26, 22, 50, 26, 3, "paper", "primary", 2)
    _roll(pen, 46, 62, 17)
    pen.line([(29, 60), (22, 50), (8, 46)], "primary", 2.4)
    pen.arrow((16, 92), (16, 70))


def paper_jam(pen: Pen) -> None:
    """Crumpled paper is pulled out towards the person."""
    _open_cover(pen)
    _body(pen)
    pen.panel(26, 28, 50, 20, 3, "paper", "primary", 2)
    crumpled: list[Point] = [
        (66, 42),
        (58, 58),
        (51, 46),
        (44, 62),
        (37, 48),
        (30, 60),
        (22, 52),
        (22, 45),
        (36, 40),
        (52, 38),
    ]
    pen.shape(crumpled, "surface", "primary", 2.2)
    pen.arrow((24, 72), (4, 60))


def printer_close(pen: Pen) -> None:
    """The cover is pressed down until it clicks; a little paper stands out."""
    _body(pen)
    pen.panel(14, 48, 74, 10, 5, "surface")
    pen.shape([(2, 40), (14, 47), (14, 53), (2, 46)], "surface", "primary", 2)
    for x in (36, 62):
        pen.arrow((x, 90), (x, 64))


def touch_screen(pen: Pen) -> None:
    """Fields on a glass, one of them under a finger."""
    pen.panel(12, 20, 76, 72, 6, "surface")
    for row in range(3):
        for column in range(3):
            is_felt = (row, column) == (1, 1)
            pen.panel(20 + column * 21, 28 + row * 20, 17, 16, 3, "accent_tint" if is_felt else "tint", "primary", 1.8)
    pen.turn(64, 50, 54)
    pen.panel(12, 48, 40, 12, 6, "accent_tint", "primary", 2)
    pen.straight()


def ruler(pen: Pen) -> None:
    """A ruler laid across the glass."""
    pen.panel(26, 6, 48, 88, 5, "surface")
    pen.panel(4, 38, 92, 24, 2, "accent_tint", "primary", 2.2)
    for mark in range(9):
        pen.line([(12 + mark * 9.5, 62), (12 + mark * 9.5, 62 - (12 if mark % 4 == 0 else 7))], "primary", 2)


def loudspeaker(pen: Pen) -> None:
    """A cone and the sound that leaves it."""
    pen.shape([(14, 38), (30, 38), (52, 18), (52, 82), (30, 62), (14, 62)], "tint", "primary", 2.6)
    for radius in (14, 26, 38):
        pen.line(arc(54, 50, radius, -42, 42, 16), "accent", 3.4)


def power(pen: Pen) -> None:
    """The sign of the power switch."""
    pen.line(arc(50, 46, 34, 122, 418, 40), "primary", 6)
    pen.line([(50, 90), (50, 48)], "accent", 6)


STAFF_DRAWINGS: dict[Picture, Callable[[Pen], None]] = {
    Picture.PRINTER_OPEN: printer_open,
    Picture.PAPER_ROLL: paper_roll,
    Picture.PAPER_JAM: paper_jam,
    Picture.PRINTER_CLOSE: printer_close,
    Picture.TOUCH_SCREEN: touch_screen,
    Picture.RULER: ruler,
    Picture.LOUDSPEAKER: loudspeaker,
    Picture.POWER: power,
}
