"""The fleet's routes keep to their OpenAPI description, and nothing answers yes without the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy import event

from backend.api.pages import page_router
from backend.api.phone import phone_router
from kiosk.central.wire import IDEMPOTENCY_HEADER
from tests.contract.backend.fleet_bench import FleetBench, report_body
from tests.contract.backend.server import TERMINAL, new_key
from tests.contract.backend.test_backend_description import SIGNED
from tests.contract.backend.test_backend_errors import problem_of

OPERATIONS = [
    ("GET", "/metrics"),
    ("GET", "/v1/bundles/{sha256}"),
    ("GET", "/v1/enrolments/authority"),
    ("GET", "/v1/roots/{version}"),
    ("GET", "/v1/terminals/{terminal_id}/commands"),
    ("GET", "/v1/terminals/{terminal_id}/desired"),
    ("POST", "/v1/enrolments"),
    ("POST", "/v1/enrolments/{enrolment_id}/status"),
    ("POST", "/v1/terminals/{terminal_id}/certificates"),
    ("POST", "/v1/terminals/{terminal_id}/report"),
]


def described(bench: FleetBench) -> list[tuple[str, str]]:
    paths = bench.running.http.get("/openapi.json").json()["paths"]
    return sorted((method.upper(), path) for path, item in paths.items() for method in item)


def test_every_operation_of_the_fleet_is_described(small_bench: FleetBench) -> None:
    found = described(small_bench)
    assert [pair for pair in found if pair in OPERATIONS] == OPERATIONS


@pytest.mark.parametrize("mode", GenerationMode)
def test_answers_keep_to_the_description(bench: FleetBench, mode: GenerationMode) -> None:
    """Every operation of the whole description: those of the fleet, of terminals and of their staff."""
    schema = schemathesis.openapi.from_url(f"{bench.running.http.base_url}/openapi.json")
    schema.config.generation.update(allow_x00=False)  # PostgreSQL keeps it nowhere
    fuzzed: list[tuple[str, str]] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        fuzzed.append((operation.method.upper(), operation.path))
        if mode is GenerationMode.POSITIVE or _can_be_wrong(operation):
            _fuzz(bench, operation, mode)
    assert sorted(fuzzed) == described(bench)
    assert set(OPERATIONS) <= set(fuzzed)


def _can_be_wrong(operation: Any) -> bool:
    """Some take nothing at all."""
    places = operation.path_parameters, operation.query, operation.headers, operation.cookies, operation.body
    return any(len(place) for place in places)


def _fuzz(bench: FleetBench, operation: Any, mode: GenerationMode) -> None:
    excluded = [positive_data_acceptance] if operation.path in SIGNED else []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def fuzz(case: Case) -> None:
        if "Prefer" in (case.headers or {}):
            case.headers["Prefer"] = "respond-async"  # nothing here waits
        if mode is GenerationMode.POSITIVE and IDEMPOTENCY_HEADER in (case.headers or {}):
            case.headers[IDEMPOTENCY_HEADER] = f'"{new_key()}"'  # the same one with another body is refused, rightly
        case.call_and_validate(headers=bench.running.headers, excluded_checks=excluded)

    fuzz()


def good_requests(bench: FleetBench) -> dict[tuple[str, str], tuple[str, Any]]:
    """Path and body that the route would take, for those that check their callers themselves."""
    own = f"/v1/terminals/{TERMINAL}"
    return {
        ("POST", "/v1/enrolments"): (
            "/v1/enrolments",
            {"secret": "A" * 26, "csr_pem": good_csr(), "app_version": "0.1.0", "hardware": "bench"},
        ),
        ("POST", "/v1/enrolments/{enrolment_id}/status"): ("/v1/enrolments/abcdefgh/status", {"secret": "A" * 26}),
        ("POST", "/v1/terminals/{terminal_id}/report"): (f"{own}/report", report_body(bench.clock, 1)),
        ("GET", "/v1/terminals/{terminal_id}/desired"): (f"{own}/desired", None),
    }


def good_csr() -> str:
    from cryptography.hazmat.primitives.asymmetric import ec

    from tests.contract.backend.test_fleet_enrolment import Newcomer

    return Newcomer(ec.generate_private_key(ec.SECP256R1())).csr


@contextmanager
def no_database(bench: FleetBench) -> Generator[None]:
    engine = bench.running.backend.engine
    error = sqlite3.OperationalError if engine.dialect.name == "sqlite" else psycopg.OperationalError

    @event.listens_for(engine, "do_connect")
    def refuse(*_: object) -> None:
        raise error("no database")

    pool = engine.pool
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "do_connect", refuse)
        pool.dispose()  # what was in use then has come back by now


def test_without_the_database_every_route_answers_503(bench: FleetBench) -> None:
    operations, good = described(bench), good_requests(bench)
    token = (bench.running.settings.state_dir / "metrics-token").read_text()
    bench.desired()  # the newest statement is in memory, and still nobody gets it without being known
    with no_database(bench):
        for method, path in operations:
            url, body = good.get((method, path), (path.replace("{", "").replace("}", ""), None))
            headers = {"Authorization": f"Bearer {token}"} if path == "/metrics" else bench.running.headers
            answer = bench.running.http.request(method, url, json=body, headers=headers)
            problem_of(answer, 503, "unavailable")


SAY_NOTHING = {
    "GET /favicon.ico",
    "GET /pages/page.css",
    "GET /t/{application_number}",
    "GET /start",
    "GET /start/person",
    "GET /p/{access}/code",
}
"""Pages that are the same for everybody and ask no database; the last one leads to one that does."""


def test_without_the_database_no_page_for_phones_says_yes(small_bench: FleetBench) -> None:
    services = small_bench.running.backend.services
    routes = [one for router in (page_router(services), phone_router(services)) for one in router.routes]
    pages = [(method, one) for one in routes if isinstance(one, APIRoute) for method in sorted(one.methods)]
    assert len(pages) > 10
    said_yes: set[str] = set()
    with no_database(small_bench):
        for method, page in pages:
            url = page.path.replace("{", "").replace("}", "")
            answer = small_bench.running.http.request(method, url, data={"last4": "0000"} if method == "POST" else None)
            if answer.status_code < 400:
                said_yes.add(f"{method} {page.path}")
    assert said_yes <= SAY_NOTHING
