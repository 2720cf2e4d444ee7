"""Refusals, and the RFC 9457 documents in which every error of the backend is told.

A service returns a `Refusal` when it says no for a reason that the terminal has words for; `status_of` gives its HTTP
status. No problem ever carries a traceback, an input value or anything personal.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from kiosk.central.wire import PROBLEM_MEDIA_TYPE, PROBLEM_TYPE_PREFIX, CorrectedAt, Problem, ProblemCode

_STATUS = {
    ProblemCode.MALFORMED: 422,
    ProblemCode.NOT_AUTHENTICATED: 401,
    ProblemCode.NOT_ALLOWED: 403,
    ProblemCode.NOT_FOUND: 404,
    ProblemCode.PERSON_UNKNOWN: 404,
    ProblemCode.SEVERAL_RECORDS: 409,
    ProblemCode.NAME_DIFFERS: 409,
    ProblemCode.TOKEN_EXPIRED: 403,
    ProblemCode.CARD_STATE: 409,
    ProblemCode.ALREADY_REPORTED: 409,
    ProblemCode.APPLICATION_OPEN: 409,
    ProblemCode.APPLICATION_STATE: 409,
    ProblemCode.FEE_CHANGED: 409,
    ProblemCode.OFFICE_UNKNOWN: 422,
    ProblemCode.BANK_NOT_ALLOWED: 422,
    ProblemCode.EXPRESS_UNAVAILABLE: 422,
    ProblemCode.PAYMENT_OPEN: 409,
    ProblemCode.ALREADY_PAID: 409,
    ProblemCode.PAYMENT_UNAVAILABLE: 503,
    ProblemCode.NUMBER_DIFFERS: 409,
    ProblemCode.APPLICATION_NOT_YOURS: 403,
    ProblemCode.CERTIFICATE_NOT_YOURS: 403,
    ProblemCode.CERTIFICATE_WITHDRAWN: 410,
    ProblemCode.AGENT_IS_PERSON: 422,
    ProblemCode.AGENT_MINOR: 422,
    ProblemCode.AGENT_LIMIT: 409,
    ProblemCode.AGENT_UNKNOWN: 422,
    ProblemCode.GUARDIAN_REQUIRED: 422,
    ProblemCode.DECLARATION_CHANGED: 409,
    ProblemCode.E_CARD_MALFORMED: 404,
    ProblemCode.E_CARD_UNKNOWN: 404,
    ProblemCode.E_CARD_EXPIRED: 410,
    ProblemCode.E_CARD_USED: 409,
    ProblemCode.E_CARD_STOPPED: 409,
    ProblemCode.E_CARD_INACTIVE: 409,
    ProblemCode.E_CARD_UNAVAILABLE: 503,
    ProblemCode.DRAFT_CODE_MALFORMED: 404,
    ProblemCode.DRAFT_CODE_UNKNOWN: 404,
    ProblemCode.DRAFT_CODE_EXPIRED: 410,
    ProblemCode.DRAFT_CODE_USED: 409,
    ProblemCode.DRAFT_PERSON_DIFFERS: 403,
    ProblemCode.DRAFT_ELSEWHERE: 409,
    ProblemCode.DRAFT_CLOSED: 410,
    ProblemCode.DRAFT_CHANGED: 409,
    ProblemCode.PHOTO_UNKNOWN: 404,
    ProblemCode.PHOTO_NEEDED: 422,
    ProblemCode.HAND_IN_STATE: 409,
    ProblemCode.KEY_MISSING: 400,
    ProblemCode.KEY_REUSED: 422,
    ProblemCode.KEY_IN_USE: 409,
    ProblemCode.DECOMMISSIONED: 410,
    ProblemCode.FLEET_STATE: 409,
    ProblemCode.TOO_MANY: 429,
    ProblemCode.UNAVAILABLE: 503,
    ProblemCode.INTERNAL: 500,
}

_RETRYABLE = frozenset(
    {
        ProblemCode.KEY_IN_USE,
        ProblemCode.TOO_MANY,
        ProblemCode.UNAVAILABLE,
        ProblemCode.PAYMENT_UNAVAILABLE,
        ProblemCode.E_CARD_UNAVAILABLE,
        ProblemCode.INTERNAL,
    }
)


@dataclass(frozen=True)
class Refusal:
    """Why a service says no. `field` names the member of the request at fault, `detail` is for the log only."""

    code: ProblemCode
    field: str | None = None
    detail: str = ""
    retry_after_s: int | None = None
    corrected_at: CorrectedAt | None = None


def status_of(code: ProblemCode) -> int:
    """The HTTP status that goes with a problem's word."""
    return _STATUS[code]


def problem_response(refusal: Refusal, *, status: int | None = None, headers: dict[str, str] | None = None) -> Response:
    """The RFC 9457 answer to a refusal; `status` differs from the usual one for transport errors (405, 413)."""
    code, final_status = refusal.code, status or status_of(refusal.code)
    document = Problem(
        type=PROBLEM_TYPE_PREFIX + code.value,
        title=code.value.replace("_", " "),
        status=final_status,
        detail=refusal.detail,
        code=code,
        retryable=code in _RETRYABLE,
        retry_after_s=refusal.retry_after_s,
        field=refusal.field,
        corrected_at=refusal.corrected_at,
    )
    all_headers = dict(headers or {})
    if refusal.retry_after_s is not None:
        all_headers["Retry-After"] = str(refusal.retry_after_s)
    return Response(document.model_dump_json(exclude_none=True), final_status, all_headers, PROBLEM_MEDIA_TYPE)
