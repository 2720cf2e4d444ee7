"""Devices pulled out and put back at random moments: each must do its work again within 5 s of its return.

The real workers and drivers over the real wires, all four at once: a card read over pcscd, a document over a serial
line, a code before a camera, a slip on a network printer. pcscd is also killed in the middle of a read.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import structlog

from deploy.fonts import extract_missing
from hardware.bench.drawer import read_people
from hardware.bench.peripheral import Peripheral, PeripheralError
from hardware.ports import Document, TextLine
from hardware.registry import Choice, choose
from kiosk.clock import SystemClock
from kiosk.flow.effects import Activity
from kiosk.flow.events import (
    CodeScanned,
    DeviceChanged,
    DocumentPresented,
    Event,
    OldCardInserted,
    OldCardRead,
    ReceiptPrinted,
)
from kiosk.logs import Log
from kiosk.services.devices import Devices
from tests.bench_fixture import free_port
from tests.pcscd_fixture import free_pair_of_ports

FONTS = Path(".build/fonts")
PEOPLE = Path("backend/seed_people.toml")
BACK_WITHIN_S = 5.0
PATIENCE_S = 20.0
"""A device that is not back after this is never counted on again."""
ONE_TRY_S = 1.5
LONGEST_ABSENCE_S = 3.0
MIDDLE_OF_A_READ_S = 0.2
PRINTED_FAST_MM_S = 1000.0
EVERYTHING = frozenset(Activity)
SLIP = Document((TextLine("试打", "large", "center"),))
NAMES = ("card_reader", "identity_reader", "code_scanner", "receipt_printer")


class Heard:
    """Events of the devices, in order, each with its number."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._news = threading.Condition()

    def post(self, event: Event) -> None:
        with self._news:
            self._events.append(event)
            self._news.notify_all()

    def now(self) -> int:
        with self._news:
            return len(self._events)

    def wait_for(self, is_it: Callable[[Event], bool], after: int, limit_s: float) -> bool:
        with self._news:
            return self._news.wait_for(lambda: any(is_it(event) for event in self._events[after:]), limit_s)

    def word_of(self, name: str) -> str:
        with self._news:
            words = [each.facts.word for each in self._events if isinstance(each, DeviceChanged) and each.name == name]
            return words[-1] if words else ""


@dataclass
class Report:
    """How often something was pulled out and put back, what came back late, and the longest time each, in seconds."""

    plugs: int = 0
    late: dict[str, int] = field(default_factory=dict[str, int])
    worst_s: dict[str, float] = field(default_factory=dict[str, float])


@dataclass
class Ward:
    """All devices with their workers and what is on the other end of each wire."""

    devices: Devices
    heard: Heard
    bench: Mapping[str, Peripheral]
    person: Mapping[str, Any]
    """Somebody from the drawer, with `card` and `document` as the bench takes them."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    # --- work: each is tried until it succeeds, at most `ONE_TRY_S` a try ---

    def works(self, name: str) -> bool:
        return {
            "card_reader": self._reads_a_card,
            "identity_reader": self._reads_a_document,
            "code_scanner": self._sees_a_code,
            "receipt_printer": self._prints,
        }[name]()

    def _reads_a_card(self) -> bool:
        self.bench["card"].call("remove")
        before = self.heard.now()
        self.bench["card"].call("insert", **self.person["card"])
        return self._hears(OldCardRead, before)

    def _reads_a_document(self) -> bool:
        self.bench["identity"].call("remove")
        self.devices.set_activities(EVERYTHING - {Activity.READ_DOCUMENT})
        before = self.heard.now()
        self.devices.set_activities(EVERYTHING)
        self.bench["identity"].call("place", **self.person["document"])
        return self._hears(DocumentPresented, before)

    def _sees_a_code(self) -> bool:
        content = f"code {next(self.numbers)}"
        before = self.heard.now()
        self.bench["camera"].call("show", content=content, style="easy")
        is_it = lambda event: isinstance(event, CodeScanned) and event.content == content.encode()  # noqa: E731
        return self.heard.wait_for(is_it, before, ONE_TRY_S)

    def _prints(self) -> bool:
        before = self.heard.now()
        self.devices.print_document(SLIP)
        return self._hears(ReceiptPrinted, before)

    def _hears(self, kind: type[Event], after: int) -> bool:
        return self.heard.wait_for(lambda event: isinstance(event, kind), after, ONE_TRY_S)

    # --- out and back ---

    def pull(self, name: str, dice: random.Random) -> None:
        dice.choice(self._ways_out(name))()

    def _ways_out(self, name: str) -> Sequence[Callable[[], object]]:
        call = {part: peripheral.call for part, peripheral in self.bench.items()}
        match name:
            case "card_reader":
                kill = partial(call["reader"], "kill")
                return (partial(call["reader"], "unplug"), kill, self._kill_while_reading)
            case "identity_reader":
                return (partial(call["identity"], "unplug"),)
            case "code_scanner":
                return (partial(call["camera"], "go_down"),)
            case _:
                return (partial(call["printer"], "go_down"),)

    def _kill_while_reading(self) -> None:
        card, before = self.bench["card"], self.heard.now()
        card.call("answer_slowly", seconds=0.1)
        card.call("remove")
        card.call("insert", **self.person["card"])
        self._hears(OldCardInserted, before)
        threading.Event().wait(MIDDLE_OF_A_READ_S)
        self.bench["reader"].call("kill")
        card.call("answer_slowly", seconds=0)

    def put_back(self, name: str) -> None:
        part, verb = {
            "card_reader": ("reader", "restart"),
            "identity_reader": ("identity", "plug"),
            "code_scanner": ("camera", "come_up"),
            "receipt_printer": ("printer", "come_up"),
        }[name]
        self.bench[part].call(verb)

    def back_after_s(self, name: str) -> float:
        """How long until the device, which has just been put back, calls itself fit and does its work."""
        returned_s = time.monotonic()
        while time.monotonic() - returned_s < PATIENCE_S:
            if self._tries(name) and self.heard.word_of(name) == "online":
                break
        return time.monotonic() - returned_s

    def _tries(self, name: str) -> bool:
        try:
            return self.works(name)
        except PeripheralError:  # the wire is not there yet
            return False


@contextmanager
def ward(folder: Path) -> Iterator[Ward]:
    extract_missing(FONTS)
    pcsc, camera, printer = str(free_pair_of_ports()), str(free_port()), str(free_port())
    link = str(folder / "identity")
    with ExitStack() as running:
        bench = {
            "reader": Peripheral("hardware.bench.pcscd", "--port", pcsc),
            "card": Peripheral("hardware.bench.card", "--port", pcsc),
            "identity": Peripheral("hardware.bench.identity_module", "--link", link),
            "camera": Peripheral("hardware.bench.camera", "--port", camera),
            "printer": Peripheral("hardware.bench.printer", "--port", printer, "--spool", str(folder)),
        }
        for peripheral in bench.values():
            running.enter_context(peripheral)
        bench["printer"].call("speed", mm_per_s=PRINTED_FAST_MM_S)
        heard = Heard()
        built = [
            _driver("card_reader", "pcsc", reader_name="Virtual PCD 00 00"),
            _driver("identity_reader", "sam_serial", port=link),
            _driver("code_scanner", "camera", source=f"http://127.0.0.1:{camera}/stream"),
            _driver("receipt_printer", "escpos", connection="network", host="127.0.0.1", port=printer),
        ]
        log = Log(structlog.wrap_logger(structlog.testing.CapturingLogger()))
        devices = Devices(*built, heard.post, SystemClock(), log)
        devices.start()
        running.callback(devices.stop, 5.0)
        devices.set_activities(EVERYTHING)
        yield Ward(devices, heard, bench, read_people(PEOPLE)[0])


def _driver(kind: str, name: str, **texts: str) -> Any:
    chosen = choose(kind, name, texts)
    if not isinstance(chosen, Choice):
        raise TypeError(str(chosen))
    return chosen.build()


def random_plugs(ward: Ward, plugs: int, dice: random.Random, on_plug: Callable[[], object]) -> Report:
    """Pull out and put back so often: all devices at the same time, each as often as it is quick."""
    report, lock = Report(), threading.Lock()
    seeds = {name: dice.random() for name in NAMES}
    tickets: SimpleQueue[None] = SimpleQueue()
    for _ in range(plugs - len(NAMES)):
        tickets.put(None)

    def torment(name: str) -> None:
        own_dice, has_ticket = random.Random(seeds[name]), True  # the first plug of each device needs none
        while has_ticket:
            ward.pull(name, own_dice)
            threading.Event().wait(own_dice.uniform(0.0, LONGEST_ABSENCE_S))
            ward.put_back(name)
            back_s = ward.back_after_s(name)
            with lock:
                report.plugs += 1
                report.worst_s[name] = max(report.worst_s.get(name, 0.0), back_s)
                if back_s > BACK_WITHIN_S:
                    report.late[name] = report.late.get(name, 0) + 1
            on_plug()
            has_ticket = _took(tickets)

    for name in NAMES:
        if ward.back_after_s(name) >= PATIENCE_S:
            raise TimeoutError(f"{name} never worked")
    with ThreadPoolExecutor(len(NAMES)) as pool:
        list(pool.map(torment, NAMES))
    return report


def _took(tickets: SimpleQueue[None]) -> bool:
    try:
        tickets.get_nowait()
    except Empty:
        return False
    return True
