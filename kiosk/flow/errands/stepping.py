"""The other errands' share of `step` and `view_of`."""

from __future__ import annotations

from kiosk.flow.errands.situations import ErrandSituation
from kiosk.flow.errands.stepping_own import on_own, view_own
from kiosk.flow.events import Event
from kiosk.flow.facts import Moment
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.views import View


def on_errand(terminal: Terminal, situation: ErrandSituation, event: Event, now: Moment) -> Result:
    return on_own(terminal, situation, event, now)


def view_errand(terminal: Terminal, situation: ErrandSituation, now: Moment) -> View:
    return view_own(terminal, situation, now)
