"""The ring around the control on which the five keys stand: 1.6 mm thick, with a gap, in the colour of the writing.

Outside the control and inside the gap between targets, so that it covers nothing; a line of the ground's colour on
both sides keeps it apart from whatever it stands on.
"""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, InstructionGroup, SmoothLine

from kiosk.flow.controls import Place
from screens.theme import Look
from screens.widgets.target import Target

RING_MM = 1.6
AWAY_MM = 0.5
ROUND_MM = 4.0


class FocusRing:
    """Draws into a canvas that comes after everything else."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._drawn: tuple[object, ...] = ()

    def show(self, look: Look, target: Target | None, place: Place) -> None:
        """Only when something has changed."""
        box = () if target is None else (*target.pos, *target.size)
        state = (id(look), place, *box)
        if state != self._drawn:
            self._drawn = state
            self._canvas.clear()
            if target is not None:
                self._canvas.add(_ring(look, target, place))


def _ring(look: Look, target: Target, place: Place) -> InstructionGroup:
    group = InstructionGroup()
    ink, ground = ("on_header", "header") if place is Place.HEADER else ("ink", "paper")
    thick = max(2.0, RING_MM * look.px_per_mm)
    away = AWAY_MM * look.px_per_mm
    outset = away + thick / 2
    for name, width in ((ground, thick + 2 * away), (ink, thick)):
        group.add(Color(*look.colour(name)))
        group.add(
            SmoothLine(
                rounded_rectangle=(
                    target.x - outset,
                    target.y - outset,
                    target.width + 2 * outset,
                    target.height + 2 * outset,
                    look.px(ROUND_MM) + outset,
                    32,
                ),
                width=width / 2,
                close=True,
            )
        )
    return group
