"""What the other errands want of the backend. `ref` is the idempotency key where there is one."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.personal import Personal
from kiosk.flow.errands.effects_other import OtherCentralEffect, ReadPassport


@dataclass(frozen=True, repr=False)
class ReadProgress(Personal):
    ref: str
    person_token: str


@dataclass(frozen=True, repr=False)
class ResumeApplication(Personal):
    ref: str
    application_number: str
    person_token: str


@dataclass(frozen=True, repr=False)
class CancelApplication(Personal):
    ref: str
    application_number: str
    person_token: str


@dataclass(frozen=True, repr=False)
class HandInCard(Personal):
    """`damaged_card`: a word of the wire for where it is now."""

    ref: str
    application_number: str
    person_token: str
    damaged_card: str


@dataclass(frozen=True, repr=False)
class MakeCertificate(Personal):
    """Counts one print."""

    ref: str
    certificate_number: str
    person_token: str


@dataclass(frozen=True)
class ReadGuide:
    ref: str


OwnEffect = ReadProgress | ResumeApplication | CancelApplication | HandInCard | MakeCertificate | ReadGuide
CentralErrand = OwnEffect | OtherCentralEffect
"""What the backend is asked."""
ErrandEffect = CentralErrand | ReadPassport
