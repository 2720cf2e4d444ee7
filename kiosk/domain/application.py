"""The words of a replacement: what is asked for, and the states a card, an application and a payment can be in.

The values are what stands on the wire and in databases; renaming one is a change of the published language.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Why the card is replaced."""

    LOST = "LOST"
    DAMAGED = "DAMAGED"


class DeliveryMode(StrEnum):
    """How the new card reaches its owner."""

    PICKUP = "PICKUP"
    EXPRESS = "EXPRESS"


class InsuredType(StrEnum):
    """Whose contributions: an employer pays for urban employees, residents pay themselves."""

    URBAN_EMPLOYEE = "URBAN_EMPLOYEE"
    RESIDENT = "RESIDENT"


# --- the card ------------------------------------------------------------------------------------------------------


class CardState(StrEnum):
    """Where a social security card stands."""

    NOT_ISSUED = "NOT_ISSUED"
    NOT_ACTIVATED = "NOT_ACTIVATED"
    NORMAL = "NORMAL"
    PRE_LOST = "PRE_LOST"
    """Reported lost for a while; comes free by itself."""
    LOST = "LOST"
    """Formally reported lost; there is no way back."""
    LOCKED = "LOCKED"
    """Too many wrong passwords."""
    SUPERSEDED = "SUPERSEDED"
    """A newer card has been activated."""
    CANCELLED = "CANCELLED"
    SEALED = "SEALED"
    """Never collected, kept by the office."""


class CardAction(StrEnum):
    """What can be done about a card at the terminal."""

    REPORT_LOSS = "report_loss"
    """The pre-report: stops the card at once, releases itself."""
    REPLACE = "replace"
    TRACK = "track"
    RELEASE_BY_STAFF = "release_by_staff"
    """Staff lift a pre-report; the terminal says where."""
    SEE_STAFF = "see_staff"


_CARD_ACTIONS: Final[Mapping[CardState, frozenset[CardAction]]] = {
    CardState.NOT_ISSUED: frozenset({CardAction.TRACK, CardAction.SEE_STAFF}),
    CardState.NOT_ACTIVATED: frozenset({CardAction.TRACK}),
    CardState.NORMAL: frozenset({CardAction.REPORT_LOSS, CardAction.REPLACE}),
    CardState.PRE_LOST: frozenset({CardAction.REPLACE, CardAction.RELEASE_BY_STAFF}),
    CardState.LOST: frozenset({CardAction.REPLACE, CardAction.TRACK}),
    # A forgotten password is a matter for staff, but a locked card can be lost or broken like any other.
    CardState.LOCKED: frozenset({CardAction.REPORT_LOSS, CardAction.REPLACE, CardAction.SEE_STAFF}),
    CardState.SUPERSEDED: frozenset({CardAction.TRACK}),
    CardState.CANCELLED: frozenset({CardAction.SEE_STAFF}),
    CardState.SEALED: frozenset({CardAction.SEE_STAFF}),
}


def allowed_actions(card_state: CardState) -> frozenset[CardAction]:
    """What the terminal offers for a card in this state."""
    return _CARD_ACTIONS[card_state]


# --- the application -------------------------------------------------------------------------------------------------


class ApplicationState(StrEnum):
    """Where an application for a replacement stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    PAID = "PAID"
    ACCEPTED = "ACCEPTED"
    PRODUCING = "PRODUCING"
    AT_OUTLET = "AT_OUTLET"
    DISPATCHED = "DISPATCHED"
    COLLECTED = "COLLECTED"
    ACTIVATED = "ACTIVATED"
    CANCELLED = "CANCELLED"
    PAYMENT_EXPIRED = "PAYMENT_EXPIRED"
    REJECTED = "REJECTED"
    PRODUCTION_FAILED = "PRODUCTION_FAILED"
    RETURNED = "RETURNED"
    """The courier brought it back."""
    UNCLAIMED = "UNCLAIMED"


_A = ApplicationState

APPLICATION_TRANSITIONS: Final[Mapping[ApplicationState, frozenset[ApplicationState]]] = {
    _A.DRAFT: frozenset({_A.SUBMITTED, _A.CANCELLED}),
    # Without a fee an application is accepted straight away.
    _A.SUBMITTED: frozenset({_A.AWAITING_PAYMENT, _A.ACCEPTED, _A.REJECTED, _A.CANCELLED}),
    _A.AWAITING_PAYMENT: frozenset({_A.PAID, _A.PAYMENT_EXPIRED, _A.CANCELLED}),
    # The person may pay an expired application later, and money can arrive late.
    _A.PAYMENT_EXPIRED: frozenset({_A.AWAITING_PAYMENT, _A.PAID, _A.CANCELLED}),
    _A.PAID: frozenset({_A.ACCEPTED, _A.REJECTED, _A.CANCELLED}),
    _A.ACCEPTED: frozenset({_A.PRODUCING, _A.REJECTED}),
    _A.PRODUCING: frozenset({_A.AT_OUTLET, _A.DISPATCHED, _A.PRODUCTION_FAILED}),
    _A.PRODUCTION_FAILED: frozenset({_A.PRODUCING, _A.REJECTED}),
    _A.AT_OUTLET: frozenset({_A.COLLECTED, _A.UNCLAIMED}),
    _A.DISPATCHED: frozenset({_A.COLLECTED, _A.RETURNED}),
    _A.RETURNED: frozenset({_A.DISPATCHED, _A.AT_OUTLET, _A.UNCLAIMED}),
    _A.UNCLAIMED: frozenset({_A.AT_OUTLET, _A.COLLECTED}),
    _A.COLLECTED: frozenset({_A.ACTIVATED}),
    _A.ACTIVATED: frozenset(),
    _A.CANCELLED: frozenset(),
    _A.REJECTED: frozenset(),
}


def application_may_become(state: ApplicationState, following: ApplicationState) -> bool:
    return following in APPLICATION_TRANSITIONS[state]


# --- the payment -----------------------------------------------------------------------------------------------------


class PaymentMethod(StrEnum):
    """Who scans whom."""

    CODE_SHOWN = "CODE_SHOWN"
    """The terminal shows a code, the payer's phone scans it."""
    PAYER_CODE = "PAYER_CODE"
    """The payer's phone shows a code, the terminal scans it."""


class PaymentState(StrEnum):
    """What is known about one order at the payment gateway."""

    CREATED = "CREATED"
    """Its number is in the journal; nothing has been sent."""
    REQUESTED = "REQUESTED"
    UNKNOWN = "UNKNOWN"
    """Sent, and no clear answer: only asking about the same order number leads out."""
    PAID = "PAID"
    CLOSED = "CLOSED"
    """Ended without money."""
    REFUND_DUE = "REFUND_DUE"
    REFUNDED = "REFUNDED"


_P = PaymentState

PAYMENT_TRANSITIONS: Final[Mapping[PaymentState, frozenset[PaymentState]]] = {
    _P.CREATED: frozenset({_P.REQUESTED, _P.CLOSED}),
    _P.REQUESTED: frozenset({_P.UNKNOWN, _P.PAID, _P.CLOSED}),
    _P.UNKNOWN: frozenset({_P.PAID, _P.CLOSED}),
    # Money that arrives after the order was given up counts for the application, or goes back when another order paid.
    _P.CLOSED: frozenset({_P.PAID, _P.REFUND_DUE}),
    _P.PAID: frozenset({_P.REFUND_DUE}),
    _P.REFUND_DUE: frozenset({_P.REFUNDED}),
    _P.REFUNDED: frozenset(),
}

OPEN_PAYMENT_STATES: Final = frozenset({_P.CREATED, _P.REQUESTED, _P.UNKNOWN})
"""While an order is in one of these, nobody is asked to pay again."""


def payment_may_become(state: PaymentState, following: PaymentState) -> bool:
    return following in PAYMENT_TRANSITIONS[state]
