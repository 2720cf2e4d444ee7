"""What is on the screen, machine-readable: for the bench page, the tour and the tests. Texts are as people see them."""

from __future__ import annotations

from typing import Any

from screens.stage import Stage
from screens.widgets.qr import QrCode
from screens.widgets.target import Target
from screens.widgets.words import Words


def describe(stage: Stage) -> dict[str, Any]:
    """`view` and `overlay` are class names; places are pixels from the upper left corner of the window.

    `elements` are what can be touched: id, kind, text, x, y, width, height, is_enabled, is_primary. `texts` are all
    texts in reading order; `codes` are contents of QR codes with their places. On a page that has just come nothing is
    enabled yet. Call it on Kivy's thread.
    """
    display = stage.display
    if display is None:
        return {"view": None, "overlay": None, "serial": -1, "elements": [], "texts": [], "codes": []}
    blocks = list(stage.blocks())
    return {
        "view": type(display.view).__name__,
        "overlay": None if display.overlay is None else type(display.overlay).__name__,
        "serial": display.serial,
        "language": display.frame.language.value,
        "size": display.frame.size.value,
        "theme": display.frame.theme.value,
        "focus": display.frame.focus.control_id,
        "phase": _plain(display.view, "phase"),
        "number": _plain(display.view, "number"),
        "width": int(stage.width),
        "height": int(stage.height),
        "elements": [_element(stage, block) for block in blocks if isinstance(block, Target)],
        "texts": [block.string(block.look) for block in blocks if isinstance(block, Words) and block.look],
        "codes": [{"content": block.content, **_place(stage, block)} for block in blocks if isinstance(block, QrCode)],
    }


def _plain(view: object, name: str) -> str | None:
    """A field that some views have and that is no text: the phase of a device step, the application number."""
    value = getattr(view, name, None)
    return None if value is None else str(value)


def _element(stage: Stage, target: Target) -> dict[str, Any]:
    return {
        "id": target.element_id,
        "kind": target.kind,
        "text": target.caption(target.look) if target.look else "",
        **_place(stage, target),
        "is_enabled": bool(target.is_enabled) and stage.may_touch(),
        "is_primary": bool(target.is_primary),
    }


def _place(stage: Stage, block: Any) -> dict[str, int]:
    return {
        "x": int(block.x),
        "y": int(stage.height - block.top),
        "width": int(block.width),
        "height": int(block.height),
    }
