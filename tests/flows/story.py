"""A story is a list of events told to the pure flow; each test reads like what happened in the lobby."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone

from kiosk.domain.application import (
    ApplicationState,
    CardState,
    DeliveryMode,
    InsuredType,
    PaymentMethod,
    PaymentState,
    Reason,
)
from kiosk.domain.rules import DEFAULT_RULES
from kiosk.domain.working_days import WorkCalendar
from kiosk.flow.display import view_of
from kiosk.flow.effects import Effect
from kiosk.flow.events import (
    CentralChanged,
    DeviceChanged,
    DocumentPresented,
    Event,
    PersonFound,
    ReferenceArrived,
    Ticked,
    Touched,
)
from kiosk.flow.facts import (
    DEVICE_NAMES,
    ApplicationFacts,
    BankFacts,
    CardFacts,
    DeviceFacts,
    DistrictFacts,
    DocumentFacts,
    Moment,
    OfficeFacts,
    PaymentFacts,
    Person,
    Reference,
    Site,
)
from kiosk.flow.machine import step
from kiosk.flow.terminal import Terminal
from kiosk.flow.touches import Touch
from kiosk.flow.views import Display

BEIJING = timezone(timedelta(hours=8))
START = datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING)

OFFICE = OfficeFacts("CY-1", "一号中心", "Centre One", "朝阳区", "一号街", "1 First Street", "9-17", "9-17", "010-1")
REFERENCE = Reference(
    version="1",
    rules=DEFAULT_RULES,
    calendar=WorkCalendar(),
    offices=(OFFICE, replace(OFFICE, office_id="HD-1", district="海淀区")),
    banks=(BankFacts("B1", "示例银行", "Sample Bank", "95000"), BankFacts("B2", "另一银行", "Other Bank", "95001")),
    districts=(DistrictFacts("朝阳区", "Chaoyang", ("建外街道", "朝外街道")),),
    app_url="https://app.example",
    wechat_url="https://wechat.example",
    website_url="https://www.example",
    hotlines=("12333", "96102"),
)
DOCUMENT = DocumentFacts("resident_id", "11010519491231002X", "样例", "朝阳区一号街")
PERSON = Person(
    token="t" * 20,
    name="王样例",
    insured_type=InsuredType.URBAN_EMPLOYEE,
    employer=None,
    mobile="13800138000",
    address=None,
    has_photo=True,
    card=CardFacts("0019", CardState.NORMAL, "B1", None),
    bank_choices=("B1", "B2"),
    open_application=None,
)
APPLICATION = ApplicationFacts(
    application_number="A20261123001",
    state=ApplicationState.AWAITING_PAYMENT,
    reason=Reason.DAMAGED,
    delivery_mode=DeliveryMode.PICKUP,
    office_id="CY-1",
    fee_fen=2000,
)
ACCEPTED = replace(
    APPLICATION,
    state=ApplicationState.ACCEPTED,
    submitted_at=START,
    card_date=date(2026, 11, 27),
    certificate_url="https://c.example/x",
)


def payment(number: str, state: PaymentState, **changes: object) -> PaymentFacts:
    facts = PaymentFacts(number, APPLICATION.application_number, state, PaymentMethod.CODE_SHOWN, 2000)
    return replace(facts, **changes)  # type: ignore[arg-type]


@dataclass
class Story:
    """Tells events to `step`, keeps the clock and every effect."""

    terminal: Terminal = field(default_factory=lambda: Terminal(Site("t-1", "CY-1", "一号中心", "Centre One")))
    mono_s: float = 0.0
    told: int = 0
    effects: list[Effect] = field(default_factory=list)
    last: tuple[Effect, ...] = ()

    def now(self) -> Moment:
        return Moment(self.mono_s, START + timedelta(seconds=self.mono_s), f"id-{self.told:06d}")

    def tell(self, *events: Event) -> Story:
        for event in events:
            self.told += 1
            self.terminal, self.last = step(self.terminal, event, self.now())
            self.effects.extend(self.last)
            view_of(self.terminal, self.now())
        return self

    def touch(self, *touches: Touch) -> Story:
        return self.tell(*(Touched(touch) for touch in touches))

    def wait(self, seconds: float) -> Story:
        """Time passes second by second, as the engine would tick."""
        for _ in range(int(seconds)):
            self.mono_s += 1
            self.tell(Ticked())
        return self

    @property
    def situation(self) -> str:
        return type(self.terminal.situation).__name__

    @property
    def display(self) -> Display:
        return view_of(self.terminal, self.now())

    def open_for_business(self) -> Story:
        self.tell(CentralChanged(is_reachable=True, are_payments_open=True, clock_skew_s=0.0))
        self.tell(*(DeviceChanged(name, DeviceFacts("online", paper="full")) for name in DEVICE_NAMES))
        return self.tell(ReferenceArrived(REFERENCE))

    def identified(self, person: Person = PERSON) -> Story:
        """From a document on the reader to the person's record on the screen."""
        self.tell(DocumentPresented(DOCUMENT))
        ref = self.terminal.situation.ref  # type: ignore[union-attr]
        return self.tell(PersonFound(ref, person))
