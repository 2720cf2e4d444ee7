"""The two main journeys, driven from outside with real touches, and the pages they share with others."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from deploy.workbench import Workbench
from tests.bench_driver.people import Registry
from tests.tour.album import Album
from tests.tour.bench_client import BenchClient, TourError

PRINT_WAIT = "the receipt on paper"


@dataclass
class Tour:
    """What a journey needs: the bench, its album, and where the backend's pages are."""

    bench: BenchClient
    album: Album
    out: Path
    database_check: Callable[[str], dict[str, Any]]
    """Application number -> state, fee_fen and card_date as the backend has them."""
    workbench: Workbench
    registry: Registry
    """Adds people of a story's own."""

    @property
    def backend_url(self) -> str:
        """Where a phone opens its pages."""
        return self.workbench.backend_url


def begin(tour: Tour, language: str) -> None:
    tour.bench.wait_for("AttractView", f"start_{language}")
    tour.album.keep("attract", both=language == "zh")
    tour.bench.touch(f"start_{language}")
    tour.bench.wait_for("ChoiceView", "option.replace")
    tour.album.keep("purpose")
    tour.bench.touch("option.replace")
    tour.bench.wait_for("ExplainView", "confirm")
    tour.album.keep("notice")
    tour.bench.touch("confirm")


def identify(tour: Tour, person: dict[str, Any]) -> None:
    tour.bench.wait_for("DeviceView")
    tour.album.keep("identify")
    tour.bench.do("identity", "place", person=person["special"])
    tour.bench.wait_for("RecordView", "confirm")
    tour.album.keep("record")
    tour.bench.touch("confirm")
    tour.bench.wait_for("ChoiceView", "option.lost")
    tour.album.keep("reason")


def hand_in_damaged(tour: Tour, person: dict[str, Any]) -> None:
    bench, album = tour.bench, tour.album
    bench.touch("option.damaged")
    bench.wait_for("DeviceView", "option.handed_in")
    album.keep("hand-in")
    bench.do("card", "insert", person=person["special"])
    bench.wait(lambda screen: screen.get("phase") == "done", "the old card read")
    album.keep("hand-in-read")
    bench.do("card", "remove")
    bench.touch("option.handed_in")


def report_lost(tour: Tour) -> None:
    bench, album = tour.bench, tour.album
    bench.touch("option.lost")
    bench.wait_for("ExplainView", "confirm")
    album.keep("loss")
    bench.touch("confirm")
    bench.wait(
        lambda screen: screen.get("view") == "ExplainView" and _says(screen, "已停用", "stopped"), "card stopped"
    )
    album.keep("loss-stopped")
    bench.touch("confirm")


def enter_mobile(tour: Tour) -> None:
    bench, album = tour.bench, tour.album
    bench.wait_for("KeypadView", "key.1")
    for digit in "138001":
        bench.touch(f"key.{digit}")
    bench.touch("confirm")
    bench.wait(lambda screen: _says(screen, "还差几位", "Some are missing"), "the hint about missing digits")
    album.keep("mobile-too-short")
    for digit in "38000":
        bench.touch(f"key.{digit}")
    bench.wait(lambda screen: _says(screen, "138 0013 8000"), "eleven digits in groups")
    album.keep("mobile")
    bench.touch("confirm")


def pick_up_here(tour: Tour) -> None:
    bench, album = tour.bench, tour.album
    bench.wait_for("ChoiceView", "option.pickup")
    album.keep("delivery")
    bench.touch("option.pickup")
    bench.wait_for("ChoiceView", "option.CY01")
    album.keep("office")
    bench.touch("option.CY01")


def express(tour: Tour) -> None:
    bench, album = tour.bench, tour.album
    bench.wait_for("ChoiceView", "option.express")
    album.keep("delivery")
    bench.touch("option.express")
    bench.wait_for("ChoiceView", "option.new")
    album.keep("address")
    bench.touch("option.new")
    bench.wait_for("ChoiceView", "option.朝阳区")
    album.keep("district")
    bench.touch("option.朝阳区")
    street = bench.wait(lambda screen: first_street(screen) is not None, "streets")
    album.keep("street")
    bench.touch(first_street(street) or "")
    bench.wait_for("TextEntryView", "key.1")
    bench.touch("keyboard.pinyin")
    for key in "12haolou":
        bench.touch(f"key.{key}")
    bench.touch("candidate.0")
    for key in "401":
        bench.touch(f"key.{key}")
    bench.touch("keyboard.characters")
    bench.touch("key.室")
    album.keep("address-detail")
    bench.touch("confirm")


def keep_bank_and_photo(tour: Tour) -> None:
    tour.bench.wait_for("ChoiceView", "option.keep")
    tour.album.keep("bank-and-photo")
    tour.bench.touch("option.keep")


def check_and_apply(tour: Tour) -> None:
    tour.bench.wait_for("CheckView", "confirm")
    tour.album.keep("check")
    tour.bench.touch("confirm")
    tour.bench.wait_for("ChoiceView", "option.show_phone")
    tour.album.keep("how-to-pay")


def pay_with_payer_code(tour: Tour) -> None:
    bench, album = tour.bench, tour.album
    bench.touch("option.show_phone")
    bench.wait_for("PayScanView")
    bench.do("camera", "show", content="11010519491231002X", style="easy", seconds=4)
    bench.wait(lambda screen: _says(screen, "证件号码", "document number"), "an ID number refused")
    album.keep("pay-wrong-code")
    bench.do("camera", "clear")
    code = bench.phone("payer-code", behaviour="asks_password")["payer_code"]
    bench.do("camera", "show", content=code, style="easy")
    bench.wait(lambda screen: _says(screen, "输入密码", "password"), "the phone asking for the password")
    album.keep("pay-password")
    bench.do("camera", "clear")
    bench.phone("password", payer_code=code)
    bench.wait_for("DoneView", "confirm")


def pay_by_scanning_screen(tour: Tour) -> None:
    bench, album = tour.bench, tour.album
    bench.touch("option.scan_screen")
    screen = bench.wait(lambda now: now.get("view") == "PayCodeView" and bool(now.get("codes")), "a code to scan")
    album.keep("pay-code")
    content = screen["codes"][0]["content"]
    bench.phone("scan", code_url=content)
    bench.phone("pay", code_url=content)
    bench.wait_for("DoneView", "confirm")


def finish(tour: Tour, person: dict[str, Any]) -> dict[str, Any]:
    bench, album = tour.bench, tour.album
    album.keep("submitted")
    number = _application_number(bench.screen())
    before = len(bench.do("printer", "receipts")["receipts"])
    bench.touch("confirm")
    bench.wait_for("ReceiptView")
    bench.wait_until(lambda: len(bench.do("printer", "receipts")["receipts"]) > before, PRINT_WAIT)
    screen = bench.wait_for("ReceiptView", "option.finish")
    album.keep("receipt")
    certificate_url = screen["codes"][0]["content"]
    receipt = bench.do("printer", "receipts")["receipts"][-1]
    bench.touch("option.finish")
    bench.wait_for("TakeThingsView", "confirm")
    album.keep("take-things")
    bench.do("identity", "remove")
    bench.touch("confirm")
    bench.wait_for("AttractView", "start_zh")
    return {
        "application_number": number,
        **tour.database_check(number),
        **_keep_receipt(tour, receipt),
        "certificate_file": _keep_certificate(tour, certificate_url, person["document"]["number"][-4:]),
    }


def _keep_receipt(tour: Tour, receipt: dict[str, Any]) -> dict[str, Any]:
    """Copy the picture out; what a QR reader sees in that picture goes into the report."""
    file = tour.album.folder / "receipt.png"
    shutil.copyfile(receipt["file"], file)
    return {"receipt_file": file.name, "receipt_codes": receipt["decoded"], "receipt_lines": receipt["lines"]}


def _keep_certificate(tour: Tour, url: str, last4: str) -> str:
    """As the person's phone would: open the link, answer with the last four characters, save the PDF."""
    http = requests.Session()
    page = http.post(url, data={"last4": last4}, timeout=15)
    page.raise_for_status()
    link = next(part.split('"')[0] for part in page.text.split('href="') if "certificate.pdf" in part.split('"')[0])
    pdf = http.get(requests.compat.urljoin(url, link.replace("&amp;", "&")), timeout=20)
    pdf.raise_for_status()
    if not pdf.content.startswith(b"%PDF"):
        raise TourError("the certificate is no PDF")
    file = tour.album.folder / "certificate.pdf"
    file.write_bytes(pdf.content)
    return file.name


def _application_number(screen: dict[str, Any]) -> str:
    number = screen.get("number")
    if not number:
        raise TourError("no application number on the screen")
    return str(number)


def _says(screen: dict[str, Any], *words: str) -> bool:
    return any(word in shown for word in words for shown in screen.get("texts", []))


def first_street(screen: dict[str, Any]) -> str | None:
    ids = [one["id"] for one in screen.get("elements", []) if one["id"].startswith("option.")]
    streets = [one for one in ids if one.endswith(("街道", "镇", "乡", "地区"))]
    return streets[0] if streets else None


def damaged_pick_up(tour: Tour) -> dict[str, Any]:
    """An urban employee's damaged card, collected at this office, paid with the payer's code."""
    person = tour.bench.people()["employee_normal"]
    begin(tour, "zh")
    identify(tour, person)
    hand_in_damaged(tour, person)
    enter_mobile(tour)
    pick_up_here(tour)
    keep_bank_and_photo(tour)
    check_and_apply(tour)
    pay_with_payer_code(tour)
    return finish(tour, person)


def lost_express(tour: Tour) -> dict[str, Any]:
    """A resident's lost card, stopped at once, sent by express, paid by scanning the screen; in English."""
    person = tour.bench.people()["resident_normal"]
    begin(tour, "en")
    identify(tour, person)
    report_lost(tour)
    enter_mobile(tour)
    express(tour)
    keep_bank_and_photo(tour)
    check_and_apply(tour)
    pay_by_scanning_screen(tour)
    return finish(tour, person)


REPLACEMENTS: dict[str, Callable[[Tour], dict[str, Any]]] = {
    "damaged-pick-up-payer-code": damaged_pick_up,
    "lost-express-code-shown": lost_express,
}
