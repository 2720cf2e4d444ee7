"""What the monitor tells, look by look, against scripted answers of PC/SC."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from hardware.card_reader.monitor import CardEvent, Monitor, events_between
from hardware.card_reader.transport import PLUG_AND_PLAY, SlotState, error_of
from hardware.errors import DeviceError, DisconnectedError
from hardware.ports import CardInserted, CardRemoved, DeviceWord

READER = "Desk Reader 00 00"
EMPTY, PRESENT, IN_USE, MUTE, UNKNOWN, UNAVAILABLE = 0x10, 0x20, 0x120, 0x220, 0x04, 0x08
IN, OUT = CardInserted(READER), CardRemoved(READER)


def slot(flags: int, count: int = 0) -> SlotState:
    return SlotState(READER, flags | count << 16)


@pytest.mark.parametrize(
    ("reported", "now", "events"),
    [
        (None, slot(EMPTY), ()),
        (None, slot(PRESENT, 1), (IN,)),
        (None, slot(MUTE, 1), (IN,)),
        (None, slot(EMPTY, 2), ()),
        (slot(PRESENT, 1), slot(PRESENT, 1), ()),
        (slot(PRESENT, 1), slot(IN_USE, 1), ()),
        (slot(PRESENT, 1), slot(MUTE, 1), ()),
        (slot(PRESENT, 1), slot(EMPTY, 2), (OUT,)),
        (slot(PRESENT, 1), slot(PRESENT, 3), (OUT, IN)),
        (slot(PRESENT, 0xFFFF), slot(PRESENT, 1), (OUT, IN)),
    ],
)
def test_what_is_told_follows_from_two_looks(
    reported: SlotState | None, now: SlotState, events: tuple[CardEvent, ...]
) -> None:
    assert events_between(reported, now) == events


Look = Sequence[SlotState] | int


@dataclass
class ScriptedService:
    """Each look is what the slot and the pseudo reader show, or the PC/SC code it fails with."""

    looks: list[Look] = field(default_factory=list)
    names: Sequence[str] = (READER,)
    is_released: bool = False

    def reader_names(self) -> Sequence[str]:
        return self.names

    def wait_for_change(self, known: Sequence[SlotState], timeout_s: float) -> Sequence[SlotState]:
        look = self.looks.pop(0) if self.looks else known
        if isinstance(look, int):
            raise error_of(look)
        return look if len(look) == 2 else (*look, SlotState(PLUG_AND_PLAY, 1 << 16))

    def release(self) -> None:
        assert not self.is_released
        self.is_released = True


class Computer:
    """Hands out one service after the other; a code stands for a daemon that is away."""

    def __init__(self, *services: ScriptedService | int) -> None:
        self.services = list(services)

    def __call__(self) -> ScriptedService:
        service = self.services.pop(0)
        if isinstance(service, int):
            raise error_of(service)
        return service


def test_a_card_that_is_in_at_the_start_is_told_as_inserted() -> None:
    monitor = Monitor(Computer(ScriptedService([[slot(PRESENT, 1)]])), "")
    assert monitor.wait(1) == (IN,)
    assert monitor.wait(1) == ()


def test_a_card_is_told_when_it_comes_and_when_it_goes() -> None:
    service = ScriptedService(
        [[slot(EMPTY)], [slot(PRESENT, 1)], [slot(IN_USE, 1)], [slot(PRESENT, 1)], [slot(EMPTY, 2)]]
    )
    monitor = Monitor(Computer(service), "")
    assert [monitor.wait(1) for _ in range(6)] == [(), (IN,), (), (), (OUT,), ()]


def test_the_reader_is_chosen_by_part_of_its_name() -> None:
    names = ("Door Reader 00 00", READER, "Desk Reader 00 01")
    assert Monitor(Computer(ScriptedService(names=names)), "Desk").reader() == READER
    assert Monitor(Computer(ScriptedService(names=names)), "").reader() == "Door Reader 00 00"


@pytest.mark.parametrize("names", [(), ("Door Reader 00 00",)])
def test_a_missing_reader_is_a_device_without_power(names: Sequence[str]) -> None:
    service = ScriptedService(names=names)
    with pytest.raises(DisconnectedError) as raised:
        Monitor(Computer(service), "Desk").open()
    assert raised.value.status.word is DeviceWord.POWER_OFF
    assert service.is_released


def test_a_missing_daemon_is_a_hardware_error() -> None:
    with pytest.raises(DeviceError) as raised:
        Monitor(Computer(0x8010001D), "").open()
    assert raised.value.status.word is DeviceWord.HARDWARE_ERROR


@pytest.mark.parametrize("code", [0x80100013, 0x8010001D, 0x8010001E, 0x80100003, 0x80100009, 0x80100017, 0x80100001])
def test_a_loss_takes_the_card_out_first_and_is_then_raised_until_it_ends(code: int) -> None:
    lost, found = ScriptedService([[slot(PRESENT, 1)], code]), ScriptedService([[slot(PRESENT, 1)]])
    monitor = Monitor(Computer(lost, 0x8010001D, 0x8010001D, found), "")
    assert monitor.wait(1) == (IN,)
    assert monitor.wait(1) == (OUT,)
    assert lost.is_released
    for _ in range(2):
        with pytest.raises(DeviceError):
            monitor.wait(1)
    assert monitor.wait(1) == (IN,)


@pytest.mark.parametrize("flags", [UNKNOWN, UNAVAILABLE, UNKNOWN | EMPTY])
def test_an_unplugged_reader_is_a_loss(flags: int) -> None:
    monitor = Monitor(Computer(ScriptedService([[slot(EMPTY)], [slot(flags)]]), ScriptedService(names=())), "")
    monitor.wait(1)
    for _ in range(2):
        with pytest.raises(DisconnectedError):
            monitor.wait(1)


def test_a_reader_missing_from_the_list_when_readers_change_is_a_loss() -> None:
    service = ScriptedService([[slot(EMPTY)], [slot(EMPTY), SlotState(PLUG_AND_PLAY, 0)]])
    monitor = Monitor(Computer(service), "")
    monitor.wait(1)
    service.names = ()
    with pytest.raises(DisconnectedError):
        monitor.wait(1)


def test_another_reader_that_comes_or_goes_changes_nothing() -> None:
    service = ScriptedService([[slot(PRESENT, 1)], [slot(PRESENT, 1), SlotState(PLUG_AND_PLAY, 2 << 16)]])
    monitor = Monitor(Computer(service), "")
    assert [monitor.wait(1), monitor.wait(1)] == [(IN,), ()]


def test_a_check_takes_nothing_from_what_is_to_be_told() -> None:
    monitor = Monitor(Computer(ScriptedService([[slot(EMPTY)], [slot(PRESENT, 1)], [slot(PRESENT, 1)]])), "")
    monitor.wait(1)
    monitor.check()
    assert monitor.wait(1) == (IN,)


def test_a_loss_found_by_a_check_takes_the_card_out_in_the_next_wait() -> None:
    monitor = Monitor(Computer(ScriptedService([[slot(PRESENT, 1)], 0x80100013])), "")
    monitor.wait(1)
    with pytest.raises(DeviceError):
        monitor.check()
    assert monitor.wait(1) == (OUT,)


def test_closing_and_opening_with_a_card_in_tells_a_removal_before_the_insertion() -> None:
    first, second = ScriptedService([[slot(PRESENT, 1)]]), ScriptedService([[slot(PRESENT, 1)]])
    monitor = Monitor(Computer(first, second), "")
    monitor.wait(1)
    monitor.close()
    monitor.close()
    assert [monitor.wait(1), monitor.wait(1)] == [(OUT,), (IN,)]
