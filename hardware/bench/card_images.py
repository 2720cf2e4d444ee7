"""What is burnt into the bench's cards: answer to reset, files, records; pure data (LD/T 32, LD/T 33, ISO 7816-3).

Every person here is invented, or the specimen of a standard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from hardware.bench.passport_chip import PassportChip
from hardware.bench.staff_cards import StaffChip

ENVIRONMENT_NAME = b"sx1.sh." + "社会保障".encode("gbk")
BANK_ENVIRONMENT_NAME = b"1PAY.SYS.DDF01"
STAFF_APPLICATION_NAME = b"\xf0LOBBYSTAFF"
APPLICATION_PROVIDER = bytes.fromhex("D156000005")

EF05, EF06, EF07, EF08 = 0xEF05, 0xEF06, 0xEF07, 0xEF08
PSAM_FILES = (0xEF15, 0xEF16, 0xEF17)

Generation = Literal["1", "2", "3"]
Kind = Literal["social_security", "bank", "mute", "bad_atr", "locked", "chip_damaged", "psam", "upside_down"]
Records = tuple[tuple[int, bytes], ...]

OK, INVALIDATED, MEMORY_FAILURE, SECURITY_STATUS = 0x9000, 0x6283, 0x6581, 0x6982

UNUSABLE_ATR = bytes(40)
"""Longer than any answer to reset may be (33 bytes): vpcd feels a card, but cannot power it, as when a chip is dead or
lies the wrong way round. No answer at all would block the slot."""

PASSPORT_ATR = bytes.fromhex("3B80800101")
"""A contactless card of type A or B without historical bytes, as PC/SC part 3 makes it up."""

NAME_LENGTH, NAME_EXTENSION_LENGTH = 0x1E, 0x14


@dataclass(frozen=True, repr=False)
class Person:
    """The holder; the default is the specimen of GB 11643."""

    social_security_number: str = "11010519491231002X"
    name: str = "王样本"
    sex: str = "2"
    ethnic_group: str = "01"
    birth_date: str = "19491231"
    birthplace: str = "110105"


@dataclass(frozen=True, repr=False)
class File:
    """One elementary file. `records` are (tag, value); `read_status` other than 9000 refuses every read of it."""

    records: Records = ()
    read_status: int = OK


@dataclass(frozen=True, repr=False)
class CardImage:
    """One card as it lies in a wallet."""

    kind: Kind | Literal["staff", "passport"]
    atr: bytes
    name: bytes = ENVIRONMENT_NAME
    files: Mapping[int, File] = field(default_factory=dict[int, File])
    environment_status: int = OK
    by_number_only: bool = False
    """True: records cannot be read by their tag, as with some regions' cards."""
    staff: StaffChip | None = None
    """Identity and key of a staff card; it has no other files."""
    passport: PassportChip | None = None
    """A passport's chip; it knows nothing of the files above."""


def staff_card(chip: StaffChip) -> CardImage:
    return CardImage("staff", answer_to_reset(b"\x00\x96\x4e"), name=STAFF_APPLICATION_NAME, staff=chip)


def passport(chip: PassportChip) -> CardImage:
    return CardImage("passport", PASSPORT_ATR, passport=chip)


def image_of(
    kind: Kind = "social_security",
    generation: Generation = "3",
    person: Person | None = None,
    card_number: str = "X0000001",
    by_number_only: bool = False,
) -> CardImage:
    """The image for one verb of the bench. `card_number`: 8 characters get their check character, 9 stay as given."""
    card = social_security_card(generation, person or Person(), with_check_character(card_number))
    kinds: dict[Kind, CardImage] = {
        "social_security": replace(card, by_number_only=by_number_only),
        "bank": CardImage("bank", answer_to_reset(b"\x00\x90\x54"), name=BANK_ENVIRONMENT_NAME),
        "psam": replace(card, files=dict.fromkeys(PSAM_FILES, File(read_status=SECURITY_STATUS))),
        "mute": replace(card, atr=UNUSABLE_ATR),
        "upside_down": replace(card, atr=UNUSABLE_ATR),
        "bad_atr": replace(card, atr=b"\x00"),
        "locked": replace(card, environment_status=INVALIDATED),
        "chip_damaged": replace(
            card, files={**card.files, EF06: replace(card.files[EF06], read_status=MEMORY_FAILURE)}
        ),
    }
    return replace(kinds[kind], kind=kind)


def social_security_card(generation: Generation, person: Person, card_number: str) -> CardImage:
    serial = card_number.encode("ascii")[-5:-1]
    closed = File(read_status=SECURITY_STATUS)
    files = {EF05: File(_issuer_records(generation, card_number, serial)), EF06: _holder_file(generation, person)}
    files |= {EF07: closed} if generation == "1" else {EF07: closed, EF08: closed}
    return CardImage("social_security", answer_to_reset(b"\x00\x81\x54", serial), files=files)


def answer_to_reset(chip: bytes, serial: bytes = b"0000") -> bytes:
    """T=0, TB1 = TC1 = 00, 13 historical bytes: chip maker and system, card maker, region, serial (4 bytes)."""
    return bytes.fromhex("3B6D0000") + (chip + bytes.fromhex("000086001100") + serial)


def _issuer_records(generation: Generation, card_number: str, serial: bytes) -> Records:
    identification_code = bytes.fromhex("110000") + APPLICATION_PROVIDER + serial + b"\x00\x00\x00\x01"
    return (
        (0x01, identification_code),
        (0x02, generation.encode("ascii")),
        (0x03, f"{generation}.00".encode("ascii")),
        (0x04, _bcd("911000001100", 0x0C)),
        (0x05, _bcd("20991201", 4)),
        (0x06, _bcd("21091201", 4)),
        (0x07, _text(card_number, 9)),
    )


def _holder_file(generation: Generation, person: Person) -> File:
    name = person.name.encode("gb18030")
    extension = () if generation == "1" else ((0x4E, _padded(name[NAME_LENGTH:], NAME_EXTENSION_LENGTH)),)
    return File(
        (
            (0x08, _text(person.social_security_number, 0x12)),
            (0x09, _padded(name, NAME_LENGTH)),
            *extension,
            (0x0A, _text(person.sex, 1)),
            (0x0B, _bcd(person.ethnic_group, 1)),
            (0x0C, _bcd(person.birthplace, 3)),
            (0x0D, _bcd(person.birth_date, 4)),
        )
    )


def with_check_character(card_number: str) -> str:
    """Append the check character of GB 11714 to 8 characters; 9 stay as they are."""
    if len(card_number) == 9:
        return card_number
    if len(card_number) != 8 or not card_number.isascii() or not card_number.isalnum():
        raise ValueError("a card number has 8 letters and digits, and a check character")
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(character, 36) for weight, character in zip(weights, card_number, strict=True))
    return card_number + "0123456789X0"[11 - total % 11]


def _text(text: str, length: int) -> bytes:
    return _padded(text.encode("ascii"), length)


def _padded(value: bytes, length: int) -> bytes:
    return value[:length].ljust(length, b"\x00")


def _bcd(digits: str, length: int) -> bytes:
    return bytes.fromhex(digits.ljust(2 * length, "F"))
