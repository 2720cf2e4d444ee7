"""A page on which the camera looks for a code that is no payment."""

from __future__ import annotations

from kiosk.flow.terminal import Terminal
from kiosk.flow.texts import text
from kiosk.flow.views import Option, PayScanView, Phase, Picture

OF_THE_CAMERA = ("several_codes", "oversized", "frozen", "black", "covered", "too_dark", "no_stream")
"""Troubles that have their words already."""


def view_scan(terminal: Terminal, words: str, problem: str, *options: Option) -> PayScanView:
    """`words`: the key under which title, instruction and problems of this scan stand."""
    is_lost = terminal.conditions.device("code_scanner").word not in ("online", "starting")
    key = f"scan.problem.{problem}" if problem in OF_THE_CAMERA else f"{words}.problem.{problem}"
    message = text(key) if problem else None
    return PayScanView(
        title=text(f"{words}.title"),
        amount=None,
        instruction=text(f"{words}.instruction"),
        picture=Picture.PHONE_CODE_TO_CAMERA,
        phase=Phase.TROUBLE if problem or is_lost else Phase.WAITING,
        message=text("missing.code_scanner") if is_lost else message,
        shows_preview=not is_lost,
        options=options,
    )
