"""Work with the hands: a new roll, a jam, a card that somebody forgot."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.flow.events import DeviceChanged, Event, Ticked, Touched
from kiosk.flow.facts import DeviceFacts, Moment
from kiosk.flow.staff.effects import PaperReplaced, PrintTestStrip
from kiosk.flow.staff.entrance import leave
from kiosk.flow.staff.events import StripNotPrinted, StripPrinted
from kiosk.flow.staff.facts import AuditPhase, AuditWord, Disposition
from kiosk.flow.staff.moves import ANSWER_LIMIT_S, enter, home, recorded
from kiosk.flow.staff.situations import HandlingPaper, PaperStage, PaperWork, TakingInCard
from kiosk.flow.staff.views import GuideStep, GuideView
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.texts import Text, text
from kiosk.flow.touches import BackTouched, Confirmed, Declined, OptionChosen
from kiosk.flow.views import ExplainView, Line, Option, Phase, Picture

STAGES: Final = tuple(PaperStage)
DONE_S: Final = 20.0
"""So long the last page stands; then the terminal goes back into service by itself."""

AUDITED: Final = {PaperWork.REFILL: AuditWord.PAPER_REFILL, PaperWork.JAM: AuditWord.JAM_CLEARED}
PICTURES: Final = {
    PaperStage.OPEN: Picture.PRINTER_OPEN,
    PaperStage.CLOSE: Picture.PRINTER_CLOSE,
    PaperStage.STRIP: Picture.RECEIPT,
}
HANDLED: Final = {PaperWork.REFILL: Picture.PAPER_ROLL, PaperWork.JAM: Picture.PAPER_JAM}


def begin(terminal: Terminal, work: PaperWork, now: Moment) -> Result:
    record = recorded(terminal, AUDITED[work], AuditPhase.BEGIN)
    stage = PaperStage.HANDLE if _is_open(_printer(terminal)) else PaperStage.OPEN
    return enter(terminal, HandlingPaper(work, stage, stage_at_s=now.mono_s), now, record)


def _printer(terminal: Terminal) -> DeviceFacts:
    return terminal.conditions.device("receipt_printer")


def _is_open(facts: DeviceFacts) -> bool:
    return facts.detail == "cover_open"


def _is_ready(facts: DeviceFacts) -> bool:
    return facts.is_online and facts.paper in {"full", "low", "unknown", ""}


def on_handling_paper(terminal: Terminal, situation: HandlingPaper, event: Event, now: Moment) -> Result:
    match event:
        case DeviceChanged("receipt_printer", facts):
            return _sensed(terminal, situation, facts, now)
        case StripPrinted(situation.ref) if situation.stage is PaperStage.STRIP:
            return _done(terminal, situation, now)
        case StripNotPrinted(situation.ref, problem) if situation.stage is PaperStage.STRIP:
            return replace(terminal, situation=replace(situation, problem=problem)), ()
        case Ticked():
            return _waited(terminal, situation, now)
        case Touched(OptionChosen(option)):
            return _chosen(terminal, situation, option, now)
        case Touched(BackTouched()):
            return _left(terminal, situation, now)
        case _:
            return terminal, ()


def _sensed(terminal: Terminal, situation: HandlingPaper, facts: DeviceFacts, now: Moment) -> Result:
    """The guide follows the hands: the printer says when it is open, and when it is ready again."""
    stage = situation.stage
    if _is_open(facts) and stage is PaperStage.OPEN:
        return _to(terminal, situation, PaperStage.HANDLE, now)
    is_opened_again = stage is PaperStage.CLOSE or (stage is PaperStage.STRIP and bool(situation.problem))
    if _is_open(facts) and is_opened_again:
        return _to(terminal, situation, PaperStage.HANDLE, now)
    if _is_ready(facts) and stage in {PaperStage.HANDLE, PaperStage.CLOSE}:
        return _strip(terminal, situation, now)
    return terminal, ()


def _to(terminal: Terminal, situation: HandlingPaper, stage: PaperStage, now: Moment) -> Result:
    moved = replace(situation, stage=stage, problem="", stage_at_s=now.mono_s)
    return replace(terminal, situation=moved, serial=terminal.serial + 1), ()


def _strip(terminal: Terminal, situation: HandlingPaper, now: Moment) -> Result:
    """A strip of a few centimetres shows that the paper lies right; nothing that waited from before is printed."""
    printing, _ = _to(terminal, replace(situation, ref=now.fresh_id), PaperStage.STRIP, now)
    strip = PrintTestStrip(now.fresh_id, terminal.preferences.language)
    is_refill = situation.work is PaperWork.REFILL
    return printing, (PaperReplaced(), strip) if is_refill and situation.stage is not PaperStage.STRIP else (strip,)


def _done(terminal: Terminal, situation: HandlingPaper, now: Moment) -> Result:
    finished, _ = _to(terminal, situation, PaperStage.DONE, now)
    return finished, (recorded(terminal, AUDITED[situation.work], AuditPhase.END),)


def _waited(terminal: Terminal, situation: HandlingPaper, now: Moment) -> Result:
    waited_s = now.mono_s - situation.stage_at_s
    if situation.stage is PaperStage.STRIP and not situation.problem and waited_s >= ANSWER_LIMIT_S:
        return replace(terminal, situation=replace(situation, problem="no_answer")), ()
    if situation.stage is PaperStage.DONE and waited_s >= DONE_S:
        return leave(terminal, now, is_put_off=True)
    return terminal, ()


def _chosen(terminal: Terminal, situation: HandlingPaper, option: str, now: Moment) -> Result:
    stage = situation.stage
    match option:
        case "next" if stage is PaperStage.CLOSE:
            return _strip(terminal, situation, now)
        case "next" if stage in {PaperStage.OPEN, PaperStage.HANDLE}:
            return _to(terminal, situation, STAGES[STAGES.index(stage) + 1], now)
        case "again" if stage is PaperStage.STRIP and situation.problem:
            return _strip(terminal, situation, now)
        case "open" if stage is PaperStage.STRIP and situation.problem:
            return _to(terminal, situation, PaperStage.OPEN, now)
        case "home" if stage is PaperStage.DONE:
            return home(terminal, now)
        case "leave" if stage is PaperStage.DONE:
            return leave(terminal, now, is_put_off=True)
        case _:
            return terminal, ()


def _left(terminal: Terminal, situation: HandlingPaper, now: Moment) -> Result:
    after, effects = home(terminal, now)
    if situation.stage is PaperStage.DONE:
        return after, effects
    return after, (recorded(terminal, AUDITED[situation.work], AuditPhase.END, Disposition.CANCELLED), *effects)


def view_handling_paper(terminal: Terminal, situation: HandlingPaper, now: Moment) -> GuideView:
    at = STAGES.index(situation.stage)
    is_done = situation.stage is PaperStage.DONE
    phase = Phase.DONE if is_done else Phase.TROUBLE if situation.problem else Phase.WORKING
    return GuideView(
        title=text(f"staff.paper.{situation.work.value}.title"),
        steps=tuple(
            GuideStep(_step_text(situation, stage), _picture(situation, stage), _phase_of(place, at))
            for place, stage in enumerate(STAGES[:-1])
        ),
        phase=phase if situation.stage in {PaperStage.STRIP, PaperStage.DONE} else Phase.WAITING,
        message=_message(terminal, situation, now),
        options=_options(terminal, situation),
    )


def _step_text(situation: HandlingPaper, stage: PaperStage) -> Text:
    return text(f"staff.paper.{situation.work.value}.{stage.value}")


def _picture(situation: HandlingPaper, stage: PaperStage) -> Picture:
    return HANDLED[situation.work] if stage is PaperStage.HANDLE else PICTURES[stage]


def _phase_of(place: int, at: int) -> Phase:
    return Phase.DONE if place < at else Phase.WORKING if place == at else Phase.WAITING


def _message(terminal: Terminal, situation: HandlingPaper, now: Moment) -> Text:
    if situation.problem:
        return text(f"staff.print_problem.{situation.problem}")
    if situation.stage is PaperStage.DONE:
        seconds = max(0, round(situation.stage_at_s + DONE_S - now.mono_s))
        return text("staff.paper.done_receipt" if _receipt_waits(terminal) else "staff.paper.done", seconds=seconds)
    return text("staff.paper.printing" if situation.stage is PaperStage.STRIP else "staff.paper.sensed")


def _receipt_waits(terminal: Terminal) -> bool:
    return terminal.beneath is not None and terminal.beneath.session is not None


def _options(terminal: Terminal, situation: HandlingPaper) -> tuple[Option, ...]:
    if situation.stage is PaperStage.DONE:
        leave_now = text("staff.paper.leave_receipt" if _receipt_waits(terminal) else "staff.paper.leave")
        return (
            Option("home", text("staff.paper.home")),
            Option("leave", leave_now, is_primary=True),
        )
    if situation.stage is PaperStage.STRIP:
        again = (
            Option("open", text("staff.paper.open_again")),
            Option("again", text("staff.paper.again"), is_primary=True),
        )
        return again if situation.problem else ()
    return (Option("next", text("staff.paper.next"), is_primary=True),)


# --- a forgotten card ------------------------------------------------------------------------------------------------


def take_in(terminal: Terminal, now: Moment) -> Result:
    return enter(terminal, TakingInCard(), now)


def on_taking_in_card(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            after, effects = home(terminal, now, "card")
            return after, (recorded(terminal, AuditWord.CARD_TAKEN_IN), *effects)
        case Touched(Declined()):
            return home(terminal, now)
        case _:
            return terminal, ()


def view_taking_in_card() -> ExplainView:
    return ExplainView(
        title=text("staff.card.title"),
        lines=(
            Line(text("staff.card.take"), Picture.CARD),
            Line(text("staff.card.envelope"), Picture.CALENDAR),
            Line(text("staff.card.box"), Picture.SHIELD),
        ),
        confirm=text("staff.card.confirm"),
        decline=text("staff.card.decline"),
    )
