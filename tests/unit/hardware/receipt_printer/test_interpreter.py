"""The bench's printer must be stricter than any real one: a wrong byte has to be seen."""

import pytest

from hardware.bench.escpos_interpreter import Interpreter
from hardware.bench.escpos_paper import Typeface

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


@pytest.fixture
def printer(typeface: Typeface) -> Interpreter:
    return Interpreter(typeface)


def run(printer: Interpreter, data: bytes) -> bytes:
    """All answers, the real-time ones first."""
    answers = printer.receive(data)
    while step := printer.step():
        answers += step.answer
    return answers


@pytest.mark.parametrize(
    "wrong",
    [
        b"\x1bw\x00",  # no such command
        b"\x1d(Z\x00\x00",
        b"\xcd\xf5\n",  # Chinese without Chinese mode
        b"\x1c&\xcd\x20\n",  # half a character
        b"\x07",
        b"\x1ba\x07",
        b"abc\x1ba\x01",  # alignment in the middle of a line
        b"\x1d!\x88",
        b"\x1dv0\x00\x00\x00\x01\x00",  # picture without width
        b"\x1dkI\x03{Zx",  # no such code set
        b"\x1d(k\x03\x001Q0",  # QR code without content
        b"\x1d(H\x06\x0000\x00001",  # process id with a control character
        b"\x1dV\x00",  # cut without feed: the text would stay inside
        b"\x10\x09",
        b"W" * 49 + b"\n",  # 49 columns
        b"\x1dv0\x00\x02\x00\x08\x00" + b"\x10\x04\x01" + b"\x00" * 13,  # status question within a picture
    ],
    ids=lambda wrong: wrong[:6].hex(),
)
def test_a_wrong_byte_is_seen(printer: Interpreter, wrong: bytes) -> None:
    run(printer, wrong)
    assert printer.faults


def test_a_command_may_arrive_in_pieces(printer: Interpreter) -> None:
    for byte in b"\x1b@\x1c&\xcd\xf5\n\x1d(H\x06\x00000001":
        answer = run(printer, bytes([byte]))
    assert answer == b"\x37\x220001\x00"
    assert printer.faults == []
    assert printer.strip.contents.lines == ["王"]


def test_questions_are_answered_while_the_mechanism_stands(printer: Interpreter) -> None:
    printer.health.cover_open = True
    assert run(printer, b"text\n\x10\x04\x01\x10\x04\x02\x1d(H\x06\x00000001") == b"\x1a\x16"


def test_a_question_in_pieces_is_answered_once(printer: Interpreter) -> None:
    assert [run(printer, piece) for piece in (b"\x10", b"\x04", b"\x01")] == [b"", b"", b"\x12"]


def test_the_process_id_comes_after_the_paper(printer: Interpreter) -> None:
    printer.health.paper_mm = 5
    assert run(printer, b"a\n" * 10 + b"\x1d(H\x06\x00000001") == b""
    assert run(printer, b"\x10\x04\x04") == b"\x7e"


def test_clearing_forgets_data_and_its_process_id(printer: Interpreter) -> None:
    printer.health.cover_open = True
    run(printer, b"late\n\x1d(H\x06\x00000001" + CLEAR)
    printer.health.cover_open = False
    assert run(printer, b"\x1dr\x01") == b"\x00"
    assert printer.strip.contents.lines == []


def test_the_roll_gets_shorter(printer: Interpreter) -> None:
    before = printer.health.paper_mm
    run(printer, b"\x1bJ\xa0\x1dVB\x00")  # 20 mm and the way to the cutter
    assert before - printer.health.paper_mm == 20 + 15


@pytest.mark.parametrize(("paper_mm", "answer"), [(80_000, 0x00), (1_000, 0x03)])
def test_the_paper_status_is_told_in_its_turn(printer: Interpreter, paper_mm: float, answer: int) -> None:
    printer.health.paper_mm = paper_mm
    assert run(printer, b"\x1dr\x01") == bytes([answer])
