"""The other errands' share of `step` and `view_of`: one line per situation."""

from __future__ import annotations

from kiosk.flow.errands.situations import ErrandSituation
from kiosk.flow.events import Event
from kiosk.flow.facts import Moment
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.texts import text
from kiosk.flow.views import View, WorkingView


def on_errand(terminal: Terminal, situation: ErrandSituation, event: Event, now: Moment) -> Result:
    return terminal, ()


def view_errand(terminal: Terminal, situation: ErrandSituation, now: Moment) -> View:
    return WorkingView(text("looking_up.title"), text("looking_up.detail"))
