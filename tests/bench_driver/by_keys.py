"""A visit by somebody who neither sees nor touches: five keys, and what is heard. Nothing here looks at the screen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.tour.bench_client import BenchClient, TourError

MOST_STEPS = 80
"""More controls than any page has."""

CONTROL = re.compile(
    r"(option|key|change|speech)\.[^/]+|page\.(previous|next)|start_\w+|end_\w+|confirm|decline|back|help|end|language|size"
    r"|theme|staff_call|help_close|still_here"
)
"""What is said for a control, and not for a part of a page (`kiosk.flow.controls`)."""

Line = dict[str, Any]


@dataclass
class Listener:
    """What the speaker began to play, as the bench keeps it beside the recordings."""

    bench: BenchClient
    trace: Path
    mark: int = field(default=0)
    """Lines before it have been listened to."""

    def lines(self) -> list[Line]:
        try:
            text = self.trace.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]

    def new(self) -> list[Line]:
        return self.lines()[self.mark :]

    def forget(self) -> None:
        self.mark = len(self.lines())

    def hear(self, is_it: Callable[[Line], bool], what: str, limit_s: float | None = None) -> Line:
        """Wait until such an utterance is among what is new; it and all before it have then been listened to."""

        def found() -> bool:
            return any(is_it(line) for line in self.new())

        try:
            self.bench.wait_until(found, what, limit_s)
        except TourError as error:
            heard = [line["speaks_for"] for line in self.new()[-8:]]
            raise TourError(f"{error}; heard {heard}") from None
        at = next(number for number, line in enumerate(self.lines()) if number >= self.mark and is_it(line))
        self.mark = at + 1
        return self.lines()[at]


@dataclass
class KeyVisit:
    """Finds its way by what is said: `choose` goes down until the wanted control is named, and presses OK."""

    bench: BenchClient
    listener: Listener

    def press(self, key: str) -> None:
        self.bench.do("keypad", "press", key=key)

    def page(self, page: str) -> Line:
        """A page has been read to its end: until how many choices it has."""
        return self.listener.hear(
            lambda line: line["page"] == page and line["speaks_for"] == "choices", f"{page} to be read"
        )

    def find(self, control_id: str) -> None:
        for _ in range(MOST_STEPS):
            self.listener.forget()
            self.press("down")
            named = self.listener.hear(lambda line: bool(CONTROL.fullmatch(line["speaks_for"])), "a control's name")
            if named["speaks_for"] == control_id:
                return
        raise TourError(f"{control_id} was never named")

    def choose(self, control_id: str, then: str | None = None) -> None:
        """`then`: the page that comes and is read."""
        self.find(control_id)
        self.listener.forget()
        self.press("ok")
        if then is not None:
            self.page(then)


TIME_LEFT = re.compile(r"(剩余时间|Time left).*")
FRAME = re.compile(r"A|第 \d 步，共 \d 步|Step \d of \d|\d+ / \d+")
"""Letters that are a drawing; the step and the page are said in words of their own."""


def unsaid(screen: dict[str, Any], heard: list[Line]) -> list[str]:
    """Texts of a page that were not played, controls apart: they speak when the keys come to them."""
    captions = "".join(element["text"] for element in screen["elements"])
    seen_only = (text for text in screen["texts"] if FRAME.fullmatch(text) or TIME_LEFT.fullmatch(text))
    texts = {text for text in screen["texts"] if text and text not in captions} - set(seen_only)
    said = {plain(line["text"]) for line in heard}
    return sorted(text for text in texts if plain(text) not in said)


def of_page(lines: list[Line], view: str) -> list[Line]:
    """With the office's name, which is said on the first page and stands on all."""
    return [line for line in lines if line["page"] == view or line["speaks_for"] == "office"]


def plain(text: str) -> str:
    return "".join(text.split())
