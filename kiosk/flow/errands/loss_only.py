"""A loss is reported and nothing else: the card stops at once and releases itself; the bank side is the bank's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.domain.application import Reason
from kiosk.domain.beijing_time import in_beijing
from kiosk.domain.errand_slips import LossSlip
from kiosk.domain.masking import mask_name
from kiosk.flow.effects import ReportLoss
from kiosk.flow.errands.facts import Purpose
from kiosk.flow.errands.purposes import purposed
from kiosk.flow.errands.reprinting import slip_message, slip_options
from kiosk.flow.errands.situations_own import (
    ExplainingLossOnly,
    LossOnlyStopped,
    ReportingLossOnly,
    TakingLossSlip,
)
from kiosk.flow.events import CentralRefused, CentralSilent, Event, LossReported, Touched
from kiosk.flow.facts import BankFacts, Moment
from kiosk.flow.old_card import view_explaining_loss
from kiosk.flow.print_job import PrintJob
from kiosk.flow.receipts import stopped_until
from kiosk.flow.situations import EnteringMobile, Troubled
from kiosk.flow.slips import heard_of, print_errand
from kiosk.flow.terminal import Result, Terminal, answer, go, leave, no_way_back, session_of, turn
from kiosk.flow.texts import Text, bilingual, text
from kiosk.flow.touches import Confirmed, Declined, OptionChosen
from kiosk.flow.views import ExplainView, Language, Line, Option, Phase, Picture, ReceiptView

# --- before ----------------------------------------------------------------------------------------------------------


def on_explaining_loss_only(terminal: Terminal, event: Event, now: Moment) -> Result:
    answers = session_of(terminal).answers
    match event:
        case Touched(Confirmed()) if answers.person is not None:
            key = answers.loss_key or now.fresh_id
            effect = ReportLoss(key, answers.person.token)
            return go(answer(terminal, loss_key=key), ReportingLossOnly(key), now, effect)
        case Touched(Declined()):
            return leave(terminal, now)
        case _:
            return terminal, ()


def view_explaining_loss_only(terminal: Terminal, now: Moment) -> ExplainView:
    shared = view_explaining_loss(terminal, now)
    stops, releases, _, bank = shared.lines
    again = Line(text("own.loss.new_card"), Picture.CARD)
    return replace(shared, lines=(stops, releases, bank, again))


def on_reporting_loss_only(terminal: Terminal, situation: ReportingLossOnly, event: Event, now: Moment) -> Result:
    match event:
        case LossReported(situation.ref, report):
            return go(no_way_back(answer(terminal, loss=report)), LossOnlyStopped(), now)
        case CentralRefused(situation.ref, "already_reported"):
            return go(no_way_back(terminal), LossOnlyStopped(is_earlier=True), now)
        case CentralRefused(situation.ref, code):
            return go(terminal, Troubled(code, ("finish",)), now)
        case CentralSilent(situation.ref):
            return go(terminal, Troubled("loss_silent", ("again", "finish"), again_to=ExplainingLossOnly()), now)
        case _:
            return terminal, ()


# --- stopped ---------------------------------------------------------------------------------------------------------


def on_loss_only_stopped(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return _print(no_way_back(terminal), None, now)
        case Touched(Declined()):
            return leave(terminal, now, "loss_only")
        case _:
            return terminal, ()


def view_loss_only_stopped(terminal: Terminal, situation: LossOnlyStopped) -> ExplainView:
    until, bank = _until(terminal), _bank(terminal)
    lines = [Line(text("loss_stopped.now"), Picture.TICK)]
    if until is not None:
        lines.append(Line(text("loss_stopped.releases", date=until), Picture.CALENDAR))
    if bank is not None:
        name = bilingual(bank.name_zh, bank.name_en)
        lines.append(Line(text("loss_stopped.bank", bank=name, phone=bank.loss_phone), Picture.BANK))
    return ExplainView(
        title=text("own.loss.earlier" if situation.is_earlier else "loss_stopped.title"),
        lines=tuple(lines),
        confirm=text("own.loss.print"),
        decline=text("own.loss.no_paper"),
    )


def _until(terminal: Terminal) -> date | None:
    return stopped_until(session_of(terminal).answers)


def _bank(terminal: Terminal) -> BankFacts | None:
    session = session_of(terminal)
    return session.reference.bank(session.answers.bank_code or "")


# --- the slip --------------------------------------------------------------------------------------------------------


def _print(terminal: Terminal, before: PrintJob | None, now: Moment) -> Result:
    job, effect = print_errand(terminal, _slip_of(terminal, now), now, before)
    return go(terminal, TakingLossSlip(job), now, effect)


def _slip_of(terminal: Terminal, now: Moment) -> LossSlip:
    session, site, bank = session_of(terminal), terminal.site, _bank(terminal)
    answers = session.answers
    person, document, loss = answers.person, answers.document, answers.loss
    if person is None or document is None:
        raise RuntimeError("a slip of a loss without a person")
    is_chinese = terminal.preferences.language is Language.ZH
    return LossSlip(
        office_name=site.office_name_zh if is_chinese else site.office_name_en,
        terminal_id=site.terminal_id,
        made_at=in_beijing(now.wall),
        report_number=loss.report_number if loss else "",
        masked_name=mask_name(person.name),
        id_last_four=document.number[-4:],
        card_last_four=person.card.number_last4 if person.card else "",
        stopped_until=_until(terminal),
        bank_name=(bank.name_zh if is_chinese else bank.name_en) if bank else "",
        bank_phone=bank.loss_phone if bank else "",
        hotlines="  ".join(session.reference.hotlines),
    )


def on_taking_loss_slip(terminal: Terminal, situation: TakingLossSlip, event: Event, now: Moment) -> Result:
    slip = heard_of(situation.slip, event, now)
    if slip is not None:
        return turn(terminal, TakingLossSlip(slip))
    phase = situation.slip.phase
    match event:
        case Touched(OptionChosen("print_again")) if phase is Phase.TROUBLE:
            return _print(terminal, situation.slip, now)
        case Touched(OptionChosen("new_card")) if phase is not Phase.WORKING and _may_apply(terminal):
            return _to_the_new_card(terminal, now)
        case Touched(OptionChosen("finish")) if phase is not Phase.WORKING:
            return leave(answer(terminal, has_slip=phase is Phase.DONE), now, "loss_only")
        case _:
            return terminal, ()


def _may_apply(terminal: Terminal) -> bool:
    """One application at a time."""
    person = session_of(terminal).answers.person
    return person is not None and person.open_application is None


def _to_the_new_card(terminal: Terminal, now: Moment) -> Result:
    lost = answer(terminal, reason=Reason.LOST, damaged_card="not_applicable")
    return go(purposed(lost, Purpose.REPLACE), EnteringMobile(), now)


def _message(slip: PrintJob) -> Text:
    """The code beside it is not the slip, so trouble is told in words of its own."""
    if slip.phase is not Phase.TROUBLE:
        return slip_message(slip, "own.loss")
    return text("own.loss.maybe_printed" if slip.may_have_printed else "own.loss.not_printed")


def view_taking_loss_slip(terminal: Terminal, situation: TakingLossSlip) -> ReceiptView:
    is_working = situation.slip.phase is Phase.WORKING
    new_card = Option("new_card", text("own.loss.go_on"), picture=Picture.CARD, is_enabled=not is_working)
    return ReceiptView(
        title=text("loss_stopped.title"),
        receipt_phase=situation.slip.phase,
        receipt_message=_message(situation.slip),
        qr_content=session_of(terminal).reference.app_url,
        qr_caption=text("own.loss.qr"),
        options=slip_options(situation.slip, None, *((new_card,) if _may_apply(terminal) else ())),
    )
