"""Everything that the backend may say about the errands that a person does for themselves."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from kiosk.domain.application import ApplicationState
from kiosk.domain.errands import CardHandInState, Errand, NextAction
from kiosk.flow.errands.events import (
    ApplicationResumed,
    ApplicationWithdrawn,
    CardHandInRecorded,
    CertificateMade,
    GuideArrived,
    ProgressArrived,
)
from kiosk.flow.events import CentralRefused, Event
from tests.flows.own_stages import CARD_DUE, CERTIFICATE, CERTIFIED, COLLECTED, GUIDE, IN_WORK, UNPAID, tracked
from tests.flows.story import ACCEPTED, APPLICATION


def own_answers(ref: str) -> tuple[Event, ...]:
    in_state = tuple(
        tracked(replace(CERTIFIED, state=state), action, *Errand)
        for state, action in product(ApplicationState, NextAction)
    )
    overdue = replace(IN_WORK, card_hand_in=CardHandInState.OVERDUE)
    lists = ((), (UNPAID,), (IN_WORK, UNPAID, COLLECTED), (CARD_DUE,), (overdue,), *((one,) for one in in_state))
    no_certificate = replace(IN_WORK, application=ACCEPTED)
    return (
        *(ProgressArrived(ref, applications) for applications in (*lists, (no_certificate,))),
        *(
            ApplicationResumed(ref, replace(APPLICATION, state=state), open_payment)
            for state, open_payment in product(ApplicationState, (None, "SSC26112300000000000001"))
        ),
        ApplicationWithdrawn(ref),
        CardHandInRecorded(ref),
        CertificateMade(ref, CERTIFICATE),
        CertificateMade(ref, replace(CERTIFICATE, agent_name_masked="李*")),
        GuideArrived(ref, GUIDE),
        GuideArrived(ref, replace(GUIDE, offices=(), papers=(), ready_if_applied_today=None)),
        *(
            CentralRefused(ref, f"{what}_differs", where)
            for what in ("name", "number")
            for where in ("employer", "community")
        ),
    )
