"""The fleet's calls over the one door to HTTP. No call raises; each has a deadline and a limit of bytes of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, Field

from kiosk.central.client import CentralClient, Told, parse_answer
from kiosk.central.errors import Refused, SilenceKind, Silent
from kiosk.fleet.bundle import MAX_ENVELOPE_BYTES
from kiosk.fleet.desired import MAX_STATEMENT_BYTES
from kiosk.fleet.pairing import Certificate, Enrolment, EnrolmentQuestion, EnrolmentRequest, RenewalRequest
from kiosk.fleet.report import Report, ReportAccepted
from kiosk.fleet.roots import MAX_ROOT_BYTES

M = TypeVar("M", bound=BaseModel)

HOLD_S: Final = 50
"""Below the sixty seconds after which many proxies cut an idle line."""
HOLD_DEADLINE_S: Final = HOLD_S + 15.0
DOCUMENT_DEADLINE_S: Final = 30.0
SHORT_DEADLINE_S: Final = 15.0
SMALL_BYTES: Final = 64 * 1024
_OVERHEAD: Final = 4096
_LONGEST_ETAG: Final = 100
_OK, _NO_CONTENT, _NOT_MODIFIED = 200, 204, 304


@dataclass(frozen=True, repr=False)
class Offer:
    """A statement, believed in nothing yet."""

    etag: str
    envelope: bytes


@dataclass(frozen=True)
class NothingNew:
    """What we have, or nothing at all, is what is wished."""


class _Commands(BaseModel):
    commands: tuple[Annotated[str, Field(max_length=16 * 1024)], ...] = Field(max_length=16)


class FleetClient:
    """Of one thread, over a client that is its own."""

    def __init__(self, client: CentralClient, terminal_id: str) -> None:
        self._client = client
        self._own = f"/terminals/{quote(terminal_id, safe='')}"

    def cancel(self) -> None:
        """End the call that is under way and refuse every later one; from any thread."""
        self._client.cancel()

    def close(self) -> None:
        self._client.close()

    def desired(self, etag: str, hold_s: int = HOLD_S) -> Offer | NothingNew | Refused | Silent:
        """Waits up to `hold_s` for another statement than the one with this tag."""
        headers = {"Prefer": f"wait={hold_s}"} | ({"If-None-Match": etag} if etag else {})
        told = self._client.fetch(
            "GET",
            f"{self._own}/desired",
            headers,
            limit_s=HOLD_DEADLINE_S,
            most_bytes=2 * MAX_STATEMENT_BYTES + _OVERHEAD,
            read_timeout_s=HOLD_DEADLINE_S,
        )
        match told:
            case Silent():
                return told
            case Told(status=200):
                return Offer(told.headers.get("ETag", "")[:_LONGEST_ETAG], told.content)
            case Told(status=204 | 304):
                return NothingNew()
            case _:
                return _refusal(told)

    def bundle(self, sha256: str) -> bytes | Refused | Silent:
        return self._document(f"/bundles/{sha256}", MAX_ENVELOPE_BYTES)

    def root(self, version: int) -> bytes | Refused | Silent:
        return self._document(f"/roots/{version}", 2 * MAX_ROOT_BYTES)

    def report(self, report: Report) -> ReportAccepted | Refused | Silent:
        return self._post(f"{self._own}/report", report, ReportAccepted)

    def commands(self) -> Sequence[bytes] | Refused | Silent:
        """Envelopes, oldest first."""
        told = self._client.fetch("GET", f"{self._own}/commands", {}, limit_s=SHORT_DEADLINE_S)
        parsed = told if isinstance(told, Silent) else parse_answer(told.status, told.content, _Commands)
        return tuple(text.encode() for text in parsed.commands) if isinstance(parsed, _Commands) else parsed

    def renew(self, csr_pem: str) -> Certificate | Refused | Silent:
        return self._post(f"{self._own}/certificates", RenewalRequest(csr_pem=csr_pem), Certificate)

    def enrol(self, request: EnrolmentRequest) -> Enrolment | Refused | Silent:
        return self._post("/enrolments", request, Enrolment)

    def enrolment(self, enrolment_id: str, secret: str) -> Enrolment | Refused | Silent:
        path = f"/enrolments/{quote(enrolment_id, safe='')}/status"
        return self._post(path, EnrolmentQuestion(secret=secret), Enrolment)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _document(self, path: str, most_bytes: int) -> bytes | Refused | Silent:
        told = self._client.fetch("GET", path, {}, limit_s=DOCUMENT_DEADLINE_S, most_bytes=most_bytes)
        if isinstance(told, Silent):
            return told
        return told.content if told.status == _OK else _refusal(told)

    def _post(self, path: str, body: BaseModel, answer: type[M]) -> M | Refused | Silent:
        told = self._client.fetch(
            "POST",
            path,
            {"Content-Type": "application/json"},
            body.model_dump_json().encode(),
            limit_s=SHORT_DEADLINE_S,
            most_bytes=SMALL_BYTES,
        )
        return told if isinstance(told, Silent) else parse_answer(told.status, told.content, answer)


class _NeverAnswered(BaseModel):
    """No status that is not 2xx is parsed as this."""


def _refusal(told: Told) -> Refused | Silent:
    if told.status in (_OK, _NO_CONTENT, _NOT_MODIFIED):
        return Silent(SilenceKind.BROKEN)
    answer = parse_answer(max(told.status, 300), told.content, _NeverAnswered)
    return answer if isinstance(answer, Refused | Silent) else Silent(SilenceKind.BROKEN)
