"""Tests of the devices: one page each, with rows as they are measured and a result that is recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.flow.effects import Effect
from kiosk.flow.events import CodeScanned, Event, Ticked, Touched
from kiosk.flow.facts import DEVICE_NAMES, Moment
from kiosk.flow.staff.effects import EndTest, RecordTest, ResetDevice, RunDeviceTest
from kiosk.flow.staff.entrance import CARD_BACK_S
from kiosk.flow.staff.events import DeviceTestFinished, DeviceTestMeasured
from kiosk.flow.staff.facts import (
    AuditPhase,
    AuditWord,
    DeviceTest,
    DeviceTestResult,
    Disposition,
    Measure,
    MeasuredRow,
    RecordedTest,
    Unit,
    Verdict,
)
from kiosk.flow.staff.measured import line_of
from kiosk.flow.staff.moves import enter, is_overdue, recorded
from kiosk.flow.staff.situations import ChoosingTest, DeviceInTest, StaffCardAwaited
from kiosk.flow.staff.views import RulerView, StaffTestView, TouchGridView
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.texts import Text, text
from kiosk.flow.touches import BackTouched, OptionChosen
from kiosk.flow.views import ChoiceView, Option, Phase, Picture, WorkingView

TEST_LIMIT_S: Final = 60.0
CAMERA_LIMIT_S: Final = 180.0
TOUCH_CELLS: Final = 48
RULER_MM: Final = 100

ON_THE_GLASS: Final = (DeviceTest.TOUCH, DeviceTest.DISPLAY)
JUDGED: Final = {
    DeviceTest.SPEAKER: Measure.HEARD,
    DeviceTest.RECEIPT_PRINTER: Measure.BOTH_LANGUAGES_SEEN,
    DeviceTest.DISPLAY: Measure.RULER_FITS,
}
"""What only a person can judge."""

PICTURES: Final = {
    DeviceTest.CARD_READER: Picture.CARD_INTO_SLOT,
    DeviceTest.IDENTITY_READER: Picture.ID_CARD_ON_READER,
    DeviceTest.CODE_SCANNER: Picture.PHONE_CODE_TO_CAMERA,
    DeviceTest.RECEIPT_PRINTER: Picture.PRINTER,
    DeviceTest.SPEAKER: Picture.LOUDSPEAKER,
    DeviceTest.TOUCH: Picture.TOUCH_SCREEN,
    DeviceTest.DISPLAY: Picture.RULER,
    DeviceTest.NETWORK: Picture.NETWORK,
}


# --- choosing --------------------------------------------------------------------------------------------------------


def choose(terminal: Terminal, now: Moment) -> Result:
    return enter(terminal, ChoosingTest(), now)


def on_choosing_test(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen(test)) if test in {each.value for each in DeviceTest}:
            return begin(terminal, DeviceTest(test), now)
        case _:
            return terminal, ()


def view_choosing_test(terminal: Terminal) -> ChoiceView:
    overview = terminal.staff.overview
    known = {} if overview is None else {each.test: each for each in overview.tests}
    return ChoiceView(
        question=text("staff.tests.title"),
        options=tuple(
            Option(test.value, text(f"staff.test.{test.value}"), _last(known.get(test)), PICTURES[test])
            for test in DeviceTest
        ),
        layout="list",
    )


def _last(record: RecordedTest | None) -> Text:
    if record is None:
        return text("staff.tests.never")
    return text("staff.tests.last", verdict=text(f"staff.verdict.{record.verdict.value}"), at=record.tested_at)


# --- running ---------------------------------------------------------------------------------------------------------


def begin(terminal: Terminal, test: DeviceTest, now: Moment) -> Result:
    language = terminal.preferences.language
    run: tuple[Effect, ...] = () if test in ON_THE_GLASS else (RunDeviceTest(now.fresh_id, test, language),)
    record = recorded(terminal, AuditWord.DEVICE_TEST, AuditPhase.BEGIN, facts=(("test", test.value),))
    phase = Phase.WAITING if test is DeviceTest.DISPLAY else Phase.WORKING
    return enter(terminal, DeviceInTest(test, now.fresh_id, phase), now, record, *run)


def on_testing(terminal: Terminal, situation: DeviceInTest, event: Event, now: Moment) -> Result:
    match event:
        case DeviceTestMeasured(situation.ref, row):
            return replace(terminal, situation=replace(situation, rows=_with(situation.rows, row))), ()
        case DeviceTestFinished(situation.ref, result) if situation.phase is Phase.WORKING:
            return _measured(terminal, situation, result)
        case CodeScanned() if situation.is_scanning:
            return replace(terminal, situation=_decoded(situation, event.content)), ()
        case Ticked() if _is_too_long(terminal, situation, now):
            return _given_up(terminal, situation)
        case Ticked() if _is_card_away_too_long(terminal, now):
            return left(terminal, situation, now)
        case Touched(OptionChosen(option)):
            return _chosen(terminal, situation, option, now)
        case Touched(BackTouched()):
            return left(terminal, situation, now)
        case _:
            return terminal, ()


def _chosen(terminal: Terminal, situation: DeviceInTest, option: str, now: Moment) -> Result:
    kind, _, number = option.partition(".")
    is_open = situation.phase in {Phase.WORKING, Phase.WAITING}
    match kind:
        case "cell" if number.isdigit() and int(number) < TOUCH_CELLS and is_open:
            felt = replace(situation, touched=situation.touched | {int(number)})
            return _glass_felt(replace(terminal, situation=felt), felt)
        case "finish" if situation.phase is Phase.WORKING and situation.test is DeviceTest.TOUCH:
            return _judged_glass(terminal, situation)
        case "finish" if situation.is_scanning:
            return _judged_camera(terminal, situation)
        case "yes" | "no" if situation.phase is Phase.WAITING and situation.test in JUDGED:
            return _judged(terminal, situation, is_good=kind == "yes")
        case "again" if situation.phase in {Phase.DONE, Phase.TROUBLE}:
            return begin(terminal, situation.test, now)
        case "reset" if situation.test.value in DEVICE_NAMES and situation.phase in {Phase.DONE, Phase.TROUBLE}:
            record = recorded(terminal, AuditWord.DEVICE_RESET, facts=(("device", situation.test.value),))
            return terminal, (record, ResetDevice(situation.test.value))
        case "done":
            return left(terminal, situation, now)
        case _:
            return terminal, ()


def _with(rows: tuple[MeasuredRow, ...], row: MeasuredRow) -> tuple[MeasuredRow, ...]:
    key = (row.measure, row.subject)
    if any((each.measure, each.subject) == key for each in rows):
        return tuple(row if (each.measure, each.subject) == key else each for each in rows)
    return (*rows, row)


def _measured(terminal: Terminal, situation: DeviceInTest, result: DeviceTestResult) -> Result:
    rows = situation.rows
    for row in result.rows:
        rows = _with(rows, row)
    whole = replace(result, rows=rows)
    if situation.test in JUDGED and result.verdict is not Verdict.BAD:
        return replace(terminal, situation=replace(situation, phase=Phase.WAITING, rows=rows, result=whole)), ()
    return _finished(terminal, situation, whole)


def _finished(terminal: Terminal, situation: DeviceInTest, result: DeviceTestResult) -> Result:
    phase = Phase.TROUBLE if result.verdict is Verdict.BAD else Phase.DONE
    over = replace(situation, phase=phase, rows=result.rows, result=result)
    disposition = Disposition.FAILURE if phase is Phase.TROUBLE else Disposition.SUCCESS
    facts = (("test", situation.test.value), ("verdict", result.verdict.value))
    record = recorded(terminal, AuditWord.DEVICE_TEST, AuditPhase.END, disposition, facts)
    return replace(terminal, situation=over), (RecordTest(result), record)


def _judged(terminal: Terminal, situation: DeviceInTest, *, is_good: bool) -> Result:
    verdict = Verdict.GOOD if is_good else Verdict.BAD
    row = MeasuredRow(JUDGED[situation.test], "yes" if is_good else "no", Unit.WORD, verdict)
    before = situation.result.verdict if situation.result else Verdict.GOOD
    overall = Verdict.BAD if not is_good else before
    return _finished(terminal, situation, DeviceTestResult(situation.test, overall, _with(situation.rows, row)))


def _given_up(terminal: Terminal, situation: DeviceInTest) -> Result:
    if situation.is_scanning:
        return _judged_camera(terminal, situation)
    row = MeasuredRow(Measure.PROBLEM, "timed_out", Unit.WORD, Verdict.BAD)
    result = DeviceTestResult(situation.test, Verdict.BAD, _with(situation.rows, row))
    after, effects = _finished(terminal, situation, result)
    return after, (EndTest(situation.ref), *effects)


def _is_too_long(terminal: Terminal, situation: DeviceInTest, now: Moment) -> bool:
    if situation.phase is not Phase.WORKING or situation.test in ON_THE_GLASS:
        return False
    return is_overdue(terminal, now, CAMERA_LIMIT_S if situation.is_scanning else TEST_LIMIT_S)


def _is_card_away_too_long(terminal: Terminal, now: Moment) -> bool:
    """A reader that is tested with another card must not leave staff mode open for whoever comes by."""
    return not terminal.staff.is_card_in and is_overdue(terminal, now, 2 * TEST_LIMIT_S)


def left(terminal: Terminal, situation: DeviceInTest, now: Moment) -> Result:
    """The page is left; a test that still runs is ended, and a staff card that is out is asked for."""
    effects: tuple[Effect, ...] = ()
    if situation.phase in {Phase.WORKING, Phase.WAITING}:
        facts = (("test", situation.test.value),)
        record = recorded(terminal, AuditWord.DEVICE_TEST, AuditPhase.END, Disposition.CANCELLED, facts)
        effects = (record,) if situation.test in ON_THE_GLASS else (EndTest(situation.ref), record)
    if not terminal.staff.is_card_in:
        return enter(terminal, StaffCardAwaited(now.mono_s + CARD_BACK_S), now, *effects)
    return enter(terminal, ChoosingTest(), now, *effects)


def view_card_awaited(situation: StaffCardAwaited, now: Moment) -> WorkingView:
    seconds = max(0, round(situation.deadline_s - now.mono_s))
    return WorkingView(
        text("staff.card_awaited.title"), text("staff.card_awaited.detail", seconds=seconds), Picture.CARD_INTO_SLOT
    )


# --- camera and glass ------------------------------------------------------------------------------------------------


def _decoded(situation: DeviceInTest, content: bytes) -> DeviceInTest:
    """That a code was read and how long it is; what it holds may be somebody's."""
    row = MeasuredRow(Measure.DECODED, len(content), Unit.COUNT)
    return replace(situation, rows=_with(situation.rows, row))


def _judged_camera(terminal: Terminal, situation: DeviceInTest) -> Result:
    has_read = any(row.measure is Measure.DECODED for row in situation.rows)
    is_poor = any(row.verdict is not Verdict.GOOD for row in situation.rows)
    verdict = Verdict.BAD if not has_read else Verdict.WARNING if is_poor else Verdict.GOOD
    rows = situation.rows
    if not has_read:
        rows = _with(rows, MeasuredRow(Measure.PROBLEM, "nothing_read", Unit.WORD, Verdict.BAD))
    after, effects = _finished(terminal, situation, DeviceTestResult(situation.test, verdict, rows))
    return after, (EndTest(situation.ref), *effects)


def _glass_felt(terminal: Terminal, situation: DeviceInTest) -> Result:
    if len(situation.touched) < TOUCH_CELLS:
        return terminal, ()
    return _judged_glass(terminal, situation)


def _judged_glass(terminal: Terminal, situation: DeviceInTest) -> Result:
    dead = TOUCH_CELLS - len(situation.touched)
    verdict = Verdict.GOOD if not dead else Verdict.BAD
    rows = (
        MeasuredRow(Measure.TOUCH_CELLS, TOUCH_CELLS, Unit.COUNT),
        MeasuredRow(Measure.TOUCH_DEAD_CELLS, dead, Unit.COUNT, verdict),
    )
    return _finished(terminal, situation, DeviceTestResult(situation.test, verdict, rows))


# --- pictures --------------------------------------------------------------------------------------------------------


def view_testing(situation: DeviceInTest) -> StaffTestView | TouchGridView | RulerView:
    is_open = situation.phase in {Phase.WORKING, Phase.WAITING}
    if situation.test is DeviceTest.TOUCH:
        return _view_grid(situation)
    if situation.test is DeviceTest.DISPLAY and is_open:
        return _view_ruler()
    return StaffTestView(
        title=text(f"staff.test.{situation.test.value}"),
        instruction=_instruction(situation),
        phase=situation.phase,
        message=_message(situation),
        rows=tuple(map(line_of, situation.rows)),
        shows_preview=situation.is_scanning,
        options=_options(situation),
    )


def _instruction(situation: DeviceInTest) -> Text:
    if situation.test in ON_THE_GLASS:
        return text("staff.test.over")
    return text(f"staff.test.{situation.test.value}.do")


def _message(situation: DeviceInTest) -> Text:
    match situation.phase:
        case Phase.WORKING:
            return text("staff.test.running")
        case Phase.WAITING:
            return text(f"staff.test.{situation.test.value}.question")
        case Phase.DONE | Phase.TROUBLE:
            verdict = situation.result.verdict if situation.result else Verdict.UNKNOWN
            return text(f"staff.test.result.{verdict.value}")


def _options(situation: DeviceInTest) -> tuple[Option, ...]:
    match situation.phase:
        case Phase.WORKING:
            return (Option("finish", text("staff.test.finish"), is_primary=True),) if situation.is_scanning else ()
        case Phase.WAITING:
            return (
                Option("no", text("staff.test.no")),
                Option("yes", text("staff.test.yes"), is_primary=True),
            )
        case Phase.DONE | Phase.TROUBLE:
            reset = (Option("reset", text("staff.test.reset")),) if situation.test.value in DEVICE_NAMES else ()
            done = Option("done", text("staff.test.done"), is_primary=True)
            return (Option("again", text("staff.test.again")), *reset, done)


def _view_grid(situation: DeviceInTest) -> TouchGridView:
    """What stays open when the test is over is shown as dead."""
    left, is_over = TOUCH_CELLS - len(situation.touched), situation.phase is not Phase.WORKING
    instruction = text("staff.test.touch.do", left=left)
    if is_over:
        instruction = text("staff.test.touch.dead", count=left) if left else _message(situation)
    return TouchGridView(
        title=text("staff.test.touch"),
        instruction=instruction,
        cells=TOUCH_CELLS,
        touched=situation.touched,
        options=_options(situation) if is_over else (Option("finish", text("staff.test.touch.finish")),),
        is_over=is_over,
    )


def _view_ruler() -> RulerView:
    return RulerView(
        title=text("staff.test.display"),
        instruction=text("staff.test.display.do", length=RULER_MM),
        length_mm=RULER_MM,
        options=(
            Option("no", text("staff.test.no")),
            Option("yes", text("staff.test.yes"), is_primary=True),
        ),
    )
