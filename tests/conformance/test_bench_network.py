"""What the bench's network does to real HTTP between a terminal and a backend."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from hardware.bench.peripheral import Peripheral, PeripheralError
from tests.bench_fixture import free_port

LIMIT_S = 10.0
LOOKS = 1000
IMPATIENT_S = 0.3
ANSWER = {"name": "样例", "numbers": list(range(100))}
LARGE = b"x" * 1_000_000


@dataclass
class Backend:
    """A server of ten lines that echoes; it counts what reaches it."""

    server: ThreadingHTTPServer
    seen: list[bytes] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)


@dataclass(frozen=True)
class Line:
    """The terminal's side: the address it knows, and the network program."""

    url: str
    network: Peripheral
    backend: Backend

    def ask(self, timeout_s: float = LIMIT_S) -> requests.Response:
        return requests.get(self.url, timeout=timeout_s)

    def mode(self) -> str:
        return self.network.call("state")["mode"]


@pytest.fixture(scope="module")
def programs() -> Iterator[tuple[int, Peripheral, Backend]]:
    backend: Backend

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            backend.seen.append(body)
            backend.connections.add(self.client_address)
            answer = body or json.dumps(ANSWER).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        backend = Backend(server)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        port = free_port()
        arguments = ("--port", str(port), "--target-port", str(server.server_address[1]))
        with Peripheral("hardware.bench.network", *arguments) as network:
            yield port, network, backend
        server.shutdown()
        serving.join(LIMIT_S)


@pytest.fixture
def line(programs: tuple[int, Peripheral, Backend]) -> Line:
    port, network, backend = programs
    network.call("pass")
    backend.seen.clear()
    backend.connections.clear()
    return Line(f"http://127.0.0.1:{port}/", network, backend)


def test_everything_passes_both_ways_at_first(line: Line) -> None:
    assert line.mode() == "pass"
    assert line.ask().json() == ANSWER
    assert requests.post(line.url, data=LARGE, timeout=LIMIT_S).content == LARGE


def test_a_connection_that_is_kept_alive_stays_one(line: Line) -> None:
    with requests.Session() as session:
        answers = [session.get(line.url, timeout=LIMIT_S).status_code for _ in range(3)]
        assert line.network.call("state")["connections"] == 1
    assert answers == [200, 200, 200]
    assert len(line.backend.connections) == 1


def test_a_cut_line_refuses_at_once_and_comes_back_on_the_same_port(line: Line) -> None:
    line.network.call("cut")
    with pytest.raises(requests.ConnectionError, match="refused"):
        line.ask()
    assert line.backend.seen == []
    line.network.call("pass")
    assert line.ask().status_code == 200


def test_a_cut_ends_connections_that_are_open(line: Line) -> None:
    with open_connection(line) as connection:
        line.network.call("cut")
        assert connection.recv(1) == b""


def test_cut_twice_is_cut_once(line: Line) -> None:
    line.network.call("cut")
    line.network.call("cut")
    line.network.call("pass")
    assert line.ask().status_code == 200


def test_a_hanging_line_takes_requests_and_says_nothing(line: Line) -> None:
    line.network.call("hang")
    with pytest.raises(requests.ReadTimeout):
        line.ask(IMPATIENT_S)
    assert line.backend.seen == []


def test_hanging_ends_with_the_next_verb(line: Line) -> None:
    line.network.call("hang")
    with open_connection(line) as connection:
        line.network.call("pass")
        assert connection.recv(1) == b""
    assert line.ask().status_code == 200


def test_on_a_slow_line_the_request_is_there_and_the_answer_is_not_yet(line: Line) -> None:
    line.network.call("slow", seconds=60)
    with pytest.raises(requests.ReadTimeout):
        line.ask(IMPATIENT_S)
    assert len(line.backend.seen) == 1


def test_a_slow_answer_comes_whole(line: Line) -> None:
    line.network.call("slow", seconds=0.02)
    assert line.ask().json() == ANSWER
    assert requests.post(line.url, data=LARGE, timeout=LIMIT_S).content == LARGE


@pytest.mark.parametrize("status", [400, 503, 599])
def test_failing_answers_with_the_status_and_never_asks_the_backend(line: Line, status: int) -> None:
    line.network.call("fail", status=status)
    answer = requests.post(line.url, data=LARGE, timeout=LIMIT_S)
    assert (answer.status_code, answer.content) == (status, b"")
    assert line.backend.seen == []


def test_failing_is_500_unless_said_otherwise(line: Line) -> None:
    line.network.call("fail")
    assert line.ask().status_code == 500


def test_a_garbled_answer_keeps_its_head_and_loses_its_sense(line: Line) -> None:
    line.network.call("garble")
    with requests.Session() as session:
        for _ in range(2):
            answer = session.get(line.url, timeout=LIMIT_S)
            assert answer.status_code == 200
            assert len(answer.content) == len(json.dumps(ANSWER))
            with pytest.raises(requests.JSONDecodeError):
                answer.json()


def test_a_large_garbled_answer_is_spoiled_to_its_end(line: Line) -> None:
    line.network.call("garble")
    answer = requests.post(line.url, data=LARGE, timeout=LIMIT_S)
    assert len(answer.content) == len(LARGE)
    assert b"x" not in answer.content


def test_lost_answers_were_asked_for_and_then_everything_passes(line: Line) -> None:
    line.network.call("lose_answers", count=2)
    for left in (1, 0):
        with pytest.raises(requests.ConnectionError):
            line.ask()
        assert line.network.call("state")["answers_to_lose"] == left
    assert len(line.backend.seen) == 2
    assert line.mode() == "pass"
    assert line.ask().json() == ANSWER


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("slow", {"seconds": -1}),
        ("slow", {"seconds": "soon"}),
        ("slow", {}),
        ("fail", {"status": 99}),
        ("fail", {"status": None}),
        ("lose_answers", {"count": 0}),
        ("explode", {}),
    ],
)
def test_a_verb_that_makes_no_sense_is_refused_and_changes_nothing(line: Line, verb: str, fields: dict) -> None:
    with pytest.raises(PeripheralError):
        line.network.call(verb, **fields)
    assert line.mode() == "pass"
    assert line.ask().status_code == 200


def test_without_a_backend_the_line_ends_and_comes_back_with_it(line: Line) -> None:
    port = free_port()
    with Peripheral("hardware.bench.network", "--port", str(port), "--target-port", str(free_port())) as alone:
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{port}/", timeout=LIMIT_S)
        assert alone.call("state")["connections"] == 0


def open_connection(line: Line) -> socket.socket:
    """A request whose answer has begun, or never will; kept open."""
    port = int(line.url.rstrip("/").rsplit(":", 1)[1])
    connection = socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S)
    if line.mode() == "pass":
        connection.sendall(b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n")
        received = b""
        while not received.endswith(json.dumps(ANSWER).encode()):
            received += connection.recv(65_536)
    for _ in range(LOOKS):
        if line.network.call("state")["connections"]:
            break
    return connection
