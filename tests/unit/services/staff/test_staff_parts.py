"""The small parts behind the staff pages: paper, history, unsettled business, ports, stick, report."""

import json
import os
import stat
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hardware import ports as hw
from hardware.registry import Choice
from kiosk.central import wire
from kiosk.central.errors import SilenceKind, Silent
from kiosk.domain.application import PaymentState
from kiosk.domain.language import Language
from kiosk.flow.facts import DeviceFacts, Moment
from kiosk.flow.staff.events import MappingChecked, MappingSettled
from kiosk.flow.staff.facts import (
    DeviceTest,
    DeviceTestResult,
    ExportProblem,
    HoursException,
    QueueFacts,
    ServiceState,
    SettlingOutcome,
    UnsettledKind,
    Verdict,
)
from kiosk.i18n import load_catalogue
from kiosk.journal.entries import Lane, OutboxItem, Step, StepKind
from kiosk.journal.journal import Journal
from kiosk.journal.store import Store
from kiosk.services.control import ControlDoor, ask
from kiosk.services.staff.device_tests import brightness_of, row_word, sharpness_of
from kiosk.services.staff.history import PRINTING, past_receipts, week
from kiosk.services.staff.mapping import MappingDesk
from kiosk.services.staff.overview import JournalFacts, TerminalFacts, journal_facts, overview_of
from kiosk.services.staff.paper import Roll, after_printing, after_refill, after_sensor, paper_facts
from kiosk.services.staff.readiness import json_of, message_of, report_from, report_of
from kiosk.services.staff.report_paper import readiness_pdf, readiness_slip, report_lines, strip
from kiosk.services.staff.state import StaffState, StateKeeper
from kiosk.services.staff.stick import Stick
from kiosk.services.staff.unsettled import UnsettledDesk
from tests.flows.story import START
from tests.unit.services.lobby import LIMIT_S, StillClock

ROLL = Roll(80_000, 5_000)
TODAY = START.date()
CATALOGUE = load_catalogue(Path("assets/locale"), lambda fault: pytest.fail(f"{fault}"))


# --- paper ------------------------------------------------------------------------------------------------------------


def test_paper_is_counted_from_the_roll_down() -> None:
    state = after_printing(after_printing(after_refill(StaffState(), ROLL), 150, TODAY), 50, TODAY)
    facts = paper_facts(state, ROLL)
    assert facts is not None
    assert (facts.left_mm, state.paper_mm_by_day) == (79_800, {TODAY: 200})


def test_nobody_knows_the_paper_before_somebody_says() -> None:
    assert paper_facts(after_printing(StaffState(), 150, TODAY), ROLL) is None


@pytest.mark.parametrize(
    ("counted_mm", "paper", "left_mm"),
    [
        (40_000, hw.Paper.LOW, 5_000),
        (3_000, hw.Paper.LOW, 3_000),
        (3_000, hw.Paper.FULL, 5_000),
        (40_000, hw.Paper.FULL, 40_000),
        (40_000, hw.Paper.OUT, 0),
        (0, hw.Paper.FULL, 80_000),
        (40_000, hw.Paper.JAMMED, 40_000),
    ],
)
def test_the_sensor_corrects_the_count(counted_mm: int, paper: hw.Paper, left_mm: int) -> None:
    state = after_sensor(StaffState(paper_left_mm=counted_mm), paper, ROLL)
    assert state.paper_left_mm == left_mm


def test_only_the_last_days_are_counted() -> None:
    state = StaffState()
    for back in range(30, -1, -1):
        state = after_printing(state, 10, TODAY - timedelta(days=back))
    assert len(state.paper_mm_by_day) == 8


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_what_staff_set_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "staff.json"
    service = ServiceState(is_in_service=False, exception=HoursException.CLOSED, exception_day=TODAY)
    result = DeviceTestResult(DeviceTest.RECEIPT_PRINTER, Verdict.GOOD)
    keeper = StateKeeper(path, lambda word, _error: pytest.fail(word))
    keeper.change(lambda state: state.model_copy(update={"service": service}).with_test(result, START))
    again = StateKeeper(path, lambda word, _error: pytest.fail(word)).state
    assert again == keeper.state
    assert again.recorded_tests()[0].verdict is Verdict.GOOD


def test_a_spoilt_state_begins_anew_and_says_so(tmp_path: Path) -> None:
    troubles: list[str] = []
    (tmp_path / "staff.json").write_text("{", encoding="utf-8")
    state = StateKeeper(tmp_path / "staff.json", lambda word, _error: troubles.append(word)).state
    assert (state, troubles) == (StaffState(), ["staff_state_spoilt"])


# --- journal ----------------------------------------------------------------------------------------------------------


class Business:
    """A journal on disk, the desk over it, and a backend that says what the test wants."""

    def __init__(self, folder: Path) -> None:
        self.clock = StillClock()
        self.journal = Journal(lambda: Store(folder / "journal.sqlite", self.clock.now))
        self.journal.start()
        self.payment_answer: wire.Payment | Silent = Silent(SilenceKind.UNREACHABLE)
        self.woken: list[str] = []
        self.desk = UnsettledDesk(
            self.journal,
            self,
            self.clock,
            lambda: Moment(self.clock.mono_s, self.clock.now(), f"id-{len(self.woken):06d}"),
            lambda: self.woken.append("outbox"),
            lambda: self.woken.append("settling"),
            self._pause,
        )

    def payment(self, payment_number: str) -> Any:
        return self.payment_answer

    def _pause(self, seconds: float) -> None:
        self.clock.mono_s += seconds

    def step(self, kind: StepKind, subject: str = "", **facts: str | int | bool) -> None:
        self.journal.commit((Step(kind, subject, tuple(facts.items())),))

    def cut_off_payment(self) -> None:
        facts = {"application_number": "SQ990301ABCDEFGH", "method": "CODE_SHOWN", "amount_fen": 2000}
        self.step(StepKind.PAYMENT_INTENDED, "SSC990301AAAAAAAA", **facts, damaged_card="not_applicable")
        self.step(StepKind.STARTED)

    def park(self, key: str, kind: str, body: str, lane: Lane = Lane.MONEY) -> None:
        self.journal.commit((), (OutboxItem(key, lane, kind, body),))
        self.journal.ask(lambda store: store.park(key, "refused"))


@pytest.fixture
def business(tmp_path: Path) -> Any:
    opened = Business(tmp_path)
    yield opened
    opened.journal.stop()


def test_a_payment_of_a_cut_off_session_is_listed_without_a_name(business: Business) -> None:
    business.cut_off_payment()
    (item,) = business.desk.items()
    assert (item.kind, item.number, item.amount_fen) == (UnsettledKind.PAYMENT, "SSC990301AAAAAAAA", 2000)


def test_a_payment_is_asked_about_and_a_silent_backend_is_told(business: Business) -> None:
    business.cut_off_payment()
    assert business.desk.retry("payment:SSC990301AAAAAAAA") is SettlingOutcome.UNREACHABLE


def test_what_is_handed_over_is_marked_and_told_on_a_lane_that_loses_nothing(business: Business) -> None:
    business.cut_off_payment()
    assert business.desk.hand_over("payment:SSC990301AAAAAAAA") is SettlingOutcome.HANDED_OVER
    (item,) = business.desk.items()
    assert item.is_handed_over
    waiting = business.journal.ask(lambda store: store.waiting(Lane.ACKNOWLEDGEMENT))
    assert json.loads(waiting[0].item.body)["kind"] == "handed_over"


def test_a_submission_that_was_given_up_waits_again_under_its_key(business: Business) -> None:
    business.park("key-000001", "submission", '{"application_number":"SQ990301ABCDEFGH","request":{}}')
    (item,) = business.desk.items()
    assert (item.item_id, item.kind, item.number) == (
        "outbox:key-000001",
        UnsettledKind.SUBMISSION,
        "SQ990301ABCDEFGH",
    )
    assert business.desk.retry(item.item_id) is SettlingOutcome.UNREACHABLE
    assert business.journal.ask(lambda store: store.state_of("key-000001")) == "waiting"


def test_a_handed_over_delivery_is_sent_no_more(business: Business) -> None:
    business.park("key-000002", "event", "{}", Lane.TELEMETRY)
    assert business.desk.hand_over("outbox:key-000002") is SettlingOutcome.HANDED_OVER
    assert business.journal.ask(lambda store: store.state_of("key-000002")) == "handed_over"
    assert business.desk.items() == ()


def test_a_refund_that_is_due_is_listed_until_it_is_done(business: Business) -> None:
    facts = {"state": PaymentState.REFUND_DUE.value, "application_number": "SQ990301ABCDEFGH"}
    business.step(StepKind.PAYMENT_CHANGED, "SSC990301AAAAAAAA", **facts)
    (item,) = business.desk.items()
    assert item.kind is UnsettledKind.REFUND
    business.step(StepKind.PAYMENT_CHANGED, "SSC990301AAAAAAAA", **(facts | {"state": PaymentState.REFUNDED.value}))
    assert business.desk.items() == ()


def test_an_unclear_slip_is_settled_by_printing_it_again(business: Business) -> None:
    business.step(StepKind.SETTLED, "SQ990301ABCDEFGH", outcome="may_have_printed")
    assert [item.kind for item in business.desk.items()] == [UnsettledKind.PRINT]
    business.step(StepKind.PRINTED, "SQ990301ABCDEFGH")
    assert business.desk.items() == ()


def test_receipts_are_listed_with_their_copies(business: Business) -> None:
    business.step(StepKind.PRINT_BEGUN, "SQ1", job="j1", slip="receipt", copy="original")
    business.step(StepKind.PRINT_BEGUN, "SQ2", job="j2", slip="receipt", copy="original")
    business.step(StepKind.PRINT_BEGUN, "SQ3", job="j3", slip="payment_checked", copy="original")
    business.step(StepKind.NOT_PRINTED, job="j2")
    business.step(StepKind.PRINTED, job="j1")
    business.step(StepKind.PRINTED, job="j3")
    business.step(StepKind.PRINT_BEGUN, "SQ1", job="j4", slip="receipt", copy="duplicate")
    business.step(StepKind.PRINTED, "SQ1", job="j4")
    steps = business.journal.ask(lambda store: store.steps_of(PRINTING, START - timedelta(days=1)))
    listed = {receipt.number: (receipt.copies, receipt.was_confirmed) for receipt in past_receipts(steps)}
    assert listed == {"SQ1": (1, True), "SQ2": (0, False)}


def test_the_week_counts_visits_and_knows_nobody(business: Business) -> None:
    business.step(StepKind.SESSION_ENDED, outcome="completed")
    business.step(StepKind.SESSION_ENDED, outcome="idle:Identifying")
    facts = journal_facts(business.journal, business.clock.now())
    days = week(facts.ended, {TODAY: 300}, TODAY)
    assert (len(days), days[-1].sessions, days[-1].completed, days[-1].paper_mm) == (7, 2, 1, 300)


# --- report -----------------------------------------------------------------------------------------------------------


def terminal(**changes: Any) -> TerminalFacts:
    devices: Mapping[str, DeviceFacts] = {"card_reader": DeviceFacts("online"), **changes.pop("devices", {})}
    facts: dict[str, Any] = {
        "clock_offset_s": 0.0,
        "certificates": (),
        "configuration_version": "v1",
        "configuration_hash": "c" * 16,
        "software_version": "0",
        "software_hash": "s" * 16,
        "disk_free_percent": 50,
        "temperature_c": 40,
        "is_audit_sound": True,
    }
    return TerminalFacts(devices=devices, **{**facts, **changes})


SOUND = JournalFacts(QueueFacts(0, 0), 0, (), is_sound=True)


def report(journal: JournalFacts = SOUND, **changes: Any) -> Any:
    known, state = terminal(**changes), StaffState(paper_left_mm=40_000)
    return report_of(overview_of(START, journal, known, state, ROLL), known, state, ())


def test_a_terminal_without_faults_is_ready() -> None:
    assert report().verdict is Verdict.GOOD


@pytest.mark.parametrize("word", [word for word in hw.DeviceWord if word is not hw.DeviceWord.ONLINE])
@pytest.mark.parametrize("device", ["card_reader", "identity_reader", "code_scanner", "receipt_printer"])
def test_every_fault_of_every_device_is_in_the_report(device: str, word: hw.DeviceWord) -> None:
    made = report(devices={device: DeviceFacts(word.value, "clear")})
    assert made.verdict is Verdict.BAD
    assert [row.subject for row in made.rows if row.verdict is Verdict.BAD] == [device]


@pytest.mark.parametrize(
    "changes",
    [
        {"disk_free_percent": 3},
        {"temperature_c": 90},
        {"clock_offset_s": 400.0},
        {"is_audit_sound": False},
        {"journal": JournalFacts(QueueFacts(0, 0), 0, (), is_sound=False)},
    ],
)
def test_every_fault_of_the_machine_is_in_the_report(changes: dict[str, Any]) -> None:
    assert report(**changes).verdict is Verdict.BAD


def test_the_report_is_the_same_value_everywhere(tmp_path: Path) -> None:
    made = report()
    assert report_from(message_of(made)) == made
    assert json.loads(json_of(made, "t-1"))["verdict"] == "good"
    for language in (Language.ZH, Language.EN):
        assert len(report_lines(made, CATALOGUE, language)) == len(made.rows)
        assert readiness_slip(made, "t-1", CATALOGUE, language).blocks
    assert strip(CATALOGUE, is_long=True).blocks


def test_the_report_becomes_a_pdf(tmp_path: Path) -> None:
    fonts = next(path for path in (Path(".build/fonts"), tmp_path) if path.is_dir())
    if not (fonts / "NotoSansSC-Regular.otf").exists():
        (fonts / "NotoSansSC-Regular.otf").write_bytes(_a_font())
    page = readiness_pdf(report(), "t-1", CATALOGUE, Language.EN, fonts)
    assert page.startswith(b"%PDF-")


def _a_font() -> bytes:
    from io import BytesIO

    from fontTools.ttLib import TTCollection

    font = BytesIO()
    TTCollection("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").fonts[2].save(font)
    return font.getvalue()


# --- tests of devices -------------------------------------------------------------------------------------------------


def test_words_of_devices_are_spelt_as_rows_spell_them() -> None:
    assert [row_word(word) for word in ("powerOff", "online", "noDevice")] == ["power_off", "online", "no_device"]


def test_a_sharp_picture_has_more_edges_than_an_even_one() -> None:
    even = hw.PreviewFrame(1, 8, 8, bytes([128]) * 64)
    chequered = hw.PreviewFrame(1, 8, 8, bytes(255 * ((x + y) % 2) for y in range(8) for x in range(8)))
    assert (sharpness_of(even), brightness_of(even)) == (0, 128)
    assert sharpness_of(chequered) > 1000


# --- stick ------------------------------------------------------------------------------------------------------------


def test_a_file_is_on_the_stick_whole(tmp_path: Path) -> None:
    assert Stick(tmp_path, must_be_mounted=False).write("a.json", (b"one", b"two"), 6) is None
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_bytes() == b"onetwo"


def test_without_a_stick_nothing_is_written(tmp_path: Path) -> None:
    assert Stick(tmp_path / "none", must_be_mounted=False).write("a", (), 0) is ExportProblem.NO_STICK
    assert Stick(tmp_path, must_be_mounted=True).write("a", (), 0) is ExportProblem.NO_STICK


def test_a_stick_without_room_is_full(tmp_path: Path) -> None:
    assert Stick(tmp_path, must_be_mounted=False).write("a", (b"x",), 2**60) is ExportProblem.STICK_FULL
    assert list(tmp_path.iterdir()) == []


# --- ports ------------------------------------------------------------------------------------------------------------


class Movable:
    """Devices that work at every port but a broken one."""

    def __init__(self) -> None:
        self.at: dict[str, str] = {}

    def exchange(self, name: str, driver: Any) -> None:
        self.at[name] = driver

    def lend(self, name: str, work: Any, limit_s: float) -> hw.DeviceStatus | None:
        word = hw.DeviceWord.POWER_OFF if "broken" in self.at[name] else hw.DeviceWord.ONLINE
        return hw.DeviceStatus(word, detail="" if word is hw.DeviceWord.ONLINE else "no_reader")


def choose_port(kind: str, options: Mapping[str, str]) -> Choice | str:
    places = tuple(hw.Place((("port", port),), port) for port in (options["port"], "/dev/other", "/dev/broken"))
    build: Any = lambda: options["port"]  # noqa: E731
    return Choice(kind, "x", options, is_bench=False, build=build, places=lambda: places)


@pytest.fixture
def mapping(tmp_path: Path) -> tuple[MappingDesk, Movable, Path]:
    devices, path = Movable(), tmp_path / "devices.ini"
    return MappingDesk({"identity_reader": {"port": "/dev/first"}}, path, devices, choose_port), devices, path


def test_a_port_that_works_is_kept_in_a_file(mapping: tuple[MappingDesk, Movable, Path]) -> None:
    desk, devices, path = mapping
    assert desk.try_port("r", "identity_reader", "port=/dev/other").is_working
    assert not path.exists()
    assert desk.keep_port("r", "identity_reader", "port=/dev/other").is_kept
    assert "port = /dev/other" in path.read_text(encoding="utf-8")
    assert devices.at == {"identity_reader": "/dev/other"}


def test_a_port_that_does_not_work_is_put_back(mapping: tuple[MappingDesk, Movable, Path]) -> None:
    desk, devices, path = mapping
    checked = desk.try_port("r", "identity_reader", "port=/dev/broken")
    assert checked == MappingChecked("r", "identity_reader", "port=/dev/broken", is_working=False, detail="no_reader")
    assert (devices.at, path.exists()) == ({"identity_reader": "/dev/first"}, False)


def test_what_was_tried_can_be_undone(mapping: tuple[MappingDesk, Movable, Path]) -> None:
    desk, devices, _path = mapping
    desk.try_port("r", "identity_reader", "port=/dev/other")
    settled = desk.undo("r", "identity_reader")
    assert settled == MappingSettled("r", "identity_reader", "port=/dev/first", is_kept=False)
    assert devices.at == {"identity_reader": "/dev/first"}


# --- the door for the command line ------------------------------------------------------------------------------------


def test_the_door_answers_its_own_user_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    door = ControlDoor(path, {"readiness": lambda: b"{}"}, lambda word, _error: pytest.fail(word))
    door.start()
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600  # noqa: PTH116
    assert ask(path, "readiness") == b"{}"
    assert b"unknown" in (ask(path, "something") or b"")
    door.stop(LIMIT_S)
    assert ask(path, "readiness") is None
    assert not path.exists()
