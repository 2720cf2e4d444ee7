"""Tests of single devices: each drives its device on the device's own thread and says row by row what it measured.

A test ends by itself within `LIMIT_S`, or when staff leave its page. What was read of a card or a document is masked
before it leaves this module.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np

from hardware import ports as hw
from kiosk.central.client import CentralClient
from kiosk.central.path_check import PathFacts, check_path
from kiosk.central.wire import Health
from kiosk.clock import Clock
from kiosk.domain.masking import mask_number
from kiosk.flow.staff.facts import CertificateFacts, DeviceTest, DeviceTestResult, Measure, MeasuredRow, Unit, Verdict
from kiosk.flow.views import Language
from kiosk.services.devices import InReader
from kiosk.services.staff.machine import Speaker

LIMIT_S = 45.0
CARD_LIMIT_S = 15.0
DOCUMENT_LIMIT_S = 6.0
DOCUMENT_EVERY_S = 0.4
PICTURE_EVERY_S = 1.0
STATUS_LIMIT_S = 3.0
PRINT_LIMIT_S = 30.0
HEALTH_LOOKS = 3
BLUNT_BELOW = 40
"""Variance of the Laplacian of a picture out of focus; printed codes lie in the hundreds."""
DARK_BELOW, BRIGHT_ABOVE = 40, 225
SLOW_MS = 1000
SKEW_WARNING_S, SKEW_BAD_S = 60, 180

T = TypeVar("T")
Tell = Callable[[MeasuredRow], None]


class TestedDevices(Protocol):
    """What is asked of `kiosk.services.devices.Devices`."""

    @property
    def in_reader(self) -> InReader: ...

    def lend(self, name: str, work: Callable[[Any], T], limit_s: float) -> T | None: ...

    def wait_for_card_move(self, timeout_s: float) -> bool: ...

    def preview(self) -> hw.PreviewFrame | None: ...


@dataclass(frozen=True)
class Toolkit:
    """Everything that tests work with."""

    devices: TestedDevices
    speaker: Speaker
    client: CentralClient
    backend_url: str
    ca_file: str | None
    clock: Clock
    strip: Callable[[Language], hw.Document]
    """The page that shows both languages."""
    printed: Callable[[int], None]
    """Hears of paper that was used, in millimetres."""


@dataclass(frozen=True)
class Run:
    """One test under way. `over` is set when its page was left."""

    test: DeviceTest
    language: Language
    tell: Tell
    over: threading.Event


def run_test(kit: Toolkit, run: Run) -> DeviceTestResult:
    """The whole test, rows told as they come; its verdict is that of the worst row."""
    rows: dict[tuple[Measure, str], MeasuredRow] = {}

    def tell(row: MeasuredRow) -> None:
        rows[row.measure, row.subject] = row
        run.tell(row)

    TESTS[run.test](kit, Run(run.test, run.language, tell, run.over))
    return DeviceTestResult(run.test, worst(row.verdict for row in rows.values()), tuple(rows.values()))


def worst(verdicts: Any) -> Verdict:  # any iterable of Verdict
    order = (Verdict.GOOD, Verdict.UNKNOWN, Verdict.WARNING, Verdict.BAD)
    return max(verdicts, key=order.index, default=Verdict.UNKNOWN)


def status_row(kit: Toolkit, device: str, measure: Measure = Measure.DEVICE_WORD) -> MeasuredRow:
    """The word that the device has for itself, asked now."""
    status = kit.devices.lend(device, lambda driver: driver.status(), STATUS_LIMIT_S)
    if status is None:
        return MeasuredRow(measure, "no_answer", Unit.WORD, Verdict.BAD, device)
    verdict = Verdict.GOOD if status.is_online and status.action is None else Verdict.BAD
    return MeasuredRow(measure, row_word(status.word.value), Unit.WORD, verdict, device)


def row_word(device_word: str) -> str:
    """A word of XFS4IoT as rows spell it: `powerOff` is `power_off`."""
    return re.sub(r"[A-Z]", lambda letter: f"_{letter.group().lower()}", device_word)


def _problem(word: str, verdict: Verdict = Verdict.BAD) -> MeasuredRow:
    return MeasuredRow(Measure.PROBLEM, word, Unit.WORD, verdict)


# --- readers ---------------------------------------------------------------------------------------------------------


def try_card_reader(kit: Toolkit, run: Run) -> None:
    run.tell(status_row(kit, "card_reader"))
    ends_at_s = kit.clock.monotonic_s() + LIMIT_S
    while not _is_citizens_card_in(kit):
        left_s = ends_at_s - kit.clock.monotonic_s()
        if run.over.is_set() or left_s <= 0:
            run.tell(_problem("no_card", Verdict.UNKNOWN))
            return
        kit.devices.wait_for_card_move(min(left_s, 1.0))
    began_s = kit.clock.monotonic_s()
    outcome = kit.devices.lend("card_reader", lambda reader: reader.read_card(), CARD_LIMIT_S)
    read_ms = round((kit.clock.monotonic_s() - began_s) * 1000)
    match outcome:
        case hw.CardRead(card):
            run.tell(MeasuredRow(Measure.CARD_NUMBER_MASKED, mask_number(card.social_security_number)))
            run.tell(MeasuredRow(Measure.READ_MS, read_ms, Unit.MILLISECONDS))
        case hw.CardUnreadable(problem):
            run.tell(_problem(problem.value))
        case _:
            run.tell(_problem("no_answer"))


def _is_citizens_card_in(kit: Toolkit) -> bool:
    return kit.devices.in_reader is InReader.CARD


def try_identity_reader(kit: Toolkit, run: Run) -> None:
    run.tell(status_row(kit, "identity_reader"))
    module = kit.devices.lend("identity_reader", lambda reader: reader.module_id(), STATUS_LIMIT_S)
    if not module:
        run.tell(_problem("no_answer"))
        return
    run.tell(MeasuredRow(Measure.MODULE_ID, module))
    ends_at_s = kit.clock.monotonic_s() + LIMIT_S
    outcome: hw.DocumentRead | hw.DocumentUnreadable | None = None
    while kit.clock.monotonic_s() < ends_at_s and not run.over.wait(DOCUMENT_EVERY_S):
        began_s = kit.clock.monotonic_s()
        outcome = kit.devices.lend("identity_reader", lambda reader: reader.read_document(), DOCUMENT_LIMIT_S)
        if isinstance(outcome, hw.DocumentRead):
            read_ms = round((kit.clock.monotonic_s() - began_s) * 1000)
            kind = outcome.document.kind.value.removesuffix("_2017").removesuffix("_2023")
            run.tell(MeasuredRow(Measure.DOCUMENT_KIND, kind, Unit.WORD))
            run.tell(MeasuredRow(Measure.DOCUMENT_NUMBER_MASKED, mask_number(outcome.document.number)))
            run.tell(MeasuredRow(Measure.READ_MS, read_ms, Unit.MILLISECONDS))
            return
    not_read = outcome.problem.value if isinstance(outcome, hw.DocumentUnreadable) else "no_answer"
    is_none = not_read == hw.DocumentProblem.NOT_PRESENT.value
    run.tell(_problem("no_document", Verdict.UNKNOWN) if is_none else _problem(not_read))


# --- camera ----------------------------------------------------------------------------------------------------------


def try_code_scanner(kit: Toolkit, run: Run) -> None:
    """The flow keeps the camera looking; here the picture is measured about once a second, until the page is left."""
    run.tell(status_row(kit, "code_scanner"))
    ends_at_s = kit.clock.monotonic_s() + LIMIT_S
    before: hw.PreviewFrame | None = None
    while kit.clock.monotonic_s() < ends_at_s and not run.over.wait(PICTURE_EVERY_S):
        frame = kit.devices.preview()
        if frame is None:
            run.tell(_problem("no_stream"))
            continue
        rate = (frame.sequence - before.sequence) / PICTURE_EVERY_S if before else 0.0
        for row in picture_rows(frame, round(rate) if before else None):
            run.tell(row)
        before = frame


def picture_rows(frame: hw.PreviewFrame, frames_per_second: int | None) -> tuple[MeasuredRow, ...]:
    sharpness, brightness = sharpness_of(frame), brightness_of(frame)
    is_lit = DARK_BELOW <= brightness <= BRIGHT_ABOVE
    rows = (
        MeasuredRow(Measure.PICTURE_SIZE, f"{frame.width} x {frame.height}"),
        MeasuredRow(
            Measure.SHARPNESS, sharpness, Unit.COUNT, Verdict.GOOD if sharpness >= BLUNT_BELOW else Verdict.WARNING
        ),
        MeasuredRow(
            Measure.BRIGHTNESS, brightness * 100 // 255, Unit.PERCENT, Verdict.GOOD if is_lit else Verdict.WARNING
        ),
    )
    if frames_per_second is None:
        return rows
    verdict = Verdict.GOOD if frames_per_second > 0 else Verdict.BAD
    return (*rows, MeasuredRow(Measure.FRAMES_PER_SECOND, frames_per_second, Unit.COUNT, verdict))


def sharpness_of(frame: hw.PreviewFrame) -> int:
    """Variance of the Laplacian: how much of the picture is edges."""
    grey = _grey(frame)
    if min(grey.shape) < 3:
        return 0
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return int(np.var(around - 4 * grey[1:-1, 1:-1]))


def brightness_of(frame: hw.PreviewFrame) -> int:
    """The mean, 0 to 255."""
    grey = _grey(frame)
    return int(grey.mean()) if grey.size else 0


def _grey(frame: hw.PreviewFrame) -> Any:  # a numpy array
    return np.frombuffer(frame.pixels, dtype=np.uint8).reshape(frame.height, frame.width).astype(np.int32)


# --- printer and speaker ---------------------------------------------------------------------------------------------


def try_receipt_printer(kit: Toolkit, run: Run) -> None:
    run.tell(status_row(kit, "receipt_printer", Measure.STATUS_BEFORE))
    outcome = print_now(kit, kit.strip(run.language))
    run.tell(status_row(kit, "receipt_printer", Measure.STATUS_AFTER))
    if isinstance(outcome, hw.Printed):
        low = outcome.paper is hw.Paper.LOW
        run.tell(
            MeasuredRow(Measure.PAPER_WORD, outcome.paper.value, Unit.WORD, Verdict.WARNING if low else Verdict.GOOD)
        )
        run.tell(MeasuredRow(Measure.LENGTH_PRINTED, outcome.length_mm, Unit.MILLIMETRES))
    else:
        run.tell(_problem(outcome.problem.value))


def print_now(kit: Toolkit, document: hw.Document) -> hw.Printed | hw.NotPrinted:
    """Print once and wait; a printer that hangs or is lost answers with a doubt, never with silence."""
    outcome: hw.Printed | hw.NotPrinted | None = kit.devices.lend(
        "receipt_printer", lambda printer: printer.print_document(document), PRINT_LIMIT_S
    )
    if isinstance(outcome, hw.Printed):
        kit.printed(outcome.length_mm)
    return outcome or hw.NotPrinted(hw.PrintProblem.NO_ANSWER, may_have_printed=True)


def try_speaker(kit: Toolkit, run: Run) -> None:
    output = kit.speaker.play_test(run.language)
    if output:
        run.tell(MeasuredRow(Measure.OUTPUT, output, Unit.WORD))
    else:
        run.tell(MeasuredRow(Measure.DEVICE_WORD, "no_device", Unit.WORD, Verdict.UNKNOWN, "speaker"))


# --- network ---------------------------------------------------------------------------------------------------------


def try_network(kit: Toolkit, run: Run) -> None:
    path = check_path(kit.backend_url, kit.ca_file, kit.clock.monotonic_s)
    for row in path_rows(path, kit.clock):
        run.tell(row)
    if path.connect_ms is not None:
        for row in health_rows(kit):
            run.tell(row)


def path_rows(path: PathFacts, clock: Clock) -> tuple[MeasuredRow, ...]:
    """Up to the first step that failed."""
    rows = [_step(Measure.NAME_FOUND, path.name_ms)]
    if path.name_ms is not None:
        rows.append(_step(Measure.CONNECTED, path.connect_ms))
    if not path.is_tls or path.connect_ms is None:
        return tuple(rows)
    if path.tls_version is None:
        rows.append(_word(Measure.TLS_AGREED, is_good=False))
    else:
        rows.append(MeasuredRow(Measure.TLS_AGREED, path.tls_version))
    if path.is_trusted is not None:
        rows.append(_word(Measure.CERTIFICATE_TRUSTED, is_good=path.is_trusted))
    if path.certificate_ends_at is not None:
        rows.append(certificate_row(CertificateFacts("backend", (path.certificate_ends_at - clock.now()).days)))
    return tuple(rows)


def certificate_row(facts: CertificateFacts) -> MeasuredRow:
    return MeasuredRow(Measure.CERTIFICATE_DAYS, facts.days_left, Unit.DAYS, facts.verdict, facts.name)


def health_rows(kit: Toolkit) -> tuple[MeasuredRow, ...]:
    """The median of a few answers, and how far the clocks are apart."""
    times_ms: list[int] = []
    offset_s = 0.0
    for _ in range(HEALTH_LOOKS):
        began_s = kit.clock.monotonic_s()
        answer = kit.client.health()
        if not isinstance(answer, Health):
            return (_word(Measure.BACKEND_ANSWERS, is_good=False),)
        spent_s = kit.clock.monotonic_s() - began_s
        offset_s = (kit.clock.now() - answer.time).total_seconds() - spent_s / 2
        times_ms.append(round(spent_s * 1000))
    median_ms = sorted(times_ms)[len(times_ms) // 2]
    slow = Verdict.WARNING if median_ms > SLOW_MS else Verdict.GOOD
    return (
        _word(Measure.BACKEND_ANSWERS, is_good=True),
        MeasuredRow(Measure.LATENCY, median_ms, Unit.MILLISECONDS, slow),
        clock_row(offset_s),
    )


def clock_row(offset_s: float) -> MeasuredRow:
    apart_s = abs(offset_s)
    verdict = Verdict.WARNING if apart_s > SKEW_WARNING_S else Verdict.GOOD
    return MeasuredRow(
        Measure.CLOCK_OFFSET, round(offset_s), Unit.SECONDS, Verdict.BAD if apart_s > SKEW_BAD_S else verdict
    )


def _step(measure: Measure, milliseconds: int | None) -> MeasuredRow:
    if milliseconds is None:
        return _word(measure, is_good=False)
    return MeasuredRow(measure, milliseconds, Unit.MILLISECONDS)


def _word(measure: Measure, *, is_good: bool) -> MeasuredRow:
    return MeasuredRow(measure, "yes" if is_good else "no", Unit.WORD, Verdict.GOOD if is_good else Verdict.BAD)


def _not_here(_kit: Toolkit, run: Run) -> None:
    """The glass is tested by the flow itself."""
    run.tell(_problem("not_here", Verdict.UNKNOWN))


TESTS: dict[DeviceTest, Callable[[Toolkit, Run], None]] = {
    DeviceTest.CARD_READER: try_card_reader,
    DeviceTest.IDENTITY_READER: try_identity_reader,
    DeviceTest.CODE_SCANNER: try_code_scanner,
    DeviceTest.RECEIPT_PRINTER: try_receipt_printer,
    DeviceTest.SPEAKER: try_speaker,
    DeviceTest.NETWORK: try_network,
    DeviceTest.TOUCH: _not_here,
    DeviceTest.DISPLAY: _not_here,
}
