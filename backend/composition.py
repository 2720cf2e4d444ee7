"""Puts a backend together from its settings: the only place that knows every part."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from starlette.types import ASGIApp

from backend.app import Part, create_app
from backend.applications.jobs import ApplicationJobs
from backend.applications.ports import NoTextMessages, ProductionTakesAll
from backend.bench_part import bench_part
from backend.certificates.links import Links
from backend.certificates.printing import CertificatePrinter
from backend.certificates.signing import ensure_signing_identity, pades_signer, write_secret
from backend.clock import Clock, Numbers
from backend.console.part import console_part
from backend.database import open_engine, session_factory
from backend.e_cards.port import NoECards
from backend.e_cards.sandbox import SandboxECards
from backend.fleet.part import build_fleet, fleet_part
from backend.jobs import Job, Loop, periodic
from backend.payments.part import payments_part
from backend.reference.service import ReferenceData, load_reference
from backend.services import Services, build_services
from backend.settings import Settings
from backend.texts.catalogue import load_texts


@dataclass(frozen=True)
class Backend:
    app: ASGIApp
    services: Services
    jobs: Sequence[Job]
    """What the backend does for applications without a terminal; part of `loops`."""
    loops: Sequence[Loop]
    engine: Engine


MakeParts = Callable[[Settings, Services], Sequence[Part]]


def sample_parts(settings: Settings, services: Services) -> Sequence[Part]:
    """The further areas of the reference backend: payments only with a merchant's keys, a fleet only with its roots."""
    parts: list[Part] = []
    if settings.merchant_dir is not None:
        parts.append(payments_part(settings.merchant_dir, settings.gateway_url, settings.public_url, services))
    if settings.fleet_dir is not None:
        fleet = build_fleet(settings, services)
        parts += [fleet_part(settings, fleet), console_part(settings, services, fleet)]
    return parts


def build_backend(settings: Settings, clock: Clock, numbers: Numbers, make_parts: MakeParts = sample_parts) -> Backend:
    """The whole program short of its port; makes its keys in the state directory when they are missing."""
    engine = open_engine(settings.database_url)
    services = _services(settings, engine, clock, numbers)
    parts = [*make_parts(settings, services), *_bench_parts(settings, services)]
    jobs = [*_application_jobs(services), *_draft_jobs(services)]
    part_loops = [loop for part in parts for loop in part.loops]
    return Backend(create_app(services, parts), services, jobs, (periodic(jobs), *part_loops), engine)


def _application_jobs(services: Services) -> Sequence[Job]:
    jobs = ApplicationJobs(
        services.sessions, services.clock, services.applications, ProductionTakesAll(), NoTextMessages()
    )
    return jobs.accept_paid, jobs.expire_unpaid, jobs.order_cards, jobs.tell_people


def _bench_parts(settings: Settings, services: Services) -> Sequence[Part]:
    return (bench_part(services),) if settings.bench else ()


def _draft_jobs(services: Services) -> Sequence[Job]:
    def forget_old_drafts() -> None:
        with services.sessions.begin() as session:
            services.drafts.forget_old(session)

    def forget_unused_photos() -> None:
        with services.sessions.begin() as session:
            services.drafts.photos.forget_unused(session)

    return forget_old_drafts, forget_unused_photos


def reference_of(settings: Settings) -> ReferenceData:
    return load_reference(settings.reference_dir) if settings.reference_dir else load_reference()


def _services(settings: Settings, engine: Engine, clock: Clock, numbers: Numbers) -> Services:
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    ensure_signing_identity(settings.state_dir, clock.now())
    links = Links(_link_secret(settings.state_dir), settings.public_url.rstrip("/"))
    printer = CertificatePrinter(clock, links, load_texts(), settings.font, pades_signer(settings.state_dir))
    sessions = session_factory(engine)
    e_cards = SandboxECards(sessions, clock, numbers) if settings.bench else NoECards()
    return build_services(sessions, clock, numbers, reference_of(settings), links, printer, e_cards)


def _link_secret(state_dir: Path) -> bytes:
    path = state_dir / "link-secret"
    if not path.exists():
        write_secret(path, secrets.token_bytes(32))
    return path.read_bytes()
