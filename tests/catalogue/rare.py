"""What happens seldom and has words of its own: states that no story of the flow passes through on its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from kiosk.domain.application import ApplicationState, PaymentState
from kiosk.domain.errands import Errand, NextAction
from kiosk.domain.language import Language
from kiosk.flow.errands.events import CardHandInRecorded
from kiosk.flow.errands.scanning import OF_THE_CAMERA
from kiosk.flow.events import ApplicationAnswered, CentralRefused, CentralSilent, ReferenceArrived, ScanTroubled
from kiosk.flow.touches import Confirmed, Declined, OptionChosen, Started
from tests.flows.other_stages import (
    awaiting_phone,
    opening_for_a_photo,
    opening_hand_off,
    registered,
    scanning_e_card,
)
from tests.flows.own_stages import CARD_DUE, asked, progress, tracked
from tests.flows.stages import answered, looking_up, slip_out
from tests.flows.story import ACCEPTED, APPLICATION, PERSON, REFERENCE, Story

WRONG_IN_THE_RECORD: Final = [
    (what, who) for what in ("name_differs", "number_differs") for who in ("employer", "community")
]
PAID: Final = tracked(APPLICATION, NextAction.SUBMIT, Errand.SUBMIT, Errand.CANCEL)


def refused(what: str, who: str) -> Story:
    story = looking_up()
    return story.tell(CentralRefused(asked(story), what, who))


def identifying(story: Story) -> Story:
    return story.touch(Started(Language.ZH), OptionChosen("replace"), Confirmed())


def silent(story: Story) -> Story:
    return story.tell(CentralSilent(asked(story)))


def in_production() -> Story:
    """Somebody who comes to replace a card whose replacement is on its way."""
    made = replace(ACCEPTED, state=ApplicationState.PRODUCING)
    return identifying(Story().open_for_business()).identified(replace(PERSON, open_application=made))


def switched_off() -> Story:
    """The office has switched off a part of the service."""
    closed = frozenset({"replace_lost", "replace_damaged"})
    service = replace(REFERENCE, conduct=replace(REFERENCE.conduct, switched_off=closed))
    story = identifying(Story().open_for_business().tell(ReferenceArrived(service)))
    return story.identified().touch(Confirmed())


def agents_answers() -> Story:
    story = registered().touch(OptionChosen("damaged"), OptionChosen("handed_in"), OptionChosen("known"))
    return story.touch(OptionChosen("pickup"), OptionChosen("CY-1"), OptionChosen("keep"))


def taking_things_of_two() -> Story:
    """Somebody who came for another person has paid, has the receipt and goes."""
    story = agents_answers().touch(Confirmed())
    story.tell(ApplicationAnswered(asked(story), APPLICATION)).touch(OptionChosen("scan_screen"))
    story.tell(answered(story, PaymentState.PAID))
    story.tell(ApplicationAnswered(asked(story), ACCEPTED)).touch(Confirmed())
    return slip_out(story).touch(OptionChosen("finish"))


def given_to_staff() -> Story:
    story = progress(CARD_DUE).touch(Confirmed(), OptionChosen("to_staff"))
    return story.tell(CardHandInRecorded(asked(story)))


RARE: Final[Mapping[str, Callable[[], Story]]] = {
    **{f"record: {what}, {who}": lambda what=what, who=who: refused(what, who) for what, who in WRONG_IN_THE_RECORD},
    "record: card in production": in_production,
    "reason: switched off": switched_off,
    "check: agent": agents_answers,
    "taking things: agent": taking_things_of_two,
    "to the phone: silent, address": lambda: silent(opening_hand_off()),
    "to the phone: silent, photo": lambda: silent(opening_for_a_photo()),
    "to the phone: too late": lambda: awaiting_phone().wait(301),
    "own: errands of a card that is due": lambda: progress(CARD_DUE).touch(Declined()),
    "own: progress paid": lambda: progress(PAID),
    "own: errands of what is paid": lambda: progress(PAID).touch(Declined()),
    "own: handed to staff": given_to_staff,
    **{
        f"electronic card: {trouble}": lambda trouble=trouble: scanning_e_card().tell(ScanTroubled(trouble))
        for trouble in OF_THE_CAMERA
    },
}
