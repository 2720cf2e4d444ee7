"""Where each effect goes."""

from __future__ import annotations

from typing import assert_never

from kiosk.flow.effects import (
    Activity,
    Apply,
    AskPayment,
    CallStaff,
    CancelPayment,
    Effect,
    FindCandidates,
    LookUpPerson,
    Note,
    PrintReceipt,
    ReportLoss,
    RequestPayment,
    Submit,
)
from kiosk.i18n import Catalogue
from kiosk.journal.sender import OutboxSender
from kiosk.services.central_desk import CentralDesk
from kiosk.services.devices import Devices
from kiosk.services.receipts import document_of
from kiosk.services.typing_desk import TypingDesk


class RealOutside:
    """Effects reach devices, the backend and the outbox; all of them return at once."""

    def __init__(
        self, devices: Devices, central: CentralDesk, outbox: OutboxSender, catalogue: Catalogue, typing: TypingDesk
    ) -> None:
        self._devices = devices
        self._central = central
        self._outbox = outbox
        self._typing = typing
        self._catalogue = catalogue

    def set_activities(self, wanted: frozenset[Activity]) -> None:
        self._devices.set_activities(wanted)

    def perform(self, effect: Effect) -> None:
        match effect:
            case LookUpPerson() | ReportLoss() | Apply() | RequestPayment() | AskPayment() | CancelPayment():
                self._central.perform(effect)
            case Submit():
                self._outbox.wake()  # the delivery is committed already; this only saves its waiting time
            case PrintReceipt(receipt, language):
                self._devices.print_document(document_of(receipt, self._catalogue, language))
            case FindCandidates():
                self._typing.find(effect)
            case CallStaff() | Note():
                pass  # journalled; the backend hears of it through the outbox's events
            case _:
                assert_never(effect)
