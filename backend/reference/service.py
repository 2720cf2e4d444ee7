"""The dated rules and lists of the service, read from files once, and asked by the rest of the backend."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from backend.reference.calendar import published_year, ready_on
from kiosk.central.wire import (
    AgentRuleRow,
    Bank,
    CalendarYear,
    District,
    FeeRow,
    LeadTimeRow,
    Office,
    OfficialLinks,
    Reference,
)
from kiosk.central.wire_errands import CollectionPaper
from kiosk.domain.application import DeliveryMode, Reason

OWN_FOLDER = Path(__file__).parent
FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR = 2025, 2040


class ReferenceData:
    """One immutable `Reference` with the questions that the services put to it."""

    def __init__(self, reference: Reference, papers: Sequence[CollectionPaper] = (), keep_days: int = 90) -> None:
        self.reference = reference
        self.papers = tuple(papers)
        """What to bring when a card is collected."""
        self.keep_days = keep_days
        self._offices = {office.office_id: office for office in reference.offices}
        self._banks = {bank.bank_code: bank for bank in reference.banks}
        self._streets = {district.name: district.streets for district in reference.districts}

    def office(self, office_id: str) -> Office | None:
        return self._offices.get(office_id)

    def bank(self, bank_code: str) -> Bank | None:
        return self._banks.get(bank_code)

    def is_district(self, name: str) -> bool:
        return name in self._streets

    def streets(self, district: str) -> tuple[str, ...]:
        return self._streets.get(district, ())

    def is_street(self, district: str, street: str) -> bool:
        return street in self.streets(district)

    def fee_fen(self, reason: Reason, delivery: DeliveryMode, day: date) -> int:
        """What an application made on `day` costs, express included."""
        fee = fee_of(self.reference.fees, reason, delivery, day)
        if fee is None:
            raise ValueError(f"no fee for {reason} on {day}")
        return fee

    def lead_time(self, day: date) -> LeadTimeRow:
        return max((row for row in self.reference.lead_times if row.valid_from <= day), key=lambda row: row.valid_from)

    def agent_rule(self, day: date) -> AgentRuleRow:
        rows = [row for row in self.reference.agent_rules if row.valid_from <= day]
        return max(rows, key=lambda row: row.valid_from)

    def card_date(self, submitted: date) -> date | None:
        """The day the card of an application submitted on `submitted` is ready; None outside all calendars."""
        return self.working_day_after(submitted, self.lead_time(submitted).working_days)

    def working_day_after(self, day: date, working_days: int) -> date | None:
        return ready_on(day, working_days, self.reference.calendar)


def fee_of(fees: Sequence[FeeRow], reason: Reason, delivery: DeliveryMode, day: date) -> int | None:
    """By the newest row that holds on `day`, express included; None: none holds yet."""
    rows = [row for row in fees if row.reason is reason and row.valid_from <= day]
    if not rows:
        return None
    row = max(rows, key=lambda fee: fee.valid_from)
    return row.fee_fen + (row.express_fee_fen if delivery is DeliveryMode.EXPRESS else 0)


def load_reference(folder: Path = OWN_FOLDER) -> ReferenceData:
    """Read `rules.toml`, `offices.toml`, `banks.toml` and `divisions.json`; raises ValueError on anything wrong."""
    rules = _toml(folder / "rules.toml")
    content: dict[str, Any] = {
        "offices": tuple(Office.model_validate(row) for row in _toml(folder / "offices.toml")["office"]),
        "banks": tuple(Bank.model_validate(row) for row in _toml(folder / "banks.toml")["bank"]),
        "districts": tuple(District.model_validate(row) for row in json.loads(_text(folder / "divisions.json"))),
        "fees": tuple(FeeRow.model_validate(row) for row in rules["fee"]),
        "lead_times": tuple(LeadTimeRow.model_validate(row) for row in rules["lead_time"]),
        "calendar": _calendar(rules.get("calendar", {})),
        "links": OfficialLinks.model_validate(rules["links"]),
        "hotlines": tuple(rules["hotlines"]),
        "agent_rules": tuple(AgentRuleRow.model_validate(row) for row in rules["agent_rule"]),
    }
    unnamed = Reference(version="", **content)
    version = hashlib.sha256(unnamed.model_dump_json().encode()).hexdigest()[:16]
    collection = rules["collection"]
    papers = [CollectionPaper.model_validate(row) for row in collection["paper"]]
    return ReferenceData(unnamed.model_copy(update={"version": version}), papers, collection["keep_days"])


def _calendar(overrides: dict[str, Any]) -> dict[str, CalendarYear]:
    """Every year that is published, each replaced by the override for it."""
    years = {str(year): published_year(year) for year in range(FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR)}
    published = {name: year for name, year in years.items() if year is not None}
    return published | {name: CalendarYear.model_validate(year) for name, year in overrides.items()}


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(_text(path))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
