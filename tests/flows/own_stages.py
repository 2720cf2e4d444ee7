"""Every situation of the errands that a person does for themselves, reached by a story."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from kiosk.domain.application import ApplicationState, CardState, Reason
from kiosk.domain.errands import CardHandInState, Errand, NextAction, StepMark, WhoCollects
from kiosk.domain.language import Language
from kiosk.flow.errands.events import (
    ApplicationWithdrawn,
    CardHandInRecorded,
    CertificateMade,
    GuideArrived,
    ProgressArrived,
)
from kiosk.flow.errands.facts import CertificateFacts, GuideFacts, PaperFacts, Tracked, TrackedStep
from kiosk.flow.events import LossReported, ReceiptNotPrinted, ReceiptPrinted
from kiosk.flow.facts import ApplicationFacts, LossFacts, Person
from kiosk.flow.touches import Confirmed, Declined, OptionChosen, Started
from tests.flows.story import ACCEPTED, APPLICATION, OFFICE, PERSON, START, Story

S = ApplicationState
CERTIFIED: Final = replace(ACCEPTED, certificate_number="C20261123001")
LATER: Final = "A20261101002"


def tracked(application: ApplicationFacts, action: NextAction, *errands: Errand) -> Tracked:
    steps = (
        TrackedStep(S.SUBMITTED, StepMark.PAST, at=START),
        TrackedStep(application.state, StepMark.NOW, at=START),
        TrackedStep(S.PRODUCING, StepMark.TO_COME, expected=START.date() + timedelta(days=1)),
        TrackedStep(S.AT_OUTLET, StepMark.TO_COME, expected=START.date() + timedelta(days=4)),
        TrackedStep(S.COLLECTED, StepMark.TO_COME),
    )
    return Tracked(
        application=application,
        applied_at=START,
        pay_by=START + timedelta(days=1) if action is NextAction.PAY else None,
        timeline=steps,
        next_action=action,
        is_late=action is NextAction.CALL,
        card_hand_in=CardHandInState.DUE if Errand.HAND_IN_CARD in errands else CardHandInState.NOT_NEEDED,
        certificate_prints=1,
        errands=errands,
    )


UNPAID: Final = tracked(APPLICATION, NextAction.PAY, Errand.PAY, Errand.CANCEL)
UNPAID_LOST: Final = replace(UNPAID, application=replace(APPLICATION, reason=Reason.LOST))
IN_WORK: Final = tracked(CERTIFIED, NextAction.WAIT, Errand.CERTIFICATE)
CARD_DUE: Final = tracked(CERTIFIED, NextAction.HAND_IN_CARD, Errand.CERTIFICATE, Errand.HAND_IN_CARD)
COLLECTED: Final = tracked(replace(CERTIFIED, state=S.ACTIVATED, application_number=LATER), NextAction.NOTHING)
CERTIFICATE: Final = CertificateFacts(
    certificate_number="C20261123001",
    application_number=ACCEPTED.application_number,
    print_count=2,
    issued_at=START,
    name_masked="王*例",
    document_number_masked="**************002X",
    card_number_masked="*****0019",
    agent_name_masked=None,
    certificate_url="https://c.example/x",
    verify_url="https://v.example/x",
)
GUIDE: Final = GuideFacts(
    offices=(OFFICE, replace(OFFICE, office_id="HD-1", district="海淀区")),
    papers=tuple(PaperFacts(who, "身份证件原件", "Original identity document") for who in WhoCollects),
    working_days=4,
    ready_if_applied_today=START.date() + timedelta(days=4),
    keep_days=90,
    hotlines=("12333", "96102"),
)


def asked(story: Story) -> str:
    """The reference of the answer that this story waits for."""
    return str(getattr(story.terminal.situation, "ref", "nobody"))


def printing(story: Story) -> str:
    slip = getattr(story.terminal.situation, "slip", None)
    return slip.ref if slip else "no job"


def stuck(story: Story) -> Story:
    return story.tell(ReceiptNotPrinted(printing(story), "paper_out", may_have_printed=True))


def purpose() -> Story:
    return Story().open_for_business().touch(Started(Language.ZH))


def known(errand: str, person: Person = PERSON) -> Story:
    """The record is on the screen."""
    return purpose().touch(OptionChosen(errand), Confirmed()).identified(person)


# --- progress --------------------------------------------------------------------------------------------------------


def reading(errand: str = "progress") -> Story:
    return known(errand).touch(Confirmed())


def progress(*applications: Tracked, errand: str = "progress") -> Story:
    story = reading(errand)
    return story.tell(ProgressArrived(asked(story), applications or (UNPAID,)))


def cancelling() -> Story:
    return progress().touch(Declined(), OptionChosen("cancel"), Confirmed())


def cancelled(one: Tracked = UNPAID) -> Story:
    story = progress(one).touch(Declined(), OptionChosen("cancel"), Confirmed())
    return story.tell(ApplicationWithdrawn(asked(story)))


def sending_hand_in() -> Story:
    return progress(CARD_DUE).touch(Confirmed(), OptionChosen("handed_in"))


def handed_in() -> Story:
    story = sending_hand_in()
    return story.tell(CardHandInRecorded(asked(story)))


# --- certificate -----------------------------------------------------------------------------------------------------


def reviewing() -> Story:
    return progress(IN_WORK, errand="certificate")


def asking() -> Story:
    return reviewing().touch(Confirmed())


def taking() -> Story:
    story = asking()
    return story.tell(CertificateMade(asked(story), CERTIFICATE))


def certificate_out() -> Story:
    story = taking()
    return story.tell(ReceiptPrinted(printing(story)))


# --- loss ------------------------------------------------------------------------------------------------------------


def explaining() -> Story:
    return known("loss_only").touch(Confirmed())


def reporting() -> Story:
    return explaining().touch(Confirmed())


def stopped() -> Story:
    story = reporting()
    return story.tell(LossReported(asked(story), LossFacts("L1", START + timedelta(days=10))))


def stopped_before() -> Story:
    card = replace(PERSON.card, state=CardState.PRE_LOST, pre_lost_until=START + timedelta(days=3))
    return known("loss_only", replace(PERSON, card=card)).touch(Confirmed())


def slip() -> Story:
    return stopped().touch(Confirmed())


def slip_out() -> Story:
    story = slip()
    return story.tell(ReceiptPrinted(printing(story)))


# --- collecting ------------------------------------------------------------------------------------------------------


def more() -> Story:
    return purpose().touch(OptionChosen("more"))


def guide_asked() -> Story:
    return more().touch(OptionChosen("guidance"))


def collector() -> Story:
    story = guide_asked()
    return story.tell(GuideArrived(asked(story), GUIDE))


def papers() -> Story:
    return collector().touch(OptionChosen("agent"))


def collection_offices() -> Story:
    return papers().touch(Confirmed())


OWN_STAGES: Final[Mapping[str, Callable[[], Story]]] = {
    "own: more": more,
    "own: record": lambda: known("progress"),
    "own: reading progress": reading,
    "own: which application": lambda: progress(UNPAID, COLLECTED),
    "own: progress unpaid": progress,
    "own: progress in work": lambda: progress(IN_WORK),
    "own: progress of a card that is due": lambda: progress(CARD_DUE),
    "own: progress done": lambda: progress(COLLECTED),
    "own: choosing an errand": lambda: progress().touch(Declined()),
    "own: resuming": lambda: progress().touch(Confirmed()),
    "own: asking to cancel": lambda: progress().touch(Declined(), OptionChosen("cancel")),
    "own: asking to cancel, lost": lambda: progress(UNPAID_LOST).touch(Declined(), OptionChosen("cancel")),
    "own: cancelling": cancelling,
    "own: cancelled": cancelled,
    "own: handing in": lambda: progress(CARD_DUE).touch(Confirmed()),
    "own: sending hand-in": sending_hand_in,
    "own: handed in": handed_in,
    "own: reviewing certificate": reviewing,
    "own: asking for certificate": asking,
    "own: taking certificate": taking,
    "own: certificate printed": certificate_out,
    "own: certificate not printed": lambda: stuck(taking()),
    "own: explaining loss": explaining,
    "own: reporting loss": reporting,
    "own: loss stopped": stopped,
    "own: loss stopped before": stopped_before,
    "own: taking slip": slip,
    "own: slip printed": slip_out,
    "own: slip not printed": lambda: stuck(slip()),
    "own: guide asked": guide_asked,
    "own: who collects": collector,
    "own: papers": papers,
    "own: collection offices": collection_offices,
    "own: collection office": lambda: collection_offices().touch(OptionChosen("HD-1")),
}
