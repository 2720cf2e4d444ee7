"""The daily comparison with the gateway's bill finds what was planted, settles what it can, and reports it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.clock import city_day
from backend.payments.gateway import Unclear
from backend.payments.reconciliation import (
    AmountDiffers,
    Difference,
    PaidNotRecorded,
    RecordedNotInBill,
    RefundNotRecorded,
    Report,
    UnknownOrder,
)
from kiosk.domain.application import PaymentState
from tests.contract.payments.bench import FEE_FEN, Office


def next_morning(office: Office) -> date:
    """Go to eleven o'clock of the next day in the city; the day that has passed."""
    now = office.sandbox.now().astimezone(ZoneInfo("Asia/Shanghai"))
    morning = (now + timedelta(days=1)).replace(hour=11, minute=0)
    office.sandbox.advance((morning - now).total_seconds())
    return now.date()


def ours(office: Office, report: Report | Unclear) -> list[Difference]:
    """The sandbox's bill has the orders of other tests too; they are strangers to this office."""
    assert isinstance(report, Report)
    return [found for found in report.differences if office.prefix in found.payment_number]


def paid(office: Office) -> dict[str, str]:
    payment = office.begun()
    office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    office.cancel(payment["payment_number"])
    assert office.show(payment["payment_number"])["state"] == "PAID"
    return payment


def test_a_day_in_order_has_no_differences(office: Office) -> None:
    paid(office)
    report = office.job.reconcile(next_morning(office))
    assert ours(office, report) == []
    assert isinstance(report, Report)
    assert report.paid_fen >= FEE_FEN


@pytest.mark.parametrize("state", ["CLOSED", "UNKNOWN"])
def test_money_that_we_missed_is_found_and_settled(office: Office, state: str) -> None:
    payment = office.begun()
    office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    office.rewrite(payment["payment_number"], state=state, next_check_at=None)
    report = office.job.reconcile(next_morning(office))
    assert ours(office, report) == [PaidNotRecorded(payment["payment_number"], FEE_FEN, PaymentState.PAID)]
    assert office.paid_by(payment["application_number"]) == payment["payment_number"]


def test_another_amount_is_reported(office: Office) -> None:
    payment = paid(office)
    office.rewrite(payment["payment_number"], captured_fen=1500)
    report = office.job.reconcile(next_morning(office))
    assert ours(office, report) == [AmountDiffers(payment["payment_number"], 1500, FEE_FEN)]


def test_money_that_only_we_know_of_is_reported(office: Office) -> None:
    payment = paid(office)
    office.rewrite(payment["payment_number"], paid_at=datetime(2026, 1, 5, 4, 0, tzinfo=UTC))
    report = office.job.reconcile(date(2026, 1, 5))
    assert ours(office, report) == [RecordedNotInBill(payment["payment_number"], FEE_FEN)]


def test_an_order_that_we_never_made_is_reported(office: Office) -> None:
    payment = paid(office)
    office.rewrite(payment["payment_number"], payment_number=f"other{office.prefix}")
    report = office.job.reconcile(next_morning(office))
    assert UnknownOrder(payment["payment_number"], FEE_FEN) in ours(office, report)


def test_money_given_back_behind_our_back_is_reported(office: Office) -> None:
    payment = paid(office)
    office.service.gateway.refund(payment["payment_number"], FEE_FEN)
    report = office.job.reconcile(next_morning(office))
    assert ours(office, report) == [RefundNotRecorded(payment["payment_number"], FEE_FEN)]


def test_the_bill_of_today_is_not_there_yet(office: Office) -> None:
    assert isinstance(office.job.reconcile(city_day(office.sandbox.now())), Unclear)


def test_each_day_is_reconciled_once_by_the_job(either_office: Office) -> None:
    paid(either_office)
    passed = next_morning(either_office)
    first = either_office.job.reconcile_due()
    assert [report.day for report in first] == [passed]
    assert either_office.job.reconcile_due() == []


def test_a_bill_that_differs_from_its_hash_is_not_believed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    paid(office)
    passed = next_morning(office)
    client = office.service.gateway.client  # type: ignore[attr-defined]
    whole = client.download_bill

    def changed(url: str) -> tuple[int, bytes]:
        status, content = whole(url)
        return status, content[:-20]

    monkeypatch.setattr(client, "download_bill", changed)
    assert isinstance(office.job.reconcile(passed), Unclear)


def test_a_fee_that_buys_nothing_goes_back_once(either_office: Office) -> None:
    """The application was paid, and the office rejected it: the gateway gives the money back, and only once."""
    payment = paid(either_office)
    assert either_office.service.give_back_in_vain(10) == []
    either_office.cancel_application(payment["application_number"])
    assert either_office.service.give_back_in_vain(10) == [payment["payment_number"]]
    assert either_office.show(payment["payment_number"])["state"] in ("REFUND_DUE", "REFUNDED")
    assert either_office.service.give_back_in_vain(10) == []
