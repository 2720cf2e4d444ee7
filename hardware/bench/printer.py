"""The bench's receipt printer: `python -m hardware.bench.printer --port 19100 --spool DIR`, or `--link PATH`.

Speaks ESC/POS over TCP, or over a pseudo-terminal that PATH then points to. Every receipt lands in DIR as a picture
(`receipt-0001.png`) with what can be read on it beside (`receipt-0001.json`). Verbs, as JSON lines on standard input:

| verb | fields | what happens |
|---|---|---|
| `cover` | `open` | somebody opens or closes the cover |
| `paper` | `level`: full, low, out | a roll is put in, or taken |
| `run_out_after` | `mm` | the roll ends after so much more paper |
| `fail_after` | `mm`, `fault`: cover, cutter_error, offline, silent, close_peer | the same for another fault |
| `cutter_error`, `offline`, `silent` | `on` | silent: takes everything, says nothing |
| `close_peer` | | the connection is closed by the printer |
| `stale_byte` | `value` (18), `before_answer` (false) | a byte nobody asked for, now or just before the next answer |
| `go_down`, `come_up` | | power; going down forgets what is not printed |
| `speed` | `mm_per_s` (0: at once) | 200 is a real head |
| `reset` | | everything well again, nothing half printed, receipts so far forgotten |
| `receipts` | | `receipts`: files and contents, oldest first |
| `state` | | health, paper, faults of the data, unprinted bytes |
"""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from hardware.bench.escpos_interpreter import FULL_ROLL_MM, NEAR_END_MM, Interpreter, Step
from hardware.bench.escpos_paper import PaperStrip, Typeface, codes_in, picture_of
from hardware.bench.peripheral import Verb, serve
from hardware.bench.printer_wires import PtyWire, TcpWire, Wire

LEVELS_MM = {"full": FULL_ROLL_MM, "low": NEAR_END_MM / 2, "out": 0.0}
STALE_ANSWER = 0x12
"""A real-time status without any fault: what makes a careless driver see paper where none is."""
SPOOL_TIMEOUT_S = 5.0


class Spool:
    """The tray that receipts fall into."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.receipts: list[dict[str, Any]] = []

    def drop(self, strip: PaperStrip, length_mm: float) -> None:
        name = f"receipt-{len(self.receipts) + 1:04}"
        picture = picture_of(strip)
        picture.save(self._folder / f"{name}.png")
        receipt = {
            "file": str(self._folder / f"{name}.png"),
            "length_mm": round(length_mm, 1),
            "lines": strip.contents.lines,
            "qr": strip.contents.qr_codes,
            "barcodes": strip.contents.barcodes,
            "pictures": strip.contents.pictures,
            "decoded": codes_in(picture),
        }
        (self._folder / f"{name}.json").write_text(json.dumps(receipt, ensure_ascii=False, indent=1), "utf-8")
        self.receipts.append(receipt)


class BenchPrinter:
    """Interface board (the wire's thread) and mechanism (a thread of its own) around one interpreter."""

    def __init__(self, wire: Wire, spool: Spool, interpreter: Interpreter) -> None:
        self._wire = wire
        self._spool = spool
        self._interpreter = interpreter
        self._changed = threading.Condition()
        self._is_powered = True
        self._is_silent = False
        self._mm_per_s = 0.0
        self._strip_mm = 0.0
        self._stale_before_answer = b""
        self._cut_off: SimpleQueue[tuple[PaperStrip, float]] = SimpleQueue()
        self._cuts = 0
        self._fail_at: list[tuple[float, str]] = []
        interpreter.on_moved = self._fail_when_due

    def start(self) -> None:
        self._wire.open(self._receive)
        threading.Thread(target=self._mechanism, daemon=True).start()
        threading.Thread(target=self._tray, daemon=True).start()

    # --- interface board and mechanism -----------------------------------------------------------------------------

    def _receive(self, data: bytes) -> None:
        with self._changed:
            self._answer(self._interpreter.receive(data))
            self._changed.notify_all()

    def _answer(self, data: bytes) -> None:
        if data and not self._is_silent:
            stale, self._stale_before_answer = self._stale_before_answer, b""
            self._wire.send(stale + data)

    def _mechanism(self) -> None:
        with self._changed:
            while True:
                step = self._interpreter.step() if self._is_powered else None
                if step is None:
                    self._changed.wait()
                else:
                    self._finish(step)

    def _finish(self, step: Step) -> None:
        """The paper takes its time; meanwhile questions are answered and verbs obeyed."""
        if self._mm_per_s and step.moved_mm:
            self._changed.wait_for(lambda: not self._is_powered, timeout=step.moved_mm / self._mm_per_s)
        self._strip_mm += step.moved_mm
        self._answer(step.answer)
        if step.cut is not None:
            self._cuts += 1
            self._cut_off.put((step.cut, self._strip_mm))
            self._strip_mm = 0.0

    def _tray(self) -> None:
        """Pictures are drawn beside, so that no answer waits for them."""
        while True:
            self._spool.drop(*self._cut_off.get())
            with self._changed:
                self._changed.notify_all()

    def _fail_when_due(self) -> None:
        due = [fault for mm, fault in self._fail_at if mm <= self._interpreter.printed_mm]
        self._fail_at = [(mm, fault) for mm, fault in self._fail_at if mm > self._interpreter.printed_mm]
        for fault in due:
            self._fail(fault)

    def _fail(self, fault: str) -> None:
        health = self._interpreter.health
        match fault:
            case "cover":
                health.cover_open = True
            case "cutter_error":
                health.cutter_error = True
            case "offline":
                health.switched_offline = True
            case "silent":
                self._is_silent = True
            case "close_peer":
                self._wire.hang_up()
            case _:
                raise LookupError(f"unknown fault {fault}")

    # --- verbs -----------------------------------------------------------------------------------------------------

    def cover(self, *, open: bool) -> None:  # noqa: A002  the verb's own word
        self._interpreter.health.cover_open = open

    def paper(self, level: str) -> None:
        self._interpreter.health.paper_mm = LEVELS_MM[level]

    def run_out_after(self, mm: float) -> None:
        self._interpreter.health.paper_mm = mm

    def fail_after(self, mm: float, fault: str) -> None:
        if fault not in ("cover", "cutter_error", "offline", "silent", "close_peer"):
            raise LookupError(f"unknown fault {fault}")
        self._fail_at.append((self._interpreter.printed_mm + mm, fault))

    def cutter_error(self, *, on: bool) -> None:
        self._interpreter.health.cutter_error = on

    def offline(self, *, on: bool) -> None:
        self._interpreter.health.switched_offline = on

    def silent(self, *, on: bool) -> None:
        self._is_silent = on

    def close_peer(self) -> None:
        self._wire.hang_up()

    def stale_byte(self, value: int = STALE_ANSWER, *, before_answer: bool = False) -> None:
        if before_answer:
            self._stale_before_answer = bytes([value])
        else:
            self._wire.send(bytes([value]))

    def go_down(self) -> None:
        self._is_powered = False
        self._interpreter.forget()
        self._wire.close()

    def come_up(self) -> None:
        if not self._is_powered:
            self._is_powered = True
            self._wire.open(self._receive)

    def speed(self, mm_per_s: float) -> None:
        self._mm_per_s = mm_per_s

    def reset(self) -> None:
        self.receipts()
        self._spool.receipts.clear()
        self._interpreter.start_over()
        self._fail_at.clear()
        self._is_silent, self._stale_before_answer = False, b""
        self._mm_per_s, self._strip_mm, self._cuts = 0.0, 0.0, 0
        self.come_up()

    def receipts(self) -> Mapping[str, Any]:
        self._changed.wait_for(lambda: len(self._spool.receipts) == self._cuts, timeout=SPOOL_TIMEOUT_S)
        return {"receipts": self._spool.receipts}

    def state(self) -> Mapping[str, Any]:
        health = self._interpreter.health
        return {
            "powered": self._is_powered,
            "connected": self._wire.is_connected,
            "silent": self._is_silent,
            "cover_open": health.cover_open,
            "cutter_error": health.cutter_error,
            "offline": health.switched_offline,
            "paper": health.paper,
            "paper_m": round(health.paper_mm / 1000, 2),
            "mm_per_s": self._mm_per_s,
            "receipts": self._cuts,
            "unprinted_bytes": len(self._interpreter.buffer),
            "faults": list(self._interpreter.faults),
        }

    def verbs(self) -> Mapping[str, Verb]:
        named: Sequence[Verb] = (
            self.cover, self.paper, self.run_out_after, self.fail_after, self.cutter_error, self.offline, self.silent,
            self.close_peer, self.stale_byte, self.go_down, self.come_up, self.speed, self.reset,
            self.receipts, self.state,
        )  # fmt: skip
        return {verb.__name__: self._while_still(verb) for verb in named}

    def _while_still(self, verb: Verb) -> Verb:
        def obey(**fields: Any) -> Mapping[str, Any] | None:
            with self._changed:
                answer = verb(**fields)
                self._changed.notify_all()
                return answer

        return obey


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m hardware.bench.printer", description="The bench's receipt printer."
    )
    wire_choice = parser.add_mutually_exclusive_group(required=True)
    wire_choice.add_argument("--port", type=int, help="TCP port to listen on")
    wire_choice.add_argument("--link", type=Path, help="make a pseudo-terminal and point this link to it")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--spool", type=Path, required=True, help="folder for receipts")
    parser.add_argument("--font", type=Path, default=Path(".build/fonts/NotoSansSC-Regular.otf"))
    parser.add_argument("--width-dots", type=int, default=576, help="576 for 80 mm paper, 384 for 58 mm")
    arguments = parser.parse_args()
    wire = PtyWire(arguments.link) if arguments.link else TcpWire(arguments.host, arguments.port)
    interpreter = Interpreter(Typeface(arguments.font), arguments.width_dots)
    printer = BenchPrinter(wire, Spool(arguments.spool), interpreter)
    printer.start()
    with suppress(KeyboardInterrupt):
        serve(printer.verbs(), wire=wire.address)
    wire.close()


if __name__ == "__main__":
    main()
