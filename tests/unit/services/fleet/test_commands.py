"""Remote hands: only where nobody is, in time, once; whatever is delivered twice, cut off or refused by the disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from kiosk.fleet.command import Action, Command, CommandOutcome
from kiosk.fleet.refusals import RefusalCode, Refused
from kiosk.flow.events import Event, QuietAsked, QuietOver, ServiceClosed, ServiceOpened
from kiosk.services.fleet.commands import LEDGER, REF_PREFIX, Commands, Entry, Hands
from kiosk.services.fleet.files import Files, StorageError
from kiosk.services.fleet.log_bundle import MOST_LINES, bundle
from tests.unit.fleet import good
from tests.unit.services.lobby import KeptLog, StillClock

OTHER_BOOT = "ffffffff-0000-4000-8000-000000000000"


class PowerCutError(Exception):
    """The program ends here, as if by a kill."""


class Disk:
    """One folder in memory; `is_broken`: takes nothing any more."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}
        self.is_broken = False

    def write(self, name: str, content: bytes, mode: int) -> None:
        del mode
        if self.is_broken:
            raise OSError(28, "no room")
        self.content[name] = content

    def sync(self, name: str) -> None:
        assert name in self.content

    def rename(self, name: str, target: str) -> None:
        self.content[target] = self.content.pop(name)

    def delete(self, name: str) -> None:
        self.content.pop(name, None)

    def sync_folder(self, name: str) -> None:
        pass

    def read(self, name: str) -> bytes:
        if name not in self.content:
            raise FileNotFoundError(name)
        return self.content[name]

    def names(self, folder: str) -> Sequence[str]:
        del folder
        return sorted(self.content)


@dataclass
class Hand:
    """Counts; `problem` is what it answers, `is_cut` the power that goes while it acts."""

    problem: str = ""
    is_cut: bool = False
    times: int = 0

    def __call__(self) -> str:
        self.times += 1
        if self.is_cut:
            raise PowerCutError
        return self.problem


@dataclass
class Terminal:
    """One program after the other over one disk."""

    disk: Disk = field(default_factory=Disk)
    clock: StillClock = field(default_factory=StillClock)
    hands: dict[Action, Callable[[], str]] = field(default_factory=dict[Action, Callable[[], str]])
    posted: list[Event] = field(default_factory=list[Event])
    ended: list[Entry] = field(default_factory=list[Entry])

    def start(self, boot_id: str = good.BOOT) -> Commands:
        hands, log = Hands(self.hands), KeptLog()
        commands = Commands(Files(self.disk), boot_id, hands, self.posted.append, self.ended.append, self.clock, log)
        commands.begin()
        return commands

    def order(self, action: Action = Action.READINESS_REPORT, **changes: object) -> Command:
        now = self.clock.now()
        return good.command(action=action, issued=now, expires=now + timedelta(minutes=10), **changes)


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


def ref(command: Command) -> str:
    return REF_PREFIX + command.nonce


def outcomes(commands: Commands) -> list[tuple[CommandOutcome, str]]:
    return [(result.outcome, result.detail) for result in commands.results]


def test_a_command_waits_until_nobody_is_there_and_then_is_done_once(terminal: Terminal) -> None:
    hand = terminal.hands[Action.READINESS_REPORT] = Hand()
    commands, order = terminal.start(), terminal.order()
    commands.take(order)
    commands.take(order)  # the backend says it again until it has the outcome
    assert terminal.posted == [QuietAsked(ref(order))]
    assert hand.times == 0
    commands.grant(ref(order))
    commands.take(order)
    commands.grant(ref(order))
    assert hand.times == 1
    assert terminal.posted == [QuietAsked(ref(order)), QuietOver(ref(order)), QuietOver(ref(order))]
    assert outcomes(commands) == [(CommandOutcome.DONE, "")]


def test_what_came_too_late_is_not_done_and_said_to_be_so(terminal: Terminal) -> None:
    hand = terminal.hands[Action.READINESS_REPORT] = Hand()
    commands, order = terminal.start(), terminal.order()
    commands.take(order)
    terminal.clock.mono_s += 601  # a long session
    commands.grant(ref(order))
    assert hand.times == 0
    assert outcomes(commands) == [(CommandOutcome.FAILED, "EXPIRED")]


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        (Action.RESTART_APP, (CommandOutcome.DONE, "")),
        (Action.REBOOT, (CommandOutcome.DONE, "")),
        (Action.READINESS_REPORT, (CommandOutcome.FAILED, "INTERRUPTED")),
        (Action.LOG_BUNDLE, (CommandOutcome.FAILED, "INTERRUPTED")),
    ],
)
def test_what_a_kill_cut_off_is_never_begun_again(
    terminal: Terminal, action: Action, outcome: tuple[CommandOutcome, str]
) -> None:
    hand = terminal.hands[action] = Hand(is_cut=True)
    commands, order = terminal.start(), terminal.order(action)
    commands.take(order)
    with pytest.raises(PowerCutError):
        commands.grant(ref(order))
    after = terminal.start(OTHER_BOOT)
    after.take(order)
    after.grant(ref(order))
    assert hand.times == 1
    assert outcomes(after) == [outcome]
    assert [entry.nonce for entry in terminal.ended] == [order.nonce]


def test_a_kill_before_the_intent_is_kept_leaves_the_command_to_be_sent_again(terminal: Terminal) -> None:
    hand = terminal.hands[Action.LOG_BUNDLE] = Hand()
    commands, order = terminal.start(), terminal.order(Action.LOG_BUNDLE)
    commands.take(order)
    terminal.disk.is_broken = True
    with pytest.raises(StorageError):
        commands.grant(ref(order))
    assert hand.times == 0, "nothing is done that was not written down before"
    assert terminal.posted[-1] == QuietOver(ref(order)), "and nobody is kept waiting"
    terminal.disk.is_broken = False
    commands.take(order)
    commands.grant(ref(order))
    assert hand.times == 1


def test_a_refused_command_asks_for_nothing(terminal: Terminal) -> None:
    terminal.start().take(Refused(RefusalCode.WRONG_BOOT))
    assert terminal.posted == []


@pytest.mark.parametrize("action", [Action.READINESS_REPORT, Action.LOG_BUNDLE, Action.REBOOT])
def test_what_this_machine_cannot_do_is_told(terminal: Terminal, action: Action) -> None:
    commands, order = terminal.start(), terminal.order(action)
    commands.take(order)
    commands.grant(ref(order))
    assert outcomes(commands) == [(CommandOutcome.FAILED, "NOT_AVAILABLE")]


def test_out_of_service_is_kept_over_a_restart_until_the_operator_opens(terminal: Terminal) -> None:
    commands, order = terminal.start(), terminal.order(Action.OUT_OF_SERVICE)
    commands.take(order)
    commands.grant(ref(order))
    assert ServiceClosed() in terminal.posted
    after = terminal.start(OTHER_BOOT)
    assert after.is_closed
    opens = terminal.order(Action.INTO_SERVICE, boot_id=OTHER_BOOT, nonce="1" * 32)
    after.take(opens)
    after.grant(ref(opens))
    assert ServiceOpened() in terminal.posted
    assert not terminal.start().is_closed


def test_an_outcome_is_told_until_the_backend_has_it(terminal: Terminal) -> None:
    terminal.hands[Action.READINESS_REPORT] = Hand(problem="NO_LOG")
    commands, order = terminal.start(), terminal.order()
    commands.take(order)
    commands.grant(ref(order))
    told = commands.results
    assert terminal.start(OTHER_BOOT).results == told, "over a restart"
    commands.told(told)
    assert commands.results == ()
    assert order.nonce in commands.done


def test_a_spoilt_ledger_forgets_and_says_so(terminal: Terminal) -> None:
    terminal.disk.content[LEDGER] = b"{"
    commands = terminal.start(OTHER_BOOT)
    assert commands.done == frozenset()


# --- the log ----------------------------------------------------------------------------------------------------------


def _line(number: int, **fields: object) -> str:
    return json.dumps({"event": "device", "count": number, "timestamp": "2099-01-01T08:00:00Z", **fields})


def test_the_log_goes_line_by_line_newest_last_and_bounded() -> None:
    content = "\n".join(_line(number) for number in range(MOST_LINES + 50)).encode()
    items = list(bundle(content, "abcdefgh"))
    facts = [json.loads(item.body)["facts"]["count"] for item in items]
    assert facts == list(range(50, MOST_LINES + 50))
    assert len({item.key for item in items}) == MOST_LINES


def test_what_is_no_line_of_ours_stays_here() -> None:
    content = "\n".join(('unt": 3}', "Traceback (most recent call last)", "[1]", _line(7, name="nobody"))).encode()
    (item,) = bundle(content, "abcdefgh")
    assert json.loads(item.body)["facts"] == {"event": "device", "count": 7}
