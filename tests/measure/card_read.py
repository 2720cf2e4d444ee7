"""Reading a social security card beside the bare commands: the same card, reader and daemon, turn by turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

from hardware.bench.pcscd import READER_NAME
from hardware.bench.peripheral import Peripheral
from hardware.card_reader.protocol import bare_apdus
from hardware.card_reader.reader import Options, PcscCardReader
from hardware.card_reader.transport import PcscContext, SlotState
from hardware.ports import CardRead
from tests.measure.rows import Chart, Goal, Result, Row, Run
from tests.measure.statistics import middle, percentile
from tests.pcscd_fixture import free_pair_of_ports

READER = f"{READER_NAME} 00 00"
GOAL_RATIO = 1.2
WARM_UP = 5
LOOKS = 20


class CardError(Exception):
    """The card cannot be measured."""


@dataclass
class Times:
    """Milliseconds."""

    whole: list[float] = field(default_factory=list[float])
    """`read_card`: connect, read, decode, let go."""
    connected: list[float] = field(default_factory=list[float])
    """Connect, the bare commands, let go."""
    bare: list[float] = field(default_factory=list[float])
    """The bare commands alone."""


def run(run: Run) -> Result:
    port = free_pair_of_ports()
    with (
        Peripheral("hardware.bench.pcscd", "--port", str(port)),
        Peripheral("hardware.bench.card", "--port", str(port)) as card,
    ):
        card.call("insert")
        _wait_until_felt()
        times = _measure(run.either(60, 400))
    return Result(_rows(times), (_chart(times),))


def _wait_until_felt() -> None:
    with PcscContext() as context:
        (slot,) = context.wait_for_change((SlotState(READER),), 0.0)
        for _ in range(LOOKS):
            if slot.is_card_present:
                return
            (slot,) = context.wait_for_change((slot,), 0.5)
    raise CardError("the reader does not feel the card")


def _measure(rounds: int) -> Times:
    reader = PcscCardReader(Options(reader_name=READER))
    reader.open()
    times = Times()
    try:
        with PcscContext() as context:
            for number in range(rounds + WARM_UP):
                one = _round(reader, context)
                if number >= WARM_UP:
                    times.whole.append(one[0])
                    times.connected.append(one[1])
                    times.bare.append(one[2])
    finally:
        reader.close()
    return times


def _round(reader: PcscCardReader, context: PcscContext) -> tuple[float, float, float]:
    begun = perf_counter()
    outcome = reader.read_card()
    whole_ms = (perf_counter() - begun) * 1000
    if not isinstance(outcome, CardRead):
        raise CardError(f"the card was not read: {outcome.problem}")
    commands = bare_apdus()
    begun = perf_counter()
    card = context.connect(READER, "shared")
    if isinstance(card, str):
        raise CardError(f"no connection: {card}")
    with card:
        bare_begun = perf_counter()
        for command in commands:
            card.transmit(command)
        bare_ms = (perf_counter() - bare_begun) * 1000
    return whole_ms, (perf_counter() - begun) * 1000, bare_ms


def _rows(times: Times) -> list[Row]:
    commands = len(bare_apdus())
    goal = Goal(GOAL_RATIO, "ratio")
    bare, connected = f"{commands} bare commands", f"connect + {commands} bare commands"
    return [
        Row("card read, median", middle(times.whole), "ms", middle(times.bare), bare, goal),
        Row("card read, 5th percentile", percentile(times.whole, 5), "ms", percentile(times.bare, 5), bare, goal),
        Row("card read, median, connecting too", middle(times.whole), "ms", middle(times.connected), connected),
    ]


def _chart(times: Times) -> Chart:
    series = {"read_card": times.whole, "connect + bare commands": times.connected, "bare commands": times.bare}
    return Chart("Social security card read", "ms", series, GOAL_RATIO * middle(times.bare))
