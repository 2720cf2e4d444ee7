"""Words of the errands around a card, for terminal and backend alike."""

from __future__ import annotations

from enum import StrEnum


class StepMark(StrEnum):
    PAST = "past"
    NOW = "now"
    TO_COME = "to_come"


class NextAction(StrEnum):
    """What the person can do now."""

    PAY = "pay"
    SUBMIT = "submit"
    """It is paid and not yet handed over: go on at any terminal."""
    WAIT = "wait"
    CALL = "call"
    """It takes longer than promised: the hotline of the reference data knows more."""
    HAND_IN_CARD = "hand_in_card"
    COLLECT = "collect"
    AWAIT_COURIER = "await_courier"
    ACTIVATE = "activate"
    SEE_STAFF = "see_staff"
    NOTHING = "nothing"


class Errand(StrEnum):
    """What may be done about an application at a terminal."""

    PAY = "pay"
    CANCEL = "cancel"
    SUBMIT = "submit"
    CERTIFICATE = "certificate"
    HAND_IN_CARD = "hand_in_card"


class CardHandInState(StrEnum):
    NOT_NEEDED = "not_needed"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"


class WhoCollects(StrEnum):
    SELF = "self"
    AGENT = "agent"
    GUARDIAN = "guardian"


class Relationship(StrEnum):
    """What the agent is to the insured person."""

    GUARDIAN = "guardian"
    """The only one that may apply for a minor."""
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    RELATIVE = "relative"
    EMPLOYER = "employer"
    OTHER = "other"


class DraftPhone(StrEnum):
    """Where the phone is, as far as a terminal that waits can say."""

    AWAITED = "awaited"
    """Nobody has opened the hand-off yet."""
    AT_WORK = "at_work"
    DONE = "done"


class HandOffTopic(StrEnum):
    """What the phone is asked for."""

    ADDRESS = "address"
    PHOTO = "photo"
