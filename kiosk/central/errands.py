"""The other errands' calls to the backend: paths and models; how a call is made is the client's own."""

from __future__ import annotations

from typing import Protocol, TypeVar
from urllib.parse import quote

from pydantic import BaseModel

from kiosk.central.errors import Refused, Silent
from kiosk.central.wire import Application, PersonFound
from kiosk.central.wire_errands import (
    Agent,
    AgentRequest,
    CardHandInRequest,
    CertificatePrint,
    CollectionGuide,
    Draft,
    DraftClaimed,
    DraftClosed,
    DraftEdit,
    DraftReading,
    DraftRedemptionRequest,
    ECardLookUpRequest,
    HandOff,
    HandOffRequest,
    PersonOnly,
    Photo,
    Progress,
    Resumption,
)

M = TypeVar("M", bound=BaseModel)


class Call(Protocol):
    """One exchange of the client: method, path, the model of the answer, and where there is one, body and key."""

    def __call__(
        self, method: str, path: str, answer: type[M], request: BaseModel | None = None, key: str | None = None
    ) -> M | Refused | Silent: ...


class ErrandCalls:
    """Reached as `CentralClient.errands`; the same rules: no call raises, a key is made once per intent."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def register_agent(self, key: str, request: AgentRequest) -> Agent | Refused | Silent:
        return self._call("POST", "/agents", Agent, request, key)

    def look_up_e_card(self, request: ECardLookUpRequest) -> PersonFound | Refused | Silent:
        """Never sent again after silence: the code is used up, and the person shows a fresh one."""
        return self._call("POST", "/e-card-look-ups", PersonFound, request)

    def redeem_draft(self, key: str, request: DraftRedemptionRequest) -> DraftClaimed | Refused | Silent:
        return self._call("POST", "/draft-redemptions", DraftClaimed, request, key)

    def open_hand_off(self, key: str, request: HandOffRequest) -> HandOff | Refused | Silent:
        return self._call("POST", "/hand-offs", HandOff, request, key)

    def read_draft(self, draft_number: str, request: DraftReading) -> Draft | Refused | Silent:
        """Answers at once, or with `wait_s` at the latest after it."""
        return self._call("POST", f"/drafts/{_part(draft_number)}/readings", Draft, request)

    def edit_draft(self, draft_number: str, request: DraftEdit) -> Draft | Refused | Silent:
        return self._call("POST", f"/drafts/{_part(draft_number)}/edits", Draft, request)

    def close_draft(self, draft_number: str, request: PersonOnly) -> DraftClosed | Refused | Silent:
        return self._call("POST", f"/drafts/{_part(draft_number)}/closing", DraftClosed, request)

    def photo(self, photo_number: str, request: PersonOnly) -> Photo | Refused | Silent:
        return self._call("POST", f"/photos/{_part(photo_number)}/readings", Photo, request)

    def progress(self, request: PersonOnly) -> Progress | Refused | Silent:
        return self._call("POST", "/progress", Progress, request)

    def resume(self, application_number: str, request: PersonOnly) -> Resumption | Refused | Silent:
        return self._call("POST", f"/applications/{_part(application_number)}/resumption", Resumption, request)

    def cancel_application(
        self, key: str, application_number: str, request: PersonOnly
    ) -> Application | Refused | Silent:
        return self._call("POST", f"/applications/{_part(application_number)}/cancellation", Application, request, key)

    def hand_in_card(
        self, key: str, application_number: str, request: CardHandInRequest
    ) -> Application | Refused | Silent:
        return self._call("POST", f"/applications/{_part(application_number)}/card-hand-in", Application, request, key)

    def print_certificate(
        self, key: str, certificate_number: str, request: PersonOnly
    ) -> CertificatePrint | Refused | Silent:
        """Counts a print once per key, however often it is sent."""
        return self._call("POST", f"/certificates/{_part(certificate_number)}/prints", CertificatePrint, request, key)

    def collection_guide(self) -> CollectionGuide | Refused | Silent:
        return self._call("GET", "/collection-guide", CollectionGuide)


def _part(text: str) -> str:
    return quote(text, safe="")
