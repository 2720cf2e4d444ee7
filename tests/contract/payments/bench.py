"""For the contract tests of payments: the sandbox as the program it is, and our backend in front of it."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine, Select, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.applications.ledger import AmountDue, MarkedPaid
from backend.clock import SystemClock
from backend.database import Base, session_factory
from backend.payments.jobs import PaymentJob
from backend.payments.machine import RequestLeaves, new_payment, step
from backend.payments.routes import payment_router
from backend.payments.service import PaymentService
from backend.payments.tables import PaymentRow, ReconciliationRow, new_row
from backend.payments.wechat import WeChatSettings, open_wechat_gateway, read_merchant_folder
from backend.problems import Refusal
from kiosk.central.wire import ProblemCode
from kiosk.domain.application import PaymentMethod
from tests.contract.backend.databases import put_away

FEE_FEN = 2000
LIMIT_S = 20.0


def free_port() -> int:
    """A free port below the range that the system gives to outgoing connections."""
    for port in range(20011, 32000, 13):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError("no free port")


@dataclass
class SandboxProgram:
    """`python -m backend.sandbox`, and its bench side over HTTP."""

    state_dir: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    lead: timedelta = timedelta()
    pause: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "backend.sandbox",
            "--port",
            str(self.port),
            "--state-dir",
            str(self.state_dir),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.port, self.pause)

    def restart(self) -> None:
        """Start again after `stop`; the trading time goes on where it was."""
        self.start()
        self.post("/control/clock", advance_s=self.lead.total_seconds())
        self.sound()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=15)
            self.process = None

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = requests.post(self.url + path, json=body, timeout=LIMIT_S)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    def faults(self, **faults: Any) -> None:
        self.post("/control/faults", **faults)

    def sound(self) -> None:
        """No faults, but notifications wait for `release`."""
        self.faults(
            drop_next_response=0, system_error_next=0, delay_s=0, duplicate_notifications=0, hold_notifications=True
        )

    def release(self, number: str) -> list[list[int]]:
        """Deliver what is due now; the merchant's statuses for one order's notifications."""
        delivered = self.post("/control/release")["delivered"]
        self.faults(hold_notifications=True)
        return [entry["statuses"] for entry in delivered if entry["out_trade_no"] == number]

    def order(self, number: str) -> dict[str, Any] | None:
        state = requests.get(self.url + "/control/state", timeout=LIMIT_S).json()
        return next((order for order in state["orders"] if order["out_trade_no"] == number), None)

    def advance(self, seconds: float) -> None:
        self.post("/control/clock", advance_s=seconds)
        self.lead += timedelta(seconds=seconds)

    def payer_code(self, behaviour: str) -> str:
        return self.post("/phone/payer-code", behaviour=behaviour)["payer_code"]

    def now(self) -> datetime:
        return datetime.now(UTC) + self.lead  # noqa: TID251  the tests' clock port


def wait_for_port(port: int, pause: threading.Event) -> None:
    for _ in range(int(LIMIT_S / 0.05)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


class TestsBase(DeclarativeBase):
    """Apart from the backend's own tables, which the migrations are held against."""

    __test__ = False


class DebtRow(TestsBase):
    """An application, as much as payments see of it."""

    __tablename__ = "test_debts"

    application_number: Mapped[str] = mapped_column(String(32), primary_key=True)
    amount_fen: Mapped[int]
    paid_by: Mapped[str | None] = mapped_column(String(32))
    is_cancelled: Mapped[bool] = mapped_column(default=False)


class DebtLedger:
    """An `ApplicationLedger` over `DebtRow`; `paid` is set when money is recorded."""

    def __init__(self) -> None:
        self.paid = threading.Event()

    def amount_due(self, session: Session, application_number: str) -> AmountDue | Refusal:
        row = session.get(DebtRow, application_number, with_for_update=True)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.paid_by is not None:
            return Refusal(ProblemCode.ALREADY_PAID)
        if row.is_cancelled:
            return Refusal(ProblemCode.APPLICATION_STATE)
        return AmountDue(application_number, row.amount_fen)

    def mark_paid(
        self, session: Session, application_number: str, payment_number: str, paid_at: datetime
    ) -> MarkedPaid | Refusal:
        row = session.get_one(DebtRow, application_number, with_for_update=True)
        if row.paid_by not in (None, payment_number):
            return Refusal(ProblemCode.ALREADY_PAID)
        row.paid_by = payment_number
        self.paid.set()
        return MarkedPaid(application_number, payment_number)

    def paid_in_vain(self) -> Select[str]:
        paid = select(DebtRow.application_number).where(DebtRow.paid_by.is_not(None))
        return paid.where(DebtRow.is_cancelled)


TABLES = [PaymentRow.__table__, ReconciliationRow.__table__]


@dataclass
class OfficeClock:
    """Runs with the sandbox's trading time."""

    sandbox: SandboxProgram

    def now(self) -> datetime:
        return self.sandbox.now()


@dataclass
class Office:
    """Our backend's payments on a port of their own, as a terminal meets them."""

    sandbox: SandboxProgram
    engine: Engine
    service: PaymentService
    ledger: DebtLedger
    url: str
    prefix: str
    count: int = 0

    @property
    def job(self) -> PaymentJob:
        return PaymentJob(self.service)

    def new_application(self, amount_fen: int = FEE_FEN) -> str:
        self.count += 1
        number = f"SQ{self.prefix}{self.count:03d}"
        with self.service.sessions.begin() as session:
            session.add(DebtRow(application_number=number, amount_fen=amount_fen))
        return number

    def new_number(self) -> str:
        self.count += 1
        return f"KT{self.prefix}{self.count:03d}"

    def make(
        self, application: str, number: str, payer_code: str | None = None, key: str | None = '"0123456789"'
    ) -> requests.Response:
        body = {"payment_number": number, "method": "PAYER_CODE" if payer_code else "CODE_SHOWN"}
        return self.make_raw(application, key, **body | ({"payer_code": payer_code} if payer_code else {}))

    def make_raw(self, application: str, key: str | None = '"0123456789"', **body: str) -> requests.Response:
        headers = {"Kiosk-Terminal": "T-1"} | ({"Idempotency-Key": key} if key else {})
        url = f"{self.url}/v1/applications/{application}/payments"
        return requests.post(url, json=body, headers=headers, timeout=LIMIT_S)

    def cancel_application(self, application: str) -> None:
        with self.service.sessions.begin() as session:
            session.get_one(DebtRow, application).is_cancelled = True

    def rewrite(self, number: str, **members: Any) -> None:
        """Change a payment's row by hand."""
        with self.service.sessions.begin() as session:
            row = session.get_one(PaymentRow, number)
            for name, value in members.items():
                setattr(row, name, value)

    def crashed_request(self) -> str:
        """A payment whose row was committed and whose request never left."""
        number, now = self.new_number(), self.sandbox.now()
        created = new_payment(number, self.new_application(), PaymentMethod.CODE_SHOWN, FEE_FEN, now)
        with self.service.sessions.begin() as session:
            session.add(new_row(step(created, RequestLeaves(), now).record, "fingerprint", "T-1"))
        return number

    def database_bytes(self) -> bytes:
        """Every byte of the SQLite files."""
        path = Path(str(self.engine.url.database))
        return b"".join(part.read_bytes() for part in path.parent.glob(path.name + "*"))

    def begun(self, payer_code: str | None = None) -> dict[str, Any]:
        """A payment of a new application."""
        answer = self.make(self.new_application(), self.new_number(), payer_code)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def show(self, number: str) -> dict[str, Any]:
        return requests.get(f"{self.url}/v1/payments/{number}", timeout=LIMIT_S).json()

    def cancel(self, number: str) -> dict[str, Any]:
        return requests.post(f"{self.url}/v1/payments/{number}/cancellation", timeout=LIMIT_S).json()

    def later(self, seconds: float) -> None:
        """Time passes, then the job looks at what is due."""
        self.sandbox.advance(seconds)
        self.job.look()

    def paid_by(self, application: str) -> str | None:
        with self.service.sessions() as session:
            return session.get_one(DebtRow, application).paid_by


class FrontDoor:
    """One HTTP server for all tests; behind it stands the office of the test that runs."""

    def __init__(self) -> None:
        self.port = free_port()
        self.app: ASGIApp = FastAPI()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@contextmanager
def served(door: FrontDoor) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(door, port=door.port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, name="office")
    thread.start()
    try:
        wait_for_port(door.port, threading.Event())
        yield
    finally:
        server.should_exit = True
        thread.join(15)


def settings_for(sandbox: SandboxProgram, notify_url: str, *, by_public_key: bool = True) -> WeChatSettings:
    return read_merchant_folder(
        sandbox.state_dir / "merchant", notify_url, "Social security card", sandbox.url, by_public_key=by_public_key
    )


@contextmanager
def open_office(
    sandbox: SandboxProgram, door: FrontDoor, engine: Engine, prefix: str, *, by_public_key: bool = True
) -> Iterator[Office]:
    Base.metadata.create_all(engine, TABLES)
    TestsBase.metadata.create_all(engine)
    ledger = DebtLedger()
    settings = settings_for(sandbox, f"{door.url}/v1/gateway/wechat/notifications", by_public_key=by_public_key)
    gateway = open_wechat_gateway(settings, SystemClock())
    service = PaymentService(session_factory(engine), gateway, ledger, OfficeClock(sandbox))
    app = FastAPI()
    app.include_router(payment_router(service))
    door.app = app
    yield Office(sandbox, engine, service, ledger, door.url, prefix)
    put_away(engine)
