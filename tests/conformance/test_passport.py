"""Passports on a real pcscd: the bench's chip speaks T=1 and basic access control in the virtual reader."""

from collections.abc import Iterator

import pytest

from hardware.bench.peripheral import Peripheral
from hardware.card_reader.reader import Options, PcscCardReader, build
from hardware.ports import (
    CardInserted,
    CardProblem,
    CardUnreadable,
    PassportProblem,
    PassportRead,
    PassportUnreadable,
)
from tests.pcscd_fixture import PcscSlot, readings_until

pytestmark = pytest.mark.pcsc

TYPED = "L898902C3674081223512311"


@pytest.fixture
def card(pcsc_slot: PcscSlot) -> Peripheral:
    return pcsc_slot.card


@pytest.fixture
def reader(pcsc_slot: PcscSlot) -> Iterator[PcscCardReader]:
    driver = build(Options(pcsc_slot.reader))
    driver.open()
    yield driver
    driver.close()


def test_a_passport_is_read(reader: PcscCardReader, card: Peripheral) -> None:
    card.call("insert_passport", full_name="样本·安娜")
    readings_until(reader, CardInserted)
    outcome = reader.read_passport(TYPED)
    assert isinstance(outcome, PassportRead)
    assert outcome.passport.mrz[:14] == "P<UTOERIKSSON<"
    assert outcome.passport.full_name == "样本·安娜"


def test_a_wrong_digit_can_be_corrected(reader: PcscCardReader, card: Peripheral) -> None:
    card.call("insert_passport")
    readings_until(reader, CardInserted)
    denied = reader.read_passport(TYPED[:-1] + "2")
    assert isinstance(denied, PassportUnreadable)
    assert denied.problem is PassportProblem.ACCESS_DENIED
    assert isinstance(reader.read_passport(TYPED), PassportRead)


def test_a_passport_pulled_away_is_said_so(reader: PcscCardReader, card: Peripheral) -> None:
    card.call("insert_passport")
    readings_until(reader, CardInserted)
    card.call("pull_after", apdus=6)
    outcome = reader.read_passport(TYPED)
    assert outcome == PassportUnreadable(PassportProblem.REMOVED)


def test_a_social_security_card_is_no_passport_and_the_other_way_round(
    reader: PcscCardReader, card: Peripheral
) -> None:
    card.call("insert")
    readings_until(reader, CardInserted)
    outcome = reader.read_passport(TYPED)
    assert isinstance(outcome, PassportUnreadable)
    assert outcome.problem is PassportProblem.NOT_A_PASSPORT
    card.call("insert_passport")
    readings_until(reader, CardInserted)
    other = reader.read_card()
    assert isinstance(other, CardUnreadable)
    assert other.problem is CardProblem.NOT_SOCIAL_SECURITY
