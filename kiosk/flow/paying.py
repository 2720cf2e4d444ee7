"""Chapter 6: the fee. An open payment is left only when the backend says PAID or CLOSED, or as "being checked"."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.application import ApplicationState, PaymentMethod, PaymentState
from kiosk.domain.codes import CodeKind, classify
from kiosk.domain.money import Money
from kiosk.domain.receipt import InterimKind
from kiosk.flow.effects import AskPayment, CancelPayment, Note, RequestPayment, Submit
from kiosk.flow.events import (
    CentralRefused,
    CentralSilent,
    CodeScanned,
    DeviceChanged,
    Event,
    PaymentAnswered,
    ScanRecovered,
    ScanTroubled,
    Ticked,
    Touched,
)
from kiosk.flow.facts import ApplicationFacts, DeviceFacts, Moment, PaymentFacts
from kiosk.flow.fitness import missing_to_charge
from kiosk.flow.situations import (
    ChoosingPayment,
    Paying,
    PaymentBeingChecked,
    ScanningPayerCode,
    Submitting,
    Troubled,
)
from kiosk.flow.slips import print_interim
from kiosk.flow.terminal import Result, Terminal, answer, application_of, go, no_way_back, session_of, turn
from kiosk.flow.texts import Text, text
from kiosk.flow.touches import OptionChosen
from kiosk.flow.views import (
    ChoiceView,
    Option,
    PayCodeView,
    PayScanView,
    Phase,
    Picture,
    View,
    WorkingView,
)

NUMBER_DIGITS = 14
"""56 random bits a day and merchant: short enough to read out, and the backend refuses a number that is taken."""

NOTHING_WAS_MADE = ("application_state", "malformed", "payment_open")
"""Refusals of a request that leave no payment behind. Any other refusal says nothing about a payment that is open."""

# --- beginning -------------------------------------------------------------------------------------------------------


def begin_payment(terminal: Terminal, application: ApplicationFacts, now: Moment) -> Result:
    """From a made application to its fee, or straight to the submission when nothing is due."""
    settled = no_way_back(terminal)
    if application.state is ApplicationState.AWAITING_PAYMENT and application.fee_fen > 0:
        return go(settled, ChoosingPayment(), now)
    return submit(settled, now)


def submit(terminal: Terminal, now: Moment) -> Result:
    damaged_card = session_of(terminal).answers.damaged_card
    effect = Submit(now.fresh_id, application_of(terminal).application_number, damaged_card)
    return go(terminal, Submitting(now.fresh_id), now, effect)


def _amount(terminal: Terminal) -> Money:
    return Money(application_of(terminal).fee_fen)


# --- how to pay ------------------------------------------------------------------------------------------------------


def on_choosing_payment(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen("scan_screen")) if not missing_to_charge(terminal.conditions):
            return request_payment(terminal, PaymentMethod.CODE_SHOWN, None, now)
        case Touched(OptionChosen("show_phone")) if _can_scan(terminal):
            return go(terminal, ScanningPayerCode(), now)
        case Touched(OptionChosen("later")):
            number = application_of(terminal).application_number
            return go(terminal, Troubled("pay_later", ("finish",), number), now)
        case _:
            return terminal, ()


def _can_scan(terminal: Terminal) -> bool:
    conditions = terminal.conditions
    return not missing_to_charge(conditions) and conditions.device("code_scanner").is_online


def view_choosing_payment(terminal: Terminal, situation: ChoosingPayment) -> ChoiceView:
    missing = missing_to_charge(terminal.conditions)
    camera = terminal.conditions.device("code_scanner").is_online
    closed = text(f"missing.{missing[0]}") if missing else None
    return ChoiceView(
        question=text("pay.question"),
        banner=text("pay.banner", fee=_amount(terminal)),
        options=(
            Option(
                "show_phone",
                text("pay.show_phone"),
                text("pay.show_phone.about"),
                Picture.PHONE_CODE_TO_CAMERA,
                is_enabled=not missing and camera,
                note=closed or (None if camera else text("missing.code_scanner")),
            ),
            Option(
                "scan_screen",
                text("pay.scan_screen"),
                text("pay.scan_screen.about"),
                Picture.SCAN_SCREEN_WITH_PHONE,
                is_enabled=not missing,
                note=closed,
            ),
            Option("later", text("pay.later"), text("pay.later.about"), Picture.CLOCK),
        ),
        problem=text(f"pay.problem.{situation.problem}") if situation.problem else None,
    )


def request_payment(terminal: Terminal, method: PaymentMethod, payer_code: str | None, now: Moment) -> Result:
    """One intent, one number; the number is kept until the outcome is known."""
    timeouts = terminal.timeouts
    number = f"SSC{now.wall:%y%m%d}{now.fresh_id.replace('-', '')[:NUMBER_DIGITS].upper()}"
    situation = Paying(
        payment_number=number,
        method=method,
        payer_code=payer_code,
        next_poll_s=now.mono_s + timeouts.poll_payment_s,
        deadline_s=now.mono_s + timeouts.pay_s,
    )
    return go(terminal, situation, now, _request(terminal, situation))


def _request(terminal: Terminal, situation: Paying) -> RequestPayment:
    application = application_of(terminal)
    return RequestPayment(
        payment_number=situation.payment_number,
        application_number=application.application_number,
        method=situation.method,
        amount_fen=application.fee_fen,
        damaged_card=session_of(terminal).answers.damaged_card,
        payer_code=situation.payer_code,
    )


CAMERA_TROUBLES = ("frozen", "black", "covered", "too_dark", "no_stream")
"""Words of hardware's CameraTrouble: they are over when the camera is well again; what was scanned stays said."""

# --- the payer's code ------------------------------------------------------------------------------------------------


def on_scanning_payer_code(terminal: Terminal, situation: ScanningPayerCode, event: Event, now: Moment) -> Result:
    match event:
        case CodeScanned(content=content):
            return _payer_code_scanned(terminal, content, now)
        case ScanTroubled(trouble):
            return turn(terminal, ScanningPayerCode(trouble))
        case ScanRecovered() | DeviceChanged("code_scanner", DeviceFacts(word="online", detail="")) if (
            situation.problem in CAMERA_TROUBLES
        ):
            return turn(terminal, ScanningPayerCode())
        case Touched(OptionChosen("other_way")):
            return go(terminal, ChoosingPayment(), now)
        case _:
            return terminal, ()


def _payer_code_scanned(terminal: Terminal, content: bytes, now: Moment) -> Result:
    """Only what is a payment code goes to the gateway; an ID number looks like one and is refused first."""
    if missing_to_charge(terminal.conditions):  # since the camera was started; the choice says what it is
        return go(terminal, ChoosingPayment(), now)
    code = classify(content)
    if code.is_payment:
        return request_payment(terminal, PaymentMethod.PAYER_CODE, code.text, now)
    problem = code.kind.value if code.kind in (CodeKind.LOOKS_LIKE_ID_NUMBER, CodeKind.RESUME) else "not_payment"
    return turn(terminal, ScanningPayerCode(problem))


def view_scanning_payer_code(terminal: Terminal, situation: ScanningPayerCode) -> PayScanView:
    return PayScanView(
        title=text("pay_scan.title"),
        amount=text("amount", fee=_amount(terminal)),
        instruction=text("pay_scan.instruction"),
        picture=Picture.PHONE_CODE_TO_CAMERA,
        phase=Phase.TROUBLE if situation.problem else Phase.WAITING,
        message=text(f"pay_scan.problem.{situation.problem}") if situation.problem else None,
        shows_preview=True,
        options=(Option("other_way", text("pay_scan.other_way")),),
    )


# --- an open payment -------------------------------------------------------------------------------------------------


def on_paying(terminal: Terminal, situation: Paying, event: Event, now: Moment) -> Result:
    number = situation.payment_number
    match event:
        case PaymentAnswered(payment) if payment.payment_number == number:
            return _answered(terminal, situation, payment, now)
        case CentralRefused(ref, code) if ref == number:
            return _refused(terminal, situation, code, now)
        case CentralSilent(ref) if ref == number:
            return turn(terminal, _unclear(situation, now))
        case Ticked():
            return _ticked(terminal, situation, now)
        case Touched(OptionChosen("more_time")) if not situation.is_cancelling:
            return turn(terminal, replace(situation, deadline_s=now.mono_s + terminal.timeouts.pay_s))
        case Touched(OptionChosen("cancel")) if not situation.is_cancelling:
            return _cancel(terminal, situation, now)
        case _:
            return terminal, ()


def _answered(terminal: Terminal, situation: Paying, payment: PaymentFacts, now: Moment) -> Result:
    match payment.state:
        case PaymentState.PAID:
            return submit(answer(terminal, payment=payment), now)
        case PaymentState.CLOSED | PaymentState.REFUND_DUE | PaymentState.REFUNDED:
            return go(terminal, ChoosingPayment(_closed_problem(situation, payment)), now)
        case PaymentState.UNKNOWN:
            return turn(terminal, replace(_unclear(situation, now), payment=payment))
        case PaymentState.CREATED | PaymentState.REQUESTED:
            return turn(terminal, replace(situation, payment=payment, is_unclear=False, unclear_since_s=0.0))


def _closed_problem(situation: Paying, payment: PaymentFacts) -> str:
    if payment.state is not PaymentState.CLOSED:
        return "refunded"
    return situation.withdrawn_for or payment.failure or ("cancelled" if situation.is_cancelling else "closed")


def _refused(terminal: Terminal, situation: Paying, code: str, now: Moment) -> Result:
    if code == "already_paid":
        return submit(terminal, now)
    if code == "not_found":
        return _never_arrived(terminal, situation, now)
    if code == "payment_unavailable":
        return _withdraw(terminal, situation, code, now)
    if code in NOTHING_WAS_MADE and situation.payment is None:
        return _not_taken(terminal, situation, code, now)
    return turn(terminal, _unclear(situation, now))


def _withdraw(terminal: Terminal, situation: Paying, why: str, now: Moment) -> Result:
    """The gateway took nothing; the order is closed at the backend before another may be made."""
    if situation.is_cancelling:
        return terminal, ()
    return _cancel(terminal, replace(situation, withdrawn_for=why), now)


def _not_taken(terminal: Terminal, situation: Paying, code: str, now: Moment) -> Result:
    """The very first answer, and a clear one: no payment of this number exists."""
    if code == "malformed" and situation.payer_code is not None:  # a wallet that the gateway does not take
        return go(terminal, ScanningPayerCode("not_payment"), now)
    return go(terminal, Troubled(code, ("finish",), application_of(terminal).application_number), now)


def _never_arrived(terminal: Terminal, situation: Paying, now: Moment) -> Result:
    """The same request again under the same number, once a poll; never for what is being cancelled."""
    if situation.is_cancelling:  # the request may still be on its way
        return turn(terminal, _unclear(situation, now))
    if now.mono_s < situation.repeat_from_s:
        return terminal, ()
    repeat_from_s = now.mono_s + terminal.timeouts.poll_payment_s
    return turn(terminal, replace(situation, repeat_from_s=repeat_from_s), _request(terminal, situation))


def _unclear(situation: Paying, now: Moment) -> Paying:
    since = situation.unclear_since_s if situation.is_unclear else now.mono_s
    return replace(situation, is_unclear=True, unclear_since_s=since)


def _ticked(terminal: Terminal, situation: Paying, now: Moment) -> Result:
    timeouts = terminal.timeouts
    if situation.is_unclear and now.mono_s >= situation.unclear_since_s + timeouts.unknown_s:
        return _being_checked(terminal, situation, now)
    if now.mono_s >= situation.deadline_s:
        return _deadline_passed(terminal, situation, now)
    if now.mono_s >= situation.next_poll_s:
        polled = replace(situation, next_poll_s=now.mono_s + timeouts.poll_payment_s)
        return turn(terminal, polled, AskPayment(situation.payment_number))
    return terminal, ()


def _deadline_passed(terminal: Terminal, situation: Paying, now: Moment) -> Result:
    """Time is over: cancel once; a cancellation that neither closes nor pays in its time is for others to settle."""
    return _being_checked(terminal, situation, now) if situation.is_cancelling else _cancel(terminal, situation, now)


def _cancel(terminal: Terminal, situation: Paying, now: Moment) -> Result:
    deadline_s = now.mono_s + terminal.timeouts.unknown_s
    cancelling = replace(situation, is_cancelling=True, deadline_s=deadline_s)
    return turn(terminal, cancelling, CancelPayment(situation.payment_number))


def _being_checked(terminal: Terminal, situation: Paying, now: Moment) -> Result:
    number = situation.payment_number
    job, effect = print_interim(terminal, InterimKind.PAYMENT_CHECKED, now, payment_number=number)
    checked = PaymentBeingChecked(number, job, now.mono_s + terminal.timeouts.poll_payment_s)
    return go(terminal, checked, now, Note("payment_left_open", (("payment_number", number),)), effect)


QUIET_SHARE = 1 / 3
"""Of `unknown_s`. Lost answers leave the picture as it is for so long, with a line that says so; after that nobody is
invited to pay what nobody could confirm."""


def view_paying(terminal: Terminal, situation: Paying, now: Moment) -> View:
    timeouts = terminal.timeouts
    if situation.is_unclear and now.mono_s >= situation.unclear_since_s + timeouts.unknown_s * QUIET_SHARE:
        return WorkingView(text("paying.unclear"), text("paying.unclear.detail"), Picture.CLOCK)
    if situation.is_cancelling:
        return WorkingView(text("paying.cancelling"), text("paying.cancelling.detail"), Picture.CLOCK)
    if situation.method is PaymentMethod.PAYER_CODE:
        return _view_charging(terminal, situation)
    payment = situation.payment
    if payment is None or payment.code_url is None:
        return WorkingView(text("paying.preparing"), text("paying.preparing.detail"), Picture.SCAN_SCREEN_WITH_PHONE)
    return _view_code(terminal, situation, payment.code_url, now)


def _view_charging(terminal: Terminal, situation: Paying) -> PayScanView:
    return PayScanView(
        title=text("pay_scan.paying"),
        amount=text("amount", fee=_amount(terminal)),
        instruction=_payer_instruction(situation),
        picture=Picture.PHONE,
        phase=Phase.WORKING,
        message=text("paying.slow") if situation.is_unclear else None,
        shows_preview=False,
    )


def _view_code(terminal: Terminal, situation: Paying, code_url: str, now: Moment) -> PayCodeView:
    return PayCodeView(
        title=text("pay_code.title"),
        amount=text("amount", fee=_amount(terminal)),
        qr_content=code_url,
        instruction=text("pay_code.instruction"),
        waiting=text("paying.slow" if situation.is_unclear else "pay_code.waiting"),
        seconds_left=max(0, round(situation.deadline_s - now.mono_s)),
        options=(
            Option("more_time", text("pay_code.more_time")),
            Option("cancel", text("pay_code.cancel")),
        ),
    )


def _payer_instruction(situation: Paying) -> Text:
    is_password = situation.payment is not None and situation.payment.waits_for == "password"
    return text("pay_scan.password" if is_password else "pay_scan.working")
