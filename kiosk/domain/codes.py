"""What a scanned code is.

A citizen's number and a WeChat payment code look alike: 18 digits, beginning with 10 to 15 (the regions Beijing,
Tianjin, Hebei, Shanxi and Inner Mongolia). So the check for a citizen's number comes first, and a screen acts only on
the kinds that it asked for. Nothing else is ever sent to a payment gateway.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.domain.id_number import looks_like_id_number
from kiosk.domain.personal import Personal
from kiosk.domain.text import has_control_characters

MAX_CODE_BYTES: Final = 512
RESUME_PREFIX: Final = "SSK1:"


class CodeKind(StrEnum):
    LOOKS_LIKE_ID_NUMBER = "looks_like_id_number"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    UNIONPAY = "unionpay"
    ECNY = "ecny"
    RESUME = "resume"
    """Continues what was begun on a phone; one use, no personal data in it."""
    URL = "url"
    CONTROL_CHARACTERS = "control_characters"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"


PAYMENT_KINDS: Final = frozenset({CodeKind.WECHAT, CodeKind.ALIPAY, CodeKind.UNIONPAY, CodeKind.ECNY})
"""The payer's codes."""


@dataclass(frozen=True, repr=False)
class ScannedCode(Personal):
    """`text` is the content; empty where it must not or cannot be used (an ID number, control characters, too long)."""

    kind: CodeKind
    text: str = ""

    @property
    def is_payment(self) -> bool:
        return self.kind in PAYMENT_KINDS

    @property
    def resume_token(self) -> str:
        """What the backend redeems; empty for other kinds."""
        return self.text.removeprefix(RESUME_PREFIX) if self.kind is CodeKind.RESUME else ""


_PATTERNS: Final = (
    (CodeKind.WECHAT, re.compile(r"1[0-5][0-9]{16}")),
    (CodeKind.ALIPAY, re.compile(r"(?:2[5-9]|30)[0-9]{14,22}")),
    (CodeKind.UNIONPAY, re.compile(r"62[0-9]{17}")),
    (CodeKind.ECNY, re.compile(r"01[0-9]{17}")),
    # At least 128 random bits: 22 characters of base64url, 26 of base32, 32 of hex.
    (CodeKind.RESUME, re.compile(r"SSK1:[A-Za-z0-9_-]{22,64}")),
    (CodeKind.URL, re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")),
)


def classify(content: bytes) -> ScannedCode:
    """The kind of a scanned code, the first that fits in the order above."""
    if len(content) > MAX_CODE_BYTES:
        return ScannedCode(CodeKind.TOO_LONG)
    text = _decode(content)
    if has_control_characters(text):
        return ScannedCode(CodeKind.CONTROL_CHARACTERS)
    if looks_like_id_number(text):
        return ScannedCode(CodeKind.LOOKS_LIKE_ID_NUMBER)
    fitting = (kind for kind, pattern in _PATTERNS if pattern.fullmatch(text))
    return ScannedCode(next(fitting, CodeKind.UNKNOWN), text)


def _decode(content: bytes) -> str:
    """UTF-8, else the national encoding, else nothing."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""
