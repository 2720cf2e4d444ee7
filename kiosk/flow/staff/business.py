"""What is not settled, and receipts printed again. Numbers only; no names."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.domain.money import Money
from kiosk.domain.staff import Permission
from kiosk.flow.events import Event, Ticked, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.keyboard import KeyboardPage
from kiosk.flow.paging import page_of, turned
from kiosk.flow.staff.effects import HandOver, ListReceipts, ListUnsettled, ReprintReceipt, RetryUnsettled
from kiosk.flow.staff.events import (
    ReceiptNotReprinted,
    ReceiptReprinted,
    ReceiptsListed,
    SettlingAnswered,
    UnsettledListed,
)
from kiosk.flow.staff.facts import (
    AuditPhase,
    AuditWord,
    Disposition,
    PastReceipt,
    SettlingOutcome,
    UnsettledItem,
    Verdict,
)
from kiosk.flow.staff.moves import enter, home, is_allowed, is_overdue, option_for, recorded
from kiosk.flow.staff.situations import ReprintingReceipt, SettlingBusiness
from kiosk.flow.staff.views import StaffPageView
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.texts import Text, literal, text
from kiosk.flow.touches import BackTouched, Confirmed, KeyPressed, OptionChosen, PageTurned
from kiosk.flow.views import (
    ChoiceView,
    Line,
    Option,
    Phase,
    Picture,
    TextEntryView,
    WorkingView,
)

PER_PAGE: Final = 6
FEWEST_TYPED, MOST_TYPED = 4, 24
"""Characters of a number: it ends with letters and digits."""

# --- unsettled -------------------------------------------------------------------------------------------------------


def list_unsettled(terminal: Terminal, now: Moment, page: int = 1) -> Result:
    return enter(terminal, SettlingBusiness(now.fresh_id, page=page), now, ListUnsettled(now.fresh_id))


def on_settling(terminal: Terminal, situation: SettlingBusiness, event: Event, now: Moment) -> Result:
    match event:
        case UnsettledListed(situation.ref, items):
            return replace(terminal, situation=replace(situation, items=items)), ()
        case SettlingAnswered(situation.ref, situation.chosen, outcome) if situation.phase is Phase.WORKING:
            return _answered(terminal, situation, outcome)
        case Ticked() if _is_unanswered(situation) and is_overdue(terminal, now):
            return _answered(terminal, replace(situation, items=situation.items or ()), SettlingOutcome.UNREACHABLE)
        case Touched(OptionChosen(option)):
            return _settling_chosen(terminal, situation, option, now)
        case Touched(PageTurned(by)) if situation.items is not None and not situation.chosen:
            page = turned(situation.page, by, len(situation.items), PER_PAGE)
            return replace(terminal, situation=replace(situation, page=page)), ()
        case Touched(BackTouched()):
            return list_unsettled(terminal, now, situation.page) if situation.chosen else home(terminal, now)
        case _:
            return terminal, ()


def _is_unanswered(situation: SettlingBusiness) -> bool:
    return situation.items is None or situation.phase is Phase.WORKING


def _answered(terminal: Terminal, situation: SettlingBusiness, outcome: SettlingOutcome) -> Result:
    is_good = outcome in {SettlingOutcome.SETTLED, SettlingOutcome.HANDED_OVER}
    phase = Phase.DONE if is_good else Phase.TROUBLE
    answered = replace(situation, phase=phase, outcome=outcome)
    if situation.phase is not Phase.WORKING:
        return replace(terminal, situation=answered), ()
    disposition = Disposition.SUCCESS if is_good else Disposition.FAILURE
    word = AuditWord.SETTLE_HAND_OVER if outcome is SettlingOutcome.HANDED_OVER else AuditWord.SETTLE_RETRY
    record = recorded(terminal, word, AuditPhase.END, disposition, (("outcome", outcome.value),))
    return replace(terminal, situation=answered, serial=terminal.serial + 1), (record,)


def _settling_chosen(terminal: Terminal, situation: SettlingBusiness, option: str, now: Moment) -> Result:
    item = _item(situation)
    if item is None:
        known = {each.item_id for each in situation.items or ()}
        if option in known:
            return enter(terminal, replace(situation, chosen=option, outcome=None, phase=Phase.WAITING), now)
        return list_unsettled(terminal, now) if option == "again" else (terminal, ())
    if situation.phase is Phase.WORKING or not is_allowed(terminal, Permission.SETTLE):
        return list_unsettled(terminal, now, situation.page) if option == "list" else (terminal, ())
    number = (("number", item.number),)
    asking = replace(situation, ref=now.fresh_id, phase=Phase.WORKING, outcome=None)
    match option:
        case "retry":
            record = recorded(terminal, AuditWord.SETTLE_RETRY, AuditPhase.BEGIN, facts=number)
            return enter(terminal, asking, now, record, RetryUnsettled(now.fresh_id, item.item_id))
        case "hand_over" if not item.is_handed_over:
            record = recorded(terminal, AuditWord.SETTLE_HAND_OVER, AuditPhase.BEGIN, facts=number)
            return enter(terminal, asking, now, record, HandOver(now.fresh_id, item.item_id))
        case "list":
            return list_unsettled(terminal, now, situation.page)
        case _:
            return terminal, ()


def _item(situation: SettlingBusiness) -> UnsettledItem | None:
    return next((each for each in situation.items or () if each.item_id == situation.chosen), None)


def view_settling(terminal: Terminal, situation: SettlingBusiness) -> ChoiceView | StaffPageView | WorkingView:
    item = _item(situation)
    if situation.items is None:
        return WorkingView(text("staff.unsettled.title"), text("staff.listing"), Picture.MONEY)
    if item is not None and situation.phase is Phase.WORKING:
        return WorkingView(text("staff.unsettled.asking"), _describe(item), Picture.NETWORK)
    if item is not None:
        return _view_item(terminal, situation, item)
    if not situation.items:
        return _view_nothing(situation)
    shown, pages = page_of(situation.items, situation.page, PER_PAGE)
    return ChoiceView(
        question=text("staff.unsettled.title"),
        hint=text("staff.unsettled.hint"),
        options=tuple(Option(each.item_id, _named(each), _describe(each), Picture.MONEY) for each in shown),
        layout="list",
        page=situation.page,
        pages=pages,
    )


def _view_nothing(situation: SettlingBusiness) -> StaffPageView:
    key = "staff.unsettled.not_listed" if situation.outcome is not None else "staff.unsettled.none"
    return StaffPageView(
        title=text("staff.unsettled.title"),
        verdict=Verdict.WARNING if situation.outcome else Verdict.GOOD,
        lines=(Line(text(key), Picture.WARNING if situation.outcome else Picture.TICK),),
        options=(Option("again", text("staff.again")),),
    )


def _view_item(terminal: Terminal, situation: SettlingBusiness, item: UnsettledItem) -> StaffPageView:
    outcome = (
        ()
        if situation.outcome is None
        else (
            Line(
                text(f"staff.settling.{situation.outcome.value}"),
                Picture.TICK if situation.phase is Phase.DONE else Picture.WARNING,
            ),
        )
    )
    return StaffPageView(
        title=_named(item),
        verdict=_verdict(situation),
        lines=(
            *outcome,
            Line(_describe(item), Picture.CALENDAR),
            Line(text(f"staff.unsettled.about.{item.kind.value}"), Picture.HELP),
        ),
        options=_settling_options(terminal, situation, item),
    )


def _verdict(situation: SettlingBusiness) -> Verdict:
    return {Phase.DONE: Verdict.GOOD, Phase.TROUBLE: Verdict.BAD}.get(situation.phase, Verdict.WARNING)


def _settling_options(terminal: Terminal, situation: SettlingBusiness, item: UnsettledItem) -> tuple[Option, ...]:
    if situation.phase is Phase.DONE:
        return (Option("list", text("staff.unsettled.list"), is_primary=True),)
    hand_over = option_for(terminal, "hand_over", Permission.SETTLE, text("staff.unsettled.hand_over"))
    retry = option_for(terminal, "retry", Permission.SETTLE, text("staff.unsettled.retry"))
    handing = () if item.is_handed_over else (hand_over,)
    return (Option("list", text("staff.unsettled.list")), *handing, replace(retry, is_primary=True))


def _named(item: UnsettledItem) -> Text:
    return text("staff.unsettled.item", kind=text(f"staff.unsettled.kind.{item.kind.value}"), number=item.number)


def _describe(item: UnsettledItem) -> Text:
    since = text("staff.unsettled.since", at=item.since, attempts=item.attempts)
    if item.is_handed_over:
        since = text("staff.unsettled.handed_over", since=since)
    if item.amount_fen is None:
        return since
    return text("staff.unsettled.amount", since=since, amount=Money(item.amount_fen))


# --- receipts again --------------------------------------------------------------------------------------------------


def list_receipts(terminal: Terminal, now: Moment) -> Result:
    return enter(terminal, ReprintingReceipt(now.fresh_id), now, ListReceipts(now.fresh_id))


def on_reprinting(terminal: Terminal, situation: ReprintingReceipt, event: Event, now: Moment) -> Result:
    match event:
        case ReceiptsListed(situation.ref, receipts):
            return replace(terminal, situation=replace(situation, receipts=receipts)), ()
        case ReceiptReprinted(situation.ref, situation.number, copy_number) if situation.phase is Phase.WORKING:
            return _reprinted(terminal, replace(situation, phase=Phase.DONE, copy_number=copy_number))
        case ReceiptNotReprinted(situation.ref, situation.number, problem) if situation.phase is Phase.WORKING:
            return _reprinted(terminal, replace(situation, phase=Phase.TROUBLE, problem=problem))
        case Ticked() if situation.receipts is None and is_overdue(terminal, now):
            return replace(terminal, situation=replace(situation, receipts=())), ()
        case Ticked() if situation.phase is Phase.WORKING and is_overdue(terminal, now, 90.0):
            return _reprinted(terminal, replace(situation, phase=Phase.TROUBLE, problem="no_answer"))
        case Touched(OptionChosen(option)):
            return _reprint_chosen(terminal, situation, option, now)
        case Touched(PageTurned(by)) if situation.receipts is not None:
            page = turned(situation.page, by, len(_found(situation)), PER_PAGE)
            return replace(terminal, situation=replace(situation, page=page)), ()
        case Touched(KeyPressed(key)) if situation.typed is not None:
            return replace(terminal, situation=replace(situation, typed=_typed(situation.typed, key))), ()
        case Touched(Confirmed()) if situation.typed is not None and len(situation.typed) >= FEWEST_TYPED:
            return _print(terminal, situation, now, by_number=True)
        case Touched(BackTouched()) if situation.phase is not Phase.WORKING:
            is_list = situation.typed is None and not situation.number
            return home(terminal, now) if is_list else list_receipts(terminal, now)
        case _:
            return terminal, ()


def _typed(typed: str, key: str) -> str:
    if key == "clear":
        return ""
    if key == "backspace":
        return typed[:-1]
    is_character = len(key) == 1 and key.isascii() and key.isalnum()
    return (typed + key.upper())[:MOST_TYPED] if is_character else typed


def _found(situation: ReprintingReceipt) -> tuple[PastReceipt, ...]:
    """All, or those whose number ends with what is typed."""
    receipts = situation.receipts or ()
    if not situation.typed:
        return receipts
    return tuple(each for each in receipts if _characters(each.number).endswith(situation.typed))


def _characters(number: str) -> str:
    return "".join(character for character in number.upper() if character.isalnum())


def _reprint_chosen(terminal: Terminal, situation: ReprintingReceipt, option: str, now: Moment) -> Result:
    if situation.phase is Phase.WORKING:
        return terminal, ()
    match option:
        case "by_number" if situation.receipts is not None and not situation.number:
            return enter(terminal, replace(situation, typed=""), now)
        case "list":
            return list_receipts(terminal, now)
        case "again" if situation.number:
            return _print(terminal, situation, now)
        case _ if option in {each.number for each in situation.receipts or ()}:
            return _print(terminal, replace(situation, number=option), now)
        case _:
            return terminal, ()


def _print(terminal: Terminal, situation: ReprintingReceipt, now: Moment, *, by_number: bool = False) -> Result:
    """By its whole number, or by the last digits where they tell one from all others."""
    number = situation.number
    if by_number:
        found = _found(situation)
        if len(found) != 1:
            problem = "several" if found else "not_found"
            return enter(terminal, replace(situation, phase=Phase.TROUBLE, problem=problem), now)
        number = found[0].number
    printing = replace(
        situation, ref=now.fresh_id, number=number, typed=None, phase=Phase.WORKING, problem="", copy_number=0
    )
    record = recorded(terminal, AuditWord.RECEIPT_REPRINT, AuditPhase.BEGIN, facts=(("number", number),))
    return enter(terminal, printing, now, record, ReprintReceipt(now.fresh_id, number, terminal.preferences.language))


def _reprinted(terminal: Terminal, situation: ReprintingReceipt) -> Result:
    is_done = situation.phase is Phase.DONE
    disposition = Disposition.SUCCESS if is_done else Disposition.FAILURE
    facts = (("number", situation.number), ("copy", situation.copy_number))
    record = recorded(terminal, AuditWord.RECEIPT_REPRINT, AuditPhase.END, disposition, facts)
    return replace(terminal, situation=situation, serial=terminal.serial + 1), (record,)


def view_reprinting(situation: ReprintingReceipt) -> ChoiceView | TextEntryView | StaffPageView | WorkingView:
    if situation.receipts is None:
        return WorkingView(text("staff.reprint.title"), text("staff.listing"), Picture.RECEIPT)
    if situation.phase is Phase.WORKING:
        return WorkingView(text("staff.reprint.printing"), literal(situation.number), Picture.PRINTER)
    if situation.phase in {Phase.DONE, Phase.TROUBLE} and situation.number:
        return _view_reprinted(situation)
    if situation.typed is not None:
        return _view_typing(situation, situation.typed)
    return _view_receipts(situation, situation.receipts)


def _view_receipts(situation: ReprintingReceipt, receipts: tuple[PastReceipt, ...]) -> ChoiceView:
    shown, pages = page_of(receipts, situation.page, PER_PAGE - 1)
    by_number = Option("by_number", text("staff.reprint.by_number"), picture=Picture.HELP, is_primary=True)
    return ChoiceView(
        question=text("staff.reprint.title"),
        hint=text("staff.reprint.hint" if receipts else "staff.reprint.none"),
        options=(
            by_number,
            *(Option(each.number, literal(each.number), _about(each), Picture.RECEIPT) for each in shown),
        ),
        layout="list",
        page=situation.page,
        pages=pages,
    )


def _about(receipt: PastReceipt) -> Text:
    key = "staff.reprint.about" if receipt.was_confirmed else "staff.reprint.about_unconfirmed"
    return text(key, at=receipt.at, copies=receipt.copies)


def _view_typing(situation: ReprintingReceipt, typed: str) -> TextEntryView:
    problem = text(f"staff.reprint.problem.{situation.problem}") if situation.problem else None
    return TextEntryView(
        question=text("staff.reprint.by_number"),
        hint=text("staff.reprint.by_number.hint"),
        value=typed,
        placeholder=text("staff.reprint.placeholder"),
        confirm=text("staff.reprint.confirm"),
        problem=problem,
        can_confirm=len(typed) >= FEWEST_TYPED,
        page=KeyboardPage.LETTERS,
        pages=(KeyboardPage.LETTERS,),
    )


def _view_reprinted(situation: ReprintingReceipt) -> StaffPageView:
    if situation.phase is Phase.DONE:
        line = Line(text("staff.reprint.done", copy=situation.copy_number), Picture.TICK)
        options = (Option("list", text("staff.reprint.list"), is_primary=True),)
    else:
        line = Line(text(f"staff.reprint.problem.{situation.problem}"), Picture.WARNING)
        options = (
            Option("list", text("staff.reprint.list")),
            Option("again", text("staff.again"), is_primary=True),
        )
    return StaffPageView(
        title=text("staff.reprint.title"),
        verdict=Verdict.GOOD if situation.phase is Phase.DONE else Verdict.BAD,
        lines=(line,),
        options=options,
        reference=text("reference", number=situation.number),
    )
