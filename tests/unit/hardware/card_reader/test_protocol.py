"""Commands, status words and the order of a free read, against tables of bytes."""

import pytest

from hardware.card_reader.protocol import bare_apdus, exchange, read_free_files
from hardware.ports import CardProblem, CardRead, CardUnreadable, SocialSecurityCardRecord
from tests.unit.hardware.card_reader.cards import (
    CARD_NUMBER,
    CODE,
    GENERATION_1,
    GENERATION_2,
    GENERATION_3,
    NAME,
    NUMBER,
    READ_BIRTHPLACE,
    READ_CARD_NUMBER,
    READ_CODE,
    READ_EXTENSION,
    READ_NAME,
    READ_NUMBER,
    READ_SEX,
    READ_VERSION,
    SELECT_EF05,
    SELECT_EF06,
    SELECT_MF,
    SELECT_SSSE,
    TableCard,
)


def read(**changes: str) -> CardRead | CardUnreadable:
    return read_free_files(TableCard({**GENERATION_3, **changes}))


def record_on(card: TableCard) -> SocialSecurityCardRecord:
    outcome = read_free_files(card)
    assert isinstance(outcome, CardRead)
    return outcome.card


def test_the_whole_record_of_a_third_generation_card_is_read() -> None:
    assert record_on(TableCard(GENERATION_3)) == SocialSecurityCardRecord(
        card_number="X00000019",
        social_security_number="11010519491231002X",
        name="王样本",
        sex="2",
        ethnic_group="01",
        birthplace="110105",
        birth_date="19491231",
        version="3.00",
        issue_date="20991201",
        expiry_date="21091201",
        region="110000",
        identification_code="110000D1560000053030303100000001",
    )


@pytest.mark.parametrize(("card", "version"), [(GENERATION_1, "1.00"), (GENERATION_2, "2.00"), (GENERATION_3, "3.00")])
def test_every_generation_is_read(card: dict[str, str], version: str) -> None:
    record = record_on(TableCard(card))
    assert (record.version, record.name, record.card_number) == (version, "王样本", "X00000019")


def test_a_well_behaved_card_gets_exactly_the_bare_commands() -> None:
    card = TableCard(GENERATION_3)
    read_free_files(card)
    assert card.sent == [command.hex().upper() for command in bare_apdus()]


@pytest.mark.parametrize(
    ("status_word", "problem"),
    [
        ("6A82", CardProblem.NOT_SOCIAL_SECURITY),
        ("6700", CardProblem.NOT_SOCIAL_SECURITY),
        ("6A86", CardProblem.NOT_SOCIAL_SECURITY),
        ("6B00", CardProblem.NOT_SOCIAL_SECURITY),
        ("6D00", CardProblem.NOT_SOCIAL_SECURITY),
        ("6E00", CardProblem.NOT_SOCIAL_SECURITY),
        ("6283", CardProblem.LOCKED),
        ("6A81", CardProblem.LOCKED),
        ("6901", CardProblem.LOCKED),
        ("9303", CardProblem.LOCKED),
        ("6581", CardProblem.DAMAGED),
        ("6281", CardProblem.DAMAGED),
        ("6982", CardProblem.UNREADABLE),
        ("6983", CardProblem.UNREADABLE),
        ("63C3", CardProblem.UNREADABLE),
        ("6985", CardProblem.UNREADABLE),
        ("6986", CardProblem.UNREADABLE),
        ("6981", CardProblem.UNREADABLE),
        ("6A83", CardProblem.UNREADABLE),
        ("6F00", CardProblem.UNREADABLE),
        ("0000", CardProblem.UNREADABLE),
    ],
)
@pytest.mark.parametrize("command", [SELECT_SSSE, SELECT_EF05, SELECT_EF06])
def test_a_refused_selection_says_what_is_wrong_with_the_card(
    command: str, status_word: str, problem: CardProblem
) -> None:
    card = {**GENERATION_3, command: status_word, "00A4000002EF05": status_word, "00A4000002EF06": status_word}
    assert read_free_files(TableCard(card)) == CardUnreadable(problem, int(status_word, 16))


@pytest.mark.parametrize(
    ("status_word", "problem"),
    [
        ("6581", CardProblem.DAMAGED),
        ("6982", CardProblem.UNREADABLE),
        ("6283", CardProblem.LOCKED),
        ("6901", CardProblem.LOCKED),
        ("6986", CardProblem.UNREADABLE),
        ("6F00", CardProblem.UNREADABLE),
    ],
)
@pytest.mark.parametrize("command", [READ_CODE, READ_VERSION, READ_NUMBER, READ_NAME, READ_SEX])
def test_a_refused_record_says_what_is_wrong_with_the_card(
    command: str, status_word: str, problem: CardProblem
) -> None:
    assert read(**{command: status_word}) == CardUnreadable(problem, int(status_word, 16))


def test_another_application_selected_after_reset_is_left_by_way_of_the_master_file() -> None:
    card = TableCard({**GENERATION_3, SELECT_SSSE: ["6A82", "9000"], SELECT_MF: "612A"})
    assert record_on(card).name == "王样本"
    assert card.sent[:3] == [SELECT_SSSE, SELECT_MF, SELECT_SSSE]


def test_a_selection_that_offers_an_answer_is_a_success_and_the_answer_stays_there() -> None:
    card = TableCard({**GENERATION_3, SELECT_SSSE: "611E", SELECT_EF05: "6110", SELECT_EF06: "6110"})
    assert record_on(card).name == "王样本"
    assert not [command for command in card.sent if command.startswith("00C0")]


def test_a_card_that_selects_files_by_their_plain_identifier_is_read() -> None:
    card = {**GENERATION_3, SELECT_EF05: "6A86", SELECT_EF06: "6B00"}
    assert record_on(TableCard({**card, "00A4000002EF05": "9000", "00A4000002EF06": "9000"})).name == "王样本"


def test_a_wrong_length_is_repeated_with_the_right_one() -> None:
    name = "090A" + "王样本".encode("gbk").hex() + "00000000"
    card = TableCard({**GENERATION_3, READ_NAME: "6C0C", "00B209000C": name + "9000"})
    assert record_on(card).name == "王样本"


def test_an_answer_that_waits_is_fetched_in_pieces() -> None:
    card = TableCard({"00B2010012": "6105", "00C0000005": "01020304056103", "00C0000003": "0607089000"})
    response = exchange(card, bytes.fromhex("00B2010012"))
    assert (response.data.hex(), response.status_word) == ("0102030405060708", 0x9000)


def test_an_answer_fetched_with_a_wrong_length_is_fetched_again() -> None:
    card = TableCard({"00B2010012": "6100", "00C0000000": "6C02", "00C0000002": "01009000"})
    assert exchange(card, bytes.fromhex("00B2010012")).data.hex() == "0100"


def test_a_card_that_promises_answers_for_ever_is_given_up() -> None:
    card = TableCard({**GENERATION_3, READ_CODE: "6101", "00C0000001": "006101"})
    assert read_free_files(card) == CardUnreadable(CardProblem.UNREADABLE, 0x6101)


def test_a_card_that_corrects_lengths_for_ever_is_given_up() -> None:
    assert read(**{READ_CODE: "6C12"}) == CardUnreadable(CardProblem.UNREADABLE, 0x6C12)


@pytest.mark.parametrize("status_word", ["6985", "6986", "6981"])
@pytest.mark.parametrize("command", [SELECT_EF05, READ_CODE, SELECT_EF06, READ_NAME])
def test_a_lost_selection_is_made_good_once_from_the_start(command: str, status_word: str) -> None:
    card = TableCard({**GENERATION_3, command: [status_word, GENERATION_3[command]]})
    assert record_on(card).name == "王样本"
    assert card.sent.count(SELECT_SSSE) == 2


def test_a_selection_lost_twice_is_given_up() -> None:
    card = TableCard({**GENERATION_3, READ_NAME: "6985"})
    assert read_free_files(card) == CardUnreadable(CardProblem.UNREADABLE, 0x6985)
    assert card.sent.count(SELECT_SSSE) == 2


def test_absent_optional_records_leave_empty_texts() -> None:
    card = {**GENERATION_3, READ_BIRTHPLACE: "6A83", READ_SEX: "6A83", READ_VERSION: "6A83"}
    record = record_on(TableCard(card))
    assert (record.birthplace, record.sex, record.version, record.name) == ("", "", "", "王样本")


BY_NUMBER = {
    "00B2010400": "6C12",
    "00B2010412": CODE + "9000",
    "00B2020400": "6C0B",
    "00B202040B": CARD_NUMBER + "9000",
    "00B2030400": "6A83",
}
HOLDER_BY_NUMBER = {
    "00B2010400": ["6C12", "6C14"],
    "00B2010414": NUMBER + "9000",
    "00B2020400": ["6C0B", "6C20"],
    "00B2020420": NAME + "9000",
}


@pytest.mark.parametrize("status_word", ["6A83", "6A86", "6B00", "6A81", "6700"])
def test_a_card_that_does_not_go_by_tags_is_read_by_number(status_word: str) -> None:
    refusals = {READ_CODE: status_word, READ_NUMBER: status_word}
    record = record_on(TableCard({**GENERATION_3, **BY_NUMBER, **HOLDER_BY_NUMBER, **refusals}))
    assert (record.card_number, record.social_security_number, record.name) == (
        "X00000019",
        "11010519491231002X",
        "王样本",
    )


def test_a_card_that_takes_the_tag_for_a_number_is_read_by_number() -> None:
    """Tag 08 answered with another record: what counts is the tag a record carries."""
    card = {**GENERATION_3, **BY_NUMBER, READ_NUMBER: "0D0419491231" + "9000"}
    holder = {"00B2010400": "6C14", "00B2010414": NUMBER + "9000", "00B2020400": "6C20", "00B2020420": NAME + "9000"}
    assert record_on(TableCard({**card, **holder})).social_security_number == "11010519491231002X"


def test_a_record_cut_short_is_read_again_by_number() -> None:
    card = {**GENERATION_3, READ_CODE: "01109000", **BY_NUMBER}
    assert record_on(TableCard(card)).region == "110000"


def test_the_answer_to_the_number_decides_when_the_tag_was_refused() -> None:
    assert read(**{READ_CODE: "6A81", "00B2010400": "6A81"}) == CardUnreadable(CardProblem.LOCKED, 0x6A81)
    assert read(**{READ_CODE: "6A86", "00B2010400": "6581"}) == CardUnreadable(CardProblem.DAMAGED, 0x6581)


def test_a_missing_required_record_makes_the_card_unreadable() -> None:
    card = {**GENERATION_3, READ_CARD_NUMBER: "6A83", **BY_NUMBER, "00B2020400": "6A83"}
    assert read_free_files(TableCard(card)) == CardUnreadable(CardProblem.UNREADABLE)


def test_a_card_without_end_of_records_is_given_up() -> None:
    endless = {f"00B2{number:02X}0400": "00009000" for number in range(256)}
    card = TableCard({**GENERATION_3, READ_CODE: "6A86", **endless})
    assert read_free_files(card) == CardUnreadable(CardProblem.UNREADABLE)
    assert len(card.sent) < 40


LONG_NAME = "买买提·样本样本样本样本样本样".encode("gb18030")  # 30 bytes: the extension is asked for


def test_a_name_that_fills_its_field_goes_on_in_the_extension() -> None:
    card = {**GENERATION_3, READ_NAME: "091E" + LONG_NAME[:30].hex() + "9000"}
    extension = "4E14" + "本江".encode("gb18030").ljust(0x14, b"\0").hex() + "9000"
    assert record_on(TableCard({**card, READ_EXTENSION: extension})).name == "买买提·样本样本样本样本样本样本江"


def test_a_first_generation_card_with_a_full_name_has_no_extension_and_is_read() -> None:
    card = {**GENERATION_1, READ_NAME: "091E" + LONG_NAME[:30].hex() + "9000"}
    assert record_on(TableCard(card)).name == "买买提·样本样本样本样本样本样"


def test_a_damaged_name_extension_is_not_taken_for_a_whole_name() -> None:
    card = {**GENERATION_3, READ_NAME: "091E" + LONG_NAME[:30].hex() + "9000", READ_EXTENSION: "6581"}
    assert read_free_files(TableCard(card)) == CardUnreadable(CardProblem.DAMAGED, 0x6581)


def test_a_record_that_ends_before_the_asked_length_is_good() -> None:
    name = "090A" + "王样本".encode("gbk").hex() + "00000000"
    assert isinstance(read(**{READ_NAME: name + "6282"}), CardRead)
