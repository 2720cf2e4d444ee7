"""What must hold in each stage: the ways out that a person has, the next thing to do, and the devices it needs."""

from __future__ import annotations

from typing import Final

from kiosk.domain.language import Language
from kiosk.flow.events import CodeScanned
from kiosk.flow.facts import DeviceFacts
from kiosk.flow.touches import Confirmed, OptionChosen, Started
from tests.faults.expected import END, TIME, Expected, Onward
from tests.faults.expected import choice as _choice
from tests.faults.expected import confirm as _confirm
from tests.faults.expected import option as _option
from tests.faults.expected import touched as _touched
from tests.faults.other_expectations import OTHER_EXPECTED
from tests.faults.own_expectations import OWN_EXPECTED
from tests.flows.staff_stages import STAFF_STAGES
from tests.flows.stages import PAYER_CODE

TO_IDENTIFY: Final = frozenset({"identity_reader"})
TO_CHARGE: Final = frozenset({"identity_reader", "receipt_printer"})
TO_SCAN: Final = TO_CHARGE | {"code_scanner"}


WAIT: Final = Expected(frozenset({TIME}))
"""Money or the application is on its way: only the clock ends it."""
QUESTION_WAIT: Final = Expected(frozenset({TIME, END}))
SCAN_SCREEN: Final = _touched(OptionChosen("scan_screen"), "Paying", TO_CHARGE, "ChoosingPayment")
CHECK: Final = _choice({"confirm", "back"}, _touched(Confirmed(), "Applying", TO_CHARGE, "Troubled"))
PAY: Final = _choice({"option later"}, SCAN_SCREEN)
HAND_IN: Final = _choice({"option to_staff", "back"}, _option("to_staff", "EnteringMobile"))
SHOW_PHONE: Final = _touched(OptionChosen("show_phone"), "ScanningPayerCode", TO_SCAN, "ChoosingPayment")
SEND_CODE: Final = Onward(CodeScanned(PAYER_CODE), "Paying", TO_CHARGE, "ChoosingPayment")
REPLACE: Final = _touched(OptionChosen("replace"), "ReadingNotice", TO_IDENTIFY, "ChoosingPurpose")
CODE_SHOWN: Final = Expected(frozenset({TIME, "option cancel", "option more_time"}), _option("cancel", "Paying"))
OPEN_END: Final = Expected(frozenset({TIME, "option finish"}), _option("finish", "TakingThings"))
SCAN: Final = _choice({"option other_way"}, SEND_CODE)

EXPECTED: Final[dict[str, Expected]] = {
    "starting": Expected(frozenset()),
    "out of service": Expected(frozenset()),
    "attract": Expected(frozenset(), _touched(Started(Language.EN), "ChoosingPurpose")),
    "purpose": _choice({"option more"}, REPLACE),
    "links": _choice({"confirm", "back"}, _confirm("Attract")),
    "notice": _choice({"confirm", "back"}, _confirm("Identifying")),
    "identifying": _choice({"option other_document", "back"}, _option("other_document", "Troubled")),
    "document not read": _choice({"option other_document", "back"}, _option("other_document", "Troubled")),
    "looking up": QUESTION_WAIT,
    "record": _choice({"confirm", "back"}, _confirm("ChoosingReason")),
    "record with an unpaid application": _choice({"confirm", "back"}, _confirm("HandingIn")),
    "reason": _choice({"option lost", "option damaged", "back"}, _option("damaged", "HandingIn")),
    "reason of a stopped card": _choice({"option lost", "back"}, _option("lost", "EnteringMobile")),
    "explaining loss": _choice({"confirm", "back"}, _confirm("ReportingLoss")),
    "reporting loss": QUESTION_WAIT,
    "loss stopped": _choice({"confirm"}, _confirm("EnteringMobile")),
    "handing in": HAND_IN,
    "card being read": HAND_IN,
    "own card read": HAND_IN,
    "another's card": HAND_IN,
    "card unreadable": HAND_IN,
    "mobile": _choice({"option known", "option none", "back"}, _option("none", "ChoosingDelivery")),
    "mobile half typed": _choice({"option known", "option none", "back"}, _option("known", "ChoosingDelivery")),
    "delivery": _choice({"option pickup", "option express", "back"}, _option("express", "ChoosingAddress")),
    "delivery without a mobile": _choice({"option pickup", "back"}, _option("pickup", "ChoosingOffice")),
    "office": _choice({"option CY-1", "back"}, _option("CY-1", "ChoosingCardDetails")),
    "address": _choice({"option new", "back"}, _option("new", "ChoosingDistrict")),
    "address used before": _choice({"option last", "option new", "back"}, _option("last", "ChoosingCardDetails")),
    "district": _choice({"option 朝阳区", "back"}, _option("朝阳区", "ChoosingStreet")),
    "street": _choice({"option 建外街道", "back"}, _option("建外街道", "EnteringAddress")),
    "address detail": _choice({"confirm", "back"}, _confirm("ChoosingCardDetails")),
    "address without a house number": _choice({"confirm", "back"}, _confirm("EnteringAddress")),
    "card details": _choice({"option keep", "option bank", "option photo", "back"}, _option("keep", "CheckingAnswers")),
    "bank": _choice({"option B2", "back"}, _option("B2", "CheckingAnswers")),
    "check": CHECK,
    "check with express": CHECK,
    "check of a lost card": CHECK,
    "applying": WAIT,
    "choosing payment": PAY,
    "handing in for a resumed application": _choice(
        {"option to_staff", "back"}, _option("to_staff", "ChoosingPayment")
    ),
    "choosing payment of a resumed application": _choice({"option later"}, SHOW_PHONE),
    "scanning": SCAN,
    "scanning with trouble": SCAN,
    "payment requested": WAIT,
    "code shown": CODE_SHOWN,
    "one lost poll": CODE_SHOWN,
    "payer's code sent": WAIT,
    "cancelling": WAIT,
    "unclear": WAIT,
    "being checked": OPEN_END,
    "being checked, slip printed": OPEN_END,
    "being checked, no slip": Expected(OPEN_END.ways | {"option print_again"}, OPEN_END.onward),
    "submitting": WAIT,
    "submission delayed": OPEN_END,
    "submission delayed, slip printed": OPEN_END,
    "with the office": OPEN_END,
    "rejected": OPEN_END,
    "submitted": _choice({"confirm"}, _confirm("TakingReceipt")),
    "submitted, lost": _choice({"confirm"}, _confirm("TakingReceipt")),
    "printing": QUESTION_WAIT,
    "printed": _choice({"option finish", "option print_copy"}, _option("finish", "TakingThings")),
    "not printed": _choice({"option finish", "option print_again"}, _option("print_again", "TakingReceipt")),
    "taking things": Expected(frozenset({TIME, "confirm"}), _confirm("Attract")),
    "person unknown": _choice({"option finish"}, _option("finish", "TakingThings")),
    "records silent": _choice({"option again", "option finish"}, _option("again", "LookingUp")),
    "other document": _choice({"option again", "option finish"}, _option("again", "Identifying")),
    "card superseded": _choice({"option finish"}, _option("finish", "TakingThings")),
    "card handed in and left": _choice({"option pickup", "back"}, _option("pickup", "ChoosingOffice")),
    **{stage: Expected(frozenset({TIME})) for stage in STAFF_STAGES},
    **OWN_EXPECTED,
    "enrolling: ticket": Expected(frozenset()),
    "enrolling: asking": Expected(frozenset()),
    "enrolling: approval": Expected(frozenset({"confirm"})),
    "enrolling: joined": Expected(frozenset()),
    **OTHER_EXPECTED,
}


def is_fit(name: str, facts: DeviceFacts) -> bool:
    """As the rules say it, told apart from how the flow computes it."""
    return facts.word == "online" and not (name == "receipt_printer" and facts.paper in ("out", "jammed"))
