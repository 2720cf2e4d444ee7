"""From the machine's settings to a member of a fleet, or to whoever is about to become one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from kiosk.central.client import CentralClient
from kiosk.central.fleet import FleetClient
from kiosk.central.joining import fetch_authority
from kiosk.config import Settings
from kiosk.fleet.pairing import Ticket
from kiosk.fleet.roots import Root
from kiosk.flow.events import Event
from kiosk.logs import Log
from kiosk.services.fleet.desk import FOLDER, IDENTITY_FOLDER, FleetDesk, Surroundings
from kiosk.services.fleet.enrolling import Enroller
from kiosk.services.fleet.files import DiskSteps, Files
from kiosk.services.fleet.identity import Identity, IdentityStore
from kiosk.services.fleet.store import Store
from kiosk.services.staff.backend_entrance import Entrance
from kiosk.version import APP_VERSION_TEXT


@dataclass(frozen=True)
class Member:
    """A terminal that has joined its fleet."""

    identity: Identity
    identities: IdentityStore
    root: Root

    def settings(self, settings: Settings) -> Settings:
        """Who this is and where it stands was decided when it joined."""
        place = {"id": self.identity.terminal_id, "office_id": self.identity.office_id}
        return settings.model_copy(update={"terminal": settings.terminal.model_copy(update=place)})

    def client(self) -> CentralClient:
        """Over mutual TLS."""
        who = self.identity
        ca_file, certificate_file = str(who.authority_file), str(who.certificate_file)
        return CentralClient(who.url, who.terminal_id, "", ca_file=ca_file, certificate_file=certificate_file)

    @property
    def entrance(self) -> Entrance:
        """Its certificate is renewed while it runs."""
        who = self.identity

        def ends() -> datetime:
            return (self.identities.identity() or who).expires

        return Entrance(who.url, str(who.authority_file), ends)

    def desk(self, settings: Settings, around: Surroundings) -> FleetDesk:
        """Has taken up what the last run left."""
        desk = FleetDesk(self.identity, self.identities, _files(settings), self.root, settings.fleet.hardware, around)
        desk.begin()
        return desk


def member_of(settings: Settings) -> Member | None:
    """None: it belongs to no fleet, has not joined yet, or has lost what it trusts and joins anew."""
    if not settings.fleet.enabled:
        return None
    identities = identities_of(settings)
    identity, root = identities.identity(), Store(_files(settings)).root()
    return Member(identity, identities, root) if identity is not None and root is not None else None


def identities_of(settings: Settings) -> IdentityStore:
    return IdentityStore(settings.terminal.state_dir / IDENTITY_FOLDER)


def make_enroller(
    settings: Settings, post: Callable[[Event], None], on_joined: Callable[[], None], log: Log
) -> Enroller:
    identities = identities_of(settings)
    return Enroller(
        identities,
        Store(_files(settings)),
        fetch_authority,
        partial(_joining_desk, identities),
        (APP_VERSION_TEXT, settings.fleet.hardware),
        post,
        on_joined,
        log,
    )


def _files(settings: Settings) -> Files:
    return Files(DiskSteps(settings.terminal.state_dir / FOLDER))


def _joining_desk(identities: IdentityStore, ticket: Ticket) -> FleetClient:
    """Over the line that the ticket pins; there is no certificate of our own yet."""
    return FleetClient(CentralClient(f"https://{ticket.host}", "", "", ca_file=str(identities.authority_file)), "")
