"""Latin letters and figures beside Han: a quarter of an em between them (CLREQ 3.2.2), which is a space of our face."""

from __future__ import annotations

import re

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_THEN_LATIN = re.compile(rf"(?<=[{HAN}])(?=[A-Za-z0-9])")
_LATIN_THEN_HAN = re.compile(rf"(?<=[A-Za-z0-9%])(?=[{HAN}])")


def set_apart(text: str) -> str:
    """`2099年3月` becomes `2099 年 3 月`; where a space or punctuation stands already nothing is added."""
    return _LATIN_THEN_HAN.sub(" ", _HAN_THEN_LATIN.sub(" ", text))
