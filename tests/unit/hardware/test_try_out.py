from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import pytest

from hardware.ports import (
    CameraTrouble,
    CameraTroubled,
    CardInserted,
    CardProblem,
    CardRead,
    CardUnreadable,
    CodeSeen,
    Document,
    NavigationKey,
    NavigationKeyPressed,
    NotPrinted,
    Paper,
    Printed,
    PrintProblem,
    Reading,
    SocialSecurityCardRecord,
    Sound,
    SoundBegun,
    SoundsEnded,
    TextLine,
)
from hardware.try_out import (
    last_four,
    masked,
    sample_strip,
    try_card_reader,
    try_code_scanner,
    try_keypad,
    try_receipt_printer,
    try_speaker,
)

CARD = SocialSecurityCardRecord(
    card_number="X00000019",
    social_security_number="11010519491231002X",
    name="郑样本",
    sex="2",
    ethnic_group="01",
    birthplace="",
    birth_date="19491231",
    version="3.00",
    issue_date="20200101",
    expiry_date="20300101",
    region="110000",
    identification_code="00" * 16,
)


class FakeDevice:
    """Gives what is planned, poll by poll and read by read; a poll takes as long as it may."""

    def __init__(
        self, polls: Sequence[Sequence[Reading]] = (), cards: Sequence[CardRead | CardUnreadable] = ()
    ) -> None:
        self.polls = deque(polls)
        self.cards = deque(cards)
        self.printed: list[Document] = []
        self.outcome: Printed | NotPrinted = Printed(Paper.FULL, 80)
        self.is_scanning = False
        self.sounds: list[Sound] = []
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def open(self) -> None: ...

    def close(self) -> None: ...

    def status(self) -> None: ...

    def start(self) -> None:
        self.is_scanning = True

    def stop(self) -> None:
        self.is_scanning = False

    def poll(self, timeout_s: float) -> Sequence[Reading]:
        self.now += timeout_s
        return self.polls.popleft() if self.polls else ()

    def play(self, sound: Sound) -> None:
        self.sounds.append(sound)

    def read_card(self) -> CardRead | CardUnreadable:
        return self.cards.popleft()

    def print_document(self, document: Document) -> Printed | NotPrinted:
        self.printed.append(document)
        return self.outcome


def test_the_speaker_plays_to_its_end() -> None:
    device = FakeDevice([(SoundBegun(1),), (SoundsEnded(1),)])
    assert try_speaker(device, [].append, device.clock)
    assert len(device.sounds[0].samples) > 20_000


def test_a_speaker_that_does_not_end_is_told() -> None:
    device = FakeDevice()
    said: list[str] = []
    assert not try_speaker(device, said.append, device.clock)
    assert said == ["not played to its end"]


def test_every_key_of_the_keypad_is_named_once() -> None:
    device = FakeDevice([(NavigationKeyPressed(key), NavigationKeyPressed(key)) for key in NavigationKey])
    device.poll = lambda _timeout_s: device.polls.popleft()  # type: ignore[method-assign]
    said: list[str] = []
    assert try_keypad(device, said.append, device.clock)
    assert len(said) == 7


def test_a_key_that_was_not_pressed_is_named() -> None:
    device = FakeDevice([(NavigationKeyPressed(NavigationKey.OK),)])
    said: list[str] = []
    assert not try_keypad(device, said.append, device.clock)
    assert said[-1] == "not pressed: up, down, back, help"


def test_a_card_is_shown_masked() -> None:
    device = FakeDevice(cards=[CardRead(CARD)])
    said: list[str] = []
    assert try_card_reader(device, said.append, device.clock)
    assert "郑*" in said[0]
    assert "...002X" in said[0]
    assert not [text for text in said if "样本" in text or "1949" in text]


def test_a_card_put_in_later_is_read() -> None:
    device = FakeDevice([(), (CardInserted("reader"),)], [CardUnreadable(CardProblem.NO_CARD), CardRead(CARD)])
    assert try_card_reader(device, [].append, device.clock)


def test_without_a_card_the_trial_ends_and_says_so() -> None:
    device = FakeDevice(cards=[CardUnreadable(CardProblem.NO_CARD)])
    said: list[str] = []
    assert not try_card_reader(device, said.append, device.clock)
    assert said[-1] == "not read: no_card"
    assert device.now == pytest.approx(10)


def test_a_locked_card_is_named_with_its_status_word() -> None:
    device = FakeDevice(cards=[CardUnreadable(CardProblem.LOCKED, 0x6A81)])
    said: list[str] = []
    assert not try_card_reader(device, said.append, device.clock)
    assert said == ["not read: locked, status word 6A81"]


def test_the_camera_is_watched_for_10_s_and_contents_are_not_shown() -> None:
    device = FakeDevice([(CodeSeen(b"secret", "QRCode"),), (CameraTroubled(CameraTrouble.TOO_DARK),)])
    said: list[str] = []
    assert try_code_scanner(device, said.append, device.clock)
    assert said[1:] == ["seen: QRCode, 6 bytes", "camera: too_dark", "codes seen: 1"]
    assert device.now == pytest.approx(10)
    assert not device.is_scanning


def test_a_camera_that_sees_no_code_failed_its_trial() -> None:
    device = FakeDevice()
    assert not try_code_scanner(device, [].append, device.clock)


def test_the_strip_is_in_both_languages() -> None:
    lines = [block.text for block in sample_strip().blocks if isinstance(block, TextLine)]
    text = "".join(lines)
    assert any("\u4e00" <= character <= "\u9fff" for character in text)
    assert any(character.isascii() and character.isalpha() for character in text)


def test_printing_says_what_was_confirmed_and_what_was_not() -> None:
    device = FakeDevice()
    said: list[str] = []
    assert try_receipt_printer(device, said.append)
    device.outcome = NotPrinted(PrintProblem.PAPER_OUT, may_have_printed=True)
    assert not try_receipt_printer(device, said.append)
    assert said == [
        "printed and confirmed: 80 mm, paper full",
        "not printed: paper_out, part of it may be on paper",
    ]


@pytest.mark.parametrize(("name", "shown"), [("郑样本", "郑*"), ("SPECIMEN", "S*"), ("", "-")])
def test_a_name_is_its_first_character(name: str, shown: str) -> None:
    assert masked(name) == shown


@pytest.mark.parametrize(("number", "shown"), [("11010519491231002X", "...002X"), ("1234", "-"), ("", "-")])
def test_a_number_is_its_last_four(number: str, shown: str) -> None:
    assert last_four(number) == shown
