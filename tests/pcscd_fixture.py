"""A real pcscd with two virtual slots for the whole test run, and the cards that go into them.

A conftest imports the fixtures by name; tests that use them carry the mark `pcsc`.
"""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hardware.bench.pcscd import HIGHEST_PORT, MISSING, READER_NAME, is_installed
from hardware.bench.peripheral import Peripheral
from hardware.card_reader.transport import PcscContext, SlotState
from hardware.errors import DeviceError
from hardware.ports import CardReader, Reading

LOOKS = 15
LOOK_S = 1.0


@dataclass(frozen=True)
class PcscSlot:
    """One slot: the reader's name and the program that is the card."""

    reader: str
    card: Peripheral
    port: int

    def is_empty(self) -> bool:
        return self._is_empty_within(0)

    def wait_until_empty(self) -> None:
        """pcscd looks at virtual slots every 0.4 s: the card of the test before may still be felt."""
        if not self._is_empty_within(LOOKS):
            pytest.fail(f"{self.reader} does not become empty")

    def _is_empty_within(self, looks: int) -> bool:
        with PcscContext() as context:
            (state,) = context.wait_for_change((SlotState(self.reader),), 0.0)
            for _ in range(looks):
                if not state.is_card_present:
                    break
                (state,) = context.wait_for_change((state,), LOOK_S)
            return not state.is_card_present


@dataclass(frozen=True)
class PcscBench:
    """The daemon's program and its two slots."""

    daemon: Peripheral
    slots: tuple[PcscSlot, PcscSlot]


@pytest.fixture(scope="session")
def pcsc_programs() -> Iterator[PcscBench]:
    """Started once; use the fixtures below, which tidy up between tests."""
    if not is_installed():
        pytest.fail(MISSING)
    port = free_pair_of_ports()
    with (
        Peripheral("hardware.bench.pcscd", "--port", str(port)) as daemon,
        Peripheral("hardware.bench.card", "--port", str(port)) as first,
        Peripheral("hardware.bench.card", "--port", str(port + 1)) as second,
    ):
        if "ready" not in daemon.ready:
            pytest.fail("the bench's pcscd did not start; the reason stands on standard error")
        slots = (
            PcscSlot(f"{READER_NAME} 00 00", first, port),
            PcscSlot(f"{READER_NAME} 00 01", second, port + 1),
        )
        yield PcscBench(daemon, slots)


@pytest.fixture
def pcsc_bench(pcsc_programs: PcscBench) -> PcscBench:
    """The daemon runs, both readers are there, no card is in (but may still be felt), cards answer at once."""
    for slot in pcsc_programs.slots:
        slot.card.call("remove")
        slot.card.call("answer_slowly", seconds=0)
    if len(pcsc_programs.daemon.call("state")["readers"]) != len(pcsc_programs.slots):
        pcsc_programs.daemon.call("restart")
    return pcsc_programs


@pytest.fixture
def pcsc_slot(pcsc_bench: PcscBench) -> PcscSlot:
    """An empty slot, at once if there is one."""
    slot = next((slot for slot in pcsc_bench.slots if slot.is_empty()), pcsc_bench.slots[0])
    slot.wait_until_empty()
    return slot


@pytest.fixture
def pcsc_slots(pcsc_bench: PcscBench) -> tuple[PcscSlot, PcscSlot]:
    """Both slots, empty."""
    for slot in pcsc_bench.slots:
        slot.wait_until_empty()
    return pcsc_bench.slots


def readings_until(reader: CardReader, last: type[Reading]) -> list[Reading]:
    """Everything that a driver tells up to the first `last`, losses left out."""
    readings: list[Reading] = []
    for _ in range(LOOKS):
        try:
            readings += reader.poll(LOOK_S)
        except DeviceError:
            continue
        if readings and isinstance(readings[-1], last):
            return readings
    pytest.fail(f"no {last.__name__}, only {readings}")


def free_pair_of_ports() -> int:
    """The first of two neighbouring ports that are free, below the range that the kernel gives to outgoing calls."""
    return next(port for port in range(15970, HIGHEST_PORT, 2) if is_free(port) and is_free(port + 1))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
        return True
