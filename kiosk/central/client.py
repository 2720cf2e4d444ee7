"""The one door to the backend: HTTP with limits on time and size, answers parsed once, failures as values."""

from __future__ import annotations

import ssl
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.parse import quote

import requests
from pydantic import BaseModel, ValidationError
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ProtocolError, ReadTimeoutError
from urllib3.util.ssl_ import create_urllib3_context

from kiosk.central.deadline import Deadline, Watch, connection_classes
from kiosk.central.errands import ErrandCalls
from kiosk.central.errors import Refused, SilenceKind, Silent
from kiosk.central.wire import (
    API_PREFIX,
    IDEMPOTENCY_HEADER,
    TERMINAL_HEADER,
    Application,
    ApplicationRequest,
    AuditReceived,
    AuditUpload,
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
    Readiness,
    ReadinessKept,
    Reference,
    SlipCopy,
    SlipCopyRequest,
    SubmissionRequest,
)

M = TypeVar("M", bound=BaseModel)

CONNECT_TIMEOUT_S = 3.05
READ_TIMEOUT_S = 10.0
DEADLINE_S = 20.0
HEALTH_DEADLINE_S = 3.0
"""A backend that returns must be noticed soon, so nobody waits long for a line that is dead."""
MOST_BYTES = 1_000_000
CHUNK_BYTES = 65_536


class CentralClient:
    """One client per thread: a `requests` session is not shared. Only `cancel` may be called from any thread.

    No call raises: whatever a server does is a value, after `deadline_s` at the latest. `ca_file` holds the one
    authority that a backend over https is trusted by.
    """

    def __init__(
        self,
        base_url: str,
        terminal_id: str,
        token: str,
        *,
        ca_file: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._base_url = base_url.rstrip("/") + API_PREFIX
        self._deadline_s = deadline_s
        self._under_way: Deadline | None = None
        self._is_cancelled = False
        self.errands = ErrandCalls(self._call)
        self._http = requests.Session()
        self._http.mount("http://", _Adapter(self._watch))
        self._http.mount("https://", _Adapter(self._watch))
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

    def cancel(self) -> None:
        """End the call that is under way and refuse every later one; from any thread."""
        self._is_cancelled = True
        under_way = self._under_way
        if under_way is not None:
            under_way.end_now()

    def health(self) -> Health | Refused | Silent:
        return self._call("GET", "/health", Health, limit_s=HEALTH_DEADLINE_S)

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

    # --- staff -----------------------------------------------------------------------------------------------------

    def slip_copy(self, key: str, application_number: str, request: SlipCopyRequest) -> SlipCopy | Refused | Silent:
        path = f"/applications/{quote(application_number, safe='')}/slip-copies"
        return self._call("POST", path, SlipCopy, request, key)

    def send_audit(self, upload: AuditUpload) -> AuditReceived | Refused | Silent:
        return self._call("POST", "/audit-records", AuditReceived, upload)

    def send_readiness(self, key: str, report: Readiness) -> ReadinessKept | Refused | Silent:
        return self._call("POST", "/readiness-reports", ReadinessKept, report, key)

    # --- the wire --------------------------------------------------------------------------------------------------

    def _call(
        self,
        method: str,
        path: str,
        answer: type[M],
        request: BaseModel | None = None,
        key: str | None = None,
        *,
        limit_s: float = DEADLINE_S,
    ) -> M | Refused | Silent:
        headers = {"Content-Type": "application/json"}
        if key is not None:
            headers[IDEMPOTENCY_HEADER] = f'"{key}"'
        body = request.model_dump_json().encode() if request is not None else None
        with Deadline(min(limit_s, self._deadline_s)) as deadline:
            self._under_way = deadline
            if self._is_cancelled:
                return Silent(SilenceKind.UNREACHABLE)
            try:
                status, content = self._exchange(method, path, headers, body)
            except OSError as error:  # every failure of requests is one, and so is a file of authorities that is gone
                return Silent(SilenceKind.TOO_SLOW if deadline.has_passed else _silence(error))
        if deadline.has_passed:  # an end that the deadline made looks like the end of a body without a length
            return Silent(SilenceKind.TOO_SLOW)
        return _parse(status, content, answer)

    def _exchange(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
        with self._http.request(
            method,
            self._base_url + path,
            data=body,
            headers=headers,
            timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.headers.get("Content-Encoding", "identity") != "identity":  # not asked for: may be a bomb
                raise requests.exceptions.ContentDecodingError("the answer is packed")
            content = bytearray()
            for chunk in response.iter_content(CHUNK_BYTES):
                content += chunk
                if len(content) > MOST_BYTES:
                    raise requests.exceptions.ContentDecodingError("the answer is too large")
            return response.status_code, bytes(content)

    def _watch(self, used: Any) -> None:  # a socket; runs on the thread that called
        if self._under_way is not None:
            self._under_way.watch(used)


class _Adapter(HTTPAdapter):
    """TLS 1.3 or nothing; every socket is watched."""

    def __init__(self, watch: Watch) -> None:
        self._classes = connection_classes(watch)
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        context = create_urllib3_context(ssl_minimum_version=ssl.TLSVersion.TLSv1_3)
        super().init_poolmanager(connections, maxsize, block, ssl_context=context, **options)

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:  # urllib3's connection pool
        pool: Any = super().get_connection_with_tls_context(*arguments, **options)
        pool.ConnectionCls = self._classes[pool.scheme]
        return pool


def _silence(error: OSError) -> SilenceKind:
    """`requests` wraps what urllib3 says, one level deep."""
    cause = error.args[0] if error.args else None
    match error:
        case requests.exceptions.ConnectTimeout():
            return SilenceKind.UNREACHABLE
        case requests.exceptions.Timeout():
            return SilenceKind.TOO_SLOW
        case requests.exceptions.SSLError():
            return SilenceKind.UNTRUSTED
        case requests.exceptions.ConnectionError() if isinstance(cause, ReadTimeoutError):
            return SilenceKind.TOO_SLOW
        case requests.exceptions.ConnectionError() if _is_nonsense(cause):
            return SilenceKind.BROKEN
        case requests.exceptions.ConnectionError():
            return SilenceKind.UNREACHABLE
        case requests.exceptions.RequestException():
            return SilenceKind.BROKEN
        case _:
            return SilenceKind.UNTRUSTED


def _is_nonsense(cause: object) -> bool:
    """Something answered, and it does not speak HTTP; a line that is hung up is no answer."""
    reason = cause.args[-1] if isinstance(cause, ProtocolError) else None
    return isinstance(reason, HTTPException) and not isinstance(reason, OSError)


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
    return Refused(problem.code, problem.retryable, problem.retry_after_s, problem.corrected_at)
