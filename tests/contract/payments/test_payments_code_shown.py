"""The payer scans our code: paid by notification, by query, late, never; cancelled, and cancelled too late."""

import threading

import pytest
import requests

from tests.contract.payments.bench import FEE_FEN, LIMIT_S, Office


def test_the_phone_shows_what_is_due(office: Office) -> None:
    payment = office.begun()
    assert (payment["state"], payment["waits_for"], payment["amount_fen"]) == ("REQUESTED", "payer", FEE_FEN)
    shown = office.sandbox.post("/phone/scan", code_url=payment["code_url"])
    assert (shown["amount_fen"], shown["out_trade_no"]) == (FEE_FEN, payment["payment_number"])


def test_a_notification_settles_the_payment(either_office: Office) -> None:
    payment = either_office.begun()
    either_office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    assert either_office.sandbox.release(payment["payment_number"]) == [[204]]
    settled = either_office.show(payment["payment_number"])
    assert (settled["state"], settled["channel"]) == ("PAID", "wechat")
    assert either_office.paid_by(payment["application_number"]) == payment["payment_number"]


def test_the_sandbox_notifies_by_itself(office: Office) -> None:
    payment = office.begun()
    office.sandbox.faults(hold_notifications=False)
    office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    assert office.ledger.paid.wait(LIMIT_S)


def test_a_notification_may_come_many_times(office: Office) -> None:
    payment = office.begun()
    office.sandbox.faults(duplicate_notifications=3)
    office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    assert office.sandbox.release(payment["payment_number"]) == [[204, 204, 204, 204]]
    assert office.show(payment["payment_number"])["state"] == "PAID"


def test_a_query_settles_the_payment_when_the_notification_is_lost(office: Office) -> None:
    payment = office.begun()
    office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    office.later(16)
    assert office.show(payment["payment_number"])["state"] == "PAID"
    assert office.sandbox.release(payment["payment_number"]) == [[204]]


def test_a_running_job_settles_the_payment(office: Office, stop: threading.Event) -> None:
    payment = office.begun()
    office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    office.sandbox.advance(16)
    thread = threading.Thread(target=office.job.run, args=(stop,))
    thread.start()
    assert office.ledger.paid.wait(LIMIT_S)
    stop.set()
    thread.join(LIMIT_S)
    assert not thread.is_alive()


def test_a_payer_who_turns_away_leaves_the_payment_open(office: Office) -> None:
    payment = office.begun()
    office.sandbox.post("/phone/decline", code_url=payment["code_url"])
    office.later(16)
    assert office.show(payment["payment_number"])["state"] == "REQUESTED"


def test_cancelling_closes_the_order_at_the_gateway(office: Office) -> None:
    payment = office.begun()
    closed = office.cancel(payment["payment_number"])
    assert (closed["state"], closed["failure"]) == ("CLOSED", "cancelled")
    assert (office.sandbox.order(payment["payment_number"]) or {})["state"] == "CLOSED"
    late = requests.post(f"{office.sandbox.url}/phone/pay", json={"code_url": payment["code_url"]}, timeout=LIMIT_S)
    assert late.status_code == 410


def test_cancelling_after_the_payer_paid_answers_paid(office: Office) -> None:
    payment = office.begun()
    office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    assert office.cancel(payment["payment_number"])["state"] == "PAID"


def test_when_payer_and_cancellation_meet_the_money_is_kept_or_never_taken(either_office: Office) -> None:
    payments = [either_office.begun() for _ in range(6)]
    start = threading.Barrier(2)

    def pay_all() -> None:
        for payment in payments:
            start.wait(LIMIT_S)
            requests.post(
                f"{either_office.sandbox.url}/phone/pay", json={"code_url": payment["code_url"]}, timeout=LIMIT_S
            )

    payer = threading.Thread(target=pay_all)
    payer.start()
    for payment in payments:
        start.wait(LIMIT_S)
        either_office.cancel(payment["payment_number"])
    payer.join(LIMIT_S)
    for payment in payments:
        state = either_office.show(payment["payment_number"])["state"]
        captures = (either_office.sandbox.order(payment["payment_number"]) or {})["captures"]
        assert (state, captures) in (("PAID", 1), ("CLOSED", 0))


def test_an_expired_order_is_closed_by_the_job(office: Office) -> None:
    payment = office.begun()
    office.later(301)
    closed = office.show(payment["payment_number"])
    assert (closed["state"], closed["failure"]) == ("CLOSED", "timed_out")


def test_a_success_after_closing_still_pays_the_application(office: Office) -> None:
    """The gateway's success outlives our own belief that the payment is closed."""
    payment = office.begun()
    office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    _force_closed(office, payment["payment_number"])
    assert office.sandbox.release(payment["payment_number"]) == [[204]]
    assert office.show(payment["payment_number"])["state"] == "PAID"


@pytest.mark.parametrize("is_other_paid", [True, False])
def test_a_success_after_closing_is_refunded_when_another_payment_took_its_place(
    either_office: Office, is_other_paid: bool
) -> None:
    payment = either_office.begun()
    either_office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    _force_closed(either_office, payment["payment_number"])
    other = either_office.make(payment["application_number"], either_office.new_number()).json()
    if is_other_paid:
        either_office.sandbox.post("/phone/pay", code_url=other["code_url"])
        either_office.cancel(other["payment_number"])
    either_office.sandbox.release(payment["payment_number"])
    assert either_office.show(payment["payment_number"])["state"] == "REFUND_DUE"
    either_office.later(61)
    either_office.later(61)
    assert either_office.show(payment["payment_number"])["state"] == "REFUNDED"
    assert (either_office.sandbox.order(payment["payment_number"]) or {})["refunded_fen"] == FEE_FEN


def test_an_application_cancelled_meanwhile_gets_its_money_back(office: Office) -> None:
    payment = office.begun()
    office.cancel_application(payment["application_number"])
    office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    office.sandbox.release(payment["payment_number"])
    assert office.show(payment["payment_number"])["state"] == "REFUND_DUE"


def test_a_refund_ordered_by_the_office_reaches_the_payer_once(office: Office) -> None:
    payment = office.begun()
    office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    office.sandbox.release(payment["payment_number"])
    office.sandbox.faults(drop_next_response=1)
    office.service.order_refund(payment["payment_number"])
    assert office.show(payment["payment_number"])["state"] == "REFUND_DUE"
    office.later(61)
    assert office.show(payment["payment_number"])["state"] == "REFUNDED"
    assert (office.sandbox.order(payment["payment_number"]) or {})["refunded_fen"] == FEE_FEN


def test_the_refund_notification_completes_the_refund(office: Office) -> None:
    payment = office.begun()
    office.sandbox.post("/phone/pay", code_url=payment["code_url"])
    office.sandbox.release(payment["payment_number"])
    office.service.order_refund(payment["payment_number"])
    office.sandbox.advance(5)
    assert office.sandbox.release(payment["payment_number"]) == [[204]]
    assert office.show(payment["payment_number"])["state"] == "REFUNDED"


def _force_closed(office: Office, number: str) -> None:
    """Close our row without asking the gateway, as a bug or a hand at the database would."""
    office.rewrite(number, state="CLOSED", next_check_at=None)
