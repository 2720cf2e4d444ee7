"""The bench's control interface over real HTTP, with real peripherals behind it, and its command line."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import requests

from backend.sandbox.app import create_app as create_sandbox
from backend.sandbox.app import open_sandbox
from deploy.fonts import extract_missing
from hardware.bench.__main__ import main
from hardware.bench.client import fields_of
from hardware.bench.control import PAGE, Bench, create_app
from hardware.bench.drawer import ETHNIC_GROUPS, ethnic_code, read_people
from hardware.bench.peripheral import Peripheral
from hardware.bench.screen import Screen
from kiosk.services.remote_view import RemoteView
from tests.bench_fixture import free_port, served

PEOPLE = Path("backend/seed_people.toml")
LIMIT_S = 15.0
LOOKS = 200
ELEMENTS = {
    "view": "ChoiceView",
    "elements": [
        {"id": "confirm", "x": 10, "y": 20, "width": 100, "height": 40, "is_enabled": True},
        {"id": "asleep", "x": 10, "y": 80, "width": 100, "height": 40, "is_enabled": False},
    ],
    "codes": [],
}
CUT_SLIP = b"\x1b@Bench slip\n\x1dVB\x00"


@dataclass(frozen=True)
class Control:
    """The interface, and what stands behind it."""

    url: str
    printer_port: int
    peripherals: Mapping[str, Peripheral]

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", timeout=LIMIT_S)

    def post(self, path: str, fields: Any = None, **options: Any) -> requests.Response:
        return requests.post(f"{self.url}{path}", json=fields, timeout=LIMIT_S, **options)

    def state(self) -> dict[str, Any]:
        return self.get("/api/state").json()


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """Printer, camera, card, ID reader and network as programs; the payment sandbox; a screen on a real display."""
    extract_missing(Path(".build/fonts"))
    folder = tmp_path_factory.mktemp("bench")
    printer_port, camera_port, view_port = free_port(), free_port(), free_port()
    view = RemoteView(view_port, lambda tell: tell(ELEMENTS))
    view.start()
    with (
        Peripheral("hardware.bench.printer", "--port", str(printer_port), "--spool", str(folder / "spool")) as printer,
        Peripheral("hardware.bench.camera", "--port", str(camera_port)) as camera,
        Peripheral("hardware.bench.card", "--port", str(free_port())) as card,
        Peripheral("hardware.bench.identity_module", "--link", str(folder / "identity")) as identity,
        served(create_sandbox(open_sandbox(folder / "sandbox"))) as sandbox_url,
    ):
        peripherals = {
            "reader": Peripheral("hardware.bench.pcscd"),  # never started
            "printer": printer,
            "camera": camera,
            "card": card,
            "identity": identity,
        }
        screen = Screen(":987", None, f"http://127.0.0.1:{view_port}/elements")
        picture_url = f"http://127.0.0.1:{camera_port}/snapshot.jpg"
        bench = Bench(peripherals, screen, sandbox_url, PEOPLE, folder / "spool", picture_url)
        with served(create_app(bench)) as url:
            yield Control(url, printer_port, peripherals)
    view.stop()


# --- peripherals -----------------------------------------------------------------------------------------------------


def test_state_tells_every_peripheral_also_of_one_that_does_not_run(control: Control) -> None:
    states = control.state()
    assert set(states) == set(control.peripherals)
    assert states["reader"] == {"ok": False, "error": "hardware.bench.pcscd is not running"}
    assert all(state["ok"] for name, state in states.items() if name != "reader")


def test_a_verb_reaches_its_peripheral(control: Control) -> None:
    for is_open in (True, False):
        assert control.post("/api/printer/cover", {"open": is_open}).status_code == 200
        assert control.state()["printer"]["cover_open"] is is_open


def test_a_verb_without_fields_needs_no_body(control: Control) -> None:
    assert control.post("/api/camera/cover").status_code == 200
    assert control.state()["camera"]["view"] == "covered"
    assert control.post("/api/camera/clear").status_code == 200


def test_an_unknown_peripheral_is_not_found_and_the_known_ones_are_named(control: Control) -> None:
    answer = control.post("/api/teapot/pour")
    assert answer.status_code == 404
    assert "printer" in answer.json()["error"]


def test_an_unknown_verb_is_refused_and_the_known_ones_are_named(control: Control) -> None:
    answer = control.post("/api/printer/fly")
    assert answer.status_code == 409
    assert "run_out_after" in answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/api/printer/paper", {"level": "plenty"}),
        ("/api/printer/cover", {}),
        ("/api/printer/cover", {"open": True, "wide": True}),
        ("/api/camera/show", {"content": 134567890123456789}),
        ("/api/camera/show", {"content": "x", "style": "invisible"}),
        ("/api/card/insert", {"kind": "library"}),
        ("/api/card/insert", {"person": 7}),
        ("/api/identity/place", {"person": "nobody"}),
        ("/api/reader/state", {}),
    ],
)
def test_fields_that_make_no_sense_are_refused_and_the_peripheral_lives_on(
    control: Control, path: str, fields: dict[str, Any]
) -> None:
    answer = control.post(path, fields)
    assert answer.status_code == 409
    assert answer.json()["error"]
    assert all(state["ok"] for name, state in control.state().items() if name != "reader")


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"x"', b"\xff", b"null"])
def test_a_body_that_is_no_json_object_is_a_bad_request(control: Control, body: bytes) -> None:
    for path in ("/api/printer/cover", "/api/phone/pay", "/api/screen/tap"):
        answer = control.post(path, data=body)
        assert answer.status_code == 400, path
        assert answer.json()["error"] == "the body is not a JSON object"


@pytest.mark.parametrize("name", ["verb", "self"])
def test_a_field_cannot_pose_as_the_verb(control: Control, name: str) -> None:
    assert control.post("/api/printer/state", {name: "go_down"}).status_code == 400
    assert control.state()["printer"]["powered"] is True


def test_a_peripheral_that_ended_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    with Peripheral("hardware.bench.camera", "--port", str(free_port())) as camera:
        gone = Peripheral("hardware.bench.card", "--port", str(free_port()))
        gone.start()
        bench = Bench({"card": gone, "camera": camera}, Screen("", None, ""), "", PEOPLE, tmp_path)
        with served(create_app(bench)) as url:
            gone.kill()
            states = requests.get(f"{url}/api/state", timeout=LIMIT_S).json()
            refused = requests.post(f"{url}/api/card/remove", timeout=LIMIT_S)
        gone.stop()
    assert (states["card"]["ok"], states["camera"]["ok"]) == (False, True)
    assert refused.status_code == 409


# --- the drawer ------------------------------------------------------------------------------------------------------


def test_everybody_in_the_drawer_can_lay_down_the_document_and_insert_the_card(control: Control) -> None:
    people = control.get("/api/drawer").json()
    assert len(people) == len(read_people(PEOPLE)) > 10
    for person in people:
        placed = control.post("/api/identity/place", person["document"]).json()
        assert placed["number"] == person["document_number"]
        assert control.post("/api/card/insert", person["card"]).json()["inserted"] is True
    control.post("/api/card/remove")
    control.post("/api/identity/remove")


def test_a_person_may_be_named_by_what_is_special(control: Control) -> None:
    placed = control.post("/api/identity/place", {"person": "foreigner"}).json()
    assert (placed["kind"], placed["english_name"]) == ("foreign_resident_2023", "SAMPLE MARIA")
    inserted = control.post("/api/card/insert", {"person": "damaged", "kind": "chip_damaged"}).json()
    assert inserted["kind"] == "chip_damaged"
    control.post("/api/card/remove")
    control.post("/api/identity/remove")


def test_ethnic_groups_have_the_codes_of_the_standard() -> None:
    codes = [ethnic_code(name) for name in ("汉", "维吾尔", "满", "土", "羌", "基诺")]
    assert codes == ["01", "05", "11", "30", "33", "56"]
    assert len(set(ETHNIC_GROUPS)) == 56


# --- phone, codes, camera, paper -------------------------------------------------------------------------------------


def test_the_phone_is_that_of_the_payment_sandbox(control: Control) -> None:
    code = control.post("/api/phone/payer-code", {"behaviour": "asks_password"}).json()["payer_code"]
    assert re.fullmatch(r"1[0-5][0-9]{16}", code)
    refused = control.post("/api/phone/password", {"payer_code": code})
    assert refused.status_code == 404
    assert refused.json()["code"] == "ORDER_NOT_EXIST"


def test_faults_of_the_payment_service_are_reached(control: Control) -> None:
    assert control.post("/api/payment/faults", {"delay_s": 1}).json()["delay_s"] == 1
    assert control.post("/api/payment/faults", {"delay_s": 0}).json()["delay_s"] == 0
    assert control.get("/api/payment").json()["orders"] == []


def test_a_sandbox_that_is_away_is_told(tmp_path: Path) -> None:
    bench = Bench({}, Screen("", None, ""), f"http://127.0.0.1:{free_port()}", PEOPLE, tmp_path)
    with served(create_app(bench)) as url:
        answer = requests.post(f"{url}/api/phone/pay", timeout=LIMIT_S)
    assert answer.status_code == 409
    assert answer.json() == {"error": "the payment sandbox does not answer"}


def test_the_page_sees_what_the_camera_sees(control: Control) -> None:
    control.post("/api/camera/black")
    picture = cv2.imdecode(np.frombuffer(control.get("/api/camera/picture.jpg").content, np.uint8), cv2.IMREAD_COLOR)
    control.post("/api/camera/clear")
    assert picture is not None
    assert picture.shape == (720, 1280, 3)


def test_a_code_is_drawn_for_the_page(control: Control) -> None:
    answer = control.get("/api/code.svg?content=134567890123456789")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    assert control.get("/api/code.svg").status_code == 400
    assert control.get("/api/code.svg?content=" + "x" * 4000).status_code == 400


def test_a_printed_receipt_is_a_picture(control: Control) -> None:
    control.post("/api/printer/reset")
    with socket.create_connection(("127.0.0.1", control.printer_port), timeout=LIMIT_S) as wire:
        wire.sendall(CUT_SLIP)
        for _ in range(LOOKS):
            receipts = control.post("/api/printer/receipts").json()["receipts"]
            if receipts:
                break
    assert receipts[0]["lines"] == ["Bench slip"]
    picture = control.get("/api/receipts/receipt-0001.png")
    assert picture.content.startswith(b"\x89PNG")
    assert picture.headers["cache-control"] == "no-store"


def test_the_office_behind_the_terminal_is_that_of_the_backend(tmp_path: Path) -> None:
    backend = f"http://127.0.0.1:{free_port()}"
    bench = Bench({}, Screen("", None, ""), "", PEOPLE, tmp_path, backend_url=backend)
    with served(create_app(bench)) as url:
        assert requests.get(url + "/api/office", timeout=LIMIT_S).json() == {"start_url": backend + "/start"}
        answer = requests.post(url + "/api/office/e-cards", json={"document_number": "1"}, timeout=LIMIT_S)
    assert answer.json() == {"error": "the backend does not answer"}


@pytest.mark.parametrize("name", ["receipt-9999.png", "..", "%2e%2e%2fsandbox%2fsandbox.sqlite", "%2fetc%2fhostname"])
def test_nothing_but_receipts_comes_out_of_the_tray(control: Control, name: str) -> None:
    assert control.get(f"/api/receipts/{name}").status_code == 404


# --- screen ----------------------------------------------------------------------------------------------------------


def test_what_is_on_the_screen_comes_from_the_terminal(control: Control) -> None:
    assert control.get("/api/screen/elements").json() == ELEMENTS


def test_a_screen_on_a_real_display_says_where_it_is(control: Control) -> None:
    assert control.get("/api/bench").json()["screen"] == {
        "is_virtual": False,
        "display": ":987",
        "width": 0,
        "height": 0,
    }
    for path in ("/api/screen/picture.png", "/api/screen/live"):
        answer = control.get(path)
        assert answer.status_code == 409
        assert ":987" in answer.json()["error"]


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"id": "nowhere"}, 409, "confirm"),
        ({"id": "asleep"}, 409, "disabled"),
        ({"x": 1}, 400, "needs"),
        ({"x": "left", "y": 2}, 400, "needs"),
        ({}, 400, "needs"),
    ],
)
def test_a_touch_that_is_not_possible_is_refused(
    control: Control, fields: dict[str, Any], status: int, words: str
) -> None:
    answer = control.post("/api/screen/tap", fields)
    assert answer.status_code == status
    assert words in answer.json()["error"]


# --- page ------------------------------------------------------------------------------------------------------------


def test_the_page_and_its_parts_are_served(control: Control) -> None:
    assert "text/html" in control.get("/").headers["content-type"]
    for part in PAGE.iterdir():
        assert control.get(f"/page/{part.name}").status_code == 200


def test_the_page_loads_nothing_from_elsewhere() -> None:
    for part in PAGE.iterdir():
        addresses = re.findall(r"https?://[^\s\"'`/]+", part.read_text(encoding="utf-8"))
        assert set(addresses) <= {"https://example.invalid"}, part.name


# --- command line ----------------------------------------------------------------------------------------------------


def test_every_act_has_its_command(control: Control, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> tuple[int, Any]:
        code = main(["--url", control.url, *words])
        return code, json.loads(capsys.readouterr().out)

    assert said("printer", "cover", "open=true") == (0, {"ok": True})
    code, states = said("state")
    assert (code, states["printer"]["cover_open"]) == (0, True)
    assert said("printer", "cover", "open=false")[0] == 0
    assert said("printer", "fly")[0] == 1
    assert said("elements") == (0, ELEMENTS)
    assert said("tap", "asleep") == (1, {"error": "asleep is disabled"})
    assert said("phone", "payer-code", "behaviour=expired")[0] == 0
    assert len(said("drawer")[1]) > 10


def test_words_that_cannot_be_an_act_are_wrong_use(control: Control, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--url", control.url, "printer", "cover", "open"]) == 2
    assert main(["--url", control.url, "tap", "left", "right"]) == 2
    assert "key=value" in capsys.readouterr().err


def test_without_a_bench_the_command_line_says_how_to_start_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--url", f"http://127.0.0.1:{free_port()}", "state"]) == 1
    assert "python -m hardware.bench serve" in capsys.readouterr().out


def test_long_digits_stay_text_and_short_words_become_values() -> None:
    words = ["a=true", "b=0.5", "c=134567890123456789", 'd={"x": 1}', "e=full", 'f="12"', "g=", "h=a=b"]
    assert fields_of(words) == {
        "a": True,
        "b": 0.5,
        "c": "134567890123456789",
        "d": {"x": 1},
        "e": "full",
        "f": "12",
        "g": "",
        "h": "a=b",
    }


@pytest.mark.parametrize("peripheral", ["card", "identity", "camera", "printer", "network", "reader"])
def test_help_of_a_peripheral_names_its_verbs(peripheral: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([peripheral, "--help"])
    assert left.value.code == 0
    assert "state" in capsys.readouterr().out


# --- the whole bench -------------------------------------------------------------------------------------------------


@pytest.fixture
def whole_bench(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """As `make run` starts it, but with a card reader that cannot start, so that no pcscd of others is disturbed."""
    port = free_port()
    command = [sys.executable, "-m", "hardware.bench", "serve", "--port", str(port), "--people", str(PEOPLE)]
    command += ["--spool", str(tmp_path / "spool"), "--identity-link", str(tmp_path / "identity")]
    command += ["--pcsc-port", "40000", "--camera-port", str(free_port()), "--printer-port", str(free_port())]
    command += ["--network-port", str(free_port()), "--backend-port", str(free_port()), "--display", ":987"]
    command += ["--speaker-port", str(free_port()), "--jack-link", str(tmp_path / "jack")]
    command += ["--keypad-link", str(tmp_path / "keypad")]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield program, f"http://127.0.0.1:{port}"
    program.kill()
    program.communicate(timeout=LIMIT_S)


@pytest.mark.parametrize("farewell", [signal.SIGTERM, signal.SIGINT])
def test_one_peripheral_that_cannot_start_is_named_and_all_end_together(
    whole_bench: tuple[subprocess.Popen[str], str], farewell: signal.Signals
) -> None:
    program, url = whole_bench
    assert program.stdout is not None
    said = [program.stdout.readline().strip() for _ in range(9)]
    assert said[0].startswith("reader: NOT RUNNING")
    assert {
        f"{name}: ready" for name in ("card", "identity", "camera", "printer", "speaker", "keypad", "network")
    } <= set(said)
    assert said[-1].endswith(f"{url}/")
    states = requests.get(f"{url}/api/state", timeout=LIMIT_S).json()
    assert [name for name, state in states.items() if not state["ok"]] == ["reader"]
    children = children_of(program.pid)
    assert len(children) == 7
    program.send_signal(farewell)
    assert program.wait(LIMIT_S) == 0
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_a_taken_port_is_said_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "hardware.bench", "serve", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert done.returncode == 1
    assert "in use" in done.stderr
    assert done.stdout == ""


def children_of(process_id: int) -> list[int]:
    """Of all its threads: each keeps its own list."""
    threads = Path(f"/proc/{process_id}/task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text().split()]
