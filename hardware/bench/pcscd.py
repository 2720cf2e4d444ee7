"""The bench's reader: a real `pcscd` of our own with the virtual reader driver `vpcd` (two slots).

    python -m hardware.bench.pcscd --port 15963

Verbs (JSON lines, see `hardware.bench.peripheral`):

- `restart`: end the daemon if it runs, start it again; answers once the readers are back.
- `kill`: end the daemon without a farewell; it stays away until `restart`.
- `unplug`: the daemon runs, the reader is missing. `plug`: it is back. (vpcd knows no cable: the daemon is restarted.)
- `state` -> {running, readers}

Slot 0 listens on `--port`, slot 1 on the next one; `hardware.bench.card` dials them. There is one pcscd per machine:
when another one runs, the program says so and ends. vpcd listens on all addresses and lets anybody in: benches only.
"""

from __future__ import annotations

import argparse
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from hardware.bench.peripheral import PeripheralError, serve
from hardware.card_reader.transport import PcscContext
from hardware.errors import DeviceError

READER_NAME = "Virtual PCD"
"""As the packaged driver calls itself; by this name a production terminal refuses it."""
PROGRAM = Path("/usr/sbin/pcscd")
DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
RUN_FOLDER = Path("/run/pcscd")
CONFIGURATION = RUN_FOLDER / "bench"
"""Folder with the reader's configuration; it belongs to whoever owns the run folder."""
HIGHEST_PORT = 32767
"""Above it the kernel takes ports for outgoing connections, and the reader would silently be missing."""

MISSING = f"{PROGRAM} or {DRIVER} is missing (packages pcscd, vsmartcard-vpcd): deploy/setup.sh installs them"
START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 5.0
LOOK_AGAIN_S = 0.02


def is_installed() -> bool:
    return PROGRAM.exists() and DRIVER.exists()


class Pcscd:
    """One pcscd that belongs to us, known by its process id."""

    def __init__(self, port: int) -> None:
        if not 1024 <= port < HIGHEST_PORT:
            raise PeripheralError(f"port {port} is not between 1024 and {HIGHEST_PORT - 1}")
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except PeripheralError:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start and wait for the readers; raises `PeripheralError` with the reason when they do not come."""
        if self.is_running:
            return
        if not is_installed():
            raise PeripheralError(MISSING)
        self._launch(
            f'FRIENDLYNAME "{READER_NAME}"\nDEVICENAME /dev/null:{self.port}\nLIBPATH {DRIVER}\nCHANNELID {self.port}\n'
        )
        self._wait_for("the readers do not appear; is a port taken?", lambda: len(readers()) == 2)

    def stop(self) -> None:
        """End the daemon in good order; may be called twice."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the daemon without a farewell; its files stay behind, as after a crash."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def unplug(self) -> None:
        """Take the reader away; the daemon runs on."""
        self.stop()
        self._launch("")
        self._wait_for("the daemon does not start", is_listening)

    def plug(self) -> None:
        """Put the reader back."""
        self.restart()

    def _launch(self, configuration: str) -> None:
        _claim_run_folder()
        CONFIGURATION.mkdir(exist_ok=True)
        (CONFIGURATION / "reader.conf").write_text(configuration)
        self._process = subprocess.Popen(  # noqa: S603  a fixed program; dies with the bench, however that ends
            ["/usr/bin/setpriv", "--pdeathsig", "KILL", PROGRAM, "--foreground", "--config", CONFIGURATION],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _wait_for(self, failure: str, is_reached: Callable[[], bool]) -> None:
        give_up_at = time.monotonic() + START_TIMEOUT_S
        while not is_reached():
            if not self.is_running:
                raise PeripheralError("pcscd ended at once")
            if time.monotonic() > give_up_at:
                raise PeripheralError(failure)
            threading.Event().wait(LOOK_AGAIN_S)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_TIMEOUT_S)


def readers() -> Sequence[str]:
    """The names of the bench's readers now; none while no daemon runs."""
    try:
        with PcscContext() as context:
            return tuple(name for name in context.reader_names() if name.startswith(READER_NAME))
    except DeviceError:
        return ()


def _claim_run_folder() -> None:
    """Remove what a killed daemon left behind; refuse when somebody listens there."""
    if is_listening():
        raise PeripheralError(
            f"another pcscd listens in {RUN_FOLDER}; there can be only one per machine: stop it first"
        )
    RUN_FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("pcscd.comm", "pcscd.pid"):
        (RUN_FOLDER / name).unlink(missing_ok=True)


def is_listening() -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(RUN_FOLDER / "pcscd.comm")) == 0


def _state(pcscd: Pcscd) -> dict[str, Any]:
    return {"running": pcscd.is_running, "readers": list(readers())}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hardware.bench.pcscd", description="pcscd with virtual readers.")
    parser.add_argument("--port", type=int, default=15963, help="port of slot 0, below 32767; slot 1 is the next one")
    try:
        with Pcscd(parser.parse_args().port) as pcscd:
            verbs = {name: getattr(pcscd, name) for name in ("restart", "kill", "unplug", "plug")}
            serve({**verbs, "state": lambda: _state(pcscd)}, port=pcscd.port, readers=list(readers()))
    except PeripheralError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
