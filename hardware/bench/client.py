"""The bench's control interface from a command line: requests out, JSON back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import requests

LIMIT_S = 30.0
LONGEST_NUMBER = 9
"""Longer digits are a code or a card number, that is text."""


@dataclass(frozen=True)
class Reply:
    """What came back; `is_done` is False for everything that was refused."""

    is_done: bool
    content: Any


@dataclass(frozen=True)
class Client:
    """One bench, by the address of its control interface."""

    url: str

    def get(self, path: str) -> Reply:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, Any]) -> Reply:
        return self._ask("POST", path, fields)

    def picture(self) -> Reply:
        """The terminal's screen as PNG bytes."""
        return self._ask("GET", "screen/picture.png")

    def _ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> Reply:
        try:
            answer = requests.request(method, f"{self.url}/api/{path}", json=fields, timeout=LIMIT_S)
            is_picture = answer.ok and answer.headers.get("content-type", "").startswith("image/")
            return Reply(answer.ok, answer.content if is_picture else answer.json())
        except requests.JSONDecodeError:
            return Reply(False, {"error": f"{self.url} is not a bench"})
        except requests.RequestException:
            return Reply(False, {"error": f"no bench answers at {self.url}; start it: python -m hardware.bench serve"})


def fields_of(words: Sequence[str]) -> dict[str, Any]:
    """Fields from `key=value` words; raises ValueError for a word without "="."""
    fields: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not key or not equals:
            raise ValueError(f"{word} is not key=value")
        fields[key] = value_of(text)
    return fields


def value_of(text: str) -> Any:
    """true, false, null, short numbers, JSON objects, lists and quoted texts; else the text itself."""
    is_json = text[:1] in ("{", "[", '"') or text in ("true", "false", "null") or len(text) <= LONGEST_NUMBER
    if not is_json:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
