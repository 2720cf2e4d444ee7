"""Small signs beside text: a number, an arrow, a warning, a phase. Shape says it before colour does."""

from __future__ import annotations

from collections.abc import Hashable

from kivy.graphics import InstructionGroup
from kivy.properties import NumericProperty, ObjectProperty, StringProperty

from kiosk.flow.views import Phase
from screens.theme import Look
from screens.widgets.block import Block, Box
from screens.widgets.object_pictures import tick
from screens.widgets.pen import Pen, arc
from screens.widgets.words import Words


class Sign(Block):
    """`>` `<` `?` `x` `!` `stop` `~` (going on) `tick` `now` `to_come` `sound`, or a number in a disc."""

    sign = StringProperty("")
    colour = StringProperty("primary")
    height_mm = NumericProperty(8.0)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.number = Words(text="", role="small", is_bold=True, halign="center", colour="on_primary")
        self.add_widget(self.number)

    def height_for(self, look: Look, width: float) -> float:
        del width
        return look.sized(self.height_mm)

    def width_for(self, look: Look) -> float:
        side = look.sized(self.height_mm)
        return max(side, look.font_px("small") * 1.7) if self.sign.isdigit() else side

    def place(self, look: Look) -> None:
        self.number.text = self.sign if self.sign.isdigit() else ""
        if self.sign.isdigit():
            self.number.arrange(look, self._disc())
        else:
            self.number.vanish()

    def _disc(self) -> Box:
        """The square that the disc is drawn in: beside words of several lines a sign is higher than wide."""
        side = min(self.width, self.height)
        return Box(self.x, self.center_y - side / 2, self.width, side)

    def ink(self) -> Hashable:
        return (self.sign, self.colour)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        draw_sign(Pen(look, group, Box(self.x, self.y, self.width, self.height)), self.sign, self.colour)


def _draw_step(pen: Pen, sign: str) -> None:
    """Where a way is: a ring with a heart, or an empty ring. What is behind has a tick."""
    if sign == "now":
        pen.disc(50, 50, 42, "surface", "primary", 11)
        pen.dot(50, 50, 20, "primary")
    else:
        pen.disc(50, 50, 36, "surface", "ink_soft", 6)


def draw_sign(pen: Pen, sign: str, colour: str) -> None:
    match sign:
        case ">":
            pen.line([(36, 86), (68, 50), (36, 14)], colour, 11)
        case "<":
            pen.line([(90, 50), (12, 50)], colour, 10)
            pen.line([(46, 84), (12, 50), (46, 16)], colour, 10)
        case "x":
            pen.line([(20, 20), (80, 80)], colour, 11)
            pen.line([(20, 80), (80, 20)], colour, 11)
        case "?":
            pen.disc(50, 50, 44, None, colour, 8)
            pen.line([*arc(50, 60, 15, 170, -60, 16), (50, 40)], colour, 9)
            pen.dot(50, 25, 6, colour)
        case "!":
            pen.shape(
                [*arc(50, 86, 5, 150, 30, 6), *arc(92, 14, 5, 30, -90, 6), *arc(8, 14, 5, 270, 150, 6)],
                "warning_tint",
                "warning",
                8,
            )
            pen.line([(50, 62), (50, 40)], "warning", 10)
            pen.dot(50, 25, 6, "warning")
        case "stop":
            pen.shape(arc(50, 50, 48, 22.5, 337.5, 7), "warning", "warning", 3)
            pen.line([(32, 32), (68, 68)], "warning_tint", 11)
            pen.line([(32, 68), (68, 32)], "warning_tint", 11)
        case "tick":
            pen.disc(50, 50, 44, "good", "good", 4)
            tick(pen, 50, 50, 26, "surface", 11)
        case "now" | "to_come":
            _draw_step(pen, sign)
        case "~":
            for x in (16, 50, 84):
                pen.dot(x, 50, 11, colour)
        case "wait":
            pen.disc(50, 50, 44, None, colour, 8)
            pen.line([(50, 50), (50, 78)], colour, 8)
            pen.line([(50, 50), (68, 40)], colour, 8)
        case "sound":
            pen.shape([(10, 38), (28, 38), (52, 14), (52, 86), (28, 62), (10, 62)], colour, colour, 4)
            pen.line(arc(54, 50, 18, 50, -50, 12), colour, 8)
            pen.line(arc(54, 50, 36, 50, -50, 16), colour, 8)
        case _ if sign.isdigit():
            pen.dot(50, 50, 48, colour)
        case _:
            pass


PHASE_SIGNS: dict[Phase, tuple[str, str]] = {
    Phase.WAITING: ("wait", "tint"),
    Phase.WORKING: ("~", "tint"),
    Phase.TROUBLE: ("!", "warning_tint"),
    Phase.DONE: ("tick", "good_tint"),
}


class PhaseSign(Sign):
    phase = ObjectProperty(Phase.WAITING)

    def on_phase(self, *_: object) -> None:
        self.sign = PHASE_SIGNS[self.phase][0]
