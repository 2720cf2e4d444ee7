"""Errands with other papers, for somebody else, and between phone and terminal, each with its most likely mishap."""

from __future__ import annotations

from typing import Any

from tests.bench_driver.words import says
from tests.tour.bench_client import TourError
from tests.tour.errand_steps import (
    agree,
    choose,
    damaged_at_this_office,
    end,
    keep_when,
    known,
    mobile,
    pay,
    reads,
    show,
    start,
    step,
    type_keys,
)
from tests.tour.journeys import Tour
from tests.tour.phone import Phone, portrait_with_a_place

Facts = dict[str, Any]


def _people(tour: Tour, special: str) -> dict[str, Any]:
    return tour.bench.people()[special]


# --- for somebody else ------------------------------------------------------------------------------------------------


def agent(tour: Tour) -> Facts:
    """A parent for a child: the child's document is laid down twice, and the wrong relationship is chosen."""
    bench = tour.bench
    start(tour, "zh", is_more=True)
    bench.touch("option.for_other")
    agree(tour)
    tour.album.keep("holders-document")
    known(tour, "child")
    bench.wait(lambda screen: says(screen, "agent.document.title"), "the agent's document asked for")
    bench.do("identity", "remove")
    bench.do("identity", "place", person="child")
    keep_when(tour, "agent.document.same", "same-document-twice")
    bench.do("identity", "remove")
    bench.do("identity", "place", person="not_activated")
    bench.wait_for("ChoiceView", "option.relative")
    tour.album.keep("relationship")
    step(tour, "option.relative", "KeypadView", "key.1")
    type_keys(tour, "13800138000")
    tour.album.keep("agents-telephone")
    step(tour, "confirm", "ExplainView", "confirm", keep="declaration")
    bench.touch("confirm")
    keep_when(tour, "trouble.guardian_required.title", "guardian-required")
    step(tour, "option.again", "ChoiceView", "option.guardian")
    bench.touch("option.guardian")
    bench.wait_for("ExplainView", "confirm")
    step(tour, "confirm", "ChoiceView", "option.damaged")
    damaged_at_this_office(tour)
    tour.album.keep("check")
    step(tour, "confirm", "ChoiceView", "option.show_phone")
    pay(tour)
    bench.touch("confirm")
    bench.wait_for("ReceiptView", "option.print_copy")
    lines = bench.do("printer", "receipts")["receipts"][-1]["lines"]
    return end(tour, "option.finish") | {"receipt_lines": lines}


# --- other papers -----------------------------------------------------------------------------------------------------


def passport(tour: Tour) -> Facts:
    """The number is mistyped, so its check digit is another one and the chip does not open; then all is right."""
    bench = tour.bench
    choose(tour, "en", "replace")
    tour.album.keep("how-to-identify")
    bench.touch("option.passport")
    bench.wait_for("TextEntryView", "key.1")
    type_keys(tour, "L898902C8")
    tour.album.keep("number-mistyped")
    step(tour, "confirm", "KeypadView", "key.1")
    type_keys(tour, "740812")
    tour.album.keep("birth")
    bench.touch("confirm")
    reads(tour, "passport.expiry.question")
    type_keys(tour, "351231")
    tour.album.keep("expiry")
    step(tour, "confirm", "DeviceView", "option.type_again", keep="lay-it-down")
    bench.do("card", "insert_passport")
    keep_when(tour, "passport.problem.not_opened", "does-not-open")
    bench.touch("key.backspace")
    type_keys(tour, "3")
    tour.album.keep("number-corrected")
    step(tour, "confirm", "KeypadView", "confirm")
    bench.touch("confirm")
    reads(tour, "passport.expiry.question")
    bench.touch("confirm")
    bench.wait_for("RecordView", "confirm")
    tour.album.keep("record")
    bench.do("card", "remove")
    step(tour, "confirm", "ChoiceView", "option.damaged")
    damaged_at_this_office(tour)
    tour.album.keep("check")
    step(tour, "confirm", "ChoiceView", "option.show_phone")
    pay(tour)
    bench.touch("confirm")
    bench.wait_for("ReceiptView", "option.print_copy")
    return end(tour, "option.finish")


def e_card(tour: Tour) -> Facts:
    """A card reported lost has no electronic card either; then a code of somebody whose card works, shown twice."""
    bench = tour.bench
    choose(tour, "zh", "progress")
    step(tour, "option.e_card", "PayScanView", "option.document", keep="show-your-e-card")
    show(tour, _e_card(tour, "pre_lost"), lambda screen: says(screen, "trouble.e_card_stopped.title"), "stopped")
    tour.album.keep("stopped")
    step(tour, "option.document", "DeviceView", "option.e_card")
    step(tour, "option.e_card", "PayScanView", "option.document")
    code = _e_card(tour, "no_photo")
    show(tour, code, lambda screen: screen.get("view") == "RecordView", "the record")
    tour.album.keep("record")
    bench.touch("decline")
    bench.wait_for("AttractView")
    choose(tour, "zh", "progress")
    step(tour, "option.e_card", "PayScanView", "option.document")
    show(tour, code, lambda screen: says(screen, "trouble.e_card_used.title"), "used")
    tour.album.keep("used")
    return end(tour, "option.finish")


def _e_card(tour: Tour, special: str) -> str:
    """As the app of that person shows it; the bench's backend issues it."""
    number = _people(tour, special)["document"]["number"]
    return str(tour.bench.office("e-cards", document_number=number)["code"])


# --- from the phone ---------------------------------------------------------------------------------------------------


def from_the_phone(tour: Tour) -> Facts:
    """Begun at home with address and photo; a payment code is held up first, and the right one a second time later."""
    bench, person = tour.bench, _people(tour, "damaged")
    phone = Phone("zh")
    phone.open(f"{tour.backend_url}/start")
    phone.follow("/start/person")
    phone.send(insured_type="URBAN_EMPLOYEE", document_number=person["document"]["number"])
    phone.follow("/district")
    _address_on(phone)
    phone.follow("/photo")
    phone.upload("me.jpg", portrait_with_a_place())
    phone.send()
    phone.send()
    code = phone.code()
    start(tour, "zh", is_more=True)
    step(tour, "option.from_phone", "PayScanView", "option.start_here", keep="show-the-code")
    payment = bench.phone("payer-code", behaviour="pays")["payer_code"]
    show(tour, payment, lambda screen: says(screen, "resume.problem.payment"), "a payment code refused")
    tour.album.keep("payment-code")
    show(tour, code, lambda screen: screen.get("view") == "ExplainView", "the notice")
    bench.touch("confirm")
    bench.wait_for("DeviceView")
    known(tour, "damaged", is_kept=False)
    step(tour, "option.damaged", "DeviceView", "option.handed_in")
    step(tour, "option.handed_in", "CheckView", "confirm", keep="check-with-what-was-filled-in")
    step(tour, "confirm", "ChoiceView", "option.show_phone")
    pay(tour)
    bench.touch("confirm")
    bench.wait_for("ReceiptView", "option.print_copy")
    end(tour, "option.finish")
    start(tour, "zh", is_more=True)
    step(tour, "option.from_phone", "PayScanView", "option.start_here")
    show(tour, code, lambda screen: says(screen, "trouble.draft_code_used.title"), "a used code refused")
    tour.album.keep("used-code")
    return end(tour, "option.finish")


def _address_on(phone: Phone) -> None:
    phone.send(district="朝阳区")
    phone.send(recipient="林样本", mobile="13800138000", street="望京街道", detail="示例东路 2 号院 301 室")


# --- to the phone -----------------------------------------------------------------------------------------------------


def to_the_phone(tour: Tour) -> Facts:
    """The address is typed on the phone while the terminal waits; the house number is forgotten at first."""
    bench = tour.bench
    choose(tour, "en", "replace")
    known(tour, "foreigner_2017", is_kept=False)
    bench.wait(lambda screen: screen.get("view") == "ChoiceView", "the reason")
    bench.touch("option.lost")
    bench.wait(lambda screen: screen.get("view") in ("ExplainView", "KeypadView"), "stopped or to be stopped")
    if bench.screen()["view"] == "ExplainView":
        bench.touch("confirm")
        reads(tour, "loss_stopped.now")
        bench.touch("confirm")
    mobile(tour)
    step(tour, "option.express", "ChoiceView", "option.phone", keep="which-address")
    screen = step(tour, "option.phone", "PayCodeView", "option.type_here", keep="scan-with-your-phone")
    phone = Phone("en")
    phone.open(screen["codes"][0]["content"])
    phone.send()
    keep_when(tour, "hand_off.phone.at_work", "phone-at-work")
    phone.send(district="朝阳区")
    phone.send(recipient="JOHN SPECIMEN", mobile="13800138000", street="望京街道", detail="x")
    phone.send(recipient="JOHN SPECIMEN", mobile="13800138000", street="望京街道", detail="2 Sample Road, 301")
    bench.wait_for("ChoiceView", "option.keep")
    step(tour, "option.keep", "CheckView", "confirm", keep="check")
    bench.touch("end")
    bench.touch("end_confirm")
    bench.wait_for("AttractView")
    return {}


def new_photo_and_bank(tour: Tour) -> Facts:
    """No photo on record; the phone sends a letter before it sends a picture. Then another bank is chosen."""
    bench = tour.bench
    choose(tour, "zh", "replace")
    known(tour, "no_photo", is_kept=False)
    step(tour, "option.damaged", "DeviceView", "option.handed_in")
    bench.touch("option.handed_in")
    mobile(tour)
    step(tour, "option.pickup", "ChoiceView", "option.CY01")
    step(tour, "option.CY01", "ChoiceView", "option.photo", keep="a-photo-is-needed")
    screen = step(tour, "option.photo", "PayCodeView", "option.no_photo", keep="scan-with-your-phone")
    phone = Phone("zh")
    phone.open(screen["codes"][0]["content"])
    phone.send()
    phone.upload("letter.jpg", b"no picture at all")
    if not phone.says("这个文件打不开"):
        raise TourError("the phone's page says nothing about a file that is no picture")
    phone.upload("me.jpg", portrait_with_a_place())
    keep_when(tour, "hand_off.phone.at_work", "looking-at-it-on-the-phone")
    phone.send()
    bench.wait_for("ChoiceView", "option.keep")
    tour.album.keep("photo-is-there")
    step(tour, "option.bank", "ChoiceView", "option.B02", keep="banks")
    step(tour, "option.B02", "CheckView", "confirm", keep="check")
    step(tour, "confirm", "ChoiceView", "option.show_phone")
    pay(tour)
    bench.touch("confirm")
    bench.wait_for("ReceiptView", "option.print_copy")
    return end(tour, "option.finish")
