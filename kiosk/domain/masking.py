"""What may be shown of a person on a screen that others can see, and on paper."""

from __future__ import annotations

import re
from typing import Final

from kiosk.domain.text import has_chinese, without_blanks

_STAR: Final = "*"
_KEPT: Final = " ·•-"
"""Separators stay, so that a masked name keeps its shape."""

_COMPOUND_SURNAME: Final = re.compile(
    r"(?:欧阳|上官|司马|诸葛|司徒|夏侯|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|轩辕"
    r"|东方|南宫|西门|独孤|端木|百里|呼延|东郭|公冶|公羊|公西|申屠|太史|澹台"
    r"|闻人|淳于|单于|赫连|钟离|鲜于|闾丘|仲孙|子车|宗政|濮阳|拓跋|万俟|第五"
    r"|梁丘|左丘|亓官|微生|谷梁|漆雕|乐正|巫马|公良|壤驷|夹谷|宰父|段干|东门"
    r"|南门|羊舌|司空|司寇|完颜|耶律|纳兰)(?=.)"
)
"""Two characters, when a given name follows."""


_ADMINISTRATIVE: Final = re.compile(
    r"(?:[^0-9０-９A-Za-z,，\s]{1,10}?(?:省|自治区|自治州|市|(?<![小社园校厂])区|县|旗|街道|镇|乡))+"
)


def mask_name(name: str) -> str:
    """The surname and stars: 王小明 -> 王**, 欧阳修 -> 欧阳*; of a Latin name the first letter of each word."""
    name = name.strip()
    if not has_chinese(name):
        return re.sub(r"\S+", lambda word: _keep(word.group(), 1), name)
    return _keep(name, 2 if _COMPOUND_SURNAME.match(name) else 1)


def _keep(text: str, count: int) -> str:
    """At least one character is hidden, even of a name of one."""
    count = min(count, len(text) - 1)
    return text[:count] + "".join(char if char in _KEPT else _STAR for char in text[count:])


def mask_number(number: str) -> str:
    """The last four characters only; a short number is hidden altogether.

    More than four would do no good: with the first six and the last four of a citizen's number only the birth date
    is hidden, and the check character leaves some three thousand candidates.
    """
    shown = number[-4:] if len(number) > 4 else ""
    return shown.rjust(len(number), _STAR)


def mask_phone(phone: str) -> str:
    """13812345678 -> 138****5678; anything of another length like a number."""
    digits = without_blanks(phone)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) == 11 else mask_number(digits)


def mask_address(address: str) -> str:
    """The administrative part (down to district, street office or town) and stars: 北京市朝阳区****."""
    administrative = _ADMINISTRATIVE.match(address.strip())
    return (administrative.group() if administrative else "") + _STAR * 4
