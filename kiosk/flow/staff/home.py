"""The home page: one glance at everything; and the list of all that can be done."""

from __future__ import annotations

from typing import Final

from kiosk.domain.beijing_time import in_beijing
from kiosk.domain.staff import Permission
from kiosk.flow.events import Event, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.staff import business, machine_care, paper, report, testing
from kiosk.flow.staff.concerns import (
    CLOCK_WARNING_S,
    DISK_BAD_PERCENT,
    DISK_WARNING_PERCENT,
    FEW_RECEIPTS,
    HEAT_BAD_C,
    HEAT_WARNING_C,
    Concern,
    concerns_of,
    device_word,
    devices_of,
    is_own,
    verdict_of,
    worst_of,
)
from kiosk.flow.staff.entrance import leave
from kiosk.flow.staff.facts import DeviceTest, StaffOverview, Verdict
from kiosk.flow.staff.moves import enter, is_allowed, option_for
from kiosk.flow.staff.situations import GoingDown, PaperWork, StaffHome, StaffMenu
from kiosk.flow.staff.views import Chart, ChartDay, StaffEntry, StaffHomeView, StaffTile
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.texts import Text, literal, text
from kiosk.flow.touches import OptionChosen
from kiosk.flow.views import ChoiceView, Option, Picture

MENU: Final[tuple[tuple[str, Permission, Picture], ...]] = (
    ("tests", Permission.TEST_DEVICES, Picture.TOOLS),
    ("refill", Permission.REFILL_PAPER, Picture.PAPER_ROLL),
    ("jam", Permission.CLEAR_JAM, Picture.PAPER_JAM),
    ("card", Permission.TAKE_IN_CARD, Picture.CARD),
    ("reprint", Permission.REPRINT, Picture.RECEIPT),
    ("unsettled", Permission.SEE_UNSETTLED, Picture.MONEY),
    ("service", Permission.SET_SERVICE, Picture.OFFICE),
    ("levels", Permission.SET_LEVELS, Picture.LOUDSPEAKER),
    ("readiness", Permission.READINESS, Picture.TICK),
    ("audit", Permission.EXPORT_AUDIT, Picture.SHIELD),
    ("mapping", Permission.MAP_DEVICES, Picture.NETWORK),
    ("restart", Permission.RESTART, Picture.CLOCK),
    ("shutdown", Permission.SHUT_DOWN, Picture.POWER),
)
"""Every entry of the staff pages, whose it is, and its drawing."""

NOT_DONE: Final = ("_failed", "_unclear")
"""Endings of notices about what did not happen."""

PERMISSION_OF: Final = {**{entry: permission for entry, permission, _ in MENU}, "new_journal": Permission.SETTLE}


def on_home(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen("menu")):
            return enter(terminal, StaffMenu(), now)
        case Touched(OptionChosen("leave")):
            return leave(terminal, now, is_put_off=True)
        case Touched(OptionChosen(entry)):
            return _opened(terminal, entry, now)
        case _:
            return terminal, ()


def on_menu(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen(entry)):
            return _opened(terminal, entry, now)
        case _:
            return terminal, ()


def _opened(terminal: Terminal, entry: str, now: Moment) -> Result:
    kind, _, rest = entry.partition(".")
    if not is_allowed(terminal, _permission_for(entry)):
        return terminal, ()
    match kind:
        case "test" if rest in {test.value for test in DeviceTest}:
            return testing.begin(terminal, DeviceTest(rest), now)
        case "tests":
            return testing.choose(terminal, now)
        case "refill" | "jam":
            return paper.begin(terminal, PaperWork(kind), now)
        case "card":
            return paper.take_in(terminal, now)
        case "unsettled":
            return business.list_unsettled(terminal, now)
        case "reprint":
            return business.list_receipts(terminal, now)
        case "service":
            return machine_care.set_service(terminal, now)
        case "levels":
            return machine_care.set_levels(terminal, now)
        case "mapping":
            return machine_care.map_devices(terminal, now)
        case "restart" | "shutdown" | "new_journal":
            return machine_care.go_down(terminal, GoingDown(kind), now)
        case "readiness":
            return report.check(terminal, now)
        case "audit":
            return report.export_audit(terminal, now)
        case _:
            return terminal, ()


def _permission_for(entry: str) -> Permission:
    kind = entry.partition(".")[0]
    return PERMISSION_OF.get("tests" if kind == "test" else kind, Permission.READINESS)


def view_menu(terminal: Terminal) -> ChoiceView:
    return ChoiceView(
        question=text("staff.menu.title"),
        options=tuple(
            option_for(terminal, entry, permission, text(f"staff.menu.{entry}"), picture)
            for entry, permission, picture in MENU
        ),
        layout="list",
    )


# --- the picture of the home page ------------------------------------------------------------------------------------


def view_home(terminal: Terminal, situation: StaffHome, now: Moment) -> StaffHomeView:
    concerns = concerns_of(terminal, now)
    overview = terminal.staff.overview
    return StaffHomeView(
        title=_title(terminal, concerns),
        verdict=worst_of(concerns),
        entries=tuple(_entry(terminal, concern) for concern in concerns),
        devices=tuple(_device_tile(terminal, name) for name in devices_of(terminal)),
        facts=() if overview is None else _facts(overview),
        options=(
            Option("leave", text("staff.home.leave")),
            Option("menu", text("staff.home.menu"), is_primary=True),
        ),
        chart=None if overview is None or not overview.days else _chart(overview),
        notice=text(f"staff.done.{situation.notice}") if situation.notice else None,
        is_notice_good=not situation.notice.endswith(NOT_DONE),
    )


def _title(terminal: Terminal, concerns: tuple[Concern, ...]) -> Text:
    if not concerns:
        return text("staff.home.good", terminal=terminal.site.terminal_id)
    own = sum(is_own(terminal, concern) for concern in concerns)
    return text("staff.home.concerns", terminal=terminal.site.terminal_id, count=len(concerns), own=own)


def _entry(terminal: Terminal, concern: Concern) -> StaffEntry:
    is_open = is_allowed(terminal, _permission_for(concern.page))
    who = text(f"staff.who.{concern.actor}")
    return StaffEntry(concern.page, concern.verdict, concern.title, concern.do, who, is_enabled=is_open)


def _device_tile(terminal: Terminal, name: str) -> StaffTile:
    facts = terminal.conditions.device(name)
    return StaffTile(text(f"staff.device.{name}"), device_word(facts), verdict_of(facts))


def _facts(overview: StaffOverview) -> tuple[StaffTile, ...]:
    return (
        _paper(overview),
        _queue(overview),
        _clock(overview),
        _certificates(overview),
        StaffTile(text("staff.fact.configuration"), literal(overview.configuration_version or "-"), Verdict.GOOD),
        _limited("disk", overview.disk_free_percent, DISK_WARNING_PERCENT, DISK_BAD_PERCENT),
        _heat(overview),
        _last_session(overview),
    )


def _paper(overview: StaffOverview) -> StaffTile:
    paper_left = overview.paper
    if paper_left is None:
        return _unknown("paper")
    verdict = Verdict.WARNING if paper_left.receipts_left < FEW_RECEIPTS else Verdict.GOOD
    value = text(
        "staff.fact.paper.value",
        metres=round(paper_left.left_mm / 1000),
        count=max(0, paper_left.receipts_left),
    )
    return StaffTile(text("staff.fact.paper"), value, verdict)


def _queue(overview: StaffOverview) -> StaffTile:
    queue = overview.queue
    verdict = Verdict.WARNING if queue.parked or queue.oldest_s > 3600 else Verdict.GOOD
    if not queue.waiting and not queue.parked:
        return StaffTile(text("staff.fact.queue"), text("staff.fact.queue.empty"), verdict)
    value = text("staff.fact.queue.value", waiting=queue.waiting, parked=queue.parked)
    return StaffTile(text("staff.fact.queue"), value, verdict)


def _clock(overview: StaffOverview) -> StaffTile:
    if overview.clock_offset_s is None:
        return _unknown("clock")
    offset_ms = round(abs(overview.clock_offset_s) * 1000)
    verdict = Verdict.WARNING if abs(overview.clock_offset_s) > CLOCK_WARNING_S else Verdict.GOOD
    value = (
        text("staff.unit.milliseconds", value=offset_ms)
        if offset_ms < 1000
        else text("staff.unit.seconds", value=round(offset_ms / 1000))
    )
    return StaffTile(text("staff.fact.clock"), value, verdict)


def _certificates(overview: StaffOverview) -> StaffTile:
    """The one that wants a look first, or else the one that ends first."""
    every = overview.certificates
    if not every:
        return _unknown("certificate")
    first = min(every, key=lambda each: (each.verdict is Verdict.GOOD, each.days_left))
    value = text("staff.fact.certificate.value", value=max(0, first.days_left))
    return StaffTile(text("staff.fact.certificate"), value, first.verdict)


def _limited(fact: str, value: int | None, warning: int, bad: int) -> StaffTile:
    """A number that must not fall: `staff.fact.<fact>.value` holds its unit."""
    if value is None:
        return _unknown(fact)
    verdict = Verdict.BAD if value <= bad else Verdict.WARNING if value <= warning else Verdict.GOOD
    return StaffTile(text(f"staff.fact.{fact}"), text(f"staff.fact.{fact}.value", value=max(0, value)), verdict)


def _heat(overview: StaffOverview) -> StaffTile:
    heat = overview.temperature_c
    if heat is None:
        return _unknown("heat")
    verdict = Verdict.BAD if heat >= HEAT_BAD_C else Verdict.WARNING if heat >= HEAT_WARNING_C else Verdict.GOOD
    return StaffTile(text("staff.fact.heat"), text("staff.unit.degrees", value=heat), verdict)


def _last_session(overview: StaffOverview) -> StaffTile:
    last = overview.last_session
    if last is None:
        return _unknown("last_session")
    return StaffTile(
        text("staff.fact.last_session"),
        text(
            "staff.fact.last_session.value",
            outcome=text(f"staff.outcome.{_outcome(last.outcome)}"),
            time=f"{in_beijing(last.ended_at):%m-%d %H:%M}",
        ),
        Verdict.GOOD,
    )


def _outcome(outcome: str) -> str:
    kind = outcome.partition(":")[0]
    return kind if kind in {"completed", "links", "card_left", "idle", "ended", "staff"} else "other"


def _unknown(fact: str) -> StaffTile:
    return StaffTile(text(f"staff.fact.{fact}"), text("staff.fact.unknown"), Verdict.UNKNOWN)


def _chart(overview: StaffOverview) -> Chart:
    return Chart(
        title=text("staff.chart.title"),
        sessions=text("staff.chart.sessions"),
        completed=text("staff.chart.completed"),
        paper=text("staff.chart.paper"),
        days=tuple(
            ChartDay(
                day.day,
                text(f"staff.weekday.{day.day.isoweekday()}"),
                day.sessions,
                day.completed,
                round(day.paper_mm / 1000),
            )
            for day in overview.days
        ),
    )
