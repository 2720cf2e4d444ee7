"""From the facts of a slip to what goes on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hardware.ports import BarcodeBlock, Document, PairLine, QrBlock, TextLine
from kiosk.domain.application import Reason
from kiosk.domain.language import Language
from kiosk.domain.money import Money
from kiosk.domain.receipt import POSSIBLE_DUPLICATE, InterimKind, InterimSlip
from kiosk.i18n import Catalogue, CatalogueFault, load_catalogue
from kiosk.services.receipts import document_of
from tests.flows.story import START
from tests.unit.services.test_outside import LOCALE, RECEIPT

NUMBER, APPLICATION = "SSC261123ABCDEF01234567", "SQ261123ABCDEFGH"
LANGUAGES = (Language.ZH, Language.EN)


def a_slip(kind: InterimKind = InterimKind.PAYMENT_CHECKED, **changes: object) -> InterimSlip:
    slip = InterimSlip(
        kind=kind,
        office_name="示例中心",
        terminal_id="t-1",
        made_at=START,
        application_number=APPLICATION,
        payment_number=NUMBER,
        fee=Money(2000),
        card_stopped_until=None,
        hotlines="12333  96102",
        tracking_link="https://t.example/x",
    )
    return replace(slip, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    def report(fault: CatalogueFault) -> None:
        pytest.fail(repr(fault))

    return load_catalogue(Path(LOCALE), report)


def words_of(document: Document) -> str:
    lines = [block.text for block in document.blocks if isinstance(block, TextLine)]
    pairs = [f"{block.label} {block.value}" for block in document.blocks if isinstance(block, PairLine)]
    return "\n".join((*lines, *pairs))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", InterimKind)
def test_every_open_end_has_its_slip_with_the_numbers_and_where_to_ask(
    catalogue: Catalogue, kind: InterimKind, language: Language
) -> None:
    document = document_of(a_slip(kind), catalogue, language, "p-1")
    words = words_of(document)
    assert document.job_id == "p-1"
    for fact in (NUMBER, APPLICATION, "20.00", "12333  96102", "t-1"):
        assert fact in words
    assert BarcodeBlock(NUMBER) in document.blocks
    assert any(isinstance(block, QrBlock) for block in document.blocks)


@pytest.mark.parametrize("kind", InterimKind)
def test_a_free_one_speaks_of_no_money(catalogue: Catalogue, kind: InterimKind) -> None:
    document = document_of(a_slip(kind, payment_number="", fee=Money(0)), catalogue, Language.EN)
    assert BarcodeBlock(APPLICATION) in document.blocks
    money = catalogue.text(f"slip.interim.{kind.value}.money", Language.EN)
    assert money not in words_of(document)


def test_a_card_that_was_stopped_has_its_day_on_it(catalogue: Catalogue) -> None:
    document = document_of(a_slip(card_stopped_until=date(2026, 12, 3)), catalogue, Language.EN)
    assert "3 December 2026" in words_of(document)


def test_a_slip_that_may_be_the_second_says_so(catalogue: Catalogue) -> None:
    document = document_of(a_slip(copy=POSSIBLE_DUPLICATE), catalogue, Language.EN)
    assert catalogue.text("slip.possible_copy", Language.EN) in words_of(document)


@pytest.mark.parametrize("reason", Reason)
def test_only_the_receipt_of_a_lost_card_says_that_it_is_void(catalogue: Catalogue, reason: Reason) -> None:
    document = document_of(replace(RECEIPT, reason=reason), catalogue, Language.ZH)
    assert (catalogue.text("slip.lost", Language.ZH) in words_of(document)) is (reason is Reason.LOST)
