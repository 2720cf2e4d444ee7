from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backend.entrance import TlsFiles, tls_config
from backend.fleet.authority import key_der
from backend.fleet.tables import EnrolmentRow
from backend.problems import Refusal
from kiosk.fleet.pairing import Ticket, read_ticket, short_code
from kiosk.fleet.roots import Root, first_root
from tests.contract.backend.fleet_bench import FleetBench, report_body
from tests.contract.backend.server import _listener
from tests.contract.backend.test_backend_errors import problem_of


@dataclass
class Newcomer:
    """A terminal with a key of its own."""

    key: ec.EllipticCurvePrivateKey

    @property
    def csr(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anything")])
        request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(self.key, hashes.SHA256())
        return request.public_bytes(serialization.Encoding.PEM).decode()

    def body(self, ticket: Ticket) -> dict[str, Any]:
        return {"secret": ticket.secret, "csr_pem": self.csr, "app_version": "0.1.0", "hardware": "bench"}

    def code(self, ticket: Ticket, nonce: str) -> str:
        return short_code(ticket.secret, key_der(self.key.public_key()), nonce)


@pytest.fixture
def newcomer() -> Newcomer:
    return Newcomer(ec.generate_private_key(ec.SECP256R1()))


def ticket_of(bench: FleetBench, terminal: str = "lobby-7") -> Ticket:
    with bench.session() as session:
        ticket = bench.fleet.enrolments.ticket(session, terminal, "CY01", "anna")
    assert isinstance(ticket, Ticket)
    scanned = read_ticket(ticket.content())
    assert scanned == ticket
    return ticket


def enrolled(bench: FleetBench, newcomer: Newcomer, terminal: str = "lobby-7") -> dict[str, Any]:
    ticket = ticket_of(bench, terminal)
    asked = bench.running.http.post("/v1/enrolments", json=newcomer.body(ticket))
    assert asked.status_code == 200, asked.text
    bench.fleet.decide_enrolment(asked.json()["enrolment_id"], "anna", is_approved=True)
    return bench.running.http.post(
        f"/v1/enrolments/{asked.json()['enrolment_id']}/status", json={"secret": ticket.secret}
    ).json()


# --- joining ----------------------------------------------------------------------------------------------------------


def test_both_screens_show_the_same_code_and_a_person_admits(bench: FleetBench, newcomer: Newcomer) -> None:
    ticket = ticket_of(bench)
    csr_body = newcomer.body(ticket)
    asked = bench.running.http.post("/v1/enrolments", json=csr_body).json()
    assert asked["state"] == "pending"
    assert asked["certificate"] is None
    with bench.session() as session:
        row = session.get_one(EnrolmentRow, asked["enrolment_id"])
        assert row.short_code == newcomer.code(ticket, asked["nonce"])
    bench.fleet.decide_enrolment(asked["enrolment_id"], "anna", is_approved=True)
    status = f"/v1/enrolments/{asked['enrolment_id']}/status"
    told = bench.running.http.post(status, json={"secret": ticket.secret}).json()
    assert (told["state"], told["terminal_id"], told["office_id"]) == ("approved", "lobby-7", "CY01")
    assert isinstance(first_root(told["root"].encode()), Root)
    assert bench.fleet.board.posted("lobby-7") is not None, "the first wish is there at once"
    problem_of(bench.running.http.post(status, json={"secret": "A" * 26}), 404, "not_found")


def test_a_ticket_is_used_once_whoever_comes_first(bench: FleetBench, newcomer: Newcomer) -> None:
    ticket = ticket_of(bench)
    thief = Newcomer(ec.generate_private_key(ec.SECP256R1()))
    bodies = [newcomer.body(ticket), thief.body(ticket)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda body: bench.running.http.post("/v1/enrolments", json=body), bodies))
    first, second = sorted(answer.status_code for answer in answers)
    assert first == 200
    assert second in {401, 409}


def test_the_same_request_again_is_answered_again(bench: FleetBench, newcomer: Newcomer) -> None:
    body = newcomer.body(ticket_of(bench))
    first = bench.running.http.post("/v1/enrolments", json=body).json()
    assert bench.running.http.post("/v1/enrolments", json=body).json() == first


def test_a_ticket_ends_and_a_newer_one_voids_it(bench: FleetBench, newcomer: Newcomer) -> None:
    older = ticket_of(bench)
    newer = ticket_of(bench)
    problem_of(bench.running.http.post("/v1/enrolments", json=newcomer.body(older)), 401, "not_authenticated")
    bench.clock.advance(minutes=16)
    problem_of(bench.running.http.post("/v1/enrolments", json=newcomer.body(newer)), 401, "not_authenticated")


def test_a_request_that_proves_no_key_is_refused(bench: FleetBench, newcomer: Newcomer) -> None:
    body = newcomer.body(ticket_of(bench))
    for wrong in ("-----BEGIN X-----\nAAAA\n-----END X-----\n", body["csr_pem"].replace("A", "B")):
        answer = bench.running.http.post("/v1/enrolments", json={**body, "csr_pem": wrong})
        problem_of(answer, 422, "malformed")


def test_a_denied_one_gets_nothing_and_a_decision_is_final(bench: FleetBench, newcomer: Newcomer) -> None:
    ticket = ticket_of(bench)
    asked = bench.running.http.post("/v1/enrolments", json=newcomer.body(ticket)).json()
    bench.fleet.decide_enrolment(asked["enrolment_id"], "anna", is_approved=False)
    assert isinstance(bench.fleet.decide_enrolment(asked["enrolment_id"], "bert", is_approved=True), Refusal)
    told = bench.running.http.post(f"/v1/enrolments/{asked['enrolment_id']}/status", json={"secret": ticket.secret})
    assert (told.json()["state"], told.json()["certificate"]) == ("denied", None)


# --- the entrance -----------------------------------------------------------------------------------------------------


@dataclass
class Door:
    """The terminals' entrance over TLS, and what a terminal needs to pass it."""

    url: str
    authority: Path
    folder: Path

    def client(self, told: dict[str, Any] | None = None, key: ec.EllipticCurvePrivateKey | None = None) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.authority))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        if told is not None and key is not None:
            certificate, key_file = self.folder / "terminal.pem", self.folder / "terminal.key"
            certificate.write_text(told["certificate"]["certificate_pem"])
            key_file.write_bytes(
                key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            )
            context.load_cert_chain(certificate, key_file)
        return httpx.Client(base_url=self.url, verify=context, timeout=20, trust_env=False)


@pytest.fixture
def door(small_bench: FleetBench, tmp_path: Path) -> Iterator[Door]:
    folder = small_bench.running.settings.state_dir / "authority"
    now = small_bench.clock.now()
    certificate, key = small_bench.fleet.authority.write_server(folder, ("127.0.0.1",), now)
    listener = _listener()
    port = listener.getsockname()[1]
    files = TlsFiles(certificate, key, folder / "authority.pem")
    config = tls_config(small_bench.running.backend.app, "127.0.0.1", port, files)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield Door(f"https://127.0.0.1:{port}", folder / "authority.pem", tmp_path)
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@pytest.fixture
def clock() -> object:
    """Certificates are checked by the TLS library too, against the real clock."""
    from backend.clock import SystemClock
    from tests.contract.backend.server import SteppedClock

    return SteppedClock(SystemClock().now())


def test_a_certificate_opens_the_door_for_its_terminal_only(
    small_bench: FleetBench, newcomer: Newcomer, door: Door
) -> None:
    told = enrolled(small_bench, newcomer)
    with door.client(told, newcomer.key) as client:
        assert client.get("/v1/terminals/lobby-7/desired").status_code == 200
        assert client.get("/v1/reference").status_code == 200
        problem_of(client.get("/v1/terminals/lobby-1/desired"), 403, "not_allowed")
        body = report_body(small_bench.clock, 1)
        assert client.post("/v1/terminals/lobby-7/report", json=body).status_code == 200


def test_who_has_no_certificate_may_only_join(small_bench: FleetBench, newcomer: Newcomer, door: Door) -> None:
    with door.client() as client:
        problem_of(client.get("/v1/terminals/lobby-7/desired"), 401, "not_authenticated")
        asked = client.post("/v1/enrolments", json=newcomer.body(ticket_of(small_bench)))
        assert asked.status_code == 200
        assert client.get("/v1/reference", headers=small_bench.running.headers).status_code == 200, "a token still does"


def test_a_stranger_s_certificate_does_not_pass(small_bench: FleetBench, newcomer: Newcomer, door: Door) -> None:
    from backend.fleet.authority import open_authority

    other = open_authority(door.folder / "other", small_bench.clock.now())
    certificate = other.issue(newcomer.csr, "lobby-1", small_bench.clock.now())
    assert certificate is not None
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    with (
        door.client({"certificate": {"certificate_pem": pem}}, newcomer.key) as client,
        pytest.raises(httpx.TransportError),
    ):
        client.get("/v1/reference")


def test_renewal_keeps_the_key_and_nothing_else_renews(small_bench: FleetBench, newcomer: Newcomer, door: Door) -> None:
    told = enrolled(small_bench, newcomer)
    with door.client(told, newcomer.key) as client:
        renewed = client.post("/v1/terminals/lobby-7/certificates", json={"csr_pem": newcomer.csr})
        assert renewed.status_code == 200, renewed.text
        assert renewed.json()["certificate_pem"] != told["certificate"]["certificate_pem"]
        other = Newcomer(ec.generate_private_key(ec.SECP256R1()))
        problem_of(client.post("/v1/terminals/lobby-7/certificates", json={"csr_pem": other.csr}), 403, "not_allowed")


def test_a_decommissioned_terminal_is_told_to_wipe_itself(
    small_bench: FleetBench, newcomer: Newcomer, door: Door
) -> None:
    told = enrolled(small_bench, newcomer)
    with door.client(told, newcomer.key) as client:
        small_bench.fleet.decommission("lobby-7", "anna")
        for path in ("/v1/terminals/lobby-7/desired", "/v1/reference", "/v1/roots/1"):
            problem_of(client.get(path), 410, "decommissioned")
    with small_bench.session() as session:
        outcome = small_bench.fleet.enrolments.ticket(session, "lobby-7", "CY01", "anna")
    assert isinstance(outcome, Refusal), "its name is never used again"


def test_a_frozen_terminal_is_kept_out_until_a_person_decides(
    small_bench: FleetBench, newcomer: Newcomer, door: Door
) -> None:
    told = enrolled(small_bench, newcomer)
    with door.client(told, newcomer.key) as client:
        with small_bench.session() as session:
            small_bench.fleet.enrolments.freeze(session, "lobby-7", "anna", is_frozen=True)
        problem_of(client.get("/v1/reference"), 403, "not_allowed")
        with small_bench.session() as session:
            small_bench.fleet.enrolments.freeze(session, "lobby-7", "anna", is_frozen=False)
        assert client.get("/v1/reference").status_code == 200


# --- behind a proxy ---------------------------------------------------------------------------------------------------


def test_the_header_of_a_front_counts_only_where_a_front_is(small_bench: FleetBench, newcomer: Newcomer) -> None:
    import base64

    from starlette.types import Scope

    from backend.auth import Terminal
    from backend.fleet.identity import certificate_check

    told = enrolled(small_bench, newcomer)
    certificate = x509.load_pem_x509_certificate(told["certificate"]["certificate_pem"].encode())
    der = certificate.public_bytes(serialization.Encoding.DER)
    header = b":" + base64.b64encode(der) + b":"
    scope: Scope = {"type": "http", "headers": [(b"client-cert", header)]}
    fleet = small_bench.fleet

    def check(*, has_front: bool, seen: Scope) -> object:
        return certificate_check(fleet.sessions, fleet.authority, fleet.clock, has_front=has_front)(seen)

    assert check(has_front=False, seen=scope) is None
    assert check(has_front=True, seen=scope) == Terminal("lobby-7", "CY01")
    assert isinstance(check(has_front=True, seen={**scope, "headers": [(b"client-cert", b":AA==:")]}), Refusal)
    small_bench.clock.advance(days=31)
    assert isinstance(check(has_front=True, seen=scope), Refusal), "an old certificate is none"
