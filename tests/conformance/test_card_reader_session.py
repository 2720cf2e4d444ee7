"""Other programs at the same reader, and many restarts of the daemon."""

from collections.abc import Callable
from pathlib import Path

import pytest
from smartcard import scard

from hardware.card_reader.protocol import read_free_files
from hardware.card_reader.reader import Options, PcscCardReader, build
from hardware.card_reader.session import CardSession, Work
from hardware.card_reader.transport import CardFault, PcscCard, PcscContext, ReaderBusyError, Transport
from hardware.ports import CardInserted, CardProblem, CardRead, CardRemoved, CardUnreadable, DeviceWord
from tests.pcscd_fixture import PcscBench, PcscSlot, readings_until

pytestmark = pytest.mark.pcsc

LIMIT_S = 10.0
Outcome = CardRead | CardUnreadable


@pytest.fixture
def reader(pcsc_slot: PcscSlot) -> PcscCardReader:
    """With a card in."""
    driver = build(Options(pcsc_slot.reader))
    pcsc_slot.card.call("insert")
    readings_until(driver, CardInserted)
    return driver


def reset_by_another_program(reader_name: str) -> None:
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _, card, _ = scard.SCardConnect(context, reader_name, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0)
    assert scard.SCardDisconnect(card, scard.SCARD_RESET_CARD) == scard.SCARD_S_SUCCESS
    scard.SCardReleaseContext(context)


def disturbed(disturb: Callable[[], None], times: int) -> Work[Outcome]:
    """A read in which something happens after the selection, the first `times` times."""
    left = [disturb] * times

    def work(card: Transport) -> Outcome:
        card.transmit(bytes.fromhex("00A40000023F00"))
        if left:
            left.pop()()
        return read_free_files(card)

    return work


@pytest.mark.parametrize(("times", "is_read"), [(1, True), (2, False)])
def test_a_card_reset_by_another_program_is_read_from_the_start_once_more(
    reader: PcscCardReader, pcsc_slot: PcscSlot, times: int, is_read: bool
) -> None:
    session = CardSession("shared", LIMIT_S)
    outcome = session.run(pcsc_slot.reader, disturbed(lambda: reset_by_another_program(pcsc_slot.reader), times))
    assert isinstance(outcome, CardRead) is is_read
    assert is_read or outcome == CardUnreadable(CardProblem.UNREADABLE)
    session.close()
    reader.close()


def test_a_card_held_by_another_program_is_a_busy_device(reader: PcscCardReader, pcsc_slot: PcscSlot) -> None:
    with PcscContext() as context:
        held = context.connect(pcsc_slot.reader, "exclusive")
        assert isinstance(held, PcscCard)
        with held, pytest.raises(ReaderBusyError) as busy:
            reader.read_card()
    assert busy.value.status.word is DeviceWord.DEVICE_BUSY
    assert isinstance(reader.read_card(), CardRead)
    reader.close()


def test_a_card_pulled_between_two_connections_is_absent(reader: PcscCardReader, pcsc_slot: PcscSlot) -> None:
    pcsc_slot.card.call("remove")
    readings_until(reader, CardRemoved)
    with PcscContext() as context:
        assert context.connect(pcsc_slot.reader, "shared") is CardFault.ABSENT
    reader.close()


def test_restarts_of_the_daemon_leave_no_descriptor_behind(reader: PcscCardReader, pcsc_bench: PcscBench) -> None:
    assert isinstance(reader.read_card(), CardRead)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        pcsc_bench.daemon.call("kill")
        readings_until(reader, CardRemoved)
        pcsc_bench.daemon.call("restart")
        readings_until(reader, CardInserted)
        assert isinstance(reader.read_card(), CardRead)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    reader.close()
