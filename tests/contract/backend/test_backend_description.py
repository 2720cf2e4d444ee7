"""The OpenAPI description and the program agree, whatever is sent (Schemathesis over the real port)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from kiosk.central.wire import IDEMPOTENCY_HEADER
from tests.contract.backend.server import Running, SteppedClock, application_body, new_key, running

OPERATIONS = [
    ("GET", "/v1/health"),
    ("GET", "/v1/reference"),
    ("POST", "/v1/look-ups"),
    ("POST", "/v1/loss-reports"),
    ("POST", "/v1/applications"),
    ("GET", "/v1/applications/{application_number}"),
    ("POST", "/v1/applications/{application_number}/submission"),
    ("POST", "/v1/events"),
    ("POST", "/v1/e-card-look-ups"),
    ("POST", "/v1/agents"),
    ("POST", "/v1/progress"),
    ("POST", "/v1/applications/{application_number}/resumption"),
    ("POST", "/v1/applications/{application_number}/cancellation"),
    ("POST", "/v1/applications/{application_number}/card-hand-in"),
    ("POST", "/v1/certificates/{certificate_number}/prints"),
    ("GET", "/v1/collection-guide"),
    ("POST", "/v1/draft-redemptions"),
    ("POST", "/v1/hand-offs"),
    ("POST", "/v1/drafts/{draft_number}/readings"),
    ("POST", "/v1/drafts/{draft_number}/edits"),
    ("POST", "/v1/drafts/{draft_number}/closing"),
    ("POST", "/v1/photos/{photo_number}/readings"),
    ("POST", "/v1/applications/{application_number}/slip-copies"),
    ("POST", "/v1/audit-records"),
    ("POST", "/v1/readiness-reports"),
]
SIGNED = {"/v1/audit-records"}
"""No schema tells a good key and signature from others of the same form, so made-up ones may be refused."""


def test_every_operation_of_the_terminals_is_described(one_office: Running) -> None:
    paths = one_office.http.get("/openapi.json").json()["paths"]
    described = [(method.upper(), path) for path, item in paths.items() for method in item]
    assert sorted(described) == sorted(OPERATIONS)


@pytest.fixture(scope="module")
def shared_office(
    newest_schema: Path, tmp_path_factory: pytest.TempPathFactory, font: Path
) -> Iterator[tuple[Running, OpenApiSchema]]:
    """One backend for all made-up requests, which do not mind what others have left, and its description."""
    folder = tmp_path_factory.mktemp("described")
    shutil.copyfile(newest_schema, folder / "backend.sqlite")
    with running(f"sqlite:///{folder}/backend.sqlite", folder / "state", font, SteppedClock()) as office:
        yield office, schemathesis.openapi.from_url(f"{office.http.base_url}/openapi.json")


@pytest.mark.parametrize(("method", "path"), OPERATIONS[1:])  # health takes nothing that could be varied
@pytest.mark.parametrize("mode", GenerationMode)
def test_answers_keep_to_the_description(
    shared_office: tuple[Running, OpenApiSchema], method: str, path: str, mode: GenerationMode
) -> None:
    office, schema = shared_office
    excluded = [positive_data_acceptance] if path in SIGNED else []
    operation = schema[path][method]

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
        if mode is GenerationMode.POSITIVE and IDEMPOTENCY_HEADER in (case.headers or {}):
            case.headers[IDEMPOTENCY_HEADER] = f'"{new_key()}"'  # the same one with another body is refused, rightly
        case.call_and_validate(headers=office.headers, excluded_checks=excluded)

    fuzz()


def test_a_whole_journey_keeps_to_the_description(one_office: Running) -> None:
    schema = schemathesis.openapi.from_url(f"{one_office.http.base_url}/openapi.json")
    body, key = application_body(one_office.token("employee_normal")), new_key()
    opened = one_office.post("/v1/applications", body, key)
    schema["/v1/applications"]["POST"].validate_response(opened)
    number = opened.json()["application_number"]
    one_office.pay(number)
    done = one_office.submit(number)
    schema["/v1/applications/{application_number}/submission"]["POST"].validate_response(done)
    schema["/v1/look-ups"]["POST"].validate_response(one_office.look_up("producing"))
