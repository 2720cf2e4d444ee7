"""The slip."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from kiosk.domain.application import PaymentMethod, Reason
from kiosk.domain.beijing_time import BEIJING
from kiosk.domain.money import Money
from kiosk.domain.receipt import ORIGINAL, POSSIBLE_DUPLICATE, CopyKind, CopyMark, PaidBy, PickUp, Receipt, duplicate

RECEIPT = Receipt(
    office_name="无名街道办事处",
    terminal_id="T-0001",
    application_number="A20260212-0001",
    submitted_at=datetime(2026, 2, 12, 10, 0, tzinfo=BEIJING),
    reason=Reason.LOST,
    masked_name="王**",
    id_last_four="1130",
    delivery=PickUp("无名街道办事处", "无名路1号", "9:00-17:00"),
    card_date=date(2026, 2, 25),
    fee=Money(2000),
    paid_by=PaidBy(PaymentMethod.CODE_SHOWN, "SSC260212T00010001"),
    tracking_link="https://example.org/t",
    certificate_link="https://example.org/c",
)


def test_a_slip_is_the_original_unless_marked() -> None:
    assert RECEIPT.copy == ORIGINAL
    assert replace(RECEIPT, copy=duplicate(2)).copy == CopyMark(CopyKind.DUPLICATE, 2)
    assert POSSIBLE_DUPLICATE.kind is CopyKind.POSSIBLE_DUPLICATE


def test_a_slip_never_holds_the_whole_number() -> None:
    with pytest.raises(ValueError, match="last four"):
        replace(RECEIPT, id_last_four="11010520990228113X")


@pytest.mark.parametrize(
    ("kind", "number"), [(CopyKind.DUPLICATE, 0), (CopyKind.ORIGINAL, 1), (CopyKind.DUPLICATE, -1)]
)
def test_only_duplicates_are_counted(kind: CopyKind, number: int) -> None:
    with pytest.raises(ValueError, match="with number"):
        CopyMark(kind, number)


def test_a_slip_stays_out_of_logs() -> None:
    assert "王" not in repr(RECEIPT)
