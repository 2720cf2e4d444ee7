"""For everybody: the visit by five keys and ear, in easy mode, and in high contrast within reach of a wheelchair."""

from __future__ import annotations

import json
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import hypot
from pathlib import Path
from typing import Any

from tests.bench_driver.by_keys import KeyVisit, Line, Listener, of_page, unsaid
from tests.bench_driver.people import Registry, Somebody
from tests.tour.bench_client import TourError
from tests.tour.journeys import PRINT_WAIT, Tour

FIRST_NUMBER = {"keys": 7001, "easy": 7002, "reach": 7003}
"""Numbers of invented people that nobody else in a tour has."""
DIAGONAL_INCH = 21.5
MM_PER_INCH = 25.4
BOTTOM_MM, HIGH_MM = 800.0, 1220.0
"""Lower edge of the glass and the reach of a seated person, above the floor (EN 301 549 8.3.2)."""


def somebody(tour: Tour, who: str) -> Somebody:
    registry = Registry(tour.out / "var" / "backend", FIRST_NUMBER[who])
    try:
        return registry.add()
    finally:
        registry.close()


@contextmanager
def listening(tour: Tour) -> Iterator[Listener]:
    """The card plays as fast as sound comes: a tour does not wait for the end of a sentence."""
    tour.bench.do("speaker", "reset")
    tour.bench.do("speaker", "speed", factor=0)
    listener = Listener(tour.bench, tour.out / "var" / "bench" / "speech" / "spoken.jsonl")
    listener.forget()
    try:
        yield listener
    finally:
        tour.bench.do("speaker", "reset")


# --- by five keys and by ear -----------------------------------------------------------------------------------------


def by_keys(tour: Tour) -> dict[str, Any]:
    """Nothing is touched: a headset goes in, five keys lead to the receipt, and each page is heard as it is written."""
    person = somebody(tour, "keys")
    with listening(tour) as listener:
        start = listener.mark
        visit = ByKeys(tour, KeyVisit(tour.bench, listener))
        tour.bench.do("speaker", "headset", on=True)
        listener.hear(lambda line: line["speaks_for"] == "keys", "how to use the keys")
        visit.look("attract", "AttractView")
        visit.choose("start_zh", "ChoiceView", "purpose")
        visit.choose("option.replace", "ExplainView", "notice")
        visit.choose("confirm", "DeviceView", "identify")
        tour.bench.do("identity", "place", **person.document)
        visit.come("RecordView", "record")
        visit.choose("confirm", "ChoiceView", "reason")
        visit.choose("option.damaged", "DeviceView", "hand-in")
        visit.choose("option.handed_in", "KeypadView", "mobile")
        visit.type("13800138000")
        visit.choose("confirm", "ChoiceView", "delivery")
        visit.choose("option.pickup", "ChoiceView", "office")
        visit.choose("option.CY01", "ChoiceView", "bank-and-photo")
        visit.choose("option.keep", "CheckView", "check")
        visit.choose("confirm", "ChoiceView", "how-to-pay")
        visit.choose("option.show_phone", "PayScanView", "pay-scan")
        show_payer_code(tour)
        visit.come("DoneView", "submitted")
        tour.bench.do("camera", "clear")
        number = str(tour.bench.screen()["number"])
        visit.choose("confirm", "ReceiptView", None)
        listener.hear(lambda line: line["text"] == "凭条已打印，请取走", "that the receipt is printed")
        visit.look("receipt", "ReceiptView")
        visit.choose("option.finish", "TakeThingsView", "take-things")
        tour.bench.do("identity", "remove")
        visit.visit.choose("confirm")
        tour.bench.wait_for("AttractView", "start_zh")
        heard = listener.lines()[start:]
        return {"application_number": number, **tour.database_check(number), **visit.facts(), **kept(tour, heard)}


class ByKeys:
    """A key visit that keeps a picture of each page and compares it with what was heard."""

    def __init__(self, tour: Tour, visit: KeyVisit) -> None:
        self.tour, self.visit = tour, visit
        self.compared = 0

    def choose(self, control_id: str, view: str, name: str | None) -> None:
        self.visit.choose(control_id, view)
        if name is not None:
            self.look(name, view)

    def come(self, view: str, name: str) -> None:
        """A page that comes by itself."""
        self.visit.page(view)
        self.look(name, view)

    def look(self, name: str, view: str) -> None:
        screen = self.tour.bench.wait_for(view)
        self.tour.album.keep(name, both=False)
        missing = unsaid(screen, of_page(self.visit.listener.lines(), view))
        if missing:
            raise TourError(f"{name}: written and not heard: {missing}")
        self.compared += len(screen["texts"])

    def type(self, figures: str) -> None:
        for figure in figures:
            self.visit.find(f"key.{figure}")
            self.visit.press("ok")
            self.visit.listener.hear(lambda line: line["speaks_for"] == "value", f"the figure {figure}")
        self.tour.album.keep("mobile-typed", both=False)

    def facts(self) -> dict[str, Any]:
        return {"texts_compared_with_sound": self.compared}


def kept(tour: Tour, heard: list[Line]) -> dict[str, Any]:
    """What was played, as words and as sound, beside the pictures."""
    words = tour.album.folder / "heard.jsonl"
    words.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in heard), encoding="utf-8")
    played = tour.bench.do("speaker", "played")["played"]
    files = [tour.out / "var" / "bench" / "speech" / each["file"] for each in played]
    join_sounds([file for file in files if file.is_file()], tour.album.folder / "heard.wav")
    return {
        "heard_file": words.name,
        "sound_file": "heard.wav",
        "utterances": len(heard),
        "seconds_of_speech": round(sum(float(line["seconds"]) for line in heard), 1),
    }


def join_sounds(files: list[Path], into: Path) -> None:
    if not files:
        raise TourError("nothing was played")
    with wave.open(str(into), "wb") as whole:
        for number, file in enumerate(files):
            with wave.open(str(file), "rb") as part:
                if number == 0:
                    whole.setparams(part.getparams())
                whole.writeframes(part.readframes(part.getnframes()))


# --- touched: easy mode, and within reach ----------------------------------------------------------------------------


def easy_mode(tour: Tour) -> dict[str, Any]:
    """One touch makes it large, slow, spoken and simple; without a headset nothing private is said aloud."""
    person = somebody(tour, "easy")
    with listening(tour) as listener:
        start = listener.mark
        tour.bench.wait_for("AttractView", "start_elder")
        step(tour, "start_elder", "ChoiceView", "option.replace", "purpose")
        tour.bench.wait(lambda screen: screen.get("size") == "large", "large letters")
        facts = touched_visit(tour, person, lambda _name: None)
        heard = listener.lines()[start:]
        private = [line["speaks_for"] for line in heard if line["is_private"]]
        silent = {"RecordView", "CheckView", "ReceiptView"} - {line["page"] for line in heard}
        if private or silent:
            raise TourError(f"private things were said aloud: {private}; pages without a voice: {silent}")
        return {**facts, **kept(tour, heard)}


def within_reach(tour: Tour) -> dict[str, Any]:
    """In English, white on black, with every control within reach of a seated person."""
    person, heights = somebody(tour, "reach"), dict[str, float]()

    def look(name: str) -> None:
        heights.update({f"{name}: {each}": high for each, high in heights_of(tour.bench.screen()).items()})

    step(tour, "start_en", "ChoiceView", "option.replace", None)
    tour.bench.touch_through("theme", lambda screen: screen.get("theme") == "high_contrast", "white on black")
    before = heights_of(tour.bench.screen())["theme"]
    tour.bench.touch_through("reach", lambda screen: heights_of(screen).get("theme", before) < before, "the low layout")
    tour.album.keep("purpose", both=False)
    look("purpose")
    facts = touched_visit(tour, person, look)
    too_high = {name: high for name, high in heights.items() if high > HIGH_MM}
    if too_high:
        raise TourError(f"out of reach: {too_high}")
    return {**facts, "controls_measured": len(heights), "highest_control_mm": round(max(heights.values()))}


def heights_of(screen: dict[str, Any]) -> dict[str, float]:
    """Millimetres above the floor of the middle of each control."""
    px_per_mm = hypot(screen["width"], screen["height"]) / (DIAGONAL_INCH * MM_PER_INCH)
    return {
        one["id"]: BOTTOM_MM + (screen["height"] - one["y"] - one["height"] / 2) / px_per_mm
        for one in screen["elements"]
    }


def touched_visit(tour: Tour, person: Somebody, look: Callable[[str], None]) -> dict[str, Any]:
    """From the purpose to the attract screen; lists may have several pages."""

    def to(element_id: str, view: str, then: str | None, name: str) -> None:
        step(tour, element_id, view, then, name)
        look(name)

    to("option.replace", "ExplainView", "confirm", "notice")
    to("confirm", "DeviceView", None, "identify")
    tour.bench.do("identity", "place", **person.document)
    tour.bench.wait_for("RecordView", "confirm")
    tour.album.keep("record", both=False)
    look("record")
    to("confirm", "ChoiceView", "option.damaged", "reason")
    to("option.damaged", "DeviceView", "option.handed_in", "hand-in")
    to("option.handed_in", "KeypadView", "key.1", "mobile")
    for figure in "13800138000":
        tour.bench.touch(f"key.{figure}")
    to("confirm", "ChoiceView", "option.pickup", "delivery")
    to("option.pickup", "ChoiceView", None, "office")
    to("option.CY01", "ChoiceView", "option.keep", "bank-and-photo")
    to("option.keep", "CheckView", None, "check")
    to("confirm", "ChoiceView", None, "how-to-pay")
    to("option.show_phone", "PayScanView", None, "pay-scan")
    show_payer_code(tour)
    tour.bench.wait_for("DoneView", "confirm")
    tour.bench.do("camera", "clear")
    tour.album.keep("submitted", both=False)
    number = str(tour.bench.screen()["number"])
    before = len(tour.bench.do("printer", "receipts")["receipts"])
    tour.bench.touch("confirm")
    tour.bench.wait_until(lambda: len(tour.bench.do("printer", "receipts")["receipts"]) > before, PRINT_WAIT)
    tour.bench.wait_for("ReceiptView", "option.finish")
    tour.album.keep("receipt", both=False)
    look("receipt")
    to("option.finish", "TakeThingsView", "confirm", "take-things")
    tour.bench.do("identity", "remove")
    tour.bench.touch("confirm")
    tour.bench.wait_for("AttractView", "start_zh")
    return {"application_number": number, **tour.database_check(number)}


def step(tour: Tour, element_id: str, view: str, then: str | None, name: str | None) -> None:
    """Turn pages until the element is there, touch it, and keep what comes."""
    serial = turn_to(tour, element_id)
    tour.bench.touch(element_id)
    tour.bench.wait(
        lambda screen: screen.get("view") == view and screen["serial"] != serial and has(screen, then), view
    )
    if name is not None:
        tour.album.keep(name, both=False)


MOST_PAGES = 8


def turn_to(tour: Tour, element_id: str) -> int:
    """The serial of the page on which the element is."""
    for _ in range(MOST_PAGES):
        screen = tour.bench.wait(
            lambda now: has(now, element_id) or any(has(now, turn) for turn in PAGE_TURNS), element_id
        )
        if has(screen, element_id):
            return int(screen["serial"])
        turn = next(turn for turn in PAGE_TURNS if has(screen, turn))
        shown = screen["texts"]
        tour.bench.touch_through(turn, lambda now, shown=shown: now.get("texts") != shown, "the next page")
    raise TourError(f"{element_id} is on no page")


PAGE_TURNS = ("page.next", "more.next")


def has(screen: dict[str, Any], element_id: str | None) -> bool:
    """Also when it cannot be touched yet: a page that has just come takes no touch."""
    return element_id is None or any(one["id"] == element_id for one in screen.get("elements", []))


def show_payer_code(tour: Tour) -> None:
    code = tour.bench.phone("payer-code", behaviour="pays")["payer_code"]
    tour.bench.do("camera", "show", content=code, style="easy")


EVERYBODY: dict[str, Callable[[Tour], dict[str, Any]]] = {
    "by-keys-and-ear": by_keys,
    "easy-mode": easy_mode,
    "high-contrast-within-reach": within_reach,
}
