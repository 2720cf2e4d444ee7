"""The live picture of the camera: one texture for ever, grey, pulled at most 12 times a second and only while shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from kivy.clock import Clock, ClockEvent
from kivy.graphics import Color, InstructionGroup, Line, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty

from screens.theme import Look
from screens.widgets.block import Block, Box, draw_panel

FRAMES_PER_SECOND = 12


class Frame(Protocol):
    """One grey picture: `pixels` holds `width * height` bytes, row by row from the top."""

    @property
    def sequence(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def pixels(self) -> bytes | memoryview: ...


Frames = Callable[[], object | None]


class Preview(Block):
    height_mm = NumericProperty(80.0)
    least_mm = NumericProperty(45.0)
    frames: Frames | None = None
    """Where pictures come from; the stage sets it before the screen is shown."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.texture: Any = None
        self._sequence = -1
        self._event: ClockEvent | None = None

    def height_for(self, look: Look, width: float) -> float:
        return min(look.px(self.height_mm), width * 0.75)

    def least_for(self, look: Look, width: float) -> float:
        return min(look.px(self.least_mm), self.height_for(look, width))

    def place(self, look: Look) -> None:
        del look
        if self._event is None and self.frames is not None:
            self._event = Clock.schedule_interval(self.pull, 1 / FRAMES_PER_SECOND)
            self.pull(0)

    def vanish(self) -> None:
        if self._event is not None:
            self._event.cancel()
            self._event = None
        super().vanish()

    def pull(self, _dt: float) -> None:
        """Takes the newest frame, if there is one that we have not shown."""
        frame = self.frames() if self.frames is not None else None
        if frame is None or frame.sequence == self._sequence:
            return
        self._sequence = frame.sequence
        if self.texture is None or self.texture.size != (frame.width, frame.height):
            self.texture = Texture.create(size=(frame.width, frame.height), colorfmt="luminance")
            self._drawn = None
            self.redraw()
        self.texture.blit_buffer(frame.pixels, colorfmt="luminance", bufferfmt="ubyte")
        canvas: Any = self.canvas
        canvas.ask_update()

    def draw(self, look: Look, group: InstructionGroup) -> None:
        box = Box(self.x, self.y, self.width, self.height)
        draw_panel(group, look, box, fill="tint", border="primary", radius_mm=3)
        if self.texture is None:
            return
        inset = look.px(1.2)
        inner = Box(box.x + inset, box.y + inset, box.width - 2 * inset, box.height - 2 * inset)
        group.add(Color(1, 1, 1, 1))
        group.add(
            Rectangle(
                texture=self.texture, pos=inner[:2], size=inner[2:], tex_coords=covering(self.texture.size, inner)
            )
        )
        self._draw_corners(look, group, inner)

    def _draw_corners(self, look: Look, group: InstructionGroup, box: Box) -> None:
        """Four corners around the place where the code belongs."""
        side, arm, width = min(box.width, box.height) * 0.74, look.px(11), look.px(1.2)
        left, bottom = box.x + (box.width - side) / 2, box.y + (box.height - side) / 2
        group.add(Color(1, 1, 1, 1))
        for x, y, right, up in (
            (left, bottom, 1, 1),
            (left + side, bottom, -1, 1),
            (left, bottom + side, 1, -1),
            (left + side, bottom + side, -1, -1),
        ):
            points = [x + right * arm, y, x, y, x, y + up * arm]
            group.add(Line(points=points, width=width, joint="round", cap="round"))


def covering(texture_size: tuple[float, float], box: Box) -> tuple[float, ...]:
    """Texture coordinates that fill the box without distortion, turned left for right like a mirror."""
    share_x = min(1.0, box.width / box.height * texture_size[1] / texture_size[0])
    share_y = min(1.0, box.height / box.width * texture_size[0] / texture_size[1])
    left, right = 0.5 + share_x / 2, 0.5 - share_x / 2
    low, high = 0.5 + share_y / 2, 0.5 - share_y / 2
    return (left, low, right, low, right, high, left, high)
