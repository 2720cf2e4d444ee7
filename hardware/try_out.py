"""One real action per device, for whoever installs or repairs the terminal. What was read is shown masked."""

from __future__ import annotations

import math
import struct
import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from time import monotonic, sleep
from typing import cast

from hardware import registry
from hardware.ports import (
    SOUND_RATE,
    BarcodeBlock,
    Block,
    CameraTroubled,
    CardInserted,
    CardProblem,
    CardRead,
    CardReader,
    CardUnreadable,
    CodeScanner,
    CodeSeen,
    Document,
    DocumentProblem,
    DocumentRead,
    DocumentUnreadable,
    Driver,
    IdentityReader,
    NavigationKey,
    NavigationKeyPressed,
    Printed,
    QrBlock,
    Reading,
    ReceiptPrinter,
    RuleLine,
    Sound,
    SoundsEnded,
    Speaker,
    TextLine,
)

Say = Callable[[str], None]
Clock = Callable[[], float]

WATCH_S = 10.0
READ_EVERY_S = 0.4


def masked(text: str) -> str:
    """The first character of a name; the rest could be anybody."""
    return text[:1] + "*" if text else "-"


def last_four(number: str) -> str:
    return f"...{number[-4:]}" if len(number) > 4 else "-"


def try_card_reader(driver: Driver, say: Say, clock: Clock = monotonic) -> bool:
    reader = cast("CardReader", driver)
    outcome = reader.read_card()
    if outcome == CardUnreadable(CardProblem.NO_CARD):
        say(f"put a card into the reader within {WATCH_S:.0f} s")
        outcome = reader.read_card() if _is_card_inserted(reader, clock) else outcome
    match outcome:
        case CardRead(card):
            say(f"read: name {masked(card.name)}, number {last_four(card.social_security_number)}")
            say(f"      card version {card.version or '-'}, expires {card.expiry_date or '-'}")
            return True
        case CardUnreadable(problem, status_word):
            say(f"not read: {problem}{'' if status_word is None else f', status word {status_word:04X}'}")
            return False


def _is_card_inserted(reader: CardReader, clock: Clock) -> bool:
    deadline = clock() + WATCH_S
    while (left_s := deadline - clock()) > 0:
        if any(isinstance(reading, CardInserted) for reading in reader.poll(min(left_s, 0.5))):
            return True
    return False


def try_identity_reader(driver: Driver, say: Say) -> bool:
    reader = cast("IdentityReader", driver)
    say(f"module {reader.module_id()}")
    say(f"lay a document on the reader within {WATCH_S:.0f} s")
    outcome = _document_within(reader, WATCH_S)
    match outcome:
        case DocumentRead(document):
            name = document.name or document.english_name
            say(f"read: {document.kind}, name {masked(name)}, number {last_four(document.number)}")
            return True
        case DocumentUnreadable(problem, status_byte):
            say(f"not read: {problem}{'' if status_byte is None else f', status byte {status_byte:02X}'}")
            return False


def _document_within(reader: IdentityReader, limit_s: float) -> DocumentRead | DocumentUnreadable:
    deadline = monotonic() + limit_s
    outcome = reader.read_document()
    while _is_worth_another_try(outcome) and monotonic() < deadline:
        sleep(READ_EVERY_S)
        outcome = reader.read_document()
    return outcome


def _is_worth_another_try(outcome: DocumentRead | DocumentUnreadable) -> bool:
    again = (DocumentProblem.NOT_PRESENT, DocumentProblem.HOLD_STILL)
    return isinstance(outcome, DocumentUnreadable) and outcome.problem in again


def try_code_scanner(driver: Driver, say: Say, clock: Clock = monotonic) -> bool:
    """Tells that codes are seen, never what they hold."""
    scanner = cast("CodeScanner", driver)
    say(f"hold a code before the camera; watching for {WATCH_S:.0f} s")
    deadline = clock() + WATCH_S
    seen = 0
    scanner.start()
    try:
        while (left_s := deadline - clock()) > 0:
            for reading in scanner.poll(min(left_s, 0.5)):
                seen += isinstance(reading, CodeSeen)
                say(_of_code(reading))
    finally:
        scanner.stop()
    say(f"codes seen: {seen}")
    return seen > 0


def _of_code(reading: Reading) -> str:
    match reading:
        case CodeSeen(content, symbology):
            return f"seen: {symbology}, {len(content)} bytes"
        case CameraTroubled(trouble):
            return f"camera: {trouble}"
        case _:
            return f"camera: {type(reading).__name__}"


def try_receipt_printer(driver: Driver, say: Say) -> bool:
    printer = cast("ReceiptPrinter", driver)
    outcome = printer.print_document(sample_strip())
    if isinstance(outcome, Printed):
        say(f"printed and confirmed: {outcome.length_mm} mm, paper {outcome.paper}")
        return True
    say(f"not printed: {outcome.problem}{', part of it may be on paper' if outcome.may_have_printed else ''}")
    return False


def sample_strip() -> Document:
    texts = tomllib.loads(files("hardware").joinpath("test_strip.toml").read_text("utf-8"))
    blocks: list[Block] = [TextLine(texts["title"], "large", "center", is_bold=True), RuleLine()]
    blocks += [TextLine(line) for line in texts["lines"]]
    blocks += [
        QrBlock("TEST"),
        BarcodeBlock("TEST-0000"),
        RuleLine("dashed"),
        TextLine(texts["footer"], "small", "center"),
    ]
    return Document(tuple(blocks))


def try_speaker(driver: Driver, say: Say, clock: Clock = monotonic) -> bool:
    speaker = cast("Speaker", driver)
    speaker.play(Sound(1, sample_tone()))
    deadline = clock() + WATCH_S
    while (left_s := deadline - clock()) > 0:
        if any(isinstance(reading, SoundsEnded) for reading in speaker.poll(min(left_s, 0.5))):
            say("played: three tones; were they heard?")
            return True
    say("not played to its end")
    return False


def sample_tone() -> bytes:
    """Three tones of a fifth of a second."""
    at = range(SOUND_RATE // 5)
    return b"".join(
        struct.pack("<h", round(9000 * math.sin(2 * math.pi * hertz * step / SOUND_RATE)))
        for hertz in (440, 554, 659)
        for step in at
    )


def try_keypad(driver: Driver, say: Say, clock: Clock = monotonic) -> bool:
    say(f"press every key within {WATCH_S:.0f} s")
    deadline = clock() + WATCH_S
    pressed: set[NavigationKey] = set()
    while (left_s := deadline - clock()) > 0 and len(pressed) < len(NavigationKey):
        for reading in driver.poll(left_s):
            if isinstance(reading, NavigationKeyPressed) and reading.key not in pressed:
                pressed.add(reading.key)
                say(f"key: {reading.key}")
    missing = [key.value for key in NavigationKey if key not in pressed]
    say(f"not pressed: {', '.join(missing)}" if missing else "all keys work")
    return not missing


ACTIONS: Mapping[str, Callable[[Driver, Say], bool]] = {
    registry.CARD_READER: try_card_reader,
    registry.IDENTITY_READER: try_identity_reader,
    registry.CODE_SCANNER: try_code_scanner,
    registry.RECEIPT_PRINTER: try_receipt_printer,
    registry.SPEAKER: try_speaker,
    registry.KEYPAD: try_keypad,
}
