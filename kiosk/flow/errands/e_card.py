"""Identify by the code of the electronic social security card; only its platform knows whose it is."""

from __future__ import annotations

from kiosk.domain.codes import CodeKind, classify
from kiosk.flow.errands.effects_other import LookUpECard
from kiosk.flow.errands.scanning import view_scan
from kiosk.flow.errands.situations_other import ResolvingECard, ScanningECard
from kiosk.flow.events import (
    CentralRefused,
    CentralSilent,
    CodeScanned,
    Event,
    PersonFound,
    ScanRecovered,
    ScanTroubled,
    Touched,
)
from kiosk.flow.facts import E_CARD, DocumentFacts, Moment
from kiosk.flow.identifying import person_found
from kiosk.flow.situations import Identifying, Troubled
from kiosk.flow.terminal import Result, Terminal, answer, go, turn
from kiosk.flow.texts import text
from kiosk.flow.touches import OptionChosen
from kiosk.flow.views import Option, PayScanView, Picture, WorkingView

ONCE_MORE = ("e_card_malformed", "e_card_unknown", "e_card_expired", "e_card_used")
"""A fresh code may do; for all others the document is the way on."""


def on_scanning_e_card(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case CodeScanned(content=content):
            return _scanned(terminal, content, now)
        case ScanTroubled(trouble):
            return turn(terminal, ScanningECard(trouble))
        case ScanRecovered():
            return turn(terminal, ScanningECard())
        case Touched(OptionChosen("document")):
            return go(terminal, Identifying(), now)
        case _:
            return terminal, ()


def _scanned(terminal: Terminal, content: bytes, now: Moment) -> Result:
    """Payment codes, numbers of documents and links stay here: nobody else's business is sent on."""
    code = classify(content)
    if code.kind is not CodeKind.UNKNOWN:
        word = "payment" if code.is_payment else code.kind.value
        return turn(terminal, ScanningECard(word))
    return go(terminal, ResolvingECard(now.fresh_id), now, LookUpECard(now.fresh_id, code.text))


def view_scanning_e_card(terminal: Terminal, situation: ScanningECard) -> PayScanView:
    return view_scan(terminal, "e_card", situation.problem, Option("document", text("e_card.document")))


def on_resolving_e_card(terminal: Terminal, situation: ResolvingECard, event: Event, now: Moment) -> Result:
    match event:
        case PersonFound(situation.ref, person):
            shown = answer(terminal, document=DocumentFacts(E_CARD, "", person.name, ""))
            return person_found(shown, person, now)
        case CentralRefused(situation.ref, code) if code in ONCE_MORE:
            return go(terminal, Troubled(code, ("again", "finish"), again_to=ScanningECard()), now)
        case CentralRefused(situation.ref, code):
            return go(terminal, Troubled(code, ("document", "finish"), again_to=Identifying()), now)
        case CentralSilent(situation.ref):
            return go(terminal, Troubled("look_up_silent", ("again", "finish"), again_to=ScanningECard()), now)
        case _:
            return terminal, ()


def view_resolving_e_card() -> WorkingView:
    return WorkingView(text("looking_up.title"), text("e_card.resolving"), Picture.PHONE)
