from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backend.fleet.board import Board
from backend.fleet.director import Wish
from backend.fleet.loops import FleetLoops
from kiosk.fleet.envelope import MEDIA_TYPE
from kiosk.fleet.roots import Root, first_root
from kiosk.fleet.sections import Pricing, TimeOuts
from kiosk.fleet.verifying import Machine, Statement, Trusted, verify, verify_desired
from tests.contract.backend.databases import Cluster
from tests.contract.backend.fleet_bench import FleetBench, running_fleet
from tests.contract.backend.server import TERMINAL, SteppedClock
from tests.contract.backend.test_backend_errors import problem_of


def root_of(bench: FleetBench) -> Root:
    root = first_root(bench.get("/v1/roots/1").content)
    assert isinstance(root, Root)
    return root


def trusted(bench: FleetBench, terminal: str = TERMINAL) -> Trusted:
    return Trusted(terminal, root_of(bench), Machine((0, 1, 0), "bench"))


def test_a_terminal_believes_what_the_backend_hands_out(bench: FleetBench) -> None:
    answer = bench.desired()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    statement = verify_desired(answer.content, trusted(bench), bench.clock.now())
    assert isinstance(statement, Statement)
    bundle = bench.get(f"/v1/bundles/{statement.desired.bundle.sha256}")
    outcome = verify(answer.content, bundle.content, trusted(bench), bench.clock.now())
    assert isinstance(outcome, tuple), outcome
    assert outcome[1].bundle.sections.pricing.fees[0].fee_fen == 2000
    assert "immutable" in bundle.headers["Cache-Control"]


def test_what_one_has_is_not_sent_again(bench: FleetBench) -> None:
    etag = bench.desired().headers["ETag"]
    again = bench.desired(etag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)


def test_a_waiting_terminal_is_woken_by_a_new_wish(bench: FleetBench) -> None:
    etag = bench.desired().headers["ETag"]
    bundle = bench.publish("second", timeouts=TimeOuts(idle_s=90))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(bench.desired, etag, 15)
        assert until(lambda: bench.fleet.board.waiting == 1)
        bench.wish(bundle)
        answer = waiting.result(10)
    assert answer.status_code == 200
    statement = verify_desired(answer.content, trusted(bench), bench.clock.now())
    assert isinstance(statement, Statement)
    assert statement.desired.bundle.sha256 == bundle.sha256
    assert bench.fleet.board.waiting == 0


def test_a_terminal_that_asks_twice_waits_once(bench: FleetBench) -> None:
    etag = bench.desired().headers["ETag"]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(bench.desired, etag, 10)
        assert until(lambda: bench.fleet.board.waiting == 1)
        second = pool.submit(bench.desired, etag, 1)
        assert first.result(8).status_code == 304
        assert second.result(8).status_code == 304


def test_nobody_reads_anothers_wish(bench: FleetBench) -> None:
    problem_of(bench.desired(terminal="lobby-2"), 403, "not_allowed")
    problem_of(bench.get("/v1/terminals/lobby-2/commands"), 403, "not_allowed")


def test_a_statement_is_signed_anew_before_it_ends(bench: FleetBench) -> None:
    etag = bench.desired().headers["ETag"]
    bench.clock.advance(days=5)
    bench.fleet.look_after()
    answer = bench.desired(etag)
    assert answer.status_code == 200
    statement = verify_desired(answer.content, trusted(bench), bench.clock.now())
    assert isinstance(statement, Statement)
    assert statement.desired.version == 2
    assert statement.desired.expires - bench.clock.now() == timedelta(days=7)


def test_another_process_sees_a_wish_at_its_next_look(bench: FleetBench) -> None:
    before = bench.fleet.board.posted(TERMINAL)
    bundle = bench.publish("second", timeouts=TimeOuts(idle_s=90))
    with bench.session() as session:  # posted nowhere: as another process would
        bench.fleet.director.wish(session, {TERMINAL: Wish(bundle)}, bench.clock.now())
    assert bench.fleet.board.posted(TERMINAL) == before
    bench.fleet.look()
    assert bench.fleet.board.posted(TERMINAL) != before


def test_a_waiter_leaves_when_its_client_vanishes(bench: FleetBench) -> None:
    etag = bench.desired().headers["ETag"]
    headers = {**bench.running.headers, "If-None-Match": etag, "Prefer": "wait=50"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    url = bench.running.http.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=10) as line:
        line.sendall(f"GET /v1/terminals/{TERMINAL}/desired HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode())
        assert until(lambda: bench.fleet.board.waiting == 1)
    assert until(lambda: bench.fleet.board.waiting == 0), "nobody is there any more"


@pytest.mark.postgres
def test_a_post_of_another_process_is_heard_at_once(cluster: Cluster, tmp_path: Path, font: Path) -> None:
    """Two backends on one PostgreSQL: the second one's ear hears the first one's notification."""
    clock = SteppedClock()
    with running_fleet(cluster.emptied_database(), tmp_path, font, clock) as bench:
        bench.desired()
        listening, stopping = bench.fleet, threading.Event()
        loops = FleetLoops(listening)
        ear = threading.Thread(target=loops.listen, args=(stopping,), daemon=True)
        ear.start()
        other = replace(bench.fleet, board=Board())
        bundle = bench.publish("second", timeouts=TimeOuts(idle_s=90))
        before = listening.board.posted(TERMINAL)
        other.act(lambda session: other.director.wish(session, {TERMINAL: Wish(bundle)}, clock.now()))
        heard = until(lambda: listening.board.posted(TERMINAL) != before)
        stopping.set()
        ear.join(20)
        assert heard
        assert not ear.is_alive()


def until(is_so: Callable[[], bool], tries: int = 500) -> bool:
    """Looks again and again, for ten seconds at most."""
    pause = threading.Event()
    for _ in range(tries):
        if is_so():
            return True
        pause.wait(0.02)
    return False


def test_an_unknown_document_is_not_found(bench: FleetBench) -> None:
    problem_of(bench.get("/v1/bundles/" + "0" * 64), 404, "not_found")
    problem_of(bench.get("/v1/roots/9"), 404, "not_found")
    problem_of(bench.get("/v1/bundles/x"), 422, "malformed")


def test_a_new_fee_is_taken_from_who_was_wished_it_and_the_old_one_still(bench: FleetBench) -> None:
    running = bench.running
    assert running.apply("employee_normal", fee_fen=2500).status_code == 409
    fees = tuple(row.model_copy(update={"fee_fen": 2500}) for row in bench.sections().pricing.fees)
    bench.wish(bench.publish("dearer", pricing=Pricing(fees=fees)))
    assert running.apply("employee_normal", fee_fen=2500).status_code == 201
    assert running.apply("resident_normal", fee_fen=2400).status_code == 409
    assert running.apply("resident_normal", fee_fen=2000).status_code == 201, "a session keeps the fee it began with"
