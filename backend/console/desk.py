"""Everything the pages work with, put together once and passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from backend.clock import Clock
from backend.console.accounts import Accounts
from backend.console.drafts import Drafts
from backend.console.render import Templates
from backend.console.signing_in import SigningIn
from backend.fleet.fleet import Fleet
from backend.fleet.rollouts.service import TARGETING
from backend.fleet.tables import AlertRow, SwitchRow
from backend.services import Services

SignOnBench = Callable[[bytes], bytes]
"""A bundle's bytes to an envelope signed with throw-away release keys."""


@dataclass(frozen=True)
class Desk:
    fleet: Fleet
    services: Services
    accounts: Accounts
    signing_in: SigningIn
    drafts: Drafts
    templates: Templates
    is_https: bool
    """The console is reached over TLS: its cookies never travel otherwise."""
    sign_on_bench: SignOnBench | None
    """Only with `serve --bench`: release keys lie beside the backend. Otherwise people sign, elsewhere."""

    @property
    def clock(self) -> Clock:
        return self.fleet.clock

    def is_targeting(self) -> bool:
        """False: the kill switch is thrown."""
        with self.fleet.sessions() as session:
            switch = session.get(SwitchRow, TARGETING)
            return switch is None or switch.is_on

    def open_alerts(self) -> int:
        with self.fleet.sessions() as session:
            return session.scalar(select(func.count()).select_from(AlertRow).where(AlertRow.ended_at.is_(None))) or 0
