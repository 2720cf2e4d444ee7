"""The one door to the backend: HTTP with limits on time and size, answers parsed once, failures as values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

import requests
from pydantic import BaseModel, ValidationError

from kiosk.central.errors import Refused, SilenceKind, Silent
from kiosk.central.wire import (
    API_PREFIX,
    IDEMPOTENCY_HEADER,
    TERMINAL_HEADER,
    Application,
    ApplicationRequest,
    EventBatch,
    EventsAccepted,
    Health,
    LookUpRequest,
    LossReport,
    LossReportRequest,
    Payment,
    PaymentRequest,
    PersonFound,
    Problem,
    ProblemCode,
    Reference,
    SubmissionRequest,
)

M = TypeVar("M", bound=BaseModel)

CONNECT_TIMEOUT_S = 3.05
READ_TIMEOUT_S = 10.0
MOST_BYTES = 1_000_000
CHUNK_BYTES = 65_536


class CentralClient:
    """One client per thread: a `requests` session is not shared.

    `monotonic_s` bounds the whole answer: a server that drips bytes is cut off after `deadline_s`.
    """

    def __init__(
        self,
        base_url: str,
        terminal_id: str,
        token: str,
        monotonic_s: Callable[[], float],
        *,
        ca_file: str | None = None,
        deadline_s: float = 20.0,
    ) -> None:
        self._base_url = base_url.rstrip("/") + API_PREFIX
        self._monotonic_s = monotonic_s
        self._deadline_s = deadline_s
        self._http = requests.Session()
        self._http.trust_env = False  # no proxy, no netrc, no CA bundle from the environment
        self._http.verify = ca_file or True
        self._http.headers.update(
            {
                TERMINAL_HEADER: terminal_id,
                "Authorization": f"Bearer {token}",
                "Accept-Encoding": "identity",
            }
        )

    def close(self) -> None:
        self._http.close()

    def health(self) -> Health | Refused | Silent:
        return self._call("GET", "/health", Health)

    def reference(self) -> Reference | Refused | Silent:
        return self._call("GET", "/reference", Reference)

    def look_up(self, request: LookUpRequest) -> PersonFound | Refused | Silent:
        return self._call("POST", "/look-ups", PersonFound, request)

    def report_loss(self, key: str, request: LossReportRequest) -> LossReport | Refused | Silent:
        return self._call("POST", "/loss-reports", LossReport, request, key)

    def apply(self, key: str, request: ApplicationRequest) -> Application | Refused | Silent:
        return self._call("POST", "/applications", Application, request, key)

    def application(self, application_number: str) -> Application | Refused | Silent:
        return self._call("GET", f"/applications/{quote(application_number, safe='')}", Application)

    def submit(self, key: str, application_number: str, request: SubmissionRequest) -> Application | Refused | Silent:
        path = f"/applications/{quote(application_number, safe='')}/submission"
        return self._call("POST", path, Application, request, key)

    def request_payment(self, application_number: str, request: PaymentRequest) -> Payment | Refused | Silent:
        """The payment number is the idempotency key: one intent, one number, for ever."""
        path = f"/applications/{quote(application_number, safe='')}/payments"
        return self._call("POST", path, Payment, request, request.payment_number)

    def payment(self, payment_number: str) -> Payment | Refused | Silent:
        return self._call("GET", f"/payments/{quote(payment_number, safe='')}", Payment)

    def cancel_payment(self, payment_number: str) -> Payment | Refused | Silent:
        path = f"/payments/{quote(payment_number, safe='')}/cancellation"
        return self._call("POST", path, Payment, None, f"{payment_number}-cancel")

    def send_events(self, key: str, batch: EventBatch) -> EventsAccepted | Refused | Silent:
        return self._call("POST", "/events", EventsAccepted, batch, key)

    # --- the wire --------------------------------------------------------------------------------------------------

    def _call(
        self, method: str, path: str, answer: type[M], request: BaseModel | None = None, key: str | None = None
    ) -> M | Refused | Silent:
        headers = {"Content-Type": "application/json"}
        if key is not None:
            headers[IDEMPOTENCY_HEADER] = f'"{key}"'
        body = request.model_dump_json().encode() if request is not None else None
        try:
            status, content = self._exchange(method, path, headers, body)
        except requests.exceptions.ConnectTimeout:
            return Silent(SilenceKind.UNREACHABLE)
        except requests.exceptions.Timeout:
            return Silent(SilenceKind.TOO_SLOW)
        except requests.exceptions.ConnectionError:
            return Silent(SilenceKind.UNREACHABLE)
        except requests.exceptions.RequestException:
            return Silent(SilenceKind.BROKEN)
        return _parse(status, content, answer)

    def _exchange(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
        ends_at_s = self._monotonic_s() + self._deadline_s
        with self._http.request(
            method,
            self._base_url + path,
            data=body,
            headers=headers,
            timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
            allow_redirects=False,
            stream=True,
        ) as response:
            content = b""
            for chunk in response.iter_content(CHUNK_BYTES):
                content += chunk
                if self._monotonic_s() > ends_at_s:
                    raise requests.exceptions.ReadTimeout("the answer takes too long")
                if len(content) > MOST_BYTES:
                    raise requests.exceptions.ContentDecodingError("the answer is too large")
            return response.status_code, content


def _parse(status: int, content: bytes, answer: type[M]) -> M | Refused | Silent:
    if 200 <= status < 300:
        try:
            return answer.model_validate_json(content)
        except ValidationError:
            return Silent(SilenceKind.BROKEN)
    return _problem(status, content)


def _problem(status: int, content: bytes) -> Refused | Silent:
    try:
        problem = Problem.model_validate_json(content)
    except ValidationError:
        return Silent(SilenceKind.SERVER_FAULT if status >= 500 else SilenceKind.BROKEN)
    if problem.code in (ProblemCode.INTERNAL, ProblemCode.UNAVAILABLE, ProblemCode.KEY_IN_USE):
        return Silent(SilenceKind.SERVER_FAULT)
    return Refused(problem.code, problem.retryable, problem.retry_after_s)
