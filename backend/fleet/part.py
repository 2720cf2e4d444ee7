"""The fleet as the backend mounts it: routes, the check of certificates, and the loops beside them."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter

from backend.app import Part
from backend.certificates.signing import write_secret
from backend.fleet.authority import open_authority
from backend.fleet.board import Board
from backend.fleet.bundles import Bundles
from backend.fleet.chance import Chance, SystemChance
from backend.fleet.commanding import Commanding
from backend.fleet.director import Director
from backend.fleet.enrolment import Enrolments
from backend.fleet.fleet import Fleet
from backend.fleet.health import Health, LogMessenger, Messenger
from backend.fleet.identity import certificate_check
from backend.fleet.key_files import read_signer
from backend.fleet.long_poll import LongPoll
from backend.fleet.loops import FleetLoops
from backend.fleet.rollouts.service import Rollouts
from backend.fleet.roots import chain_of, root_files
from backend.fleet.routes import enrolment_router, fleet_router, metrics_router
from backend.services import Services
from backend.settings import Settings

METRICS_TOKEN_FILE = "metrics-token"  # noqa: S105  the name of a file
OWN_GUARD = ("/v1/enrolments", "/metrics")


def build_fleet(
    settings: Settings,
    services: Services,
    chance: Chance | None = None,
    messenger: Messenger | None = None,
) -> Fleet:
    """The services of the fleet; raises KeyFileError, RootChainError or DirectorError when its keys do not fit."""
    if settings.fleet_dir is None:
        raise ValueError("a fleet needs its folder of roots and keys")
    clock, sessions, dice = services.clock, services.sessions, chance or SystemChance()
    envelopes = root_files(settings.fleet_dir / "roots")
    root = chain_of(envelopes)[-1]
    director = Director(read_signer(settings.fleet_dir / "director.key", None), root)
    authority = open_authority(settings.state_dir / "authority", clock.now())
    return Fleet(
        sessions=sessions,
        clock=clock,
        board=Board(),
        authority=authority,
        director=director,
        enrolments=Enrolments(clock, dice, authority, settings.entrance),
        bundles=Bundles(clock, root),
        health=Health(sessions, clock, messenger or LogMessenger()),
        rollouts=Rollouts(clock, dice, director),
        commanding=Commanding(clock, dice, director),
        roots=tuple(envelopes),
    )


def fleet_part(settings: Settings, fleet: Fleet) -> Part:
    router = APIRouter()
    for one in _routers(settings, fleet):
        router.include_router(one)
    loops = FleetLoops(fleet)
    check = certificate_check(fleet.sessions, fleet.authority, fleet.clock, has_front=settings.has_front)
    return Part(
        router,
        own_guard=OWN_GUARD,
        loops=(loops.rounds, loops.listen),
        check_certificate=check,
        layer=partial(LongPoll, fleet=fleet),
    )


def _routers(settings: Settings, fleet: Fleet) -> Sequence[APIRouter]:
    path = settings.state_dir / METRICS_TOKEN_FILE
    if not path.exists():
        write_secret(path, SystemChance().random(24).hex().encode())
    token = path.read_text().strip()

    def is_allowed(given: str) -> bool:
        return hmac.compare_digest(given.encode(), token.encode())

    return fleet_router(fleet), enrolment_router(fleet), metrics_router(fleet, is_allowed)
