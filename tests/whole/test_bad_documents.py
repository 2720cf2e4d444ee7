"""Documents that cannot be used, and people whose record does not allow a new card."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench_driver.people import Registry
from tests.bench_driver.visit import Visit
from tests.tour.bench_client import BenchClient

FAILED_READ, SUSPECT = 0x41, 0x31
REFUSED_DOCUMENTS = {
    "expired": {"valid_from": "20000101", "valid_to": "20100101"},
    "not_yet_valid": {"valid_from": "20980101", "valid_to": "20990101"},
    "number_wrong": {"number": "110105185101010000"},
    "birth_date_mismatch": {"birth_date": "18490101"},
    "date_unreadable": {"valid_to": "20991340"},
    "missing_name": {"name": " "},
    "other_kind": {"flag": "Q"},
}


def test_every_document_that_cannot_be_used_is_named_and_the_next_one_is_taken(visit: Visit) -> None:
    visit.to_identify()
    for problem, fields in REFUSED_DOCUMENTS.items():
        visit.place(**fields)
        visit.reads(f"identify.problem.{problem}")
        visit.bench.do("identity", "remove")
    for status_byte, problem in ((FAILED_READ, "hold_still"), (SUSPECT, "suspect")):
        visit.bench.do("identity", "fail_next", status_byte=status_byte, count=50)
        visit.place()
        visit.reads(f"identify.problem.{problem}")
        visit.bench.do("identity", "remove")
    visit.bench.do("identity", "fail_next", status_byte=SUSPECT, count=0)
    visit.place()
    visit.bench.wait_for("RecordView", "confirm")


@pytest.mark.parametrize("mode", ["bad_checksum", "silence", "noise_before"])
def test_a_spoiled_line_to_the_reader_does_not_stop_the_person(visit: Visit, mode: str) -> None:
    visit.to_identify()
    visit.bench.do("identity", "garble", mode=mode, count=2)
    visit.place()
    visit.bench.wait_for("RecordView", "confirm")


def test_after_three_failures_staff_is_offered(visit: Visit) -> None:
    visit.to_identify()
    for problem in ("expired", "not_yet_valid", "number_wrong"):
        visit.place(**REFUSED_DOCUMENTS[problem])
        visit.reads(f"identify.problem.{problem}")
        visit.bench.do("identity", "remove")
    visit.touch("option.staff", "ProblemView", "option.again")
    visit.reads("trouble.cannot_identify.title")
    visit.touch("option.again", "DeviceView")


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ({"record_count": 2}, "several_records"),
        ({"record_name": "另一个名字"}, "name_differs.community"),
        ({"open_application": "PRODUCING", "card_state": "LOST"}, "application_open"),
        ({"card_state": "NOT_ACTIVATED"}, "card_not_activated"),
        ({"card_state": "CANCELLED"}, "card_cancelled"),
        ({"card_state": "SEALED"}, "card_sealed"),
        ({"card_state": "NOT_ISSUED"}, "card_not_issued"),
        ({"card_state": "SUPERSEDED"}, "card_superseded"),
    ],
)
def test_a_record_that_allows_no_new_card_is_explained(
    visit_of: Callable[..., Visit], record: dict[str, object], problem: str
) -> None:
    visit = visit_of(**record)
    visit.to_identify()
    visit.place()
    visit.bench.wait_for("ProblemView", "option.finish")
    visit.reads(f"trouble.{problem}.title")
    visit.reads(f"trouble.{problem}.do")
    visit.touch("option.finish", "TakeThingsView", "confirm")


def test_somebody_without_a_record_is_told_where_to_go(bench: BenchClient, registry: Registry) -> None:
    visit = Visit(bench, registry.unknown())
    visit.to_identify()
    visit.place()
    visit.reads("trouble.person_unknown.title")
    visit.reads("trouble.person_unknown.do")


def test_an_unpaid_application_goes_on_where_it_was_left(visit_of: Callable[..., Visit]) -> None:
    visit = visit_of(open_application="AWAITING_PAYMENT")
    visit.to_record()
    visit.touch("confirm", "ChoiceView", "option.show_phone")
