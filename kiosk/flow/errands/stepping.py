"""The other errands' share of `step` and `view_of`."""

from __future__ import annotations

from kiosk.flow.errands import stepping_other
from kiosk.flow.errands.situations import ErrandSituation
from kiosk.flow.errands.situations_other import OtherSituation
from kiosk.flow.errands.stepping_own import on_own, view_own
from kiosk.flow.events import Event
from kiosk.flow.facts import Moment
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.views import View


def on_errand(terminal: Terminal, situation: ErrandSituation, event: Event, now: Moment) -> Result:
    if isinstance(situation, OtherSituation):
        return stepping_other.on_other(terminal, situation, event, now)
    return on_own(terminal, situation, event, now)


def view_errand(terminal: Terminal, situation: ErrandSituation, now: Moment) -> View:
    if isinstance(situation, OtherSituation):
        return stepping_other.view_other(terminal, situation, now)
    return view_own(terminal, situation, now)
