"""The real backend with real payments against the real sandbox, on a port, as a terminal meets it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from backend.clock import RandomNumbers, SystemClock
from backend.composition import Backend, build_backend
from backend.migrations.migrate import migrate
from backend.seed import Seeder, read_people
from backend.settings import Settings
from kiosk.central import wire
from kiosk.central.client import CentralClient
from kiosk.central.errors import Refused, Silent
from kiosk.domain.application import PaymentMethod
from tests.contract.backend.server import PEOPLE, TERMINAL, _listener, _serving, look_up_body
from tests.contract.payments.bench import SandboxProgram

T = TypeVar("T", bound=wire.Message)
OFFICE, FEE_FEN = "CY01", 2000


@dataclass
class Central:
    """A running backend and the terminal's client to it."""

    backend: Backend
    sandbox: SandboxProgram
    url: str
    token: str = field(repr=False)
    client: CentralClient

    def new_key(self) -> str:
        return uuid4().hex

    def new_number(self) -> str:
        """The sandbox outlives a backend, so numbers differ between tests."""
        return f"SSC260101{uuid4().hex[:16]}"

    def found(self, special: str) -> wire.PersonFound:
        request = wire.LookUpRequest.model_validate(look_up_body(PEOPLE[special]))
        return got(self.client.look_up(request), wire.PersonFound)

    def applied(self, special: str) -> wire.Application:
        return got(self.client.apply(self.new_key(), application(self.found(special))), wire.Application)

    def begun(self, special: str, payer_code: str | None = None) -> wire.Payment:
        number = self.applied(special).application_number
        return got(self.client.request_payment(number, payment(self.new_number(), payer_code)), wire.Payment)

    def paid(self, special: str) -> wire.Payment:
        return self.begun(special, self.sandbox.payer_code("pays"))


def got(answer: T | Refused | Silent, kind: type[T]) -> T:
    assert isinstance(answer, kind), answer
    return answer


def application(person: wire.PersonFound, **changes: object) -> wire.ApplicationRequest:
    body = {
        "person_token": person.person_token,
        "reason": "LOST",
        "mobile": "13800000000",
        "delivery_mode": "PICKUP",
        "office_id": OFFICE,
        "bank_code": "B01",
        "fee_fen": FEE_FEN,
    }
    return wire.ApplicationRequest.model_validate(body | changes)


def payment(number: str, payer_code: str | None = None) -> wire.PaymentRequest:
    method = PaymentMethod.PAYER_CODE if payer_code else PaymentMethod.CODE_SHOWN
    return wire.PaymentRequest(payment_number=number, method=method, payer_code=payer_code)


@contextmanager
def open_central(folder: Path, font: Path, sandbox: SandboxProgram) -> Iterator[Central]:
    listener = _listener()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    database = f"sqlite:///{folder}/backend.sqlite"
    settings = Settings(folder / "state", database, url, sandbox.url, font, sandbox.state_dir / "merchant")
    backend = build_backend(settings, SystemClock(), RandomNumbers())
    migrate(backend.engine)
    token_file = settings.state_dir / "terminal-token"
    with backend.services.sessions.begin() as session:
        seeder = Seeder(session, SystemClock(), RandomNumbers(), backend.services.reference)
        seeder.terminal(TERMINAL, OFFICE, token_file)
        seeder.people(read_people())
    token = token_file.read_text(encoding="ascii").strip()
    client = CentralClient(url, TERMINAL, token)
    with _serving(backend, listener):
        yield Central(backend, sandbox, url, token, client)
        client.close()
    backend.engine.dispose()
