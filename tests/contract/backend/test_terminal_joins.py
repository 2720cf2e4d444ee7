"""The terminal's own parts join over the real entrance: pinned authority, short code, certificate, renewal, goodbye."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from backend.fleet.tables import EnrolmentRow
from kiosk.central.client import CentralClient
from kiosk.central.errors import Refused, SilenceKind, Silent
from kiosk.central.fleet import FleetClient
from kiosk.central.joining import fetch_authority
from kiosk.central.wire import ProblemCode, Reference
from kiosk.fleet.pairing import Certificate, Ticket
from kiosk.flow.enrolling.effects import Enrol
from kiosk.flow.enrolling.events import EnrolmentFailed, EnrolmentFinished, EnrolmentPending
from kiosk.flow.events import Event
from kiosk.services.fleet.enrolling import Enroller
from kiosk.services.fleet.files import DiskSteps, Files
from kiosk.services.fleet.identity import IdentityStore
from kiosk.services.fleet.store import Store
from tests.contract.backend.fleet_bench import FleetBench
from tests.contract.backend.test_fleet_enrolment import Door, clock, door, ticket_of
from tests.unit.services.lobby import KeptLog

__all__ = ["clock", "door"]


@pytest.fixture
def small_bench(tmp_path: Path, font: Path, clock: object) -> Iterator[FleetBench]:
    from tests.contract.backend.fleet_bench import running_fleet
    from tests.contract.backend.server import SteppedClock

    assert isinstance(clock, SteppedClock)
    with running_fleet(f"sqlite:///{tmp_path}/backend.sqlite", tmp_path, font, clock) as running:
        yield running


@dataclass
class Newcomer:
    """A terminal in its box."""

    folder: Path
    told: list[Event] = field(default_factory=list)
    joined: int = 0
    opened: list[CentralClient] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.identities = IdentityStore(self.folder / "identity")
        self.store = Store(Files(DiskSteps(self.folder / "fleet")))
        self.enroller = Enroller(
            self.identities,
            self.store,
            fetch_authority,
            self._desk,
            ("0.1.0", "bench"),
            self.told.append,
            self._joined,
            KeptLog(),
        )

    def show(self, content: str) -> Event:
        self.enroller.take(Enrol(content.encode()))
        return self.told[-1]

    def ask(self) -> Event:
        self.enroller.ask_status()
        return self.told[-1]

    def client(self) -> FleetClient:
        identity = self.identities.identity()
        assert identity is not None
        return FleetClient(self.plain_client(), identity.terminal_id)

    def plain_client(self) -> CentralClient:
        identity = self.identities.identity()
        assert identity is not None
        ca_file, certificate_file = str(identity.authority_file), str(identity.certificate_file)
        return self._kept(
            CentralClient(identity.url, identity.terminal_id, "", ca_file=ca_file, certificate_file=certificate_file)
        )

    def close(self) -> None:
        for client in self.opened:
            client.close()

    def _kept(self, client: CentralClient) -> CentralClient:
        self.opened.append(client)
        return client

    def _desk(self, ticket: Ticket) -> FleetClient:
        ca_file = str(self.identities.authority_file)
        return FleetClient(self._kept(CentralClient(f"https://{ticket.host}", "", "", ca_file=ca_file)), "")

    def _joined(self) -> None:
        self.joined += 1


@pytest.fixture
def newcomer(tmp_path: Path, door: Door) -> Iterator[Newcomer]:
    """Its connections end before the door closes."""
    assert door.url
    with closing(Newcomer(tmp_path / "terminal")) as made:
        yield made


def ticket_for(bench: FleetBench, door: Door) -> Ticket:
    return replace(ticket_of(bench), host=door.url.removeprefix("https://"))


def joined(bench: FleetBench, door: Door, newcomer: Newcomer) -> Newcomer:
    pending = newcomer.show(ticket_for(bench, door).content())
    assert isinstance(pending, EnrolmentPending)
    with bench.session() as session:
        row = session.query(EnrolmentRow).one()
        assert row.short_code == pending.code, "both screens show the same"
        enrolment_id = row.enrolment_id
    bench.fleet.decide_enrolment(enrolment_id, "anna", is_approved=True)
    assert newcomer.ask() == EnrolmentFinished()
    return newcomer


def test_a_terminal_joins_and_speaks_over_mutual_tls(small_bench: FleetBench, door: Door, newcomer: Newcomer) -> None:
    joined(small_bench, door, newcomer)
    assert newcomer.joined == 1
    identity = newcomer.identities.identity()
    assert identity is not None
    assert (identity.terminal_id, identity.office_id) == ("lobby-7", "CY01")
    assert stat.S_IMODE(identity.certificate_file.stat().st_mode) == 0o600
    assert newcomer.store.root() is not None
    assert newcomer.identities.pending() is None
    assert isinstance(newcomer.plain_client().reference(), Reference), "every call goes over it"


def test_what_is_no_ticket_and_a_ticket_that_is_used_are_told_apart(
    small_bench: FleetBench, door: Door, newcomer: Newcomer, tmp_path: Path
) -> None:  # fmt: skip
    assert newcomer.show("134567890123456789") == EnrolmentFailed("not_a_ticket")
    content = ticket_for(small_bench, door).content()
    assert isinstance(newcomer.show(content), EnrolmentPending)
    with closing(Newcomer(tmp_path / "thief")) as thief:
        assert thief.show(content) == EnrolmentFailed("ticket_refused")


def test_another_authority_than_the_pinned_one_gets_nothing(
    small_bench: FleetBench, door: Door, newcomer: Newcomer
) -> None:  # fmt: skip
    forged = replace(ticket_for(small_bench, door), ca_sha256="0" * 64)
    assert newcomer.show(forged.content()) == EnrolmentFailed("untrusted")
    with small_bench.session() as session:
        assert session.query(EnrolmentRow).count() == 0


def test_a_power_cut_before_the_yes_asks_the_same_again(
    small_bench: FleetBench, door: Door, newcomer: Newcomer
) -> None:  # fmt: skip
    content = ticket_for(small_bench, door).content()
    first = newcomer.show(content)
    with closing(Newcomer(newcomer.folder)) as again:
        assert again.show(content) == first


def test_a_no_is_told_and_forgotten(small_bench: FleetBench, door: Door, newcomer: Newcomer) -> None:
    newcomer.show(ticket_for(small_bench, door).content())
    with small_bench.session() as session:
        enrolment_id = session.query(EnrolmentRow).one().enrolment_id
    small_bench.fleet.decide_enrolment(enrolment_id, "anna", is_approved=False)
    assert newcomer.ask() == EnrolmentFailed("denied")
    assert newcomer.identities.pending() is None


def test_a_certificate_is_renewed_for_the_same_key(small_bench: FleetBench, door: Door, newcomer: Newcomer) -> None:
    joined(small_bench, door, newcomer)
    before, key = newcomer.identities.identity(), newcomer.identities.key()
    assert before is not None
    assert key is not None
    small_bench.clock.advance(days=1)
    renewed = newcomer.client().renew(key.request())
    assert isinstance(renewed, Certificate)
    newcomer.identities.keep(key, renewed, before.host, before.office_id)
    after = newcomer.identities.identity()
    assert after is not None
    assert after.expires > before.expires + timedelta(hours=23)


def test_a_decommissioned_terminal_hears_it_and_wipes_itself(
    small_bench: FleetBench, door: Door, newcomer: Newcomer
) -> None:  # fmt: skip
    joined(small_bench, door, newcomer)
    client = newcomer.client()
    small_bench.fleet.decommission("lobby-7", "anna")
    assert client.desired("", 0) == Refused(ProblemCode.DECOMMISSIONED)
    newcomer.identities.wipe()
    newcomer.store.wipe()
    assert newcomer.identities.identity() is None
    assert not list((newcomer.folder / "identity").iterdir())
    assert newcomer.store.root() is None


def test_nobody_at_the_door_is_no_answer(newcomer: Newcomer) -> None:
    assert fetch_authority("127.0.0.1:1", "0" * 64) == Silent(SilenceKind.UNREACHABLE)
