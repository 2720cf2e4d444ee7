"""PINs of staff cards: five tries, then lock-outs that double, and that nothing takes away."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from hardware.bench.staff_cards import make, read_cards
from kiosk.flow.staff.events import PinAccepted, PinLocked, PinRefused
from kiosk.services.staff.pins import LONGEST_LOCKOUT_S, PinDesk, lockout_s, standing_of
from kiosk.services.staff.roster import ListedStaff, RosterError, read_roster
from tests.flows.story import START
from tests.unit.services.lobby import StillClock

WRONG = "000000"  # the bench makes no PIN that begins with 0


class Office:
    """A roster of the bench, and a desk that can be closed and opened like the terminal."""

    def __init__(self, folder: Path) -> None:
        make(folder)
        self.roster = read_roster(folder / "roster.json")
        self.attendant, self.technician = read_cards(folder / "cards.json")[:2]
        self.clock = StillClock()
        self.path = folder / "pins.json"
        self.troubles: list[str] = []
        self.open()

    def open(self) -> None:
        self.desk = PinDesk(self.path, self.roster, self.clock, lambda word, _error: self.troubles.append(word))

    def try_pin(self, pin: str) -> PinAccepted | PinRefused | PinLocked:
        return self.desk.check("r", self.attendant["card_id"], pin)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("staff")
    make(folder)
    return folder


@pytest.fixture
def office(made: Path) -> Office:
    (made / "pins.json").unlink(missing_ok=True)
    return Office(made)


def test_the_right_pin_opens(office: Office) -> None:
    assert office.try_pin(office.attendant["pin"]) == PinAccepted("r")


def test_five_wrong_ones_lock_for_fifteen_seconds(office: Office) -> None:
    answers = [office.try_pin(WRONG) for _ in range(5)]
    assert answers == [*(PinRefused("r", left) for left in (4, 3, 2, 1)), PinLocked("r", 15.0)]


def test_while_locked_not_even_the_right_pin_opens(office: Office) -> None:
    for _ in range(5):
        office.try_pin(WRONG)
    office.clock.mono_s += 14
    assert office.try_pin(office.attendant["pin"]) == PinLocked("r", 1.0)
    office.clock.mono_s += 1
    assert office.try_pin(office.attendant["pin"]) == PinAccepted("r")


def test_each_further_wrong_one_locks_twice_as_long(office: Office) -> None:
    for _ in range(4):
        office.try_pin(WRONG)
    locks = list[float]()
    for _ in range(4):
        answer = office.try_pin(WRONG)
        assert isinstance(answer, PinLocked)
        locks.append(answer.locked_s)
        office.clock.mono_s += answer.locked_s
    assert locks == [15.0, 30.0, 60.0, 120.0]


def test_a_lock_out_has_a_limit() -> None:
    assert lockout_s(1000) == LONGEST_LOCKOUT_S


def test_a_good_pin_takes_the_count_back(office: Office) -> None:
    for _ in range(4):
        office.try_pin(WRONG)
    office.try_pin(office.attendant["pin"])
    assert office.try_pin(WRONG) == PinRefused("r", 4)


def test_the_lock_out_survives_a_restart(office: Office) -> None:
    for _ in range(5):
        office.try_pin(WRONG)
    office.open()
    assert office.desk.standing(office.attendant["card_id"]).locked_s == 15.0
    assert office.try_pin(office.attendant["pin"]) == PinLocked("r", 15.0)


def test_tries_survive_a_restart(office: Office) -> None:
    for _ in range(3):
        office.try_pin(WRONG)
    office.open()
    assert office.try_pin(WRONG) == PinRefused("r", 1)


def test_every_card_has_its_own_count(office: Office) -> None:
    for _ in range(5):
        office.try_pin(WRONG)
    answer = office.desk.check("r", office.technician["card_id"], office.technician["pin"])
    assert answer == PinAccepted("r")


def test_a_clock_set_back_locks_nobody_out_for_good() -> None:
    standing = standing_of(5, START + timedelta(days=400), START)
    assert standing.locked_s == 15.0


def test_a_spoilt_file_locks_once_and_says_so(office: Office) -> None:
    office.path.write_bytes(b"\x00nothing")
    office.open()
    assert office.troubles == ["pin_tally_spoilt"]
    assert office.try_pin(office.attendant["pin"]) == PinLocked("r", 15.0)


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"])
def test_what_is_no_pin_is_a_wrong_one(office: Office, pin: str) -> None:
    assert office.try_pin(pin) == PinRefused("r", 4)


KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.clock import SystemClock
from kiosk.services.staff.pins import PinDesk
from kiosk.services.staff.roster import read_roster
folder = Path(sys.argv[1])
class Roster:
    def __init__(self): self.true = read_roster(folder / "roster.json")
    def members(self): return self.true.members()
    def find(self, card_id):
        os.kill(os.getpid(), signal.SIGKILL)  # in the middle: the try is counted, and not judged yet
PinDesk(folder / "pins.json", Roster(), SystemClock(), print).check("r", sys.argv[2], "000000")
"""


def test_a_kill_between_try_and_answer_gives_no_try_away(office: Office) -> None:
    for _ in range(2):
        arguments = [str(office.path.parent), office.attendant["card_id"]]
        done = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, timeout=60, cwd=Path.cwd())
        assert done.returncode == -signal.SIGKILL
    office.open()
    assert office.desk.standing(office.attendant["card_id"]).tries_left == 3


# --- the roster -------------------------------------------------------------------------------------------------------


def test_a_roster_that_is_none_says_what_to_look_at(tmp_path: Path) -> None:
    path = tmp_path / "roster.json"
    path.write_text('{"format": 1, "staff": [{"staff_number": "x"}]}', encoding="utf-8")
    with pytest.raises(RosterError, match=r"staff\.0\.staff_number"):
        read_roster(path)


def test_a_roster_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="cannot be read"):
        read_roster(tmp_path / "none.json")


def test_an_empty_list_opens_to_nobody() -> None:
    assert ListedStaff().find("0" * 16) is None
