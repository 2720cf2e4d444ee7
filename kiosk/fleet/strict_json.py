"""JSON that leaves no doubt: no key twice, no fractions, no depth that exhausts a parser."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from kiosk.fleet.refusals import RefusalCode, Refused

MAX_DEPTH = 16
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


class _DoubtError(ValueError):
    """A doubtful document; caught by `decode`."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(code.value)
        self.code = code


def decode(content: bytes, max_bytes: int) -> Any | Refused:
    """The value of a document in UTF-8; integers, texts, booleans, null, lists and objects only."""
    if len(content) > max_bytes:
        return Refused(RefusalCode.TOO_LARGE, f"more than {max_bytes} bytes")
    try:
        text = content.decode("utf-8")
        if _depth(text) > MAX_DEPTH:
            return Refused(RefusalCode.TOO_DEEP, f"deeper than {MAX_DEPTH}")
        return json.loads(text, object_pairs_hook=_no_key_twice, parse_float=_no_float, parse_constant=_no_float)
    except _DoubtError as doubt:
        return Refused(doubt.code)
    except ValueError:  # not UTF-8, not JSON, or an integer of thousands of digits
        return Refused(RefusalCode.NOT_JSON)


def canonical(value: Any) -> bytes:
    """The one way to write a value: sorted keys, no spaces, UTF-8 (RFC 8785 for values without fractions)."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def address(content: bytes) -> str:
    """SHA-256 in lower-case hexadecimal: the name of exactly these bytes."""
    return hashlib.sha256(content).hexdigest()


def _depth(text: str) -> int:
    deepest = depth = 0
    for character in re.findall(r"[\[\]{}]", _STRINGS.sub("", text)):
        depth += 1 if character in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DoubtError(RefusalCode.DUPLICATE_KEY)
    return found


def _no_float(_text: str) -> Any:
    raise _DoubtError(RefusalCode.FLOAT)
