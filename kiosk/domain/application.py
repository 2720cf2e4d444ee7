"""Applications, cards and payments: their states as the office names them."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    LOST = "LOST"
    DAMAGED = "DAMAGED"


class DeliveryMode(StrEnum):
    PICKUP = "PICKUP"
    EXPRESS = "EXPRESS"


class InsuredType(StrEnum):
    URBAN_EMPLOYEE = "URBAN_EMPLOYEE"
    RESIDENT = "RESIDENT"


class CardState(StrEnum):
    NOT_ISSUED = "NOT_ISSUED"
    NOT_ACTIVATED = "NOT_ACTIVATED"
    NORMAL = "NORMAL"
    PRE_LOST = "PRE_LOST"
    LOST = "LOST"
    LOCKED = "LOCKED"
    SUPERSEDED = "SUPERSEDED"
    CANCELLED = "CANCELLED"
    SEALED = "SEALED"


class ApplicationState(StrEnum):
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
    UNCLAIMED = "UNCLAIMED"


class PaymentState(StrEnum):
    CREATED = "CREATED"
    REQUESTED = "REQUESTED"
    UNKNOWN = "UNKNOWN"
    PAID = "PAID"
    CLOSED = "CLOSED"
    REFUND_DUE = "REFUND_DUE"
    REFUNDED = "REFUNDED"


class PaymentMethod(StrEnum):
    CODE_SHOWN = "CODE_SHOWN"
    PAYER_CODE = "PAYER_CODE"
