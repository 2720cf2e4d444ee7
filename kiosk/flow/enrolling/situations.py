"""What a terminal without an identity can be doing. Nobody is served meanwhile."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AwaitingTicket:
    """The camera looks for a ticket; `problem` says why the last one did not do."""

    problem: str = ""


@dataclass(frozen=True)
class Joining:
    """A ticket is being shown to the backend."""


@dataclass(frozen=True)
class AwaitingApproval:
    """A person compares this code with the one on the console."""

    code: str


@dataclass(frozen=True)
class Joined:
    """Approved; the program starts again as one of the fleet."""


EnrolmentSituation = AwaitingTicket | Joining | AwaitingApproval | Joined
