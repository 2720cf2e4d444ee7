"""Whatever a server does, a call ends in bounded time with the right value. The client's limit is short here; a call
that does not keep it hangs until the test run's own limit.
"""

from __future__ import annotations

import gzip
import json
import socket
import threading

import pytest

from kiosk.central.client import MOST_BYTES
from kiosk.central.errors import Refused, SilenceKind, Silent
from kiosk.central.wire import Health, LossReportRequest, ProblemCode
from tests.contract.payments.bench import free_port
from tests.contract.terminal.hostile import (
    LONG_S,
    SHORT_S,
    Script,
    a_client,
    answers,
    drips,
    floods,
    hears,
    says,
    serving,
    waits,
)

HEALTH = b'{"status":"ok","time":"2026-01-05T10:00:00+08:00","payments":"ok"}'
OK = b"HTTP/1.1 200 OK\r\n"
PORTAL = b"<html><body>Welcome to the lobby network. Please accept our terms.</body></html>"


def problem(code: str, status: int, **members: object) -> bytes:
    body = {"type": f"urn:lobby-kiosk:problem:{code}", "title": code, "status": status, "code": code}
    return json.dumps(body | members).encode()


def silent(kind: SilenceKind) -> Silent:
    return Silent(kind)


def test_an_honest_answer_is_understood() -> None:
    with serving(answers("200 OK", HEALTH)) as url:
        assert isinstance(a_client(url).health(), Health)


def test_an_honest_answer_in_chunks_is_understood() -> None:
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(HEALTH), HEALTH)
    with serving(says(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)) as url:
        assert isinstance(a_client(url).health(), Health)


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        pytest.param(waits, SilenceKind.TOO_SLOW, id="no answer at all"),
        pytest.param(drips(b""), SilenceKind.TOO_SLOW, id="drip before the status line"),
        pytest.param(drips(OK + b"X-Slow: "), SilenceKind.TOO_SLOW, id="drip in a header"),
        pytest.param(drips(OK + b"Content-Length: 999\r\n\r\n{"), SilenceKind.TOO_SLOW, id="drip in a counted body"),
        pytest.param(drips(OK + b"\r\n" + HEALTH), SilenceKind.TOO_SLOW, id="drip in a body without a length"),
        pytest.param(
            drips(OK + b"Connection: close\r\n\r\n" + HEALTH), SilenceKind.TOO_SLOW, id="drip in a body that closes"
        ),
        pytest.param(
            drips(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{"), SilenceKind.TOO_SLOW, id="drip in a chunk"
        ),
        pytest.param(
            floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), SilenceKind.TOO_SLOW, id="promises to continue, for ever"
        ),
        pytest.param(floods(OK, b"X-More: 1\r\n"), SilenceKind.BROKEN, id="headers without end"),
        pytest.param(floods(OK + b"X-Long: ", b"x" * 4096), SilenceKind.BROKEN, id="a header without end"),
        pytest.param(floods(OK + b"\r\n", b" " * 65536), SilenceKind.BROKEN, id="a body without end"),
        pytest.param(
            floods(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"),
            SilenceKind.BROKEN,
            id="chunks without end",
        ),
        pytest.param(answers("200 OK", b" " * (MOST_BYTES + 1) + HEALTH), SilenceKind.BROKEN, id="too large"),
        pytest.param(
            says(OK + b"Content-Length: 9999\r\n\r\n" + HEALTH), SilenceKind.BROKEN, id="promised more than came"
        ),
        pytest.param(says(OK + b"Content-Length: 20\r\n\r\n" + HEALTH), SilenceKind.BROKEN, id="promised less"),
        pytest.param(says(OK + b"Content-Length: many\r\n\r\n<"), SilenceKind.BROKEN, id="a length that is no number"),
        pytest.param(
            answers("200 OK", gzip.compress(b" " * 50_000_000), "Content-Encoding: gzip"),
            SilenceKind.BROKEN,
            id="a bomb of gzip",
        ),
        pytest.param(
            answers("200 OK", gzip.compress(HEALTH), "Content-Encoding: gzip"), SilenceKind.BROKEN, id="packed unasked"
        ),
        pytest.param(answers("200 OK", PORTAL, "Content-Type: text/html"), SilenceKind.BROKEN, id="captive portal"),
        pytest.param(answers("200 OK", HEALTH[:-2]), SilenceKind.BROKEN, id="half of the JSON"),
        pytest.param(answers("200 OK", b"[" * 100_000), SilenceKind.BROKEN, id="nested without end"),
        pytest.param(answers("200 OK", b""), SilenceKind.BROKEN, id="nothing in it"),
        pytest.param(answers("200 OK", b"\xff\xfe{}"), SilenceKind.BROKEN, id="not UTF-8"),
        pytest.param(answers("204 No Content", b""), SilenceKind.BROKEN, id="no content"),
        pytest.param(
            answers("200 OK", HEALTH[:-1] + b',"more":1}'), SilenceKind.BROKEN, id="a field that nobody published"
        ),
        pytest.param(answers("200 OK", HEALTH.replace(b'"ok"', b'"so-so"')), SilenceKind.BROKEN, id="unknown word"),
        pytest.param(answers("404 Not Found", PORTAL), SilenceKind.BROKEN, id="404 without a problem"),
        pytest.param(answers("500 Oh", PORTAL), SilenceKind.SERVER_FAULT, id="500 without a problem"),
        pytest.param(answers("502 Bad Gateway", b""), SilenceKind.SERVER_FAULT, id="a proxy without a backend"),
        pytest.param(answers("500 Oh", problem("internal", 500)), SilenceKind.SERVER_FAULT, id="internal"),
        pytest.param(answers("503 No", problem("unavailable", 503)), SilenceKind.SERVER_FAULT, id="unavailable"),
        pytest.param(answers("409 No", problem("key_in_use", 409)), SilenceKind.SERVER_FAULT, id="first still runs"),
        pytest.param(answers("409 No", problem("no_such_word", 409)), SilenceKind.BROKEN, id="unknown problem"),
        pytest.param(says(b""), SilenceKind.UNREACHABLE, id="hangs up at once"),
        pytest.param(says(b"SSH-2.0-OpenSSH_9.2\r\n"), SilenceKind.BROKEN, id="another protocol"),
    ],
)
def test_a_call_ends_in_silence(script: Script, kind: SilenceKind) -> None:
    with serving(script) as url:
        limit_s = SHORT_S if kind is SilenceKind.TOO_SLOW else LONG_S
        assert a_client(url, deadline_s=limit_s).health() == silent(kind)


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        (problem("not_found", 404), Refused(ProblemCode.NOT_FOUND)),
        (
            problem("too_many", 429, retryable=True, retry_after_s=7),
            Refused(ProblemCode.TOO_MANY, is_retryable=True, retry_after_s=7),
        ),
        (problem("payment_unavailable", 503), Refused(ProblemCode.PAYMENT_UNAVAILABLE)),
        (problem("fee_changed", 409, something_new=[1]), Refused(ProblemCode.FEE_CHANGED)),
    ],
)
def test_a_problem_document_is_a_refusal_by_its_word(body: bytes, refused: Refused) -> None:
    status = json.loads(body)["status"]
    with serving(answers(f"{status} No", body)) as url:
        assert a_client(url).payment("SSC1") == refused


def test_a_redirect_is_not_followed() -> None:
    is_reached = threading.Event()
    with serving(lambda _line: is_reached.set()) as other:
        for status in ("301 Moved", "302 Found", "307 Temporary", "308 Permanent"):
            with serving(answers(status, b"", f"Location: {other}/v1/health")) as url:
                assert a_client(url).health() == silent(SilenceKind.BROKEN)
    assert not is_reached.is_set()


def test_nobody_listening_is_unreachable() -> None:
    assert a_client(f"http://127.0.0.1:{free_port()}").health() == silent(SilenceKind.UNREACHABLE)


def test_a_name_that_does_not_exist_is_unreachable() -> None:
    assert a_client("http://backend.invalid").health() == silent(SilenceKind.UNREACHABLE)


def test_a_token_that_no_header_can_carry_is_silence() -> None:
    with serving(answers("200 OK", HEALTH)) as url:
        client = a_client(url)
        client._http.headers["Authorization"] = "Bearer a\nb"
        assert client.health() == silent(SilenceKind.BROKEN)


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    is_reached = threading.Event()
    with serving(lambda _line: is_reached.set()) as proxy, serving(answers("200 OK", HEALTH)) as url:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        assert isinstance(a_client(url).health(), Health)
    assert not is_reached.is_set()


def test_a_client_serves_on_after_a_server_that_hung() -> None:
    scripts = [waits, answers("200 OK", HEALTH)]

    def play(line: socket.socket) -> None:
        scripts.pop(0)(line)

    with serving(play) as url:
        client = a_client(url, deadline_s=2)
        assert client.health() == silent(SilenceKind.TOO_SLOW)
        assert isinstance(client.health(), Health)


def test_a_line_used_again_is_cut_as_well() -> None:
    def first_fast_then_slow(line: socket.socket) -> None:
        for act in (answers("200 OK", HEALTH), hears, drips(b"")):
            act(line)

    with serving(first_fast_then_slow) as url:
        client = a_client(url, deadline_s=5)
        assert isinstance(client.health(), Health)
        assert client.health() == silent(SilenceKind.TOO_SLOW)


def test_a_cancelled_client_ends_its_call_and_begins_no_other() -> None:
    is_asked = threading.Event()
    answered: list[object] = []

    def hold(line: socket.socket) -> None:
        is_asked.set()
        waits(line)

    with serving(hold) as url:
        client = a_client(url, deadline_s=60)
        request = LossReportRequest(person_token="t" * 20)
        thread = threading.Thread(target=lambda: answered.append(client.report_loss("k" * 32, request)))
        thread.start()
        assert is_asked.wait(10)
        client.cancel()
        thread.join(10)
        assert answered == [silent(SilenceKind.TOO_SLOW)]
        assert client.health() == silent(SilenceKind.UNREACHABLE)
