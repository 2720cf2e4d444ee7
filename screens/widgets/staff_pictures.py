"""Drawings of the work at the printer: open it, put the roll in, take a jam out, close it."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.flow.views import Picture
from screens.widgets.pen import Pen


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
    pen.turn(62, 86, 50)
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
    crumpled = [(66, 42), (58, 58), (51, 46), (44, 62), (37, 48), (30, 60), (22, 52), (22, 45), (36, 40), (52, 38)]
    pen.shape(crumpled, "surface", "primary", 2.2)
    pen.arrow((24, 72), (4, 60))


def printer_close(pen: Pen) -> None:
    """The cover is pressed down until it clicks; a little paper stands out."""
    _body(pen)
    pen.panel(14, 48, 74, 10, 5, "surface")
    pen.shape([(2, 40), (14, 47), (14, 53), (2, 46)], "surface", "primary", 2)
    for x in (36, 62):
        pen.arrow((x, 90), (x, 64))


STAFF_DRAWINGS: dict[Picture, Callable[[Pen], None]] = {
    Picture.PRINTER_OPEN: printer_open,
    Picture.PAPER_ROLL: paper_roll,
    Picture.PAPER_JAM: paper_jam,
    Picture.PRINTER_CLOSE: printer_close,
}
