"""Chapter 1: nobody there, what can be done here, the notice."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.application import DeliveryMode, Reason
from kiosk.domain.money import Money
from kiosk.flow.errands.facts import Purpose
from kiosk.flow.errands.purposes import BY_OPTION, PICTURES, purposed, view_notice
from kiosk.flow.errands.situations_own import ChoosingMore
from kiosk.flow.events import Event, ReferenceArrived, Touched
from kiosk.flow.facts import Moment, Reference
from kiosk.flow.fitness import missing_to_charge, missing_to_identify
from kiosk.flow.quiet import is_held
from kiosk.flow.situations import (
    Attract,
    ChoosingPurpose,
    Identifying,
    OutOfService,
    ReadingNotice,
)
from kiosk.flow.terminal import Preferences, Result, Session, Terminal, answer_further, finish, go, session_of
from kiosk.flow.texts import Text, text
from kiosk.flow.touches import Confirmed, Declined, ElderStarted, OptionChosen, Started
from kiosk.flow.views import (
    AttractView,
    ChoiceView,
    ExplainView,
    Line,
    LinksView,
    Option,
    OutOfServiceView,
    Picture,
    Size,
)

CLOSED = "closed"
"""Outside opening hours; it opens by itself."""

# --- nobody there ----------------------------------------------------------------------------------------------------


def on_out_of_service(terminal: Terminal, situation: OutOfService, event: Event, now: Moment) -> Result:
    """A starting terminal opens as soon as it knows its service; any other reason needs staff."""
    if situation.part == "starting" and isinstance(event, ReferenceArrived):
        return go(terminal, Attract(), now)
    if situation.part == CLOSED and is_open(terminal, now):
        return go(terminal, Attract(), now)
    return terminal, ()


def is_open(terminal: Terminal, now: Moment) -> bool:
    """By the opening hours of the service, where it has any."""
    opening = terminal.reference.conduct.opening if terminal.reference is not None else None
    return opening is None or opening.is_open(now.wall)


def view_out_of_service(terminal: Terminal, situation: OutOfService) -> OutOfServiceView:
    reason = situation.part
    if reason == "starting" and not terminal.conditions.is_central_reachable:
        reason = "central"
    return OutOfServiceView(
        title=text("out_of_service.title"),
        reason=text(f"out_of_service.reason.{reason}"),
        lines=(
            Line(text("out_of_service.other_office"), Picture.OFFICE),
            Line(text("out_of_service.hotline"), Picture.PHONE),
        ),
        staff_word=reason,
    )


def on_attract(terminal: Terminal, event: Event, now: Moment) -> Result:
    reference = terminal.reference
    match event:
        case _ if not is_open(terminal, now):
            return go(terminal, OutOfService(CLOSED), now)
        case Touched(Started(language)) if reference is not None and not is_held(terminal, now):
            session = Session(now.fresh_id, reference, present_at_s=now.mono_s, began_at_s=now.mono_s)
            preferences = replace(terminal.preferences, language=language)
            return go(replace(terminal, session=session, preferences=preferences), ChoosingPurpose(), now)
        case Touched(ElderStarted()) if reference is not None and not is_held(terminal, now):
            session = Session(now.fresh_id, reference, present_at_s=now.mono_s, began_at_s=now.mono_s)
            preferences = elder(terminal.preferences)
            return go(replace(terminal, session=session, preferences=preferences), ChoosingPurpose(), now)
        case _:
            return terminal, ()


def elder(preferences: Preferences) -> Preferences:
    """Large, slow and spoken, in one touch."""
    speech = replace(preferences.speech, is_on=True, rate_percent=75, volume_db=-6)
    return replace(preferences, is_elder=True, size=Size.LARGE, speech=speech)


def view_attract(terminal: Terminal, reference: Reference, now: Moment) -> AttractView:
    rules, today = reference.rules, now.wall.date()
    fee = Money(rules.fee_for(Reason.DAMAGED, DeliveryMode.PICKUP, today).amount_fen)
    days = rules.lead_time_for(Reason.DAMAGED, today).days
    missing = missing_to_charge(terminal.conditions)
    return AttractView(
        title=text("attract.title"),
        services=(
            Line(text("attract.service.lost"), Picture.CARD_LOST),
            Line(text("attract.service.damaged"), Picture.CARD_DAMAGED),
        ),
        bring=(
            Line(text("attract.bring.document"), Picture.ID_CARD),
            Line(text("attract.bring.card"), Picture.CARD_DAMAGED),
            Line(text("attract.bring.phone"), Picture.PHONE),
        ),
        fee=text("attract.fee", fee=fee),
        days=text("attract.days", days=days),
        warnings=(*(text(f"missing.{word}") for word in missing), *_what_is_left(terminal)),
    )


def _what_is_left(terminal: Terminal) -> tuple[Text, ...]:
    """Where only the fee cannot be taken, the other services stay open; that is said before anybody begins."""
    only_the_fee = missing_to_charge(terminal.conditions) and not missing_to_identify(terminal.conditions)
    return (text("notice.no_fee_now"),) if only_the_fee else ()


# --- purpose ---------------------------------------------------------------------------------------------------------


def on_choosing_purpose(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen("more")):
            return go(terminal, ChoosingMore(), now)
        case Touched(OptionChosen(word)) if word in BY_OPTION and not missing_to_identify(terminal.conditions):
            own = answer_further(terminal, is_for_other=False)
            return go(purposed(own, BY_OPTION[word]), ReadingNotice(), now)
        case _:
            return terminal, ()


def view_choosing_purpose(terminal: Terminal) -> ChoiceView:
    missing = missing_to_identify(terminal.conditions)
    closed = _missing_note(missing)
    return ChoiceView(
        question=text("purpose.question"),
        options=(
            *(
                Option(
                    word,
                    text(f"purpose.{word}"),
                    text(f"purpose.{word}.about"),
                    PICTURES[purpose],
                    is_enabled=not missing,
                    is_primary=purpose is Purpose.REPLACE,
                    note=closed,
                )
                for word, purpose in BY_OPTION.items()
            ),
            Option("more", text("purpose.more"), text("purpose.more.about"), Picture.OFFICE),
        ),
        layout="list",
    )


def _missing_note(missing: tuple[str, ...]) -> Text | None:
    return text(f"missing.{missing[0]}") if missing else None


def on_showing_links(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return finish(terminal, now, "links")
        case _:
            return terminal, ()


def view_showing_links(terminal: Terminal) -> LinksView:
    reference = session_of(terminal).reference
    return LinksView(
        title=text("links.title"),
        codes=(
            (text("links.app"), reference.app_url),
            (text("links.wechat"), reference.wechat_url),
            (text("links.website"), reference.website_url),
        ),
        confirm=text("links.confirm"),
    )


# --- notice ----------------------------------------------------------------------------------------------------------


def on_reading_notice(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return go(terminal, Identifying(), now)
        case Touched(Declined()):
            return finish(terminal, now, "notice_declined")
        case _:
            return terminal, ()


def view_reading_notice(terminal: Terminal, now: Moment) -> ExplainView:
    purpose = session_of(terminal).purpose
    return _view_notice_of_fee(terminal, now) if purpose is Purpose.REPLACE else view_notice(purpose)


def _who_comes(terminal: Terminal) -> Text:
    is_for_other = session_of(terminal).answers.further.is_for_other
    return text("notice.who_other" if is_for_other else "notice.who")


def _view_notice_of_fee(terminal: Terminal, now: Moment) -> ExplainView:
    rules, today = session_of(terminal).reference.rules, now.wall.date()
    fee = Money(rules.fee_for(Reason.DAMAGED, DeliveryMode.PICKUP, today).amount_fen)
    days = rules.lead_time_for(Reason.DAMAGED, today).days
    return ExplainView(
        title=text("notice.title"),
        lines=(
            Line(_who_comes(terminal), Picture.PERSON),
            Line(text("notice.fee", fee=fee), Picture.MONEY),
            Line(text("notice.days", days=days), Picture.CALENDAR),
            Line(text("notice.privacy"), Picture.SHIELD),
            *(Line(words, Picture.WARNING) for words in (_what_is_left(terminal) if fee.amount_fen else ())),
        ),
        confirm=text("notice.confirm"),
        decline=text("notice.decline"),
    )
