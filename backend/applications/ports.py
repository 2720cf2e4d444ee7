"""What the backend asks of systems behind it: the card-production system and the text-message gateway."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from sqlalchemy.orm import Session

from kiosk.domain.application import DeliveryMode, Reason


@dataclass(frozen=True, repr=False)
class CardOrder:
    """What production needs to make one card; whose it is, production knows by the person's id."""

    application_number: str
    person_id: str
    bank_code: str
    old_card_number: str
    delivery_mode: str
    office_id: str | None


class CardProduction(Protocol):
    def order(self, order: CardOrder) -> Literal["taken", "later"]:
        """Order the card; asked again with the same application number after "later"."""
        ...


MessageKind = Literal["accepted", "rejected"]


@dataclass(frozen=True, repr=False)
class TextMessage:
    """A message by key; the gateway holds the approved wording."""

    mobile: str
    kind: MessageKind
    application_number: str
    card_date: date | None


class TextMessages(Protocol):
    def send(self, message: TextMessage) -> Literal["sent", "later"]: ...


class ProductionTakesAll:
    """Stands where the production system will be: takes every order and does nothing with it."""

    def order(self, order: CardOrder) -> Literal["taken", "later"]:  # noqa: ARG002  the port's shape
        return "taken"


class NoTextMessages:
    """Stands where the gateway will be: sends nothing, writes nothing."""

    def send(self, message: TextMessage) -> Literal["sent", "later"]:  # noqa: ARG002  the port's shape
        return "sent"


class Prices(Protocol):
    """Which fees may be charged: not every terminal has heard of a new one at the same moment."""

    def may_charge(
        self, session: Session, terminal_id: str, reason: Reason, delivery: DeliveryMode, day: date, fee_fen: int
    ) -> bool: ...
