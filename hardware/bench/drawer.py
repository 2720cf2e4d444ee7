"""The drawer of invented people: what each one has in the pocket, as fields for the peripherals' verbs.

The people's file (TOML, `[[person]]`) names a person by `special` and tells `name`, `document_kind`, `document_number`,
`sex` (M or F), `ethnic_group` (in words), `address`, `card_number` and `generation`; see its own head.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

Entry = Mapping[str, Any]
"""One `[[person]]` of the file."""

ETHNIC_GROUPS: Sequence[str] = [
    *("汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼"),
    *("哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土"),
    *("达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克"),
    *("俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺"),
]
"""In the order of their two-digit codes, from 01 (GB/T 3304)."""


def read_people(file: Path) -> Sequence[Mapping[str, Any]]:
    """Everybody, as in the file, and ready for the verbs: `document` (identity `place`) and `card` (card `insert`)."""
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["person"]
    return [{**_plain(entry), "document": document_of(entry), "card": card_of(entry)} for entry in entries]


def _plain(entry: Entry) -> Entry:
    """Days as texts, which JSON can hold."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in entry.items()}


def document_of(entry: Entry) -> dict[str, str]:
    """What is printed on the chip of the identity document; the peripheral invents the rest."""
    fields = {"kind": entry["document_kind"], "number": entry["document_number"]}
    if entry["document_kind"].startswith("foreign_resident"):
        return fields | {"name": "", "english_name": entry["name"]}
    fields |= {"name": entry["name"], "address": entry["address"]}
    return fields | ({"ethnic_group": ethnic_code(entry["ethnic_group"])} if entry["ethnic_group"] else {})


def card_of(entry: Entry) -> dict[str, Any]:
    """The social security card of the same person."""
    number: str = entry["document_number"]
    birthplace, birth_date = _of_number(number)
    person = {
        "social_security_number": number,
        "name": entry["name"],
        "sex": {"M": "1", "F": "2"}[entry["sex"]],
        "ethnic_group": ethnic_code(entry["ethnic_group"] or ETHNIC_GROUPS[0]),
        "birth_date": birth_date,
        "birthplace": birthplace,
    }
    return {"generation": str(entry["generation"]), "card_number": entry["card_number"], "person": person}


def _of_number(number: str) -> tuple[str, str]:
    """Place and day of birth as a document's number tells them.

    A foreigner's of 2017 (15 characters) has two digits of the year and four of the place.
    """
    if len(number) == 15:
        return f"{number[3:7]}00", f"19{number[7:13]}"
    return number[:6], number[6:14]


def ethnic_code(name: str) -> str:
    """Two digits; raises ValueError for a name that is none of the 56."""
    return f"{ETHNIC_GROUPS.index(name) + 1:02}"
