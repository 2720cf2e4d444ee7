"""What staff at terminals need of the backend: their chain verified, slips copied and counted, reports kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from backend.applications.tables import ApplicationRow
from backend.payments.tables import PaymentRow
from backend.staff.tables import AuditFindingRow, AuditRecordRow, ReadinessReportRow
from kiosk.audit.catalogue import OwnWord
from kiosk.audit.keys import terminal_key
from kiosk.audit.log import AuditFiles, AuditLog, read_lines
from kiosk.audit.records import Entry, Link, line_of, next_record
from tests.contract.backend.server import TERMINAL, Running, SteppedClock, new_key

STAFF = {"staff_number": 7, "role": "attendant"}
REPORT = {
    "made_at": "2026-09-29T10:00:00+08:00",
    "verdict": "warning",
    "rows": [{"measure": "disk_free", "value": 12, "unit": "percent", "verdict": "warning", "subject": ""}],
}


class Chain:
    """The audit log of the terminal that speaks in these tests."""

    def __init__(self, folder: Path, terminal_id: str, clock: SteppedClock) -> None:
        self.files = AuditFiles(folder)
        self.key = terminal_key(self.files.key)
        self.log = AuditLog(self.files, terminal_id, self.key, clock.now)

    def lines(self) -> list[str]:
        return [line.decode().rstrip("\n") for line in read_lines(self.files.log)]

    def fill(self, count: int) -> None:
        for _ in range(count):
            self.log.record(Entry(OwnWord.TERMINAL_STARTED))
        self.log.seal()


@pytest.fixture
def chain(central: Running, tmp_path: Path, clock: SteppedClock) -> Chain:
    return Chain(tmp_path / "audit", TERMINAL, clock)


def upload(central: Running, chain: Chain, lines: list[str], public_key: str = "") -> dict[str, Any]:
    answer = central.post("/v1/audit-records", {"public_key": public_key or chain.key.public.text, "lines": lines})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_chain_is_taken_and_its_end_told(central: Running, chain: Chain) -> None:
    chain.fill(4)
    answer = upload(central, chain, chain.lines())
    assert answer == {"contiguous_to": 6, "head_hash": chain.log.head.hash, "findings": []}


def test_what_is_known_is_taken_once(central: Running, chain: Chain) -> None:
    chain.fill(4)
    assert upload(central, chain, chain.lines()) == upload(central, chain, chain.lines())
    with central.backend.services.sessions() as session:
        assert len(session.scalars(select(AuditRecordRow)).all()) == 6


def test_the_lines_are_kept_as_they_are(central: Running, chain: Chain) -> None:
    chain.fill(2)
    upload(central, chain, chain.lines())
    with central.backend.services.sessions() as session:
        rows = session.scalars(select(AuditRecordRow).order_by(AuditRecordRow.seq)).all()
    assert [row.line for row in rows] == chain.lines()


def test_a_gap_is_told_with_its_place(central: Running, chain: Chain) -> None:
    chain.fill(4)
    lines = chain.lines()
    assert upload(central, chain, lines[:2] + lines[3:])["findings"] == ["gap"]
    with central.backend.services.sessions() as session:
        found = session.scalars(select(AuditFindingRow)).one()
    assert (found.seq, found.what) == (3, "gap")


def test_an_edited_record_is_told(central: Running, chain: Chain) -> None:
    chain.fill(4)
    lines = [line.replace('"boot":1', '"boot":2') if '"seq":3,' in line else line for line in chain.lines()]
    assert upload(central, chain, lines)["findings"] == ["edited"]


def test_a_log_that_was_cut_and_written_on_is_told(central: Running, chain: Chain, clock: SteppedClock) -> None:
    chain.fill(4)
    upload(central, chain, chain.lines())
    other = next_record(Link(2, "0" * 64), Entry(OwnWord.TERMINAL_STOPPED), clock.now(), 9)
    assert upload(central, chain, [line_of(other).decode().rstrip("\n")])["findings"] == ["rewritten"]


def test_a_seal_that_does_not_fit_is_told(central: Running, chain: Chain, tmp_path: Path, clock: SteppedClock) -> None:
    other = Chain(tmp_path / "other", "another-terminal", clock)
    other.fill(1)
    assert upload(central, chain, other.lines(), other.key.public.text)["findings"] == ["forged_seal"]


def test_another_key_is_told(central: Running, chain: Chain, tmp_path: Path) -> None:
    chain.fill(1)
    upload(central, chain, chain.lines())
    stranger = terminal_key(tmp_path / "stranger.pem").public.text
    assert upload(central, chain, chain.lines(), stranger)["findings"] == ["other_key"]


@pytest.mark.parametrize("line", ["", "{}", "[" * 4000, '{"seq": 1}', "null", '{"seq":1,"prev":"x","hash":"y"}'])
def test_what_is_no_record_is_told_and_kept_out(central: Running, chain: Chain, line: str) -> None:
    assert upload(central, chain, [line])["findings"] == ["unreadable"]
    with central.backend.services.sessions() as session:
        assert session.scalars(select(AuditRecordRow)).all() == []


def test_what_is_no_key_is_refused(central: Running) -> None:
    body = {"public_key": "A" * 80, "lines": ["{}"]}
    assert central.post("/v1/audit-records", body).json()["code"] == "malformed"


# --- copies of slips --------------------------------------------------------------------------------------------------


@pytest.fixture
def slip(central: Running) -> str:
    """A finished application of this terminal."""
    number = central.apply_and_pay("employee_normal", reason="DAMAGED")
    answer = central.post(f"/v1/applications/{number}/submission", {"damaged_card": "handed_in"}, new_key())
    assert answer.is_success
    return number


def copied(central: Running, number: str, key: str = "") -> httpx.Response:
    return central.post(f"/v1/applications/{number}/slip-copies", STAFF, key or new_key())


def test_copies_are_counted(central: Running, slip: str) -> None:
    answers = [copied(central, slip) for _ in range(3)]
    assert [answer.json()["copy_number"] for answer in answers] == [1, 2, 3]


def test_the_same_question_again_is_the_same_copy(central: Running, slip: str) -> None:
    key = new_key()
    first, second = copied(central, slip, key), copied(central, slip, key)
    assert first.json() == second.json()
    assert copied(central, slip).json()["copy_number"] == 2


def test_a_copy_shows_no_more_than_the_slip(central: Running, slip: str) -> None:
    answer = copied(central, slip).json()
    assert "*" in answer["masked_name"]
    assert len(answer["id_last4"]) == 4
    assert answer["application"]["application_number"] == slip
    assert answer["office"]["office_id"]


def test_a_slip_that_is_not_there_is_not_found(central: Running) -> None:
    assert copied(central, "SQ260929NOTHING2").status_code == 404


def test_an_application_that_is_not_finished_has_no_slip(central: Running) -> None:
    number = central.apply_and_pay("employee_normal", reason="DAMAGED")
    assert copied(central, number).status_code == 404


def payment(application: ApplicationRow, terminal_id: str) -> PaymentRow:
    return PaymentRow(
        payment_number=application.payment_number,
        application_number=application.application_number,
        fingerprint="-",
        terminal_id=terminal_id,
        method="CODE_SHOWN",
        amount_fen=application.fee_fen,
        state="PAID",
        created_at=application.submitted_at,
        expires_at=application.submitted_at,
    )


@pytest.mark.parametrize(("paid_at", "status"), [(TERMINAL, 201), ("lobby-3", 404)])
def test_a_slip_is_copied_where_it_was_applied_for_or_paid(
    central: Running, slip: str, paid_at: str, status: int
) -> None:
    with central.backend.services.sessions.begin() as session:
        application = session.get_one(ApplicationRow, slip)
        application.terminal_id = "lobby-2"  # began there, went on here
        session.add(payment(application, paid_at))
    assert copied(central, slip).status_code == status


def test_an_old_slip_is_not_printed_at_the_terminal_any_more(central: Running, slip: str, clock: SteppedClock) -> None:
    clock.advance(days=31)
    assert copied(central, slip).status_code == 404


# --- readiness --------------------------------------------------------------------------------------------------------


def test_a_readiness_report_is_kept_once(central: Running) -> None:
    key = new_key()
    answers = [central.post("/v1/readiness-reports", REPORT, key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    with central.backend.services.sessions() as session:
        kept = session.scalars(select(ReadinessReportRow)).one()
    assert (kept.verdict, kept.rows[0]["value"]) == ("warning", 12)
