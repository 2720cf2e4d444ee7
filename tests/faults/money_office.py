"""The real backend with its payments, before the real sandbox program: what one terminal's money trials run against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from backend.app import Part
from backend.applications.tables import ApplicationRow
from backend.clock import RandomNumbers, SystemClock
from backend.composition import Backend, build_backend
from backend.jobs import run_once
from backend.migrations.migrate import migrate
from backend.payments.jobs import PaymentJob
from backend.payments.part import NOTIFICATIONS
from backend.payments.routes import payment_router
from backend.payments.service import PaymentService
from backend.payments.tables import PaymentRow
from backend.payments.wechat import open_wechat_gateway
from backend.seed import Seeder, SeedPerson, read_people
from backend.services import Services
from backend.settings import Settings
from kiosk.flow.facts import DocumentFacts
from tests.contract.backend.server import _listener, _serving
from tests.contract.payments.bench import LIMIT_S, OfficeClock, SandboxProgram, free_port, settings_for

TERMINAL = "lobby-1"
FONT = Path(".build/fonts/NotoSansSC-Regular.otf")


@dataclass
class MoneyOffice:
    """Shared by many trials; each brings a person of its own."""

    sandbox: SandboxProgram
    backend: Backend
    payments: PaymentService
    url: str
    token: str
    people: int = 0

    def new_person(self) -> SeedPerson:
        """Somebody with a normal card who has never been here."""
        self.people += 1
        model = next(person for person in read_people() if person.special == "employee_normal")
        unique = {"document_number": f"11010518490115{self.people:04d}", "card_number": f"M{self.people:08d}"}
        person = model.model_copy(update=unique)
        services = self.backend.services
        with services.sessions.begin() as session:
            Seeder(session, services.clock, RandomNumbers(), services.reference).people((person,))
        return person

    def work(self) -> None:
        """What the backend does beside its routes, once."""
        PaymentJob(self.payments).look()
        run_once(self.backend.jobs)

    # --- what the books say ------------------------------------------------------------------------------------------

    def applications_of(self, person: SeedPerson) -> list[ApplicationRow]:
        wanted = select(ApplicationRow).where(ApplicationRow.person_id == f"P-{person.card_number}-0")
        with self.backend.services.sessions() as session:
            return list(session.scalars(wanted))

    def payments_of(self, application_number: str) -> list[PaymentRow]:
        wanted = select(PaymentRow).where(PaymentRow.application_number == application_number)
        with self.backend.services.sessions() as session:
            return list(session.scalars(wanted))

    def orders(self) -> dict[str, dict[str, Any]]:
        """What the gateway has, by order number."""
        state = requests.get(f"{self.sandbox.url}/control/state", timeout=LIMIT_S).json()
        return {order["out_trade_no"]: order for order in state["orders"]}

    def phone(self, act: str, **body: Any) -> bool:
        """Something that the payer does; False when the phone says no."""
        return requests.post(f"{self.sandbox.url}/phone/{act}", json=body, timeout=LIMIT_S).status_code == 200


def document_of(person: SeedPerson) -> DocumentFacts:
    return DocumentFacts(person.document_kind, person.document_number, person.name, person.address)


@contextmanager
def money_office(folder: Path) -> Iterator[MoneyOffice]:
    sandbox = SandboxProgram(folder / "sandbox", free_port())
    sandbox.start()
    try:
        sandbox.sound()
        with _office(folder, sandbox) as office:
            yield office
    finally:
        sandbox.stop()


@contextmanager
def _office(folder: Path, sandbox: SandboxProgram) -> Iterator[MoneyOffice]:
    listener = _listener()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    made: list[PaymentService] = []

    def parts(_settings: Settings, services: Services) -> tuple[Part, ...]:
        """As in production, but the gateway judges the age of notifications by the true time: the sandbox signs so."""
        merchant = settings_for(sandbox, f"{url}{NOTIFICATIONS}wechat/notifications")
        gateway = open_wechat_gateway(merchant, SystemClock())
        service = PaymentService(services.sessions, gateway, services.applications, services.clock)
        made.append(service)
        return (Part(payment_router(service), own_guard=(NOTIFICATIONS,), gateway_is_up=service.gateway_is_up),)

    state_dir = folder / "backend"
    settings = Settings(state_dir, f"sqlite:///{folder}/backend.sqlite", url, sandbox.url, FONT)
    backend = build_backend(settings, OfficeClock(sandbox), RandomNumbers(), parts)
    migrate(backend.engine)
    token_file = state_dir / "terminal-token"
    with backend.services.sessions.begin() as session:
        seeder = Seeder(session, backend.services.clock, RandomNumbers(), backend.services.reference)
        seeder.terminal(TERMINAL, "CY01", token_file)
    with _serving(backend, listener):
        yield MoneyOffice(sandbox, backend, made[0], url, token_file.read_text().strip())
    backend.engine.dispose()
