"""The parts of a bundle, one strict model each. A part belongs to the service, to money or to trust: `SENSITIVITY`.

What a machine is stands in its `kiosk.ini`; none of it is here. Every rule that needs only its own part is checked
where the part is parsed, so that all faults of a bundle are told at once. Times are whole seconds, money is fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kiosk.central.wire import Bank, CalendarYear, FeeRow, LeadTimeRow, Message, Number, Office, OfficialLinks
from kiosk.domain.application import PaymentMethod, Reason
from kiosk.fleet.refusals import RefusalCode

MIN_FEE_FEN: Final = 1
MAX_FEE_FEN: Final = 100_000

OfficeId = Number
TextKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$", max_length=120)]
OverrideText = Annotated[str, StringConstraints(min_length=1, max_length=600)]
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[!-~]{1,190}$")]
Year = Annotated[str, StringConstraints(pattern=r"^20\d\d$")]


def fault(code: RefusalCode, detail: str) -> PydanticCustomError:
    """A rule of this language that is broken; `code` is what a terminal answers."""
    return PydanticCustomError(code.value, "{detail}", {"detail": detail})


class Sensitivity(StrEnum):
    """How much harm a wrong value can do; the largest of what changed decides."""

    ORDINARY = "ordinary"
    MONEY = "money"
    TRUST = "trust"


# --- money ------------------------------------------------------------------------------------------------------------


class Pricing(Message):
    """Dated: the row with the newest `valid_from` not after the day of application holds."""

    currency: Literal["CNY"] = "CNY"
    fees: tuple[FeeRow, ...] = Field(min_length=1, max_length=64)

    @model_validator(mode="after")
    def _is_sane(self) -> Self:
        for row in self.fees:
            if not MIN_FEE_FEN <= row.fee_fen <= MAX_FEE_FEN or row.express_fee_fen > MAX_FEE_FEN:
                raise fault(RefusalCode.FEE_OUT_OF_RANGE, f"a fee is {MIN_FEE_FEN} to {MAX_FEE_FEN} fen")
        if {row.reason for row in self.fees} != set(Reason):
            raise fault(RefusalCode.FEE_MISSING, "every reason needs a fee")
        if len({(row.valid_from, row.reason) for row in self.fees}) != len(self.fees):
            raise fault(RefusalCode.FEE_OUT_OF_RANGE, "two fees for one reason from one day on")
        return self


class Payments(Message):
    """Whether and how money is taken; the merchant's own data never leave the backend."""

    is_open: bool = True
    """False: no new payments, everywhere this bundle runs."""
    methods: tuple[PaymentMethod, ...] = Field(min_length=1, max_length=8)


# --- trust ------------------------------------------------------------------------------------------------------------


class Endpoints(Message):
    """Where a terminal calls. Only hosts that the root of trust names."""

    backend_url: HttpsUrl | None = None
    """None: the address in `kiosk.ini`."""
    update_url: HttpsUrl | None = None


class StaffMember(Message):
    """By number only: no name and nothing else of a person is in a bundle."""

    staff_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{2,24}$")]
    role: Literal["attendant", "technician", "auditor"]
    card_key: Annotated[str, StringConstraints(pattern=r"^04[0-9a-f]{128}$")]
    """Public key of the staff card: a point of P-256, uncompressed, hexadecimal."""
    office_ids: tuple[OfficeId, ...] = Field(default=(), max_length=64)
    """Empty: everywhere."""
    valid_until: date | None = None


class Staff(Message):
    roster: tuple[StaffMember, ...] = Field(default=(), max_length=512)

    @model_validator(mode="after")
    def _everybody_once(self) -> Self:
        for values in ([one.staff_id for one in self.roster], [one.card_key for one in self.roster]):
            if len(set(values)) != len(values):
                raise fault(RefusalCode.STAFF_IMPLAUSIBLE, "a number or a card stands twice")
        return self


class Links(OfficialLinks):
    """The codes that lead people's phones away from here: a wrong one is a trap for their money."""

    @model_validator(mode="after")
    def _are_https(self) -> Self:
        for url in (self.app_url, self.wechat_url, self.website_url):
            if not url.startswith("https://") or not url.isascii() or not urlsplit(url).hostname:
                raise fault(RefusalCode.NOT_HTTPS, "a link is https")
        return self


# --- the service ------------------------------------------------------------------------------------------------------


class LeadTimes(Message):
    rows: tuple[LeadTimeRow, ...] = Field(max_length=64)

    @model_validator(mode="after")
    def _exist(self) -> Self:
        if not self.rows:
            raise fault(RefusalCode.LEAD_TIME_MISSING, "at least one lead time")
        if len({row.valid_from for row in self.rows}) != len(self.rows):
            raise fault(RefusalCode.LEAD_TIME_MISSING, "two lead times from one day on")
        return self


class Calendar(Message):
    """Years that replace the published ones: `{"2027": {"holidays": [...], "workdays": [...]}}`."""

    years: dict[Year, CalendarYear] = Field(default_factory=dict, max_length=16)

    @model_validator(mode="after")
    def _days_belong_to_their_year(self) -> Self:
        for year, days in self.years.items():
            listed = (*days.holidays, *days.workdays)
            if any(day.year != int(year) for day in listed) or len(set(listed)) != len(listed):
                raise fault(RefusalCode.CALENDAR_IMPLAUSIBLE, f"{year} has a day of another year, or one twice")
        return self


class Span(Message):
    opens: time
    closes: time


class Week(Message):
    """Opening hours; a day without spans is closed."""

    monday: tuple[Span, ...] = Field(default=(), max_length=4)
    tuesday: tuple[Span, ...] = Field(default=(), max_length=4)
    wednesday: tuple[Span, ...] = Field(default=(), max_length=4)
    thursday: tuple[Span, ...] = Field(default=(), max_length=4)
    friday: tuple[Span, ...] = Field(default=(), max_length=4)
    saturday: tuple[Span, ...] = Field(default=(), max_length=4)
    sunday: tuple[Span, ...] = Field(default=(), max_length=4)

    def days(self) -> tuple[tuple[Span, ...], ...]:
        """Monday first, as `date.weekday()` counts."""
        workdays = self.monday, self.tuesday, self.wednesday, self.thursday, self.friday
        return (*workdays, self.saturday, self.sunday)

    @model_validator(mode="after")
    def _spans_follow_one_another(self) -> Self:
        for spans in self.days():
            moments = [moment for span in spans for moment in (span.opens, span.closes)]
            if moments != sorted(set(moments)) or any(moment.tzinfo is not None for moment in moments):
                raise fault(RefusalCode.HOURS_IMPLAUSIBLE, "spans follow one another and end after they begin")
        if not any(self.days()):
            raise fault(RefusalCode.HOURS_IMPLAUSIBLE, "open on no day at all")
        return self


class Opening(Message):
    """When terminals serve; None: whenever the lobby is open."""

    usual: Week | None = None
    by_office: dict[OfficeId, Week] = Field(default_factory=dict, max_length=512)
    closed_days: tuple[date, ...] = Field(default=(), max_length=366)


class Offices(Message):
    rows: tuple[Office, ...] = Field(min_length=1, max_length=512)

    @model_validator(mode="after")
    def _every_office_once(self) -> Self:
        if len({row.office_id for row in self.rows}) != len(self.rows):
            raise fault(RefusalCode.OFFICES_IMPLAUSIBLE, "an office stands twice")
        if not any(row.is_collection_point for row in self.rows):
            raise fault(RefusalCode.OFFICES_IMPLAUSIBLE, "no office hands out cards")
        return self


class Banks(Message):
    rows: tuple[Bank, ...] = Field(min_length=1, max_length=128)


class Texts(Message):
    """Texts that replace those of the catalogue, by key, always in both languages."""

    zh: dict[TextKey, OverrideText] = Field(default_factory=dict, max_length=500)
    en: dict[TextKey, OverrideText] = Field(default_factory=dict, max_length=500)

    @model_validator(mode="after")
    def _are_pairs_of_plain_text(self) -> Self:
        if self.zh.keys() != self.en.keys():
            raise fault(RefusalCode.TEXT_IMPLAUSIBLE, "a text is there in one language only")
        if any(not _is_plain(text) for text in (*self.zh.values(), *self.en.values())):
            raise fault(RefusalCode.TEXT_IMPLAUSIBLE, "control characters, or blank")
        return self


def _is_plain(text: str) -> bool:
    return bool(text.strip()) and all(character.isprintable() or character == "\n" for character in text)


class TimeOuts(Message):
    """Seconds. None of them can make a terminal unusable: the ranges are those a person can live with."""

    idle_s: Annotated[int, Field(ge=30, le=900)] = 120
    warning_s: Annotated[int, Field(ge=20, le=120)] = 30
    pay_s: Annotated[int, Field(ge=60, le=900)] = 180
    take_things_s: Annotated[int, Field(ge=10, le=300)] = 20
    answer_s: Annotated[int, Field(ge=10, le=120)] = 45
    unknown_s: Annotated[int, Field(ge=20, le=300)] = 60
    poll_payment_s: Annotated[int, Field(ge=1, le=30)] = 3


class Accessibility(Message):
    """How a session begins; each person may change all of it."""

    size: Literal["standard", "large", "extra_large"] = "standard"
    theme: Literal["normal", "high_contrast", "dark"] = "normal"
    is_speech_on: bool = False
    volume_percent: Annotated[int, Field(ge=0, le=100)] = 60


class Feature(StrEnum):
    """What can be switched off from afar; what is not named is on."""

    REPLACE_LOST = "replace_lost"
    REPLACE_DAMAGED = "replace_damaged"
    EXPRESS = "express"
    REPORT_LOSS = "report_loss"
    TRACK = "track"
    CERTIFICATES = "certificates"
    PHONE_START = "phone_start"
    SPEECH = "speech"


class Features(Message):
    switches: dict[Feature, bool] = Field(default_factory=dict)

    def is_on(self, feature: Feature) -> bool:
        return self.switches.get(feature, True)


class Sections(Message):
    """Everything, always: a bundle is the whole state of the service, never a change to it."""

    pricing: Pricing
    payments: Payments
    endpoints: Endpoints
    staff: Staff
    links: Links
    lead_times: LeadTimes
    calendar: Calendar
    opening: Opening
    offices: Offices
    banks: Banks
    texts: Texts
    timeouts: TimeOuts
    accessibility: Accessibility
    features: Features
    hotlines: tuple[Annotated[str, StringConstraints(pattern=r"^[0-9-]{3,20}$")], ...] = Field(default=(), max_length=8)


SENSITIVITY: Final[Mapping[str, Sensitivity]] = {
    "pricing": Sensitivity.MONEY,
    "payments": Sensitivity.MONEY,
    "endpoints": Sensitivity.TRUST,
    "staff": Sensitivity.TRUST,
    "links": Sensitivity.TRUST,
    "hotlines": Sensitivity.TRUST,
    **dict.fromkeys(
        (
            "lead_times",
            "calendar",
            "opening",
            "offices",
            "banks",
            "texts",
            "timeouts",
            "accessibility",
            "features",
        ),
        Sensitivity.ORDINARY,
    ),
}
"""A section that is not here counts as trust."""
