"""Access and secure messaging against the worked example of ICAO 9303-11, appendix D, and reading a chip of ours."""

from dataclasses import replace

import pytest

from hardware.bench.passport_chip import AFTER_RESET, DG1_FILE, SECURITY_FILE, PassportChip, respond, specimen_passport
from hardware.card_reader.passport.access import Handshake, access_keys
from hardware.card_reader.passport.messaging import ChannelError, SecureChannel
from hardware.card_reader.passport.reading import read_passport
from hardware.card_reader.passport.tlv import TlvError, fields, tlv, total_length
from hardware.card_reader.transport import Response
from hardware.ports import PassportProblem, PassportRead, PassportUnreadable

SPECIMEN_KEY = "L898902C3674081223512311"
WRONG_KEY = "L898902C3674081223512312"


class ChipCard:
    """A chip as a transport; `spoil` changes answers on their way."""

    def __init__(self, chip: PassportChip, spoiled_answer: int | None = None) -> None:
        self._chip, self._state = chip, AFTER_RESET
        self._spoiled_answer = spoiled_answer
        self.answers = 0

    def transmit(self, command: bytes) -> Response:
        self._state, answer = respond(self._chip, self._state, command)
        self.answers += 1
        if self.answers == self._spoiled_answer:
            at = 0 if len(answer) == 2 else 3
            answer = answer[:at] + bytes((answer[at] ^ 1,)) + answer[at + 1 :]
        return Response(answer[:-2], int.from_bytes(answer[-2:]))


def example_channel() -> SecureChannel:
    handshake = Handshake(
        access_keys("L898902C<369080619406236"),
        bytes.fromhex("4608F91988702212"),
        bytes.fromhex("781723860C06C226"),
        bytes.fromhex("0B795240CB7049B01C19B33E32804F0B"),
    )
    channel = handshake.channel(
        bytes.fromhex("46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449")
    )
    assert channel is not None
    return channel


def test_the_access_keys_are_those_of_the_worked_example() -> None:
    keys = access_keys("L898902C<369080619406236")
    assert keys.encryption.hex().upper() == "AB94FDECF2674FDFB9B391F85D7F76F2"
    assert keys.authentication.hex().upper() == "7962D9ECE03D1ACD4C76089DCE131543"


def test_the_handshake_is_that_of_the_worked_example() -> None:
    keys = access_keys("L898902C<369080619406236")
    handshake = Handshake(
        keys,
        bytes.fromhex("4608F91988702212"),
        bytes.fromhex("781723860C06C226"),
        bytes.fromhex("0B795240CB7049B01C19B33E32804F0B"),
    )
    assert handshake.cryptogram().hex().upper() == (
        "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A7"
    )


def test_the_session_keys_are_those_of_the_worked_example() -> None:
    channel = example_channel()
    assert channel.encryption.hex().upper() == "979EC13B1CBFE9DCD01AB0FED307EAE5"
    assert channel.authentication.hex().upper() == "F1CB1F1FB5ADF208806B89DC579DC1F8"
    assert channel.counter == 0x887022120C06C226


def test_secured_commands_and_answers_are_those_of_the_worked_example() -> None:
    sent, command = example_channel().protect(bytes.fromhex("00A4020C"), bytes.fromhex("011E"))
    assert command.hex().upper() == "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"
    selected, data, status = sent.open(bytes.fromhex("990290008E08FA855A5D4C50A8ED"))
    assert (data, status) == (b"", 0x9000)
    sent, command = selected.protect(bytes.fromhex("00B00000"), expected=4)
    assert command.hex().upper() == "0CB000000D9701048E08ED6705417E96BA5500"
    _, data, status = sent.open(bytes.fromhex("8709019FF0EC34F9922651990290008E08AD55CC17140B2DED"))
    assert (data.hex().upper(), status) == ("60145F01", 0x9000)


def test_an_answer_of_another_conversation_is_refused() -> None:
    sent, _ = example_channel().protect(bytes.fromhex("00A4020C"), bytes.fromhex("011E"))
    with pytest.raises(ChannelError):
        replace(sent, counter=sent.counter + 2).open(bytes.fromhex("990290008E08FA855A5D4C50A8ED"))


def test_a_passport_is_read_with_the_page_it_was_typed_from() -> None:
    outcome = read_passport(ChipCard(specimen_passport("样本·安娜")), SPECIMEN_KEY)
    assert isinstance(outcome, PassportRead)
    assert outcome.passport.mrz.startswith("P<UTOERIKSSON<<ANNA<MARIA<")
    assert outcome.passport.full_name == "样本·安娜"
    assert not outcome.passport.is_state_known


def test_a_passport_without_a_national_name_is_read() -> None:
    outcome = read_passport(ChipCard(specimen_passport()), SPECIMEN_KEY)
    assert isinstance(outcome, PassportRead)
    assert outcome.passport.full_name == ""


def test_a_known_state_is_recognised() -> None:
    chip, other = specimen_passport(), specimen_passport()
    known = read_passport(ChipCard(chip), SPECIMEN_KEY, (other.authority, chip.authority))
    unknown = read_passport(ChipCard(chip), SPECIMEN_KEY, (other.authority,))
    assert isinstance(known, PassportRead)
    assert known.passport.is_state_known
    assert isinstance(unknown, PassportRead)
    assert not unknown.passport.is_state_known


def test_a_wrong_digit_is_refused_by_the_chip() -> None:
    assert read_passport(ChipCard(specimen_passport()), WRONG_KEY) == PassportUnreadable(
        PassportProblem.ACCESS_DENIED, 0x6300
    )


def test_changed_data_are_suspect() -> None:
    outcome = read_passport(ChipCard(specimen_passport(is_tampered=True)), SPECIMEN_KEY)
    assert outcome == PassportUnreadable(PassportProblem.SUSPECT)


def test_data_signed_for_another_passport_are_suspect() -> None:
    mine, other = specimen_passport(), specimen_passport(expires="361231")
    mixed = replace(mine, files={**mine.files, SECURITY_FILE: other.files[SECURITY_FILE]})
    assert read_passport(ChipCard(mixed), SPECIMEN_KEY) == PassportUnreadable(PassportProblem.SUSPECT)


def test_a_chip_with_rubbish_in_its_files_is_answered_in_words() -> None:
    chip = specimen_passport()
    for rubbish in (b"", b"\x77", bytes(40), b"\x61\x05\x5f\x1f\x02AB", b"\x77\x03\x30\x80\x00"):
        for file in (DG1_FILE, SECURITY_FILE):
            spoiled = replace(chip, files={**chip.files, file: rubbish})
            assert isinstance(read_passport(ChipCard(spoiled), SPECIMEN_KEY), PassportUnreadable)


@pytest.mark.parametrize("number", range(1, 12))
def test_an_answer_changed_on_its_way_is_never_taken(number: int) -> None:
    assert isinstance(
        read_passport(ChipCard(specimen_passport(), spoiled_answer=number), SPECIMEN_KEY), PassportUnreadable
    )


def test_tlv_is_written_and_read_back() -> None:
    for length in (0, 0x7F, 0x80, 0xFF, 0x100, 0x1234):
        whole = tlv(0x5F1F, bytes(length)) + tlv(0x61, b"x")
        assert fields(whole) == {0x5F1F: bytes(length), 0x61: b"x"}
        assert total_length(whole[:5]) == len(whole) - 3


@pytest.mark.parametrize("wrong", [b"\x61", b"\x61\x02a", b"\x61\x83\x00\x00\x01a", b"\x61\x82\x01"])
def test_what_is_no_tlv_is_said_so(wrong: bytes) -> None:
    with pytest.raises(TlvError):
        fields(wrong)
