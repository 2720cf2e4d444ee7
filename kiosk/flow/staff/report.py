"""The readiness report on one page, and what is taken away on a stick."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.flow.events import Event, Ticked, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.staff.effects import Export, MakeReadinessReport, PrintReadiness
from kiosk.flow.staff.events import (
    ExportDone,
    ExportFailed,
    ReadinessNotPrinted,
    ReadinessPrinted,
    ReadinessProgressed,
    ReadinessReady,
)
from kiosk.flow.staff.facts import AuditPhase, AuditWord, Disposition, ExportKind, ReadinessReport, Verdict
from kiosk.flow.staff.measured import line_of
from kiosk.flow.staff.moves import enter, home, is_overdue, recorded
from kiosk.flow.staff.situations import CheckingReadiness, Exporting
from kiosk.flow.staff.views import StaffPageView, StaffReportView
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.texts import Text, literal, text
from kiosk.flow.touches import BackTouched, OptionChosen
from kiosk.flow.views import Line, Option, Phase, Picture, WorkingView

REPORT_LIMIT_S: Final = 75.0

# --- readiness -------------------------------------------------------------------------------------------------------


def check(terminal: Terminal, now: Moment) -> Result:
    record = recorded(terminal, AuditWord.READINESS_REPORT, AuditPhase.BEGIN)
    make = MakeReadinessReport(now.fresh_id, terminal.preferences.language)
    return enter(terminal, CheckingReadiness(now.fresh_id), now, record, make)


def on_checking_readiness(terminal: Terminal, situation: CheckingReadiness, event: Event, now: Moment) -> Result:
    match event:
        case ReadinessProgressed(situation.ref, done, total):
            return replace(terminal, situation=replace(situation, done=done, total=total)), ()
        case ReadinessReady(situation.ref, report) if situation.report is None:
            return _ready(terminal, situation, report)
        case ReadinessPrinted(situation.ref):
            return _sent(terminal, situation, "printed", now)
        case ReadinessNotPrinted(situation.ref, _):
            return _sent(terminal, situation, "not_printed", now)
        case ExportDone(situation.ref, ExportKind.READINESS, _):
            return _sent(terminal, situation, "exported", now)
        case ExportFailed(situation.ref, ExportKind.READINESS, problem):
            return _sent(terminal, situation, problem.value, now)
        case Ticked() if situation.phase is Phase.WORKING and is_overdue(terminal, now, REPORT_LIMIT_S):
            return _overdue(terminal, situation)
        case Touched(OptionChosen(option)):
            return _chosen(terminal, situation, option, now)
        case Touched(BackTouched()):
            return home(terminal, now)
        case _:
            return terminal, ()


def _ready(terminal: Terminal, situation: CheckingReadiness, report: ReadinessReport) -> Result:
    ready = replace(situation, report=report, phase=Phase.DONE)
    record = recorded(terminal, AuditWord.READINESS_REPORT, AuditPhase.END, facts=(("verdict", report.verdict.value),))
    return replace(terminal, situation=ready, serial=terminal.serial + 1), (record,)


def _sent(terminal: Terminal, situation: CheckingReadiness, sent: str, now: Moment) -> Result:
    del now
    return replace(terminal, situation=replace(situation, sent=sent, phase=Phase.DONE)), ()


def _overdue(terminal: Terminal, situation: CheckingReadiness) -> Result:
    if situation.report is not None:
        return replace(terminal, situation=replace(situation, sent="no_answer", phase=Phase.DONE)), ()
    record = recorded(terminal, AuditWord.READINESS_REPORT, AuditPhase.END, Disposition.FAILURE)
    return replace(terminal, situation=replace(situation, phase=Phase.TROUBLE)), (record,)


def _chosen(terminal: Terminal, situation: CheckingReadiness, option: str, now: Moment) -> Result:
    language, report = terminal.preferences.language, situation.report
    asking = replace(situation, ref=now.fresh_id, phase=Phase.WORKING, sent="")
    match option:
        case "print" if report is not None and situation.phase is not Phase.WORKING:
            return enter(terminal, asking, now, PrintReadiness(now.fresh_id, report, language))
        case "export" if report is not None and situation.phase is not Phase.WORKING:
            return enter(terminal, asking, now, Export(now.fresh_id, ExportKind.READINESS, language))
        case "again" if situation.phase is not Phase.WORKING:
            return check(terminal, now)
        case _:
            return terminal, ()


def view_checking_readiness(situation: CheckingReadiness) -> StaffReportView:
    report = situation.report
    return StaffReportView(
        title=text("staff.report.title"),
        verdict=report.verdict if report else Verdict.UNKNOWN,
        message=_message(situation),
        rows=tuple(map(line_of, report.rows)) if report else (),
        options=_options(situation),
        done=situation.done,
        note=_note(situation),
        is_note_good=situation.sent in {"", "printed", "exported"},
        total=0 if report or situation.phase is not Phase.WORKING else max(1, situation.total),
    )


def _note(situation: CheckingReadiness) -> Text | None:
    if situation.sent:
        return text(f"staff.report.{situation.sent}")
    is_sending = situation.report is not None and situation.phase is Phase.WORKING
    return text("staff.report.sending") if is_sending else None


def _message(situation: CheckingReadiness) -> Text:
    report = situation.report
    if report is None:
        return text("staff.report.failed" if situation.phase is Phase.TROUBLE else "staff.report.making")
    return text(f"staff.report.verdict.{report.verdict.value}", at=report.made_at)


def _options(situation: CheckingReadiness) -> tuple[Option, ...]:
    if situation.phase is Phase.WORKING:
        return ()
    again = Option("again", text("staff.again"))
    if situation.report is None:
        return (again,)
    return (
        again,
        Option("export", text("staff.report.export")),
        Option("print", text("staff.report.print"), is_primary=True),
    )


# --- the audit log on a stick ----------------------------------------------------------------------------------------


def export_audit(terminal: Terminal, now: Moment) -> Result:
    record = recorded(terminal, AuditWord.AUDIT_EXPORT, AuditPhase.BEGIN)
    export = Export(now.fresh_id, ExportKind.AUDIT, terminal.preferences.language)
    return enter(terminal, Exporting(ExportKind.AUDIT, now.fresh_id), now, record, export)


def on_exporting(terminal: Terminal, situation: Exporting, event: Event, now: Moment) -> Result:
    match event:
        case ExportDone(situation.ref, _, file_name) if situation.phase is Phase.WORKING:
            return _exported(terminal, replace(situation, phase=Phase.DONE, file_name=file_name))
        case ExportFailed(situation.ref, _, problem) if situation.phase is Phase.WORKING:
            return _exported(terminal, replace(situation, phase=Phase.TROUBLE, problem=problem.value))
        case Ticked() if situation.phase is Phase.WORKING and is_overdue(terminal, now):
            return _exported(terminal, replace(situation, phase=Phase.TROUBLE, problem="no_answer"))
        case Touched(OptionChosen("again")) if situation.phase is Phase.TROUBLE:
            return export_audit(terminal, now)
        case Touched(OptionChosen("done") | BackTouched()) if situation.phase is not Phase.WORKING:
            return home(terminal, now)
        case _:
            return terminal, ()


def _exported(terminal: Terminal, situation: Exporting) -> Result:
    disposition = Disposition.SUCCESS if situation.phase is Phase.DONE else Disposition.FAILURE
    record = recorded(terminal, AuditWord.AUDIT_EXPORT, AuditPhase.END, disposition)
    return replace(terminal, situation=situation, serial=terminal.serial + 1), (record,)


def view_exporting(situation: Exporting) -> WorkingView | StaffPageView:
    match situation.phase:
        case Phase.DONE:
            return StaffPageView(
                title=text("staff.audit.done"),
                verdict=Verdict.GOOD,
                lines=(Line(text("staff.audit.take_stick"), Picture.TICK),),
                options=(Option("done", text("staff.audit.back"), is_primary=True),),
                reference=literal(situation.file_name),
            )
        case Phase.TROUBLE:
            return StaffPageView(
                title=text("staff.audit.failed"),
                verdict=Verdict.BAD,
                lines=(Line(text(f"staff.report.{situation.problem}"), Picture.WARNING),),
                options=(
                    Option("done", text("staff.audit.back")),
                    Option("again", text("staff.again"), is_primary=True),
                ),
            )
        case Phase.WORKING | Phase.WAITING:
            return WorkingView(text("staff.audit.exporting"), text("staff.audit.detail"), Picture.SHIELD)
