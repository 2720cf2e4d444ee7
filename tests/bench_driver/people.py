"""Invented people, as many as a test needs: in the backend's records, with a document and a card in the pocket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from backend.clock import RandomNumbers, SystemClock
from backend.database import open_engine, session_factory
from backend.reference.service import load_reference
from backend.seed import Seeder, SeedPerson
from backend.settings import default_database_url
from hardware.bench.card_images import with_check_character
from hardware.bench.drawer import card_of, document_of
from kiosk.domain.id_number import id_check_digit

MOST_A_DAY = 999
"""Sequence numbers of one birth date; nobody alive was born in these years."""


@dataclass(frozen=True)
class Somebody:
    """`document` as the identity module's `place` takes it, `card` as the card's `insert` does."""

    person_id: str
    document: Mapping[str, str]
    card: Mapping[str, Any]


class Registry:
    """Adds people to the backend's database, beside the running backend. `first`: the number of the first one."""

    def __init__(self, backend_folder: Path, first: int = 1) -> None:
        self._engine = open_engine(default_database_url(backend_folder))
        self._numbers: Iterator[int] = count(first)
        self._reference = load_reference()

    def close(self) -> None:
        self._engine.dispose()

    def add(self, **changes: Any) -> Somebody:
        """A resident with a normal card; `changes` are members of `SeedPerson`."""
        entry = _entry(next(self._numbers)) | changes
        with session_factory(self._engine).begin() as session:
            seeder = Seeder(session, SystemClock(), RandomNumbers(), self._reference)
            if seeder.people((SeedPerson.model_validate(entry),)) != 1:
                raise ValueError("somebody has this number already")
        return _somebody(entry)

    def unknown(self) -> Somebody:
        """A document without a record."""
        return _somebody(_entry(next(self._numbers)))


def _somebody(entry: Mapping[str, Any]) -> Somebody:
    return Somebody(f"P-{entry['card_number']}-0", document_of(entry), card_of(entry))


def _entry(number: int) -> dict[str, Any]:
    day, sequence = divmod(number, MOST_A_DAY)
    first17 = f"1101051851{day // 28 + 1:02}{day % 28 + 1:02}{sequence + 1:03}"
    return {
        "special": f"invented_{number}",
        "special_zh": "测试",
        "special_en": "invented for a test",
        "name": "郑样本",
        "document_kind": "resident_id",
        "document_number": first17 + id_check_digit(first17),
        "sex": "F" if int(first17[-1]) % 2 == 0 else "M",
        "ethnic_group": "汉",
        "address": "北京市朝阳区样板街道测试里1号楼101室",
        "card_number": with_check_character(f"T{number:07}"),
        "generation": 2,
        "bank_code": "B01",
        "card_state": "NORMAL",
        "insured_type": "RESIDENT",
        "mobile": "13800000001",
        "express_district": "朝阳区",
        "express_street": "望京街道",
        "express_detail": "测试东路 2 号院 3 单元 301",
    }
