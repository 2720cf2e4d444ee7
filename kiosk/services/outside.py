"""Where each effect goes."""

from __future__ import annotations

from collections.abc import Callable
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
    TidyJournal,
)
from kiosk.flow.errands.effects import CentralErrand
from kiosk.flow.errands.effects_other import ReadPassport
from kiosk.flow.staff.effects import StaffEffect
from kiosk.i18n import Catalogue
from kiosk.journal.sender import OutboxSender
from kiosk.services.central_desk import CentralDesk
from kiosk.services.devices import Devices
from kiosk.services.receipts import document_of
from kiosk.services.typing_desk import TypingDesk


class RealOutside:
    """Effects reach devices, the backend and the outbox; all of them return at once."""

    def __init__(  # noqa: PLR0913, PLR0917  one place for each kind of effect
        self,
        devices: Devices,
        central: CentralDesk,
        outbox: OutboxSender,
        catalogue: Catalogue,
        wake_settling: Callable[[], None],
        tidy_journal: Callable[[], None],
        staff: Callable[[StaffEffect], None],
        typing: TypingDesk,
        errands: Callable[[CentralErrand], None],
    ) -> None:
        self._errands = errands
        self._staff = staff
        self._devices = devices
        self._central = central
        self._outbox = outbox
        self._typing = typing
        self._catalogue = catalogue
        self._wake_settling = wake_settling
        self._tidy_journal = tidy_journal

    def set_activities(self, wanted: frozenset[Activity]) -> None:
        self._devices.set_activities(wanted)

    def perform(self, effect: Effect) -> None:
        if isinstance(effect, StaffEffect):
            self._staff(effect)
            return
        if isinstance(effect, ReadPassport):
            self._devices.read_passport(effect.mrz_information)
            return
        if isinstance(effect, CentralErrand):
            self._errands(effect)
            return
        match effect:
            case LookUpPerson() | ReportLoss() | Apply() | RequestPayment() | AskPayment() | CancelPayment():
                self._central.perform(effect)
            case Submit():
                self._outbox.wake()  # the delivery is committed already; this only saves its waiting time
            case PrintReceipt(ref, receipt, language):
                self._devices.print_document(document_of(receipt, self._catalogue, language, ref))
            case FindCandidates():
                self._typing.find(effect)
            case CallStaff():
                self._outbox.wake()  # journalled already; whoever is called should hear of it now
            case Note("session_ended" | "out_of_service"):
                self._outbox.wake()
                self._wake_settling()  # what this session leaves open is nobody else's from here on
            case Note():
                pass  # journalled; the backend hears of it through the outbox's events
            case TidyJournal():
                self._tidy_journal()
            case _:
                assert_never(effect)
