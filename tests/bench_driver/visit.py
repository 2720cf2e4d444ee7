"""A visit to the terminal, step by step: each step touches what a person touches and waits for what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench_driver.people import Somebody
from tests.bench_driver.words import says
from tests.tour.bench_client import BenchClient

Screen = dict[str, Any]


@dataclass(frozen=True)
class Visit:
    """One person at the terminal. Every method ends where its name says, or raises `TourError`."""

    bench: BenchClient
    person: Somebody
    has_applied: bool = False
    """Their application waits for its fee already."""

    # --- looking and touching --------------------------------------------------------------------------------------

    def touch(self, element_id: str, view: str, then: str | None = None) -> Screen:
        """Touch, and wait for a view (with an element that can be touched)."""
        self.bench.touch(element_id)
        return self.bench.wait_for(view, then)

    def reads(self, key: str, limit_s: float | None = None) -> Screen:
        """Wait until a text stands on the screen."""
        return self.bench.wait(lambda screen: says(screen, key), key, limit_s)

    def type(self, keys: str) -> None:
        """As fast as fingers are; the caller looks at what stands there."""
        places = {key: self.bench.place_of(f"key.{key}") for key in dict.fromkeys(keys)}
        for key in keys:
            self.bench.tap_at(*places[key])

    def clear_field(self) -> None:
        self.bench.touch("key.clear")

    # --- the way ---------------------------------------------------------------------------------------------------

    def start(self, language: str = "zh") -> Screen:
        self.bench.wait_for("AttractView", f"start_{language}")
        return self.touch(f"start_{language}", "ChoiceView", "option.replace")

    def to_identify(self) -> Screen:
        self.start()
        self.touch("option.replace", "ExplainView", "confirm")
        return self.touch("confirm", "DeviceView", "option.other_document")

    def place(self, document: Mapping[str, str] | None = None, **changes: str) -> None:
        self.bench.do("identity", "place", **{**(document or self.person.document), **changes})

    def to_record(self) -> Screen:
        self.to_identify()
        self.place()
        return self.bench.wait_for("RecordView", "confirm")

    def to_reason(self) -> Screen:
        self.to_record()
        return self.touch("confirm", "ChoiceView", "option.lost")

    def to_hand_in(self) -> Screen:
        self.to_reason()
        return self.touch("option.damaged", "DeviceView", "option.handed_in")

    def to_mobile(self) -> Screen:
        self.to_hand_in()
        return self.touch("option.handed_in", "KeypadView", "option.known")

    def to_delivery(self) -> Screen:
        self.to_mobile()
        return self.touch("option.known", "ChoiceView", "option.pickup")

    def to_check(self) -> Screen:
        self.to_delivery()
        self.touch("option.pickup", "ChoiceView", "option.CY01")
        self.touch("option.CY01", "ChoiceView", "option.keep")
        return self.touch("option.keep", "CheckView", "confirm")

    def to_payment(self) -> Screen:
        if self.has_applied:
            self.to_record()
        else:
            self.to_check()
        return self.touch("confirm", "ChoiceView", "option.show_phone")

    def to_scan(self) -> Screen:
        self.to_payment()
        return self.touch("option.show_phone", "PayScanView", "option.other_way")

    def show_payer_code(self, behaviour: str = "pays") -> str:
        """A payment code before the camera; the code."""
        code = self.bench.phone("payer-code", behaviour=behaviour)["payer_code"]
        self.show(code)
        return code

    def show(self, content: str) -> None:
        self.bench.do("camera", "show", content=content, style="easy")

    def to_submitted(self) -> Screen:
        self.to_scan()
        self.show_payer_code()
        return self.bench.wait_for("DoneView", "confirm")

    def to_receipt(self) -> Screen:
        """Printed, and said so."""
        self.to_submitted()
        self.bench.touch("confirm")
        return self.reads("receipt.printed")

    def leave(self) -> Screen:
        """From the receipt to the attract screen."""
        self.touch("option.finish", "TakeThingsView", "confirm")
        self.bench.do("identity", "remove")
        return self.touch("confirm", "AttractView", "start_zh")
