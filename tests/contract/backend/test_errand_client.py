"""The terminal's client on the other errands, against the real backend."""

from __future__ import annotations

from kiosk.central import wire_errands as errands
from kiosk.central.client import CentralClient
from kiosk.central.errors import Refused
from kiosk.central.wire import CorrectedAt, LookUpRequest, ProblemCode
from tests.contract.backend.server import PEOPLE, Running, look_up_body, new_key


def client_of(central: Running) -> CentralClient:
    token = central.headers["Authorization"].removeprefix("Bearer ")
    return CentralClient(str(central.http.base_url), "lobby-1", token)


def test_every_call_without_an_application_speaks_the_published_language(one_office: Running) -> None:
    client = client_of(one_office)
    person = errands.PersonOnly(person_token=one_office.token("at_outlet"))
    tracked = client.errands.progress(person)
    assert isinstance(tracked, errands.Progress)
    certificate = tracked.applications[0].application.certificate_number or ""
    printed = client.errands.print_certificate(new_key(), certificate, person)
    assert isinstance(printed, errands.CertificatePrint)
    assert printed.print_count == 1
    assert isinstance(client.errands.collection_guide(), errands.CollectionGuide)
    number = tracked.applications[0].application.application_number
    assert client.errands.resume(number, person) == Refused(ProblemCode.APPLICATION_STATE)
    assert client.errands.cancel_application(new_key(), number, person) == Refused(ProblemCode.ALREADY_PAID)
    handed = errands.CardHandInRequest(person_token=person.person_token, damaged_card="handed_in")
    assert client.errands.hand_in_card(new_key(), number, handed) == Refused(ProblemCode.HAND_IN_STATE)
    client.close()


def test_a_hand_off_is_opened_waited_for_and_closed(one_office: Running) -> None:
    client = client_of(one_office)
    token = one_office.token("employee_normal")
    offer = client.errands.open_hand_off(
        new_key(), errands.HandOffRequest(person_token=token, topic=errands.HandOffTopic.ADDRESS)
    )
    assert isinstance(offer, errands.HandOff)
    assert "withheld" in repr(offer)
    reading = errands.DraftReading(person_token=token, seen_version=offer.version, wait_s=1)
    draft = client.errands.read_draft(offer.draft_number, reading)
    assert isinstance(draft, errands.Draft)
    assert draft.phone is errands.DraftPhone.AWAITED
    edit = errands.DraftEdit(person_token=token, version=draft.version + 1)
    assert client.errands.edit_draft(offer.draft_number, edit) == Refused(ProblemCode.DRAFT_CHANGED)
    person = errands.PersonOnly(person_token=token)
    assert isinstance(client.errands.close_draft(offer.draft_number, person), errands.DraftClosed)
    assert client.errands.photo("ZP-none", person) == Refused(ProblemCode.PHOTO_UNKNOWN)
    client.close()


def test_codes_and_documents_that_do_not_serve_are_refused_with_their_word(one_office: Running) -> None:
    client = client_of(one_office)
    code = errands.DraftRedemptionRequest(code="SSK1:" + "A" * 22)
    assert client.errands.redeem_draft(new_key(), code) == Refused(ProblemCode.DRAFT_CODE_UNKNOWN)
    card = errands.ECardLookUpRequest(code="https://example.org/")
    assert client.errands.look_up_e_card(card) == Refused(ProblemCode.E_CARD_MALFORMED)
    differing = LookUpRequest.model_validate(look_up_body(PEOPLE["number_differs"]))
    refused = Refused(ProblemCode.NUMBER_DIFFERS, corrected_at=CorrectedAt.EMPLOYER)
    assert client.look_up(differing) == refused
    agent = PEOPLE["child"]
    request = errands.AgentRequest.model_validate(
        look_up_body(agent)
        | {"person_token": one_office.token("employee_normal"), "birth_date": "2020-05-05"}
        | {"relationship": "guardian", "mobile": "13800000001", "declaration_version": "2026-1"}
    )
    assert client.errands.register_agent(new_key(), request) == Refused(ProblemCode.AGENT_MINOR)
    client.close()
