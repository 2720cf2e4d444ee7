"""What must hold in each stage of the errands that a person does for themselves."""

from __future__ import annotations

from typing import Final

from tests.faults.expected import END, TIME, Expected, choice, confirm, option
from tests.flows.story import APPLICATION

WAIT: Final = Expected(frozenset({TIME, END}))

OWN_EXPECTED: Final[dict[str, Expected]] = {
    "own: more": choice({"option links", "option guidance", "back"}, option("guidance", "ReadingGuide")),
    "own: record": choice({"confirm", "back"}, confirm("ReadingProgress")),
    "own: reading progress": WAIT,
    "own: which application": choice({"back"}, option(APPLICATION.application_number, "ShowingProgress")),
    "own: progress unpaid": choice({"confirm", "back"}, confirm("Resuming")),
    "own: progress in work": choice({"confirm", "back"}, confirm("ReviewingCertificate")),
    "own: progress of a card that is due": choice({"confirm", "back"}, confirm("HandingIn")),
    "own: progress done": choice({"confirm", "back"}, confirm("TakingThings")),
    "own: choosing an errand": choice(
        {"option pay", "option cancel", "option finish", "back"}, option("cancel", "AskingToCancel")
    ),
    "own: resuming": WAIT,
    "own: asking to cancel": choice({"confirm", "back"}, confirm("Cancelling")),
    "own: asking to cancel, lost": choice({"confirm", "back"}, confirm("Cancelling")),
    "own: cancelling": WAIT,
    "own: cancelled": choice({"confirm"}, confirm("TakingThings")),
    "own: handing in": choice({"option to_staff", "back"}, option("to_staff", "SendingHandIn")),
    "own: sending hand-in": WAIT,
    "own: handed in": choice({"confirm"}, confirm("TakingThings")),
    "own: reviewing certificate": choice({"confirm", "back"}, confirm("AskingForCertificate")),
    "own: asking for certificate": WAIT,
    "own: taking certificate": WAIT,
    "own: certificate printed": choice(
        {"option finish", "option print_copy"}, option("print_copy", "AskingForCertificate")
    ),
    "own: certificate not printed": choice(
        {"option finish", "option print_again"}, option("print_again", "TakingCertificate")
    ),
    "own: explaining loss": choice({"confirm", "back"}, confirm("ReportingLossOnly")),
    "own: reporting loss": WAIT,
    "own: loss stopped": choice({"confirm"}, confirm("TakingLossSlip")),
    "own: loss stopped before": choice({"confirm"}, confirm("TakingLossSlip")),
    "own: taking slip": WAIT,
    "own: slip printed": choice({"option finish", "option new_card"}, option("new_card", "EnteringMobile")),
    "own: slip not printed": choice({"option finish", "option print_again"}, option("print_again", "TakingLossSlip")),
    "own: guide asked": WAIT,
    "own: who collects": choice(
        {"option self", "option agent", "option guardian", "back"}, option("self", "ShowingPapers")
    ),
    "own: papers": choice({"confirm", "back"}, confirm("ChoosingCollectionOffice")),
    "own: collection offices": choice({"option HD-1", "back"}, option("HD-1", "ShowingCollectionOffice")),
    "own: collection office": choice({"confirm", "back"}, confirm("Attract")),
}
