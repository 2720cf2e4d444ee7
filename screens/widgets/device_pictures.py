"""Large drawings that show the hand what to do: which thing, held how, to which place of the terminal."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.flow.views import Picture
from screens.widgets.object_pictures import code, identity_card, phone, social_card
from screens.widgets.pen import Pen, arc, rounded


def _finger(pen: Pen, x: float, y: float, length: float, thickness: float, degrees: float) -> None:
    """A finger from its tip at (x, y), pointing along `degrees`."""
    outline = [(px, py) for px, py in rounded(x - length, y - thickness / 2, length, thickness, thickness / 2)]
    pen.turn(degrees, x, y)
    pen.shape(outline, "accent_tint", "primary", 2)
    pen.straight()


def _sleeve(pen: Pen, x: float, y: float, width: float, height: float) -> None:
    pen.panel(x, y, width, height, 3, "primary", "primary", 2)


def id_card_on_reader(pen: Pen) -> None:
    """The card is laid flat on the reader's pad."""
    _hand_over_a_pad(pen)
    identity_card(pen, 16, 58, 54)
    _thumb_and_arrows(pen)


def passport_on_reader(pen: Pen) -> None:
    """The closed passport is laid flat on the reader's pad."""
    _hand_over_a_pad(pen)
    pen.panel(16, 57, 54, 36, 3, "primary", "primary", 1.8)
    pen.line([(22, 59), (22, 91)], "tint", 1.4)
    pen.disc(46, 79, 8, None, "tint", 2)
    pen.disc(46, 79, 3, None, "tint", 1.6)
    pen.line([(34, 65), (58, 65)], "tint", 2)
    _thumb_and_arrows(pen)


def _hand_over_a_pad(pen: Pen) -> None:
    pen.shape([(8, 8), (92, 8), (92, 20), (80, 40), (20, 40), (8, 20)], "surface")
    pen.line([(8, 20), (92, 20)], "primary", 2)
    pen.shape([(22, 24), (78, 24), (71, 36), (29, 36)], "tint", "primary", 1.8)
    pen.dot(84, 14, 2.4, "accent")
    pen.line([(40, 14), (60, 14)], "primary", 2)
    for y in (62, 69, 76):
        _finger(pen, 60, y, 26, 7.5, 180)
    pen.panel(70, 57, 22, 30, 9, "accent_tint", "primary", 2)
    _sleeve(pen, 87, 56, 14, 32)


def _thumb_and_arrows(pen: Pen) -> None:
    _finger(pen, 61, 84, 24, 9, 172)
    pen.arrow((32, 53), (32, 41))
    pen.arrow((58, 53), (58, 41))


def card_into_slot(pen: Pen) -> None:
    """The card goes into the slot from above."""
    pen.panel(8, 8, 84, 42, 5, "tint")
    pen.panel(20, 38, 60, 7, 3.5, "primary", "primary", 1)
    pen.turn(-90, 50, 62)
    social_card(pen, 22, 43, 58)
    pen.straight()
    pen.panel(20, 12, 60, 27.5, 1, "tint", None)
    pen.line([(20, 39), (80, 39)], "primary", 3)
    pen.panel(38, 18, 24, 10, 2, "surface", "primary", 1.8)
    pen.dot(76, 22, 2.6, "accent")
    pen.arrow((18, 86), (18, 60))
    pen.arrow((82, 86), (82, 60))


def phone_code_to_camera(pen: Pen) -> None:
    """The phone's screen is turned to the camera above it."""
    pen.shape([(40, 76), (60, 76), (80, 44), (20, 44)], "accent_tint", None)
    pen.dashes((41, 75), (22, 46), "accent", 1.8)
    pen.dashes((59, 75), (78, 46), "accent", 1.8)
    pen.panel(16, 74, 68, 20, 6, "surface")
    pen.disc(50, 84, 7, "primary", "primary")
    pen.disc(50, 84, 3, "tint", None)
    pen.dot(74, 84, 2.4, "accent")
    pen.shape([(36, 2), (34, 24), (70, 24), (68, 2)], "accent_tint", "primary", 2)
    _sleeve(pen, 33, -2, 38, 10)
    phone(pen, 36, 12, 54)
    code(pen, 40, 32, 20)
    for y in (20, 28, 36, 44):
        _finger(pen, 41, y, 12, 7, 0)
    pen.turn(0)
    _finger(pen, 57, 26, 18, 9, 150)
    pen.arrow((90, 34), (90, 62))


def scan_screen_with_phone(pen: Pen) -> None:
    """The phone looks at the code on our screen."""
    pen.panel(6, 22, 50, 68, 5)
    pen.panel(12, 34, 38, 50, 2, "tint", None)
    code(pen, 17, 44, 28)
    pen.line([(24, 28), (38, 28)], "primary", 2)
    pen.shape([(48, 60), (48, 52), (66, 40), (66, 72)], "accent_tint", None)
    pen.dashes((49, 60), (64, 71), "accent", 1.8)
    pen.dashes((49, 52), (64, 41), "accent", 1.8)
    pen.shape([(66, 4), (64, 26), (96, 26), (95, 4)], "accent_tint", "primary", 2)
    _sleeve(pen, 63, -2, 34, 10)
    phone(pen, 65, 16, 56)
    for corner_x, corner_y, turn in ((72, 54, 90), (87, 54, 0), (72, 36, 180), (87, 36, 270)):
        pen.line(arc(corner_x, corner_y, 3, turn, turn + 90, 6), "accent", 2.4)
    pen.line([(71, 45), (88, 45)], "accent", 2.4)
    for y in (24, 32, 40):
        _finger(pen, 69, y, 10, 7, 0)
    _finger(pen, 85, 30, 16, 9, 150)


def hand_in(pen: Pen) -> None:
    """The old card goes into the box."""
    pen.panel(14, 6, 72, 40, 4, "tint")
    pen.panel(26, 34, 48, 6, 3, "primary", "primary", 1)
    pen.panel(70, 56, 22, 28, 9, "accent_tint", "primary", 2)
    _sleeve(pen, 87, 55, 14, 30)
    pen.turn(-14, 50, 62)
    social_card(pen, 26, 46, 48)
    pen.straight()
    _finger(pen, 62, 78, 26, 9, 184)
    pen.arrow((16, 80), (16, 54))


DEVICE_DRAWINGS: dict[Picture, Callable[[Pen], None]] = {
    Picture.ID_CARD_ON_READER: id_card_on_reader,
    Picture.PASSPORT_ON_READER: passport_on_reader,
    Picture.CARD_INTO_SLOT: card_into_slot,
    Picture.PHONE_CODE_TO_CAMERA: phone_code_to_camera,
    Picture.SCAN_SCREEN_WITH_PHONE: scan_screen_with_phone,
    Picture.HAND_IN: hand_in,
}
