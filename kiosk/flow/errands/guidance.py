"""What fits on no first page, and how a new card is collected: where, when, with what. Nobody has to be known."""

from __future__ import annotations

from kiosk.domain.errands import WhoCollects
from kiosk.flow.delivering import OFFICES_PER_PAGE, per_page
from kiosk.flow.errands.effects import ReadGuide
from kiosk.flow.errands.events import GuideArrived
from kiosk.flow.errands.facts import GuideFacts
from kiosk.flow.errands.situations_own import (
    ChoosingCollectionOffice,
    ChoosingCollector,
    ChoosingMore,
    ReadingGuide,
    ShowingCollectionOffice,
    ShowingPapers,
)
from kiosk.flow.errands.welcome import WAYS_OF_OTHERS, on_way_of_others, ways_of_others
from kiosk.flow.events import CentralRefused, CentralSilent, Event, Touched
from kiosk.flow.facts import Moment, OfficeFacts
from kiosk.flow.paging import page_of, turned
from kiosk.flow.situations import ShowingLinks, Troubled
from kiosk.flow.terminal import Result, Terminal, finish, go, turn
from kiosk.flow.texts import Text, bilingual, literal, text
from kiosk.flow.touches import Confirmed, Declined, OptionChosen, PageTurned
from kiosk.flow.views import ChoiceView, ExplainView, Line, Option, Picture, RecordView, Row, WorkingView

COLLECTORS = {
    WhoCollects.SELF: Picture.PERSON,
    WhoCollects.AGENT: Picture.ID_CARD,
    WhoCollects.GUARDIAN: Picture.SHIELD,
}

# --- more ------------------------------------------------------------------------------------------------------------


def on_choosing_more(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen("guidance")) if terminal.conditions.is_central_reachable:
            return go(terminal, ReadingGuide(now.fresh_id), now, ReadGuide(now.fresh_id))
        case Touched(OptionChosen(word)) if word in WAYS_OF_OTHERS:
            return on_way_of_others(terminal, word, now)
        case Touched(OptionChosen("links")):
            return go(terminal, ShowingLinks(), now)
        case _:
            return terminal, ()


def view_choosing_more(terminal: Terminal, now: Moment) -> ChoiceView:
    is_reachable = terminal.conditions.is_central_reachable
    return ChoiceView(
        question=text("purpose.question"),
        options=(
            *ways_of_others(terminal, now),
            Option(
                "guidance",
                text("purpose.guidance"),
                text("purpose.guidance.about"),
                Picture.OFFICE,
                is_enabled=is_reachable,
                note=None if is_reachable else text("missing.central"),
            ),
            Option("links", text("purpose.links"), text("purpose.links.about"), Picture.PHONE),
        ),
    )


# --- asking ----------------------------------------------------------------------------------------------------------


def on_reading_guide(terminal: Terminal, situation: ReadingGuide, event: Event, now: Moment) -> Result:
    match event:
        case GuideArrived(situation.ref, guide):
            return go(terminal, ChoosingCollector(guide), now)
        case CentralRefused(situation.ref, code):
            return go(terminal, Troubled(code, ("finish",)), now)
        case CentralSilent(situation.ref):
            return go(terminal, Troubled("guide_silent", ("again", "finish"), again_to=ChoosingMore()), now)
        case _:
            return terminal, ()


def view_reading_guide() -> WorkingView:
    return WorkingView(text("own.guide.reading"), text("own.progress.reading.detail"), Picture.OFFICE)


# --- who collects, with what -----------------------------------------------------------------------------------------


def on_choosing_collector(terminal: Terminal, situation: ChoosingCollector, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen(word)) if word in COLLECTORS:
            return go(terminal, ShowingPapers(situation.guide, WhoCollects(word)), now)
        case _:
            return terminal, ()


def view_choosing_collector() -> ChoiceView:
    return ChoiceView(
        question=text("own.guide.who"),
        options=tuple(
            Option(who.value, text(f"own.guide.who.{who.value}"), picture=picture)
            for who, picture in COLLECTORS.items()
        ),
    )


def on_showing_papers(terminal: Terminal, situation: ShowingPapers, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return go(terminal, ChoosingCollectionOffice(situation.guide), now)
        case Touched(Declined()):
            return finish(terminal, now, "guidance")
        case _:
            return terminal, ()


def view_showing_papers(situation: ShowingPapers) -> ExplainView:
    guide = situation.guide
    papers = tuple(paper for paper in guide.papers if paper.who is situation.who)
    return ExplainView(
        title=text(f"own.guide.papers.{situation.who.value}"),
        lines=(
            *(Line(bilingual(zh=paper.text_zh, en=paper.text_en), Picture.ID_CARD) for paper in papers),
            Line(_when(guide), Picture.CALENDAR),
            Line(text("own.guide.keep", days=guide.keep_days), Picture.OFFICE),
            Line(text("own.guide.activate"), Picture.CARD),
        ),
        confirm=text("own.guide.where"),
        decline=text("own.finish"),
    )


def _when(guide: GuideFacts) -> Text:
    ready = guide.ready_if_applied_today
    if ready is None:
        return text("own.guide.about", days=guide.working_days)
    return text("own.guide.ready", days=guide.working_days, date=ready)


# --- where -----------------------------------------------------------------------------------------------------------


def on_choosing_collection_office(
    terminal: Terminal, situation: ChoosingCollectionOffice, event: Event, now: Moment
) -> Result:
    guide = situation.guide
    match event:
        case Touched(PageTurned(by)):
            page = turned(situation.page, by, len(guide.offices), per_page(terminal, OFFICES_PER_PAGE))
            return turn(terminal, ChoosingCollectionOffice(guide, page))
        case Touched(OptionChosen(office_id)) if guide.office(office_id) is not None:
            return go(terminal, ShowingCollectionOffice(guide, office_id), now)
        case _:
            return terminal, ()


def view_choosing_collection_office(terminal: Terminal, situation: ChoosingCollectionOffice) -> ChoiceView:
    here = terminal.site.office_id
    offices = sorted(situation.guide.offices, key=lambda office: office.office_id != here)
    shown, pages = page_of(offices, situation.page, per_page(terminal, OFFICES_PER_PAGE))
    return ChoiceView(
        question=text("own.guide.which_office"),
        hint=text("own.guide.office_hint"),
        options=tuple(_office_option(office, here) for office in shown),
        layout="list",
        page=situation.page,
        pages=pages,
    )


def _office_option(office: OfficeFacts, here: str) -> Option:
    return Option(
        office.office_id,
        bilingual(zh=office.name_zh, en=office.name_en),
        bilingual(zh=office.address_zh, en=office.address_en),
        Picture.OFFICE,
        note=text("office.here") if office.office_id == here else None,
    )


def on_showing_collection_office(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return finish(terminal, now, "guidance")
        case _:
            return terminal, ()


def view_showing_collection_office(situation: ShowingCollectionOffice) -> RecordView:
    guide = situation.guide
    office = guide.office(situation.office_id)
    if office is None:
        raise RuntimeError("an office that was not offered")
    return RecordView(
        title=bilingual(zh=office.name_zh, en=office.name_en),
        rows=(
            Row("address", text("own.guide.address"), bilingual(zh=office.address_zh, en=office.address_en)),
            Row("hours", text("own.guide.hours"), bilingual(zh=office.hours_zh, en=office.hours_en)),
            Row("phone", text("own.guide.phone"), literal(office.phone)),
            Row("hotlines", text("own.guide.hotlines"), literal("  ".join(guide.hotlines))),
        ),
        confirm=text("own.finish"),
        hint=text("own.guide.bring"),
    )
