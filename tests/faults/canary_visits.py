"""The invented person goes through the whole terminal to every kind of end; then nothing of them may lie anywhere.

Looked through are the terminal's state (journal, WAL, log), the logs of every program, what the bench keeps (slips and
their pictures) and temporary files. The backend's records and the payment sandbox's books are theirs by right: there
the search must find the person, or it finds nothing.
"""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.workbench import Workbench
from kiosk.app import EXIT_JOURNAL
from tests.bench_driver.people import Registry, Somebody
from tests.bench_driver.tidy import is_home
from tests.bench_driver.visit import Visit
from tests.faults import canary
from tests.tour.bench_client import BenchClient

RECORDS = ("backend", "sandbox")
"""Folders of those who must know."""
ENCODINGS = ("utf-8", "utf-16-le", "gbk", "unicode_escape")
END_LIMIT_S = 90.0


@dataclass
class CanaryVisit:
    """One visit of one invented person. `words`: everything about them that can be searched for."""

    workbench: Workbench
    visit: Visit
    words: list[str] = field(default_factory=list[str])

    def to_delivery(self) -> None:
        self.visit.to_mobile()
        self.visit.type(canary.MOBILE)
        self.visit.bench.wait(lambda screen: "139 8765 4321" in screen["texts"], "eleven digits")
        self.visit.touch("confirm", "ChoiceView", "option.express")

    def to_check(self) -> None:
        self.to_delivery()
        self.visit.touch("option.express", "ChoiceView", "option.last")
        self.visit.touch("option.last", "ChoiceView", "option.keep")
        self.visit.touch("option.keep", "CheckView", "confirm")

    def to_scan(self) -> None:
        self.to_check()
        self.visit.touch("confirm", "ChoiceView", "option.show_phone")
        self.visit.touch("option.show_phone", "PayScanView", "option.other_way")

    def pay(self) -> None:
        self.words.append(self.visit.show_payer_code())
        self.visit.bench.wait_for("DoneView", "confirm")

    def go_home(self, limit_s: float = END_LIMIT_S) -> None:
        self.visit.bench.do("identity", "remove")
        self.visit.bench.do("camera", "clear")
        self.visit.bench.wait(is_home, "the attract screen", limit_s)

    def start_again(self) -> None:
        self.workbench.start_terminal()
        self.go_home()


def finish(one: CanaryVisit) -> None:
    one.to_scan()
    one.pay()
    one.visit.bench.touch("confirm")
    one.visit.reads("receipt.printed")
    one.visit.leave()


def cancel(one: CanaryVisit) -> None:
    one.to_check()
    one.visit.touch("end", "CheckView", "end_confirm")
    one.visit.bench.touch("end_confirm")
    one.go_home()


def timeout(one: CanaryVisit) -> None:
    """They walk away in the middle of their number."""
    one.visit.to_mobile()
    one.visit.type(canary.MOBILE)
    one.go_home()


def crash(one: CanaryVisit) -> None:
    one.to_scan()
    one.pay()
    one.workbench.kill("terminal")
    one.start_again()


def fault(one: CanaryVisit) -> None:
    """The disk takes nothing any more: sales stop, the page says so, the program ends by itself."""
    one.to_check()
    fail_disk(one.workbench.program("terminal"))
    one.visit.touch("confirm", "OutOfServiceView")
    assert one.workbench.wait_for_end("terminal", END_LIMIT_S) == EXIT_JOURNAL
    one.start_again()


ENDS: Mapping[str, Callable[[CanaryVisit], None]] = {
    "finish": finish,
    "cancel": cancel,
    "timeout": timeout,
    "crash": crash,
    "fault": fault,
}


def fail_disk(program: subprocess.Popen[bytes]) -> None:
    """From now on every write of this program to any file fails."""
    _, hard = resource.prlimit(program.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (0, hard))


# --- a visit, and the search after it --------------------------------------------------------------------------------


def leaks_after(end: str, workbench: Workbench, registry: Registry, bench: BenchClient) -> Sequence[str]:
    """Where something of the person is found after this end; raises when the search itself is blind."""
    somebody = registry.add(
        name=canary.NAME,
        mobile=canary.MOBILE,
        address=f"北京市朝阳区{canary.HOUSE}",
        express_detail=canary.HOUSE,
    )
    one = CanaryVisit(workbench, Visit(bench, somebody), _words_of(somebody))
    ENDS[end](one)
    shown = bench.screen().get("texts", [])
    on_screen = [f"screen after {end}" for word in one.words if any(word in text for text in shown)]
    records = {word for folder in RECORDS for _, word in _found(workbench.root / folder, one.words)}
    if canary.NAME not in records:
        raise AssertionError("the person is not even in the records: the search sees nothing")
    return (*on_screen, *(name for name, _ in _found(workbench.root, one.words, but=RECORDS)))


def _words_of(somebody: Somebody) -> list[str]:
    return [canary.NAME, canary.HOUSE, canary.MOBILE, "139 8765 4321", somebody.document["number"]]


def _found(folder: Path, words: Sequence[str], but: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """(file, word) of every word in every file, however it is written."""
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if not path.is_file() or place.parts[0] in but:
            continue
        content = path.read_bytes()
        for word in words:
            if any(word.encode(encoding) in content for encoding in ENCODINGS):
                yield str(place), word
