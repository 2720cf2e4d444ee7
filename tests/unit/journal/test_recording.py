from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from pathlib import Path
from typing import get_args

from kiosk.central import wire
from kiosk.central.errors import Refused, SilenceKind, Silent
from kiosk.domain.application import DeliveryMode, PaymentMethod, PaymentState, Reason
from kiosk.domain.contact import PostalAddress
from kiosk.domain.errands import HandOffTopic, Relationship
from kiosk.domain.money import Money
from kiosk.domain.receipt import ORIGINAL, Receipt, SentByExpress
from kiosk.flow import effects as fx
from kiosk.flow import events as ev
from kiosk.flow.enrolling.effects import Enrol, GiveUpEnrolment
from kiosk.flow.errands import effects as errands
from kiosk.flow.errands import effects_other as papers
from kiosk.flow.facts import (
    ApplicationFacts,
    CardFacts,
    DocumentFacts,
    Moment,
    OldCardFacts,
    PaymentFacts,
    Person,
)
from kiosk.flow.staff.effects import CheckPin, StaffEffect
from kiosk.flow.views import Language
from kiosk.journal.entries import Lane, OutboxItem, StepKind
from kiosk.journal.sender import Outcome
from kiosk.journal.store import Store
from kiosk.services.delivery import Delivery
from kiosk.services.recording import deliveries_of, event_items, steps_of
from tests.no_audit import no_audit
from tests.unit.journal.samples import NOON, noon, step

NOW = Moment(0.0, NOON, "0123456789abcdef")
APPLICATION = "A20261123001"


def submit(damaged_card: str = "handed_in") -> fx.Submit:
    return fx.Submit("the-key", APPLICATION, damaged_card)


# --- what is recorded ------------------------------------------------------------------------------------------------


def test_a_submission_is_intended_and_queued_under_one_key() -> None:
    steps = steps_of(ev.Ticked(), (submit(),))
    money = [item for item in deliveries_of(steps, (submit(),), NOW) if item.lane is Lane.MONEY]
    assert [each.kind for each in steps] == [StepKind.SUBMISSION_INTENDED]
    assert dict(steps[0].facts)["key"] == money[0].key == "the-key"
    assert json.loads(money[0].body)["application_number"] == APPLICATION


def test_every_step_is_told_to_the_backend_under_an_id_of_its_own() -> None:
    steps = (step("P1", amount_fen=2000), step("", StepKind.PRINTED))
    items = event_items(steps, NOW)
    events = [wire.Event.model_validate_json(item.body) for item in items]
    assert {item.lane for item in items} == {Lane.TELEMETRY}
    assert [(each.kind, each.facts) for each in events] == [
        ("payment_intended", {"amount_fen": 2000, "subject": "P1"}),
        ("printed", {}),
    ]
    assert len({each.event_id for each in events}) == 2


def test_every_kind_of_step_is_a_word_of_the_wire() -> None:
    for item in event_items(tuple(step("x", kind) for kind in StepKind), NOW):
        wire.Event.model_validate_json(item.body)


def test_a_payment_that_is_polled_is_recorded_when_it_ends() -> None:
    def answered(state: PaymentState) -> ev.PaymentAnswered:
        return ev.PaymentAnswered(PaymentFacts("P1", APPLICATION, state, PaymentMethod.CODE_SHOWN, 2000))

    recorded = {state for state in PaymentState if steps_of(answered(state), ())}
    assert recorded == set(PaymentState) - {PaymentState.CREATED, PaymentState.REQUESTED, PaymentState.UNKNOWN}


# --- nothing personal ------------------------------------------------------------------------------------------------

CANARY = "金丝雀"
PHONE = "13912345678"
ID_NUMBER = "11010520991231001X"
TOKEN = "canary-person-token"
PAYER_CODE = "134650000000000001"
PIN = "284917"
LEAKS = (CANARY, PHONE, ID_NUMBER, TOKEN, PAYER_CODE, PIN, ID_NUMBER[-4:], "canary")

ADDRESS = PostalAddress(CANARY, CANARY, CANARY)
DOCUMENT = DocumentFacts("resident_id", ID_NUMBER, CANARY, CANARY)
RECEIPT = Receipt(
    office_name="一号中心",
    terminal_id="t-1",
    application_number=APPLICATION,
    submitted_at=NOON,
    reason=Reason.DAMAGED,
    masked_name=CANARY,
    id_last_four=ID_NUMBER[-4:],
    delivery=SentByExpress(CANARY),
    card_date=NOON.date(),
    fee=Money(2000),
    paid_by=None,
    tracking_link="canary",
    certificate_link="canary",
    copy=ORIGINAL,
)
EFFECTS: tuple[fx.Effect, ...] = (
    fx.LookUpPerson("ref", DOCUMENT),
    fx.ReportLoss("ref", TOKEN),
    fx.Apply("ref", TOKEN, Reason.DAMAGED, PHONE, DeliveryMode.EXPRESS, None, ADDRESS, CANARY, "B1", 2000),
    fx.RequestPayment("P1", APPLICATION, PaymentMethod.PAYER_CODE, 2000, "handed_in", PAYER_CODE),
    fx.AskPayment("P1"),
    fx.CancelPayment("P1"),
    submit(),
    fx.PrintReceipt("id-000009", RECEIPT, Language.ZH),
    fx.CallStaff("Identifying"),
    fx.TidyJournal(),
    fx.FindCandidates("pinyin", 8),
    fx.Note("payment_left_open", (("payment_number", "P1"),)),
    CheckPin("ref", "card-1", PIN),
    fx.QuietGranted("service"),
    Enrol(b"canary"),
    GiveUpEnrolment(),
    errands.ReadProgress("ref", TOKEN),
    errands.ResumeApplication("ref", APPLICATION, TOKEN),
    errands.CancelApplication("ref", APPLICATION, TOKEN),
    errands.HandInCard("ref", APPLICATION, TOKEN, "handed_in"),
    errands.MakeCertificate("ref", "C1", TOKEN),
    errands.ReadGuide("ref"),
    papers.ReadPassport(f"{ID_NUMBER}canary"),
    papers.LookUpECard("ref", PAYER_CODE),
    papers.RedeemDraft("ref", PAYER_CODE),
    papers.FetchDraft("ref", "D1", TOKEN),
    papers.OpenHandOff("ref", TOKEN, HandOffTopic.PHOTO),
    papers.PollDraft("D1", TOKEN),
    papers.CloseDraft("D1", TOKEN),
    papers.RegisterAgent("ref", TOKEN, DOCUMENT, Relationship.SPOUSE, PHONE, "1"),
)


def _person() -> Person:
    return Person(
        token=TOKEN,
        name=CANARY,
        insured_type=wire.InsuredType.RESIDENT,
        employer=CANARY,
        mobile=PHONE,
        address=ADDRESS,
        has_photo=True,
        card=CardFacts("5678", wire.CardState.NORMAL, "B1", None),
        bank_choices=("B1",),
        open_application=None,
    )


def _application() -> ApplicationFacts:
    return ApplicationFacts(
        APPLICATION,
        wire.ApplicationState.PAID,
        Reason.DAMAGED,
        DeliveryMode.EXPRESS,
        None,
        2000,
        submitted_at=NOON,
        certificate_url="https://canary.example",
        tracking_url="canary",
    )


def _events() -> tuple[ev.Event, ...]:
    paid = PaymentFacts("P1", APPLICATION, PaymentState.PAID, PaymentMethod.PAYER_CODE, 2000, code_url="canary")
    return (
        ev.DocumentPresented(DOCUMENT),
        ev.OldCardRead(OldCardFacts(**{field.name: CANARY for field in dataclasses.fields(OldCardFacts)})),  # type: ignore[arg-type]
        ev.CodeScanned(PAYER_CODE.encode()),
        ev.PersonFound("ref", _person()),
        ev.ApplicationAnswered("ref", _application()),
        ev.PaymentAnswered(paid),
        ev.ReceiptNotPrinted("id-000009", "jammed", may_have_printed=True),
        ev.CentralRefused("ref", "not_found"),
    )


def test_the_canary_is_of_every_effect_that_exists() -> None:
    """Of staff mode only the PIN is secret; what staff do stands in the audit log."""
    others = set(get_args(StaffEffect)) - {CheckPin}
    assert {type(effect) for effect in EFFECTS} == set(get_args(fx.Effect)) - others


def test_nothing_personal_reaches_the_files_of_the_journal(tmp_path: Path) -> None:
    store = Store(tmp_path / "journal.sqlite", noon)
    for place, event in enumerate(_events()):
        now = replace(NOW, fresh_id=f"0123456789-{place}")
        steps = steps_of(event, EFFECTS)
        store.commit(steps, deliveries_of(steps, EFFECTS, now))
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    store.close()
    files |= {f"{file.name} at rest": file.read_bytes() for file in tmp_path.iterdir()}
    assert len(files) >= 3
    assert any(APPLICATION.encode() in data for data in files.values()), "the search would find what is there"
    for name, data in files.items():
        for leak in LEAKS:
            assert leak.encode() not in data, f"{leak} in {name}"
            assert leak.encode("utf-16-le") not in data


# --- what a delivery comes to ----------------------------------------------------------------------------------------


class Backend:
    """The two calls that deliveries make."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.keys: list[str] = []

    def submit(self, key: str, _number: str, _request: wire.SubmissionRequest) -> object:
        self.keys.append(key)
        return self.answer

    def send_events(self, key: str, batch: wire.EventBatch) -> object:
        self.keys.append(key)
        return self.answer if not isinstance(self.answer, wire.EventsAccepted) else self._accepted(batch)

    def _accepted(self, batch: wire.EventBatch) -> wire.EventsAccepted:
        return wire.EventsAccepted(accepted=len(batch.events), known=0)


def delivery(answer: object, heard: list[ev.Event]) -> tuple[Delivery, Backend]:
    backend = Backend(answer)
    return Delivery(backend, heard.append, no_audit), backend  # type: ignore[arg-type]


def submission() -> OutboxItem:
    return deliveries_of((), (submit(),), NOW)[0]


def test_a_submission_that_gets_no_answer_is_kept_and_the_flow_hears_of_it() -> None:
    heard: list[ev.Event] = []
    sender, _ = delivery(Silent(SilenceKind.TOO_SLOW), heard)
    assert sender.send((submission(),)) is Outcome.TRY_LATER
    assert heard == [ev.CentralSilent("the-key")]


def test_only_a_final_refusal_parks_a_submission() -> None:
    heard: list[ev.Event] = []
    final, _ = delivery(Refused(wire.ProblemCode.APPLICATION_STATE), heard)
    passing, _ = delivery(Refused(wire.ProblemCode.TOO_MANY, is_retryable=True), heard)
    assert final.send((submission(),)) is Outcome.REFUSED
    assert passing.send((submission(),)) is Outcome.TRY_LATER
    assert heard == [ev.CentralRefused("the-key", "application_state"), ev.CentralSilent("the-key")]


def test_the_same_events_travel_under_the_same_key() -> None:
    sender, backend = delivery(wire.EventsAccepted(accepted=0, known=0), [])
    items = event_items((step("P1"), step("P2")), NOW)
    assert sender.send(items) is Outcome.DELIVERED
    sender.send(items)
    sender.send(items[:1])
    assert backend.keys[0] == backend.keys[1] != backend.keys[2]


def test_what_nobody_knows_how_to_deliver_is_parked() -> None:
    sender, _ = delivery(None, [])
    assert sender.send((OutboxItem("k", Lane.MONEY, "riddle", "{}"),)) is Outcome.REFUSED
