"""A whole visit without sight and without touch: five keys on their wire, speech through the speaker's."""

from __future__ import annotations

import re
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.workbench import Workbench
from tests.bench_driver.by_keys import KeyVisit, Line, Listener
from tests.bench_driver.people import Somebody
from tests.tour.bench_client import BenchClient

pytestmark = pytest.mark.timeout(240)

TIME_LEFT = re.compile(r"剩余时间.*")
FRAME = re.compile(r"A|第 \d 步，共 \d 步")
"""Letters that are a drawing; the step is said in the page's own words."""


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
    captions = "".join(element["text"] for element in screen["elements"])
    texts = [text for text in screen["texts"] if text and text not in captions and not FRAME.fullmatch(text)]
    said = {_plain(line["text"]) for line in _of_page(listener, view)}
    missing = [text for text in texts if not TIME_LEFT.fullmatch(text) and _plain(text) not in said]
    assert len(texts) > 1
    assert missing == []


def _of_page(listener: Listener, view: str) -> list[Line]:
    """With the office's name, which is said on the first page and stands on all."""
    return [line for line in listener.lines() if line["page"] == view or line["speaks_for"] == "office"]


def _plain(text: str) -> str:
    return "".join(text.split())


def assert_recorded(bench: BenchClient, spool: Path) -> None:
    """What was played lies there as sound."""
    played: list[dict[str, Any]] = bench.do("speaker", "played")["played"]
    assert len(played) > 20
    longest = max(played, key=lambda each: each["seconds"])
    with wave.open(str(spool / longest["file"])) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(longest["seconds"], abs=0.01)
    assert longest["seconds"] > 10
