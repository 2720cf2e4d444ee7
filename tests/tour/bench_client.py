"""The bench's control interface, as a person at the bench would use it: look, put, touch, wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

CALL_LIMIT_S = 15.0
WAIT_LIMIT_S = 30.0
LOOK_AGAIN_S = 0.1


class TourError(Exception):
    """The terminal is not where the story says; the text says where it is."""


@dataclass(frozen=True)
class BenchClient:
    """`url` of the bench's control interface."""

    url: str

    def do(self, peripheral: str, verb: str, **fields: Any) -> dict[str, Any]:
        return self._post(f"/api/{peripheral}/{verb}", fields)

    def phone(self, act: str, **fields: Any) -> dict[str, Any]:
        return self._post(f"/api/phone/{act}", fields)

    def office(self, act: str, **fields: Any) -> dict[str, Any]:
        """What the office behind the terminal does: e-cards {document_number}, production {...}."""
        return self._post(f"/api/office/{act}", fields)

    def payment(self) -> dict[str, Any]:
        """The gateway's books: {now, orders: [{out_trade_no, state, captures, ...}], ...}."""
        return requests.get(f"{self.url}/api/payment", timeout=CALL_LIMIT_S).json()

    def payment_act(self, act: str, **fields: Any) -> dict[str, Any]:
        return self._post(f"/api/payment/{act}", fields)

    def state(self) -> dict[str, Any]:
        return requests.get(f"{self.url}/api/state", timeout=CALL_LIMIT_S).json()

    def screen(self) -> dict[str, Any]:
        answer = requests.get(f"{self.url}/api/screen/elements", timeout=CALL_LIMIT_S)
        return answer.json() if answer.ok else {}

    def picture(self) -> bytes:
        answer = requests.get(f"{self.url}/api/screen/picture.png", timeout=CALL_LIMIT_S)
        answer.raise_for_status()
        return answer.content

    def people(self) -> dict[str, dict[str, Any]]:
        """The drawer's people by what is special about them."""
        drawer = requests.get(f"{self.url}/api/drawer", timeout=CALL_LIMIT_S).json()
        return {person["special"]: person for person in drawer}

    def touch(self, element_id: str) -> None:
        """Touch the element as soon as it is there and can be touched."""
        if not self.try_touch(element_id):
            self.wait(
                lambda screen: _is_enabled(screen, element_id) and self.try_touch(element_id), f"{element_id} to touch"
            )

    def touch_through(self, element_id: str, then: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Touch, and wait until what comes next is on the screen."""
        self.touch(element_id)
        return self.wait(then, what)

    def wait_for(self, view: str, element_id: str | None = None, limit_s: float | None = None) -> dict[str, Any]:
        """Wait until a view is shown (with an element that can be touched)."""
        return self.wait(
            lambda screen: screen.get("view") == view and (element_id is None or _is_enabled(screen, element_id)),
            f"{view} with {element_id}" if element_id else view,
            limit_s,
        )

    def tap_at(self, x: int, y: int) -> None:
        """A finger down and up, whatever is there."""
        self._post("/api/screen/tap", {"x": x, "y": y})

    def tap_twice(self, x: int, y: int) -> None:
        """Down, up, down, up at one place without a pause."""
        for _ in range(2):
            self._post("/api/screen/stroke", {"points": [[x, y]], "seconds": 0.03})

    def place_of(self, element_id: str) -> tuple[int, int]:
        """The middle of an element, once it can be touched."""
        screen = self.wait(lambda now: _is_enabled(now, element_id), element_id)
        one = next(each for each in screen["elements"] if each["id"] == element_id)
        return one["x"] + one["width"] // 2, one["y"] + one["height"] // 2

    def try_touch(self, element_id: str) -> bool:
        """Touch what may be gone already."""
        return requests.post(f"{self.url}/api/screen/tap", json={"id": element_id}, timeout=CALL_LIMIT_S).ok

    def wait(
        self, is_there: Callable[[dict[str, Any]], bool], what: str, limit_s: float | None = None
    ) -> dict[str, Any]:
        ends_at = time.monotonic() + (limit_s or WAIT_LIMIT_S)
        screen: dict[str, Any] = {}
        while time.monotonic() < ends_at:
            screen = self.screen()
            if is_there(screen):
                return screen
            time.sleep(LOOK_AGAIN_S)
        ids = [element["id"] for element in screen.get("elements", [])]
        raise TourError(f"waited for {what}; the screen shows {screen.get('view')} with {ids}")

    def wait_until(self, is_so: Callable[[], bool], what: str, limit_s: float | None = None) -> None:
        ends_at = time.monotonic() + (limit_s or WAIT_LIMIT_S)
        while time.monotonic() < ends_at:
            if is_so():
                return
            time.sleep(LOOK_AGAIN_S)
        raise TourError(f"waited for {what}")

    def _post(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(self.url + path, json=fields, timeout=CALL_LIMIT_S)
        if not answer.ok:
            raise TourError(f"{path}: {answer.text[:200]}")
        return answer.json()


def _is_enabled(screen: dict[str, Any], element_id: str) -> bool:
    return any(one["id"] == element_id and one["is_enabled"] for one in screen.get("elements", []))
