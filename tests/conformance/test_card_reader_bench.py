"""The bench's own reader: what would otherwise go wrong silently."""

import pytest

from hardware.bench.pcscd import HIGHEST_PORT, Pcscd
from hardware.bench.peripheral import PeripheralError
from hardware.card_reader.reader import Options, build
from hardware.ports import CardInserted, CardRead
from tests.pcscd_fixture import PcscBench, PcscSlot, free_pair_of_ports, readings_until

pytestmark = pytest.mark.pcsc


def test_a_second_daemon_is_refused_with_the_reason(pcsc_bench: PcscBench) -> None:
    second = Pcscd(free_pair_of_ports())
    with pytest.raises(PeripheralError, match="another pcscd"):
        second.start()
    second.stop()
    assert pcsc_bench.daemon.call("state")["running"]


@pytest.mark.parametrize("port", [80, HIGHEST_PORT, 35963])
def test_a_port_that_the_kernel_may_give_away_is_refused(port: int) -> None:
    with pytest.raises(PeripheralError, match="port"):
        Pcscd(port)


def test_the_daemon_ends_with_its_program_however_that_ends(pcsc_bench: PcscBench) -> None:
    pcsc_bench.daemon.kill()
    pcsc_bench.daemon.stop()
    pcsc_bench.daemon.start()
    assert pcsc_bench.daemon.ready["readers"] == [slot.reader for slot in pcsc_bench.slots]


def test_a_card_stays_in_the_slot_while_the_daemon_restarts(pcsc_bench: PcscBench, pcsc_slot: PcscSlot) -> None:
    pcsc_slot.card.call("insert")
    pcsc_bench.daemon.call("restart")
    assert pcsc_slot.card.call("state")["inserted"]
    reader = build(Options(pcsc_slot.reader))
    assert readings_until(reader, CardInserted) == [CardInserted(pcsc_slot.reader)]
    reader.close()


def test_a_card_that_thinks_before_it_answers_is_read(pcsc_slot: PcscSlot) -> None:
    reader = build(Options(pcsc_slot.reader))
    pcsc_slot.card.call("answer_slowly", seconds=0.005)
    pcsc_slot.card.call("insert")
    readings_until(reader, CardInserted)
    assert isinstance(reader.read_card(), CardRead)
    reader.close()


@pytest.mark.parametrize(
    ("verb", "fields", "reason"),
    [
        ("insert", {"card_number": "12"}, "card number"),
        ("insert", {"kind": "library"}, "library"),
        ("insert", {"person": {"shoe_size": 44}}, "shoe_size"),
        ("pull_after", {"apdus": 1}, "no card"),
        ("eject", {}, "unknown verb"),
    ],
)
def test_a_verb_that_makes_no_sense_is_refused_with_the_reason(
    pcsc_slot: PcscSlot, verb: str, fields: dict[str, object], reason: str
) -> None:
    with pytest.raises(PeripheralError, match=reason):
        pcsc_slot.card.call(verb, **fields)
    assert not pcsc_slot.card.call("state")["inserted"]
