"""The bench's card answers like a T=0 card, and our reading of it agrees with what was burnt in."""

import pytest

from hardware.bench.card_chip import ChipState, respond
from hardware.bench.card_images import CardImage, Generation, Person, image_of, with_check_character
from hardware.card_reader.protocol import read_free_files
from hardware.card_reader.transport import Response
from hardware.ports import CardRead

SELECT_SSSE = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
CONTROL_INFORMATION = "6F16840F7378312E73682EC9E7BBE1B1A3D5CFA503880101"


class ChipTransport:
    """The chip without a reader."""

    def __init__(self, image: CardImage) -> None:
        self._image = image
        self._state = ChipState()

    def transmit(self, command: bytes) -> Response:
        self._state, answer = respond(self._image, self._state, command)
        return Response(answer[:-2], int.from_bytes(answer[-2:]))


def answers(image: CardImage, *commands: str) -> list[str]:
    chip = ChipTransport(image)
    responses = [chip.transmit(bytes.fromhex(command)) for command in commands]
    return [f"{response.data.hex()}{response.status_word:04x}".upper() for response in responses]


def test_selecting_offers_its_answer_for_get_response() -> None:
    assert answers(image_of(), SELECT_SSSE, "00C0000000", "00C0000018", "00C0000018") == [
        "6118",
        "6C18",
        "6985",
        "6985",
    ]


def test_the_waiting_answer_is_the_file_control_information() -> None:
    assert answers(image_of(), SELECT_SSSE, "00C0000018")[1] == CONTROL_INFORMATION + "9000"


@pytest.mark.parametrize(
    ("commands", "status"),
    [
        (["00A4020002EF05"], "6A82"),
        (["00B2010012"], "6986"),
        ([SELECT_SSSE, "00B2010012"], "6986"),
        ([SELECT_SSSE, "00A4020002EF09"], "6A82"),
        ([SELECT_SSSE, "00A4020002EF05", "00B2010000"], "6C12"),
        ([SELECT_SSSE, "00A4020002EF05", "00B2010400"], "6C12"),
        ([SELECT_SSSE, "00A4020002EF05", "00B2080400"], "6A83"),
        ([SELECT_SSSE, "00A4020002EF05", "00B2090020"], "6A83"),
        ([SELECT_SSSE, "00A4020002EF05", "00B0000010"], "6981"),
        ([SELECT_SSSE, "00A4020002EF08", "00B0000010"], "6982"),
        ([SELECT_SSSE, "00A4020002EF05", "00A40000023F00", "00B2010012"], "6986"),
        ([SELECT_SSSE[:-2]], "6700"),
        (["80CA000000"], "6E00"),
        (["0084000008"], "6D00"),
        (["00A4"], "6700"),
    ],
)
def test_commands_out_of_place_get_the_status_words_of_a_real_card(commands: list[str], status: str) -> None:
    assert answers(image_of(), *commands)[-1] == status


def test_a_file_may_be_addressed_by_its_short_identifier() -> None:
    assert answers(image_of(), SELECT_SSSE, "00B2072C0B")[-1].endswith("9000")


def test_a_first_generation_card_has_neither_photo_nor_name_extension() -> None:
    image = image_of(generation="1")
    assert answers(image, SELECT_SSSE, "00A4020002EF08")[-1] == "6A82"
    assert answers(image, SELECT_SSSE, "00A4020002EF06", "00B24E0016")[-1] == "6A83"


@pytest.mark.parametrize(
    ("number", "checked"),
    [
        ("X0000001", "X00000019"),
        ("X0000001Z", "X0000001Z"),
        ("12110000", "121100008"),
        ("40000000", "40000000X"),
        ("00000000", "000000000"),
    ],
)
def test_a_card_number_gets_its_check_character(number: str, checked: str) -> None:
    assert with_check_character(number) == checked


NAMES = ["王样本", "买买提·样本样本样本样本样本样本江", "一" * 25, "A" + "一" * 24, "SAMPLE ANNA"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("generation", ["2", "3"])
@pytest.mark.parametrize("by_number_only", [False, True])
def test_what_was_burnt_in_is_what_is_read(name: str, generation: Generation, by_number_only: bool) -> None:
    image = image_of(generation=generation, person=Person(name=name), by_number_only=by_number_only)
    outcome = read_free_files(ChipTransport(image))
    assert isinstance(outcome, CardRead)
    assert (outcome.card.name, outcome.card.version) == (name, f"{generation}.00")


@pytest.mark.parametrize(("name", "kept"), [("一" * 25, "一" * 15), ("A" + "一" * 24, "A" + "一" * 14)])
def test_a_first_generation_card_keeps_the_characters_that_fit(name: str, kept: str) -> None:
    outcome = read_free_files(ChipTransport(image_of(generation="1", person=Person(name=name))))
    assert isinstance(outcome, CardRead)
    assert outcome.card.name == kept
