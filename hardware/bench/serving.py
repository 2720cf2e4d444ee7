"""Starts the whole bench and puts it away again: every peripheral as its program, the control interface, the page."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from hardware.bench.control import Bench, create_app
from hardware.bench.peripheral import Peripheral, PeripheralError
from hardware.bench.screen import Screen

FAREWELL_LIMIT_S = 2


@dataclass(frozen=True)
class Plan:
    """Where everything is; the command line's words."""

    host: str
    port: int
    people: Path
    staff_cards: Path
    spool: Path
    pcsc_port: int
    identity_link: Path
    camera_port: int
    printer_port: int
    speaker_port: int
    jack_link: Path
    keypad_link: Path
    network_port: int
    backend_port: int
    sandbox_url: str
    display: str
    frame_dir: Path | None
    elements_url: str

    def peripherals(self) -> Mapping[str, Peripheral]:
        """By the names of the control interface; not yet started."""
        return {
            "reader": Peripheral("hardware.bench.pcscd", "--port", str(self.pcsc_port)),
            "card": Peripheral(
                "hardware.bench.card", "--port", str(self.pcsc_port), "--staff-cards", str(self.staff_cards)
            ),
            "identity": Peripheral("hardware.bench.identity_module", "--link", str(self.identity_link)),
            "camera": Peripheral("hardware.bench.camera", "--port", str(self.camera_port)),
            "printer": Peripheral(
                "hardware.bench.printer", "--port", str(self.printer_port), "--spool", str(self.spool)
            ),
            "speaker": Peripheral(
                "hardware.bench.speaker",
                *("--port", str(self.speaker_port), "--jack", str(self.jack_link)),
                *("--spool", str(self.spool.with_name("speech"))),
            ),
            "keypad": Peripheral("hardware.bench.keypad", "--link", str(self.keypad_link)),
            "network": Peripheral(
                "hardware.bench.network", "--port", str(self.network_port), "--target-port", str(self.backend_port)
            ),
        }

    def screen(self) -> Screen:
        return Screen(self.display, self.frame_dir, self.elements_url)


def serve_bench(plan: Plan) -> None:
    """Until SIGTERM or SIGINT. Raises OSError when the port of the control interface is taken."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((plan.host, plan.port))  # taken or not is known before anything starts; it answers once all is up
        with _running(plan.peripherals()) as peripherals:
            bench = Bench(
                peripherals,
                plan.screen(),
                plan.sandbox_url,
                plan.people,
                plan.spool,
                camera_picture_url=f"http://127.0.0.1:{plan.camera_port}/snapshot.jpg",
                backend_url=f"http://127.0.0.1:{plan.backend_port}",
                staff_cards_file=plan.staff_cards,
            )
            door.listen()
            _say(f"the bench's page: http://{plan.host}:{plan.port}/")
            _Server(bench).run(sockets=[door])


class _Server(uvicorn.Server):
    """Ends the live pictures first, so that nobody waits for them."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(
            uvicorn.Config(
                create_app(bench),
                lifespan="off",
                access_log=False,  # addresses hold what codes say
                log_level="warning",
                timeout_graceful_shutdown=FAREWELL_LIMIT_S,
            )
        )
        self._ending = bench.ending

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._ending.set()
        super().handle_exit(sig, frame)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


@contextmanager
def _running(peripherals: Mapping[str, Peripheral]) -> Generator[Mapping[str, Peripheral]]:
    """All started side by side; one that cannot start is named, the others go on."""
    try:
        # Ctrl+C goes to every program of the terminal's group: ours ends the others in good order.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            with ThreadPoolExecutor(len(peripherals)) as starters:
                for line in starters.map(_started, peripherals, peripherals.values()):
                    _say(line)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        yield peripherals
    finally:
        with ThreadPoolExecutor(len(peripherals)) as stoppers:
            list(stoppers.map(Peripheral.stop, peripherals.values()))


def _started(name: str, peripheral: Peripheral) -> str:
    try:
        peripheral.start()
    except PeripheralError as error:
        return f"{name}: NOT RUNNING: {error}"
    if "ready" not in peripheral.ready:
        return f"{name}: NOT RUNNING: {peripheral.ready.get('error')}; its reason stands on standard error"
    return f"{name}: ready"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
