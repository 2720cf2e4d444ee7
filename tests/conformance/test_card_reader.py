"""Every driver of `hardware.ports.CardReader` on a real pcscd, with the bench's card in the virtual reader."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from hardware.bench.peripheral import Peripheral
from hardware.bench.staff_cards import make
from hardware.card_reader.protocol import bare_apdus
from hardware.card_reader.reader import Options, build
from hardware.errors import DeviceError
from hardware.ports import (
    CardInserted,
    CardProblem,
    CardRead,
    CardReader,
    CardRemoved,
    CardUnreadable,
    DeviceWord,
    NoStaffCard,
    StaffCardAnswered,
)
from tests.pcscd_fixture import PcscBench, PcscSlot, readings_until

pytestmark = pytest.mark.pcsc

BuildDriver = Callable[[str, float], CardReader]
Slot = tuple[CardReader, Peripheral]

DRIVERS: dict[str, BuildDriver] = {
    "pcsc": lambda reader_name, read_timeout_s: build(Options(reader_name, read_timeout_s=read_timeout_s)),
}
"""Name of a driver -> how to build it for a reader's name and a limit in seconds."""

READ_TIMEOUT_S = 10.0


@pytest.fixture(params=DRIVERS)
def build_driver(request: pytest.FixtureRequest) -> BuildDriver:
    return DRIVERS[request.param]


@pytest.fixture
def card(pcsc_slot: PcscSlot) -> Peripheral:
    return pcsc_slot.card


@pytest.fixture
def reader(pcsc_slot: PcscSlot, build_driver: BuildDriver) -> Iterator[CardReader]:
    driver = build_driver(pcsc_slot.reader, READ_TIMEOUT_S)
    driver.open()
    yield driver
    driver.close()


@pytest.fixture
def both_slots(pcsc_slots: tuple[PcscSlot, PcscSlot], build_driver: BuildDriver) -> Iterator[Sequence[Slot]]:
    """Two readers side by side, each with its own driver: half the wait for pcscd's slow looks."""
    drivers = [build_driver(slot.reader, READ_TIMEOUT_S) for slot in pcsc_slots]
    yield tuple(zip(drivers, [slot.card for slot in pcsc_slots], strict=True))
    for driver in drivers:
        driver.close()


def insert(reader: CardReader, card: Peripheral, **image: object) -> None:
    card.call("insert", **image)
    readings_until(reader, CardInserted)


@pytest.mark.parametrize("generation", ["1", "2", "3"])
def test_every_generation_is_read(reader: CardReader, card: Peripheral, generation: str) -> None:
    person = {
        "social_security_number": "11010519491231002X",
        "name": "阿卜杜·样本样本样本样本样",
        "sex": "1",
        "ethnic_group": "05",
        "birth_date": "20991231",
    }
    insert(reader, card, generation=generation, person=person, card_number="S2099000")
    outcome = reader.read_card()
    assert isinstance(outcome, CardRead)
    assert {field: getattr(outcome.card, field) for field in person} == person
    assert (outcome.card.version, outcome.card.region) == (f"{generation}.00", "110000")
    assert len(outcome.card.card_number) == 9


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("bank", CardProblem.NOT_SOCIAL_SECURITY),
        ("psam", CardProblem.NOT_SOCIAL_SECURITY),
        ("mute", CardProblem.MUTE),
        ("upside_down", CardProblem.MUTE),
        ("bad_atr", CardProblem.MUTE),
        ("locked", CardProblem.LOCKED),
        ("chip_damaged", CardProblem.DAMAGED),
    ],
)
def test_a_card_that_cannot_be_read_says_why(
    reader: CardReader, card: Peripheral, kind: str, problem: CardProblem
) -> None:
    insert(reader, card, kind=kind)
    outcome = reader.read_card()
    assert isinstance(outcome, CardUnreadable)
    assert outcome.problem is problem
    assert reader.status().is_online


def test_a_card_that_does_not_go_by_tags_is_read_by_number(reader: CardReader, card: Peripheral) -> None:
    insert(reader, card, by_number_only=True)
    assert isinstance(reader.read_card(), CardRead)


def test_an_untroubled_read_costs_the_bare_commands_and_no_more(reader: CardReader, card: Peripheral) -> None:
    insert(reader, card)
    reader.read_card()
    assert card.call("state")["apdus"] == len(bare_apdus())


def test_an_empty_reader_is_online_and_has_no_card(reader: CardReader) -> None:
    assert reader.status().is_online
    assert reader.poll(0.0) == ()
    assert reader.read_card() == CardUnreadable(CardProblem.NO_CARD)


@pytest.mark.parametrize("apdus", range(0, len(bare_apdus()), 2))
def test_a_card_pulled_at_any_command_is_told_as_removed(both_slots: Sequence[Slot], apdus: int) -> None:
    for offset, (_, card) in enumerate(both_slots):
        card.call("insert")
        card.call("pull_after", apdus=apdus + offset)
    for reader, _ in both_slots:
        readings_until(reader, CardInserted)
    for reader, _ in both_slots:
        assert reader.read_card() == CardUnreadable(CardProblem.REMOVED)
        assert [type(reading) for reading in readings_until(reader, CardRemoved)] == [CardRemoved]


def test_a_card_in_before_the_driver_opens_is_told_as_inserted(
    reader: CardReader, pcsc_slot: PcscSlot, build_driver: BuildDriver
) -> None:
    insert(reader, pcsc_slot.card)
    late = build_driver(pcsc_slot.reader, READ_TIMEOUT_S)
    late.open()
    assert list(late.poll(1.0)) == [CardInserted(pcsc_slot.reader)]
    late.close()


def test_a_swap_is_told_as_removal_and_insertion_and_the_new_card_is_read(reader: CardReader, card: Peripheral) -> None:
    insert(reader, card, card_number="S2099001")
    assert isinstance(reader.read_card(), CardRead)
    card.call("insert", card_number="S2099002")
    assert [type(reading) for reading in readings_until(reader, CardInserted)] == [CardRemoved, CardInserted]
    outcome = reader.read_card()
    assert isinstance(outcome, CardRead)
    assert outcome.card.card_number.startswith("S2099002")


@pytest.mark.parametrize(("ending", "word"), [("kill", DeviceWord.HARDWARE_ERROR), ("unplug", DeviceWord.POWER_OFF)])
def test_a_lost_reader_takes_its_card_out_and_comes_back(
    reader: CardReader, card: Peripheral, pcsc_bench: PcscBench, ending: str, word: DeviceWord
) -> None:
    insert(reader, card)
    pcsc_bench.daemon.call(ending)
    assert [type(reading) for reading in readings_until(reader, CardRemoved)] == [CardRemoved]
    for ask in (reader.status, reader.read_card, reader.open):
        with pytest.raises(DeviceError) as lost:
            ask()
        assert lost.value.status.word is word
    pcsc_bench.daemon.call("restart")
    assert [type(reading) for reading in readings_until(reader, CardInserted)] == [CardInserted]
    assert isinstance(reader.read_card(), CardRead)


def test_a_daemon_restarted_between_two_reads_does_not_spoil_the_second(
    reader: CardReader, card: Peripheral, pcsc_bench: PcscBench
) -> None:
    insert(reader, card)
    assert isinstance(reader.read_card(), CardRead)
    pcsc_bench.daemon.call("restart")
    readings_until(reader, CardInserted)
    assert isinstance(reader.read_card(), CardRead)


def test_a_driver_closed_and_opened_again_reads_on(reader: CardReader, card: Peripheral) -> None:
    insert(reader, card)
    reader.close()
    reader.close()
    reader.open()
    assert [type(reading) for reading in readings_until(reader, CardInserted)] == [CardRemoved, CardInserted]
    assert isinstance(reader.read_card(), CardRead)


def test_a_card_that_falls_silent_is_given_up_until_it_is_pulled(
    card: Peripheral, pcsc_slot: PcscSlot, build_driver: BuildDriver
) -> None:
    reader = build_driver(pcsc_slot.reader, 0.05)
    insert(reader, card)
    card.call("answer_slowly", seconds=3600)
    assert reader.read_card() == CardUnreadable(CardProblem.UNREADABLE)
    assert reader.read_card() == CardUnreadable(CardProblem.UNREADABLE)
    assert reader.status().word is DeviceWord.DEVICE_BUSY
    card.call("remove")
    readings_until(reader, CardRemoved)
    reader.close()
    card.call("answer_slowly", seconds=0)
    patient = build_driver(pcsc_slot.reader, READ_TIMEOUT_S)
    insert(patient, card)
    assert isinstance(patient.read_card(), CardRead)
    patient.close()


def test_thirty_cards_leave_no_thread_and_no_descriptor_behind(both_slots: Sequence[Slot]) -> None:
    read_and_remove(both_slots)
    before = threads_and_descriptors()
    for _ in range(14):
        read_and_remove(both_slots)
    assert threads_and_descriptors() == before


def read_and_remove(slots: Sequence[Slot]) -> None:
    for _, card in slots:
        card.call("insert")
    for reader, _ in slots:
        readings_until(reader, CardInserted)
        assert isinstance(reader.read_card(), CardRead)
    for _, card in slots:
        card.call("remove")
    for reader, _ in slots:
        readings_until(reader, CardRemoved)


def threads_and_descriptors() -> tuple[int, int]:
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


# --- staff cards ---


@pytest.fixture
def staff_slot(pcsc_slot: PcscSlot, build_driver: BuildDriver, tmp_path: Path) -> Iterator[Slot]:
    """The slot's own card program gives way to one that has staff cards."""
    make(tmp_path)
    driver = build_driver(pcsc_slot.reader, READ_TIMEOUT_S)
    driver.open()
    with Peripheral(
        "hardware.bench.card", "--port", str(pcsc_slot.port), "--staff-cards", str(tmp_path / "cards.json")
    ) as card:
        yield driver, card
    driver.close()


@pytest.mark.parametrize("holder", ["attendant", "wrong_key", "clone"])
def test_a_staff_card_signs_the_challenge(staff_slot: Slot, holder: str) -> None:
    reader, card = staff_slot
    card.call("insert_staff", holder=holder)
    readings_until(reader, CardInserted)
    answers = [reader.challenge_staff_card(bytes((number,)) * 32) for number in (1, 2)]
    assert all(isinstance(answer, StaffCardAnswered) for answer in answers)
    first, second = (answer for answer in answers if isinstance(answer, StaffCardAnswered))
    assert (first.card_id, first.key_id) == (second.card_id, second.key_id)
    assert (first.signature == second.signature) is (holder == "clone")


def test_a_staff_card_is_not_read_as_a_citizens(staff_slot: Slot) -> None:
    reader, card = staff_slot
    card.call("insert_staff")
    readings_until(reader, CardInserted)
    outcome = reader.read_card()
    assert isinstance(outcome, CardUnreadable)
    assert outcome.problem is CardProblem.NOT_SOCIAL_SECURITY
    assert isinstance(reader.challenge_staff_card(bytes(32)), StaffCardAnswered)


@pytest.mark.parametrize(
    ("kind", "reason"), [("social_security", "other_card"), ("bank", "other_card"), ("mute", "unreadable")]
)
def test_a_card_of_another_kind_is_no_staff_card(reader: CardReader, card: Peripheral, kind: str, reason: str) -> None:
    insert(reader, card, kind=kind)
    assert reader.challenge_staff_card(bytes(32)) == NoStaffCard(reason)  # type: ignore[arg-type]
    assert reader.status().is_online


def test_asking_whether_it_is_a_staff_card_does_not_spoil_the_read(reader: CardReader, card: Peripheral) -> None:
    insert(reader, card)
    before = card.call("state")["apdus"]
    reader.challenge_staff_card(bytes(32))
    assert card.call("state")["apdus"] - before == 1
    assert isinstance(reader.read_card(), CardRead)


def test_a_staff_card_pulled_while_it_signs_is_no_staff_card(staff_slot: Slot) -> None:
    reader, card = staff_slot
    card.call("insert_staff")
    readings_until(reader, CardInserted)
    card.call("pull_after", apdus=3)
    assert isinstance(reader.challenge_staff_card(bytes(32)), NoStaffCard)
    readings_until(reader, CardRemoved)
