"""The life of payments: one database transaction per step, and never a gateway call inside one.

A row is committed before the gateway hears of it. Whatever happens afterwards, the order number is known, and the job
(`backend.payments.jobs`) asks about it until it is settled.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from backend.applications.ledger import AmountDue, ApplicationLedger, MarkedPaid
from backend.clock import Clock
from backend.payments.gateway import (
    Captured,
    GatewayAnswer,
    Notice,
    NoticeRefused,
    NotTaken,
    PayerCode,
    PaymentGateway,
    PaymentOrder,
    RequestAnswer,
    Unclear,
)
from backend.payments.machine import (
    OPEN_STATES,
    Ask,
    CancelAsked,
    CheckDue,
    PaymentEvent,
    PaymentRecord,
    RefundOrdered,
    RequestLeaves,
    Step,
    may_settle,
    new_payment,
    step,
)
from backend.payments.tables import PaymentRow, new_row, read_record, write_record
from backend.problems import Refusal
from kiosk.central.wire import Payment, PaymentRequest, ProblemCode
from kiosk.domain.application import PaymentMethod, PaymentState
from kiosk.domain.codes import classify

MAX_CALLS_PER_DRIVE = 4
"""Enough for query, withdraw, query; what is still open then is left to the job."""
RETRY_AFTER_S = 5

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """A payment as it stands after the request; `was_replayed` when the same request had been made before."""

    payment: Payment
    was_replayed: bool


@dataclass(frozen=True)
class NoticeTaken:
    """The notification is recorded; the gateway need not repeat it."""


@dataclass(frozen=True)
class NoticeUnknown:
    """Signed, but about an order that we do not know; the reconciliation will name it."""


DOWN_FOR = timedelta(seconds=30)


@dataclass
class GatewayHealth:
    """Whether the gateway gives clear answers. An unclear one holds for a while only: without payments nobody asks,
    and a gateway that came back would count as down for ever.
    """

    down_until: datetime | None = None

    def note(self, *, is_clear: bool, now: datetime) -> None:
        self.down_until = None if is_clear else now + DOWN_FOR

    def is_up(self, now: datetime) -> bool:
        return self.down_until is None or now >= self.down_until


@dataclass(frozen=True)
class PaymentService:
    """`sessions` begin their own transactions; see `backend.database`."""

    sessions: sessionmaker[Session]
    gateway: PaymentGateway
    ledger: ApplicationLedger
    clock: Clock
    health: GatewayHealth = field(default_factory=GatewayHealth)

    def gateway_is_up(self) -> bool:
        return self.health.is_up(self.clock.now())

    # --- what terminals ask ---------------------------------------------------------------------------------------

    def make(self, terminal_id: str, application_number: str, request: PaymentRequest) -> Made | Refusal:
        """Begin a payment, once per payment number; the same request again tells how it stands.

        Refusals: MALFORMED (no or a wrong payer's code), KEY_REUSED, PAYMENT_OPEN, PAYMENT_UNAVAILABLE (nothing has
        left, the same request may be sent again), and what the ledger says.
        """
        payer_code = self._payer_code(request)
        if isinstance(payer_code, Refusal):
            return payer_code
        mark = fingerprint(application_number, request)
        begun = self._begin(terminal_id, application_number, request, mark)
        if isinstance(begun, Refusal):
            return begun
        record, was_known = begun
        if record.state is PaymentState.CREATED:
            record = self._drive(record.payment_number, RequestLeaves(), payer_code)
        if record.state is PaymentState.CREATED:
            return Refusal(ProblemCode.PAYMENT_UNAVAILABLE, retry_after_s=RETRY_AFTER_S)
        return Made(self._shown(record), was_known)

    def find(self, payment_number: str) -> Payment | Refusal:
        with self.sessions() as session:
            row = session.get(PaymentRow, payment_number)
            return self._shown(read_record(row)) if row else Refusal(ProblemCode.NOT_FOUND)

    def cancel(self, payment_number: str) -> Payment | Refusal:
        """Withdraw the order; the answer is PAID when the payer was faster, open while the gateway still decides."""
        return self._drive_known(payment_number, CancelAsked())

    # --- what others ask ------------------------------------------------------------------------------------------

    def order_refund(self, payment_number: str) -> Payment | Refusal:
        """Give a paid fee back; the decision and its approval are the caller's."""
        return self._drive_known(payment_number, RefundOrdered())

    def give_back_in_vain(self, limit: int) -> list[str]:
        """Order the refund of fees whose application will never be a card. Nobody decides here: nothing can be
        delivered for the money.
        """
        in_vain = PaymentRow.application_number.in_(self.ledger.paid_in_vain())
        with self.sessions() as session:
            paid = select(PaymentRow.payment_number).where(PaymentRow.state == PaymentState.PAID, in_vain)
            numbers = list(session.scalars(paid.order_by(PaymentRow.payment_number).limit(limit)))
        for number in numbers:
            self._drive(number, RefundOrdered())
        return numbers

    def check(self, payment_number: str) -> PaymentRecord:
        """The job's look at one payment."""
        return self._drive(payment_number, CheckDue())

    def ask_gateway(self, payment_number: str) -> PaymentRecord:
        """Ask about one payment now, whatever its state: for the reconciliation."""
        return self._drive(payment_number, self.gateway.query(payment_number))

    def due(self, limit: int) -> list[str]:
        """The payments that the job should look at now, the longest waiting first."""
        wanted = select(PaymentRow.payment_number).where(PaymentRow.next_check_at <= self.clock.now())
        with self.sessions() as session:
            return list(session.scalars(wanted.order_by(PaymentRow.next_check_at).limit(limit)))

    def receive(self, headers: Mapping[str, str], body: bytes) -> NoticeTaken | NoticeUnknown | NoticeRefused:
        """Take a notification of the gateway; asks nobody else, so that the answer leaves in time."""
        notice = self.gateway.read_notification(headers, body)
        if isinstance(notice, NoticeRefused):
            _log.warning("payment notification refused: %s", notice.reason)
            return notice
        with self.sessions() as session:
            is_known = session.get(PaymentRow, notice.payment_number) is not None
        if not is_known:
            _log.error("notification about an unknown payment %s", notice.payment_number)
            return NoticeUnknown()
        self._take_notice(notice)
        return NoticeTaken()

    # --- parts ----------------------------------------------------------------------------------------------------

    def _payer_code(self, request: PaymentRequest) -> PayerCode | Refusal | None:
        """The code to charge, when one belongs to the request; an ID number looks like one and is none."""
        is_wanted = request.method is PaymentMethod.PAYER_CODE
        if is_wanted != (request.payer_code is not None):
            return Refusal(ProblemCode.MALFORMED, field="payer_code")
        if request.payer_code is None:
            return None
        if classify(request.payer_code.encode()).kind not in self.gateway.code_kinds:
            return Refusal(ProblemCode.MALFORMED, field="payer_code")
        return PayerCode(request.payer_code)

    def _begin(
        self, terminal_id: str, application_number: str, request: PaymentRequest, mark: str
    ) -> tuple[PaymentRecord, bool] | Refusal:
        try:
            with self.sessions.begin() as session:
                return self._begin_in(session, terminal_id, application_number, request, mark)
        except IntegrityError:  # another request was first: with this number, or for this application
            with self.sessions.begin() as session:
                return self._known(session, request.payment_number, mark) or Refusal(ProblemCode.PAYMENT_OPEN)

    def _begin_in(
        self, session: Session, terminal_id: str, application_number: str, request: PaymentRequest, mark: str
    ) -> tuple[PaymentRecord, bool] | Refusal:
        due = self.ledger.amount_due(session, application_number)  # takes the application's lock, so it comes first
        known = self._known(session, request.payment_number, mark)
        if known is not None:
            return known
        if isinstance(due, Refusal):
            return due
        if _open_payments(session, application_number):
            return Refusal(ProblemCode.PAYMENT_OPEN)
        record = new_payment(
            request.payment_number, application_number, request.method, due.amount_fen, self.clock.now()
        )
        session.add(new_row(record, mark, terminal_id))
        return record, False

    @staticmethod
    def _known(session: Session, payment_number: str, mark: str) -> tuple[PaymentRecord, bool] | Refusal | None:
        row = session.get(PaymentRow, payment_number)
        if row is None:
            return None
        return (read_record(row), True) if row.fingerprint == mark else Refusal(ProblemCode.KEY_REUSED)

    def _drive_known(self, payment_number: str, event: PaymentEvent) -> Payment | Refusal:
        found = self.find(payment_number)
        return found if isinstance(found, Refusal) else self._shown(self._drive(payment_number, event))

    def _drive(self, payment_number: str, event: PaymentEvent, payer_code: PayerCode | None = None) -> PaymentRecord:
        """Step, commit, ask the gateway, step again, until there is nothing to ask."""
        done = self._apply(payment_number, event)
        for _ in range(MAX_CALLS_PER_DRIVE):
            if done.ask is None:
                break
            done = self._apply(payment_number, self._ask(done.ask, done.record, payer_code))
        return done.record

    def _take_notice(self, notice: Notice) -> None:
        self._apply(notice.payment_number, notice.answer)  # a refund that it makes due is the job's

    def _apply(self, payment_number: str, event: PaymentEvent) -> Step:
        """One step of the machine in one transaction, under the payment's lock."""
        with self.sessions.begin() as session:
            row = session.get_one(PaymentRow, payment_number, with_for_update=True)
            before = read_record(row)
            now = self.clock.now()
            done = step(before, event, now, application_accepts=self._accepts(session, before, event))
            write_record(row, done.record)
        _tell(before, done.record)
        return done

    def _accepts(self, session: Session, record: PaymentRecord, event: PaymentEvent) -> bool:
        """Settles the application with this capture when it may; the same transaction makes the payment PAID."""
        if not isinstance(event, Captured) or not may_settle(record, event):
            return False
        number = record.application_number
        if not isinstance(self.ledger.amount_due(session, number), AmountDue):  # also takes the application's lock
            return False
        if _open_payments(session, number, besides=record.payment_number):
            return False
        return isinstance(self.ledger.mark_paid(session, number, record.payment_number, event.paid_at), MarkedPaid)

    def _ask(self, ask: Ask, record: PaymentRecord, payer_code: PayerCode | None) -> GatewayAnswer:
        answer = self._call(ask, record, payer_code)
        self.health.note(is_clear=not isinstance(answer, NotTaken | Unclear), now=self.clock.now())
        if isinstance(answer, NotTaken | Unclear):
            _log.warning("payment %s: %s is %s", record.payment_number, ask.name, answer)
        return answer

    def _call(self, ask: Ask, record: PaymentRecord, payer_code: PayerCode | None) -> GatewayAnswer:
        number, is_shown = record.payment_number, record.method is PaymentMethod.CODE_SHOWN
        match ask:
            case Ask.REQUEST:
                return self._request(record, payer_code)
            case Ask.QUERY:
                return self.gateway.query(number)
            case Ask.WITHDRAW:
                return self.gateway.close(number) if is_shown else self.gateway.reverse(number)
            case Ask.REFUND:
                return self.gateway.refund(number, record.captured_fen or record.amount_fen)
            case _:
                assert_never(ask)

    def _request(self, record: PaymentRecord, payer_code: PayerCode | None) -> RequestAnswer:
        order = PaymentOrder(record.payment_number, record.amount_fen, record.expires_at)
        if record.method is PaymentMethod.CODE_SHOWN:
            return self.gateway.request_code(order)
        return self.gateway.request_charge(order, payer_code) if payer_code else Unclear("the payer's code is gone")

    def _shown(self, record: PaymentRecord) -> Payment:
        is_open = record.state in OPEN_STATES
        return Payment(
            payment_number=record.payment_number,
            application_number=record.application_number,
            state=record.state,
            method=record.method,
            amount_fen=record.amount_fen,
            code_url=record.code_url if is_open and record.withdrawal is None else None,
            expires_at=record.expires_at if is_open else None,
            waits_for=record.waits_for,
            failure=record.failure,
            paid_at=record.paid_at,
            channel=self.gateway.channel if record.transaction_id else None,
        )


def fingerprint(application_number: str, request: PaymentRequest) -> str:
    """A hash of the whole request. The payer's code in it is dead after a minute, so the hash gives nothing away."""
    return hashlib.sha256(f"{application_number}\n{request.model_dump_json()}".encode()).hexdigest()


def _open_payments(session: Session, application_number: str, besides: str = "") -> bool:
    wanted = select(PaymentRow.payment_number).where(
        PaymentRow.application_number == application_number,
        PaymentRow.payment_number != besides,
        PaymentRow.state.in_(sorted(OPEN_STATES)),
    )
    return session.scalars(wanted).first() is not None


def _tell(before: PaymentRecord, after: PaymentRecord) -> None:
    if before.state is not after.state:
        _log.info("payment %s: %s -> %s", after.payment_number, before.state, after.state)
    if after.captured_fen not in (None, after.amount_fen) and before.captured_fen is None:
        _log.error(
            "payment %s: %s fen arrived, %s were due", after.payment_number, after.captured_fen, after.amount_fen
        )
