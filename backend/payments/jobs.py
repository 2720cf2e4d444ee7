"""What runs beside the routes: looking after open payments, and the daily reconciliation.

job = PaymentJob(service); threading.Thread(target=job.run, args=(stop,)).start()
"""

from __future__ import annotations

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.clock import CITY_ZONE, city_day
from backend.payments.gateway import Bill, BillLine, Unclear
from backend.payments.machine import PaymentRecord
from backend.payments.reconciliation import Difference, PaidNotRecorded, Report, compare
from backend.payments.service import PaymentService
from backend.payments.tables import PaymentRow, ReconciliationRow, read_record

LOOK_EVERY_S = 1.0
AT_ONCE = 200
WORKERS = 4
BILL_IS_READY_AT = time(10, 30)  # the gateway makes the bill of a day by ten the next morning
BILL_DAYS_BACK = 7

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PaymentJob:
    service: PaymentService

    def run(self, stop: threading.Event) -> None:
        """Thread body: look after payments every second, and after the bills of the last days once they are ready."""
        with ThreadPoolExecutor(WORKERS, "payment-look") as pool:
            while not stop.wait(LOOK_EVERY_S):
                try:
                    self.look(pool)
                    self.service.give_back_in_vain(AT_ONCE)
                    self.reconcile_due()
                except Exception as error:  # the thread boundary: a full disk today must not end it  # noqa: BLE001
                    _log.error("payment job: %s", type(error).__name__)

    def look(self, pool: ThreadPoolExecutor | None = None) -> int:
        """Look at every payment that is due; how many there were."""
        numbers = self.service.due(AT_ONCE)
        if pool is None:
            for number in numbers:
                self._look_at(number)
        else:
            list(pool.map(self._look_at, numbers))
        return len(numbers)

    def _look_at(self, payment_number: str) -> None:
        """One payment's trouble is not the others'."""
        try:
            self.service.check(payment_number)
        except Exception as error:  # the boundary of one payment's work  # noqa: BLE001
            _log.error("payment %s: %s", payment_number, type(error).__name__)

    # --- reconciliation -------------------------------------------------------------------------------------------

    def reconcile_due(self) -> list[Report]:
        """Reconcile those of the last days that have a bill and no report yet, the oldest first."""
        now = self.service.clock.now().astimezone(CITY_ZONE)
        newest = 1 if now.time() >= BILL_IS_READY_AT else 2
        days = [now.date() - timedelta(days=back) for back in range(BILL_DAYS_BACK, newest - 1, -1)]
        with self.service.sessions() as session:
            done = set(session.scalars(select(ReconciliationRow.day).where(ReconciliationRow.day.in_(days))))
            oldest = session.scalars(select(PaymentRow.created_at).order_by(PaymentRow.created_at).limit(1)).first()
        wanted = [day for day in days if day not in done and oldest is not None and day >= city_day(oldest)]
        outcomes = [self.reconcile(day) for day in wanted[:1]]  # one a round: open payments come first
        return [outcome for outcome in outcomes if isinstance(outcome, Report)]

    def reconcile(self, day: date) -> Report | Unclear:
        """Compare one day in the city with the gateway's bill, settle what can be settled, keep the report."""
        bill = self.service.gateway.bill(day)
        if isinstance(bill, Unclear):
            return bill
        report = self._compared(bill)
        settled = replace(report, differences=tuple(self._settle(difference) for difference in report.differences))
        self._keep(settled)
        return settled

    def _compared(self, bill: Bill) -> Report:
        with self.service.sessions() as session:
            return compare(bill.day, bill.lines, _of_bill(session, bill.lines), _of_day(session, bill.day))

    def _settle(self, difference: Difference) -> Difference:
        """The bill shows money that we had not seen: ask about that order, which settles or returns it."""
        if not isinstance(difference, PaidNotRecorded):
            return difference
        return replace(difference, settled_as=self.service.ask_gateway(difference.payment_number).state)

    def _keep(self, report: Report) -> None:
        findings = [{"kind": type(difference).__name__, **asdict(difference)} for difference in report.differences]
        figures = {"compared": report.compared, "paid_fen": report.paid_fen, "refund_fen": report.refund_fen}
        with self.service.sessions.begin() as session:
            row = ReconciliationRow(
                day=report.day,
                made_at=self.service.clock.now(),
                is_clean=report.is_clean,
                report=json.dumps({**figures, "differences": findings}),
            )
            session.merge(row)
        if not report.is_clean:
            _log.error("reconciliation of %s: %d differences", report.day, len(report.differences))


def _of_bill(session: Session, lines: tuple[BillLine, ...]) -> list[PaymentRecord]:
    numbers = sorted({line.payment_number for line in lines})
    chunks = (numbers[start : start + 500] for start in range(0, len(numbers), 500))
    rows = (row for chunk in chunks for row in session.scalars(_with_numbers(chunk)))
    return [read_record(row) for row in rows]


def _with_numbers(numbers: list[str]):  # noqa: ANN202  SQLAlchemy's own inferred type
    return select(PaymentRow).where(PaymentRow.payment_number.in_(numbers))


def _of_day(session: Session, day: date) -> list[PaymentRecord]:
    start = datetime.combine(day, time(), CITY_ZONE)
    paid_then = (PaymentRow.paid_at >= start) & (PaymentRow.paid_at < start + timedelta(days=1))
    return [read_record(row) for row in session.scalars(select(PaymentRow).where(paid_then))]
