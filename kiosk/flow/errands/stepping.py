"""The other errands' share of `step` and `view_of`: one line per situation."""

from __future__ import annotations

from kiosk.flow.errands import stepping_other
from kiosk.flow.errands.situations import ErrandSituation
from kiosk.flow.errands.situations_other import OtherSituation
from kiosk.flow.events import Event
from kiosk.flow.facts import Moment
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.texts import text
from kiosk.flow.views import View, WorkingView


def on_errand(terminal: Terminal, situation: ErrandSituation, event: Event, now: Moment) -> Result:
    if isinstance(situation, OtherSituation):
        return stepping_other.on_other(terminal, situation, event, now)
    return terminal, ()


def view_errand(terminal: Terminal, situation: ErrandSituation, now: Moment) -> View:
    if isinstance(situation, OtherSituation):
        return stepping_other.view_other(terminal, situation, now)
    return WorkingView(text("looking_up.title"), text("looking_up.detail"))
