from __future__ import annotations

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.fleet.pairing import (
    MAX_TICKET_LENGTH,
    Ticket,
    certificate_name,
    read_ticket,
    short_code,
    terminal_in,
    ticket_secret,
)
from kiosk.fleet.report import Applied, ConfigState, Observed, Report, Slot, is_synced
from tests.unit.fleet import good

TICKET = Ticket("backend.example.org:18443", "ab" * 32, ticket_secret(bytes(range(16))))


def test_a_ticket_survives_its_qr_code() -> None:
    content = TICKET.content()
    code = segno.make(content, micro=False)
    assert code.mode == "alphanumeric"
    assert len(content) <= MAX_TICKET_LENGTH
    assert read_ticket(content) == TICKET


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://evil.example/",
        "LOBBY1*HOST:1*AA*BB",
        TICKET.content().replace("LOBBY1", "LOBBY2"),
        TICKET.content().replace(":18443", ""),
        TICKET.content().replace("EXAMPLE", "EX/AMPLE"),
        TICKET.content() + "*X",
        TICKET.content() + "A" * 100,
        TICKET.content()[:-1],
    ],
)
def test_what_is_no_ticket_is_none(text: str) -> None:
    assert read_ticket(text) is None


@settings(deadline=None)
@given(st.text(max_size=160))
def test_any_scanned_text_is_a_ticket_or_none(text: str) -> None:
    found = read_ticket(text)
    assert found is None or read_ticket(found.content()) == found


def test_a_ticket_does_not_show_its_secret() -> None:
    assert TICKET.secret not in repr(TICKET)


def test_the_short_code_depends_on_ticket_key_and_answer() -> None:
    codes = {
        short_code("A" * 26, b"key", "0" * 32),
        short_code("B" * 26, b"key", "0" * 32),
        short_code("A" * 26, b"other", "0" * 32),
        short_code("A" * 26, b"key", "1" * 32),
    }
    assert len(codes) == 4
    assert all(len(code) == 6 and code.isdecimal() for code in codes)


def test_a_certificate_names_its_terminal() -> None:
    assert terminal_in(certificate_name("lobby-1")) == "lobby-1"
    assert terminal_in("urn:lobby-kiosk:terminal:../../x") is None
    assert terminal_in("lobby-1") is None


def report(state: ConfigState, slot: Slot, version: int = 5, bundle: str = "a" * 64) -> Report:
    return Report.model_validate(
        {
            "seq": 1,
            "boot_id": good.BOOT,
            "mono_ms": 1,
            "wall": good.NOW,
            "service": "in_service",
            "state": state,
            "observed": Observed(epoch=0, version=version, sha256="a" * 64),
            "applied": Applied(epoch=0, version=version, bundle=bundle, release_counter=7, slot=slot, since=good.NOW),
            "app_version": "0.1.0",
            "hardware": "bench",
            "outbox": {"depth": 0, "oldest_s": 0},
            "clock": {"skew_ms": 0, "is_trusted": True, "floor": good.NOW},
        }
    )


def test_synced_means_confirmed_and_nothing_less() -> None:
    assert is_synced(report(ConfigState.CONFIRMED, Slot.ACTIVE), 0, 5, "a" * 64)
    for short_of_it in (
        report(ConfigState.PROBATION, Slot.ACTIVE),
        report(ConfigState.REVERTED, Slot.LAST_KNOWN_GOOD),
        report(ConfigState.CONFIRMED, Slot.FACTORY),
        report(ConfigState.CONFIRMED, Slot.ACTIVE, version=4),
        report(ConfigState.CONFIRMED, Slot.ACTIVE, bundle="b" * 64),
    ):
        assert not is_synced(short_of_it, 0, 5, "a" * 64)
