"""What comes of joining."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EnrolmentPending:
    """The backend has the request; both screens show this code."""

    code: str


@dataclass(frozen=True)
class EnrolmentFailed:
    """`problem`: not_a_ticket, unreachable, untrusted, ticket_refused, denied, disk."""

    problem: str


@dataclass(frozen=True)
class EnrolmentFinished:
    """The certificate is stored."""


EnrolmentEvent = EnrolmentPending | EnrolmentFailed | EnrolmentFinished
