"""A whole visit without sight and without touch: five keys on their wire, speech through the speaker's."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.workbench import Workbench
from tests.bench_driver.by_keys import KeyVisit, Listener, of_page, unsaid
from tests.bench_driver.people import Somebody
from tests.tour.bench_client import BenchClient

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def listener(workbench: Workbench, bench: BenchClient) -> Iterator[Listener]:
    """With a headset in, and a card that plays as fast as sound comes: nobody waits for the end of a sentence."""
    bench.do("speaker", "speed", factor=0)
    yield Listener(bench, workbench.root / "bench" / "speech" / "spoken.jsonl")
    bench.do("speaker", "reset")


def test_the_whole_journey_by_keys_says_what_the_screen_shows(
    bench: BenchClient, listener: Listener, somebody: Somebody, workbench: Workbench
) -> None:
    visit = KeyVisit(bench, listener)
    listener.forget()
    bench.do("speaker", "headset", on=True)
    listener.hear(lambda line: line["speaks_for"] == "keys", "how to use the keys")
    says_what_is_shown(bench, listener, "AttractView")
    visit.choose("start_zh", "ChoiceView")
    says_what_is_shown(bench, listener, "ChoiceView")
    visit.choose("option.replace", "ExplainView")
    says_what_is_shown(bench, listener, "ExplainView")
    visit.choose("confirm", "DeviceView")
    says_what_is_shown(bench, listener, "DeviceView")
    bench.do("identity", "place", **somebody.document)
    visit.page("RecordView")
    says_what_is_shown(bench, listener, "RecordView")
    visit.choose("confirm", "ChoiceView")
    visit.choose("option.damaged", "DeviceView")
    visit.choose("option.handed_in", "KeypadView")
    enter_a_number(visit)
    visit.choose("confirm", "ChoiceView")
    visit.choose("option.pickup", "ChoiceView")
    visit.choose("option.CY01", "ChoiceView")
    visit.choose("option.keep", "CheckView")
    says_what_is_shown(bench, listener, "CheckView")
    visit.choose("confirm", "ChoiceView")
    visit.choose("option.show_phone", "PayScanView")
    says_what_is_shown(bench, listener, "PayScanView")
    code = bench.phone("payer-code", behaviour="pays")["payer_code"]
    bench.do("camera", "show", content=code, style="easy")
    visit.page("DoneView")
    says_what_is_shown(bench, listener, "DoneView")
    visit.choose("confirm", "ReceiptView")
    listener.hear(lambda line: line["text"] == "凭条已打印，请取走", "that the receipt is printed")
    says_what_is_shown(bench, listener, "ReceiptView")
    visit.choose("option.finish", "TakeThingsView")
    bench.do("identity", "remove")
    visit.choose("confirm")
    bench.wait_for("AttractView", "start_zh")
    assert_recorded(bench, workbench.root / "bench" / "speech")


def enter_a_number(visit: KeyVisit) -> None:
    """138 0013 8000, figure by figure; each is said when it stands there."""
    for figure in "13800138000":
        visit.find(f"key.{figure}")
        visit.press("ok")
        visit.listener.hear(lambda line: line["speaks_for"] == "value", f"the figure {figure}")
    visit.press("help")
    entered = visit.listener.hear(lambda line: line["speaks_for"] == "value", "the whole number")
    assert entered["heard"].split()[1:] == list("一三八零零一三八零零零")


def says_what_is_shown(bench: BenchClient, listener: Listener, view: str) -> None:
    """Every text of the page, controls apart (they speak when the keys come to them), has been played."""
    screen = bench.wait_for(view)
    assert len(screen["texts"]) > 1
    assert unsaid(screen, of_page(listener.lines(), view)) == []


def assert_recorded(bench: BenchClient, spool: Path) -> None:
    """What was played lies there as sound."""
    played: list[dict[str, Any]] = bench.do("speaker", "played")["played"]
    assert len(played) > 20
    longest = max(played, key=lambda each: each["seconds"])
    with wave.open(str(spool / longest["file"])) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(longest["seconds"], abs=0.01)
    assert longest["seconds"] > 10
