"""Cheaper pixels for drawing without a graphics card: the same picture, each pixel touched less often.

Kivy fills every shape from a white texture with smoothing and blending on. Our fills are opaque, so neither changes
what is seen; in software both are most of the price of a picture. Written for Kivy 2.3.1.
"""

from __future__ import annotations

from typing import Any

from kivy.graphics import Callback, ClearBuffers, ClearColor, InstructionGroup, Rectangle, opengl
from kivy.graphics.instructions import VertexInstruction

_SMOOTHING_INSTRUCTIONS = 2
"""What a `Smooth...` shape adds after itself: texture and line of its soft edge, which needs blending."""


def prepare_painting(window: Any) -> None:
    """Once, when the window is open. The stage covers the whole window and clears it itself."""
    white = Rectangle().texture
    white.mag_filter = white.min_filter = "nearest"
    window.clear = _leave_to_the_stage


def _leave_to_the_stage() -> None:
    """The window would also clear depth and stencil, which nothing here uses."""


def clear_all(colour: tuple[float, float, float, float]) -> None:
    """Into the canvas that is open: everything becomes `colour`, many times faster than a rectangle over all."""
    ClearColor(*colour)
    ClearBuffers()


def add_opaque(group: InstructionGroup, shape: VertexInstruction, *, is_smooth: bool = False) -> None:
    """A fill whose colour is opaque: drawn over what lies below without reading it. Its soft edge is blended."""
    group.add(Callback(_blend_off))
    group.add(shape)
    if is_smooth:
        group.insert(len(group.children) - _SMOOTHING_INSTRUCTIONS, Callback(_blend_on))
    else:
        group.add(Callback(_blend_on))


def _blend_off(_instruction: object) -> None:
    opengl.glDisable(opengl.GL_BLEND)


def _blend_on(_instruction: object) -> None:
    opengl.glEnable(opengl.GL_BLEND)
