"""Who opens the terminal: the card protocol, its challenge, and what the roster says of the card."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from hardware.bench.card_chip import ChipState, respond
from hardware.bench.card_images import CardImage, image_of, staff_card
from hardware.bench.staff_cards import StaffChip, chips, make, shown
from hardware.card_reader.protocol import read_free_files
from hardware.card_reader.staff_card import answer_challenge
from hardware.card_reader.transport import Response
from hardware.ports import CardProblem, CardUnreadable, NoStaffCard, StaffCardAnswered
from kiosk.domain.staff import Role
from kiosk.flow.staff.events import StaffCardPresented, StaffCardRefused
from kiosk.flow.staff.facts import StaffCardProblem
from kiosk.services.staff.cards import StaffGate
from kiosk.services.staff.pins import PinDesk
from kiosk.services.staff.roster import ListedStaff, StaffMember, read_roster
from tests.unit.services.lobby import StillClock


class ChipTransport:
    """A chip without a reader, and how many commands it was given."""

    def __init__(self, image: CardImage) -> None:
        self._image = image
        self._state = ChipState()
        self.commands = 0

    def transmit(self, command: bytes) -> Response:
        self.commands += 1
        self._state, answer = respond(self._image, self._state, command)
        return Response(answer[:-2], int.from_bytes(answer[-2:]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("staff")
    make(made)
    return made


@pytest.fixture
def cards(folder: Path) -> Mapping[str, StaffChip]:
    return chips(folder / "cards.json")


class Gate:
    def __init__(self, folder: Path, change: Callable[[StaffMember], StaffMember] = lambda member: member) -> None:
        roster = ListedStaff(tuple(change(member) for member in read_roster(folder / "roster.json").members()))
        numbers, clock = count(1), StillClock()
        pins = PinDesk(folder / "none.json", roster, clock, lambda _word, _error: None)
        self.gate = StaffGate(roster, pins, "CY01", clock, lambda length: bytes((next(numbers),)) * length)

    def ask(self, chip: StaffChip) -> StaffCardPresented | StaffCardRefused:
        answer = answer_challenge(ChipTransport(staff_card(chip)), self.gate.challenge())
        assert isinstance(answer, StaffCardAnswered)
        return self.gate.judge(answer)


@pytest.mark.parametrize("holder", ["attendant", "technician", "auditor"])
def test_a_good_card_is_known_by_number_and_role(folder: Path, cards: Mapping[str, StaffChip], holder: str) -> None:
    judged = Gate(folder).ask(cards[holder])
    assert isinstance(judged, StaffCardPresented)
    assert (judged.card.role, judged.card.staff_id.isdecimal(), judged.tries_left) == (Role(holder), True, 5)


@pytest.mark.parametrize(
    ("holder", "problem"),
    [
        ("revoked", StaffCardProblem.WITHDRAWN),
        ("wrong_key", StaffCardProblem.NOT_GENUINE),
        ("clone", StaffCardProblem.NOT_GENUINE),
    ],
)
def test_a_bad_card_opens_nothing(
    folder: Path, cards: Mapping[str, StaffChip], holder: str, problem: StaffCardProblem
) -> None:
    assert Gate(folder).ask(cards[holder]) == StaffCardRefused(problem)


def test_an_answer_that_was_true_once_opens_nothing_again(folder: Path, cards: Mapping[str, StaffChip]) -> None:
    gate = Gate(folder).gate
    answer = answer_challenge(ChipTransport(staff_card(cards["attendant"])), gate.challenge())
    assert isinstance(answer, StaffCardAnswered)
    assert isinstance(gate.judge(answer), StaffCardPresented)
    assert gate.judge(answer) == StaffCardRefused(StaffCardProblem.NOT_GENUINE)
    gate.challenge()
    assert gate.judge(answer) == StaffCardRefused(StaffCardProblem.NOT_GENUINE)


def test_a_card_that_nobody_listed_is_unknown(folder: Path, tmp_path: Path) -> None:
    make(tmp_path)
    stranger = chips(tmp_path / "cards.json")["attendant"]
    assert Gate(folder).ask(stranger) == StaffCardRefused(StaffCardProblem.UNKNOWN)


def test_a_card_opens_until_its_last_day(folder: Path, cards: Mapping[str, StaffChip]) -> None:
    today = StillClock().now().date()
    until = lambda day: Gate(folder, lambda member: member.model_copy(update={"expires_on": day}))  # noqa: E731
    assert isinstance(until(today).ask(cards["attendant"]), StaffCardPresented)
    yesterday = until(today - timedelta(days=1))
    assert yesterday.ask(cards["attendant"]) == StaffCardRefused(StaffCardProblem.EXPIRED)


def test_a_card_of_another_office_opens_nothing(folder: Path, cards: Mapping[str, StaffChip]) -> None:
    gate = Gate(folder, lambda member: member.model_copy(update={"office_ids": ("HD01",)}))
    assert gate.ask(cards["attendant"]) == StaffCardRefused(StaffCardProblem.OTHER_SITE)


def test_a_citizens_card_is_told_apart_with_one_command() -> None:
    card = ChipTransport(image_of())
    assert answer_challenge(card, bytes(32)) == NoStaffCard("other_card")
    assert card.commands == 1


def test_a_staff_card_is_no_social_security_card(cards: Mapping[str, StaffChip]) -> None:
    outcome = read_free_files(ChipTransport(staff_card(cards["attendant"])))
    assert isinstance(outcome, CardUnreadable)
    assert outcome.problem is CardProblem.NOT_SOCIAL_SECURITY


def test_the_page_shows_pins_and_never_a_key(folder: Path) -> None:
    from hardware.bench.staff_cards import read_cards

    fields = [set(shown(card)) for card in read_cards(folder / "cards.json")]
    assert fields == [{"holder", "staff_number", "role", "pin", "about"}] * 6


def test_files_with_secrets_are_their_owners_alone(folder: Path) -> None:
    assert (folder / "cards.json").stat().st_mode & 0o777 == 0o600
