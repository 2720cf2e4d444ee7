"""The live picture of the camera: one texture for ever, grey, pulled at most 12 times a second and only while shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kivy.clock import Clock, ClockEvent
from kivy.graphics import Color, InstructionGroup, Rectangle
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
        self.texture: Texture | None = None
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
            self.texture.flip_vertical()
            self._drawn = None
            self.redraw()
        self.texture.blit_buffer(frame.pixels, colorfmt="luminance", bufferfmt="ubyte")
        self.canvas.ask_update()

    def draw(self, look: Look, group: InstructionGroup) -> None:
        box = Box(self.x, self.y, self.width, self.height)
        draw_panel(group, look, box, fill="tint", border="primary", radius_mm=3)
        if self.texture is None:
            return
        inset = look.px(1.5)
        scale = min((box.width - 2 * inset) / self.texture.width, (box.height - 2 * inset) / self.texture.height)
        width, height = self.texture.width * scale, self.texture.height * scale
        group.add(Color(1, 1, 1, 1))
        group.add(
            Rectangle(texture=self.texture, pos=(self.center_x - width / 2, self.center_y - height / 2), size=(width, height))
        )
