"""People before a terminal: how many come, whether they pay, and when nobody is there."""

from __future__ import annotations

from random import Random
from typing import Final

from kiosk.domain.application import PaymentMethod, PaymentState
from kiosk.flow.effects import Note, RequestPayment
from kiosk.flow.events import CentralChanged, DeviceChanged, PaymentAnswered
from kiosk.flow.facts import DEVICE_NAMES, DeviceFacts, PaymentFacts
from kiosk.flow.texts import literal
from kiosk.flow.views import AttractView, Display, Frame, OutOfServiceView
from kiosk.services.fleet.watching import Watching

VISITS_AN_HOUR: Final = 8.0
_WORDS = literal("simulated")
_OPEN: Final = Display(1, Frame(), AttractView(_WORDS, (), (), _WORDS, _WORDS))
_CLOSED: Final = Display(1, Frame(), OutOfServiceView(_WORDS, _WORDS, (), "simulated"))
_FEE_FEN: Final = 2000


class Lobby:
    """Tells `watching` what the flow of a real terminal would; visits are over within one look."""

    def __init__(self, watching: Watching, chance: Random) -> None:
        self._watching = watching
        self._chance = chance
        self._payments = 0

    def open(self) -> None:
        """Everything about the machine is as it should be."""
        for name in DEVICE_NAMES:
            self._watching.event(DeviceChanged(name, DeviceFacts("online")))
        self._watching.event(CentralChanged(is_reachable=True, are_payments_open=True, clock_skew_s=0.0))
        self.show(is_open=True)

    def show(self, *, is_open: bool) -> None:
        self._watching.display(_OPEN if is_open else _CLOSED)

    def pass_time(self, seconds: float, success: float) -> None:
        """People come and go; `success` is the share of payments that arrive."""
        expected = VISITS_AN_HOUR * seconds / 3600
        visits = int(expected) + (self._chance.random() < expected % 1)
        for _ in range(visits):
            self._visit(is_paid=self._chance.random() < success)

    def _visit(self, *, is_paid: bool) -> None:
        self._payments += 1
        number, method = f"SIM{self._payments}", PaymentMethod.CODE_SHOWN
        self._watching.effect(RequestPayment(number, "", method, _FEE_FEN, ""))
        if is_paid:
            facts = PaymentFacts(number, "", PaymentState.PAID, method, _FEE_FEN)
            self._watching.event(PaymentAnswered(facts))
        self._watching.effect(Note("session_ended", (("outcome", "completed" if is_paid else "given_up"),)))
