"""The machine itself: in or out of service, hours of today, loudness and light, restart, devices and their ports."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.flow.events import Event, Ticked, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.staff.effects import (
    AcknowledgeJournal,
    KeepMapping,
    ListMapping,
    Restart,
    SetBrightness,
    SetService,
    SetVolume,
    Shutdown,
    TryMapping,
    UndoMapping,
)
from kiosk.flow.staff.events import MappingChecked, MappingListed, MappingSettled
from kiosk.flow.staff.facts import (
    AuditWord,
    DeviceMapping,
    Disposition,
    HoursException,
    ServiceState,
    StaffOverview,
    Verdict,
)
from kiosk.flow.staff.moves import enter, home, is_overdue, recorded
from kiosk.flow.staff.situations import (
    ConfirmingGoingDown,
    GoingDown,
    MappingDevices,
    MappingStage,
    SettingLevels,
    SettingService,
)
from kiosk.flow.staff.views import Level, StaffLevelsView, StaffPageView
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.texts import Text, literal, text
from kiosk.flow.touches import BackTouched, Confirmed, Declined, OptionChosen
from kiosk.flow.views import ChoiceView, ExplainView, Line, Option, Picture, WorkingView

CLOSING_MINUTES: Final = tuple(range(10 * 60, 21 * 60 + 1, 60))
STEP_PERCENT: Final = 10
LEAST_BRIGHTNESS: Final = 10
UNDO_S: Final = 30.0
"""A new port that nobody confirms is given up after this."""

# --- in and out of service -------------------------------------------------------------------------------------------


def set_service(terminal: Terminal, now: Moment) -> Result:
    return enter(terminal, SettingService(), now)


def on_setting_service(terminal: Terminal, situation: SettingService, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen("in" | "out" as way)) if not situation.is_choosing_time:
            service = replace(terminal.service, is_in_service=way == "in")
            return _set(terminal, service, AuditWord.SERVICE_SET, f"service_{way}", now)
        case Touched(OptionChosen("closed")) if not situation.is_choosing_time:
            return _set_hours(terminal, HoursException.CLOSED, 0, now)
        case Touched(OptionChosen("usual")) if not situation.is_choosing_time:
            return _set_hours(terminal, HoursException.NONE, 0, now)
        case Touched(OptionChosen("shorter")) if not situation.is_choosing_time:
            return enter(terminal, SettingService(is_choosing_time=True), now)
        case Touched(OptionChosen(minute)) if situation.is_choosing_time and minute in map(str, CLOSING_MINUTES):
            return _set_hours(terminal, HoursException.SHORTER, int(minute), now)
        case Touched(BackTouched()):
            return set_service(terminal, now) if situation.is_choosing_time else home(terminal, now)
        case _:
            return terminal, ()


def _set_hours(terminal: Terminal, exception: HoursException, closes_minute: int, now: Moment) -> Result:
    day = None if exception is HoursException.NONE else now.wall.date()
    service = replace(terminal.service, exception=exception, exception_day=day, closes_minute=closes_minute)
    return _set(terminal, service, AuditWord.HOURS_SET, f"hours_{exception.value}", now)


def _set(terminal: Terminal, service: ServiceState, word: AuditWord, notice: str, now: Moment) -> Result:
    facts = (
        ("is_in_service", service.is_in_service),
        ("exception", service.exception.value),
        ("closes_minute", service.closes_minute),
    )
    after, effects = home(replace(terminal, service=service), now, notice)
    return after, (recorded(terminal, word, facts=facts), SetService(service), *effects)


def view_setting_service(terminal: Terminal, situation: SettingService, now: Moment) -> ChoiceView:
    if situation.is_choosing_time:
        minute = now.wall.hour * 60 + now.wall.minute
        return ChoiceView(
            question=text("staff.service.until"),
            options=tuple(Option(str(each), literal(f"{each // 60}:00")) for each in CLOSING_MINUTES if each > minute),
            layout="grid",
        )
    service = terminal.service
    is_today = service.exception_day == now.wall.date()
    has_exception = is_today and service.exception is not HoursException.NONE
    ways = (
        _way("out", Picture.WARNING) if service.is_in_service else _way("in", Picture.TICK),
        _way("usual", Picture.OFFICE) if has_exception else _way("closed", Picture.CALENDAR),
        _way("shorter", Picture.CLOCK),
    )
    return ChoiceView(
        question=text("staff.service.title"), hint=_service_now(terminal, is_today=is_today), options=ways
    )


def _way(way: str, picture: Picture) -> Option:
    return Option(way, text(f"staff.service.{way}"), text(f"staff.service.{way}.about"), picture)


def _service_now(terminal: Terminal, *, is_today: bool) -> Text:
    service = terminal.service
    if terminal.is_closed_remotely:
        return text("staff.concern.remote")
    if not service.is_in_service:
        return text("staff.service.now.out")
    if is_today and service.exception is HoursException.CLOSED:
        return text("staff.service.now.closed")
    if is_today and service.exception is HoursException.SHORTER:
        minute = service.closes_minute
        return text("staff.service.now.shorter", time=f"{minute // 60}:{minute % 60:02d}")
    return text("staff.service.now.in")


# --- loudness and light ----------------------------------------------------------------------------------------------


def set_levels(terminal: Terminal, now: Moment) -> Result:
    return enter(terminal, SettingLevels(), now)


def on_setting_levels(terminal: Terminal, event: Event, now: Moment) -> Result:
    overview = terminal.staff.overview
    match event:
        case Touched(OptionChosen("volume.down" | "volume.up" as way)) if overview is not None:
            percent = _stepped(overview.volume_percent, way, 0)
            record = recorded(terminal, AuditWord.VOLUME_SET, facts=(("percent", percent),))
            return _with_levels(terminal, replace(overview, volume_percent=percent)), (record, SetVolume(percent))
        case Touched(OptionChosen("brightness.down" | "brightness.up" as way)) if overview is not None:
            return _set_light(terminal, overview, way)
        case Touched(BackTouched() | OptionChosen("done")):
            return home(terminal, now)
        case _:
            return terminal, ()


def _set_light(terminal: Terminal, overview: StaffOverview, way: str) -> Result:
    if overview.brightness_percent is None:
        return terminal, ()
    percent = _stepped(overview.brightness_percent, way, LEAST_BRIGHTNESS)
    record = recorded(terminal, AuditWord.BRIGHTNESS_SET, facts=(("percent", percent),))
    return _with_levels(terminal, replace(overview, brightness_percent=percent)), (record, SetBrightness(percent))


def _stepped(percent: int, way: str, least: int) -> int:
    by = STEP_PERCENT if way.endswith("up") else -STEP_PERCENT
    return min(100, max(least, percent + by))


def _with_levels(terminal: Terminal, overview: StaffOverview) -> Terminal:
    return replace(terminal, staff=replace(terminal.staff, overview=overview))


def view_setting_levels(terminal: Terminal) -> StaffLevelsView | WorkingView:
    overview = terminal.staff.overview
    if overview is None:
        return WorkingView(text("staff.levels.title"), text("staff.listing"), Picture.TOOLS)
    light = overview.brightness_percent
    return StaffLevelsView(
        title=text("staff.levels.title"),
        hint=text("staff.levels.no_light" if light is None else "staff.levels.hint"),
        levels=(
            _level("volume", overview.volume_percent, 0),
            *(() if light is None else (_level("brightness", light, LEAST_BRIGHTNESS),)),
        ),
        options=(Option("done", text("staff.levels.done"), is_primary=True),),
    )


def _level(level_id: str, percent: int, least: int) -> Level:
    label = text(f"staff.levels.{level_id}")
    return Level(level_id, label, percent, least, text("staff.levels.less"), text("staff.levels.more"))


# --- restart and shutdown --------------------------------------------------------------------------------------------


def go_down(terminal: Terminal, how: GoingDown, now: Moment) -> Result:
    return enter(terminal, ConfirmingGoingDown(how), now)


def on_confirming_going_down(terminal: Terminal, situation: ConfirmingGoingDown, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()) if not situation.is_going:
            word, act = ACTS[situation.how]
            return enter(terminal, replace(situation, is_going=True), now, recorded(terminal, word), act)
        case Touched(Declined() | BackTouched()) if not situation.is_going:
            return home(terminal, now)
        case Ticked() if situation.is_going and is_overdue(terminal, now):
            return home(terminal, now, f"{situation.how.value}_failed")
        case _:
            return terminal, ()


def view_confirming_going_down(situation: ConfirmingGoingDown) -> ExplainView | WorkingView:
    how = situation.how.value
    if situation.is_going:
        return WorkingView(text(f"staff.{how}.going"), text("staff.going.detail"), Picture.CLOCK)
    return ExplainView(
        title=text(f"staff.{how}.title"),
        lines=(
            Line(text(f"staff.{how}.what"), Picture.CLOCK),
            Line(text("staff.going.safe"), Picture.SHIELD),
        ),
        confirm=text(f"staff.{how}.confirm"),
        decline=text("staff.going.decline"),
        is_warning=True,
    )


ACTS: Final[dict[GoingDown, tuple[AuditWord, Restart | Shutdown | AcknowledgeJournal]]] = {
    GoingDown.RESTART: (AuditWord.RESTART, Restart()),
    GoingDown.SHUTDOWN: (AuditWord.SHUTDOWN, Shutdown()),
    GoingDown.NEW_JOURNAL: (AuditWord.JOURNAL_ACKNOWLEDGED, AcknowledgeJournal()),
}


# --- which device on which port --------------------------------------------------------------------------------------


def map_devices(terminal: Terminal, now: Moment) -> Result:
    return enter(terminal, MappingDevices(now.fresh_id), now, ListMapping(now.fresh_id))


def on_mapping(terminal: Terminal, situation: MappingDevices, event: Event, now: Moment) -> Result:
    match event:
        case MappingListed(situation.ref, mappings):
            return replace(terminal, situation=replace(situation, mappings=mappings)), ()
        case MappingChecked(situation.ref, situation.device, situation.port_id, is_working, detail):
            return _checked(terminal, situation, detail, now, is_working=is_working)
        case MappingSettled(situation.ref, situation.device, _, is_kept):
            return home(terminal, now, "mapping_kept" if is_kept else "mapping_undone")
        case Ticked():
            return _mapping_waited(terminal, situation, now)
        case Touched(OptionChosen(option)):
            return _mapping_chosen(terminal, situation, option, now)
        case Touched(BackTouched()):
            return _mapping_back(terminal, situation, now)
        case _:
            return terminal, ()


def _checked(terminal: Terminal, situation: MappingDevices, detail: str, now: Moment, *, is_working: bool) -> Result:
    if situation.stage is not MappingStage.TRYING:
        return terminal, ()
    stage = MappingStage.WORKS if is_working else MappingStage.FAILED
    disposition = Disposition.SUCCESS if is_working else Disposition.FAILURE
    facts = (("device", situation.device), ("port", situation.port_id))
    record = recorded(terminal, AuditWord.MAPPING_TRIED, disposition=disposition, facts=facts)
    checked = replace(situation, stage=stage, detail=detail, deadline_s=now.mono_s + UNDO_S)
    return enter(terminal, checked, now, record)


def _mapping_waited(terminal: Terminal, situation: MappingDevices, now: Moment) -> Result:
    match situation.stage:
        case MappingStage.WORKS if now.mono_s >= situation.deadline_s:
            return _undo(terminal, situation, now)
        case MappingStage.TRYING if is_overdue(terminal, now):
            return _checked(terminal, situation, "no_answer", now, is_working=False)
        case MappingStage.SAVING if is_overdue(terminal, now):
            return home(terminal, now, "mapping_unclear")
        case MappingStage.DEVICES if situation.mappings is None and is_overdue(terminal, now):
            return home(terminal, now, "mapping_unclear")
        case _:
            return terminal, ()


def _mapping_chosen(terminal: Terminal, situation: MappingDevices, option: str, now: Moment) -> Result:
    match situation.stage:
        case MappingStage.DEVICES if _mapping(situation, option) is not None:
            return enter(terminal, replace(situation, stage=MappingStage.PORTS, device=option), now)
        case MappingStage.PORTS if option in _ports(situation):
            trying = replace(situation, ref=now.fresh_id, stage=MappingStage.TRYING, port_id=option)
            return enter(terminal, trying, now, TryMapping(now.fresh_id, situation.device, option))
        case MappingStage.WORKS if option == "keep":
            return _keep(terminal, situation, now)
        case MappingStage.WORKS if option == "undo":
            return _undo(terminal, situation, now)
        case MappingStage.FAILED if option == "list":
            return map_devices(terminal, now)
        case _:
            return terminal, ()


def _mapping_back(terminal: Terminal, situation: MappingDevices, now: Moment) -> Result:
    match situation.stage:
        case MappingStage.DEVICES:
            return home(terminal, now)
        case MappingStage.PORTS | MappingStage.FAILED:
            return map_devices(terminal, now)
        case MappingStage.WORKS:
            return _undo(terminal, situation, now)
        case MappingStage.TRYING | MappingStage.SAVING:
            return terminal, ()


def _keep(terminal: Terminal, situation: MappingDevices, now: Moment) -> Result:
    facts = (("device", situation.device), ("port", situation.port_id))
    saving = replace(situation, ref=now.fresh_id, stage=MappingStage.SAVING)
    record = recorded(terminal, AuditWord.MAPPING_KEPT, facts=facts)
    return enter(terminal, saving, now, record, KeepMapping(now.fresh_id, situation.device, situation.port_id))


def _undo(terminal: Terminal, situation: MappingDevices, now: Moment) -> Result:
    saving = replace(situation, ref=now.fresh_id, stage=MappingStage.SAVING)
    record = recorded(terminal, AuditWord.MAPPING_UNDONE, facts=(("device", situation.device),))
    return enter(terminal, saving, now, record, UndoMapping(now.fresh_id, situation.device))


def _mapping(situation: MappingDevices, device: str) -> DeviceMapping | None:
    return next((each for each in situation.mappings or () if each.device == device), None)


def _ports(situation: MappingDevices) -> dict[str, str]:
    mapping = _mapping(situation, situation.device)
    return {} if mapping is None else {port.port_id: port.label for port in mapping.choices}


def _port_name(mapping: DeviceMapping) -> str:
    return next((port.label for port in mapping.choices if port.port_id == mapping.port_id), mapping.port_id)


def view_mapping(situation: MappingDevices, now: Moment) -> ChoiceView | StaffPageView | WorkingView:
    device = text(f"staff.device.{situation.device}") if situation.device else text("staff.mapping.title")
    match situation.stage:
        case MappingStage.DEVICES if situation.mappings is None:
            return WorkingView(text("staff.mapping.title"), text("staff.listing"), Picture.NETWORK)
        case MappingStage.DEVICES:
            return _view_devices(situation)
        case MappingStage.PORTS:
            return _view_ports(situation, device)
        case MappingStage.TRYING | MappingStage.SAVING:
            return WorkingView(device, text(f"staff.mapping.{situation.stage.value}"), Picture.NETWORK)
        case MappingStage.WORKS:
            return _view_works(situation, device, now)
        case MappingStage.FAILED:
            return StaffPageView(
                title=text("staff.mapping.failed", device=device),
                verdict=Verdict.BAD,
                lines=(Line(text("staff.mapping.failed.undone"), Picture.TICK),),
                options=(Option("list", text("staff.mapping.list"), is_primary=True),),
                reference=literal(situation.detail) if situation.detail else None,
            )


def _view_devices(situation: MappingDevices) -> ChoiceView:
    return ChoiceView(
        question=text("staff.mapping.title"),
        hint=text("staff.mapping.hint" if situation.mappings else "staff.mapping.none"),
        options=tuple(
            Option(each.device, text(f"staff.device.{each.device}"), literal(_port_name(each)), Picture.NETWORK)
            for each in situation.mappings or ()
        ),
        layout="list",
    )


def _view_ports(situation: MappingDevices, device: Text) -> ChoiceView:
    mapping = _mapping(situation, situation.device)
    in_force = mapping.port_id if mapping else ""
    return ChoiceView(
        question=text("staff.mapping.port", device=device),
        hint=text("staff.mapping.port.hint"),
        options=tuple(
            Option(
                port_id,
                literal(label),
                text("staff.mapping.in_force") if port_id == in_force else None,
                is_primary=port_id == in_force,
            )
            for port_id, label in _ports(situation).items()
        ),
        layout="list",
    )


def _view_works(situation: MappingDevices, device: Text, now: Moment) -> StaffPageView:
    seconds = max(0, round(situation.deadline_s - now.mono_s))
    return StaffPageView(
        title=text("staff.mapping.works", device=device),
        verdict=Verdict.GOOD,
        lines=(Line(text("staff.mapping.works.undo", seconds=seconds), Picture.CLOCK),),
        options=(
            Option("undo", text("staff.mapping.undo")),
            Option("keep", text("staff.mapping.keep"), is_primary=True),
        ),
        reference=literal(_ports(situation).get(situation.port_id, situation.port_id)),
    )
