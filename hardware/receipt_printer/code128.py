"""Code 128 (ISO/IEC 15417): how many modules a content takes, and its data for the printer.

Runs of digits are packed two to a symbol (set C), the rest is set B; so an application number fits the paper at a
module width that a hand-held scanner reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

SYMBOL_MODULES = 11
START_CHECK_STOP_MODULES = 11 + 11 + 13
QUIET_ZONE_MODULES = 10
PACKABLE = re.compile(r"(?:[0-9]{2}){2,}(?![0-9])")  # fewer than four digits are shorter in set B

CodeSet = Literal["B", "C"]
Segment = tuple[CodeSet, str]


def is_encodable(content: str) -> bool:
    return bool(content) and all(" " <= character <= "~" for character in content)


def segments(content: str) -> tuple[Segment, ...]:
    """The content cut into runs of one code set each; neighbours differ."""
    return tuple(_runs(content))


def _runs(content: str) -> Iterator[Segment]:
    rest = content
    while rest:
        match = PACKABLE.search(rest)
        start = match.start() if match else len(rest)
        if start:
            yield "B", rest[:start]
        if match:
            yield "C", match.group()
        rest = rest[match.end() :] if match else ""


def module_count(content: str) -> int:
    """Width of the bars, quiet zones included."""
    parts = segments(content)
    symbols = sum(len(text) if code_set == "B" else len(text) // 2 for code_set, text in parts)
    switches = len(parts) - 1
    return (symbols + switches) * SYMBOL_MODULES + START_CHECK_STOP_MODULES + 2 * QUIET_ZONE_MODULES


def printer_data(content: str) -> bytes:
    """Data of GS k 73: `{B` and `{C` choose the set, a brace is doubled, set C is one byte per two digits."""
    return b"".join(_segment_data(code_set, text) for code_set, text in segments(content))


def _segment_data(code_set: CodeSet, text: str) -> bytes:
    if code_set == "C":
        return b"{C" + bytes(int(text[i : i + 2]) for i in range(0, len(text), 2))
    return b"{B" + text.replace("{", "{{").encode("ascii")
