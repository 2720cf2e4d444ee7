"""The console as the backend mounts it."""

from __future__ import annotations

from pathlib import Path

from backend.app import Part
from backend.console.accounts import Accounts, open_seal
from backend.console.desk import Desk, SignOnBench
from backend.console.door import PREFIX, Door
from backend.console.drafts import Drafts
from backend.console.pages import bundles, drafts, entrance, glance, joining, money, records, rollouts, terminals
from backend.console.render import Templates
from backend.console.signing_in import SigningIn
from backend.fleet.ceremony import sign_bundle
from backend.fleet.chance import Chance, SystemChance
from backend.fleet.fleet import Fleet
from backend.fleet.key_files import read_signer
from backend.services import Services
from backend.settings import Settings
from backend.texts.catalogue import load_texts

_PAGES = (entrance, glance, terminals, joining, drafts, bundles, rollouts, money, records)


def console_part(settings: Settings, services: Services, fleet: Fleet, chance: Chance | None = None) -> Part:
    door = build_door(settings, services, fleet, chance or SystemChance())
    return Part(door.router, own_guard=(PREFIX,))


def build_door(settings: Settings, services: Services, fleet: Fleet, chance: Chance) -> Door:
    accounts = Accounts(fleet.clock, chance, open_seal(settings.state_dir))
    desk = Desk(
        fleet=fleet,
        services=services,
        accounts=accounts,
        signing_in=SigningIn(fleet.sessions, fleet.clock, chance, accounts),
        drafts=Drafts(fleet.clock, chance, fleet.bundles),
        templates=Templates(load_texts()),
        is_https=settings.public_url.startswith("https:"),
        sign_on_bench=_bench_signer(settings),
    )
    door = Door(desk)
    for pages in _PAGES:
        pages.add(door)
    return door


def _bench_signer(settings: Settings) -> SignOnBench | None:
    """Throw-away keys beside the backend, on a loopback address only (`serve --bench`); in a lobby there are none."""
    if not settings.bench or settings.fleet_dir is None:
        return None
    keys = _release_keys(settings.fleet_dir)
    if not all(path.exists() for path in keys):
        return None
    return lambda payload: sign_bundle(payload, [read_signer(path, None) for path in keys])


def _release_keys(folder: Path) -> tuple[Path, ...]:
    return tuple(folder / f"release-{name}.key" for name in "ab")
