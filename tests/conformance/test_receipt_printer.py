"""What `hardware.ports.ReceiptPrinter` promises, on every wire, against the bench's printer."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pytest

from deploy.fonts import extract_missing
from hardware.bench.peripheral import Peripheral
from hardware.errors import DisconnectedError, NoAnswerError
from hardware.ports import (
    BarcodeBlock,
    DeviceWord,
    Document,
    NotPrinted,
    PairLine,
    Paper,
    Printed,
    PrintProblem,
    QrBlock,
    RuleLine,
    TextLine,
)
from hardware.receipt_printer.printer import EscposReceiptPrinter, Options, build
from tests.measure.receipt_samples import APPLICATION_NUMBER, CERTIFICATE_LINK, CHINESE, ENGLISH, TRACKING_LINK

FONTS = Path(".build/fonts")
IMPATIENT = {"done_margin_s": 0.3, "slowest_mm_per_s": 1000.0, "answer_timeout_s": 0.2, "check_interval_s": 0.05}
"""For tests in which the printer never confirms: they take as long as this."""

SLIP = Document(
    (
        TextLine("补卡受理凭条", "large", "center", is_bold=True),
        TextLine("Card replacement", align="center"),
        RuleLine(),
        PairLine("工本费", "¥20.00"),
        PairLine("姓名", "王*"),
        QrBlock(TRACKING_LINK, "微信扫码查进度"),
        BarcodeBlock(APPLICATION_NUMBER),
        TextLine("请妥善保管（Keep this slip）"),
    )
)
SLIP_LINES = [
    "补卡受理凭条",
    "Card replacement",
    "工本费                                   ￥20.00",
    "姓名                                         王*",
    "微信扫码查进度",
    APPLICATION_NUMBER,
    "请妥善保管（Keep this slip）",
]


@dataclass
class Bench:
    """The bench's printer, and how to reach it."""

    printer: Peripheral
    options: dict[str, Any]

    def __call__(self, verb: str, **fields: Any) -> dict[str, Any]:
        return self.printer.call(verb, **fields)

    @property
    def receipts(self) -> list[dict[str, Any]]:
        return self("receipts")["receipts"]


def free_port() -> int:
    """Below the range that outgoing connections take theirs from."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


@pytest.fixture(scope="module", params=["network", "serial"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    extract_missing(FONTS)
    folder = tmp_path_factory.mktemp("printer")
    wire: list[str]
    if request.param == "network":
        port = free_port()
        wire, options = ["--port", str(port)], {"connection": "network", "port": port}
    else:
        wire, options = ["--link", str(folder / "tty")], {"connection": "serial", "device": str(folder / "tty")}
    with Peripheral("hardware.bench.printer", *wire, "--spool", str(folder)) as printer:
        yield Bench(printer, options)


@pytest.fixture
def bench(running: Bench) -> Iterator[Bench]:
    running("reset")
    yield running
    assert running("state")["faults"] == []


Driver = Callable[..., EscposReceiptPrinter]


@pytest.fixture
def driver(bench: Bench) -> Iterator[Driver]:
    """Opens a driver with these options; generous times, as success does not wait for them."""
    opened: list[EscposReceiptPrinter] = []

    def open_driver(**overrides: Any) -> EscposReceiptPrinter:
        generous: dict[str, Any] = {"done_margin_s": 20.0, "answer_timeout_s": 5.0, "text_mode": "mixed"}
        opened.append(build(Options(**{**generous, **bench.options, **overrides})))
        opened[-1].open()
        return opened[-1]

    yield open_driver
    for each in opened:
        each.close()


@pytest.fixture
def printer(driver: Driver) -> EscposReceiptPrinter:
    return driver()


@pytest.fixture
def impatient(driver: Driver) -> EscposReceiptPrinter:
    """For a printer that will never confirm."""
    return driver(**IMPATIENT)


# --- printing ------------------------------------------------------------------------------------------------------


def test_what_was_meant_is_what_can_be_read(bench: Bench, printer: EscposReceiptPrinter) -> None:
    outcome = printer.print_document(SLIP)
    (receipt,) = bench.receipts
    assert outcome == Printed(Paper.FULL, round(receipt["length_mm"]))
    assert receipt["lines"] == SLIP_LINES
    assert (receipt["qr"], receipt["barcodes"]) == ([TRACKING_LINK], [APPLICATION_NUMBER])
    assert sorted(receipt["decoded"]) == sorted([TRACKING_LINK, APPLICATION_NUMBER])


@pytest.mark.parametrize("is_open", [False, True])
def test_whatever_comes_of_it_the_outcome_names_its_job(
    bench: Bench, printer: EscposReceiptPrinter, is_open: bool
) -> None:
    bench("cover", open=is_open)
    assert printer.print_document(replace(SLIP, job_id="p-1")).job_id == "p-1"


@pytest.mark.parametrize("text_mode", ["gb18030", "mixed", "raster"])
@pytest.mark.parametrize("codes", ["native", "raster"])
def test_every_way_of_printing_gives_a_whole_receipt(
    bench: Bench, driver: Driver, text_mode: str, codes: Literal["native", "raster"]
) -> None:
    outcome = driver(text_mode=text_mode, codes=codes).print_document(ENGLISH)
    (receipt,) = bench.receipts
    assert isinstance(outcome, Printed)
    assert outcome.length_mm == pytest.approx(receipt["length_mm"], abs=1)
    assert sorted(receipt["decoded"]) == sorted([APPLICATION_NUMBER, TRACKING_LINK, CERTIFICATE_LINK])


def test_receipts_follow_one_another(bench: Bench, printer: EscposReceiptPrinter) -> None:
    outcomes = [printer.print_document(document) for document in (SLIP, CHINESE, SLIP)]
    assert all(isinstance(outcome, Printed) for outcome in outcomes)
    first, _, third = bench.receipts
    assert first["lines"] == third["lines"] == SLIP_LINES


def test_a_picture_lies_beside_what_can_be_read(bench: Bench, printer: EscposReceiptPrinter) -> None:
    printer.print_document(SLIP)
    picture = Path(bench.receipts[0]["file"])
    assert picture.is_file()
    assert picture.with_suffix(".json").is_file()


def test_printed_is_said_only_when_the_paper_is_cut(bench: Bench, driver: Driver) -> None:
    """At the pace of a real head the bytes are long gone before the receipt is out."""
    bench("speed", mm_per_s=250)
    outcome = driver().print_document(SLIP)
    assert isinstance(outcome, Printed)
    state = bench("state")
    assert (state["receipts"], state["unprinted_bytes"]) == (1, 0)


def test_a_model_without_process_ids_confirms_by_its_paper_status(bench: Bench, driver: Driver) -> None:
    bench("speed", mm_per_s=250)
    assert isinstance(driver(confirmation="paper_status").print_document(SLIP), Printed)
    assert bench("state")["receipts"] == 1


def test_a_roll_near_its_end_still_prints_and_is_reported(bench: Bench, printer: EscposReceiptPrinter) -> None:
    bench("paper", level="low")
    outcome = printer.print_document(SLIP)
    assert isinstance(outcome, Printed)
    assert outcome.paper is Paper.LOW
    assert printer.status().paper is Paper.LOW


def test_a_poll_ends_when_woken(printer: EscposReceiptPrinter) -> None:
    """Not timed: without the wake this would outlast the limit of a test."""
    waker = threading.Timer(0.05, printer.wake)
    waker.start()
    assert printer.poll(600) == ()
    waker.join(5)


# --- trouble before ------------------------------------------------------------------------------------------------

TROUBLES = [
    ("cover", {"open": True}, PrintProblem.COVER_OPEN, DeviceWord.USER_ERROR, Paper.UNKNOWN),
    ("paper", {"level": "out"}, PrintProblem.PAPER_OUT, DeviceWord.ONLINE, Paper.OUT),
    ("cutter_error", {"on": True}, PrintProblem.PAPER_JAMMED, DeviceWord.HARDWARE_ERROR, Paper.JAMMED),
    ("offline", {"on": True}, PrintProblem.OFFLINE, DeviceWord.OFFLINE, Paper.FULL),
]


@pytest.mark.parametrize(("verb", "fields", "problem", "word", "paper"), TROUBLES, ids=[row[0] for row in TROUBLES])
def test_a_printer_in_trouble_is_given_nothing(
    bench: Bench,
    printer: EscposReceiptPrinter,
    verb: str,
    fields: dict[str, Any],
    problem: PrintProblem,
    word: DeviceWord,
    paper: Paper,
) -> None:
    bench(verb, **fields)
    assert printer.print_document(SLIP) == NotPrinted(problem, may_have_printed=False)
    status = printer.status()
    assert (status.word, status.paper) == (word, paper)
    assert bench("state")["unprinted_bytes"] == 0


def test_a_silent_printer_is_given_nothing(bench: Bench, impatient: EscposReceiptPrinter) -> None:
    bench("silent", on=True)
    assert impatient.print_document(SLIP) == NotPrinted(PrintProblem.NO_ANSWER, may_have_printed=False)
    with pytest.raises(NoAnswerError):
        impatient.status()
    assert bench.receipts == []


def test_a_stale_byte_from_a_silent_printer_is_no_answer(bench: Bench, impatient: EscposReceiptPrinter) -> None:
    bench("silent", on=True)
    bench("stale_byte")
    with pytest.raises(NoAnswerError):
        impatient.status()


@pytest.mark.parametrize("before_answer", [False, True], ids=["waiting", "slipped in"])
def test_a_stale_byte_never_makes_paper_of_none(
    bench: Bench, printer: EscposReceiptPrinter, before_answer: bool
) -> None:
    bench("paper", level="out")
    bench("stale_byte", before_answer=before_answer)
    assert printer.status().paper is Paper.OUT
    bench("stale_byte", before_answer=before_answer)
    assert printer.print_document(SLIP) == NotPrinted(PrintProblem.PAPER_OUT, may_have_printed=False)


def test_a_closed_wire_is_a_lost_device(bench: Bench, printer: EscposReceiptPrinter) -> None:
    assert printer.status().word is DeviceWord.ONLINE  # an answer: the bench has taken the connection
    bench("close_peer")
    with pytest.raises(DisconnectedError):
        printer.status()
    with pytest.raises(DisconnectedError):
        printer.print_document(SLIP)
    with pytest.raises(DisconnectedError):
        printer.poll(0.01)


def test_a_printer_that_comes_back_prints_again(bench: Bench, printer: EscposReceiptPrinter) -> None:
    bench("go_down")
    with pytest.raises(DisconnectedError):
        printer.status()
    with pytest.raises(DisconnectedError):
        printer.open()
    bench("come_up")
    printer.open()
    assert isinstance(printer.print_document(SLIP), Printed)


# --- trouble in the middle and at the end --------------------------------------------------------------------------

MIDDLE_MM = 40
FAULTS = [
    ("cover", PrintProblem.COVER_OPEN),
    ("cutter_error", PrintProblem.PAPER_JAMMED),
    ("offline", PrintProblem.OFFLINE),
    ("silent", PrintProblem.NO_ANSWER),
    ("close_peer", PrintProblem.OFFLINE),
]


@pytest.mark.parametrize(("fault", "problem"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_fault_in_the_middle_of_a_receipt_is_told(
    bench: Bench, impatient: EscposReceiptPrinter, fault: str, problem: PrintProblem
) -> None:
    bench("fail_after", mm=MIDDLE_MM, fault=fault)
    assert impatient.print_document(SLIP) == NotPrinted(problem, may_have_printed=True)


@pytest.mark.parametrize(("fault", "problem"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_fault_at_the_very_cut_is_not_taken_for_success(
    bench: Bench, driver: Driver, fault: str, problem: PrintProblem
) -> None:
    patient = driver()
    printed = patient.print_document(SLIP)
    patient.close()
    assert isinstance(printed, Printed)
    bench("fail_after", mm=printed.length_mm - 15.5, fault=fault)
    assert driver(**IMPATIENT).print_document(SLIP) == NotPrinted(problem, may_have_printed=True)


@pytest.mark.parametrize("text_mode", ["mixed", "raster"])
def test_paper_out_in_the_middle_leaves_no_stale_job(bench: Bench, driver: Driver, text_mode: str) -> None:
    """After the refill only the begun piece comes out, by itself; never the rest, never in front of the next one."""
    printer = driver(text_mode=text_mode, check_interval_s=0.05)
    bench("run_out_after", mm=MIDDLE_MM)
    assert printer.print_document(CHINESE) == NotPrinted(PrintProblem.PAPER_OUT, may_have_printed=True)
    assert printer.status().paper is Paper.OUT
    bench("paper", level="full")
    printer.poll(0.01)
    (begun,) = bench.receipts
    assert begun["length_mm"] < MIDDLE_MM + 40
    assert isinstance(printer.print_document(SLIP), Printed)
    assert [receipt["qr"] for receipt in bench.receipts] == [[], [TRACKING_LINK]]


def test_the_next_receipt_waits_until_the_way_is_clear(bench: Bench, driver: Driver) -> None:
    printer = driver(text_mode="mixed", check_interval_s=0.05)
    bench("fail_after", mm=MIDDLE_MM, fault="cover")
    assert isinstance(printer.print_document(CHINESE), NotPrinted)
    assert printer.print_document(SLIP) == NotPrinted(PrintProblem.COVER_OPEN, may_have_printed=False)
    bench("cover", open=False)
    assert isinstance(printer.print_document(SLIP), Printed)
    begun, whole = bench.receipts
    assert begun["qr"] == []
    assert whole["lines"] == SLIP_LINES


TRIES = 200
"""Each asks the bench first, which takes about a millisecond; a serial line needs a moment to be plugged in again."""


def _opens(printer: EscposReceiptPrinter) -> bool:
    try:
        printer.open()
    except DisconnectedError:
        return False
    return True


def test_a_wire_lost_in_the_middle_leaves_no_stale_job(bench: Bench, driver: Driver) -> None:
    printer = driver(text_mode="mixed", check_interval_s=0.05)
    bench("fail_after", mm=MIDDLE_MM, fault="cover")
    bench("fail_after", mm=MIDDLE_MM, fault="close_peer")
    assert printer.print_document(CHINESE) == NotPrinted(PrintProblem.OFFLINE, may_have_printed=True)
    assert any(bench("state") and _opens(printer) for _ in range(TRIES)), "the wire came back"
    assert printer.status().detail == "cover_open"
    bench("cover", open=False)
    printer.poll(0.01)
    assert isinstance(printer.print_document(SLIP), Printed)
    assert [receipt["qr"] for receipt in bench.receipts] == [[], [TRACKING_LINK]]


def test_a_wrong_byte_is_a_fault_of_the_bench(running: Bench, driver: Driver) -> None:
    """Guards the guard: every other test here trusts that faults would show."""
    printer = driver()
    printer._line.write(b"\x1bw")
    printer.status()
    assert running("state")["faults"]
    running("reset")
