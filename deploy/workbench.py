"""Starts everything on one machine: payment sandbox, backend, bench and terminal. What `make run` calls.

With a display the terminal opens a window; without one it runs on a virtual screen, live in the bench's page. All
programs log into `var/log/`. Ctrl-C stops them in the reverse order; nothing of them is left.
"""

from __future__ import annotations

import argparse
import configparser
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self

from tqdm import tqdm

from deploy.postgresql import PostgresqlError, postgresql_cluster

PYTHON = sys.executable
START_LIMIT_S = 40.0
STOP_LIMIT_S = 8.0
LOOK_AGAIN_S = 0.1
EXIT_RESTART = 75
"""Of the terminal (kiosk.app)."""


class WorkbenchError(Exception):
    """A program did not come up; the text names it and its log."""


@dataclass(frozen=True)
class Ports:
    """All below 32768: above it the kernel hands them to outgoing connections."""

    backend: int = 18080
    entrance: int = 18443
    """Where terminals of the fleet enter over mutual TLS."""
    sandbox: int = 18081
    network: int = 18082
    bench: int = 18090
    camera: int = 18091
    remote_view: int = 18095
    speaker: int = 18096
    printer: int = 19100
    pcsc: int = 15963


@dataclass
class Workbench:
    """A running set of programs; use it as a context manager."""

    root: Path = Path("var")
    ports: Ports = field(default_factory=Ports)
    width_px: int = 1080
    height_px: int = 1920
    config: Path = Path("kiosk.ini")
    joins_fleet: bool = True
    """True: the terminal pairs with the backend by a ticket, as in a lobby. False: it shows a token."""
    is_on_postgresql: bool = False
    """False: the backend keeps everything in an SQLite file."""
    display: str | None = None
    """An X display to open the window on; None: a virtual one."""
    _running: list[tuple[str, subprocess.Popen[bytes]]] = field(
        default_factory=list[tuple[str, "subprocess.Popen[bytes]"]]
    )
    frame_dir: Path | None = None
    _closing: ExitStack = field(default_factory=ExitStack)
    _database: str | None = None

    # --- life ------------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        steps = (
            ("payment sandbox", self._start_sandbox),
            ("database", self._start_database),
            ("backend", self._start_backend),
            ("screen", self._start_screen),
            ("bench", self._start_bench),
            ("front", self._start_front),
            ("terminal", self._start_joined),
        )
        (self.root / "log").mkdir(parents=True, exist_ok=True)
        try:
            with tqdm(steps, bar_format="{l_bar}{bar:20}| {desc}", leave=False, disable=not sys.stderr.isatty()) as bar:
                for name, step in bar:
                    bar.set_description_str(f"starting {name}")
                    step()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything, last started first."""
        while self._running:
            name, process = self._running.pop()
            _end(process)
            if name == "screen" and self.frame_dir is not None:
                shutil.rmtree(self.frame_dir, ignore_errors=True)
        self._closing.close()

    def failed(self) -> str | None:
        """The name of a program that has ended by itself, if one has."""
        return next((name for name, process in self._running if process.poll() is not None), None)

    # --- programs --------------------------------------------------------------------------------------------------

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.sandbox}"

    @property
    def backend_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.backend}"

    @property
    def bench_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.bench}"

    def _start_sandbox(self) -> None:
        state = str(self.root / "sandbox")
        _run_once([PYTHON, "-m", "backend.sandbox", "keys", "--state-dir", state])
        notify = f"{self.backend_url}/v1/gateway/wechat/notifications"
        command = [PYTHON, "-m", "backend.sandbox", "--port", str(self.ports.sandbox), "--state-dir", state]
        self._start("sandbox", [*command, "--notify-url", notify], self.ports.sandbox)

    def _start_database(self) -> None:
        """PostgreSQL, empty, and gone at the end; for SQLite there is nothing to start."""
        if self.is_on_postgresql:
            try:
                self._database = self._closing.enter_context(postgresql_cluster()).url("postgres")
            except PostgresqlError as error:
                raise WorkbenchError(str(error)) from error

    def _backend_arguments(self) -> list[str]:
        arguments = ["--state-dir", str(self.root / "backend"), "--fleet-dir", str(self.root / "fleet")]
        arguments += ["--entrance", f"127.0.0.1:{self.ports.entrance}"]
        arguments += ["--front"]
        return [*arguments, "--database", self._database] if self._database else arguments

    def _start_backend(self) -> None:
        settings = self._terminal_settings()
        common = self._backend_arguments()
        seed = ["--fleet", "--terminal", settings["terminal"]["id"], "--office", settings["terminal"]["office_id"]]
        _run_once([PYTHON, "-m", "backend", "seed", *common, *seed])
        if not (self.root / "backend" / "authority" / "entrance.pem").exists():
            self._fleet("entrance")
        self.start_backend()

    def start_backend(self) -> None:
        """The backend alone; may be called again after `kill`."""
        command = [PYTHON, "-m", "backend", "serve", "--bench", *self._backend_arguments()]
        command += ["--port", str(self.ports.backend), "--public-url", self.backend_url]
        command += ["--gateway-url", self.sandbox_url, "--merchant-dir", str(self.root / "sandbox" / "merchant")]
        self._start("backend", command, self.ports.backend)

    def _start_screen(self) -> None:
        if self.display is not None:
            return
        self.frame_dir = Path(tempfile.mkdtemp(prefix="kiosk-screen-"))
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{self.width_px}x{self.height_px}x24"]
        command += ["-fbdir", str(self.frame_dir), "-nolisten", "tcp", "-dpi", "96", "-noreset"]
        self._start("screen", command, None, pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise WorkbenchError(f"the virtual screen did not start; see {self.root / 'log' / 'screen.log'}")
        self.display = f":{number}"

    def _start_bench(self) -> None:
        ports = self.ports
        command = [PYTHON, "-m", "hardware.bench", "serve", "--port", str(ports.bench)]
        staff = self.root / "bench" / "staff"
        _run_once([PYTHON, "-m", "hardware.bench.staff_cards", "--dir", str(staff)])
        (self.root / "bench" / "usb").mkdir(parents=True, exist_ok=True)
        command += ["--staff-cards", str(staff / "cards.json")]
        command += ["--people", "backend/seed_people.toml", "--spool", str(self.root / "bench" / "receipts")]
        command += ["--pcsc-port", str(ports.pcsc), "--identity-link", str(self.root / "bench" / "identity-reader")]
        command += ["--camera-port", str(ports.camera), "--printer-port", str(ports.printer)]
        command += ["--speaker-port", str(ports.speaker), "--jack-link", str(self.root / "bench" / "jack")]
        command += ["--keypad-link", str(self.root / "bench" / "keypad")]
        command += ["--network-port", str(ports.network), "--backend-port", str(ports.backend)]
        command += ["--sandbox-url", self.sandbox_url, "--display", self.display or ""]
        command += ["--elements-url", f"http://127.0.0.1:{ports.remote_view}/elements"]
        command += ["--frame-dir", str(self.frame_dir)] if self.frame_dir else []
        self._start("bench", command, ports.bench)

    def _start_front(self) -> None:
        """The TLS proxy that terminals of the fleet meet; behind it is the bench's network."""
        folder = self.root / "backend" / "authority"
        command = [PYTHON, "-m", "hardware.bench.front", "--port", str(self.ports.entrance)]
        command += ["--target-port", str(self.ports.network), "--certificate", str(folder / "entrance.pem")]
        command += ["--key", str(folder / "entrance.key"), "--authority", str(folder / "authority.pem")]
        self._start("front", command, self.ports.entrance)

    def _start_joined(self) -> None:
        """The terminal; one without an identity is paired first, the way it is done in a lobby."""
        state = self.root / "terminal"
        if self.is_on_postgresql:  # an empty database knows no terminal
            shutil.rmtree(state / "identity", ignore_errors=True)
            shutil.rmtree(state / "fleet", ignore_errors=True)
        self.start_terminal()
        if self.joins_fleet and not (state / "identity" / "terminal.pem").exists():
            self._pair()

    def _pair(self) -> None:
        """Ticket by the backend's command line, held before the camera; code compared; approved; started again."""
        settings = self._terminal_settings()
        wait_for_text(self._elements, r"DoneView|PayScanView")
        office = ["--office", settings["terminal"]["office_id"]]
        made = self._fleet("ticket", settings["terminal"]["id"], *office)
        ask_bench(self.bench_url, "camera", "show", content=made.split()[-1], style="easy")
        shown = wait_for_text(self._elements, r"\b(\d{3}) (\d{3})\b")
        self._fleet("approve", shown.replace(" ", ""))  # which is refused when the backend has another one
        ask_bench(self.bench_url, "camera", "clear")
        process = next(process for name, process in self._running if name == "terminal")
        try:
            process.wait(START_LIMIT_S)
        except subprocess.TimeoutExpired as error:
            raise WorkbenchError("the terminal did not join; see terminal.log") from error
        self.restart_if_asked()

    def _fleet(self, *step: str) -> str:
        return _run_once([PYTHON, "-m", "backend", "fleet", *self._backend_arguments(), *step])

    def _elements(self) -> str:
        return ask(f"http://127.0.0.1:{self.ports.remote_view}/elements")

    def start_terminal(self) -> None:
        """The terminal alone; may be called again after `kill`."""
        environment = {"DISPLAY": self.display or ""}
        config = self._written_config()
        self._start(
            "terminal", [PYTHON, "-m", "kiosk", "--config", str(config), "run"], self.ports.remote_view, environment
        )

    def program(self, name: str) -> subprocess.Popen[bytes]:
        """Raises WorkbenchError when it was not started."""
        for known, process in self._running:
            if known == name:
                return process
        raise WorkbenchError(f"{name} does not run")

    def restart_if_asked(self) -> None:
        """The terminal ends with a code of its own when staff let it start again; a service manager does the rest."""
        for index, (name, process) in enumerate(self._running):
            if name == "terminal" and process.poll() == EXIT_RESTART:
                del self._running[index]
                self.start_terminal()
                return

    def kill(self, name: str) -> None:
        """End one program without a farewell, as a power cut would."""
        self.program(name).kill()
        self.wait_for_end(name)

    def wait_for_end(self, name: str, limit_s: float = STOP_LIMIT_S) -> int:
        """Until a program that ends is gone, so that it may be started again; its exit code."""
        process = self.program(name)
        code = process.wait(limit_s)
        self._running.remove((name, process))
        return code

    # --- inside ----------------------------------------------------------------------------------------------------

    def _terminal_settings(self) -> configparser.ConfigParser:
        settings = configparser.ConfigParser(interpolation=None)
        settings.read(self.config, encoding="utf-8")
        return settings

    def _written_config(self) -> Path:
        """`kiosk.ini` itself where it fits; a copy with this workbench's ports and sizes where it does not."""
        if self.root == Path("var") and self.ports == Ports() and (self.width_px, self.height_px) == (1080, 1920):
            return self.config
        settings = self._terminal_settings()
        settings["terminal"]["state_dir"] = str(self.root / "terminal")
        settings["fleet"]["enabled"] = str(self.joins_fleet).lower()
        settings["central"]["url"] = f"http://127.0.0.1:{self.ports.network}"
        settings["central"]["token_file"] = str(self.root / "backend" / "terminal-token")
        settings["display"]["width_px"], settings["display"]["height_px"] = str(self.width_px), str(self.height_px)
        settings["bench"]["remote_view_port"] = str(self.ports.remote_view)
        settings["staff"]["roster_file"] = str(self.root / "bench" / "staff" / "roster.json")
        settings["staff"]["usb_dir"] = str(self.root / "bench" / "usb")
        settings["identity_reader"]["port"] = str(self.root / "bench" / "identity-reader")
        settings["code_scanner"]["source"] = f"http://127.0.0.1:{self.ports.camera}/stream"
        settings["receipt_printer"]["port"] = str(self.ports.printer)
        settings["speaker"]["port"], settings["speaker"]["jack"] = (
            str(self.ports.speaker),
            str(self.root / "bench" / "jack"),
        )
        settings["keypad"]["device"] = str(self.root / "bench" / "keypad")
        settings["bench"]["speech_trace"] = str(self.root / "bench" / "speech" / "spoken.jsonl")
        path = self.root / "kiosk.ini"
        with path.open("w", encoding="utf-8") as file:
            settings.write(file)
        return path

    def _start(
        self,
        name: str,
        command: Sequence[str],
        port: int | None,
        environment: dict[str, str] | None = None,
        pass_fds: tuple[int, ...] = (),
    ) -> None:
        if port is not None and _answers(port):
            raise WorkbenchError(f"port {port} is taken; is another workbench running?")
        log_file = self.root / "log" / f"{name}.log"
        with log_file.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                pass_fds=pass_fds,
                start_new_session=True,
            )
        self._running.append((name, process))
        if port is not None:
            _wait_for(name, process, port, log_file)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_for(name: str, process: subprocess.Popen[bytes], port: int, log_file: Path) -> None:
    ends_at = time.monotonic() + START_LIMIT_S
    while time.monotonic() < ends_at:
        if process.poll() is not None:
            raise WorkbenchError(f"{name} ended at once; its last words are in {log_file}")
        if _answers(port):
            return
        time.sleep(LOOK_AGAIN_S)
    raise WorkbenchError(f"{name} did not come up within {START_LIMIT_S:g} s; see {log_file}")


def ask(url: str, content: bytes | None = None) -> str:
    """One request to a program of this machine; no proxy of the environment is asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"})  # noqa: S310  our own
    with opener.open(request, timeout=STOP_LIMIT_S) as answer:
        return answer.read().decode()


def ask_bench(bench_url: str, peripheral: str, verb: str, **fields: str) -> None:
    ask(f"{bench_url}/api/{peripheral}/{verb}", json.dumps(fields).encode())


def wait_for_text(look: Callable[[], str], pattern: str) -> str:
    """What the pattern finds on the terminal's screen; raises WorkbenchError when it does not come."""
    ends_at = time.monotonic() + START_LIMIT_S
    while time.monotonic() < ends_at:
        with suppress(OSError):  # it is not up yet
            if found := re.search(pattern, look()):
                return found[0]
        time.sleep(LOOK_AGAIN_S)
    raise WorkbenchError(f"the terminal does not show what it should ({pattern}); see terminal.log")


def _run_once(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=START_LIMIT_S, check=False)
    if done.returncode != 0:
        raise WorkbenchError(f"{' '.join(command[1:4])}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_LIMIT_S)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.workbench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--landscape", action="store_true", help="a 1920x1080 screen instead of 1080x1920")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite", help="default: %(default)s")
    parser.add_argument("--headless", action="store_true", help="a virtual screen even where there is a display")
    arguments = parser.parse_args()
    width_px, height_px = (1920, 1080) if arguments.landscape else (1080, 1920)
    display = None if arguments.headless else os.environ.get("DISPLAY") or None
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, partial(_set, stopping))
    try:
        on_postgresql = arguments.database == "postgres"
        with Workbench(
            width_px=width_px, height_px=height_px, display=display, is_on_postgresql=on_postgresql
        ) as workbench:
            _announce(workbench)
            while not stopping.wait(1.0):
                workbench.restart_if_asked()
                failed = workbench.failed()
                if failed is not None:
                    print(f"{failed} has ended; see var/log/{failed}.log", file=sys.stderr)
                    return 1
    except WorkbenchError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _set(stopping: threading.Event, _signal: int, _frame: object) -> None:
    stopping.set()


def _announce(workbench: Workbench) -> None:
    where = "on your display" if workbench.frame_dir is None else "on a virtual screen, live in the bench's page"
    print(f"The terminal runs {where}.")
    print(f"  bench     {workbench.bench_url}   insert cards, show codes, open the printer, pay, cut the network")
    print(f"  backend   {workbench.backend_url}   central backend of this machine")
    print(f"  sandbox   {workbench.sandbox_url}   payment sandbox")
    print(f"  console   {workbench.backend_url}/console   the operator's; throw-away accounts of this bench:")
    accounts = json.loads((workbench.root / "backend" / "console-accounts.json").read_text(encoding="utf-8"))
    for account in accounts:
        print(f"            {account['name']}, password {account['password']}")
    print("            the code of an authenticator: .venv/bin/python -m backend console code anna")
    print("Ctrl-C stops everything. Logs are in var/log/.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
